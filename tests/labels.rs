//! `tests/labels.tsv` says of each claim of the two documents what is so, on each Python: a person read the page and thought, and ran other code of
//! the same meaning where that wasn't enough. What `verify` says (the approved verdicts in `expected/`) must agree: no claim that holds is called
//! wrong, none that is wrong passes, and nearly all that hold are settled.
//!
//! A claim is named by its example, its line and its number among those of that line. Number 0 is one that `verify` doesn't read as a claim: it
//! counts as unsettled.

mod common;

use std::{collections::BTreeMap, fs};

use common::project;
use regex::Regex;

/// The approved verdicts on the documents, by Python, in the order of the columns.
const APPROVED: [(&str, &str); 4] =
    [("3.10", "documents@3.10.snap"), ("3.11", "documents.snap"), ("3.12", "documents@3.12.snap"), ("3.13", "documents@3.13.snap")];
/// Of the claims that hold, the share that must be settled as holding.
const SETTLED: f64 = 0.95;

/// An example, a line, and the number of a claim among those of the line.
type Place = (String, u32, u32);

#[test]
fn verdicts_agree_with_labels() {
    let labels = fs::read_to_string(project().join("tests/labels.tsv")).expect("the labels");
    let rows: Vec<Vec<&str>> = labels.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    for (column, (python, file)) in APPROVED.iter().enumerate() {
        let mut verdicts = verdicts(file);
        let (mut hold, mut settled, mut differing) = (0_u32, 0_u32, Vec::new());
        for row in &rows {
            let place: Place = (row[0].to_owned(), row[1].parse().expect("a line"), row[2].parse().expect("a number"));
            let label = row[3 + column];
            let verdict = verdicts.remove(&place);
            let verdict = match (&verdict, place.2) {
                (Some(verdict), _) => verdict.as_str(),
                (None, 0) => "unsettled",
                (None, _) => panic!("{python}: there is no claim {place:?}"),
            };
            // A time that was measured isn't approved: it differs from run to run.
            if verdict == "measured" {
                continue;
            }
            hold += u32::from(label == "holds");
            settled += u32::from(label == "holds" && verdict == "holds");
            let agrees = match label {
                "holds" => verdict != "wrong",
                "wrong" => verdict == "wrong" || verdict == "unsettled",
                "unsettleable" => verdict != "wrong",
                // The claim is made for another version.
                "-" => verdict == "unsettled",
                _ => panic!("{label} is no label"),
            };
            if !agrees {
                differing.push((place, label, verdict.to_owned()));
            }
        }
        assert!(differing.is_empty(), "{python}: {differing:#?}");
        assert!(verdicts.is_empty(), "{python}: nobody has labelled {verdicts:#?}");
        assert!(hold > 100, "{python}: {hold} claims hold");
        let share = f64::from(settled) / f64::from(hold);
        assert!(share >= SETTLED, "{python}: {settled} of {hold} claims that hold are settled");
    }
}

/// The approved verdict of each claim.
fn verdicts(file: &str) -> BTreeMap<Place, String> {
    let text = fs::read_to_string(project().join("expected").join(file)).expect("the approved verdicts");
    let example = Regex::new(r"^([qe]\d+\.\d+) lines ").expect("a pattern");
    let claim = Regex::new(r#"^  (\d+):\d+ \w+ \w+ \w+ ".*": (holds|wrong|unsettled|measured)\b"#).expect("a pattern");
    let (mut verdicts, mut of) = (BTreeMap::new(), String::new());
    for line in text.lines() {
        if let Some(found) = example.captures(line) {
            of = found[1].to_owned();
        } else if let Some(found) = claim.captures(line) {
            let line = found[1].parse().expect("a line");
            let number = (1..).find(|number| !verdicts.contains_key(&(of.clone(), line, *number))).expect("a number");
            verdicts.insert((of.clone(), line, number), found[2].to_owned());
        }
    }
    verdicts
}
