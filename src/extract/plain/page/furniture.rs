//! What a printed page has above and below its text: running heads, page numbers.

use super::{FORM_FEED, Part};

/// The lines at the end of a page that may be furniture.
const DEPTH: usize = 2;

/// Marks the furniture of the pages, which form feeds end.
pub(super) fn mark(texts: &[&str], parts: &mut [Part]) {
    let starts: Vec<usize> = (0..texts.len()).filter(|&at| at == 0 || texts[at].starts_with(FORM_FEED)).collect();
    if starts.len() < 2 {
        return;
    }
    let pages: Vec<std::ops::Range<usize>> =
        starts.iter().zip(starts.iter().skip(1).chain([&texts.len()])).map(|(&start, &end)| start..end).collect();
    let ends: Vec<[Vec<usize>; 2]> = pages.iter().map(|page| [outer(texts, page.clone()), outer(texts, page.clone().rev())]).collect();
    for side in 0..2 {
        let forms: Vec<Vec<String>> = ends.iter().map(|ends| ends[side].iter().map(|&at| form(texts[at])).collect()).collect();
        // Heads of left and of right pages may differ.
        let recurs = |form: &String| {
            let count = forms.iter().filter(|page| page.contains(form)).count();
            count >= 2 && 3 * count >= pages.len()
        };
        for (page, forms) in ends.iter().zip(&forms) {
            let furniture = page[side].iter().zip(forms).take_while(|(_, form)| recurs(form));
            furniture.for_each(|(&at, _)| parts[at] = Part::Nothing);
        }
    }
    close_gaps(texts, parts, &starts);
}

/// The first lines of a page from one of its ends that aren't blank.
fn outer(texts: &[&str], lines: impl Iterator<Item = usize>) -> Vec<usize> {
    lines.filter(|&at| !texts[at].trim().is_empty()).take(DEPTH).collect()
}

/// A line with its numbers, which count the pages or chapters, made alike, and without blanks that move with them.
fn form(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let words: Vec<&str> =
        text.split_ascii_whitespace().map(|word| if word.bytes().all(|byte| byte == b'0') { "0" } else { word }).collect();
    words.join(" ")
}

/// Leaves out the blank lines around what was left out between pages: the text may go on there.
fn close_gaps(texts: &[&str], parts: &mut [Part], starts: &[usize]) {
    for &start in &starts[1..] {
        let is_open = |parts: &[Part], at: usize| parts[at] == Part::Nothing || texts[at].trim().is_empty();
        let first = (0..start).rev().take_while(|&at| is_open(parts, at)).last().unwrap_or(start);
        let end = (start..texts.len()).take_while(|&at| is_open(parts, at)).last().map_or(start, |last| last + 1);
        if parts[first..end].contains(&Part::Nothing) {
            parts[first..end].fill(Part::Nothing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(page: &str) -> String {
        super::super::tests::left(page, mark)
    }

    #[test]
    fn heads_and_numbers_of_pages_are_left_out() {
        let page =
            "On tea\n\ndef pour(cup):\n\n\n            7\n\u{C}On tea\n\n    return cup\n\n           8\n\u{C}On tea\n\nThat is all.\n\n9";
        assert_eq!(
            kept(page),
            "On tea\n\ndef pour(cup):\n    return cup\nThat is all.\n\n9".replace("On tea\n\n", "\n").replace("\n\n9", "\n")
        );
    }

    #[test]
    fn what_recurs_on_no_other_page_stays() {
        let page = "Cups\n\ncups = 2\n\u{C}Pots\n\npots = 3\n\u{C}Tea\n\ntea = 4";
        assert_eq!(kept(page), page);
        assert_eq!(kept("On tea\n1\nOn tea\n2"), "On tea\n1\nOn tea\n2");
    }
}
