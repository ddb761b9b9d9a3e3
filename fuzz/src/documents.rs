//! What holds of any document and of the examples that are found in it.

use std::sync::Arc;

use regex::Regex;
use verify::{
    document::{Document, Format},
    extract::{self, Example, Sections},
};

/// Checks a document of these bytes, and its examples.
pub(crate) fn check(path: &str, data: &[u8]) {
    let document = match Document::decode(path, data) {
        Ok(document) => Arc::new(document),
        Err(error) => return assert!(error.to_string().starts_with(&format!("{path}:")), "the error names the file: {error}"),
    };
    places(&document, data);
    let extraction = extract::read(&document, &Sections::default());
    for doubt in &extraction.doubts {
        assert!((1..=document.line_count()).contains(&doubt.place.line) && !doubt.what.is_empty(), "{doubt}");
    }
    let examples = extraction.examples;
    let mut next_line = 1;
    for example in &examples {
        // Not every format is laid out in lines.
        if matches!(document.format, Format::Text | Format::Rst) {
            assert!(example.first_line >= next_line, "examples follow each other: {}", example.id);
            next_line = example.last_line + 1;
        }
        is_where_it_says(example);
    }
    // Sections change the ids and nothing else.
    let sections = Sections { prefix: "q".to_owned(), opens: Regex::new(r"^(?:Answer|(\d+))[.:]").ok() };
    if sections.opens.as_ref().is_some_and(|opens| document.lines().any(|line| opens.is_match(line))) {
        let numbered = extract::extract(&document, &sections);
        assert_eq!(numbered.len(), examples.len());
        assert!(numbered.iter().zip(&examples).all(|(numbered, example)| numbered.code == example.code && numbered.span == example.span));
    }
    assert!(extract::duplicates(&examples).len() < examples.len().max(1));
    for example in &examples {
        super::code::claims(example);
    }
}

/// Lines are where they are in the file, and so are columns.
fn places(document: &Document, data: &[u8]) {
    let text = &document.text;
    let mut end = 0;
    for line in 1..=document.line_count() {
        let range = document.line_range(line);
        assert!(range.start >= end && text.is_char_boundary(range.start) && text.is_char_boundary(range.end));
        assert!(!text[range.clone()].contains('\n'));
        assert_eq!(document.line_at(range.start), line);
        let position = document.position(range.start);
        assert_eq!((position.line, position.column), (line, 1));
        end = range.end;
    }
    assert!(text[end..].trim_matches(['\r', '\n']).is_empty(), "all of the text is in lines");
    // In UTF-8, the end of each line is where it is in the file, whatever was repaired before it.
    let data = data.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(data);
    if let Ok(original) = std::str::from_utf8(data) {
        let original = original.replace("\r\n", "\n").replace('\r', "\n");
        assert_eq!(original.split('\n').count(), document.line_count() as usize);
        for (line, original) in (1..).zip(original.split('\n')) {
            let position = document.position(document.line_range(line).end);
            assert_eq!((position.line, position.column as usize), (line, original.chars().count() + 1));
        }
    }
}

/// An example's code is what stands on its lines.
fn is_where_it_says(example: &Example) {
    let document = &example.document;
    assert!(1 <= example.first_line && example.first_line <= example.last_line && example.last_line <= document.line_count());
    assert_eq!(example.span, document.line_range(example.first_line).start..document.line_range(example.last_line).end);
    assert!(!example.id.is_empty() && !example.code.trim().is_empty());
    let lines: Vec<&str> = example.code.strip_suffix('\n').expect("code ends in a line end").split('\n').collect();
    assert_eq!(lines.len(), example.line_offsets.len());
    let is_verbatim = matches!(document.format, Format::Text | Format::Markdown | Format::Rst);
    let mut start = 0;
    for (number, (code, &offset)) in (0..).zip(lines.iter().zip(&example.line_offsets)) {
        assert!(offset <= document.text.len() && document.text.is_char_boundary(offset));
        let line = document.line_at(offset);
        assert!((example.first_line..=example.last_line).contains(&line), "line {number} of the code stands on line {line}");
        assert_eq!(example.document_line(number + 1), line);
        // What only IPython understands is left out, and `pass` stands for it.
        if code.trim() == "pass" {
            start += code.len() + 1;
            continue;
        }
        // Of long lines, the start is enough: the way to each place is gone anew.
        for (at, character) in code.char_indices().take(64).filter(|(_, character)| character.is_ascii_alphanumeric()) {
            let place = if start < 4096 { example.document_offset(start + at).expect("it's in the code") } else { continue };
            assert!((offset..=document.text.len()).contains(&place) && document.text.is_char_boundary(place));
            // It stands there as it is, or as an escape.
            let there = document.text[place..].chars().next();
            let is_escape = !is_verbatim && there.is_some_and(|there| matches!(there, '\\' | '&'));
            assert!(there == Some(character) || is_escape, "{character:?} at {place}, where {there:?} stands");
        }
        start += code.len() + 1;
    }
    assert_eq!(example.position(0).line, example.first_line);
    assert!(example.position(example.code.len()).line <= example.last_line + 1);
    for output in &example.outputs {
        assert!(output.lines.iter().all(|(offset, _)| *offset <= document.text.len() && document.text.is_char_boundary(*offset)));
    }
}
