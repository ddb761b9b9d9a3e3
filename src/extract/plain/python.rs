//! Evidence for Python: a logical line (a statement's lines, or the head of a compound statement) is cut out by a small
//! scanner of brackets and strings and given to the parser; what it parses to says how much it looks like code.

mod statement;
pub(super) mod tail;

use super::{Line, evidence, prose, session};

/// Lines that a logical line may span; a bracket or string that's open longer was none.
const LONGEST: usize = 2_000;

/// How deep an expression may nest for the parser, which is recursive, to be asked about it.
const DEEPEST: usize = 400;

/// How many brackets may be open at once for that.
const BRACKETS: usize = 60;

/// Gives evidence for Python. Scanning on from each line of a text full of open brackets would take quadratic time; a budget,
/// refilled line by line, bounds it.
#[derive(Debug)]
pub(super) struct Scanner {
    budget: usize,
    /// The line that was asked for last, with its answer: several languages want the same.
    last: Option<(usize, Option<Logical>)>,
}

impl Default for Scanner {
    fn default() -> Self {
        Self { budget: LONGEST, last: None }
    }
}

/// A logical line.
#[derive(Debug, Clone)]
pub(super) struct Logical {
    /// How many lines (that aren't blank) it spans.
    pub(super) length: usize,
    /// Its text without indentation and comments.
    pub(super) code: String,
    /// Whether a comment stands behind code.
    pub(super) has_comment: bool,
    /// Which of its lines start within a string.
    in_string: Vec<bool>,
    /// Whether it may nest deeper than the parser's stack allows.
    too_deep: bool,
}

impl Scanner {
    /// How much likelier the logical line at `at` is Python than prose, and how many lines it spans.
    pub(super) fn evidence(&mut self, lines: &[Line], at: usize) -> (f32, usize) {
        let line = &lines[at];
        if line.is_comment() {
            return (evidence::comment(line.trimmed()), 1);
        }
        let failed = |line: &Line| match line.indentation() {
            // Shortened: `def f(x, ...):`.
            _ if is_definition(line.trimmed()) => 1.0,
            _ if tail::is_torn_end(lines, at) => 3.0,
            1.. if is_placeholder(line.trimmed()) => 2.0,
            0 if prose::is_title(line.text) => -6.0,
            // Some note a command among their code.
            0 if evidence::shell(lines, at) >= 4.0 => -3.0,
            0 => -5.0,
            _ => -2.5,
        } - line.weight;
        if prose::is_item(line.trimmed()) {
            return (failed(line), 1);
        }
        if statement::is_run_together(line.trimmed()) {
            return (7.0, 1);
        }
        if session::shows_below_code(lines, at) {
            return (2.0, 1);
        }
        let Some(logical) = self.logical(lines, at) else { return (failed(line), 1) };
        let Some(score) = statement::evidence(&logical) else { return (failed(line), 1) };
        // A decorator stands directly above what it decorates, or has arguments; anything else is somebody's name (`@ada`).
        let below = lines.get(at + logical.length).filter(|below| below.gap == 0).map(|below| first_word(below.trimmed()));
        if logical.code.starts_with('@')
            && !logical.code.contains('(')
            && !below.is_some_and(|word| matches!(word, "def" | "class" | "async" | ""))
        {
            return (-2.0, logical.length);
        }
        let mut score = score + indentation(lines, at, score);
        if logical.has_comment {
            score += 4.0;
        }
        score += if is_bare_string(&logical.code) {
            within_bare_string(lines, at, logical.length)
        } else {
            let inner = logical.in_string.iter().enumerate().skip(1);
            inner.map(|(offset, in_string)| evidence::within_python(lines, at + offset, *in_string)).sum()
        };
        (score, logical.length)
    }

    /// The logical line at `at`, `None` where brackets or strings don't fit.
    pub(super) fn logical(&mut self, lines: &[Line], at: usize) -> Option<Logical> {
        if let Some((_, logical)) = self.last.as_ref().filter(|(last, _)| *last == at) {
            return logical.clone();
        }
        self.budget = (self.budget + 64).min(64 * LONGEST);
        let end = lines.len().min(at + LONGEST.min(self.budget));
        let logical = scan(lines[at..end].iter().copied(), &mut self.budget);
        self.last = Some((at, logical.clone()));
        logical
    }
}

/// Whether the parser, which is recursive, may be asked about code of several lines.
pub(super) fn is_shallow(source: &str) -> bool {
    let lines: Vec<&str> = source.lines().filter(|line| !line.trim().is_empty()).collect();
    let mut blocks: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let indentation = lines[at].len() - lines[at].trim_start().len();
        while blocks.last().is_some_and(|&outer| outer >= indentation) {
            blocks.pop();
        }
        blocks.push(indentation);
        let rest = lines[at..].iter().map(|&text| Line { number: 0, text, weight: 0.0, gap: 0, printed_by: None });
        let mut budget = LONGEST;
        match scan(rest, &mut budget) {
            Some(logical) if !logical.too_deep && blocks.len() <= BRACKETS => at += logical.length,
            _ => return false,
        }
    }
    true
}

/// Whether a line continues a compound statement: nothing starts with it.
pub(super) fn continues_statement(trimmed: &str) -> bool {
    matches!(first_word(trimmed), "else" | "elif" | "except" | "finally" | "case")
}

/// Whether a line looks like the head of a compound statement, whose body is indented.
pub(super) fn is_header(trimmed: &str) -> bool {
    let keyword = first_word(trimmed);
    let is_compound = matches!(
        keyword,
        "def" | "class" | "if" | "elif" | "else" | "for" | "while" | "with" | "try" | "except" | "finally" | "match" | "case" | "async"
    );
    // A comment may hold a `#` within a string of the line; it's a guess, and only one piece of evidence.
    is_compound && trimmed.split(" #").next().unwrap_or_default().trim_end().ends_with(':')
}

/// Whether a line that parses is one that no prose begins with, not even below a line that ends in a colon.
fn may_begin_block(trimmed: &str) -> bool {
    is_header(trimmed) || matches!(first_word(trimmed), "return" | "yield" | "raise")
}

/// Whether a line looks like the head of a definition, even if it isn't one.
fn is_definition(trimmed: &str) -> bool {
    let rest = trimmed.strip_prefix("async ").unwrap_or(trimmed);
    let name = rest.strip_prefix("def ").or_else(|| rest.strip_prefix("class "));
    let behind = name.map(|name| name.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_'));
    behind.is_some_and(|behind| behind.starts_with(['(', ':']) && trimmed.contains(')'))
}

/// Whether a line says what would stand there: `<statement>`.
fn is_placeholder(trimmed: &str) -> bool {
    let name = trimmed.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    name.is_some_and(|name| name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))) || trimmed == "."
}

/// Whether a block is indented below a line: the head of a compound statement, or its last line.
fn opens_block(trimmed: &str) -> bool {
    is_header(trimmed) || (trimmed.starts_with(')') && trimmed.ends_with(':'))
}

/// Whether a logical line is a string that nothing is done with: a docstring, or output as some write it.
fn is_bare_string(code: &str) -> bool {
    let string = code.trim_start_matches(['r', 'R', 'u', 'U', 'b', 'B']);
    string.starts_with("\"\"\"") || string.starts_with("'''")
}

/// Evidence from the lines of a string that nothing is done with, but for the first.
///
/// From the line that ends such a string on, everything up to the next one looks like a string as well: code, prose and code again.
/// That is told by what it holds and by what is behind it: behind the quotes that begin a string, which seem to be the end of this one, is text.
fn within_bare_string(lines: &[Line], at: usize, length: usize) -> f32 {
    let is_docstring = at > 0 && opens_block(lines[at - 1].trimmed());
    let mut statements = 0;
    let mut score = 0.0;
    for inner in at + 1..at + length {
        let line = &lines[inner];
        if line.indentation() < lines[at].indentation() {
            return -6.0;
        }
        if line.weight >= 4.0 {
            continue;
        }
        let code = Scanner::default().evidence(&lines[..=inner], inner).0;
        statements += usize::from(code >= 4.5 && line.indentation() == lines[at].indentation());
        // What is shown in text is indented.
        score +=
            if is_docstring || line.indentation() > lines[at].indentation() { evidence::within_python(lines, inner, true) } else { 0.5 };
    }
    let is_code = |line: &Line| line.is_comment() || Scanner::default().evidence(&[*line], 0).0 > -2.0;
    let goes_on = lines.get(at + length).is_none_or(|below| below.gap > 0 || is_code(below));
    if !is_docstring && statements > 0 && (!goes_on || statements + 2 >= length) { -6.0 } else { score }
}

/// Evidence from the indentation of a line and of the one before.
fn indentation(lines: &[Line], at: usize, score: f32) -> f32 {
    let line = &lines[at];
    let Some(before) = at.checked_sub(1).map(|before| &lines[before]) else { return 0.0 };
    let header = is_header(before.trimmed());
    let mut evidence = 0.0;
    if line.indentation() > 0 {
        evidence += if score < 2.0 { 3.0 } else { 2.0 };
        if line.indentation() > before.indentation() && !header && before.indentation() == 0 {
            evidence -= 3.0;
        }
    }
    // Pages that lost their indentation have whole blocks so.
    let begins_block = line.gap == 0 && line.weight < 2.0 && may_begin_block(line.trimmed());
    if header && line.indentation() <= before.indentation() && !begins_block {
        evidence -= 4.0;
    }
    evidence
}

/// Cuts the logical line out of lines, the first of which starts it.
fn scan<'t>(lines: impl IntoIterator<Item = Line<'t>>, budget: &mut usize) -> Option<Logical> {
    let mut brackets: Vec<(char, usize)> = Vec::new();
    let mut quote: Option<(char, bool)> = None;
    let mut logical = Logical { length: 0, code: String::new(), has_comment: false, in_string: Vec::new(), too_deep: false };
    let mut depth = 0;
    let mut current = 0;
    for (index, line) in lines.into_iter().enumerate() {
        *budget = budget.saturating_sub(usize::from(index > 0));
        logical.length += 1;
        logical.in_string.push(quote.is_some());
        // A blank line within a string matters to nobody here; a line within it keeps its text.
        let text = if index == 0 { line.trimmed() } else { line.text };
        let mut joined = false;
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let mut length = c.len_utf8();
            match quote {
                Some((open, triple)) => {
                    if c == '\\' {
                        length += rest[length..].chars().next().map_or(0, char::len_utf8);
                        joined = length == 1;
                    } else if c == open && !triple {
                        quote = None;
                    } else if c == open && is_triple(rest, open) {
                        quote = None;
                        length = 3;
                    }
                }
                None => match c {
                    '#' => {
                        logical.has_comment |= logical.code.trim_end().len() < logical.code.len() && !logical.code.trim().is_empty();
                        break;
                    }
                    '"' | '\'' => {
                        let triple = is_triple(rest, c);
                        quote = Some((c, triple));
                        length = if triple { 3 } else { 1 };
                        depth += 1;
                        current += 1;
                    }
                    '(' | '[' | '{' => {
                        brackets.push((c, current + 1));
                        logical.too_deep |= brackets.len() > BRACKETS;
                        depth += 1;
                        current = 0;
                    }
                    ')' | ']' | '}' => {
                        let (open, outer) = brackets.pop()?;
                        if !matches!((open, c), ('(', ')') | ('[', ']') | ('{', '}')) {
                            return None;
                        }
                        depth -= current;
                        current = outer;
                    }
                    ',' => {
                        depth -= current;
                        current = 0;
                    }
                    '\\' if rest.len() == 1 => joined = true,
                    // Operators nest, and so do `not`, `lambda` and the like: words count where a blank ends them.
                    _ if c.is_alphanumeric() || c == '_' || logical.code.ends_with(char::is_whitespace) => {}
                    _ => {
                        depth += 1;
                        current += 1;
                    }
                },
            }
            if depth > DEEPEST {
                logical.too_deep = true;
            }
            logical.code.push_str(&rest[..length]);
            rest = &rest[length..];
        }
        logical.code.push('\n');
        match quote {
            Some((_, false)) if !joined => return None,
            Some(_) => continue,
            None if joined => continue,
            None if brackets.is_empty() => {
                logical.code.truncate(logical.code.trim_end().len());
                return Some(logical);
            }
            None => {}
        }
    }
    None
}

fn is_triple(rest: &str, quote: char) -> bool {
    rest.chars().take(3).filter(|&c| c == quote).count() == 3
}

fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}
