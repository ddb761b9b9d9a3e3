//! A run as a whole: plans each example, has it run, judges it, and tells reporters what happens.

use std::{
    collections::BTreeMap,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::Sender,
    },
    time::Instant,
};

use pep440_rs::{Version, VersionSpecifiers};

use crate::{
    claim::{self, Claim},
    collect::Case,
    corpus::{Acknowledgement, Snippet},
    environment::Interpreter,
    extract::{Example, Language},
    grant::Grants,
    judge::{self, Judged, Judgement, Outcome, Verdict},
    limits::LimitSettings,
    plan::{self, Needs, Plan, Planned, continuing::State},
    report::{Activity, Checked, Event, Header, Problem, Severity},
    run::{
        pool::{Pool, PoolError, ServerCommand, Turn},
        protocol::{Limits, Mode, Report},
    },
};

/// What a run needs besides its examples.
#[derive(Debug)]
pub struct Settings<'a> {
    /// The Python that runs them.
    pub interpreter: &'a Interpreter,
    /// How its servers are started.
    pub server: ServerCommand,
    /// How many examples use the processor at once.
    pub jobs: usize,
    /// Limits of an example that sets none of its own.
    pub limits: LimitSettings,
    /// A time limit in seconds that goes before every other.
    pub timeout: Option<f64>,
    /// An example that takes more than this share of its time limit is slow.
    pub slow: f64,
    /// Arguments of this call that a call for one of its examples must have too.
    pub rerun: String,
}

/// Checks the cases numbered in `chosen`, and sends events. Returns when all is done, interrupted, or can't go on.
pub fn check(cases: &[Case], chosen: &[usize], settings: &Settings, stop: &AtomicBool, events: &Sender<Event>) -> Result<(), PoolError> {
    let begin = Instant::now();
    let taken = taken(cases);
    let pool = Pool::new(&settings.server, settings.jobs, stop);
    let runs = chosen.iter().any(|&index| is_python(&cases[index].example));
    let server = runs.then(|| pool.warm_up()).transpose()?;
    // A reporter that is gone (a closed pipe) is no reason to stop: the exit code still tells the result.
    let tell = |event| drop(events.send(event));
    tell(Event::Started(Header { examples: chosen.len(), jobs: settings.jobs, server }));
    let failure = std::sync::Mutex::new(None);
    pool.each(chosen.len(), |number, turn| {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        let case = &cases[chosen[number]];
        tell(Event::ExampleStarted { index: number, id: case.example.id.clone() });
        let taken = &taken[chosen[number]];
        match examine_case(case, &taken.earlier(cases), taken, settings, &pool, turn) {
            Ok((Examined { checked, .. }, problems)) => {
                for problem in problems {
                    tell(Event::Problem(problem));
                }
                tell(Event::ExampleDone { index: number, checked: Box::new(checked) });
            }
            Err(error) => {
                // The first failure is the one to report; the others follow from it.
                failure.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get_or_insert(error);
                stop.store(true, Ordering::SeqCst);
            }
        }
    })?;
    let failure = failure.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let interrupted = stop.load(Ordering::SeqCst);
    tell(Event::Ended { seconds: begin.elapsed().as_secs_f64(), interrupted });
    match failure {
        None | Some(PoolError::Interrupted) => Ok(()),
        Some(error) => Err(error),
    }
}

/// The claims of a case; none where it isn't Python.
pub fn claims(case: &Case) -> Vec<Claim> {
    if is_python(&case.example) { claim::claims(&case.example) } else { Vec::new() }
}

/// Reads a case's claims and plans its runs.
fn understand(case: &Case, earlier: &[&Case], taken: &Taken, settings: &Settings) -> (Vec<Claim>, Planned) {
    let example = &case.example;
    let claims = claims(case);
    let limits = limits(case, settings);
    let front_matter = case.snippet.as_deref().map(|snippet| &snippet.front_matter);
    let needs = Needs {
        setup: setup(case).map(str::to_owned),
        imports: taken.imports.clone(),
        state: case.state,
        module: case.module.clone().filter(|_| taken.uses_module),
        continues: earlier.iter().map(|case| (case.example.id.clone(), with_setup(case))).collect(),
        mode: front_matter.and_then(|front_matter| front_matter.mode.get(&example.id).copied()),
        limits,
        python: settings.interpreter.minor(),
        free_threaded: settings.interpreter.free_threaded,
    };
    let planned = match unmet_python(case, settings) {
        Some(reason) if is_python(example) => Planned::Skip { outcome: Outcome::Skipped, reason, category: "python".to_owned() },
        _ => plan::plan(example, &claims, &needs),
    };
    (claims, planned)
}

/// What an example takes from the earlier ones of its document.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    /// Indices of the cases that it continues.
    pub continues: Vec<usize>,
    /// Statements that import what it uses.
    imports: Vec<String>,
    /// It uses names of the module that its document is.
    uses_module: bool,
}

/// For each case, what it takes from the earlier ones.
pub fn taken(cases: &[Case]) -> Vec<Taken> {
    let mut taken = vec![Taken::default(); cases.len()];
    let mut documents: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, case) in cases.iter().enumerate() {
        documents.entry(case.page.as_str()).or_default().push(index);
    }
    for members in documents.into_values() {
        let document =
            members.first().map(|&first| &cases[first]).filter(|first| first.module.is_some()).map(|first| &first.example.document);
        if members.len() < 2 && document.is_none() {
            continue;
        }
        let examples: Vec<(&Example, Option<&str>)> = members.iter().map(|&index| (&*cases[index].example, setup(&cases[index]))).collect();
        let state = members.first().map_or(State::Names, |&first| cases[first].state);
        let continues = plan::continuing::earlier(&examples, state);
        // A docstring has the names of its module, and none of another docstring's.
        let (imports, uses_module) = match document {
            Some(module) => (vec![Vec::new(); examples.len()], plan::continuing::uses_module(&examples, &continues, &module.text)),
            None if state == State::Names => (plan::continuing::imports(&examples, &continues), vec![false; examples.len()]),
            None => (vec![Vec::new(); examples.len()], vec![false; examples.len()]),
        };
        for (number, (continues, imports)) in continues.into_iter().zip(imports).enumerate() {
            let continues = continues.into_iter().map(|number| members[number]).collect();
            taken[members[number]] = Taken { continues, imports, uses_module: uses_module[number] };
        }
    }
    taken
}

impl Taken {
    fn earlier<'a>(&self, cases: &'a [Case]) -> Vec<&'a Case> {
        self.continues.iter().map(|&index| &cases[index]).collect()
    }
}

/// A case that was run, with all that is known of it.
#[derive(Debug)]
pub struct Examined<'a> {
    /// The case.
    pub case: &'a Case,
    /// What became of it.
    pub checked: Checked,
    /// What was planned.
    pub planned: Planned,
    /// What the runs gave, in the order of the plan.
    pub reports: Vec<Report>,
}

/// Runs the chosen cases one after the other, and keeps everything.
pub fn examine<'a>(cases: &'a [Case], chosen: &[usize], settings: &Settings, stop: &AtomicBool) -> Result<Vec<Examined<'a>>, PoolError> {
    let taken = taken(cases);
    let pool = Pool::new(&settings.server, 1, stop);
    let examined = chosen.iter().map(|&index| {
        let taken = &taken[index];
        examine_case(&cases[index], &taken.earlier(cases), taken, settings, &pool, &mut pool.turn()).map(|(examined, _)| examined)
    });
    examined.collect()
}

fn examine_case<'a>(
    case: &'a Case,
    earlier: &[&Case],
    taken: &Taken,
    settings: &Settings,
    pool: &Pool,
    turn: &mut Turn,
) -> Result<(Examined<'a>, Vec<Problem>), PoolError> {
    let (claims, planned) = understand(case, earlier, taken, settings);
    // What runs before it may need what was granted to that.
    let mut grants = case.grants.clone();
    earlier.iter().for_each(|earlier| grants.add(&earlier.grants));
    let (judged, reports) = match &planned {
        Planned::Skip { outcome, reason, category } => (skipped(&claims, outcome, reason, category), Vec::new()),
        Planned::Run(plan) => {
            let reports = run(plan, &grants, pool, turn)?;
            (judge::judge(&case.example, &claims, plan, &reports), reports)
        }
    };
    let (acknowledged, mut problems) = acknowledge(case, &claims, &judged);
    problems.extend(changed(case));
    let mode = match &planned {
        Planned::Run(plan) => plan.runs.first().map_or(Mode::Script, |run| run.mode),
        Planned::Skip { .. } => Mode::Script,
    };
    let stderr = reports.first().filter(|_| judged.outcome != Outcome::Ran).map(|report| report.stderr.text.clone());
    let checked = Checked {
        example: Arc::clone(&case.example),
        claims,
        acknowledged,
        continues: earlier.iter().map(|case| case.example.id.clone()).collect(),
        python: (!reports.is_empty()).then(|| settings.interpreter.version.clone()),
        mode,
        seconds: reports.iter().map(|report| report.seconds).sum(),
        slow: slow(&planned, &reports, settings.slow),
        activity: Activity::of(&reports),
        granted: if reports.is_empty() { Vec::new() } else { grants.words.iter().map(ToString::to_string).collect() },
        ours: case.ours,
        stderr: stderr.unwrap_or_default(),
        rerun: format!("{}--snippet {}", settings.rerun, case.example.id),
        judged,
    };
    Ok((Examined { case, checked, planned, reports }, problems))
}

fn run(plan: &Plan, grants: &Grants, pool: &Pool, turn: &mut Turn) -> Result<Vec<Report>, PoolError> {
    plan.runs.iter().map(|run| pool.run(&run.job, grants, turn)).collect()
}

fn skipped(claims: &[Claim], outcome: &Outcome, reason: &str, category: &str) -> Judged {
    let unsettled = Judgement {
        verdict: Verdict::Unsettled,
        actual: None,
        reason: Some(reason.to_owned()),
        category: category.to_owned(),
        mode: Mode::Script,
    };
    Judged {
        outcome: outcome.clone(),
        reason: Some(reason.to_owned()),
        category: category.to_owned(),
        stopped_at: None,
        judgements: vec![unsettled; claims.len()],
    }
}

fn is_python(example: &Example) -> bool {
    matches!(example.language, Language::Python | Language::Session)
}

/// Code of the front matter that runs before a document's own example; our own examples run by themselves.
fn setup(case: &Case) -> Option<&str> {
    let snippet = case.snippet.as_deref().filter(|_| !case.ours)?;
    snippet.front_matter.setup.get(&case.example.id).map(String::as_str)
}

/// An example that another continues runs as it would by itself: behind its own setup.
fn with_setup(case: &Case) -> String {
    match setup(case) {
        Some(setup) => format!("{setup}\n{}", case.example.code),
        None => case.example.code.clone(),
    }
}

fn limits(case: &Case, settings: &Settings) -> Limits {
    let front_matter = case.snippet.as_deref().map(|snippet| &snippet.front_matter);
    let own = front_matter.map(|front_matter| {
        let timeout = front_matter.timeout.get(&case.example.id).copied();
        LimitSettings { timeout, ..LimitSettings::default() }.or(front_matter.limits.of(&case.example.id))
    });
    let asked = LimitSettings { timeout: settings.timeout, ..LimitSettings::default() };
    asked.or(own.unwrap_or_default()).or(settings.limits).limits()
}

/// The time limit of a run that took more than this share of it, seconds.
fn slow(planned: &Planned, reports: &[Report], share: f64) -> Option<f64> {
    let Planned::Run(plan) = planned else { return None };
    let limits = plan.runs.iter().map(|run| run.job.limits.time.as_secs_f64());
    limits.zip(reports).find(|(limit, report)| report.seconds > limit * share).map(|(limit, _)| limit)
}

/// Why the Python that runs isn't one that the front matter asks for.
fn unmet_python(case: &Case, settings: &Settings) -> Option<String> {
    let asked = case.snippet.as_deref()?.front_matter.python.as_deref()?;
    let version = settings.interpreter.version.clone();
    let (Ok(specifiers), Ok(running)) = (VersionSpecifiers::from_str(asked), Version::from_str(&version)) else {
        return Some(format!("`python: {asked}` is no version range; write it as in `>=3.12`"));
    };
    (!specifiers.contains(&running)).then(|| format!("needs Python {asked}, this is {version}"))
}

/// Which wrong claims are acknowledged, and the acknowledgements that are stale.
fn acknowledge(case: &Case, claims: &[Claim], judged: &Judged) -> (Vec<Option<String>>, Vec<Problem>) {
    let mut known = vec![None; claims.len()];
    let mut problems = Vec::new();
    let Some(snippet) = case.snippet.as_deref() else { return (known, problems) };
    for acknowledgement in snippet.front_matter.acknowledged.iter().filter(|entry| entry.example == case.example.id) {
        let meant: Vec<usize> = (0..claims.len()).filter(|&index| acknowledgement.means(&claims[index].expected)).collect();
        for &index in &meant {
            if judged.judgements[index].verdict == Verdict::Wrong {
                known[index] = Some(acknowledgement.because.trim().to_owned());
            }
        }
        let holds = !meant.is_empty() && meant.iter().all(|&index| judged.judgements[index].verdict == Verdict::Holds);
        if holds {
            problems.push(stale(snippet, acknowledgement, "holds now; remove the acknowledgement"));
        } else if meant.is_empty() && snippet.front_matter.origin.is_none() {
            problems.push(stale(snippet, acknowledgement, "isn't claimed by that example; correct the text or remove the acknowledgement"));
        }
    }
    (known, problems)
}

fn stale(snippet: &Snippet, acknowledgement: &Acknowledgement, what: &str) -> Problem {
    let Acknowledgement { example, claim, .. } = acknowledgement;
    let claim = claim.lines().next().unwrap_or_default();
    Problem { message: format!("{}: stale acknowledgement: `{claim}` of {example} {what}", snippet.path), severity: Severity::Failure }
}

/// A document's own example that is no longer the one that the snippet was written for.
fn changed(case: &Case) -> Option<Problem> {
    let snippet = case.snippet.as_deref().filter(|_| !case.ours)?;
    let origin = snippet.front_matter.origin.as_ref()?.examples.get(&case.example.id)?;
    (origin.sha256 != case.sha256).then(|| {
        let example = &case.example;
        let message = format!(
            "{}:{}:1: {} changed since {} was written (lines {}-{} then, {}-{} now); look at both and renew its `sha256`: {}",
            example.document.path,
            example.first_line,
            example.id,
            snippet.path,
            origin.lines.0,
            origin.lines.1,
            example.first_line,
            example.last_line,
            case.sha256,
        );
        Problem { message, severity: Severity::Warning }
    })
}
