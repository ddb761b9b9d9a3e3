//! Words behind a `print`, which may be what it prints or speak of it: those that are nearly what was printed are meant to be it.

use super::{
    Agreement::{self, Agrees, Differs, Unknown},
    Seeing,
};
use crate::{
    claim::Subject,
    judge::{
        reason::Reason,
        text::{has_ellipsis, lines, squeeze},
    },
};

impl Seeing<'_> {
    /// Words against what all passes printed, or against the text that is a statement's value.
    pub(super) fn words(&self, text: &str) -> Agreement {
        if let Some(value) = self.text_value() {
            return match value {
                value if lines(text) == lines(value) => Agrees { actual: Some(value.to_owned()) },
                value if is_nearly(text, value) => self.differs(value.to_owned()),
                value => Unknown { actual: Some(value.to_owned()), reason: Reason::new("soft", "these words may speak of it") },
            };
        }
        match self.all_printed(text) {
            Some(agreement @ (Agrees { .. } | Unknown { .. })) => return agreement,
            Some(Differs { .. }) | None => {}
        }
        let raised = self.passes.iter().find_map(|pass| pass.raised());
        let differs = match (self.output(), raised) {
            (Ok(output), None) => self.differs(self.styled(&output)),
            (Ok(_), Some(raised)) => self.raised(raised),
            (Err(reason), _) => Unknown { actual: None, reason },
        };
        match differs {
            Differs { actual: Some(actual), reason } if raised.is_some() || !is_nearly(text, &actual) => {
                Unknown { actual: Some(actual), reason }
            }
            other => other,
        }
    }
}

impl<'a> Seeing<'a> {
    /// The text that an expression has for its value in its only pass, where it prints nothing.
    fn text_value(&self) -> Option<&'a str> {
        let [pass] = self.passes else { return None };
        let is_silent = pass.stdout.is_some_and(str::is_empty) && pass.raised().is_none();
        let seen = pass.seen().value.as_ref().filter(|seen| is_silent && seen.r#type == "str" && !seen.truncated)?;
        seen.str.as_deref().filter(|_| self.claim.target.subject == Subject::Expression)
    }
}

/// Whether words are nearly others: most of the lines, all but one of the words, or most of the letters are the same. Marks don't count.
fn is_nearly(claimed: &str, seen: &str) -> bool {
    if has_ellipsis(claimed) {
        return false;
    }
    match (&lines(claimed)[..], &lines(seen)[..]) {
        ([claimed], [seen]) => is_nearly_line(claimed, seen),
        (claimed, seen) if claimed.len() == seen.len() => {
            let same = claimed.iter().zip(seen).filter(|(claimed, seen)| squeeze(claimed) == squeeze(seen)).count();
            same > 0 && same * 2 >= claimed.len()
        }
        _ => false,
    }
}

fn is_nearly_line(claimed: &str, seen: &str) -> bool {
    let (claimed, seen) = (squeeze(claimed), squeeze(seen));
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    if letters(&claimed) == letters(&seen) {
        return false;
    }
    if is_copy(&claimed, &seen) {
        return true;
    }
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let (claimed_words, seen_words) = (words(&claimed), words(&seen));
    let others: Vec<_> = claimed_words.iter().zip(&seen_words).filter(|(claimed, seen)| claimed != seen).collect();
    match others[..] {
        _ if claimed_words.len() != seen_words.len() => false,
        [(claimed, seen)] if claimed_words.len() == 1 => {
            is_other_member(claimed, seen) || !claimed.eq_ignore_ascii_case(seen) && share_most_letters(claimed, seen)
        }
        [(claimed, seen)] => claimed_words.len() > 2 || share_most_letters(claimed, seen),
        _ => false,
    }
}

/// Whether a text has the form of another one and is so near to it that hardly anything but a copy of that could look so: a letter or two apart, the
/// ending of a file's name, a digest.
fn is_copy(claimed: &str, seen: &str) -> bool {
    let is_ending = |text: &str| {
        let name = text.strip_prefix('.').unwrap_or_default();
        (1..=LONGEST_ENDING).contains(&name.len()) && name.chars().all(char::is_alphanumeric) && !OF_SYSTEMS.contains(&name)
    };
    let is_digest = |text: &str| {
        let is_hex = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'));
        is_hex && text.len() >= SHORTEST_DIGEST && text.contains(|c: char| c.is_ascii_digit()) && text.contains(|c: char| c.is_alphabetic())
    };
    let is_both = |is: &dyn Fn(&str) -> bool| is(claimed) && is(seen);
    if is_both(&is_ending) || is_both(&is_digest) && claimed.len() == seen.len() {
        return true;
    }
    if claimed.chars().count() != seen.chars().count() || !claimed.chars().zip(seen.chars()).all(|(one, other)| are_alike(one, other)) {
        return false;
    }
    let others = claimed.chars().zip(seen.chars()).filter(|(one, other)| one != other).count();
    match claimed.chars().count() {
        // Two letters may be any word.
        2 => others == 1 && !claimed.chars().all(char::is_lowercase),
        ..8 => others == 1,
        _ => others <= 2,
    }
}

/// The longest ending of a file's name.
const LONGEST_ENDING: usize = 5;

/// Endings that other systems have where this one has another.
const OF_SYSTEMS: [&str; 5] = ["dll", "dylib", "exe", "pyd", "so"];

/// The shortest digest that no word looks like.
const SHORTEST_DIGEST: usize = 8;

/// Whether characters are of one kind: both a digit, a small or a capital letter, or the same mark.
fn are_alike(one: char, other: char) -> bool {
    one == other
        || one.is_ascii_digit() && other.is_ascii_digit()
        || one.is_lowercase() && other.is_lowercase()
        || one.is_uppercase() && other.is_uppercase()
}

/// `Pot.TEA` and `Pot.MILK`, or `Cup.TEA`
fn is_other_member(claimed: &str, seen: &str) -> bool {
    let is_name = |part: &str| part.starts_with(|c: char| c.is_alphabetic()) && part.chars().all(|c| c.is_alphanumeric() || c == '_');
    let member = |text: &str| text.rsplit_once('.').map(|(class, name)| (class.to_owned(), name.to_owned()));
    let is_dotted = |(class, name): &(String, String)| class.split('.').all(is_name) && is_name(name);
    let parts = member(claimed).filter(is_dotted).zip(member(seen).filter(is_dotted));
    parts.is_some_and(|((class, name), (other_class, other_name))| class == other_class || name == other_name)
}

/// Whether texts begin and end so much alike that three quarters of the longer one are the same.
fn share_most_letters(claimed: &str, seen: &str) -> bool {
    let (claimed, seen): (Vec<char>, Vec<char>) = (claimed.chars().collect(), seen.chars().collect());
    let (shorter, longer) = (claimed.len().min(seen.len()), claimed.len().max(seen.len()));
    let begin = claimed.iter().zip(&seen).take_while(|(claimed, seen)| claimed == seen).count();
    let end = claimed.iter().rev().zip(seen.iter().rev()).take(shorter - begin).take_while(|(claimed, seen)| claimed == seen).count();
    longer > 3 && (begin + end) * 4 >= longer * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_and_far() {
        for (claimed, seen) in [
            ("Pot.MILK", "Pot.TEA"),
            ("tea.Pot.MILK", "tea.Pot.TEA"),
            ("Cup.TEA", "Pot.TEA"),
            ("My cup is full", "My pot is full"),
            ("green teax", "green tea"),
            ("kettle", "kettles"),
            ("Green tea", "green tea"),
            ("one\ntwo\ntree", "one\ntwo\nthree"),
            ("one\ntwo", "one\nthree"),
            ("tee", "tea"),
            ("S", "M"),
            ("HI BE", "HI BO"),
            (".md", ".rst"),
            ("/tee", "/tea"),
            ("12ac", "12ab"),
            ("9001ab12", "7e4c5d6f"),
        ] {
            assert!(is_nearly(claimed, seen), "{claimed}");
        }
        for (claimed, seen) in [
            ("Pot", "pot"),
            ("Pot.TEA", "Cup.MILK"),
            ("tea", "cup"),
            ("no", "on"),
            ("go", "no"),
            ("s", "M"),
            (".md", "md"),
            ("facade", "decade"),
            ("9001ab12", "7e4c5d6"),
            (".dll", ".so"),
            ("the pot", "the cup"),
            ("the cup of tea", "a pot of tea"),
            ("cup ...", "cups"),
            ("one\ntwo\nthree", "four\nfive\nthree"),
            ("one\ntwo", "one\ntwo\nthree"),
            ("tea", ""),
            ("tea", "tea"),
            ("Pot.TEA'", "Pot.TEA"),
        ] {
            assert!(!is_nearly(claimed, seen), "{claimed}");
        }
    }
}
