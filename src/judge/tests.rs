//! Tables of claims and what was seen of them.

use std::sync::Arc;

use super::*;
use crate::{
    claim::{Form, Kind, Reading, Target},
    document::Document,
    extract::Language,
    plan::{Needs, Planned, plan},
    run::protocol::{Captured, End, Given, Limits, Observation, QueryAnswer, Seen},
};

mod outcomes;
mod planning;
mod properties;
mod values;
mod verdicts;

/// A Python example of one section, at the start of its document.
pub(crate) fn example(id: &str, code: &str) -> Example {
    let code = if code.ends_with('\n') { code.to_owned() } else { format!("{code}\n") };
    let lines = code.matches('\n').count();
    Example {
        id: id.to_owned(),
        section: id.split('.').next().unwrap_or(id).to_owned(),
        document: Arc::new(Document::of_text("sample.txt", &code)),
        first_line: 1,
        last_line: lines as u32,
        span: 0..code.len() - 1,
        language: Language::Python,
        line_offsets: std::iter::once(0).chain(code.match_indices('\n').map(|(at, _)| at + 1)).take(lines).collect(),
        attributes: Default::default(),
        outputs: Vec::new(),
        jumps: Vec::new(),
        code,
    }
}

/// A script on Python 3.11 that needs nothing else.
pub(crate) fn needs() -> Needs {
    Needs {
        setup: None,
        imports: Vec::new(),
        packages: Default::default(),
        standard: Vec::new(),
        state: Default::default(),
        module: None,
        lacks: Default::default(),
        continues: Vec::new(),
        raises: Default::default(),
        left_out: None,
        mode: None,
        limits: Limits { memory: 1 << 30, ..Limits::default() },
        given: Given::default(),
        python: (3, 11),
        free_threaded: false,
    }
}

/// A claim with these readings on the statement that the text is, where it stands first in the code.
fn claim(example: &Example, statement: &str, subject: Subject, expected: &str, readings: &[(Says, Strength)]) -> Claim {
    let start = example.code.find(statement).expect("the statement stands in the code");
    Claim {
        span: start..start,
        position: example.position(start),
        form: Form::Trailing,
        kind: Kind::Value,
        strength: readings.iter().map(|(_, strength)| *strength).max().expect("a reading"),
        expected: expected.to_owned(),
        target: Target { range: start..start + statement.len(), subject },
        readings: readings.iter().map(|(says, strength)| Reading { says: says.clone(), strength: *strength }).collect(),
        condition: None,
    }
}

/// What a test says was seen of a pass.
#[derive(Clone, Default)]
struct Pass {
    stdout: String,
    stderr: String,
    value: Option<Seen>,
    raised: Option<Raised>,
    /// For each query: what was seen, and whether it equals.
    answers: Vec<QueryAnswer>,
    seconds: f64,
}

fn seen(repr: &str) -> Seen {
    let r#type = match repr.chars().next() {
        Some('\'' | '"') => "str",
        Some('[') => "list",
        Some('(') => "tuple",
        Some('<') => "object",
        Some(char) if char.is_ascii_digit() && repr.contains('.') => "float",
        Some(char) if char.is_ascii_digit() => "int",
        _ => "object",
    };
    let str = repr.strip_prefix('\'').and_then(|repr| repr.strip_suffix('\'')).map(str::to_owned);
    Seen { repr: repr.to_owned(), str, r#type: r#type.to_owned(), truncated: false }
}

/// A pass with a value, whose first query says whether it equals.
fn valued(repr: &str, equal: Option<bool>) -> Pass {
    let answer = QueryAnswer { seen: Some(seen(repr)), error: None, equal, expression_error: None };
    Pass { value: Some(seen(repr)), answers: vec![answer], ..Pass::default() }
}

/// A pass that printed.
fn printing(text: &str) -> Pass {
    Pass { stdout: text.to_owned(), value: Some(seen("None")), ..Pass::default() }
}

fn raised(r#type: &str, message: &str) -> Raised {
    let mut mro = vec![r#type.to_owned()];
    match r#type {
        "ModuleNotFoundError" => mro.push("ImportError".to_owned()),
        "FileNotFoundError" | "ConnectionRefusedError" => mro.push("OSError".to_owned()),
        "KeyError" | "IndexError" => mro.push("LookupError".to_owned()),
        "ZeroDivisionError" => mro.push("ArithmeticError".to_owned()),
        _ => {}
    }
    mro.extend(["Exception", "BaseException", "object"].map(str::to_owned));
    let subject = message.split('\'').nth(1).map(str::to_owned);
    Raised {
        r#type: r#type.to_owned(),
        module: "builtins".to_owned(),
        mro,
        message: message.to_owned(),
        line: Some(1),
        traceback: String::new(),
        subject,
    }
}

fn raising(r#type: &str, message: &str) -> Pass {
    Pass { raised: Some(raised(r#type, message)), ..Pass::default() }
}

/// A report of these passes of probe 0, that ran to its end.
fn report(passes: &[Pass]) -> Report {
    let (mut stdout, mut stderr) = (String::new(), String::new());
    let mut notes = vec![Note::Started { stdout: 0, stderr: 0 }];
    for pass in passes {
        let (out, err) = (stdout.len() as u64, stderr.len() as u64);
        stdout.push_str(&pass.stdout);
        stderr.push_str(&pass.stderr);
        notes.push(Note::Seen(Observation {
            probe: 0,
            stdout: (out, stdout.len() as u64),
            stderr: (err, stderr.len() as u64),
            seconds: pass.seconds,
            raised: pass.raised.clone(),
            value: pass.value.clone(),
            answers: pass.answers.clone(),
        }));
    }
    notes.push(Note::Finished);
    Report {
        number: 0,
        end: End::Exited(0),
        seconds: 0.01,
        cpu_seconds: 0.01,
        memory: 1 << 20,
        started: None,
        stdout: Captured { text: stdout, truncated: false },
        stderr: Captured { text: stderr, truncated: false },
        notes,
    }
}

/// The plan of an example that can run.
fn planned(example: &Example, claims: &[Claim]) -> Plan {
    match plan(example, claims, &needs()) {
        Planned::Run(plan) => plan,
        Planned::Skip { reason, .. } => panic!("skipped: {reason}"),
    }
}

/// The judgement on one claim by one report.
fn judged(example: &Example, claim: Claim, report: Report) -> Judgement {
    let claims = [claim];
    let plan = planned(example, &claims);
    let reports: Vec<Report> = plan.runs.iter().map(|_| report.clone()).collect();
    judge(example, &claims, &plan, &reports, &Before::default()).judgements.swap_remove(0)
}
