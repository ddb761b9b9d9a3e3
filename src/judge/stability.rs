//! What a second run, under other circumstances, makes of a claim: one that shows something else each time is unstable, and neither wrong nor
//! right.
//!
//! Two runs are compared as a claim is with what was seen: addresses, blanks and the order of sets say nothing.

use crate::claim::Claim;

use super::{
    Judged, Judgement, Outcome, Verdict,
    outcome::NOT_GIVEN,
    pardon::begins_a_letter_off,
    reason::Reason,
    shape::{Likeness, compare, parse},
    text::{lines, squeeze},
};

impl Judgement {
    /// Whether runs showed different things.
    pub fn is_unstable(&self) -> bool {
        self.category == UNSTABLE
    }
}

/// Category of a claim that differs from run to run.
const UNSTABLE: &str = "unstable";
/// Characters of what was seen that a reason quotes.
const QUOTED: usize = 80;
/// Characters before the first difference that are quoted.
const LEAD: usize = 20;

/// The judgements of a first run of some claims, in the light of a second one of the same example. Only the `doubted` claims are looked at.
pub fn with_second_run(claims: &[Claim], first: Judged, second: &Judged, doubted: &[bool]) -> Judged {
    let Judged { judgements, .. } = first;
    let again = second.judgements.iter().map(Some).chain(std::iter::repeat(None));
    let doubted = doubted.iter().copied().chain(std::iter::repeat(false));
    let judgements = judgements.into_iter().zip(again).zip(doubted).zip(claims).map(|(((judgement, again), doubted), claim)| match again {
        Some(again) if doubted && !begins_otherwise(claim, &judgement, again) => settled(judgement, again, second),
        _ => judgement,
    });
    Judged { judgements: judgements.collect(), ..first }
}

/// Whether a claim is wrong in what both runs show.
fn begins_otherwise(claim: &Claim, first: &Judgement, again: &Judgement) -> bool {
    let are_wrong = first.verdict == Verdict::Wrong && again.verdict == Verdict::Wrong;
    let seen = first.actual.as_deref().zip(again.actual.as_deref());
    are_wrong && seen.is_some_and(|(one, other)| begins_a_letter_off(&claim.expected, one, other))
}

fn settled(first: Judgement, again: &Judgement, second: &Judged) -> Judgement {
    let seen = |judgement: &Judgement| judgement.actual.as_deref().map_or_else(|| "nothing".to_owned(), one_line);
    let then = match (&again.actual, again.verdict) {
        (Some(actual), verdict) => {
            let differs = first.actual.as_deref().is_none_or(|seen| !is_same(seen, actual));
            // The verdict of the one run is never that of the other, where they saw the same; but a claim may be judged by more than is shown.
            let settles = differs || (first.verdict != verdict && verdict != Verdict::Unsettled);
            settles.then(|| one_line(actual))
        }
        (None, Verdict::Unsettled) if tells_nothing(second) => None,
        (None, _) if first.actual.is_none() && first.verdict == again.verdict => None,
        (None, _) => Some(again.reason.clone().unwrap_or_else(|| "nothing".to_owned())),
    };
    let Some(then) = then else { return first };
    let (before, then) = from_difference(&seen(&first), &then);
    let reason = Reason::new(UNSTABLE, format!("differs from run to run: saw {before}, then {then}"));
    Judgement { again: again.actual.clone(), ..Judgement::unsettled(first.mode, first.actual, reason) }
}

/// The judgements of an example, in the light of a run behind other examples of its document: a wrong claim that holds there is right, for a `reason`, as
/// all that came before is there for who reads it. Only the `doubted` claims are looked at.
pub fn in_another_state(first: Judged, other: Judged, doubted: &[bool], reason: &str) -> Judged {
    let rests = |judgement: &Judgement, other: &Judgement| judgement.verdict == Verdict::Wrong && other.verdict == Verdict::Holds;
    let Judged { judgements, .. } = first;
    let mut any = false;
    let judgements: Vec<Judgement> = judgements
        .into_iter()
        .zip(other.judgements)
        .zip(doubted)
        .map(|((judgement, there), doubted)| {
            if *doubted && rests(&judgement, &there) {
                any = true;
                Judgement { reason: Some(reason.to_owned()), ..there }
            } else {
                judgement
            }
        })
        .collect();
    // What it raised by itself says nothing then.
    match any && other.outcome == Outcome::Ran {
        true => Judged { judgements, outcome: Outcome::Ran, reason: None, category: other.category, stopped_at: None },
        false => Judged { judgements, ..first },
    }
}

/// Whether a run that didn't come to a claim is no evidence: this machine may have been in the way.
fn tells_nothing(second: &Judged) -> bool {
    match second.outcome {
        Outcome::TimedOut => true,
        Outcome::Crashed => ["server", "memory"].contains(&second.category.as_str()),
        Outcome::Skipped => [NOT_GIVEN, "program"].contains(&second.category.as_str()),
        Outcome::Ran | Outcome::Raised | Outcome::Invalid => false,
    }
}

/// Whether two texts show the same.
fn is_same(first: &str, second: &str) -> bool {
    let (one, other) = (lines(first), lines(second));
    let alike = |first: &str, second: &str| {
        squeeze(first) == squeeze(second)
            || parse(first.trim()).zip(parse(second.trim())).is_some_and(|(first, second)| compare(&first, &second) == Likeness::Same)
    };
    alike(first, second) || (one.len() == other.len() && one.iter().zip(&other).all(|(first, second)| alike(first, second)))
}

fn one_line(text: &str) -> String {
    let lines = lines(text);
    if lines.is_empty() { "an empty text".to_owned() } else { lines.join(" ↵ ") }
}

/// Two texts, each cut to so many characters that their first difference is among them.
fn from_difference(first: &str, second: &str) -> (String, String) {
    let common = first.chars().zip(second.chars()).take_while(|(first, second)| first == second).count();
    let start = if common + LEAD > QUOTED { common - LEAD } else { 0 };
    let cut = |text: &str| {
        let mut shown: String = text.chars().skip(start).take(QUOTED).collect();
        if start > 0 {
            shown.insert(0, '…');
        }
        if text.chars().count() > start + QUOTED {
            shown.push('…');
        }
        shown
    };
    (cut(first), cut(second))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        document::Document,
        extract::{Sections, extract},
        run::protocol::Mode,
    };

    /// A claim of this text.
    fn claimed(expected: &str) -> Vec<Claim> {
        let text = format!("```python\n>>> kettle()\n{expected}\n```\n");
        let document = std::sync::Arc::new(Document::decode("a.md", text.as_bytes()).expect("UTF-8"));
        crate::claim::claims(&extract(&document, &Sections::default())[0])
    }

    fn judgement(verdict: Verdict, actual: Option<&str>) -> Judgement {
        match verdict {
            Verdict::Unsettled => {
                Judgement::unsettled(Mode::Script, actual.map(str::to_owned), Reason::new("never-reached", "never reached"))
            }
            settled => Judgement::settled(settled, Mode::Script, actual.map(str::to_owned)),
        }
    }

    fn judged(outcome: Outcome, category: &str, judgement: Judgement) -> Judged {
        Judged { outcome, reason: None, category: category.to_owned(), stopped_at: None, judgements: vec![judgement] }
    }

    /// What becomes of a claim that two runs saw so.
    fn both(first: (Verdict, Option<&str>), second: (Verdict, Option<&str>)) -> Judgement {
        let (first, second) = (judgement(first.0, first.1), judgement(second.0, second.1));
        let second = judged(Outcome::Ran, "", second);
        with_second_run(&claimed("5"), judged(Outcome::Ran, "", first), &second, &[true]).judgements.remove(0)
    }

    #[test]
    fn the_same_twice_is_wrong() {
        for (first, second) in [
            ("3", "3"),
            ("<A object at 0x7f01>", "<A object at 0x55f2>"),
            ("{'a', 'b', 'c'}", "{'c', 'a', 'b'}"),
            ("x = {1, 2}\n{'b', 'a'}", "x = {1, 2}\n{'a', 'b'}"),
            ("raises ValueError: no", "raises ValueError: no"),
            ("", ""),
        ] {
            let judgement = both((Verdict::Wrong, Some(first)), (Verdict::Wrong, Some(second)));
            assert_eq!((judgement.verdict, judgement.again), (Verdict::Wrong, None), "{first}");
        }
        // What the second run can't say for other reasons.
        assert_eq!(both((Verdict::Wrong, Some("3")), (Verdict::Unsettled, Some("3"))).verdict, Verdict::Wrong);
    }

    #[test]
    fn another_thing_each_time_is_unstable() {
        for (first, second, reason) in [
            ("3", "4", "saw 3, then 4"),
            ("['a', 'b']", "['b', 'a']", "saw ['a', 'b'], then ['b', 'a']"),
            ("a\nb", "a", "saw a ↵ b, then a"),
            ("", "1", "saw an empty text, then 1"),
            ("/tmp/work", "/tmp/work/again", "saw /tmp/work, then /tmp/work/again"),
        ] {
            let judgement = both((Verdict::Wrong, Some(first)), (Verdict::Wrong, Some(second)));
            assert_eq!((judgement.verdict, judgement.category.as_str()), (Verdict::Unsettled, UNSTABLE), "{first}");
            assert_eq!(judgement.reason.unwrap(), format!("differs from run to run: {reason}"));
            assert_eq!((judgement.actual.as_deref(), judgement.again.as_deref()), (Some(first), Some(second)));
        }
        // One that agreed by luck, in either run.
        assert_eq!(both((Verdict::Wrong, Some("3")), (Verdict::Holds, Some("4"))).category, UNSTABLE);
        assert_eq!(both((Verdict::Holds, Some("4")), (Verdict::Wrong, Some("3"))).category, UNSTABLE);
        assert_eq!(both((Verdict::Holds, Some("4")), (Verdict::Holds, Some("4"))).verdict, Verdict::Holds);
        let unreached = both((Verdict::Wrong, Some("3")), (Verdict::Unsettled, None));
        assert_eq!(unreached.reason.unwrap(), "differs from run to run: saw 3, then never reached");
    }

    #[test]
    fn what_is_wrong_in_both_runs() {
        let after = |expected: &str| {
            let run = |actual| judged(Outcome::Ran, "", judgement(Verdict::Wrong, Some(actual)));
            let (first, second) = (run("Kettle(place='/a/5')"), run("Kettle(place='/b/6')"));
            with_second_run(&claimed(expected), first, &second, &[true]).judgements[0].verdict
        };
        assert_eq!(after("Kittle(place='...')"), Verdict::Wrong);
        assert_eq!(after("Kettle(place='/a/7')"), Verdict::Unsettled);
    }

    #[test]
    fn a_second_run_that_failed_says_nothing() {
        for (outcome, category, expected) in [
            (Outcome::TimedOut, "time", Verdict::Wrong),
            (Outcome::Crashed, "server", Verdict::Wrong),
            (Outcome::Skipped, NOT_GIVEN, Verdict::Wrong),
            (Outcome::Raised, "", Verdict::Unsettled),
        ] {
            let first = judged(Outcome::Ran, "", judgement(Verdict::Wrong, Some("3")));
            let second = judged(outcome, category, judgement(Verdict::Unsettled, None));
            assert_eq!(with_second_run(&claimed("5"), first, &second, &[true]).judgements[0].verdict, expected, "{outcome:?}");
        }
    }

    #[test]
    fn only_the_doubted_ones() {
        let first = judged(Outcome::Ran, "", judgement(Verdict::Wrong, Some("3")));
        let second = judged(Outcome::Ran, "", judgement(Verdict::Wrong, Some("4")));
        assert_eq!(with_second_run(&claimed("5"), first.clone(), &second, &[false]), first);
        assert_eq!(with_second_run(&claimed("5"), first.clone(), &Judged { judgements: Vec::new(), ..second }, &[true]), first);
    }

    #[test]
    fn long_texts_are_quoted_from_their_difference_on() {
        let (first, second) = (format!("{}1 and more", "é".repeat(200)), format!("{}2", "é".repeat(200)));
        let judgement = both((Verdict::Wrong, Some(&first)), (Verdict::Wrong, Some(&second)));
        let lead = "é".repeat(LEAD);
        assert_eq!(judgement.reason.unwrap(), format!("differs from run to run: saw …{lead}1 and more, then …{lead}2"));
    }
}
