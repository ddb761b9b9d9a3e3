//! What a Markdown document is laid out with besides CommonMark: bodies of admonitions and tabs (`!!! note`, `=== "Tab"`), directives
//! between colons (`:::{code-block} python`), lines of JSX.
//!
//! They are brought into a form that a parser of CommonMark reads as it's meant: bodies lose their extra indentation, colons around
//! code become tildes, lines of JSX become empty. Lines stay lines, and each byte keeps its place. What stands in a fence stays as it is.

use pulldown_cmark::CodeBlockKind;

use super::{
    super::{Excerpt, info::CODE, prompt},
    Pieces,
};

/// Blanks that the body of an admonition is indented by.
const INDENT: usize = 4;

/// The text as CommonMark.
pub(super) fn plain(source: &Excerpt) -> Excerpt {
    let text = source.text();
    let mut layout = Layout::default();
    let mut plain = Excerpt::default();
    let lines = source.lines();
    for (number, line) in lines.iter().enumerate() {
        let next = lines.get(number + 1).map_or(text.len(), |next| next.start);
        let content = &text[line.clone()];
        let removed = layout.removed(content);
        let body = &content[removed..];
        match layout.read(body) {
            Form::AsItIs => plain.extend(source, line.start + removed..line.end),
            Form::Empty => {}
            Form::Tildes => {
                let colons = body.len() - body.trim_start().len();
                let count = body.trim_start().len() - body.trim_start().trim_start_matches(':').len();
                let start = line.start + removed + colons;
                plain.extend(source, line.start + removed..start);
                plain.push(&"~".repeat(count), source.in_document(start));
                plain.extend(source, start + count..line.end);
            }
        }
        // The parser doesn't tell where a line ends that ends in a lone `\r`.
        match &text[line.end..next] {
            "\r" => plain.push("\n", source.in_document(line.end)),
            _ => plain.extend(source, line.end..next),
        }
    }
    plain
}

/// How a line is to be read.
enum Form {
    AsItIs,
    Empty,
    /// Its colons are a fence.
    Tildes,
}

#[derive(Default)]
struct Layout {
    /// Indentation of each admonition that is open.
    bodies: Vec<usize>,
    /// The mark, its length and, for colons, that it's a fence of ours: of the fence that is open.
    fence: Option<(char, usize)>,
}

impl Layout {
    /// How much of a line's indentation belongs to the admonitions that it stands in; ends those that it doesn't stand in.
    fn removed(&mut self, line: &str) -> usize {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        if line.trim().is_empty() {
            return blanks.min(INDENT * self.bodies.len());
        }
        // Each body was flattened into the one around it: its indentation is counted from there.
        let mut removed = 0;
        for (depth, &indentation) in self.bodies.iter().enumerate() {
            if blanks < removed + indentation + INDENT {
                self.bodies.truncate(depth);
                self.fence = None;
                break;
            }
            removed += INDENT;
        }
        removed
    }

    fn read(&mut self, line: &str) -> Form {
        let indentation = line.len() - line.trim_start_matches(' ').len();
        let content = line.trim_start_matches([' ', '>']);
        let mark = content.chars().next().unwrap_or(' ');
        let count = content.len() - content.trim_start_matches(mark).len();
        if let Some((open, length)) = self.fence {
            if mark == open && count >= length && content[count..].trim().is_empty() {
                self.fence = None;
                return if mark == ':' { Form::Tildes } else { Form::AsItIs };
            }
            return Form::AsItIs;
        }
        let rest = &content[count..];
        match mark {
            '`' if count >= 3 && !rest.contains('`') => self.fence = Some((mark, count)),
            '~' if count >= 3 => self.fence = Some((mark, count)),
            ':' if count >= 3 && is_code_directive(rest) => {
                self.fence = Some((mark, count));
                return Form::Tildes;
            }
            '!' | '?' | '=' if is_admonition(content) => {
                self.bodies.push(indentation);
                return Form::Empty;
            }
            '<' if is_jsx(content) => return Form::Empty,
            _ => {}
        }
        Form::AsItIs
    }
}

fn is_code_directive(rest: &str) -> bool {
    let name = rest.trim_start().strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(name, _)| name);
    name.is_some_and(|name| CODE.contains(&name))
}

/// `!!! note "Title"`, `??? tip`, `???+ tip`, `=== "Tab"`.
fn is_admonition(line: &str) -> bool {
    let behind = |marks: &[&str]| marks.iter().find_map(|mark| line.strip_prefix(mark));
    if let Some(rest) = behind(&["!!! ", "???+ ", "??? "]) {
        return rest.trim_start().starts_with(|c: char| c.is_alphabetic() || c == '"');
    }
    behind(&["=== ", "===! ", "===+ "]).is_some_and(|rest| rest.trim_start().starts_with(['"', '\'']))
}

/// A tag of a component alone on its line, `<Tabs>` or `</TabItem>`: what follows it is Markdown all the same.
fn is_jsx(line: &str) -> bool {
    let name = line[1..].strip_prefix('/').unwrap_or(&line[1..]);
    name.starts_with(|c: char| c.is_ascii_uppercase()) && line.trim_end().ends_with('>')
        || line.trim_end() == "<>"
        || line.trim_end() == "</>"
}

/// The pieces of a block's code, with the prompt that somebody left on the line of its fence: no language's name starts so.
pub(super) fn with_prompt(text: &str, kind: &CodeBlockKind, start: usize, mut pieces: Pieces) -> Pieces {
    let line = text[start..].lines().next().unwrap_or_default();
    let length = prompt::glued_fence(line);
    if matches!(kind, CodeBlockKind::Fenced(_)) && length > 0 {
        pieces.insert(0, (start + length, format!("{}\n", &line[length..])));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain_text(text: &str) -> String {
        let mut source = Excerpt::default();
        source.push(text, 0);
        plain(&source).text().to_owned()
    }

    #[test]
    fn bodies_lose_their_indentation() {
        assert_eq!(plain_text("!!! note\n    ```py\n    x\n    ```\nend\n"), "\n```py\nx\n```\nend\n");
        assert_eq!(plain_text("=== \"A\"\n\n    ??? tip \"B\"\n        x\n    y\nz\n"), "\n\n\nx\ny\nz\n");
        assert_eq!(plain_text("1. a\n\n    !!! note\n        x\n    b\n"), "1. a\n\n\n    x\n    b\n");
        assert_eq!(plain_text("```\n!!! note\n    x\n```\n"), "```\n!!! note\n    x\n```\n");
        assert_eq!(plain_text("a\n===\n    b !!! c\n"), "a\n===\n    b !!! c\n");
    }

    #[test]
    fn colons_around_code_are_a_fence() {
        assert_eq!(plain_text(":::{code-block} python\nx\n:::\n"), "~~~{code-block} python\nx\n~~~\n");
        assert_eq!(plain_text(":::{note}\nx\n:::\n"), ":::{note}\nx\n:::\n");
    }

    #[test]
    fn jsx_is_no_text() {
        assert_eq!(plain_text("<Tabs>\n<TabItem value=\"é\">\n```py\n<A>\n```\n</TabItem>\n"), "\n\n```py\n<A>\n```\n\n");
        assert_eq!(plain_text("<b>x</b> is <B>\n"), "<b>x</b> is <B>\n");
    }
}
