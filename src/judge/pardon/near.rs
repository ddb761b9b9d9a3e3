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

/// Whether an exception is claimed whose name is a letter off, with the same message, or its beginning.
pub(super) fn is_named_nearly_so(claimed: &str, raised: &str) -> bool {
    let (Some((name, message)), Some((own_name, own_message))) = (claimed.split_once(':'), raised.split_once(':')) else { return false };
    let (message, own_message) = (squeeze(message), squeeze(own_message));
    let is_message = own_message.starts_with(&message) || fits(&message, &own_message);
    is_message && is_a_letter_off(name.trim().rsplit('.').next().unwrap_or_default(), own_name.trim())
}

/// Whether two words of the same length differ in one letter. Of short ones, and of numbers, the other may well be meant.
fn is_a_letter_off(one: &str, other: &str) -> bool {
    const LONG: usize = 4;
    let is_word = |word: &str| word.chars().count() >= LONG && word.chars().all(char::is_alphabetic);
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
    }
}
