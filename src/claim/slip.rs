//! Words that are nearly others: what was meant to be one of them, and was written amiss.

/// The least letters of a word that others can be told from by one letter.
const SHORTEST: usize = 3;

/// Whether a word differs from another by one letter that is left out, put in or changed.
pub(super) fn is_slip(word: &str, other: &str) -> bool {
    let (word, other): (Vec<char>, Vec<char>) = (word.chars().collect(), other.chars().collect());
    let (shorter, longer) = (word.len().min(other.len()), word.len().max(other.len()));
    let begin = word.iter().zip(&other).take_while(|(one, another)| one == another).count();
    let ends = word.iter().rev().zip(other.iter().rev()).take(shorter - begin);
    let end = ends.take_while(|(one, another)| one == another).count();
    word != other && longer >= SHORTEST && longer - shorter <= 1 && begin + end + 1 >= longer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_off() {
        for (word, other) in [("kettl", "kettle"), ("kettlex", "kettle"), ("kittle", "kettle"), ("te", "tea"), ("éta", "été")] {
            assert!(is_slip(word, other) && is_slip(other, word), "{word}");
        }
        for (word, other) in [("kettle", "kettle"), ("kett", "kettle"), ("ketlte", "kettle"), ("a", "b"), ("at", "it"), ("", "tea")] {
            assert!(!is_slip(word, other), "{word}");
        }
    }
}
