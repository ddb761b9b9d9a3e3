//! A claim × what was seen → ways to write that: in the claim's own form, the most faithful to its style first.
//!
//! None of them is trusted: which one counts is found by reading and judging the example again.

mod comment;
pub(super) mod seen;
mod shown;
mod wildcard;

use super::{
    Trial,
    change::{Change, Effect, Part},
};
use crate::{
    claim::{Claim, Form},
    extract::Example,
    judge::{Verdict, sighting::Sighting},
};

/// Lines of what was seen above which a claim isn't rewritten.
const MOST_LINES: usize = 200;

/// Ways to write what was seen of a claim. The error says why there can't be any.
pub(super) fn of(trial: &Trial, index: usize, sighting: &Sighting) -> Result<Vec<Change>, String> {
    let claim = &trial.claims[index];
    let wrong = trial.witnesses.iter().filter_map(|witness| witness.judgements[index]).find(|it| it.verdict == Verdict::Wrong);
    let actual = wrong.and_then(|judgement| judgement.actual.as_deref());
    let subject = Subject { example: trial.example, claim, index, sighting, actual };
    if sighting.is_cut {
        return Err("the statement was passed more often than was noted".to_owned());
    }
    if sighting.passes.iter().any(|pass| pass.value.as_ref().is_some_and(|value| value.truncated)) {
        return Err("what was seen is too long to be written".to_owned());
    }
    let longest = sighting.stdout().lines().count().max(actual.map_or(0, |actual| actual.lines().count()));
    if longest > MOST_LINES {
        return Err(format!("what was seen has {longest} lines, more than the {MOST_LINES} that are written"));
    }
    let found = match claim.form {
        Form::Session => shown::below_prompt(&subject),
        Form::Output if claim.span.is_empty() => shown::apart(&subject)?,
        Form::Output => comment::in_quotes(&subject),
        Form::Trailing | Form::Following | Form::Block => comment::of(&subject)?,
        Form::Check | Form::Mark | Form::Assertion => Vec::new(),
    };
    let count = found.len();
    let steady: Vec<Change> = found.into_iter().filter(|change| !seen::has_address(&change.text)).collect();
    match (count, steady.is_empty()) {
        (1.., true) => Err("what was seen shows an address in memory, which differs from run to run".to_owned()),
        _ => Ok(steady),
    }
}

/// A claim that is to be rewritten.
struct Subject<'a> {
    example: &'a Example,
    claim: &'a Claim,
    index: usize,
    sighting: &'a Sighting,
    /// What was seen, as the judge says it in the claim's own form.
    actual: Option<&'a str>,
}

impl<'a> Subject<'a> {
    fn code(&self) -> &'a str {
        &self.example.code
    }

    /// The lines that were printed: by the claim's statement, or where the judge says so, by those before it as well.
    fn printed(&self) -> Vec<String> {
        let own = seen::printed(self.sighting);
        let all = self.actual.map(seen::lines).filter(|all| !own.is_empty() && all.len() > own.len() && all.ends_with(&own));
        all.unwrap_or(own)
    }

    /// A change that writes another text for the claim.
    fn rewrites(&self, part: Part, range: std::ops::Range<usize>, text: String) -> Change {
        let old = part.text(self.example);
        Change { claim: self.index, effect: Effect::Rewrites, part, range, text }.trimmed(&old)
    }
}

/// Where the line starts that a byte stands on.
fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// Where the line ends that a byte stands on.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end)
}
