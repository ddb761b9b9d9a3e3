//! `docs/wrong-claims.md` lists the claims of the two documents that are known to be wrong: what `expected/` says was seen on each Python, with
//! the reason that the snippet gives. The table is made of those; this test compares, and `VERIFY_WRITE_DOCS=1` has it written anew.

mod common;

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    sync::Arc,
};

use camino::Utf8PathBuf;
use common::project;
use regex::Regex;
use verify::{
    corpus::{self, Acknowledgement},
    document::Document,
};

/// The approved verdicts on the documents, by Python; the oldest first.
const APPROVED: [(&str, &str); 4] =
    [("3.10", "documents@3.10.snap"), ("3.11", "documents.snap"), ("3.12", "documents@3.12.snap"), ("3.13", "documents@3.13.snap")];

#[test]
fn the_table_is_what_is_acknowledged_and_was_seen() {
    let path = project().join("docs/wrong-claims.md");
    let page = fs::read_to_string(&path).expect("the page");
    let (before, rest) = page.split_once("| example |").expect("a table");
    let behind = rest.split_once("\n\n").map_or("", |(_, behind)| behind);
    let page_now = format!("{before}{}\n{behind}", table());
    if env::var_os("VERIFY_WRITE_DOCS").is_some() {
        return fs::write(&path, page_now).expect("the page is written");
    }
    let differs = page.lines().zip(page_now.lines()).find(|(written, now)| written != now);
    assert_eq!(
        page, page_now,
        "the first line that differs: {differs:#?}; VERIFY_WRITE_DOCS=1 cargo test --test wrong_claims writes it anew"
    );
}

#[test]
fn each_acknowledgement_is_of_a_claim_that_was_seen() {
    let ours: BTreeSet<String> = fs::read_dir(project().join("expected"))
        .expect("expected")
        .filter_map(|entry| fs::read_to_string(entry.expect("an entry").path()).ok())
        .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .filter(|line| line.contains("wrong (acknowledged)"))
        .filter_map(|line| wrong(&line).map(|(_, _, claim)| claim))
        .collect();
    for acknowledgement in acknowledgements() {
        assert!(ours.iter().any(|claim| acknowledgement.means(claim)), "{}: {}", acknowledgement.example, acknowledgement.claim);
        assert!(
            acknowledgement.because.split_whitespace().count() > 6,
            "{}: that says little: {}",
            acknowledgement.example,
            acknowledgement.because
        );
    }
}

/// A row of the table for each claim, in the order of the documents.
fn table() -> String {
    let pythons: Vec<BTreeMap<Place, (bool, String)>> = APPROVED.iter().map(|(_, file)| verdicts(file)).collect();
    let places: BTreeSet<&Place> =
        pythons.iter().flat_map(|claims| claims.iter().filter(|(_, (wrong, _))| *wrong).map(|(place, _)| place)).collect();
    let acknowledgements = acknowledgements();
    let mut table = "| example | line | claimed | wrong | really |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for place in places {
        let on: Vec<Option<bool>> = pythons.iter().map(|claims| claims.get(place).map(|(wrong, _)| *wrong)).collect();
        let form = pythons.iter().find_map(|claims| claims.get(place)).map(|(_, form)| form.as_str());
        let because = acknowledgements.iter().find(|known| known.example == place.example && known.means(&place.claim));
        let because =
            because.unwrap_or_else(|| panic!("nobody acknowledges {place:?}")).because.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut lines = place.claim.lines();
        let claim = lines.next().unwrap_or_default();
        let more = if lines.next().is_some() { " …" } else { "" };
        let claim = if form == Some("check") { claim.to_owned() } else { format!("`{claim}`{more}") };
        let cells = [place.example.clone(), place.line.to_string(), claim, versions(&on), because];
        table.push_str(&format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | ")));
    }
    table
}

/// `since 3.11`, of the Pythons on which a claim is wrong (`true`), isn't (`false`), or wasn't judged (`None`).
fn versions(on: &[Option<bool>]) -> String {
    let named = |wanted: bool| -> Vec<&str> {
        APPROVED.iter().zip(on).filter(|(_, seen)| **seen == Some(wanted)).map(|((python, _), _)| *python).collect()
    };
    let (wrong, right) = (named(true), named(false));
    match (wrong.as_slice(), right.as_slice()) {
        (_, []) if wrong.len() > 1 => "on each".to_owned(),
        ([first, ..], [.., last]) if last < first => format!("since {first}"),
        ([.., last], [first, ..]) if last < first => format!("up to {last}"),
        _ => format!("on {}", wrong.join(", ")),
    }
}

/// A claim of the documents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// `q` before `e`, and their numbers.
    order: (bool, u32, u32),
    line: u32,
    example: String,
    claim: String,
}

/// The claims that hold or are wrong on a Python: whether they are wrong, and their forms. What was only measured (a time) is none.
fn verdicts(file: &str) -> BTreeMap<Place, (bool, String)> {
    let text = fs::read_to_string(project().join("expected").join(file)).expect("the approved verdicts");
    let example = Regex::new(r"^([qe])(\d+)\.(\d+) lines ").expect("a pattern");
    let mut claims = BTreeMap::new();
    let mut at = None;
    for line in text.lines() {
        if let Some(found) = example.captures(line) {
            let number = |group: usize| found[group].parse::<u32>().expect("a number");
            at = Some(((&found[1] == "e", number(2), number(3)), format!("{}{}.{}", &found[1], &found[2], &found[3])));
        }
        let is_wrong = line.contains("\": wrong (acknowledged), seen ");
        let Some((order, example)) = at.clone().filter(|_| is_wrong || line.ends_with("\": holds")) else { continue };
        let (line, form, claim) = wrong(line).unwrap_or_else(|| panic!("a claim: {line}"));
        claims.insert(Place { order, line, example, claim }, (is_wrong, form));
    }
    claims
}

/// Line, form and claimed text of an approved claim: `  500:20 following size firm "~152 bytes": wrong (acknowledged), seen "88"`.
fn wrong(line: &str) -> Option<(u32, String, String)> {
    let form = Regex::new(r#"^  (\d+):\d+ (\w+) \w+ \w+ (".*")(?:: wrong \(acknowledged\), seen .*|: holds)$"#).expect("a pattern");
    let found = form.captures(line)?;
    Some((found[1].parse().ok()?, found[2].to_owned(), serde_json::from_str(&found[3]).ok()?))
}

/// What the snippets acknowledge.
fn acknowledgements() -> Vec<Acknowledgement> {
    let mut files: Vec<_> =
        fs::read_dir(project().join("snippets")).expect("snippets").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let snippets = files.into_iter().filter_map(|path| {
        let path = Utf8PathBuf::from_path_buf(path).expect("UTF-8");
        let document = Document::decode(path.clone(), &fs::read(&path).expect("a file")).unwrap_or_else(|error| panic!("{error}"));
        corpus::read(&Arc::new(document)).unwrap_or_else(|error| panic!("{error}"))
    });
    snippets.flat_map(|snippet| snippet.front_matter.acknowledged).collect()
}
