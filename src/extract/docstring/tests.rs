//! Python files with the examples of their docstrings.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::extract::{Example, Sections, extract};

fn document(text: &str) -> Arc<Document> {
    Arc::new(Document::decode("mod.py", text.as_bytes()).expect("is text"))
}

fn examples(text: &str) -> Vec<Example> {
    extract(&document(text), &Sections::default())
}

/// Owner, first line and code of each example.
fn found(text: &str) -> Vec<(String, u32, String)> {
    let of = |example: Example| (example.section.trim_start_matches("mod.py").to_owned(), example.first_line, example.code);
    examples(text).into_iter().map(of).collect()
}

fn owners(text: &str) -> Vec<String> {
    found(text).into_iter().map(|(owner, ..)| owner).collect()
}

#[test]
fn docstrings_of_everything_that_has_one() {
    let text = r#"
"""Module.

>>> 1
"""
class A:
    """>>> 2"""
    async def f(self):
        def g():
            """
            >>> 3
            """
if True:
    def h():
        """
        Text::

            import os
            print(os.sep)
        """
def no():
    x = """
    >>> 4
    """
    f"""
    >>> 5
    """
"#;
    assert_eq!(
        found(text),
        [
            ("".into(), 4, ">>> 1\n".into()),
            ("::A".into(), 7, ">>> 2\n".into()),
            ("::A.f.g".into(), 11, ">>> 3\n".into()),
            ("::h".into(), 18, "import os\nprint(os.sep)\n".into()),
        ]
    );
}

#[test]
fn texts_that_are_put_in_place() {
    assert_eq!(owners("__doc__ = '''\n>>> 1\n'''\n"), [""]);
    assert_eq!(owners("def f(): pass\nf.__doc__ = '''\n>>> 1\n'''\n"), ["::f"]);
    assert_eq!(owners("__test__ = {'a': '''\n>>> 1\n''', 'b': f}\n"), ["::__test__.a"]);
    assert_eq!(owners("x = '''\n>>> 1\n'''\n"), [] as [&str; 0]);
}

#[test]
fn docstrings_of_one_name_are_two_documents() {
    assert_eq!(owners("def f():\n    '''>>> 1'''\ndef f():\n    '''>>> 2'''\n"), ["::f", "::f@4"]);
    assert_eq!(owners("'''\n>>> 1\n\n.. clear-namespace\n\n>>> 2\n'''\n"), ["", "::1"]);
}

#[test]
fn escapes_lead_back_to_their_place() {
    let text = "def f():\n    '''\n    >>> 'a\\\\n' + '\\x41b'; x\n    'b'\n    '''\n";
    let [example] = &examples(text)[..] else { panic!("one example") };
    assert_eq!(example.code, ">>> 'a\\n' + 'Ab'; x\n'b'\n");
    for (wanted, column) in [("'a", 9), ("+", 16), ("Ab", 19), ("x", 27)] {
        let at = example.code.find(wanted).expect("is there");
        assert_eq!(example.position(at), Position { line: 3, column }, "{wanted}");
    }
    let raw = "def f():\n    r'''\n    >>> 'a\\n'\n    '''\n";
    assert_eq!(found(raw)[0].2, ">>> 'a\\n'\n");
    let named = "'''\n>>> '\\N{BULLET}', x\n'''\n";
    assert_eq!(found(named)[0].2, ">>> '\u{2022}', x\n");
}

#[test]
fn lines_that_are_written_as_escapes_or_in_parts() {
    let [example] = &examples("def f():\n    'Text\\n\\n>>> 1\\n1'\n")[..] else { panic!("one example") };
    assert_eq!((example.code.as_str(), example.first_line, example.last_line), (">>> 1\n1\n", 2, 2));
    assert_eq!(example.position(example.code.find("\n1").expect("is there") + 1), Position { line: 2, column: 21 });
    let [example] = &examples("def f():\n    ('Text\\n'\n     '>>> 1; '\n     '2\\n'\n     '2')\n")[..] else { panic!("one example") };
    assert_eq!(example.code, ">>> 1; 2\n2\n");
    assert_eq!((example.first_line, example.last_line), (3, 5));
    assert_eq!((example.document_line(1), example.document_line(2)), (3, 5));
    assert_eq!(example.position(example.code.find("2").expect("is there")), Position { line: 4, column: 7 });
    let [example] = &examples("'''\\\n>>> 1 + \\\n2\n3\n'''\n")[..] else { panic!("one example") };
    assert_eq!(example.code, ">>> 1 + 2\n3\n");
    assert_eq!(example.document_line(2), 4);
}

#[test]
fn blanks_on_a_continued_line_are_no_part_of_the_example() {
    let text = "'''Text.\n\n    \\\n>>> 1\n    1\n'''\n";
    assert_eq!(found(text), [("".into(), 4, ">>> 1\n1\n".into())]);
    assert_eq!(examples(text)[0].position(0), Position { line: 4, column: 1 });
}

#[test]
fn carriage_returns_end_lines() {
    assert_eq!(found("'''\r\n>>> 1\r\n1\r\n'''\r\n"), [("".into(), 2, ">>> 1\n1\n".into())]);
}

#[test]
fn lists_of_doctestplus() {
    let text = "__doctest_skip__ = ['f', 'C.*']\n__doctest_requires__ = {('g', 'h'): ['scipy>1']}\ndef f():\n    '''>>> 1'''\ndef g():\n    '''>>> 2'''\n";
    let attributes: Vec<_> = examples(text).into_iter().map(|example| example.attributes.into_iter().collect::<Vec<_>>()).collect();
    assert_eq!(attributes[0], [("skip".to_owned(), String::new())]);
    assert_eq!(attributes[1], [("requires".to_owned(), "scipy>1".to_owned())]);
}

#[test]
fn broken_files_are_told_and_read_as_far_as_possible() {
    let text = "def f():\n    '''>>> 1'''\n\ndef g(:\n    pass\n";
    assert_eq!(owners(text), ["::f"]);
    let (at, why) = super::found(&document(text)).doubts.pop().expect("it's broken");
    assert_eq!(at.line, 4);
    assert!(why.starts_with("isn't valid Python"), "{why}");
    assert_eq!(super::found(&document("def g(:\n    pass\n")).doubts, []);
}

proptest! {
    #[test]
    fn any_docstring_is_survived(text in "('''|\"|\\\\|\\\\n|\\\\x41|\\\\N\\{BULLET\\}|\n|\r\n|>>> |x|    |def f\\(\\):|é|r'){0,40}") {
        let document = document(&text);
        for example in extract(&document, &Sections::default()) {
            prop_assert!(example.first_line <= example.last_line);
            for offset in (0..=example.code.len()).filter(|at| example.code.is_char_boundary(*at)) {
                example.position(offset);
                example.document_offset(offset).inspect(|at| assert!(*at <= document.text.len()));
            }
        }
    }
}
