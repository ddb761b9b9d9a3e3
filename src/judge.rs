//! Claims × reports → verdicts, from observations only.
//!
//! Two rules: a claim holds if some reading of it agrees with what was observed; it is wrong only if it has a firm reading and none
//! agrees. Everything else is unsettled, with its reason. A false alarm costs more trust than a miss: what the example can't be blamed
//! for (a missing package, a name that the document leaves out, a value that differs from run to run) is never wrong.

use std::cell::{Cell, OnceCell};

use rustpython_ruff_text_size::Ranged;

use crate::{
    claim::{Claim, Condition, Form, Kind, Says, Strength, Subject},
    extract::Example,
    plan::{Asked, Plan, continuing::Undefined, source::Source},
    run::protocol::{End, Mode, Note, Observation, Raised, Report},
    syntax,
};

mod assertion;
mod before;
mod compare;
mod condition;
mod difference;
mod doctest;
mod errors;
mod evidence;
mod exception;
mod fuller;
mod identity;
mod number;
mod outcome;
mod outdated;
mod pardon;
mod reading;
mod reason;
mod results;
mod shape;
pub(crate) mod sighting;
mod sofar;
mod stability;
mod standing;
mod streams;
pub(crate) mod text;
mod tolerance;
mod trouble;
mod typed;
mod varying;
mod wording;

#[cfg(test)]
pub(crate) mod tests;

use evidence::Evidence;
use outcome::{Ending, described, ending, excuse};
use reading::{Agreement, Seeing, agreement};
use reason::Reason;
use trouble::Trouble;

pub use crate::outcome::Outcome;
pub use before::Before;
pub use difference::{Difference, DifferenceKind};
pub(crate) use pardon::GOES_ON;
pub use stability::{in_another_state, with_second_run};
pub use standing::with_standing;

/// Whether a claim is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Some reading agrees with what was observed.
    Holds,
    /// It has a firm reading, and none agrees.
    Wrong,
    /// It can't be said; the reason tells why.
    Unsettled,
}

/// The verdict on one claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// What was seen, in the claim's own form (quoted if the claim is quoted, …), where something was.
    pub actual: Option<String>,
    /// Why it is unsettled; for the others, what needs saying (`in 3 of 4 passes`).
    pub reason: Option<String>,
    /// For an unsettled one, the reason in a word or two, to count by: `package`, `approximate`, `never-reached`, …; else empty.
    pub category: String,
    /// How the run went that it was judged by.
    pub mode: Mode,
    /// What was seen when it was run once more, under other circumstances: of an unstable one.
    pub again: Option<String>,
    /// Of a wrong one, what kind of difference it is, where there's something to say.
    pub difference: Option<Box<Difference>>,
}

impl Judgement {
    fn unsettled(mode: Mode, actual: Option<String>, reason: Reason) -> Judgement {
        let Reason { category, text } = reason;
        Judgement {
            verdict: Verdict::Unsettled,
            actual,
            reason: Some(text),
            category: category.to_owned(),
            mode,
            again: None,
            difference: None,
        }
    }

    fn settled(verdict: Verdict, mode: Mode, actual: Option<String>) -> Judgement {
        Judgement { verdict, actual, reason: None, category: String::new(), mode, again: None, difference: None }
    }
}

/// What became of an example: its outcome, and a judgement for each of its claims, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// What became of it as a whole.
    pub outcome: Outcome,
    /// Why, where it didn't simply run.
    pub reason: Option<String>,
    /// The reason in one word, to count by: `language`, `package`, `python`, …; empty where it simply ran.
    pub category: String,
    /// Line in the example's code where it stopped, from 1.
    pub stopped_at: Option<u32>,
    /// One for each claim.
    pub judgements: Vec<Judgement>,
}

/// Judges an example and its claims by what its runs gave.
///
/// `reports` are those of `plan.runs`, in their order; a claim whose run has no report is unsettled. `before` is what ran in the namespace besides
/// the preludes of the plan.
pub fn judge(example: &Example, claims: &[Claim], plan: &Plan, reports: &[Report], before: &Before) -> Judged {
    let source = Source::of(example);
    let parsed = syntax::parse(&source.code, plan.python);
    let before = before.with_preludes(plan);
    let runs = plan.runs.iter().zip(reports);
    let court = Court {
        example,
        claims,
        has_sets: before.has_sets || parsed.as_ref().is_some_and(|parsed| varying::makes_set(parsed.syntax())),
        before: &before,
        source: &source,
        plan,
        undefined: Undefined::of(example),
        module: parsed.as_ref().map(|parsed| parsed.syntax()),
        runs: runs.map(|(run, report)| (Evidence::new(report), ending(report, run.job.limits.time), report)).collect(),
        troubles: plan.runs.iter().zip(reports).map(|(run, report)| Trouble::of(plan, &run.job.prelude, report)).collect(),
        tried: Cell::new(0),
        starts: OnceCell::new(),
    };
    let mut judgements: Vec<Judgement> = claims.iter().enumerate().map(|(index, claim)| court.judgement(index, claim)).collect();
    let Some((_, ending, report)) = court.runs.first() else {
        let reason = Some("it was not run".to_owned());
        return Judged { outcome: Outcome::Skipped, reason, category: "run".to_owned(), stopped_at: None, judgements };
    };
    let announced = claimed_exceptions(report, claims, &judgements, plan);
    let failed = assertion::failed(report, claims, plan);
    assertion::pardon(&mut judgements, &failed, &announced);
    let mut ending = ending.clone();
    let was_run = !matches!(report.end, End::Lacks(_) | End::NotGiven(_));
    if was_run && matches!(ending.outcome, Outcome::Raised | Outcome::Skipped) {
        let is_announced = |raised: &Raised| announced.iter().any(|it| assertion::is_same(it, raised));
        let is_asserted = |raised: &Raised| failed.iter().any(|(_, it)| assertion::is_same(it, raised));
        // At a prompt, the statements behind one that raised run all the same.
        ending = match stops(report).find(|raised| !is_announced(raised) && !is_asserted(raised)) {
            Some(raised) => outcome::stopped(raised, &report.end),
            None => {
                let how = if stops(report).all(is_announced) { "as claimed by" } else { "by an assertion that fails:" };
                let reason = ending.reason.map(|reason| format!("stopped {how} {reason}"));
                Ending { outcome: Outcome::Ran, reason, category: "claimed", ..ending }
            }
        };
    }
    let mut ending = outcome::without_blame(ending, plan, report, &before, &court.undefined);
    if !matches!(ending.outcome, Outcome::Ran | Outcome::Skipped)
        && let Some(reason) = &mut ending.reason
        && let Some(prelude) = broken_prelude(plan, report).or_else(|| before.addition())
    {
        reason.push_str(&prelude);
    }
    Judged {
        outcome: ending.outcome,
        reason: ending.reason,
        category: ending.category.to_owned(),
        stopped_at: ending.stopped_at,
        judgements,
    }
}

/// Whether files were written in these runs, or by the code that ran before.
pub fn wrote(reports: &[Report], before: &Before) -> bool {
    before.wrote || reports.iter().any(before::wrote)
}

/// Whether what a statement of an example shows varies from run to run or from machine to machine; `at` is a byte of its code.
pub(crate) fn varies(example: &Example, plan: &Plan, before: &Before, at: usize) -> bool {
    let source = Source::of(example);
    let parsed = syntax::parse(&source.code, plan.python);
    let before = before.with_preludes(plan);
    parsed.is_some_and(|parsed| varying::varies(&before.varying, parsed.syntax(), source.offset(at), false))
}

/// All that verdicts are made from.
struct Court<'a> {
    example: &'a Example,
    claims: &'a [Claim],
    source: &'a Source<'a>,
    plan: &'a Plan,
    /// Names that the example leaves undefined.
    undefined: Undefined,
    /// The code makes a set somewhere.
    has_sets: bool,
    /// The code that ran before.
    before: &'a Before,
    /// The example's syntax, where it has one.
    module: Option<&'a rustpython_ruff_python_ast::ModModule>,
    runs: Vec<(Evidence<'a>, Ending, &'a Report)>,
    /// What went wrong in the preludes of each run.
    troubles: Vec<Option<Trouble<'a>>>,
    /// For how many claims tolerances were tried.
    tried: Cell<usize>,
    /// The lines, from 0, on which the statements of a session start.
    starts: OnceCell<Vec<usize>>,
}

impl Court<'_> {
    fn judgement(&self, index: usize, claim: &Claim) -> Judgement {
        let mut planned = self.plan.runs.iter().enumerate();
        let found = planned.find_map(|(run, planned)| Some((run, planned.mode, planned.asked.get(index)?.as_ref()?)));
        let Some((run, mode, asked)) = found else {
            return Judgement::unsettled(Mode::Script, None, Reason::new("run", "it was not asked for in any run"));
        };
        let Some((evidence, ending, report)) = self.runs.get(run) else {
            return Judgement::unsettled(mode, None, Reason::new("run", "it was not run"));
        };
        let passes = self.passes(evidence, claim, asked);
        if passes.is_empty() {
            if let Some(Condition::Other(words)) = &claim.condition {
                return Judgement::unsettled(mode, None, Reason::new("condition", format!("claimed for: {words}")));
            }
            return Judgement::unsettled(mode, None, self.never_passed(ending, report));
        }
        let source = self.source.text(self.source.range(&claim.target.range));
        let is_cut = evidence.is_cut(asked.probe);
        let seeing = Seeing { claim, source, passes: &passes, is_cut, undefined: &self.undefined };
        let none = Vec::new();
        let results: Vec<(Agreement, Strength)> = claim
            .readings
            .iter()
            .enumerate()
            .map(|(index, reading)| (agreement(&seeing, &reading.says, asked.queries.get(index).unwrap_or(&none)), reading.strength))
            .collect();
        let results = self.of_the_object(claim, &passes, results::telling(claim, results));
        let judgement = sentence(results, mode);
        if judgement.verdict != Verdict::Holds
            && let Some(actual) = self.fuller(&seeing)
        {
            return self.pardon(claim, Judgement::settled(Verdict::Holds, mode, actual), None);
        }
        if (judgement.verdict == Verdict::Wrong || judgement.verdict == Verdict::Unsettled && claim.form == Form::Output)
            && let Some(actual) = self.printed_so_far(run, evidence, claim, asked)
        {
            return self.pardon(claim, Judgement::settled(Verdict::Holds, mode, Some(actual)), None);
        }
        if judgement.verdict == Verdict::Wrong && self.is_so_at_a_prompt(claim, asked) {
            let reason = Reason::new("condition", "it's so at a prompt, where each statement is compiled by itself");
            return Judgement::unsettled(mode, judgement.actual, reason);
        }
        let judgement = self.of_errors(run, evidence, claim, asked, &passes, &judgement).unwrap_or(judgement);
        let mut judgement = self.pardon(claim, judgement, self.trouble_before(run, report, asked.probe, claim));
        if judgement.verdict == Verdict::Wrong
            && let Some(actual) = self.begun_so_far(run, evidence, claim, asked)
        {
            judgement.actual = Some(actual);
        }
        if let (Verdict::Wrong, Some(actual)) = (judgement.verdict, &judgement.actual) {
            if pardon::goes_on_otherwise(claim, actual) {
                judgement.reason = Some(GOES_ON.to_owned());
            }
            let tried = claim.form != Form::Assertion && self.tried.replace(self.tried.get() + 1) < tolerance::MOST;
            judgement.difference = tolerance::explained(self.example, &seeing, asked, actual, tried).map(Box::new);
        }
        judgement
    }

    /// Of a statement that changes an object and gives nothing back, what the object is afterwards is what counts: `words.sort()  # [..]`.
    fn of_the_object(&self, claim: &Claim, passes: &[evidence::Pass], results: Vec<(Agreement, Strength)>) -> Vec<(Agreement, Strength)> {
        if results.iter().any(|(result, _)| matches!(result, Agreement::Agrees { .. })) {
            return results;
        }
        let gives_nothing = passes.iter().all(|pass| {
            pass.raised().is_none() && pass.seen().value.as_ref().is_none_or(|value| value.repr == "None") && pass.stdout == Some("")
        });
        let of_state = |(reading, (result, _)): &(&crate::claim::Reading, &(Agreement, Strength))| {
            matches!(reading.says, Says::State { .. }) && !matches!(result, Agreement::Unknown { .. })
        };
        let state = claim.readings.iter().zip(&results).find(of_state).map(|(_, result)| result.clone());
        match state {
            Some(state) if gives_nothing && claim.target.subject == Subject::Expression => vec![state],
            _ => results,
        }
    }

    /// What was seen, where the claim holds with more of its comment than was taken for it.
    fn fuller(&self, seeing: &Seeing) -> Option<Option<String>> {
        let is_text = |says: &Says| matches!(says, Says::Value(_) | Says::Printed(_) | Says::PrintedLines(_) | Says::Items { .. });
        if !seeing.claim.readings.iter().any(|reading| is_text(&reading.says)) {
            return None;
        }
        fuller::texts(&self.example.code, &seeing.claim.span, seeing.claim.form).into_iter().find_map(|text| {
            let lines = text::split_commas(&text).into_iter().map(str::to_owned).collect();
            [Says::Value(text), Says::PrintedLines(lines)].iter().find_map(|says| match agreement(seeing, says, &[]) {
                Agreement::Agrees { actual } => Some(actual),
                _ => None,
            })
        })
    }

    /// The passes through a claim's statement. Those of a class attribute are noted again when the class is complete: then the first
    /// ones, which have no answers yet, don't count.
    fn passes<'e>(&self, evidence: &Evidence<'e>, claim: &Claim, asked: &Asked) -> Vec<evidence::Pass<'e>> {
        let mut passes = evidence.passes(asked.probe);
        if matches!(claim.target.subject, Subject::ClassAttribute { .. }) {
            let first = asked.queries.iter().flatten().copied().min();
            let answered = |pass: &evidence::Pass| {
                first.and_then(|first| pass.answer(first)).is_some_and(|answer| answer.seen.is_some() || answer.error.is_some())
            };
            if passes.iter().any(answered) {
                passes.retain(answered);
            }
        }
        passes
    }

    /// Why a statement wasn't seen.
    fn never_passed(&self, ending: &Ending, report: &Report) -> Reason {
        let reason = ending.reason.as_deref().unwrap_or_default();
        if matches!(report.end, End::Lacks(_) | End::NotGiven(_)) {
            return Reason::new(ending.category, reason);
        }
        match ending.outcome {
            Outcome::TimedOut | Outcome::Crashed => Reason::new("never-reached", format!("never reached: {reason}")),
            Outcome::Invalid => Reason::new("invalid", format!("the example isn't valid Python: {reason}")),
            Outcome::Ran => Reason::new("never-passed", "the statement was never passed"),
            Outcome::Skipped | Outcome::Raised => {
                let excuse = stops(report).next().and_then(|raised| excuse(raised, &self.undefined));
                let at = ending.stopped_at.map(|line| format!(" at line {}", self.document_line(line))).unwrap_or_default();
                match excuse {
                    Some(excuse) => Reason::new(excuse.category, format!("{} (stopped{at})", excuse.text)),
                    None => Reason::new("never-reached", format!("never reached: stopped{at} by {reason}")),
                }
            }
        }
    }

    /// What went wrong before a statement, through no claim's fault, so that the statement may show nothing but what follows from it: code
    /// of the examples that this one continues, or, at a prompt, an earlier statement.
    fn trouble_before(&self, run: usize, report: &Report, probe: u32, claim: &Claim) -> Option<Reason> {
        if let Some(raised) = &self.before.unimported {
            return Some(outcome::unimported(raised, &self.undefined));
        }
        if let Some(reason) = self.before.reason(&self.undefined) {
            return Some(reason);
        }
        let of_module = report.notes.iter().find_map(|note| match note {
            Note::PreludeRaised { index: 0, raised } if self.plan.module.is_some() => Some(raised),
            _ => None,
        });
        if let Some(raised) = of_module {
            return Some(outcome::unimported(raised, &self.undefined));
        }
        if let Some(trouble) = self.troubles.get(run).and_then(Option::as_ref).filter(|trouble| trouble.reaches(self.code_up_to(claim))) {
            let category = excuse(trouble.raised, &self.undefined).map_or("continued", |excuse| excuse.category);
            return Some(Reason::new(category, format!("an example that it continues had raised {}", described(trouble.raised))));
        }
        let mut seen: Option<&Observation> = None;
        for note in &report.notes {
            match note {
                Note::Seen(observation) if observation.probe == probe => return None,
                Note::Seen(observation) => seen = Some(observation),
                Note::Stopped(raised) if trouble::is_shown_unread(raised, &self.example.code) || self.is_unread(raised, claim) => {}
                Note::Stopped(raised) => {
                    let excuse = excuse(raised, &self.undefined);
                    let claimed = seen.filter(|seen| seen.raised.as_ref() == Some(raised));
                    // A statement that something was claimed of, and that raised instead, is wrong by itself, if it can be.
                    let is_told = |seen: &Observation| {
                        self.claims_of(run, seen.probe).any(Claim::can_be_wrong)
                            && !(self.plan.continues && self.goes_on_with(run, seen.probe, claim))
                    };
                    // Whatever is claimed of what can't be read, is open as well.
                    let is_unread = raised.mro.iter().any(|name| name == "SyntaxError");
                    if !claimed.is_some_and(is_told) || excuse.is_some() || is_unread {
                        let at = raised.line.map(|line| format!(" at line {}", self.document_line(line))).unwrap_or_default();
                        let category = excuse.map_or("after-error", |excuse| excuse.category);
                        return Some(Reason::new(category, format!("behind an unexpected exception{at}: {}", described(raised))));
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Whether a claim's statement uses names of one that raised, of which no exception was claimed: behind a guess of what the example continues, the one
    /// may follow from the other.
    fn goes_on_with(&self, run: usize, raising: u32, claim: &Claim) -> bool {
        let code = |claim: &Claim| self.source.text(self.source.range(&claim.target.range));
        self.claims_of(run, raising).all(|one| one.kind != Kind::Exception && trouble::share_names(code(one), code(claim)))
    }

    /// The claims that a probe looks at.
    fn claims_of(&self, run: usize, probe: u32) -> impl Iterator<Item = &Claim> {
        let asked = self.plan.runs.get(run).into_iter().flat_map(|run| &run.asked);
        let of_probe = self.claims.iter().zip(asked).filter(move |(_, asked)| asked.as_ref().is_some_and(|asked| asked.probe == probe));
        of_probe.map(|(claim, _)| claim)
    }

    /// The code up to the end of a claim's statement; all of it where that stands within another one.
    fn code_up_to(&self, claim: &Claim) -> &str {
        let end = self.source.range(&claim.target.range).end;
        let ends_here = |stmt: &rustpython_ruff_python_ast::Stmt| stmt.range().end().to_usize() == end;
        let is_top = self.module.is_some_and(|module| module.body.iter().any(ends_here));
        self.source.code.get(..end).filter(|_| is_top).unwrap_or(&self.source.code)
    }

    /// The document's line of a line of the example's code; people look there.
    fn document_line(&self, line: u32) -> u32 {
        self.example.document_line(line)
    }
}

/// The two rules.
fn sentence(results: Vec<(Agreement, Strength)>, mode: Mode) -> Judgement {
    let agreeing = results.iter().find_map(|(result, _)| match result {
        Agreement::Agrees { actual } => Some(actual.clone()),
        _ => None,
    });
    if let Some(actual) = agreeing {
        return Judgement::settled(Verdict::Holds, mode, actual);
    }
    let of = |wanted: Strength, differs: bool| {
        results.iter().find_map(move |(result, strength)| match result {
            Agreement::Differs { actual, reason } if differs && *strength == wanted => Some((actual.clone(), reason.clone())),
            Agreement::Unknown { actual, reason } if !differs && *strength == wanted => Some((actual.clone(), reason.clone())),
            _ => None,
        })
    };
    // A firm reading of which nothing is known may be the right one; but what shows only its address may still show its items.
    let of_items = of(Strength::Firm, true);
    if let Some((actual, reason)) = of(Strength::Firm, false).filter(|(_, reason)| reason.category != "address" || of_items.is_none()) {
        return Judgement::unsettled(mode, actual, reason);
    }
    if let Some((actual, _)) = of(Strength::Firm, true) {
        return Judgement::settled(Verdict::Wrong, mode, actual);
    }
    let not_understood = || (None, Reason::new("compare", "the claim can't be understood"));
    let (actual, reason) = of(Strength::Soft, true).or_else(|| of(Strength::Soft, false)).unwrap_or_else(not_understood);
    Judgement::unsettled(mode, actual, reason)
}

/// The exceptions that a claim of the example speaks of, and rightly; or those by which a program leaves whose last words a claim shows.
fn claimed_exceptions<'r>(report: &'r Report, claims: &[Claim], judgements: &[Judgement], plan: &Plan) -> Vec<&'r Raised> {
    let Some(run) = plan.runs.first() else { return Vec::new() };
    let raises = |claim: &Claim| claim.readings.iter().any(|reading| matches!(reading.says, Says::Raises { .. }));
    let right = claims.iter().zip(judgements).zip(&run.asked).filter(|((_, judgement), _)| judgement.verdict == Verdict::Holds);
    let probes: Vec<(u32, bool)> = right.filter_map(|((claim, _), asked)| Some((asked.as_ref()?.probe, raises(claim)))).collect();
    let seen = report.notes.iter().filter_map(|note| match note {
        Note::Seen(observation) => Some((observation.probe, observation.raised.as_ref()?)),
        _ => None,
    });
    let is_claimed =
        |(probe, raised): &(u32, &Raised)| probes.iter().any(|(own, raises)| own == probe && (*raises || raised.r#type == "SystemExit"));
    seen.filter(is_claimed).map(|(_, raised)| raised).collect()
}

/// The exceptions that nothing caught, in order.
fn stops(report: &Report) -> impl Iterator<Item = &Raised> {
    report.notes.iter().filter_map(|note| match note {
        Note::Stopped(raised) => Some(raised),
        _ => None,
    })
}

/// What to add where code that ran before the example had raised already.
fn broken_prelude(plan: &Plan, report: &Report) -> Option<String> {
    report.notes.iter().find_map(|note| match note {
        Note::PreludeRaised { index, raised } if !plan.claims_raised(*index, raised) => {
            let prelude = plan.runs.first()?.job.prelude.get(usize::try_from(*index).ok()?)?;
            Some(format!("; {} had raised {}", prelude.filename, described(raised)))
        }
        _ => None,
    })
}
