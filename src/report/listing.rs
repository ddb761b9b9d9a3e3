//! What `verify extract` and `verify list` show: the examples of documents, without running them.

use serde::Serialize;

use super::{
    Settings,
    json::FORMAT_VERSION,
    language_name,
    style::{Palette, paint},
    table::Table,
    units::count,
};
use crate::extract::{Example, Language};

/// An example as `verify extract` shows it.
#[derive(Debug, Clone, Copy)]
pub struct Extracted<'a> {
    /// The example.
    pub example: &'a Example,
    /// SHA-256 of its lines as they stand in the file, joined by `\n`, in hexadecimal.
    pub sha256: &'a str,
}

/// An example as `verify list` shows it.
#[derive(Debug, Clone, Copy)]
pub struct Listed<'a> {
    /// The example.
    pub example: &'a Example,
    /// How many claims it makes.
    pub claims: usize,
    /// Ids of the examples that it continues.
    pub continues: &'a [String],
    /// The Pythons that it would run on; empty where there is none, or it needs none.
    pub python: &'a [String],
    /// What it stands under: a question, a heading; empty where there is none.
    pub title: &'a str,
}

/// The examples as a table: ids, lines, language and document.
pub fn extracted(examples: &[Extracted], settings: &Settings) -> String {
    let mut table = Table::new(&["ID", "LINES", "LANGUAGE", "DOCUMENT"]);
    for Extracted { example, .. } in examples {
        table.row([example.id.clone(), lines(example), language_name(&example.language), example.document.path.to_string()]);
    }
    finished(table, &[count(examples.len(), "example")], settings)
}

/// The examples with their code, for machines.
pub fn extracted_json(examples: &[Extracted]) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Record<'a> {
        id: &'a str,
        document: &'a str,
        section: &'a str,
        lines: [u32; 2],
        language: &'a Language,
        sha256: &'a str,
        code: &'a str,
    }
    let record = |extracted: &Extracted<'_>| {
        let Extracted { example, sha256 } = extracted;
        serde_json::to_string(&Record {
            id: &example.id,
            document: example.document.path.as_str(),
            section: &example.section,
            lines: [example.first_line, example.last_line],
            language: &example.language,
            sha256,
            code: &example.code,
        })
    };
    document(examples.iter().map(record))
}

/// The examples as a table: ids, lines, language, claims, what they continue and what they stand under.
pub fn listed(examples: &[Listed], settings: &Settings) -> String {
    let mut table = Table::new(&["ID", "LINES", "LANGUAGE", "PYTHON", "CLAIMS", "CONTINUES", "TITLE"]);
    let or_none = |words: &[String]| if words.is_empty() { "·".to_owned() } else { words.join(", ") };
    for Listed { example, claims, continues, python, title } in examples {
        let claims = if *claims == 0 { "·".to_owned() } else { claims.to_string() };
        let (id, language, title) = (example.id.clone(), language_name(&example.language), (*title).to_owned());
        table.row([id, lines(example), language, or_none(python), claims, or_none(continues), title]);
    }
    let claims = examples.iter().map(|listed| listed.claims).sum();
    finished(table, &[count(examples.len(), "example"), count(claims, "claim")], settings)
}

/// The same for machines.
pub fn listed_json(examples: &[Listed]) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Record<'a> {
        id: &'a str,
        document: &'a str,
        section: &'a str,
        lines: [u32; 2],
        language: &'a Language,
        claims: usize,
        continues: &'a [String],
        title: &'a str,
        python: &'a [String],
    }
    let record = |listed: &Listed<'_>| {
        let Listed { example, claims, continues, python, title } = *listed;
        serde_json::to_string(&Record {
            id: &example.id,
            document: example.document.path.as_str(),
            section: &example.section,
            lines: [example.first_line, example.last_line],
            language: &example.language,
            claims,
            continues,
            title,
            python,
        })
    };
    document(examples.iter().map(record))
}

/// A JSON document with one example a line.
fn document(examples: impl Iterator<Item = serde_json::Result<String>>) -> serde_json::Result<String> {
    let examples = examples.collect::<Result<Vec<_>, _>>()?.join(",\n  ");
    let separator = if examples.is_empty() { "" } else { "\n  " };
    Ok(format!("{{\"format_version\": {FORMAT_VERSION},\n \"examples\": [{separator}{examples}]}}\n"))
}

fn finished(table: Table, counts: &[String], settings: &Settings) -> String {
    let palette = Palette::new(settings.color);
    format!("{}\n{}\n", table.render(settings.width, palette), paint(palette.quiet, &counts.join(", ")))
}

fn lines(example: &Example) -> String {
    match (example.first_line, example.last_line) {
        (first, last) if first == last => first.to_string(),
        (first, last) => format!("{first}–{last}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::example;

    fn examples() -> Vec<Example> {
        let text = "a = 1\na  # 1\n\nls \u{1b}[2J\n";
        let mut shell = example("q1.2", "日本/\u{1b}guide.txt", text, (4, 4));
        shell.language = Language::Shell;
        vec![example("q1.1", "guide.txt", text, (1, 2)), shell]
    }

    #[test]
    fn extracted_as_table_and_as_json() {
        let examples = examples();
        let all: Vec<_> = examples.iter().map(|example| Extracted { example, sha256: "00ff" }).collect();
        insta::assert_snapshot!(extracted(&all, &Settings::default()), @"
        ID    LINES  LANGUAGE  DOCUMENT
        ────  ─────  ────────  ───────────────
        q1.1  1–2    python    guide.txt
        q1.2  4      shell     日本/␛guide.txt

        2 examples
        ");
        let json = extracted_json(&all).unwrap();
        insta::assert_snapshot!(json, @r#"
        {"format_version": 1,
         "examples": [
          {"id":"q1.1","document":"guide.txt","section":"q1","lines":[1,2],"language":"python","sha256":"00ff","code":"a = 1\na  # 1\n"},
          {"id":"q1.2","document":"日本/\u001bguide.txt","section":"q1","lines":[4,4],"language":"shell","sha256":"00ff","code":"ls \u001b[2J\n"}]}
        "#);
        let parsed: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(parsed["examples"][1]["code"], "ls \u{1b}[2J\n");
        assert_eq!(extracted_json(&[]).unwrap(), "{\"format_version\": 1,\n \"examples\": []}\n");
    }

    #[test]
    fn listed_as_table_and_as_json() {
        let examples = examples();
        let continues = ["q1.1".to_owned()];
        let pythons = ["3.12.1", "3.13.0"].map(str::to_owned);
        let all = [
            Listed {
                example: &examples[0],
                claims: 1,
                continues: &[],
                python: &pythons,
                title: "What is a name bound to when it is assigned again?",
            },
            Listed { example: &examples[1], claims: 0, continues: &continues, python: &[], title: "" },
        ];
        insta::assert_snapshot!(listed(&all, &Settings { width: 76, ..Settings::default() }), @"
        ID    LINES  LANGUAGE  PYTHON          CLAIMS  CONTINUES  TITLE
        ────  ─────  ────────  ──────────────  ──────  ─────────  ──────────────────
        q1.1  1–2    python    3.12.1, 3.13.0  1       ·          What is a name bo…
        q1.2  4      shell     ·               ·       q1.1

        2 examples, 1 claim
        ");
        let json = listed_json(&all).unwrap();
        insta::assert_snapshot!(json, @r#"
        {"format_version": 1,
         "examples": [
          {"id":"q1.1","document":"guide.txt","section":"q1","lines":[1,2],"language":"python","claims":1,"continues":[],"title":"What is a name bound to when it is assigned again?","python":["3.12.1","3.13.0"]},
          {"id":"q1.2","document":"日本/\u001bguide.txt","section":"q1","lines":[4,4],"language":"shell","claims":0,"continues":["q1.1"],"title":"","python":[]}]}
        "#);
        serde_json::from_str::<serde_json::Value>(&json).unwrap();
    }
}
