//! The same documents give the same verdicts: however many examples run at once, and run after run.

mod common;

use common::{bare_python, verify};
use serde_json::Value;

/// Each claim's place and verdict, and each example's outcome.
fn verdicts(report: &Value) -> Vec<String> {
    let examples = report["examples"].as_array().expect("examples");
    let described = examples.iter().flat_map(|example| {
        let outcome = format!("{} {} continues {}", example["id"], example["outcome"], example["continues"]);
        let claims = example["claims"].as_array().expect("claims").iter();
        let claims = claims.map(|claim| format!("{}:{}:{} {}", example["id"], claim["line"], claim["column"], claim["verdict"]));
        std::iter::once(outcome).chain(claims).collect::<Vec<_>>()
    });
    described.collect()
}

#[test]
fn whatever_runs_beside_and_however_often() {
    let python = bare_python();
    let run = |jobs: &str| verdicts(&verify(&["--format", "json", "--python", python.name(), "--jobs", jobs]).json());
    let first = run("1");
    assert!(first.len() > 500, "{} lines", first.len());
    for jobs in ["8", "8", "8", "1"] {
        let again = run(jobs);
        let differences: Vec<_> = first.iter().zip(&again).filter(|(first, again)| first != again).collect();
        assert!(first.len() == again.len() && differences.is_empty(), "with --jobs {jobs}: {differences:#?}");
    }
}
