//! Lines of an example that its author wants left out when it runs: phmdoctest's annotations at the end of a line of code.
//!
//! `phmdoctest:omit` leaves out its line and those below it that are indented further, `phmdoctest:pass` puts `pass` in the place of its
//! line. What is left out is a comment to its author, so nothing in it is claimed either.

use super::Excerpt;

const OMIT: &str = "phmdoctest:omit";
const PASS: &str = "phmdoctest:pass";

/// The code without what its annotations leave out, line by line where it was; `None` where it has none.
pub(super) fn without(code: &Excerpt) -> Option<Excerpt> {
    let text = code.text();
    if !text.contains(OMIT) && !text.contains(PASS) {
        return None;
    }
    let lines = code.lines();
    let mut rest = Excerpt::default();
    let mut omitted = None;
    for (number, line) in lines.iter().enumerate() {
        let content = &text[line.clone()];
        let next = lines.get(number + 1).map_or(text.len(), |next| next.start);
        let column = content.len() - content.trim_start().len();
        if !content.trim().is_empty() && omitted.is_some_and(|above| column <= above) {
            omitted = None;
        }
        if omitted.is_none() {
            match said(content) {
                None => rest.extend(code, line.clone()),
                Some(OMIT) => omitted = Some(column),
                Some(_) => {
                    rest.extend(code, line.start..line.start + column);
                    rest.push("pass", code.in_document(line.start + column));
                }
            }
        }
        rest.extend(code, line.end..next);
    }
    Some(rest)
}

/// The annotation behind a line of code. A comment of its own says nothing, nor does what isn't in a comment.
fn said(line: &str) -> Option<&'static str> {
    let line = line.trim();
    let said = [OMIT, PASS].into_iter().find(|annotation| line.ends_with(annotation))?;
    (!line.starts_with('#') && line[..line.len() - said.len()].contains('#')).then_some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(text: &str) -> Option<String> {
        let mut code = Excerpt::default();
        code.push(text, 0);
        without(&code).map(|code| code.text().to_owned())
    }

    #[test]
    fn a_line_is_left_out_with_what_is_indented_below_it() {
        let text = "a = 1\nif a:  # phmdoctest:omit\n    b\n\n    c\nd\n";
        assert_eq!(left(text).as_deref(), Some("a = 1\n\n\n\n\nd\n"));
        assert_eq!(left("def f():\n    a  # why; phmdoctest:omit\n    b\n").as_deref(), Some("def f():\n\n    b\n"));
        assert_eq!(left("a  # phmdoctest:omit\n    b").as_deref(), Some("\n"));
    }

    #[test]
    fn pass_stands_for_a_line() {
        assert_eq!(left("if a:\r\n    f()  # phmdoctest:pass\r\nelse: b\r\n").as_deref(), Some("if a:\r\n    pass\r\nelse: b\r\n"));
    }

    #[test]
    fn other_lines_stay() {
        assert_eq!(left("a  # phmdoctest\n"), None);
        for text in ["# phmdoctest:omit\na\n", "a  # phmdoctest:omit it\n", "a = 'phmdoctest:pass\n"] {
            assert_eq!(left(text).as_deref(), Some(text));
        }
    }
}
