//! Another system that the text right above an example says it's for: `On Windows, it's the other slash:`.

use std::sync::LazyLock;

use regex::Regex;

use crate::extract::Example;

/// Lines above an example that are looked at.
const NEAR: u32 = 8;

/// How a paragraph starts that speaks of another system, or another Python than CPython; or a label (`Windows example:`).
static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    let systems = "windows|macos|mac os|os x|cygwin|android|ios|wasi|emscripten|pypy|jython|ironpython|graalpy|micropython";
    let label = format!(r"(?:for )?(?:{systems})(?:[- ]\w+){{0,2}}:$");
    Regex::new(&format!(r"(?i)^[-*#\s]*(?:(?:on|under) (?:{systems})\b|{label})")).expect("a pattern")
});
/// Words of one that speaks of Linux as well.
static HERE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?i)\b(?:linux|unix|posix|cpython)\b").expect("a pattern"));

/// The paragraph above, where it speaks of another system.
pub(super) fn elsewhere(example: &Example) -> Option<String> {
    let document = &example.document;
    let first = example.first_line.min(document.line_count());
    let above = (first.saturating_sub(NEAR).max(1)..first).rev().map(|line| document.text[document.line_range(line)].trim());
    let opens =
        |line: &&str| line.is_empty() || ["```", "~~~", "..", ":", "--", "[source", "<pre"].iter().any(|mark| line.starts_with(mark));
    let mut paragraph: Vec<&str> = above.skip_while(opens).take_while(|line| !line.is_empty()).collect();
    paragraph.reverse();
    let text = paragraph.join(" ");
    (ELSEWHERE.is_match(&text) && !HERE.is_match(&text)).then(|| text.chars().take(80).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{document::Document, extract};

    /// What is said above the last example of a document.
    fn above(name: &str, text: &str) -> Option<String> {
        let document = Arc::new(Document::decode(name, text.as_bytes()).expect("is text"));
        let examples = extract::extract(&document, &extract::Sections::default());
        elsewhere(examples.last().expect("an example"))
    }

    #[test]
    fn other_systems() {
        let fence = "\n\n```python\nslash()\n```\n";
        assert_eq!(
            above("a.md", &format!("Tea.\n\nOn Windows, it's\nanother one:{fence}")).as_deref(),
            Some("On Windows, it's another one:")
        );
        assert!(above("a.rst", "Under PyPy:\n\n.. code-block:: python\n   :name: a\n\n   slash()\n").is_some());
        for text in ["Windows:", "WINDOWS-PATH EXAMPLE:", "For macOS:"] {
            assert_eq!(above("a.md", &format!("{text}{fence}")).as_deref(), Some(text));
        }
        for text in [
            "Windows of a house are opened so:",
            "Windowsills:",
            "On Linux:",
            "On Windows and Linux:",
            "Not on Windows:",
            "On windowsills:",
            "On Windows:\n\nElsewhere:",
        ] {
            assert_eq!(above("a.md", &format!("{text}{fence}")), None, "{text}");
        }
    }
}
