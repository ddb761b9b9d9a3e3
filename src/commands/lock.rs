//! `verify lock`: finds out which packages the requirements of the examples come to, and writes `verify.lock`.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use verify::{
    check,
    environment::Interpreter,
    report::{Problem, Severity},
    requirements::{
        Requirements, Wanted,
        install::{Failure, FailureKind},
        lock::{FILE, Package},
        platform, prepare,
    },
};

use super::{
    Asked, FAILED, FINE, INTERRUPTED, UNUSABLE,
    check::{requirements, stop_on_interrupt},
    interpreters,
    portions::work,
    print, project, report_problems,
};
use crate::cli::LockArguments;

/// Sets of requirements that are resolved at the same time.
const AT_ONCE: usize = 4;

/// Locks what the call asks for. The result is the exit code.
pub fn run(arguments: &LockArguments) -> anyhow::Result<u8> {
    let project = project()?;
    let work = work(&Asked { paths: &arguments.paths, documents: &arguments.documents, name: None }, &[], &project)?;
    let interpreters = interpreters(&arguments.python, &project)?;
    let settings = requirements(&project)?;
    let stop = stop_on_interrupt()?;
    let mut needed: Vec<(Interpreter, Requirements)> = check::required(&work.cases, &work.chosen, &interpreters);
    // Examples of documents that aren't here have their requirements in the corpus.
    let absent: Vec<Requirements> =
        work.cases.iter().filter_map(|case| case.snippet.as_deref()).flat_map(|snippet| snippet.of_origin()).collect();
    for interpreter in interpreters.asked() {
        needed.extend(absent.iter().map(|requirements| (interpreter.interpreter.clone(), requirements.clone())));
    }
    let mut lock = settings.lock.clone().unwrap_or_default();
    let mut tasks = BTreeMap::new();
    for (interpreter, requirements) in &needed {
        let wanted = requirements.wanted(interpreter);
        let is_covered = lock.find(&wanted.texts(), interpreter.minor(), &platform()).is_some();
        if !wanted.is_empty() && (arguments.upgrade || !is_covered) {
            tasks.insert((interpreter.minor(), wanted.texts()), (interpreter.clone(), wanted));
        }
    }
    let resolved = resolve(&tasks.into_values().collect::<Vec<_>>(), &settings, &stop);
    let mut text = String::new();
    let mut problems = work.problems;
    let mut code = FINE;
    for (interpreter, wanted, result) in resolved {
        let (major, minor) = interpreter.minor();
        match result {
            Ok(packages) => {
                let names: Vec<String> = packages.iter().map(|package| format!("{} {}", package.name, package.version)).collect();
                text.push_str(&format!("Python {major}.{minor}: {wanted}: {}\n", names.join(", ")));
                lock.set(wanted.texts(), interpreter.minor(), platform(), packages);
            }
            Err(failure) => {
                code = code.max(match failure.kind {
                    FailureKind::Interrupted => INTERRUPTED,
                    FailureKind::Requirements => UNUSABLE,
                    FailureKind::Unreachable | FailureKind::Machine => FAILED,
                });
                problems.push(Problem { message: message(&wanted, &failure), severity: Severity::Error });
            }
        }
    }
    // Only a call for all can tell what nothing needs any more.
    if arguments.paths.is_empty() && arguments.documents.is_empty() && code == FINE {
        let known: Vec<Vec<String>> =
            needed.iter().flat_map(|(interpreter, requirements)| requirements.of_all_versions(interpreter)).collect();
        lock.retain(|requires| known.iter().any(|known| known == requires));
    }
    let written = lock.write(&project.root)?;
    text.push_str(&format!("{}: {}\n", project.root.join(FILE), if written { "written" } else { "as it was" }));
    print(&text)?;
    let unusable = problems.iter().any(|problem| problem.severity == Severity::Error);
    report_problems(&problems);
    Ok(if unusable { code.max(UNUSABLE) } else { code })
}

/// What each set of requirements comes to, in their order.
fn resolve(
    tasks: &[(Interpreter, Wanted)],
    settings: &prepare::Settings,
    stop: &AtomicBool,
) -> Vec<(Interpreter, Wanted, Result<Vec<Package>, Failure>)> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(tasks.len()) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    let Some((interpreter, wanted)) = tasks.get(number) else { break };
                    let result = prepare::resolve(interpreter, wanted, settings, stop);
                    done.lock().unwrap_or_else(PoisonError::into_inner).insert(number, (interpreter.clone(), wanted.clone(), result));
                }
            });
        }
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect()
}

fn message(wanted: &Wanted, failure: &Failure) -> String {
    let about = failure.package.as_deref().and_then(|package| wanted.of_package(package));
    let place = about.or(wanted.first()).map_or("", |requirement| &requirement.place);
    match about {
        Some(requirement) => format!("{place}: requires {requirement}: {}", failure.reason),
        None => format!("{place}: requires {wanted}: {}", failure.reason),
    }
}
