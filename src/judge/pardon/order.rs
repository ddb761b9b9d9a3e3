//! An order that the words around an output leave open: "Note that the order of the keys might differ."

use std::{borrow::Cow, sync::LazyLock};

use regex::Regex;

use crate::{
    claim::{Claim, code::words},
    document::Format,
    extract::Example,
};

use super::above::{TAG, paragraph};

/// Lines below an output in which its order is spoken of, and the rest of its block.
const NEAR: usize = 14;

/// Words that leave an order open.
static OPEN: LazyLock<Regex> = LazyLock::new(|| {
    let verbs = r"(?:may|might|can|could|will) (?:\w+ ){0,2}?(?:vary|differ|be (?:\w+ )?different|change)\b";
    let open = r"in (?:any|no|an?) (?:particular |specific |arbitrary |random |other |different |undefined |unspecified )?order\b";
    Regex::new(&format!(r"(?i)\border(?:ing)?\b[^.]*?\b{verbs}|\b{open}|\border(?:ing)? (?:varies|differs|is (?:not|un|arbitrary|random))"))
        .expect("a pattern")
});

/// Whether a claim has the same words as what was seen in another order, and the paragraph above its example or what stands below it says that it may.
pub(super) fn is_open(example: &Example, claim: &Claim, actual: &str) -> bool {
    is_another(&claim.expected, actual) && (OPEN.is_match(&paragraph(example)) || OPEN.is_match(&below(example, claim)))
}

fn is_another(claimed: &str, actual: &str) -> bool {
    let sorted = |text| {
        let mut words: Vec<&str> = words(text).collect();
        words.sort_unstable();
        words
    };
    claimed != actual && sorted(claimed) == sorted(actual)
}

/// What stands below a claim, in one line.
fn below(example: &Example, claim: &Claim) -> String {
    let document = &example.document;
    let first = claim.position.line.saturating_add(u32::try_from(claim.expected.lines().count()).unwrap_or(u32::MAX));
    let lines = (first..=document.line_count()).take(NEAR).map(|number| document.text[document.line_range(number)].trim());
    let plain = |line| if document.format == Format::Html { TAG.replace_all(line, "") } else { Cow::Borrowed(line) };
    lines.map(plain).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        document::Document,
        extract::{Sections, extract},
    };

    fn is_open_in(text: &str, actual: &str) -> bool {
        let document = std::sync::Arc::new(Document::decode("a.md", text.as_bytes()).expect("UTF-8"));
        let example = extract(&document, &Sections::default()).pop().expect("an example");
        is_open(&example, &crate::claim::claims(&example)[0], actual)
    }

    #[test]
    fn words_below_and_above() {
        let code = "```python\n>>> print(pots())\n{'tea': 1, 'milk': 2}\n```\n";
        let other = "{'milk': 2, 'tea': 1}";
        for below in
            ["Note that the order of the\nkeys might be different on yours.", "(The order may vary.)", "They come in no particular order."]
        {
            assert!(is_open_in(&format!("{code}\n{below}\n"), other), "{below}");
            assert!(!is_open_in(&format!("{code}\n{below}\n"), "{'milk': 2, 'tea': 3}"), "{below}");
        }
        assert!(is_open_in(&format!("The pots, in no particular order:\n\n{code}"), other));
        for below in
            ["Orders of tea may differ.", "The order is that of the pots.", "The sizes may vary.", "Put them in order. It may differ."]
        {
            assert!(!is_open_in(&format!("{code}\n{below}\n"), other), "{below}");
        }
    }
}
