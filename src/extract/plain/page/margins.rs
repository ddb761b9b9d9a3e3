//! What stands at the edges of a page's lines and isn't theirs, where prompts stand behind it: the mark of a mail that quotes another, a frame, the
//! numbers of the lines of a source that is shown.

use std::ops::Range;

use crate::extract::prompt::behind_prompt;

/// So many lines that count up by one are numbered.
const NUMBERED: usize = 5;
/// So many lines make a frame.
const FRAMED: usize = 3;

/// For each line the bytes of it that are its own, where something else stands at its edges.
pub(super) fn inner(texts: &[&str]) -> Vec<Option<Range<usize>>> {
    let mut inner = vec![None; texts.len()];
    let frames: Vec<Option<Range<usize>>> = texts.iter().map(|text| framed(text)).collect();
    let is_framed = texts.iter().zip(&frames).all(|(text, frame)| frame.is_some() || text.trim().is_empty());
    if is_framed && frames.iter().flatten().count() >= FRAMED && has_prompt(texts, &frames) {
        return frames;
    }
    for find in [quoted, numbered] {
        let mut at = 0;
        while at < texts.len() {
            let run = find(&texts[at..]);
            if has_prompt(&texts[at..at + run.len()], &run) {
                inner[at..at + run.len()].clone_from_slice(&run);
            }
            at += run.len().max(1);
        }
    }
    inner
}

/// Whether a line has a prompt within its edges.
fn has_prompt(texts: &[&str], inner: &[Option<Range<usize>>]) -> bool {
    let own = |(text, inner): (&&str, &Option<Range<usize>>)| inner.clone().is_some_and(|inner| is_prompt(&text[inner]));
    texts.iter().zip(inner).any(own)
}

fn is_prompt(text: &str) -> bool {
    behind_prompt(text.trim_start()).is_some_and(|rest| rest.starts_with(' '))
}

/// What stands in a frame: `|  >>> x |`. Its left side has a blank behind it.
fn framed(text: &str) -> Option<Range<usize>> {
    let start = text.len() - text.trim_start().strip_prefix('|')?.len();
    let end = start + text[start..].trim_end().strip_suffix('|')?.trim_end().len();
    let blank = usize::from(text[start..end].starts_with(' '));
    Some(start + blank..end)
}

/// Lines that a mail quotes: `> >>> x`.
fn quoted(texts: &[&str]) -> Vec<Option<Range<usize>>> {
    let own = |text: &&str| {
        let rest = text.strip_prefix('>').filter(|rest| rest.is_empty() || rest.starts_with(' '))?;
        Some(Some(text.len() - rest.strip_prefix(' ').unwrap_or(rest).len()..text.len()))
    };
    texts.iter().map_while(own).collect()
}

/// Lines that start with a number each, which counts up, as those of a source that is shown.
fn numbered(texts: &[&str]) -> Vec<Option<Range<usize>>> {
    let number = |text: &&str| {
        let length = text.bytes().take_while(u8::is_ascii_digit).count();
        text[..length].parse::<usize>().ok().map(|number| (number, length..text.len()))
    };
    let Some((first, _)) = texts.first().and_then(number) else { return Vec::new() };
    let run: Vec<Option<Range<usize>>> = (first..)
        .zip(texts)
        .map_while(|(wanted, text)| number(text).filter(|(number, _)| *number == wanted).map(|(_, inner)| Some(inner)))
        .collect();
    if run.len() < NUMBERED { vec![None; run.len()] } else { run }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(page: &str) -> String {
        let texts: Vec<&str> = page.lines().collect();
        let own = |(text, inner): (&&str, Option<Range<usize>>)| inner.map_or(*text, |inner| &text[inner]).to_owned();
        texts.iter().zip(inner(&texts)).map(own).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn edges_are_left_out() {
        assert_eq!(left("Bob wrote:\n> Tea:\n>\n> >>> 1 + 1\n> 2\nNo."), "Bob wrote:\nTea:\n\n>>> 1 + 1\n2\nNo.");
        assert_eq!(left("| Tea |\n | === |\n |  |\n |    >>> 1 + 1 |\n |    2 |"), "Tea\n===\n\n   >>> 1 + 1\n   2");
        let page = "Tea\n7Pots\n8====\n9\n10    >>> 1 + 1\n11    2\n12\nThe end";
        assert_eq!(left(page), "Tea\nPots\n====\n\n    >>> 1 + 1\n    2\n\nThe end");
    }

    #[test]
    fn what_has_no_prompt_is_left_alone() {
        for page in [
            "> Tea is hot\n> and so on",
            ">>> 1 + 1\n2",
            "> >> x",
            "| a | b |\n| - | - |\n| 1 | 2 |",
            "| >>> 1 |\n| 1 |\nTea",
            "1. tea\n2. pots\n3. cups\n4. milk\n5. sugar",
            "1>>> x\n2tea\n4cups",
            "1\n2\n>>> 3\n3",
        ] {
            assert_eq!(left(page), page);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_page_is_survived(page in "(>>> |> |\\||[0-9é]| |tea|\n){0,40}") {
            left(&page);
        }
    }
}
