//! Headings that look like code by their place: further right than the code of a page (`lynx` writes them so), or with marks that are comments'
//! beside code that is indented (`html2text`).

use super::{Line, Region, python};

/// How far headings are set off; code is more.
const SET_OFF: usize = 3;

/// Whether a line by itself, of nothing but words, stands a little further right than the lines around it.
pub(super) fn is_set_off(lines: &[Line], at: usize) -> bool {
    let line = &lines[at];
    let is_apart = line.gap > 0 && lines.get(at + 1).is_some_and(|below| below.gap > 0 && below.indentation() == 0);
    let is_below =
        at.checked_sub(1).is_none_or(|above| lines[above].indentation() < line.indentation() && !python::is_header(lines[above].trimmed()));
    let is_word = |word: &str| word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | ':' | '?' | '&'));
    let is_heading = || line.trimmed().starts_with(char::is_uppercase) && line.trimmed().split_ascii_whitespace().all(is_word);
    (1..=SET_OFF).contains(&line.indentation()) && is_apart && is_below && is_heading()
}

/// Cuts the regions whose code is indented where comments stand further left than that: nothing of the code does.
pub(super) fn cut(lines: &[Line], regions: Vec<Region>) -> Vec<Region> {
    let mut all = Vec::with_capacity(regions.len());
    for region in regions {
        let code = (region.first..=region.last).filter(|&at| !lines[at].is_comment()).map(|at| lines[at].indentation()).min();
        let is_code = |at: &usize| !lines[*at].is_comment() || code.is_none_or(|code| lines[*at].indentation() >= code);
        let mut at = region.first;
        while at <= region.last {
            let length = (at..=region.last).take_while(is_code).count();
            let is_all_comment = (at..at + length).all(|at| lines[at].is_comment());
            if length > 0 && !is_all_comment {
                all.push(Region { first: at, last: at + length - 1, language: region.language });
            }
            at += length.max(1);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{
        super::{State, lines},
        *,
    };

    #[test]
    fn headings_are_a_little_further_right() {
        for (text, expected) in [
            ("cups = 2\n\n  Sugar\n\nmilk = 1", true),
            ("cups = 2\n\n  How to pour\n\nmilk = 1", true),
            ("cups = 2\n\n  sugar\n\nmilk = 1", false),
            ("cups = 2\n\n        Sugar\n\nmilk = 1", false),
            ("class Pot:\n\n  Sugar\n\nmilk = 1", false),
            ("cups = 2\n  Sugar\n\nmilk = 1", false),
            ("cups = 2\n\n  Sugar()\n\nmilk = 1", false),
        ] {
            let lines = lines(text.lines());
            let at = lines.iter().position(|line| line.indentation() > 0).expect("is there");
            assert_eq!(is_set_off(&lines, at), expected, "{text}");
        }
    }

    #[test]
    fn headings_left_of_code_cut_it() {
        let cut = |text: &str| {
            let lines = lines(text.lines());
            let regions = cut(&lines, vec![Region { first: 0, last: lines.len() - 1, language: State::Python }]);
            regions.into_iter().map(|region| (region.first, region.last)).collect::<Vec<_>>()
        };
        assert_eq!(cut("    # two\n    cups = 2\n\n### Milk\n\n    milk = 1\n\n## Sugar"), [(0, 1), (3, 3)]);
        assert_eq!(cut("# two\nfor cup in cups:\n    # pour\n    pour(cup)\n# done"), [(0, 4)]);
        assert_eq!(cut("    for cup in cups:\n# old\n        pour(cup)"), [(0, 0), (2, 2)]);
    }
}
