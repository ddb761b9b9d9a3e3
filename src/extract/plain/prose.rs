//! How much a line looks like prose. Word lists are English; prose in other languages is recognised by its punctuation and
//! length only, which is enough where nothing else speaks for code.

/// From 0 (nothing of prose) to about 9 (a long sentence).
pub(super) fn weight(line: &str) -> f32 {
    let text = line.trim();
    // The full stop may stand within brackets or quotes.
    let end = text.trim_end_matches([')', '”', '*']);
    let mut weight = 0.0;
    if is_item(text) {
        weight += 5.0;
    }
    let (words, common) = words(text);
    weight += match common {
        0 => 0.0,
        1 => 1.0,
        2 | 3 => 2.0,
        _ => 4.0,
    };
    let mut characters = text.chars();
    let capital = characters.next().is_some_and(char::is_uppercase) && characters.next().is_none_or(|c| c.is_lowercase() || c == ' ');
    weight += f32::from(u8::from(capital));
    weight += f32::from(u8::from(end.ends_with(['.', ':', '?', '!', '…']) || text.ends_with('”')));
    weight += if words >= 2 && text.starts_with(char::is_uppercase) && end.ends_with('.') { 1.5 } else { 0.0 };
    weight += f32::from(u8::from(words >= 6)) + f32::from(u8::from(words >= 12));
    weight += if text.contains(['’', '“', '”', '—', '–']) { 2.0 } else { 0.0 };
    weight += if is_linked_heading(text) || is_button(text) { 4.0 } else { 0.0 };
    weight
}

/// Whether a line ends with the link that documentation has behind its headings.
pub(super) fn is_linked_heading(text: &str) -> bool {
    let is_glued = |heading: &str| heading.starts_with(|c: char| c != '#') && !heading.ends_with(char::is_whitespace);
    text.ends_with('¶') || text.trim_start().strip_suffix('#').is_some_and(is_glued)
}

/// Whether a line is what pages write on a button beside their code.
pub(super) fn is_button(text: &str) -> bool {
    matches!(text, "Copy" | "Copy code" | "Copied!" | "Run" | "Run code" | "Run Code" | "Try it Yourself »" | "Try it yourself »")
}

/// Whether a line has nothing but words, the first of them with a capital letter, as a heading has; code has hardly two words in a row.
pub(super) fn is_title(text: &str) -> bool {
    let first = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let count = text.split_ascii_whitespace().count();
    count >= 2 && first.starts_with(char::is_uppercase) && words(text).0 == count
}

/// Whether a line is an item of a list as browsers write it: a bullet, or a number and a full stop.
pub(super) fn is_item(trimmed: &str) -> bool {
    if trimmed.starts_with(['•', '◦', '▪', '‣', '○']) {
        return true;
    }
    let rest = trimmed.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = trimmed.len() - rest.len();
    (1..=3).contains(&digits) && (rest.starts_with(". ") || rest.starts_with(") "))
}

/// How many words a text has, and how many of them are common in English prose and rare in code.
pub(super) fn words(text: &str) -> (usize, usize) {
    let mut words = 0;
    let mut common = 0;
    for word in text.split([' ', '\t']).map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())) {
        if !word.is_empty() && word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-')) {
            words += 1;
            common += usize::from(is_common(word));
        }
    }
    (words, common)
}

/// Whether a word is one of the most common of English prose and no keyword of Python.
pub(super) fn is_common(word: &str) -> bool {
    const COMMON: [&str; 64] = [
        "a", "about", "also", "an", "are", "as", "at", "be", "because", "been", "but", "by", "can", "could", "do", "does", "each", "every",
        "has", "have", "how", "into", "it", "its", "just", "like", "may", "more", "most", "must", "need", "no", "of", "on", "only",
        "other", "same", "should", "so", "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this",
        "those", "to", "use", "used", "was", "we", "were", "what", "when", "which", "will", "you", "your",
    ];
    let lower = word.to_ascii_lowercase();
    COMMON.binary_search(&lower.as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_are_found() {
        for word in ["a", "by", "The", "which", "your", "should"] {
            assert!(is_common(word), "{word}");
        }
        assert!(!is_common("import"));
    }

    #[test]
    fn items_have_a_mark() {
        assert!(is_item("• x") && is_item("12. x") && is_item("3) x"));
        assert!(!is_item("1.5 + x") && !is_item("x. y") && !is_item("1234. x"));
    }
}
