//! Texts that differ so little that it's a slip of whoever wrote the one: code that ran on something else than its author's would hardly come so near.

use crate::{
    claim::code::words,
    judge::text::{fits, squeeze},
};

/// Whether a claimed text of many words and numbers differs from what was seen in one of them, or one of any number in one letter of a word.
pub(super) fn is_near(claimed: &str, actual: &str) -> bool {
    const MANY: usize = 8;
    let (mut claimed, actual): (Vec<&str>, Vec<&str>) = (words(claimed).collect(), words(actual).collect());
    // What names the module of an exception.
    let module = claimed.iter().position(|token| Some(token) == actual.first()).filter(|&module| module < claimed.len() / 2);
    claimed.drain(..module.unwrap_or(0));
    let mut others = claimed.iter().zip(&actual).filter(|(claimed, actual)| claimed != actual);
    let (Some((one, other)), None) = (others.next(), others.next()) else { return false };
    claimed.len() == actual.len() && (claimed.len() >= MANY || is_a_letter_off(one, other))
}

/// Whether a claimed text begins as two others do that vary further on, but for a letter of one word: that is none of what varies.
pub(in crate::judge) fn begins_a_letter_off(claimed: &str, one: &str, other: &str) -> bool {
    let common = words(one).zip(words(other)).take_while(|(one, other)| one == other).map(|(word, _)| word);
    let begin = claimed.split_once("...").map_or(claimed, |(begin, _)| begin);
    is_one_a_letter_off(words(begin).zip(common))
}

/// Whether an exception is claimed whose name is a letter off, with the same message, or its beginning.
pub(super) fn is_named_nearly_so(claimed: &str, raised: &str) -> bool {
    let (name, message) = claimed.split_once(':').unwrap_or((claimed, ""));
    let Some((own_name, own_message)) = raised.split_once(':') else { return false };
    if message.is_empty() && !own_message.trim().is_empty() {
        return false;
    }
    let (message, own_message) = (squeeze(message), squeeze(own_message));
    let is_message = own_message.starts_with(&message) || fits(&message, &own_message);
    is_message && is_a_letter_off(name.trim().rsplit('.').next().unwrap_or_default(), own_name.trim())
}

/// Whether a name with modules in front of it is another one but for a letter in one of its parts.
pub(in crate::judge) fn is_path_a_letter_off(claimed: &str, path: &str) -> bool {
    let is_path = claimed.contains('.') && claimed.split('.').count() == path.split('.').count();
    is_path && is_one_a_letter_off(claimed.split('.').zip(path.split('.')))
}

/// Whether the words of one pair alone differ, and these in one letter.
fn is_one_a_letter_off<'t>(pairs: impl Iterator<Item = (&'t str, &'t str)>) -> bool {
    let mut others = pairs.filter(|(one, other)| one != other);
    others.next().is_some_and(|(one, other)| is_a_letter_off(one, other)) && others.next().is_none()
}

/// Whether two words of the same length differ in one letter. Of short ones, and of numbers, the other may well be meant.
fn is_a_letter_off(one: &str, other: &str) -> bool {
    const LONG: usize = 4;
    let is_word = |word: &str| word.chars().count() >= LONG && word.chars().all(|c| c.is_alphabetic() || c == '_');
    is_word(one) && is_word(other) && strsim::hamming(one, other) == Ok(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_off() {
        for (claimed, actual) in [("'teapot'", "'teepot'"), ("['warm', 5]", "['worm', 5]")] {
            assert!(is_near(claimed, actual), "{claimed}");
        }
        for (claimed, actual) in
            [("'tea'", "'tee'"), ("1250", "1251"), ("'cups'", "'cup'"), ("'warm worm'", "'worm warm'"), ("tea5", "tea6"), ("tea", "tea")]
        {
            assert!(!is_near(claimed, actual), "{claimed}");
        }
        let many = "1, 2, 3, 4, 5, 6, 7, 8";
        assert!(is_near(many, &many.replace('5', "9")) && !is_near(many, &many.replace(['5', '6'], "9")));
    }

    #[test]
    fn names_of_exceptions() {
        let raised = "KettleError: <Pot at 5> is too\n hot";
        for claimed in ["KettleErrer: <Pot at 5> is", "shop.KottleError: <...> is too hot", "KettlaError: <Pot at 5>\n  is too hot"] {
            assert!(is_named_nearly_so(claimed, raised), "{claimed}");
        }
        for claimed in ["KettleError: <Pot at 5> is", "KettleErrer: it's cold", "ValueError: <Pot at 5> is too hot", "KettleErrer"] {
            assert!(!is_named_nearly_so(claimed, raised), "{claimed}");
        }
        assert!(is_named_nearly_so("KettleErrer", "KettleError: ") && !is_named_nearly_so("KettleError", "KettleError: "));
    }

    #[test]
    fn modules_of_exceptions() {
        assert!(is_path_a_letter_off("shop.kettlo.Error", "shop.kettle.Error") && is_path_a_letter_off("tea_shup.Error", "tea_shop.Error"));
        for claimed in ["shop.kettle.Error", "shop.kettlo.Errer", "kettlo.Error", "shop.cups.Error", "Errer"] {
            assert!(!is_path_a_letter_off(claimed, "shop.kettle.Error"), "{claimed}");
        }
    }

    #[test]
    fn beginnings_of_what_varies() {
        let (one, other) = ("Kettle(place='/a/5', lid='warm')", "Kettle(place='/b/6', lid='warm')");
        for claimed in ["Kettlo(place='...', lid='...')", "Kettle(plade=...)"] {
            assert!(begins_a_letter_off(claimed, one, other), "{claimed}");
        }
        for claimed in ["Kettle(place='/c/7', lid='worm')", "Kettlo(plade=...)", "...Kettlo", "Cup(place=5)", one] {
            assert!(!begins_a_letter_off(claimed, one, other), "{claimed}");
        }
    }
}
