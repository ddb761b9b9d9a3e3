//! What the paragraph above an example says of it: that it's for another Python or machine, or that it was so once.

use std::{borrow::Cow, sync::LazyLock};

use regex::Regex;

use crate::{claim::Condition, document::Format, extract::Example};

use super::super::{condition, reason::Reason};

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

/// Words of a machine that need not be this one: `run on a 32-bit machine`, `assuming the platform's longs have 4 bytes`.
static MACHINE: LazyLock<Regex> = LazyLock::new(|| {
    let of_machine = r"(?:16|32)-bit (?:machine|system|platform|processor|build|python)";
    Regex::new(&format!(
        r"(?i)\b(?:on|with|under|by) an? {of_machine}\b|\bassuming (?:that )?(?:the|your|a) (?:platform|machine|compiler)\b"
    ))
    .expect("a pattern")
});

/// A tag of a page.
static TAG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"</?[A-Za-z][^<>]*>").expect("a pattern"));

/// Why the code isn't meant to show here what the example claims.
pub(super) fn reason(example: &Example, python: (u8, u8), free_threaded: bool) -> Option<Reason> {
    let paragraph = paragraph(example);
    let led = paragraph.trim_end().trim_end_matches(':');
    if led.len() == paragraph.trim_end().len() {
        return None;
    }
    let last = led.rsplit(". ").next().unwrap_or(led);
    if is_past(led) || PAST.is_match(last.trim_start_matches(['*', '_', '-', ' '])) {
        return Some(Reason::new("condition", format!("claimed for: {}", last.trim())));
    }
    if MACHINE.is_match(last) {
        return Some(Reason::new("environment", format!("claimed for: {}", last.trim())));
    }
    let condition = Condition::stated(last).filter(|condition| matches!(condition, Condition::Python(_)))?;
    condition::unmet(&condition, python, free_threaded).map(|why| Reason::new("condition", why))
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
fn paragraph(example: &Example) -> String {
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
        ] {
            assert!(said(&format!("{above}\n\n```python\nf(1)  # 2\n```\n")).is_some(), "{above}");
        }
        for above in [
            "Instead of pouring tea yourself, ask:",
            "Previously, it was cold. Now:",
            "As previously said, it's hot:",
            "This is used to pour:",
            "Now:",
            "On Python 3.11:",
            "On Python 3.10 or newer:",
            "Before you pour tea, ask:",
            "It was so on Python 3.13.",
            "As of Python 3.13 it's faster. Here's how:",
            "Instead of:\n\n```\ntea\n```\n\nwrite",
        ] {
            assert_eq!(said(&format!("{above}\n\n```python\nf(1)  # 2\n```\n")), None, "{above}");
        }
    }
}
