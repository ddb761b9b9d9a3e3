//! The styles in which people write values behind code: what is so holds, what isn't so is wrong.

mod common;

use common::{bare_python, verify};
use serde_json::Value;

fn claims(document: &str) -> Vec<Value> {
    let python = bare_python();
    let report = verify(&[document, "--format", "json", "--python", python.name()]).json();
    let examples = report["examples"].as_array().expect("examples");
    examples.iter().flat_map(|example| example["claims"].as_array().expect("claims").clone()).collect()
}

#[test]
fn what_is_so_holds() {
    let claims = claims("tests/teaching/true.md");
    assert!(claims.len() >= 180, "{} claims were found", claims.len());
    // A rounded number is approximate, whatever its words say.
    let others: Vec<_> = claims.iter().filter(|claim| claim["verdict"] != "holds" && claim["expected"] != "1.41").collect();
    assert!(others.is_empty(), "{others:#?}");
}

#[test]
fn what_is_not_so_is_wrong() {
    let claims = claims("tests/teaching/false.md");
    assert!(claims.len() >= 150, "{} claims were found", claims.len());
    let others: Vec<_> = claims.iter().filter(|claim| claim["verdict"] != "wrong").collect();
    assert!(others.is_empty(), "{others:#?}");
}

#[test]
fn what_looks_wrong_and_is_not() {
    let claims = claims("tests/teaching/innocent.md");
    assert!(claims.len() >= 25, "{} claims were found", claims.len());
    let wrong: Vec<_> = claims.iter().filter(|claim| claim["verdict"] == "wrong").collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let holding = claims.iter().filter(|claim| claim["verdict"] == "holds").count();
    assert!(holding >= 15, "only {holding} hold");
}
