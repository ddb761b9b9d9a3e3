//! The version mark that would make a claim right: `(Python 3.12+)`, where the results on several Pythons support it.
//!
//! The mark is only suggested where the claim, with it, would be read as the same claim for just those versions.

use crate::{
    claim::{self, Claim, Condition, Form},
    extract::Example,
    judge::Verdict,
};

/// The claimed text with the mark behind it, as it would stand in the document; `None` where none is supported. `verdicts` are those on
/// each Python, with its major and minor version, the oldest first; `None` where it wasn't judged.
pub(super) fn marked(example: &Example, claim: &Claim, verdicts: &[((u8, u8), Option<Verdict>)]) -> Option<String> {
    if claim.condition.is_some() || claim.form == Form::Session {
        return None;
    }
    let (specifier, mark) = versions(verdicts)?;
    let marked = format!("{} {mark}", example.code.get(claim.span.clone())?);
    let code = format!("{}{marked}{}", example.code.get(..claim.span.start)?, example.code.get(claim.span.end..)?);
    let read = claim::find(&code, claim::session::is_session(&code));
    let condition = Some(Condition::Python(specifier));
    let same =
        read.iter().any(|read| read.span.start == claim.span.start && read.expected == claim.expected && read.condition == condition);
    (same && !marked.contains('\n')).then_some(marked)
}

/// The specifier of the versions that a claim holds on, and the words for it; `None` where the results don't tell the one from the other by
/// a bound, or there are too few of them.
fn versions(verdicts: &[((u8, u8), Option<Verdict>)]) -> Option<(String, String)> {
    let of = |wanted: Verdict| verdicts.iter().filter(move |(_, verdict)| *verdict == Some(wanted)).map(|(python, _)| *python);
    let (holds, wrong): (Vec<_>, Vec<_>) = (of(Verdict::Holds).collect(), of(Verdict::Wrong).collect());
    if holds.len() + wrong.len() < verdicts.len() {
        return None;
    }
    let (first, last) = (*holds.iter().min()?, *holds.iter().max()?);
    let (lowest, highest) = (*wrong.iter().min()?, *wrong.iter().max()?);
    if first > highest {
        let (major, minor) = first;
        return Some((format!(">={major}.{minor}"), format!("(Python {major}.{minor}+)")));
    }
    if last < lowest {
        let (major, minor) = lowest;
        // Of the versions between, nothing is known.
        let next = (last.0, last.1 + 1) == lowest;
        return Some(match next {
            true => (format!("<{major}.{minor}"), format!("(before Python {major}.{minor})")),
            false => (format!("<={}.{}", last.0, last.1), format!("(Python <={}.{})", last.0, last.1)),
        });
    }
    (first == last && !wrong.contains(&first)).then(|| (format!("{}.{}", first.0, first.1), format!("(Python {}.{})", first.0, first.1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::tests::example;

    /// The claim of a code as it would be right, judged so on 3.10, 3.11, …: `h` holds, `w` is wrong, `u` is unsettled, `-` isn't judged.
    fn suggested(code: &str, verdicts: &str) -> Option<String> {
        let example = example("q1.1", code);
        let claims = claim::claims(&example);
        assert_eq!(claims.len(), 1, "{code}");
        let verdict = |letter: char| match letter {
            'h' => Some(Verdict::Holds),
            'w' => Some(Verdict::Wrong),
            'u' => Some(Verdict::Unsettled),
            _ => None,
        };
        let verdicts: Vec<_> = verdicts.chars().enumerate().map(|(index, letter)| ((3, 10 + index as u8), verdict(letter))).collect();
        marked(&example, &claims[0], &verdicts)
    }

    #[test]
    fn what_the_results_support() {
        let code = "f()  # 12\n";
        assert_eq!(suggested(code, "wwhh").as_deref(), Some("12 (Python 3.12+)"));
        assert_eq!(suggested(code, "whhh").as_deref(), Some("12 (Python 3.11+)"));
        assert_eq!(suggested(code, "hhww").as_deref(), Some("12 (before Python 3.12)"));
        assert_eq!(suggested(code, "whw").as_deref(), Some("12 (Python 3.11)"));
        for unsupported in ["hhhh", "wwww", "hwhw", "wuhh", "w-hh", "", "h", "w"] {
            assert_eq!(suggested(code, unsupported), None, "{unsupported}");
        }
        let gap = [((3, 10), Some(Verdict::Holds)), ((3, 12), Some(Verdict::Wrong))];
        assert_eq!(versions(&gap), Some(("<=3.10".to_owned(), "(Python <=3.10)".to_owned())));
        let twice = [((3, 11), Some(Verdict::Wrong)), ((3, 11), Some(Verdict::Holds))];
        assert_eq!(versions(&twice), None, "two builds of one version differ by something else");
    }

    #[test]
    fn only_where_the_mark_would_be_read_as_one() {
        assert_eq!(suggested("f()  # 12 -- not 13!\n", "wh").as_deref(), Some("12 (Python 3.11+)"));
        assert_eq!(suggested("f()  # ValueError\n", "wh").as_deref(), Some("ValueError (Python 3.11+)"));
        assert_eq!(suggested("f()  # 12 (Python 3.10)\n", "wh"), None, "it has one");
        assert_eq!(suggested(">>> f()\n12\n", "wh"), None, "below a prompt stands what is printed and nothing else");
    }
}
