//! Another system that the text above an example says it's for: `On Windows, it's the other slash:`, or `Availability: Windows` of what it shows. Or it
//! says that what is shown depends on the system.

use std::sync::LazyLock;

use regex::Regex;

use crate::extract::Example;

/// Lines above an example that are looked at.
const NEAR: u32 = 8;
/// The same, for where something is to be had at all, which stands at the head of its description.
const FAR: u32 = 20;
/// Systems, and Pythons, other than Linux and CPython.
const SYSTEMS: &str = "windows|macos|mac os|os x|cygwin|android|ios|wasi|emscripten|pypy|jython|ironpython|graalpy|micropython";

/// How a paragraph starts that speaks of another system, or another Python than CPython; or a label (`Windows example:`).
static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    let label = format!(r"(?:for )?(?:{SYSTEMS})(?:[- ]\w+){{0,2}}:$");
    Regex::new(&format!(r"(?i)^[-*#\s]*(?:(?:on|under) (?:{SYSTEMS})\b|{label})")).expect("a pattern")
});
/// Where something is to be had: `Availability: Windows`, `.. availability:: macOS`.
static AVAILABLE: LazyLock<Regex> = LazyLock::new(|| {
    let word = r"(?:\.\. )?[:*_]*(?:availability|available on|platforms?|supported platforms?)[:*_]*";
    Regex::new(&format!(r"(?i)^{word}\s+(?:{SYSTEMS})\b")).expect("a pattern")
});
/// What differs from system to system.
static DEPENDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\bdepend(?:s|ing|ent) on (?:the |your |one's )?(?:current |underlying )?(?:operating system|os|platform)\b")
        .expect("a pattern")
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
    let is_elsewhere = |text: &String| ELSEWHERE.is_match(text) && !HERE.is_match(text);
    Some(text).filter(is_elsewhere).or_else(|| available_elsewhere(example)).map(|text| text.chars().take(80).collect())
}

/// The line that says where the function is to be had whose description an example belongs to, or that it differs there: nothing between the two stands further left.
fn available_elsewhere(example: &Example) -> Option<String> {
    let document = &example.document;
    let first = example.first_line.min(document.line_count());
    let above = (first.saturating_sub(FAR).max(1)..first).rev().map(|line| document.text[document.line_range(line)].trim_end());
    let is_heading = |line: &str| line.starts_with('#') || line.len() > 2 && line.bytes().all(|byte| b"=-~^\"*".contains(&byte));
    let mut least = usize::MAX;
    for line in above.filter(|line| !line.is_empty()).take_while(|line| !is_heading(line)) {
        let column = line.len() - line.trim_start().len();
        let text = line.trim_start();
        if column <= least && AVAILABLE.is_match(text) {
            return Some(text.to_owned()).filter(|text| !HERE.is_match(text));
        }
        if column <= least && DEPENDS.is_match(text) {
            return Some(text.trim_start_matches(['"', '\'']).to_owned());
        }
        least = least.min(column);
    }
    None
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

    #[test]
    fn different_from_system_to_system() {
        let said = |line: &str| above("a.md", &format!("# Tea\n\n{line}\n\nFor long brews.\n\n```python\nslash()\n```\n"));
        for line in ["The slash, depending on OS.", "It depends on the operating system.", "Its look is dependent on your platform."] {
            assert_eq!(said(line).as_deref(), Some(line));
        }
        for line in ["It depends on osmosis.", "It depends on the cup.", "The platform depends on it."] {
            assert_eq!(said(line), None, "{line}");
        }
        assert_eq!(above("a.md", "It depends on the OS.\n\n# Tea\n\n```python\nslash()\n```\n"), None);
    }

    #[test]
    fn to_be_had_on_other_systems() {
        let code = "   .. code-block:: python\n\n      slash()\n";
        for line in ["Availability: Windows", "*Availability*: macOS, Windows", ".. availability:: Windows"] {
            assert_eq!(
                above("a.rst", &format!(".. function:: slash()\n\n   {line}\n\n   It's another one.\n\n{code}")).as_deref(),
                Some(line)
            );
        }
        for text in [
            ".. function:: slash()\n\n   Availability: Linux, Windows\n\n   Here:\n",
            ".. function:: f()\n\n   Availability: Windows\n\n.. function:: slash()\n\n   Here:\n",
            ".. function:: slash()\n\n   The availability of Windows differs:\n",
        ] {
            assert_eq!(above("a.rst", &format!("{text}\n{code}")), None, "{text}");
        }
    }
}
