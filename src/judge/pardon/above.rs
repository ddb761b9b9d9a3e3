//! What the paragraph above an example says of it: that it's for another Python or machine, or that it was so once.

use std::{borrow::Cow, sync::LazyLock};

use regex::Regex;

use crate::{claim::Condition, document::Format, extract::Example};

use super::{
    super::{condition, reason::Reason, text::squeeze},
    dated,
};

/// Most lines that a paragraph has which leads to code.
const LINES: u32 = 8;
/// Most words of a paragraph that says nothing but what the code is.
const WORDS: usize = 4;

/// Words of a last sentence that leads to what was so once: `Previously, it poured tea:`, `Instead of pouring tea:` without what is done instead.
static PAST: LazyLock<Regex> = LazyLock::new(|| {
    let versions = r"(?:in|with|for) (?:previous|earlier|older|prior|former) (?:versions?|releases?)\b";
    let manners = r"the (?:old|previous|former) (?:\w+ ){0,3}?(?:way|behaviou?r|output|result|repr|syntax|style|API)\b";
    Regex::new(&format!(
        r"(?i)^(?:(?:previously|formerly|prior to|{versions}|{manners})|instead of [^,]*$)|\b(?:this|it|they|that) used to \w+\b"
    ))
    .expect("a pattern")
});

/// A paragraph that begins with the version that it speaks of.
static VERSION_AHEAD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)^(?:in|on|with|under|before|until|prior to) (?:c?python|versions?) ").expect("a pattern"));

/// Words of a machine that need not be this one: `run on a 32-bit machine`, `assuming the platform's longs have 4 bytes`.
static MACHINE: LazyLock<Regex> = LazyLock::new(|| {
    let of_machine = r"(?:16|32)-bit (?:machine|system|platform|processor|build|python)";
    Regex::new(&format!(
        r"(?i)\b(?:on|with|under|by) an? {of_machine}\b|\bassuming (?:that )?(?:the|your|a) (?:platform|machine|compiler)\b"
    ))
    .expect("a pattern")
});

/// A tag of a page.
pub(super) static TAG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"</?[A-Za-z][^<>]*>").expect("a pattern"));

/// Why the code isn't meant to show here what the example claims.
pub(super) fn reason(example: &Example, python: (u8, u8), free_threaded: bool) -> Option<Reason> {
    if let Some(time) = dated::time(example) {
        return Some(Reason::new("condition", format!("claimed for: {time}")));
    }
    if let Some(why) = heading(example).and_then(|condition| condition::unmet(&condition, python, free_threaded)) {
        return Some(Reason::new("condition", why));
    }
    if let Some(banner) = of_python_2(example) {
        return Some(Reason::new("condition", format!("claimed for: {banner}")));
    }
    let paragraph = paragraph(example);
    let led = paragraph.trim_end().trim_end_matches([':', '：']);
    // A comment of the code above is none of this.
    let said = if led.starts_with('#') { "" } else { led };
    if let Some(words) = [said, &title(example)].into_iter().find(|words| names_only_python_2(words)) {
        return Some(Reason::new("condition", format!("claimed for: {}", words.trim_matches(|c: char| !c.is_alphanumeric()))));
    }
    if led.len() == paragraph.trim_end().len() {
        return None;
    }
    let last = led.rsplit('。').next().unwrap_or(led);
    let last = last.rsplit(". ").next().unwrap_or(last);
    if is_past(led) || PAST.is_match(last.trim_start_matches(['*', '_', '-', ' '])) {
        return Some(Reason::new("condition", format!("claimed for: {}", last.trim())));
    }
    if MACHINE.is_match(last) {
        return Some(Reason::new("environment", format!("claimed for: {}", last.trim())));
    }
    // What was so until some version, as a paragraph begins, holds for all of it.
    let first = led.split(", ").next().filter(|words| VERSION_AHEAD.is_match(words)).unwrap_or_default();
    let of_python = |words: &str| Condition::stated(words).filter(|condition| matches!(condition, Condition::Python(_)));
    let until = |condition: &Condition| matches!(condition, Condition::Python(specifier) if specifier.starts_with('<'));
    // What's said in brackets tells how it is elsewhere, or how it came to be so.
    let condition = of_python(&without_brackets(last)).or_else(|| of_python(first).filter(until))?;
    condition::unmet(&condition, python, free_threaded).map(|why| Reason::new("condition", why))
}

/// Words without those in brackets among them.
fn without_brackets(words: &str) -> String {
    static INNER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\([^()]*\)").expect("a pattern"));
    const DEPTH: usize = 3;
    (0..DEPTH).fold(words.to_owned(), |words, _| INNER.replace_all(&words, "").into_owned())
}

/// Whether the paragraph that leads to an example says just what it claims of something that it doesn't make itself: `for a pot of size (5, 5):`. Then the
/// reader is to imagine one that is so.
pub(super) fn states(example: &Example, claimed: &str) -> bool {
    let claimed = squeeze(claimed);
    let is_telling = claimed.len() > 2 && claimed.contains(|c: char| c.is_ascii_digit()) && claimed.starts_with(['(', '[', '{', '\'', '"']);
    let paragraph = paragraph(example);
    // And no code, nor what a notebook's file has between its cells.
    let is_prose = paragraph.trim_end().ends_with([':', '.']) && !paragraph.contains('#');
    is_telling && is_prose && squeeze(&paragraph).contains(&claimed)
}

/// Whether the paragraph that leads to an example says of an assertion or a test that it fails: then its own may be there to show that.
pub(super) fn says_it_fails(example: &Example) -> bool {
    static FAILS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:assert\w*|tests?|checks?|it|this|that|which|following) (?:\w+ ){0,2}?fail(?:s|ed|ing)?\b|\bfail(?:s|ing|ure) (?:\w+ )?(?:assert|test|check)|\bAssertionError\b")
            .expect("a pattern")
    });
    FAILS.is_match(&paragraph(example))
}

/// The version that the first line of the code names, and nothing else: `# Python 3.7.4`.
fn heading(example: &Example) -> Option<Condition> {
    let words = example.code.lines().next()?.trim().strip_prefix('#')?.trim();
    let is_version = words.strip_prefix("Python ").is_some_and(|version| version.chars().all(|c| c.is_ascii_digit() || c == '.'));
    Condition::stated(words).filter(|condition| is_version && matches!(condition, Condition::Python(_)))
}

/// The nearest heading above an example, outside of other code.
fn title(example: &Example) -> String {
    const MOST: u32 = 200;
    let document = &example.document;
    let line = |number: u32| document.text[document.line_range(number)].trim_end();
    let is_rule = |text: &str| text.len() > 2 && ["=", "-", "~", "^"].iter().any(|mark| text.replace(mark, "").is_empty());
    let is_title = |number: u32| {
        let is_underlined = number + 1 < example.first_line && !line(number).trim().is_empty() && is_rule(line(number + 1));
        is_underlined || document.format == Format::Markdown && line(number).starts_with('#')
    };
    // Its own fence is the first; between the next two is other code.
    let mut fences = 0;
    for number in (1..example.first_line).rev().take(MOST as usize) {
        if ["```", "~~~"].iter().any(|mark| line(number).trim_start().starts_with(mark)) {
            fences += 1;
        } else if (fences == 0 || fences % 2 == 1) && is_title(number) {
            return line(number).trim_matches(['#', ' ']).to_owned();
        }
    }
    String::new()
}

/// What a Python 2 says when it starts, in the lines above a session that was pasted with that.
fn of_python_2(example: &Example) -> Option<&str> {
    const MOST: u32 = 5;
    let document = &example.document;
    let first = example.first_line.min(document.line_count());
    let mut above = (first.saturating_sub(MOST).max(1)..first).map(|line| document.text[document.line_range(line)].trim());
    above.rfind(|line| line.starts_with("Python 2.") && line.contains('('))
}

/// Whether a heading or a short sentence names Python 2 and no other, and not to say what is otherwise now.
fn names_only_python_2(words: &str) -> bool {
    /// A longer paragraph rather tells something.
    const MOST: usize = 10;
    static NAMED: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?i)(?-u:\b)(?:python|py)[ -]?2(?:\.[\dx]+)*(?-u:\b)").expect("a pattern"));
    static OTHERWISE: LazyLock<Regex> = LazyLock::new(|| {
        let words = "unlike|had|not?|no longer|instead|anymore|now|was|were|replaced?|removed?|than|from|vs|versus|compared|differs?|differences?|since|after|drop\\w*|migrat\\w*|port\\w*|both|and|or|newer|later";
        Regex::new(&format!(r"(?i)(?-u:\b)(?:{words})(?-u:\b)|(?:^|[^\d.])3(?:[^\d]|$)|\+|`")).expect("a pattern")
    });
    words.split_whitespace().count() <= MOST && NAMED.is_match(words) && !OTHERWISE.is_match(words)
}

/// `Instead of:`, `The old way:`
fn is_past(led: &str) -> bool {
    let words: Vec<String> = led.split_whitespace().map(|word| word.trim_matches(['*', '_', '#']).to_lowercase()).collect();
    words.len() <= WORDS
        && (words.first().is_some_and(|first| matches!(first.as_str(), "before" | "previously" | "formerly" | "old"))
            || words.starts_with(&["instead".to_owned(), "of".to_owned()])
            || words.starts_with(&["the".to_owned(), "old".to_owned()]))
}

/// The last paragraph above an example, in one line.
pub(super) fn paragraph(example: &Example) -> String {
    let document = &example.document;
    let line = |number: u32| {
        let text = document.text[document.line_range(number)].trim();
        if document.format == Format::Html { Cow::Owned(TAG.replace_all(text, "").trim().to_owned()) } else { Cow::Borrowed(text) }
    };
    // The block's own markup: a fence, a directive and its options.
    let is_markup = |text: &str| text.is_empty() || ["```", "~~~", ":::", ".. ", ":", "<!--"].iter().any(|start| text.starts_with(start));
    let Some(last) = (1..example.first_line).rev().take(LINES as usize).find(|&number| !is_markup(&line(number))) else {
        return String::new();
    };
    let first = (last.saturating_sub(LINES).max(1)..=last).rev().take_while(|&number| !is_markup(&line(number))).last().unwrap_or(last);
    (first..=last).map(line).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        document::Document,
        extract::{Sections, extract},
    };

    fn said(text: &str) -> Option<String> {
        let document = std::sync::Arc::new(Document::decode("a.md", text.as_bytes()).expect("UTF-8"));
        let example = extract(&document, &Sections::default()).pop().expect("an example");
        reason(&example, (3, 11), false).map(|reason| reason.text)
    }

    #[test]
    fn what_is_to_be_imagined() {
        let states = |above: &str, claimed: &str| {
            let text = format!("{above}\n\n```python\npot.size  # (5, 6)\n```\n");
            let document = std::sync::Arc::new(Document::decode("a.md", text.as_bytes()).expect("UTF-8"));
            super::states(&extract(&document, &Sections::default())[0], claimed)
        };
        assert!(states("Pots differ. For one of size (5, 6):", "(5, 6)"));
        for (above, claimed) in [
            ("For one of size (5, 7):", "(5, 6)"),
            ("Of 5 pots:", "5"),
            ("For one of size (5, 6).\n\nOr so:", "(5, 6)"),
            ("```python\npot.size  # (5, 6)\n```", "(5, 6)"),
        ] {
            assert!(!states(above, claimed), "{above}");
        }
    }

    #[test]
    fn of_another_machine() {
        let below = |above: &str| said(&format!("{above}\n\n```python\nsize('l')  # 4\n```\n"));
        for above in ["Cups differ. This was poured on a 32-bit machine:", "It's padded, assuming the platform's cups are small:"] {
            assert!(below(above).is_some(), "{above}");
        }
        for above in [
            "It was poured on a 64-bit machine:",
            "On a 32-bit machine it's less. Here it's:",
            "Pour 32-bit numbers:",
            "Assuming the cup is hot:",
        ] {
            assert_eq!(below(above), None, "{above}");
        }
    }

    #[test]
    fn of_another_version() {
        let of = |first: &str| said(&format!("Tea.\n\n```python\n{first}\n>>> f(1)\n2\n```\n"));
        assert!(of("# Python 3.7.4").is_some() && of("# Python 3.9").is_some());
        for first in ["# Python 3.11.2", "# Python 3.11", "# Python tea", "# It's hot since Python 3.7", "f = int"] {
            assert_eq!(of(first), None, "{first}");
        }
    }

    #[test]
    fn below_a_heading_of_python_2() {
        let below = |above: &str| said(&format!("{above}\n\n```python\nf(1)  # 2\n```\n"));
        for above in [
            "### Python 2",
            "## In Python 2.7:\n\nTea is poured so.\n\n```python\n# Python 3\nx = 1\n```\n\nOr so.",
            "Python 2.x\n----------\n\nTea.",
            "**Python 2**",
            "(Python 2)",
            "In Python 2",
            "在 Py2.x 中，可以：",
        ] {
            assert!(below(above).is_some(), "{above}");
        }
        for above in [
            "### Python 2 and 3",
            "### From Python 2",
            "### Python 3",
            "### Python 2\n\nTea.\n\n### Tea",
            "```python\n# Python 2\n```",
            "```python\nx = 1\n# Python 2\n```\n\nTea.",
            "Python 2 had cups.",
        ] {
            assert_eq!(below(above), None, "{above}");
        }
    }

    #[test]
    fn of_assertions_that_fail() {
        let fails = |above: &str| {
            let document =
                std::sync::Arc::new(Document::decode("a.md", format!("{above}\n\n    assert f(1) == 2\n").as_bytes()).expect("UTF-8"));
            says_it_fails(&extract(&document, &Sections::default()).pop().expect("an example"))
        };
        for above in [
            "Let's see what happens when an assertion fails. Take a cup away, and change it to, say,",
            "This test will fail:",
            "A failing test:",
            "It raises an `AssertionError`:",
        ] {
            assert!(fails(above), "{above}");
        }
        for above in ["Let's see what it asserts:", "No test is needed:", "Failures are rare."] {
            assert!(!fails(above), "{above}");
        }
    }

    #[test]
    fn of_another_time() {
        for above in
            ["Instead of:", "**Before**:", "The old way:", "Tea is hot. It's so in all that come.\nOn Python 3.13:", "* Before Python 3.9:"]
        {
            assert!(said(&format!("{above}\n\n```python\nf(1)  # 2\n```\n")).is_some(), "{above}");
        }
        for above in [
            "It's hot now. Instead of showing tea and\nmilk:",
            "Previously, cups could be poured:",
            "In earlier versions of it:",
            "* The old default output was:",
            "This used to print tea:",
            "In Python 3.8 and earlier, cups had no size. To ask for\nit fails. So:",
            "在 Py2.x 中，可以：",
            "### Python 2",
            "## In Python 2.7\n\nTea is hot.\n\n```python\n# x\n```\n\nAnd:",
            "**Python 2**",
            "This is how Python 2 did it.",
        ] {
            assert!(said(&format!("{above}\n\n```python\nf(1)  # 2\n```\n")).is_some(), "{above}");
        }
        for above in [
            "Instead of pouring tea yourself, ask:",
            "Previously, it was cold. Now:",
            "As previously said, it's hot:",
            "This is used to pour:",
            "To pour tea, one needs `pour()` (new in Python 2.5, old in Python 3.5):",
            "It can be asked by `hot()` (`warm()` in Python 2):",
            "Now:",
            "On Python 3.11:",
            "On Python 3.10 or newer:",
            "In Python 3.12 and earlier, cups had no size. So:",
            "In Python 3.8, cups were given a size. So:",
            "Cups had no size in Python 3.8. Now they have:",
            "Before you pour tea, ask:",
            "It was so on Python 3.13.",
            "As of Python 3.13 it's faster. Here's how:",
            "Instead of:\n\n```\ntea\n```\n\nwrite",
            "Unlike Python 2, this is hot.",
            "### From Python 2 to Python 3",
            "### Python 2 and 3",
            "### Python 2\n\nTea.\n\n### Python 3",
            "```python\n# Python 2\n```\n\nTea.",
            "`xrange` is what Python 2 had.",
        ] {
            assert_eq!(said(&format!("{above}\n\n```python\nf(1)  # 2\n```\n")), None, "{above}");
        }
    }
}
