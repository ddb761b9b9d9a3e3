//! Wrong claims × what was seen → edits of the document: what was really seen, in the claim's own style and place.
//!
//! Everything here is tried before it's offered. For a claim there are some candidates: ways to write what was seen. A candidate counts
//! only if the example, read again with it, makes the same claims as before, if this one then agrees with what was seen on each Python that
//! judged it, and if nothing changes for any other. Then the document, edited, is read again from its start: it must hold the same examples.
//! What fails is [left](Proposal::Left), with the reason. So a second run finds these claims holding, and changes nothing.
//!
//! The stage is pure; only [`mod@file`] touches the disk.
//!
//! How to go through the edits of a document, and to apply some:
//!
//! ```
//! use std::sync::Arc;
//!
//! use verify::{document::Document, update::{self, Edit}};
//!
//! let document = Document::decode("page.md", b"```python\n1 + 1  # 3\n```\n")?;
//! let edit = Edit::new(&document, 19..20, "2".to_owned());
//! assert_eq!((edit.position.line, edit.position.column, edit.old.as_str()), (2, 10, "3"));
//! assert_eq!(update::applied(&document.text, &[&edit]), "```python\n1 + 1  # 2\n```\n");
//! # Ok::<(), verify::document::DocumentError>(())
//! ```

mod candidates;
mod change;
pub mod file;
pub(crate) mod fill;
mod place;
mod proof;

use std::ops::Range;

use crate::{
    claim::{Claim, Form},
    document::{Document, Position},
    extract::Example,
    judge::{Before, GOES_ON, Judgement, Verdict, sighting::Sighting},
    plan::{Needs, Plan},
    run::protocol::Report,
};

use change::Change;

/// What is to be written into documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Also a claim where an example prints, or echoes at a prompt, and claims nothing.
    pub fill: bool,
}

/// What can be done about a claim that is wrong, or about a statement that shows something and claims nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proposal {
    /// The document can say what was seen.
    Edit(Edit),
    /// It stays as it is; why.
    Left(String),
}

impl Proposal {
    /// The edit, where there is one.
    pub fn edit(&self) -> Option<&Edit> {
        match self {
            Proposal::Edit(edit) => Some(edit),
            Proposal::Left(_) => None,
        }
    }
}

/// Another text for a part of a document.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Edit {
    /// Where it starts in the file.
    #[serde(flatten)]
    pub position: Position,
    /// What stands there, as it's written in the file (in a notebook with JSON's escapes, …).
    pub old: String,
    /// What is to stand there instead, written in the same way.
    pub new: String,
    /// The bytes of [`Document::text`] that are replaced; none, where something is only added.
    #[serde(skip)]
    pub span: Range<usize>,
}

impl Edit {
    /// An edit that puts `new` into the place of these bytes of [`Document::text`]. The span must lie at character boundaries.
    pub fn new(document: &Document, span: Range<usize>, new: String) -> Edit {
        let old = document.text.get(span.clone()).unwrap_or_default().to_owned();
        Edit { position: document.position(span.start), old, new, span }
    }
}

/// A text with edits applied to it. They may come in any order; of two that overlap, the one that stands first counts.
pub fn applied(text: &str, edits: &[&Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.to_vec();
    // Of those that only add at one place, the order stays.
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let Some(before) = text.get(at..edit.span.start) else { continue };
        result.push_str(before);
        result.push_str(&edit.new);
        at = edit.span.end;
    }
    result.push_str(text.get(at..).unwrap_or_default());
    result
}

/// Why edits that are right one by one can't all be made together; `None` where they can.
pub fn spoiled(document: &Document, edits: &[&Edit]) -> Option<String> {
    place::spoiled(document, edits)
}

/// An example that ran, and all that is known of its claims.
pub(crate) struct Trial<'a> {
    /// The example.
    pub(crate) example: &'a Example,
    /// Its claims.
    pub(crate) claims: &'a [Claim],
    /// Statements that may show something and claim nothing, where they're to be filled. They were asked for behind the claims.
    pub(crate) places: &'a [Claim],
    /// For each claim, the judgement on it as a whole.
    pub(crate) judgements: &'a [Judgement],
    /// For each claim, why it's known to be wrong.
    pub(crate) acknowledged: &'a [Option<String>],
    /// For each claim, how it would be right with a mark of the versions that it holds on.
    pub(crate) marked: &'a [Option<String>],
    /// What was seen on each Python that ran it.
    pub(crate) witnesses: Vec<Witness<'a>>,
    /// The claims of an example that stands in the place of this one.
    pub(crate) claims_of: &'a dyn Fn(&Example) -> Vec<Claim>,
    /// Why nothing of it can be rewritten.
    pub(crate) obstacle: Option<String>,
}

/// What was seen on one Python.
pub(crate) struct Witness<'a> {
    /// What the plan was made from.
    pub(crate) needs: Needs,
    /// What was run.
    pub(crate) plan: &'a Plan,
    /// What had run in its namespace besides the preludes of the plan.
    pub(crate) before: &'a Before,
    /// What that gave.
    pub(crate) reports: &'a [Report],
    /// For each claim, the judgement; `None` where it isn't made for this Python.
    pub(crate) judgements: Vec<Option<&'a Judgement>>,
}

/// Claims of one example that are rewritten in one call, at most: trying them takes time with the square of their number.
const MOST: usize = 200;

/// What can be done about an example.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Proposals {
    /// For each claim; `None` where it isn't wrong, or is known to be.
    pub(crate) claims: Vec<Option<Proposal>>,
    /// For each statement that shows something and claims nothing.
    pub(crate) additions: Vec<Addition>,
}

/// What can be done about a statement that shows something and claims nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    /// Where the statement starts.
    pub position: Position,
    /// What can be done.
    pub proposal: Proposal,
}

/// What can be done about an example.
pub(crate) fn propose(trial: &Trial) -> Proposals {
    let is_wrong = |index: usize| trial.judgements[index].verdict == Verdict::Wrong && trial.acknowledged[index].is_none();
    let wrong: Vec<usize> = (0..trial.claims.len()).filter(|&index| is_wrong(index)).collect();
    let mut proposals: Vec<Option<Proposal>> = vec![None; trial.claims.len()];
    let mut accepted: Vec<Change> = Vec::new();
    let mut additions: Vec<Option<Proposal>> = vec![None; trial.places.len()];
    let is_left = |proposal: &Option<Proposal>| matches!(proposal, Some(Proposal::Left(_)));
    let mut is_first = true;
    loop {
        let before = accepted.len();
        for (number, &index) in wrong.iter().enumerate().filter(|(_, index)| is_first || is_left(&proposals[**index])).collect::<Vec<_>>() {
            let found = match number < MOST {
                true => change(trial, index, &accepted),
                false => Err(format!("{MOST} claims of an example are rewritten in one call; call again for the others")),
            };
            proposals[index] = found.map(|change| accepted.push(change)).err().map(Proposal::Left);
        }
        for (index, addition) in additions.iter_mut().enumerate().filter(|(_, addition)| is_first || is_left(addition)) {
            let found = match index < MOST {
                true => addition_to(trial, index, &accepted),
                false => Err(format!("{MOST} statements of an example are filled in one call; call again for the others")),
            };
            *addition = found.map(|change| accepted.extend(change)).err().map(Proposal::Left);
        }
        // Beside what is written by now, lines may speak of fewer statements than before: what was left is tried once more.
        is_first = false;
        if accepted.len() == before {
            break;
        }
    }
    for (change, written) in accepted.iter().zip(place::edits(trial, &accepted)) {
        let proposal = match written {
            Ok(edit) => Proposal::Edit(edit),
            Err(reason) => Proposal::Left(reason),
        };
        match change.claim.checked_sub(trial.claims.len()) {
            Some(place) => additions[place] = Some(proposal),
            None => proposals[change.claim] = Some(proposal),
        }
    }
    let additions = additions
        .into_iter()
        .zip(trial.places)
        .filter_map(|(proposal, place)| Some(Addition { position: trial.example.position(place.target.range.start), proposal: proposal? }));
    Proposals { claims: proposals, additions: additions.collect() }
}

/// The first way to say what a statement showed that proves to be right; `None` where it showed nothing.
fn addition_to(trial: &Trial, index: usize, accepted: &[Change]) -> Result<Option<Change>, String> {
    if let Some(obstacle) = &trial.obstacle {
        return Err(obstacle.clone());
    }
    let seen = trial
        .witnesses
        .iter()
        .find_map(|witness| Some((witness, Sighting::of(witness.plan, witness.reports, trial.claims.len() + index)?)));
    let Some((witness, sighting)) = seen else { return Ok(None) };
    let candidates = fill::candidates(trial, index, witness, &sighting)?;
    if candidates.is_empty() { Ok(None) } else { first_right(trial, candidates, accepted).map(Some) }
}

/// The first way to write what was seen that proves to be right, beside the changes that were accepted so far.
fn change(trial: &Trial, index: usize, accepted: &[Change]) -> Result<Change, String> {
    if let Some(obstacle) = obstacle(trial, index) {
        return Err(obstacle);
    }
    let wrong = trial.witnesses.iter().find(|witness| witness.judgements[index].is_some_and(|it| it.verdict == Verdict::Wrong));
    let Some(witness) = wrong else { return Err("it isn't known on which Python it is wrong".to_owned()) };
    let Some(sighting) = Sighting::of(witness.plan, witness.reports, index) else {
        return Err("what was seen was cut off, or isn't UTF-8".to_owned());
    };
    if witness.judgements[index].is_some_and(|judgement| judgement.reason.as_deref() == Some(GOES_ON)) {
        return Err(format!("{GOES_ON}, and only that is another"));
    }
    first_right(trial, candidates::of(trial, index, &sighting)?, accepted)
}

/// The first of some changes that proves to be right beside those that were accepted before.
fn first_right(trial: &Trial, candidates: Vec<Change>, accepted: &[Change]) -> Result<Change, String> {
    let mut failure = None;
    for candidate in candidates {
        if accepted.iter().any(|other| other.overlaps(&candidate)) {
            failure.get_or_insert_with(|| "its place is changed for another claim already".to_owned());
            continue;
        }
        let mut changes = accepted.to_vec();
        changes.push(candidate);
        match proof::holds(trial, &changes) {
            Ok(()) => return changes.pop().ok_or_else(String::new),
            Err(reason) => drop(failure.get_or_insert(reason)),
        }
    }
    Err(failure.unwrap_or_else(|| "what was seen can't be written in this form".to_owned()))
}

/// Why a claim can't be rewritten, whatever was seen.
fn obstacle(trial: &Trial, index: usize) -> Option<String> {
    let claim = &trial.claims[index];
    if let Some(obstacle) = &trial.obstacle {
        return Some(obstacle.clone());
    }
    match claim.form {
        Form::Mark => return Some("it's a mark on the whole example".to_owned()),
        Form::Assertion => return Some("an assertion is code, which is left to its author".to_owned()),
        Form::Check => return Some("a check of the front matter says this; correct it there".to_owned()),
        Form::Trailing | Form::Following | Form::Block | Form::Session | Form::Output => {}
    }
    let of = |verdict: Verdict| {
        trial.witnesses.iter().filter(|witness| witness.judgements[index].is_some_and(|it| it.verdict == verdict)).count()
    };
    if of(Verdict::Holds) > 0 {
        return Some(match trial.marked.get(index).and_then(|marked| marked.as_deref()) {
            Some(marked) => format!("it holds on some of the Pythons; it needs a version mark: `{marked}`"),
            None => "it holds on some of the Pythons, and no version mark tells them from the others".to_owned(),
        });
    }
    let same_statement = |other: &Claim| other.target == claim.target && other.form == claim.form && other.kind == claim.kind;
    if trial.claims.iter().filter(|other| same_statement(other)).count() > 1 {
        return Some("several claims speak of this one statement".to_owned());
    }
    (claim.form != Form::Output && proof::shares_its_line(trial.example, claim)).then(|| "several statements stand on its line".to_owned())
}

#[cfg(test)]
mod tests;
