//! The difference between a claimed and a seen text: lines taken out, lines put in, and within a line the part that differs.
//!
//! The texts may be as long as the limit of output allows; only their starts are compared, and what was left out is said.

use similar::{Algorithm, DiffOp, TextDiff};
use unicode_width::UnicodeWidthStr;

use super::{
    style::{Palette, paint},
    units::count,
    visible,
};

/// Lines of each text that are compared: the time of a comparison grows with their product.
const COMPARED: usize = 400;
/// Lines that are shown.
const SHOWN: usize = 40;
/// Equal lines that are shown around a difference.
const CONTEXT: usize = 2;
/// Words and signs of a line above which only its equal start and end are looked for.
const TOKENS: usize = 600;
/// Columns that are shown before the first difference of a line that is too long.
const LEAD: usize = 16;

/// Parts of a line; true for those that differ.
type Parts = Vec<(bool, String)>;

/// The difference as lines of so many columns at most: `-` for what is only claimed, `+` for what was only seen.
pub(super) fn difference(claimed: &str, seen: &str, columns: usize, palette: Palette) -> Vec<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (claimed.lines().collect(), seen.lines().collect());
    let left_out = old.len().max(new.len()).saturating_sub(COMPARED);
    let (old, new) = (&old[..old.len().min(COMPARED)], &new[..new.len().min(COMPARED)]);
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_slices(old, new);
    let mut lines = Vec::new();
    for (number, group) in diff.grouped_ops(CONTEXT).into_iter().enumerate() {
        if number > 0 {
            lines.push(paint(palette.quiet, "⋯"));
        }
        for op in group {
            lines.extend(operation(op, old, new, columns, palette));
        }
    }
    let not_shown = lines.len().saturating_sub(SHOWN) + left_out;
    lines.truncate(SHOWN);
    if not_shown > 0 {
        lines.push(paint(palette.quiet, &format!("⋯ {}", count(not_shown, "more line"))));
    }
    lines
}

fn operation(op: DiffOp, old: &[&str], new: &[&str], columns: usize, palette: Palette) -> Vec<String> {
    let columns = columns.saturating_sub(2).max(LEAD + 4);
    let plain = |line: &str| vec![(false, visible::text(line).into_owned())];
    let (olds, news) = (&old[op.old_range()], &new[op.new_range()]);
    if let DiffOp::Equal { .. } = op {
        return olds.iter().map(|line| format!("  {}", painted(plain(line), columns, [palette.quiet; 2]))).collect();
    }
    let pairs = olds.len().min(news.len());
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    for (old, new) in olds.iter().zip(news) {
        let (old, new) = within(old, new);
        removed.push(old);
        added.push(new);
    }
    removed.extend(olds[pairs..].iter().map(|line| plain(line)));
    added.extend(news[pairs..].iter().map(|line| plain(line)));
    let removed = removed.into_iter().map(|parts| mark('-', parts, columns, palette.removed));
    let added = added.into_iter().map(|parts| mark('+', parts, columns, palette.added));
    removed.chain(added).collect()
}

fn mark(sign: char, parts: Parts, columns: usize, styles: [annotate_snippets::renderer::Style; 2]) -> String {
    let line = painted(parts, columns, styles);
    format!("{}{}", paint(styles[0], &format!("{sign} ")), line).trim_end().to_owned()
}

/// Which parts of two lines differ. Lines with little in common differ as a whole, and nothing in them is pointed out.
fn within(old: &str, new: &str) -> (Parts, Parts) {
    let (olds, news) = (tokens(old), tokens(new));
    let start = olds.iter().zip(&news).take_while(|(old, new)| old == new).count();
    let end = olds[start..].iter().rev().zip(news[start..].iter().rev()).take_while(|(old, new)| old == new).count();
    let (old_middle, new_middle) = (&olds[start..olds.len() - end], &news[start..news.len() - end]);
    let mut parts = (Parts::new(), Parts::new());
    let mut put = |old: &[&str], new: &[&str], differs: bool| {
        push(&mut parts.0, &old.concat(), differs);
        push(&mut parts.1, &new.concat(), differs);
    };
    put(&olds[..start], &news[..start], false);
    let mut equal: usize = [&olds[..start], &olds[olds.len() - end..]].concat().iter().map(|token| token.len()).sum();
    if old_middle.len().max(new_middle.len()) > TOKENS {
        put(old_middle, new_middle, true);
    } else {
        for op in TextDiff::configure().algorithm(Algorithm::Patience).diff_slices(old_middle, new_middle).ops() {
            let (olds, news) = (&old_middle[op.old_range()], &new_middle[op.new_range()]);
            let same = matches!(op, DiffOp::Equal { .. });
            if same {
                equal += olds.concat().len();
            }
            put(olds, news, !same);
        }
    }
    put(&olds[olds.len() - end..], &news[news.len() - end..], false);
    if 3 * equal < old.len().max(new.len()) {
        let whole = |line: &str| vec![(false, visible::text(line).into_owned())];
        return (whole(old), whole(new));
    }
    parts
}

/// Adds a part, made visible; blanks that differ are shown as dots.
fn push(parts: &mut Parts, text: &str, differs: bool) {
    if text.is_empty() {
        return;
    }
    let shown = visible::text(text);
    let blank = differs && text.trim().is_empty();
    let shown = if blank { shown.replace(' ', "·") } else { shown.into_owned() };
    match parts.last_mut() {
        Some((last, joined)) if *last == differs => joined.push_str(&shown),
        _ => parts.push((differs, shown)),
    }
}

/// Words, and everything else character by character.
fn tokens(line: &str) -> Vec<&str> {
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut tokens = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let length = if in_word(first) { rest.find(|c| !in_word(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after;
    }
    tokens
}

/// The parts in their styles, cut to so many columns around the first part that differs.
fn painted(parts: Parts, columns: usize, styles: [annotate_snippets::renderer::Style; 2]) -> String {
    let mut painted = String::new();
    let mut left = columns;
    let width: usize = parts.iter().map(|(_, text)| text.width()).sum();
    let before: usize = parts.iter().take_while(|(differs, _)| !differs).map(|(_, text)| text.width()).sum();
    let differs_at_all = parts.iter().any(|(differs, _)| *differs);
    let mut skip = match width > columns && differs_at_all {
        true => before.saturating_sub(LEAD).min(width - columns),
        false => 0,
    };
    if skip > 0 {
        painted.push('…');
        left -= 1;
        skip += 1;
    }
    for (differs, text) in parts {
        let style = styles[usize::from(differs)];
        let skipped = visible::head(&text, skip);
        let text = &text[skipped.len()..];
        skip = if text.is_empty() { skip.saturating_sub(skipped.width()) } else { 0 };
        if text.is_empty() {
            continue;
        }
        if text.width() <= left {
            left -= text.width();
            painted.push_str(&paint(style, text));
        } else {
            painted.push_str(&paint(style, &format!("{}…", visible::head(text, left.saturating_sub(1)))));
            break;
        }
    }
    painted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(claimed: &str, seen: &str) -> String {
        difference(claimed, seen, 60, Palette::default()).join("\n")
    }

    #[test]
    fn lines_that_differ_stand_between_those_that_do_not() {
        insta::assert_snapshot!(shown("1\n2\n3\n4\n5\n6\n7\n8\n9", "1\n2\n3\nfour\n5\n6\n7\n8\n9\n10"), @"
          2
          3
        - 4
        + four
          5
          6
        ⋯
          8
          9
        + 10
        ");
    }

    #[test]
    fn long_line_is_cut_around_its_difference() {
        let long = |middle: &str| format!("[{}{middle}{}]", "0, ".repeat(40), ", 9".repeat(40));
        insta::assert_snapshot!(shown(&long("1"), &long("2")), @"
        - …0, 0, 0, 0, 0, 1, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9,…
        + …0, 0, 0, 0, 0, 2, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9,…
        ");
    }

    #[test]
    fn blanks_that_differ_and_control_characters_are_visible() {
        insta::assert_snapshot!(shown("name: x  \nb", "name: x\n\x1b[1mb"), @"
        - name: x··
        - b
        + name: x
        + ␛[1mb
        ");
    }

    #[test]
    fn part_that_differs_is_emphasised() {
        let lines = difference("{'a': 1, 'b': 2}", "{'a': 1, 'b': 3}", 60, Palette::new(true));
        insta::assert_snapshot!(lines.join("\n").replace('\x1b', "␛"), @"
        ␛[31m- ␛[0m␛[31m{'a': 1, 'b': ␛[0m␛[1m␛[4m␛[31m2␛[0m␛[31m}␛[0m
        ␛[32m+ ␛[0m␛[32m{'a': 1, 'b': ␛[0m␛[1m␛[4m␛[32m3␛[0m␛[32m}␛[0m
        ");
    }

    #[test]
    fn endless_output_is_bounded_and_what_is_left_out_is_counted() {
        let lines = difference("a\nb", &"x\n".repeat(100_000), 60, Palette::default());
        assert_eq!(lines.len(), SHOWN + 1);
        assert_eq!(lines[SHOWN], "⋯ 99962 more lines");
    }

    proptest! {
        #[test]
        fn no_panic_and_no_line_too_wide(claimed in any::<String>(), seen in "[ab日\t\n ,]{0,300}", columns in 0_usize..80) {
            for line in difference(&claimed, &seen, columns, Palette::default()) {
                prop_assert!(line.width() <= columns.max(LEAD + 6), "{line:?}");
            }
        }
    }
}
