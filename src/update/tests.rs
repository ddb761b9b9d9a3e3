//! The round trip: what is proposed is applied, read again, and holds.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::{
    claim,
    document::Document,
    extract::{self, Sections},
    judge::{self, tests::needs},
    plan::{self, Planned},
    run::protocol::{Captured, End, Mode, Note, Observation, QueryAnswer, Seen},
};

/// A document that shows lines of code in one of the formats: its name, and its text.
fn page(format: usize, code: &[String]) -> (&'static str, String) {
    let indented = |blanks: &str, end: &str| code.iter().map(|line| format!("{blanks}{line}{end}")).collect::<String>();
    let json = |line: &String| serde_json::Value::from(format!("{line}\n")).to_string();
    let html = |line: &String| line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;") + "\n";
    match format {
        0 => ("page.md", format!("> - text\n>\n>   ```python\n{}>   ```\n", indented(">   ", "\n"))),
        1 => ("page.md", format!("```python\r\n{}```\r\n", indented("", "\r\n"))),
        2 => ("page.rst", format!("Text::\n\n.. code-block:: python\n\n{}\nText.\n", indented("   ", "\n"))),
        3 => ("page.html", format!("<html><pre class=\"language-python\">\n{}</pre></html>\n", code.iter().map(html).collect::<String>())),
        4 => {
            let lines: Vec<String> = code.iter().map(json).collect();
            let source = lines.join(",\n    ");
            let cell = format!("{{\"cell_type\": \"code\", \"metadata\": {{}}, \"outputs\": [], \"source\": [\n    {source}]}}");
            ("page.ipynb", format!("{{\"cells\": [{cell}], \"metadata\": {{}}, \"nbformat\": 4, \"nbformat_minor\": 5}}\n"))
        }
        5 => {
            let literal = |line: &String| line.replace('\\', "\\\\").replace('"', "\\\"");
            let lines: String = code.iter().map(|line| format!("    {}\n", literal(line))).collect();
            ("page.py", format!("def f():\n    \"\"\"Text.\n\n    ```python\n{lines}    ```\n    \"\"\"\n"))
        }
        _ => ("page.adoc", format!("[source,python]\n----\n{}----\n", indented("", "\n"))),
    }
}

fn read(name: &str, text: &str) -> Example {
    let document = Arc::new(Document::decode(name, text.as_bytes()).expect("is text"));
    let mut examples = extract::extract(&document, &Sections::default());
    assert_eq!(examples.len(), 1, "{text}");
    examples.swap_remove(0)
}

/// A statement, and what is seen of it: a value, or what it prints.
#[derive(Debug, Clone)]
enum Shown {
    Value(String),
    Printed(String),
}

/// Plans an example and answers its probes by what is seen of the statement `f<number>()` on each line.
fn observed(example: &Example, claims: &[claim::Claim], shown: &[Shown]) -> (Plan, Vec<Report>) {
    let Planned::Run(plan) = plan::plan(example, claims, &needs()) else { panic!("it can be run") };
    let reports = plan.runs.iter().map(|run| {
        let mut stdout = String::new();
        let mut notes = vec![Note::Started { stdout: 0, stderr: 0 }];
        for probe in &run.job.probes {
            let line = example.code.lines().nth(probe.line as usize - 1).expect("there is such a line");
            let digits: String = line.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
            let number: usize = digits.parse().expect("statements have numbers");
            let from = stdout.len() as u64;
            let repr = match &shown[number] {
                Shown::Value(repr) => {
                    if run.mode == Mode::Prompt {
                        stdout.push_str(&format!("{repr}\n"));
                    }
                    repr.clone()
                }
                Shown::Printed(text) => {
                    stdout.push_str(text);
                    "None".to_owned()
                }
            };
            let seen = Seen { repr, str: None, r#type: "object".to_owned(), truncated: false };
            let answer = |_: &_| QueryAnswer { seen: Some(seen.clone()), error: None, equal: Some(false), expression_error: None };
            notes.push(Note::Seen(Observation {
                probe: probe.number,
                stdout: (from, stdout.len() as u64),
                stderr: (0, 0),
                seconds: 0.0,
                raised: None,
                value: Some(seen.clone()),
                answers: probe.queries.iter().map(answer).collect(),
            }));
        }
        notes.push(Note::Finished);
        let (stdout, stderr) = (Captured { text: stdout, truncated: false }, Captured::default());
        Report { end: End::Exited(0), stdout, stderr, notes, ..Report::not_run(0, End::Exited(0)) }
    });
    let reports = reports.collect();
    (plan, reports)
}

/// What is proposed for an example of which this was seen, and the verdicts before.
fn proposed(example: &Example, shown: &[Shown]) -> (Vec<Verdict>, Proposals) {
    let claims = claim::claims(example);
    let places = fill::places(example, &claims);
    let asked: Vec<claim::Claim> = claims.iter().chain(&places).cloned().collect();
    let (plan, reports) = observed(example, &asked, shown);
    let before = judge::Before::default();
    let judged = judge::judge(example, &claims, &plan, &reports, &before);
    let none = vec![None; claims.len()];
    let trial = Trial {
        example,
        claims: &claims,
        places: &places,
        judgements: &judged.judgements,
        acknowledged: &none,
        marked: &none,
        witnesses: vec![Witness {
            needs: needs(),
            plan: &plan,
            before: &before,
            reports: &reports,
            judgements: judged.judgements.iter().map(Some).collect(),
        }],
        claims_of: &claim::claims,
        obstacle: None,
    };
    (judged.judgements.iter().map(|judgement| judgement.verdict).collect(), propose(&trial))
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        "[1-9][0-9]{0,4}",
        "'[a-z<&\"é ]{1,8}'",
        r"'[a-z]\\n[a-z]'",
        proptest::collection::vec("[1-9][0-9]?|'[a-z]{1,3}'", 0..4).prop_map(|items| format!("[{}]", items.join(", "))),
        Just("True".to_owned()),
        Just("<A of 3>".to_owned()),
    ]
}

fn lines() -> impl Strategy<Value = String> {
    proptest::collection::vec("[a-z]{1,6} [1-9]{1,3}|[1-9]{2}|<a> & b|", 0..4)
        .prop_map(|lines| lines.iter().map(|line| format!("{line}\n")).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]
    #[test]
    fn what_is_proposed_holds_when_it_is_read_again(
        format in 0..7_usize,
        statements in proptest::collection::vec(
            (value(), value(), lines(), any::<bool>(), 0..6_usize, prop_oneof![Just(""), Just(" -- really"), Just(" (a note)")]), 1..6),
    ) {
        let mut code = Vec::new();
        let mut shown = Vec::new();
        for (number, (claimed, seen, printed, prints, lead, tail)) in statements.iter().enumerate() {
            let lead = ["  # ", "  # -> ", "  # => ", " # ", "", "\n# "][*lead];
            let statement = if *prints { format!("print(f{number}())") } else { format!("f{number}()") };
            let comment = if lead.is_empty() { String::new() } else { format!("{lead}{claimed}{tail}") };
            code.extend(format!("{statement}{comment}").lines().map(str::to_owned));
            shown.push(if *prints { Shown::Printed(printed.clone()) } else { Shown::Value(seen.clone()) });
        }
        round_trip(format, &code, &shown)?;
    }

    #[test]
    fn sessions_make_the_round_trip(
        format in proptest::sample::select(vec![0, 1, 2, 5, 6]),
        statements in proptest::collection::vec((lines(), value(), lines(), any::<bool>()), 1..6),
    ) {
        let mut code = Vec::new();
        let mut shown = Vec::new();
        for (number, (claimed, seen, printed, prints)) in statements.iter().enumerate() {
            code.push(if *prints { format!(">>> print(f{number}())") } else { format!(">>> f{number}()") });
            // An empty line would end the output.
            code.extend(claimed.lines().map(|line| if line.is_empty() { "<BLANKLINE>".to_owned() } else { line.to_owned() }));
            shown.push(if *prints { Shown::Printed(printed.clone()) } else { Shown::Value(seen.clone()) });
        }
        round_trip(format, &code, &shown)?;
    }
}

/// Applies what is proposed for a page with this code, reads it again, and holds it against what was seen.
fn round_trip(format: usize, code: &[String], shown: &[Shown]) -> Result<(), TestCaseError> {
    let (name, text) = page(format, code);
    let example = read(name, &text);
    let (before, proposals) = proposed(&example, shown);
    let added: Vec<&Edit> = proposals.additions.iter().filter_map(|addition| addition.proposal.edit()).collect();
    let edits: Vec<&Edit> = proposals.claims.iter().flatten().filter_map(Proposal::edit).chain(added.iter().copied()).collect();
    let after = applied(&text, &edits);
    prop_assert_eq!(spoiled(&example.document, &edits), None);
    let again = read(name, &after);
    let (verdicts, more) = proposed(&again, shown);
    // What a prompt doesn't show any more is no claim any more.
    let silent = shown.iter().filter(|shown| matches!(shown, Shown::Printed(text) if text.trim().is_empty())).count();
    let all = before.len() + added.len();
    prop_assert!(verdicts.len() <= all && verdicts.len() + silent >= all, "\n{}\n{}", text, after);
    let left = proposals.claims.iter().flatten().filter(|proposal| proposal.edit().is_none()).count();
    let wrong = verdicts.iter().filter(|verdict| **verdict == Verdict::Wrong).count();
    prop_assert_eq!(wrong, left, "\n{}\n{}", text, after);
    let changes_again = more.claims.iter().flatten().any(|proposal| proposal.edit().is_some());
    prop_assert!(!changes_again, "\n{}\n{}", text, after);
    prop_assert!(more.additions.iter().all(|addition| addition.proposal.edit().is_none()), "\n{}\n{}", text, after);
    Ok(())
}
