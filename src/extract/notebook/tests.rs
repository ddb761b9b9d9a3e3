use std::sync::Arc;

use super::*;
use crate::{
    document::{DocumentError, Position},
    extract::{Example, Sections, extract},
};

fn examples(json: &str) -> Vec<Example> {
    extract(&Arc::new(Document::decode("page.ipynb", json.as_bytes()).expect("is a notebook")), &Sections::default())
}

const NOTEBOOK: &str = r#"{
 "cells": [
  {"cell_type": "markdown", "metadata": {}, "source": ["Text\n", "\n", "```python\n", "y = 1\n", "```"]},
  {
   "cell_type": "code", "execution_count": 1, "metadata": {"tags": ["raises-exception"]},
   "source": [
    "s = \"é\\n\"\n",
    "print(s); f(\"\u00e9\ud83d\ude00\", x)"
   ],
   "outputs": [
    {"output_type": "stream", "name": "stderr", "text": "no"},
    {"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"]},
    {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/html": "<b>", "text/plain": ["[1,\n", " 2]"]}},
    {"output_type": "error", "ename": "NameError", "evalue": "name 'x' is not defined", "traceback": []}
   ]
  }
 ],
 "metadata": {"kernelspec": {"name": "python3", "language": "python", "display_name": "x"}}, "nbformat": 4, "nbformat_minor": 5
}"#;

#[test]
fn cells_keep_their_places() {
    let examples = examples(NOTEBOOK);
    assert_eq!(examples.iter().map(|example| (example.first_line, example.last_line)).collect::<Vec<_>>(), [(3, 3), (7, 8)]);
    let cell = &examples[1];
    assert_eq!(cell.code, "s = \"é\\n\"\nprint(s); f(\"é😀\", x)\n");
    let place = |text: &str| cell.position(cell.code.find(text).expect("is there"));
    assert_eq!(place("é"), Position { line: 7, column: 12 });
    assert_eq!(place("print"), Position { line: 8, column: 6 });
    assert_eq!(place(", x)"), Position { line: 8, column: 40 });
    assert_eq!(cell.group(), Some("cells"));
    assert!(cell.may_fail());
    assert_eq!(examples[0].position(0), Position { line: 3, column: 88 });
}

#[test]
fn stored_outputs_are_claims_at_their_places() {
    let cell = &examples(NOTEBOOK)[1];
    let outputs: Vec<(OutputKind, String)> = cell
        .outputs
        .iter()
        .map(|output| (output.kind, output.lines.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("|")))
        .collect();
    assert_eq!(
        outputs,
        [
            (OutputKind::Value, "[1,| 2]".to_owned()),
            (OutputKind::Raised, "NameError: name 'x' is not defined".to_owned()),
            (OutputKind::Printed, "a|b".to_owned())
        ]
    );
    assert_eq!(cell.document.position(cell.outputs[0].lines[0].0), Position { line: 13, column: 122 });
}

#[test]
fn a_notebook_in_one_line_still_tells_cells_apart() {
    let json = r#"{"nbformat":4,"cells":[{"cell_type":"code","source":"1","metadata":{},"outputs":[]},{"cell_type":"code","source":"2\n3","metadata":{},"outputs":[]}]}"#;
    let examples = examples(json);
    assert_eq!(examples.iter().map(|example| example.id.as_str()).collect::<Vec<_>>(), ["page.ipynb:1", "page.ipynb:1:115"]);
    assert_eq!(examples[1].position(2), Position { line: 1, column: 118 });
}

#[test]
fn format_3_and_other_kernels_are_read() {
    let json = r#"{"nbformat": 3, "metadata": {"name": "x"}, "worksheets": [{"cells": [
      {"cell_type": "code", "language": "python", "input": ["x"], "prompt_number": 2, "outputs": [{"output_type": "pyout", "prompt_number": 2, "text": ["5"]}]},
      {"cell_type": "code", "language": "julia", "input": "x", "outputs": []}]}]}"#;
    let examples = examples(json);
    assert_eq!(examples[0].outputs[0].kind, OutputKind::Value);
    assert_eq!(examples[1].language, Language::Other("julia".to_owned()));
}

#[test]
fn a_broken_notebook_is_told_at_its_line() {
    let error = Document::decode("a.ipynb", b"{\n \"cells\": [\n<<<<<<< HEAD\n]}").expect_err("is broken");
    assert_eq!(error, DocumentError::Notebook { path: "a.ipynb".into(), line: 3, column: 1, reason: "expected value".to_owned() });
    assert!(error.to_string().starts_with("a.ipynb:3:1: "), "{error}");
    let error = Document::decode("a.ipynb", b"").expect_err("is broken").to_string();
    assert!(error.contains("a.ipynb:1:1"), "{error}");
}
