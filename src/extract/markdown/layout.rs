//! What a Markdown document is laid out with besides CommonMark: bodies of admonitions and tabs (`!!! note`, `=== "Tab"`), directives
//! between colons (`:::{code-block} python`), tags of site generators, lines of JSX; and fences that are glued to their code.
//!
//! They are brought into a form that a parser of CommonMark reads as it's meant: bodies lose their extra indentation, colons and tags around
//! code become tildes, other tags and lines of JSX become empty, fences get lines of their own. Each byte keeps its place. What stands in a fence stays as it is.

use pulldown_cmark::CodeBlockKind;

use super::{
    super::{
        Excerpt,
        info::{self, CODE},
        prompt,
    },
    Pieces, template,
};

/// A fence in the place of a tag, longer than any within.
const FENCE: &str = "~~~~~~~~~~~~";

/// Blanks that the body of an admonition is indented by.
const INDENT: usize = 4;

/// The text as CommonMark.
pub(super) fn plain(source: &Excerpt) -> Excerpt {
    let text = source.text();
    let mut layout = Layout::default();
    let mut plain = Excerpt::default();
    let lines = source.lines();
    let mut fences_below = lines.iter().filter(|line| is_fence(&text[(*line).clone()])).count();
    for (number, line) in lines.iter().enumerate() {
        let next = lines.get(number + 1).map_or(text.len(), |next| next.start);
        let content = &text[line.clone()];
        let removed = layout.removed(content);
        let body = &content[removed..];
        fences_below -= usize::from(is_fence(content));
        let below = lines[number + 1..].iter().map(|line| &text[line.clone()]);
        match layout.read(body, fences_below, below) {
            Form::AsItIs => plain.extend(source, line.start + removed..line.end),
            Form::Empty => {}
            Form::Fence(language) => {
                let start = line.start + removed + body.len() - body.trim_start().len();
                plain.extend(source, line.start + removed..start);
                plain.push(&format!("{FENCE}{language}"), source.in_document(start));
            }
            Form::Two { second, indentation } => {
                let start = line.start + removed + second;
                plain.extend(source, line.start + removed..start);
                plain.push("\n", source.in_document(start));
                plain.push(&" ".repeat(indentation), source.in_document(start));
                plain.extend(source, start..line.end);
            }
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
    /// It's a tag, which stands for a fence that names this language.
    Fence(String),
    /// A fence and a line of code; where the second of them starts, and how far it's to be indented.
    Two {
        second: usize,
        indentation: usize,
    },
}

#[derive(Default)]
struct Layout {
    /// Indentation of each admonition that is open.
    bodies: Vec<usize>,
    /// The mark, its length and, for colons, that it's a fence of ours: of the fence that is open.
    fence: Option<(char, usize)>,
    /// Blanks before the fence that is open.
    indentation: usize,
    /// The block that a tag has opened.
    block: Option<template::Block>,
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
                self.block = None;
                break;
            }
            removed += INDENT;
        }
        removed
    }

    /// How a line is to be read, below which these stand, of which so many look like fences.
    fn read<'t>(&mut self, line: &str, fences_below: usize, below: impl Iterator<Item = &'t str>) -> Form {
        if let Some(block) = &self.block {
            if !block.is_closed_by(line) {
                return Form::AsItIs;
            }
            self.block = None;
            return Form::Fence(String::new());
        }
        let indentation = line.len() - line.trim_start_matches(' ').len();
        let content = line.trim_start_matches([' ', '>']);
        let mark = content.chars().next().unwrap_or(' ');
        let count = content.len() - content.trim_start_matches(mark).len();
        if let Some((open, length)) = self.fence {
            if mark == open && count >= length && content[count..].trim().is_empty() {
                self.fence = None;
                return if mark == ':' { Form::Tildes } else { Form::AsItIs };
            }
            // Those below open and close the other blocks, so that this is what closes it.
            return match glued_end(line, open, length).filter(|_| fences_below.is_multiple_of(2)) {
                Some(second) => {
                    self.fence = None;
                    Form::Two { second, indentation: self.indentation }
                }
                None => Form::AsItIs,
            };
        }
        let rest = &content[count..];
        if matches!(mark, '`' | '~')
            && count >= 3
            && !rest.contains('`')
            && indentation + content.len() == line.len()
            && info::is_code(rest)
        {
            (self.fence, self.indentation) = (Some((mark, count)), indentation);
            return Form::Two { second: indentation + count, indentation };
        }
        self.indentation = indentation;
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
            '{' | '[' => match template::Block::opened_by(line).filter(|block| block.is_closed_in(below)) {
                Some(block) => {
                    let language = block.language.clone();
                    self.block = Some(block);
                    return Form::Fence(language);
                }
                // Deeper ones are code.
                None if indentation < INDENT && template::is_unseen(line) => return Form::Empty,
                None => {}
            },
            _ => {}
        }
        Form::AsItIs
    }
}

/// Whether a line starts with a fence.
fn is_fence(line: &str) -> bool {
    let content = line.trim_start_matches([' ', '>']);
    content.starts_with("```") || content.starts_with("~~~")
}

/// Where the closing fence starts that is glued to the last line of its code.
fn glued_end(line: &str, mark: char, length: usize) -> Option<usize> {
    let line = line.trim_end();
    let code = line.trim_end_matches(mark);
    let is_glued = mark != ':' && line.len() - code.len() == length && !code.trim().is_empty() && !code.contains(mark);
    (is_glued && !code.trim_start().starts_with('>')).then_some(code.len())
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
    fn fences_get_lines_of_their_own() {
        assert_eq!(plain_text("```import tea\ny = 1```\nend\n"), "```\nimport tea\ny = 1\n```\nend\n");
        assert_eq!(plain_text("1. a\n\n   ```x = 1\n   y = 1```\n"), "1. a\n\n   ```\n   x = 1\n   y = 1\n   ```\n");
        assert_eq!(plain_text("```py\ny = 1```\n\n```py\nx\n```\n"), "```py\ny = 1\n```\n\n```py\nx\n```\n");
        for text in [
            "```py\n# ends with ```\nx\n```\n",
            "```\nx = 1\n",
            "````\nx```\n",
            "> ```x = 1\n> y\n> ```\n",
            "```x = 1```\n",
            "```py\na `b```\n",
        ] {
            assert_eq!(plain_text(text), text);
        }
    }

    #[test]
    fn tags_around_code_are_fences() {
        let fence = |text: &str| text.replace("~~~", FENCE);
        assert_eq!(plain_text("{% highlight py %}\n{% x %}\n{% endhighlight %}\nend\n"), fence("~~~py\n{% x %}\n~~~\nend\n"));
        assert_eq!(plain_text("1. a\n\n   [code]\n   [1]\n   [/code]\n"), fence("1. a\n\n   ~~~\n   [1]\n   ~~~\n"));
        assert_eq!(plain_text("{% raw %}\na\n{% endraw %}\n{% highlight py %}\n"), "\na\n\n{% highlight py %}\n");
        for text in ["```\n{% highlight py %}\nx\n{% endhighlight %}\n```\n", "    {% endfor %}\n", "{: .output}\n"] {
            assert_eq!(plain_text(text), text);
        }
    }

    #[test]
    fn jsx_is_no_text() {
        assert_eq!(plain_text("<Tabs>\n<TabItem value=\"é\">\n```py\n<A>\n```\n</TabItem>\n"), "\n\n```py\n<A>\n```\n\n");
        assert_eq!(plain_text("<b>x</b> is <B>\n"), "<b>x</b> is <B>\n");
    }
}
