//! What was seen, with the wildcards of the claim kept where they still fit: `[0, 1, ..., 9]`, a line `...` in a listing.

use crate::judge::text::{fits, split_commas};

/// Longest texts, in lines, that are compared line by line: the time grows with their product.
const COMPARED: usize = 200;

/// The seen lines, each replaced by the claimed one that stands for it; `None` where none has a wildcard that fits.
pub(super) fn merged(claimed: &[String], seen: &[String]) -> Option<Vec<String>> {
    let has_wildcard = |line: &String| line.contains("...") || line.contains('…');
    if !claimed.iter().any(has_wildcard) || claimed.len() > COMPARED || seen.len() > COMPARED {
        return None;
    }
    let is_bare = |line: &str| matches!(line.trim(), "..." | "…");
    let stands_for = |claimed: &str, seen: &str| claimed.trim_end() == seen || fits(claimed, seen);
    // What it costs to write the lines from (i, j) on: a line that has to be written anew costs most.
    let (rows, columns) = (claimed.len() + 1, seen.len() + 1);
    let mut cost = vec![vec![0_u32; columns]; rows];
    const NEW: u32 = 1000;
    const GONE: u32 = 1000;
    for i in (0..rows).rev() {
        for j in (0..columns).rev() {
            if i + 1 == rows && j + 1 == columns {
                continue;
            }
            let mut best = u32::MAX;
            if i + 1 < rows && is_bare(&claimed[i]) {
                // It stands for one more line, or for none more.
                best = best.min(cost[i + 1][j].saturating_add(1));
                if j + 1 < columns {
                    best = best.min(cost[i][j + 1] + 1);
                }
            } else if i + 1 < rows {
                best = best.min(cost[i + 1][j].saturating_add(GONE));
                if j + 1 < columns && stands_for(&claimed[i], &seen[j]) {
                    best = best.min(cost[i + 1][j + 1]);
                }
                if j + 1 < columns {
                    best = best.min(cost[i + 1][j + 1].saturating_add(NEW));
                }
            }
            if j + 1 < columns {
                best = best.min(cost[i][j + 1].saturating_add(NEW));
            }
            cost[i][j] = best;
        }
    }
    let mut lines = Vec::new();
    let (mut i, mut j) = (0, 0);
    let mut kept = false;
    // Lines that the wildcard here stands for.
    let mut covered = 0;
    while i + 1 < rows || j + 1 < columns {
        let here = cost[i][j];
        if i + 1 < rows && is_bare(&claimed[i]) {
            if j + 1 < columns && cost[i][j + 1].saturating_add(1) == here {
                (j, covered) = (j + 1, covered + 1);
                continue;
            }
            if cost[i + 1][j].saturating_add(1) == here {
                // One that would stand for nothing goes.
                if covered > 0 {
                    lines.push(claimed[i].clone());
                    kept = true;
                }
                (i, covered) = (i + 1, 0);
                continue;
            }
        } else if i + 1 < rows && j + 1 < columns {
            if stands_for(&claimed[i], &seen[j]) && cost[i + 1][j + 1] == here {
                kept |= has_wildcard(&claimed[i]);
                lines.push(claimed[i].clone());
                (i, j) = (i + 1, j + 1);
                continue;
            }
            if cost[i + 1][j + 1].saturating_add(NEW) == here {
                lines.push(shortened(&claimed[i], &seen[j]).unwrap_or_else(|| seen[j].clone()));
                kept |= has_wildcard(&claimed[i]) && lines.last() != Some(&seen[j]);
                (i, j) = (i + 1, j + 1);
                continue;
            }
        }
        if i + 1 < rows && !is_bare(&claimed[i]) && cost[i + 1][j].saturating_add(GONE) == here {
            i += 1;
            continue;
        }
        if j + 1 < columns {
            lines.push(seen[j].clone());
            j += 1;
        } else {
            i += 1;
        }
    }
    kept.then_some(lines)
}

/// A seen value with as many items as the claim shows, and its ellipsis for the others; or, of a text, what comes before the ellipsis.
pub(super) fn shortened(claimed: &str, seen: &str) -> Option<String> {
    items(claimed, seen).or_else(|| around(claimed, seen))
}

fn items(claimed: &str, seen: &str) -> Option<String> {
    let (start, rest) = claimed.split_at(claimed.find(['[', '(', '{'])? + 1);
    let inner = rest.strip_suffix([']', ')', '}'])?;
    let close = &rest[inner.len()..];
    let seen_inner = seen.strip_prefix(start)?.strip_suffix(close)?;
    let (claimed, seen) = (split_commas(inner), split_commas(seen_inner));
    let is_ellipsis = |item: &&str| matches!(*item, "..." | "…");
    let Some(ellipsis) = claimed.iter().copied().find(is_ellipsis) else {
        // Items that are shortened themselves.
        let kept = |(claimed, seen): (&&str, &&str)| if fits(claimed, seen) { (*claimed).to_owned() } else { (*seen).to_owned() };
        let all: Vec<String> = claimed.iter().zip(&seen).map(kept).collect();
        return (claimed.len() == seen.len() && all != seen).then(|| format!("{start}{}{close}", all.join(", ")));
    };
    let parts: Vec<&[&str]> = claimed.split(is_ellipsis).collect();
    let [first, between @ .., last] = &*parts else { return None };
    let end = seen.len().checked_sub(last.len()).filter(|end| *end > first.len())?;
    let mut shown = seen[..first.len()].to_vec();
    let mut at = first.len();
    shown.push(ellipsis);
    // Of what is shown between two ellipses stays what is still there; each stands for one item at least.
    for part in between {
        let place = (at + 1..end).find(|&place| seen[place..end - 1].starts_with(part)).filter(|_| !part.is_empty());
        if let Some(place) = place {
            at = place + part.len();
            shown.extend(seen[place..at].iter().copied().chain([ellipsis]));
        }
    }
    shown.extend(&seen[end..]);
    Some(format!("{start}{}{close}", shown.join(", ")))
}

fn around(claimed: &str, seen: &str) -> Option<String> {
    let mark = if claimed.contains('…') { "…" } else { "..." };
    let (before, behind) = claimed.split_once(mark)?;
    if behind.contains(mark) {
        return None;
    }
    // As much of what was seen is shown on each side as was claimed there; no word is cut, but the digits behind a point may be.
    let place = |count: usize| seen.char_indices().map(|(at, _)| at).chain([seen.len()]).nth(count);
    let (start, length) = (place(before.chars().count())?, seen.chars().count());
    let end = place(length.checked_sub(behind.chars().count())?)?;
    let cuts_word = |at: usize| {
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        is_word(seen[..at].chars().next_back()) && is_word(seen[at..].chars().next())
    };
    let number = seen[..start].rsplit(|c: char| !c.is_ascii_digit() && c != '.').next().unwrap_or_default();
    let in_fraction =
        number.split_once('.').is_some_and(|(_, digits)| !digits.is_empty()) && seen[start..].starts_with(|c: char| c.is_ascii_digit());
    let says_something = !before.trim().is_empty() && start < end && (in_fraction || !cuts_word(start)) && !cuts_word(end);
    says_something.then(|| format!("{}{mark}{}", &seen[..start], &seen[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn lines_with_wildcards_stay_where_they_fit() {
        for (claimed, seen, expected) in [
            (&["a", "...", "z"][..], &["a", "b", "c", "y"][..], Some(&["a", "...", "y"][..])),
            (&["took ... s", "3"], &["took 0.1 s", "4"], Some(&["took ... s", "4"])),
            (&["a", "b"], &["a", "c"], None),
            (&["x ...", "b"], &["y 1", "c"], Some(&["y ...", "c"])),
            (&["...", "b"], &["a", "c"], Some(&["...", "c"])),
            (&["a", "..."], &["b"], None),
        ] {
            assert_eq!(merged(&of(claimed), &of(seen)), expected.map(of), "{claimed:?} {seen:?}");
        }
    }

    #[test]
    fn shortened_values_stay_shortened() {
        assert_eq!(shortened("[0, 1, ..., 9]", "[0, 2, 4, 6, 8]").as_deref(), Some("[0, 2, ..., 8]"));
        assert_eq!(shortened("[1, ...]", "[2, 3, 4]").as_deref(), Some("[2, ...]"));
        assert_eq!(shortened("[1, ...]", "[2]"), None);
        assert_eq!(shortened("[0, 2, ..., 5, ..., 9]", "[0, 1, 2, 3, 4, 5, 6, 7, 8]").as_deref(), Some("[0, 1, ..., 5, ..., 8]"));
        assert_eq!(shortened("[0, ..., 7, ..., 9]", "[1, 2, 3, 7, 9]").as_deref(), Some("[1, ..., 9]"));
        assert_eq!(shortened("[0, ..., 5, 6, ..., 4, ...]", "[1, 2, 5, 6, 3, 4, 7]").as_deref(), Some("[1, ..., 5, 6, ..., 4, ...]"));
        assert_eq!(shortened("[0, ..., ..., 9]", "[1, 2, 3]").as_deref(), Some("[1, ..., 3]"));
        assert_eq!(shortened("took ... s 1", "took 0.3 s 2").as_deref(), Some("took ... s 2"));
        assert_eq!(shortened("[1, 2]", "[2, 3]"), None);
        assert_eq!(shortened("[1, A(...)]", "[2, A(7)]").as_deref(), Some("[2, A(...)]"));
        assert_eq!(shortened("b'\\x31\\x00...'", "b'\\x01\\x00\\x02'").as_deref(), Some("b'\\x01\\x00...'"));
        assert_eq!(shortened("a bit ...", "another one"), None);
        assert_eq!(shortened("0.379...", "0.5149999").as_deref(), Some("0.514..."));
        assert_eq!(shortened("0.379...", "0.5"), None);
    }
}
