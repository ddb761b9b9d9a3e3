//! The two documents that the project started with: each of their blocks, with exact lines and language.
//!
//! The documents belong to their authors and aren't part of the project; where they aren't beside it, this test says so.

use std::{fmt::Write as _, path::PathBuf, sync::Arc};

use camino::Utf8Path;
use regex::Regex;
use verify::{
    document::Document,
    extract::{Example, Language, Sections, extract},
};

#[test]
#[expect(clippy::print_stderr, reason = "a test that was left out must say so")]
fn every_block_of_the_documents_is_found() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/documents");
    let expected = include_str!("extract/blocks.tsv");
    let mut differences = String::new();
    let mut left_out = 0;
    for (name, prefix, opens) in [("000_f0a75effb6439ed2.txt", "q", "^Answer:"), ("004_5bdca37bdacde917.txt", "e", r"^(\d\d) ")] {
        let Ok(bytes) = std::fs::read(folder.join(name)) else {
            left_out += 1;
            continue;
        };
        let sections = Sections { prefix: prefix.to_owned(), opens: Some(Regex::new(opens).expect("is a pattern")) };
        let document = Arc::new(Document::decode(Utf8Path::new(name), &bytes).expect("is a document"));
        let found: Vec<String> = extract(&document, &sections).iter().map(row).collect();
        let expected: Vec<&str> = expected.lines().filter(|row| row.contains(name)).collect();
        for row in &found {
            if !expected.contains(&row.as_str()) {
                writeln!(differences, "+ {row}").expect("a string takes it");
            }
        }
        for row in expected {
            if !found.iter().any(|found| found == row) {
                writeln!(differences, "- {row}").expect("a string takes it");
            }
        }
    }
    if left_out > 0 {
        eprintln!("left out: {left_out} of 2 documents aren't in {}", folder.display());
    }
    assert!(differences.is_empty(), "found and not expected (+), expected and not found (-):\n{differences}");
}

fn row(example: &Example) -> String {
    let language = match &example.language {
        Language::Other(name) => name.clone(),
        language => format!("{language:?}").to_lowercase(),
    };
    format!("{}\t{}\t{}\t{}\t{language}", example.id, example.document.path, example.first_line, example.last_line)
}
