//! What differs from one Python to another, in words and as a table.

use unicode_width::UnicodeWidthStr;

use super::{Checked, OnPython, visible};
use crate::{
    judge::{Judgement, Verdict},
    outcome::Outcome,
};

/// Columns of a seen text in a table.
const SEEN: usize = 72;

/// Pythons on which the same came of a claim.
#[derive(Debug)]
pub(super) struct Alike<'a> {
    pub(super) pythons: Vec<&'a str>,
    pub(super) judgement: &'a Judgement,
    pub(super) known: Option<&'a str>,
}

/// What came of a claim on each Python that it was judged on, the alike ones together, in the order of the oldest of each; empty where the
/// example ran on one alone.
pub(super) fn alike(checked: &Checked, index: usize) -> Vec<Alike<'_>> {
    let mut groups: Vec<Alike> = Vec::new();
    // Where the example can't run at all, that is said of the example.
    for on in checked.versions.iter().filter(|on| on.outcome != Outcome::Skipped) {
        let Some(Some(judgement)) = on.judgements.get(index) else { continue };
        let known = on.acknowledged.get(index).and_then(|known| known.as_deref());
        let same = |group: &&mut Alike| {
            let (a, b) = (group.judgement, judgement);
            // What was seen of a claim that holds is another way to say the same.
            let alike = a.verdict == Verdict::Holds || (&a.actual, &a.reason) == (&b.actual, &b.reason);
            a.verdict == b.verdict && alike && group.known == known
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.pythons.push(&on.python),
            None => groups.push(Alike { pythons: vec![&on.python], judgement, known }),
        }
    }
    groups
}

/// `holds on 3.12.1 and 3.13.0; wrong on 3.11.7`
pub(super) fn sentence(groups: &[Alike]) -> String {
    let part = |verdict: Verdict| {
        let pythons: Vec<&str> =
            groups.iter().filter(|group| group.judgement.verdict == verdict).flat_map(|group| group.pythons.iter().copied()).collect();
        (!pythons.is_empty()).then(|| format!("{} on {}", word(verdict), listed(&pythons)))
    };
    [Verdict::Holds, Verdict::Wrong, Verdict::Unsettled].into_iter().filter_map(part).collect::<Vec<_>>().join("; ")
}

/// A row for each group: its Pythons, the verdict, and what was seen there or why it can't be said.
pub(super) fn table(groups: &[Alike], columns: usize) -> String {
    let rows: Vec<[String; 3]> = groups
        .iter()
        .map(|Alike { pythons, judgement, known }| {
            let seen = judgement.actual.as_deref().map(|actual| format!("seen {actual}"));
            let why = known.or(judgement.reason.as_deref()).map(str::to_owned);
            let detail = match judgement.verdict {
                Verdict::Unsettled => why.or(seen),
                Verdict::Holds | Verdict::Wrong => seen.or(why),
            };
            let known = if known.is_some() { " (known)" } else { "" };
            [pythons.join(", "), format!("{}{known}", word(judgement.verdict)), detail.unwrap_or_default()]
        })
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
    let (first, second) = (width(0), width(1));
    let row = |[pythons, verdict, detail]: &[String; 3]| {
        let left = format!("{pythons}{}  {verdict}", " ".repeat(first - pythons.width()));
        let room = columns.saturating_sub(first + second + 4).clamp(20, SEEN);
        let detail = visible::one_line(detail, room);
        format!("{left}{}  {detail}", " ".repeat(second - verdict.width())).trim_end().to_owned()
    };
    rows.iter().map(row).collect::<Vec<_>>().join("\n")
}

/// `raised on 3.10.13; ran on 3.11.7 and 3.12.1`, where what became of an example differs.
pub(super) fn outcomes(checked: &Checked) -> Option<String> {
    let whole: Vec<&OnPython> = checked.versions.iter().filter(|on| !on.for_claims).collect();
    let mut groups: Vec<(Outcome, Vec<&str>)> = Vec::new();
    for on in whole {
        match groups.iter_mut().find(|(outcome, _)| *outcome == on.outcome) {
            Some((_, pythons)) => pythons.push(&on.python),
            None => groups.push((on.outcome, vec![&on.python])),
        }
    }
    let part = |(outcome, pythons): &(Outcome, Vec<&str>)| format!("{} on {}", outcome_word(*outcome), listed(pythons));
    (groups.len() > 1).then(|| groups.iter().map(part).collect::<Vec<_>>().join("; "))
}

/// `3.10.13, 3.11.7 and 3.12.1`
pub(super) fn listed<S: AsRef<str>>(words: &[S]) -> String {
    let words: Vec<String> = words.iter().map(|word| visible::one_line(word.as_ref(), 80)).collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Versions, the oldest first: `3.9.1` before `3.10.0`.
pub(super) fn in_order<'a>(versions: impl IntoIterator<Item = &'a String>) -> Vec<&'a str> {
    let mut versions: Vec<&str> = versions.into_iter().map(String::as_str).collect();
    let numbers = |version: &str| -> Vec<u32> {
        version.split(|char: char| !char.is_ascii_digit()).map_while(|part| part.parse().ok()).take(3).collect()
    };
    versions.sort_by_cached_key(|version| (numbers(version), (*version).to_owned()));
    versions
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "holds",
        Verdict::Wrong => "wrong",
        Verdict::Unsettled => "unsettled",
    }
}

fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ran => "ran",
        Outcome::Raised => "raised",
        Outcome::TimedOut => "timed out",
        Outcome::Crashed => "crashed",
        Outcome::Skipped => "skipped",
        Outcome::Invalid => "invalid",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_orders() {
        assert_eq!(listed::<&str>(&[]), "");
        assert_eq!(listed(&["a"]), "a");
        assert_eq!(listed(&["a", "b"]), "a and b");
        assert_eq!(listed(&["a", "b", "c\x1b"]), "a, b and c␛");
        let versions = ["3.13.0", "3.9.2", "3.10.13", "3.10.2 (/a/python)", "3.10.2"].map(str::to_owned);
        assert_eq!(in_order(&versions), ["3.9.2", "3.10.2", "3.10.2 (/a/python)", "3.10.13", "3.13.0"]);
    }
}
