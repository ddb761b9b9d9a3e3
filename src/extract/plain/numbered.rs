//! Code that is an item of a list, `1. def pour(cups):`: a page wrote the number before its first line.

use std::collections::BTreeSet;

use super::{Line, Region, prose};
use crate::{claim::code::parse_valid, extract::Excerpt};

/// Takes the numbers off the lines that begin such code, and gives the numbers of these lines.
pub(super) fn take_off(lines: &mut [Line]) -> BTreeSet<u32> {
    let begins = |at: &usize| {
        let (line, below) = (&lines[*at], lines.get(at + 1));
        let has_body = below.is_some_and(|below| {
            below.gap == 0
                && below.indentation() > line.indentation()
                && !prose::is_item(below.trimmed())
                && prose::weight(below.text.split(" #").next().unwrap_or_default()) < 3.0
        });
        has_body && (*at == 0 || line.gap > 0) && code(line.text).is_some()
    };
    let begins: Vec<usize> = (0..lines.len()).filter(begins).collect();
    for &at in &begins {
        lines[at].text = code(lines[at].text).unwrap_or_default();
    }
    begins.into_iter().map(|at| lines[at].number).collect()
}

/// Cuts the regions before these lines: each begins another item.
pub(super) fn cut(lines: &[Line], regions: Vec<Region>, begins: &BTreeSet<u32>) -> Vec<Region> {
    let mut all = Vec::with_capacity(regions.len());
    for region in regions {
        let mut first = region.first;
        let begins_item = |at: &usize| begins.contains(&lines[*at].number);
        for at in (region.first + 1..=region.last).filter(begins_item) {
            all.push(Region { first, last: at - 1, language: region.language });
            first = at;
        }
        all.push(Region { first, ..region });
    }
    all
}

/// Code without the number before it.
pub(super) fn without(excerpt: &Excerpt) -> Excerpt {
    let text = excerpt.text();
    let first = text.lines().next().unwrap_or_default();
    excerpt.slice(code(first).map_or(0, |code| first.len() - code.len())..text.len())
}

/// The head of a definition or a loop behind a number.
fn code(line: &str) -> Option<&str> {
    let trimmed = line.trim_start();
    let code = trimmed.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches(['.', ')']).trim_start();
    let is_head = ["def ", "class ", "for "].iter().any(|word| code.starts_with(word)) && code.ends_with(':');
    let is_numbered = prose::is_item(trimmed) && trimmed.starts_with(|c: char| c.is_ascii_digit());
    (is_numbered && is_head && parse_valid(&format!("{code} pass\n")).is_some()).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::{super::lines, *};

    #[test]
    fn numbers_before_code() {
        for (text, expected) in [
            ("Print:\n\n  1. def pour(cups):\n        return cups", Some("def pour(cups):")),
            ("  2) for cup in cups:\n        pour(cup)", Some("for cup in cups:")),
            ("Print:\n\n  1. def pour(cups):\n\n        return cups", None),
            ("Print:\n\n  1. def pour(cups):\n  2. def fill(cups):", None),
            ("Print:\n\n  1. for each of them:\n     fill it", None),
            ("Print:\n\n  1. class of tea: green\n     cups", None),
        ] {
            let mut lines = lines(text.lines());
            let begins = take_off(&mut lines);
            assert_eq!(lines.iter().find(|line| begins.contains(&line.number)).map(|line| line.text), expected, "{text}");
        }
    }
}
