//! An example in a process of its own: planned for one of its interpreters, run there, and judged.

use crate::{
    claim::Claim,
    environment::Interpreter,
    grant::Grants,
    judge::{self, Before, Judged, Judgement, Verdict},
    outcome::Outcome,
    plan::{self, Plan, Planned},
    provide,
    requirements::prepare::Lack,
    run::{
        circumstances::Circumstances,
        pool::PoolError,
        pools::{Pools, Turn},
        protocol::{Mode, Report},
    },
};

use super::{
    Means, RunOn, Settings, again,
    choice::{Assignment, Task},
    understood::{self, OtherState, Understood},
};

/// Plans a case for one of its interpreters, runs it there and judges it.
pub(super) fn run_on(example: &Understood, assignment: &Assignment, means: Means, turn: &mut Turn) -> Result<RunOn, PoolError> {
    let Means { settings, pools, .. } = means;
    let Understood { case, claims, .. } = example;
    let interpreter = means.interpreter(example, assignment);
    let skip = |reason: &str, category: &str| Planned::Skip {
        outcome: Outcome::Skipped,
        reason: reason.to_owned(),
        category: category.to_owned(),
    };
    let mut needs = None;
    let mut planned = match (&assignment.task, &interpreter) {
        (Task::Skip(reason), _) => skip(reason, "python"),
        (_, Err(Lack { interrupted: true, .. })) => return Err(PoolError::Interrupted),
        (_, Err(lack)) => skip(&lack.reason, "requires"),
        _ if !case.used_by.is_empty() && !understood::is_python(&case.example) => {
            skip(&format!("used by {}", case.used_by.join(", ")), "used")
        }
        (Task::Whole | Task::ClaimedFor, Ok(interpreter)) => {
            let needs = needs.insert(example.needs(interpreter, settings, &[]));
            plan::plan(&case.example, &example.asked(settings), needs)
        }
    };
    provide::put(&mut planned, case, &example.earlier);
    let before = Before::default();
    let mut why = None;
    let (judged, reports, again) = match &planned {
        Planned::Skip { outcome, reason, category } => (skipped(claims, *outcome, reason, category), Vec::new(), Vec::new()),
        Planned::Run(plan) => {
            let on = interpreter.as_ref().unwrap_or(&assignment.on.interpreter);
            match run(plan, on, &example.grants, Circumstances::Usual, pools, turn) {
                Ok(reports) => {
                    // While this is judged, another one may run.
                    turn.give_back();
                    let mut judged = judge::judge(&case.example, claims, plan, &reports, &before);
                    let unknown = again::doubted(example, &judged, on, settings);
                    let mut doubted = unknown.clone();
                    let mut again = Vec::new();
                    for circumstances in again::circumstances(again::has_files(example, &reports, &before)) {
                        if !doubted.contains(&true) {
                            break;
                        }
                        again = run(plan, on, &example.grants, circumstances, pools, &mut pools.turn())?;
                        let second = judge::judge(&case.example, claims, plan, &again, &before);
                        judged = judge::with_second_run(claims, judged, &second, &doubted);
                        doubted = again::still_doubted(example, &judged, &doubted);
                    }
                    // What is wrong by itself may be right behind all that its document shows before, or behind the last of that, or without what that sets.
                    for other in OtherState::ALL {
                        if !again::is_wrong(&judged, &unknown) {
                            break;
                        }
                        let Some(needs) = example.needs_in(other, on, settings) else { continue };
                        let Planned::Run(plan) = plan::plan(&case.example, claims, &needs) else { continue };
                        let reports = run(&plan, on, &example.grants, Circumstances::Usual, pools, &mut pools.turn())?;
                        let in_other = judge::judge(&case.example, claims, &plan, &reports, &before);
                        let is_whole = !matches!(in_other.outcome, Outcome::TimedOut | Outcome::Crashed);
                        judged = judge::in_another_state(judged, in_other, &unknown, other.words());
                        // The last ones are for those behind whom all can't run.
                        if is_whole && matches!(other, OtherState::BehindAll) {
                            break;
                        }
                    }
                    (judged, reports, again)
                }
                // Where the first one can't start, nothing can; one of several leaves the results of the others.
                Err(error @ (PoolError::NoServer { .. } | PoolError::NoInterpreter(_))) if !is_first(assignment, settings) => {
                    why = Some(unusable(on, &error));
                    (skipped(claims, Outcome::Skipped, &error.to_string(), "python"), Vec::new(), Vec::new())
                }
                Err(error) => return Err(error),
            }
        }
    };
    Ok(RunOn { assignment: assignment.clone(), planned, needs, before, reports, again, judged, unusable: why })
}

/// Why an interpreter can't run anything, in words for people.
pub(super) fn unusable(on: &Interpreter, error: &PoolError) -> String {
    let Interpreter { version, executable, .. } = on;
    format!("Python {version} at `{executable}` can't run examples: {error}")
}

fn run(
    plan: &Plan,
    on: &Interpreter,
    grants: &Grants,
    circumstances: Circumstances,
    pools: &Pools,
    turn: &mut Turn,
) -> Result<Vec<Report>, PoolError> {
    let pool = pools.of(on)?;
    plan.runs.iter().map(|run| pool.run(&run.job, grants, circumstances, turn, &mut |_| ())).collect()
}

/// Whether an assignment is to the interpreter that was warmed up.
pub(super) fn is_first(assignment: &Assignment, settings: &Settings) -> bool {
    settings.interpreters.asked().first() == Some(&assignment.on)
}

pub(super) fn skipped(claims: &[Claim], outcome: Outcome, reason: &str, category: &str) -> Judged {
    let unsettled = Judgement {
        verdict: Verdict::Unsettled,
        actual: None,
        reason: Some(reason.to_owned()),
        category: category.to_owned(),
        mode: Mode::Script,
        again: None,
        difference: None,
    };
    Judged {
        outcome,
        reason: Some(reason.to_owned()),
        category: category.to_owned(),
        stopped_at: None,
        judgements: vec![unsettled; claims.len()],
    }
}
