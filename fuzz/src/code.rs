//! What holds of any example: of its claims, of what it continues, of its plan, and of what is judged of it.

use std::sync::Arc;

use verify::{
    claim::{self, Claim, Form, Subject},
    document::Document,
    extract::{self, Example, Sections},
    judge::{self, Verdict},
    plan::{self, Needs, Plan, Planned, continuing},
    run::protocol::{Given, Job, Limits, Report, read_frame, write_frame},
};

/// Longer than any that the fuzzer closes by chance.
const FENCE: &[u8] = b"~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~";

/// Examples of one section with these codes, cut at bytes 0xFF: scripts and sessions by turns.
pub(crate) fn examples(data: &[u8]) -> Vec<Example> {
    let mut page = Vec::new();
    for (number, code) in data.split(|&byte| byte == 0xFF).enumerate() {
        let language: &[u8] = if number % 2 == 0 { b"python\n" } else { b"pycon\n" };
        page.extend([FENCE, language, code, b"\n", FENCE, b"\n"].concat());
    }
    Document::decode("page.md", &page).map(|document| extract::extract(&Arc::new(document), &Sections::default())).unwrap_or_default()
}

/// Checks the claims and plans of examples of one document.
pub(crate) fn check(examples: &[Example]) {
    let with_setup: Vec<(&Example, Option<&str>)> = examples.iter().map(|example| (example, None)).collect();
    let named = continuing::Examples::of(&with_setup);
    let continued = named.continues();
    let imports = named.imports(&continued);
    assert_eq!((continued.len(), imports.len()), (examples.len(), examples.len()));
    for (index, example) in examples.iter().enumerate() {
        let earlier = &continued[index];
        assert!(earlier.is_sorted_by(|one, next| one < next) && earlier.iter().all(|&at| at < index), "it continues earlier ones");
        let claims = claims(example);
        // Of many earlier ones, each has its claims read again.
        let continues = earlier.iter().take(8).map(|&at| (examples[at].id.clone(), examples[at].code.clone())).collect();
        let needs = Needs { continues, imports: imports[index].clone(), ..needs() };
        if let Planned::Run(plan) = plan::plan(example, &claims, &needs) {
            answers_the_claims(&plan, &claims);
        }
    }
}

/// The claims of an example, checked.
pub(crate) fn claims(example: &Example) -> Vec<Claim> {
    let claims = claim::claims(example);
    claims.iter().for_each(|claim| is_in_its_example(claim, example));
    let is_in_code = |claim: &&Claim| !matches!(claim.form, Form::Output | Form::Mark);
    // Each time, all lines above are counted.
    for claim in claims.iter().filter(is_in_code).step_by(claims.len() / 100 + 1) {
        assert_eq!(claim.position, example.position(claim.span.start));
    }
    assert!(claims.iter().filter(is_in_code).is_sorted_by_key(|claim| claim.position.line), "claims come in the order of their lines");
    claims
}

/// Checks what is judged of an example by what was seen: `seen` makes the report of a run from its job.
pub(crate) fn judge(example: &Example, seen: &dyn Fn(&Job) -> Report) {
    let claims = claim::claims(example);
    let Planned::Run(plan) = plan::plan(example, &claims, &needs()) else { return };
    let reports: Vec<Report> = plan.runs.iter().map(|run| seen(&run.job)).collect();
    let judged = judge::judge(example, &claims, &plan, &reports, &judge::Before::default());
    assert_eq!(judged.judgements.len(), claims.len());
    for (claim, judgement) in claims.iter().zip(&judged.judgements) {
        assert!(claim.strength == claim::Strength::Firm || judgement.verdict != Verdict::Wrong, "a soft claim can't be wrong: {claim:?}");
        let is_unsettled = judgement.verdict == Verdict::Unsettled;
        assert!(!is_unsettled || judgement.reason.as_ref().is_some_and(|reason| !reason.is_empty()), "{judgement:?}");
        assert_eq!(is_unsettled, !judgement.category.is_empty(), "{judgement:?}");
    }
    // Of what isn't known, nothing is wrong.
    let unknown = judge::judge(example, &claims, &plan, &[], &judge::Before::default());
    assert!(unknown.judgements.iter().all(|judgement| judgement.verdict == Verdict::Unsettled));
}

fn needs() -> Needs {
    Needs {
        setup: None,
        imports: Vec::new(),
        packages: Default::default(),
        standard: Vec::new(),
        continues: Vec::new(),
        raises: Default::default(),
        left_out: None,
        mode: None,
        module: None,
        lacks: Default::default(),
        state: continuing::State::default(),
        limits: Limits::default(),
        given: Given::default(),
        python: (3, 13),
        free_threaded: false,
    }
}

fn is_in_its_example(claim: &Claim, example: &Example) {
    for range in [&claim.span, &claim.target.range] {
        assert!(example.code.get(range.clone()).is_some(), "{range:?} is in the code: {claim:?}");
    }
    let lines = match claim.form {
        Form::Output | Form::Mark => 1..=example.document.line_count(),
        _ => example.first_line..=example.last_line,
    };
    assert!(lines.contains(&claim.position.line), "{claim:?}");
    if !matches!(claim.form, Form::Output | Form::Mark) {
        assert!(!claim.span.is_empty() && !claim.expected.trim().is_empty(), "something is claimed: {claim:?}");
    }
    assert_eq!(claim.readings.iter().map(|reading| reading.strength).max(), Some(claim.strength), "{claim:?}");
    let is_whole = claim.target.subject == Subject::Example;
    assert!(is_whole || !claim.target.range.is_empty(), "a statement isn't empty: {claim:?}");
}

/// Each claim is asked for, by a probe that is there and on a statement that is there.
fn answers_the_claims(plan: &Plan, claims: &[Claim]) {
    assert!((1..=2).contains(&plan.runs.len()));
    for run in &plan.runs {
        assert_eq!(run.asked.len(), claims.len());
        let lines: Vec<&str> = run.job.code.split('\n').collect();
        for (number, probe) in (0..).zip(&run.job.probes) {
            assert_eq!(probe.number, number);
            let line = if probe.line == 0 { "" } else { lines[probe.line as usize - 1] };
            assert!(line.is_char_boundary(probe.column as usize), "{probe:?} stands on its line");
        }
        for (asked, claim) in run.asked.iter().zip(claims) {
            let Some(asked) = asked else { continue };
            let probe = &run.job.probes[asked.probe as usize];
            assert_eq!(asked.queries.len(), claim.readings.len());
            assert!(asked.queries.iter().flatten().all(|&query| query < probe.queries.len()));
        }
        let mut frame = Vec::new();
        write_frame(&mut frame, &run.job).expect("a job fits into a frame");
        assert_eq!(read_frame::<Job>(&mut frame.as_slice()).expect("it can be read"), Some(run.job.clone()));
    }
    for index in 0..claims.len() {
        assert!(plan.runs.iter().any(|run| run.asked[index].is_some()), "each claim is asked for");
    }
}
