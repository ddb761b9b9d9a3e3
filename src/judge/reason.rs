//! Why a claim is unsettled: one line for people, and a word to count by.

/// Characters of a reason; what it quotes can be of any length.
const MOST: usize = 240;

/// Why a claim can't be said to hold or to be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reason {
    /// In a word or two, to count by: `approximate`, `package`, `never-reached`.
    pub(super) category: &'static str,
    /// In one line.
    pub(super) text: String,
}

impl Reason {
    /// A reason in one line, whatever it quotes.
    pub(super) fn new(category: &'static str, text: impl AsRef<str>) -> Reason {
        let text = text.as_ref().trim();
        let mut line: String = text.lines().map(str::trim).collect::<Vec<_>>().join(" ↵ ").chars().take(MOST).collect();
        if line.len() < text.len() && text.chars().count() > MOST {
            line.push('…');
        }
        Reason { category, text: line }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_of_bounded_length() {
        assert_eq!(Reason::new("soft", "seen was a\n  b\n").text, "seen was a ↵ b");
        assert_eq!(Reason::new("soft", "é".repeat(MOST)).text, "é".repeat(MOST));
        let long = Reason::new("soft", "é\n".repeat(1000)).text;
        assert!(long.ends_with('…') && long.chars().count() == MOST + 1 && !long.contains('\n'));
    }
}
