//! Prompt sessions: `>>>` lines with what they print below.

mod rows;

use std::ops::Range;

use rustpython_ruff_text_size::Ranged;

use super::{
    Claim, Condition, Form, Kind, Options, Reading, Says, Strength, Subject, Target,
    code::{self, Code},
    comment, value,
};
use rows::{Row, rows};

/// Whether code is a session: its first line that is neither empty nor a comment starts with a prompt.
pub fn is_session(code: &str) -> bool {
    code.lines()
        .find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .is_some_and(|line| prompt(line).is_some_and(|prompt| prompt.is_first))
}

/// The code of a session without its prompts: each statement on its own lines, all other lines empty. A statement starts
/// on the same line as in the session, as many bytes further left as [`prompt_widths`] says. What doctest is told to skip is left out.
pub fn without_prompts(code: &str) -> String {
    let rows = rows(code);
    let lines: Vec<&str> = code.lines().collect();
    let typed = |at: usize| match rows[at] {
        Row::First(width) | Row::More(width) => lines[at].get(width..).unwrap_or_default(),
        Row::Shown => "",
    };
    let mut text = String::with_capacity(code.len());
    let mut in_statement = false;
    for (at, row) in rows.iter().enumerate() {
        if matches!(row, Row::First(_)) {
            let more = (at + 1..rows.len()).take_while(|&next| matches!(rows[next], Row::More(_)));
            let source = std::iter::once(at).chain(more).map(typed).collect::<Vec<_>>().join("\n");
            in_statement = Options::default().of_source(&source).skip().is_none() && of_ipython(typed(at)).is_none();
        }
        if in_statement {
            text.push_str(typed(at));
        }
        text.push('\n');
    }
    text
}

/// The code of a session, and what stands before its first prompt as it is.
pub(crate) fn with_code_before(text: &str) -> String {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if prompt(line.trim_end_matches(['\n', '\r'])).is_some_and(|prompt| prompt.is_first) {
            break;
        }
        start += line.len();
    }
    format!("{}{}", &text[..start], without_prompts(&text[start..]))
}

/// Bytes of the prompt at the start of each line of a session: what [`without_prompts`] takes off there.
pub fn prompt_widths(code: &str) -> Vec<usize> {
    let width = |row| match row {
        Row::First(width) | Row::More(width) => width,
        Row::Shown => 0,
    };
    rows(code).into_iter().map(width).collect()
}

/// The claims of a session, in order. The options hold where a statement sets no others.
pub(super) fn claims(text: &str, options: &Options) -> Vec<Claim> {
    inputs(text).iter().flat_map(|input| input.claims(text, &options.of_source(&input.source))).collect()
}

/// The statements of a session below which nothing is shown, and which say nothing in comments.
pub(crate) fn silent(text: &str) -> Vec<Target> {
    let silent = inputs(text).into_iter().filter(|input| input.output.is_empty() && !input.source.contains('#'));
    let target = |input: Input| {
        let parsed = code::parse_valid(&input.source)?;
        let code = Code::new(&input.source, &parsed);
        let [statement] = parsed.syntax().body.as_slice() else { return None };
        let range = code::bytes(statement.range());
        let subject = code.statement(&range)?.subject.clone();
        Some(Target { range: input.in_session(range.start)..input.in_session(range.end), subject })
    };
    silent.filter_map(target).collect()
}

/// Where the source ends that a statement of a session belongs to: behind the lines that go on with `...`.
pub(crate) fn source_end(text: &str, statement_end: usize) -> usize {
    let line_end = |at: usize| text[at..].find('\n').map_or(text.len(), |end| at + end);
    let mut end = line_end(statement_end);
    // What goes on with dots and has text is output that was shortened.
    let goes_on = |line: &str| prompt(line).is_some_and(|prompt| !prompt.is_first && line[prompt.width..].trim().is_empty());
    while text.get(end + 1..).and_then(|rest| rest.lines().next()).is_some_and(goes_on) {
        end = line_end(end + 1);
    }
    end
}

/// What is shown below a prompt, or of a whole example.
#[derive(Debug)]
pub(super) struct Shown {
    /// The line, from 0, at which the claimed text starts: behind the frames of a traceback.
    pub(super) first: usize,
    /// The claimed text.
    pub(super) text: String,
    /// Name and message of the exception, where it's a traceback.
    pub(super) exception: Option<(String, Option<String>)>,
}

impl Shown {
    /// What it says as doctest reads it.
    pub(super) fn says(&self, options: &Options) -> Says {
        Says::Shows { text: self.text.clone(), options: options.clone(), is_exception: self.exception.is_some() }
    }
}

/// What shown lines claim; `None` for a traceback without an exception.
pub(super) fn shown(lines: &[&str], options: &Options) -> Option<Shown> {
    let is_header = |line: &&str| line.starts_with("Traceback (most recent call last)") || line.starts_with("Traceback (innermost last)");
    if !lines.first().is_some_and(is_header) {
        return Some(Shown { first: 0, text: lines.join("\n").trim_end().to_string(), exception: None });
    }
    // The message starts at the first line that isn't indented, and may have several lines.
    let header = lines.iter().rposition(|line| line.starts_with("Traceback "))?;
    // An ellipsis for the frames may stand unindented as well.
    let is_name = |line: &&str| line.starts_with(|c: char| c.is_alphabetic() || c == '_') || line.starts_with("...") && line.len() > 3;
    let first = header + 1 + lines[header + 1..].iter().position(is_name)?;
    let text = lines[first..].join("\n").trim_end().to_string();
    // `NameError:...is not defined` is written for doctest.
    let parts = text.split_once(": ").or_else(|| text.split_once(':').filter(|(_, rest)| rest.starts_with("...")));
    let (name, message) = parts.map_or((text.as_str(), None), |(name, message)| (name, Some(message)));
    let message = message.filter(|_| !options.has("IGNORE_EXCEPTION_DETAIL")).map(str::to_string);
    let exception = Some((name.trim_end_matches(':').to_string(), message));
    Some(Shown { first, text, exception })
}

/// Shown lines as they were printed: an empty one for each `<BLANKLINE>`.
pub(super) fn without_marks(lines: &[&str], options: &Options) -> String {
    let is_mark = |line: &str| line.trim() == "<BLANKLINE>" && !options.has("DONT_ACCEPT_BLANKLINE");
    lines.iter().map(|line| if is_mark(line) { "" } else { line }).collect::<Vec<_>>().join("\n")
}

struct Prompt {
    is_first: bool,
    width: usize,
}

fn prompt(line: &str) -> Option<Prompt> {
    let rest = line.trim_start_matches(' ');
    let first = rest.strip_prefix(">>>").or_else(|| numbered(rest, "In ["));
    // IPython's goes on with `...:`.
    let more = || rest.strip_prefix("...").map(|rest| rest.strip_prefix(':').unwrap_or(rest));
    let (is_first, rest) = first.map(|rest| (true, rest)).or_else(|| more().map(|rest| (false, rest)))?;
    let blank = match rest.bytes().next() {
        None => 0,
        Some(b' ') => 1,
        Some(_) => return None,
    };
    Some(Prompt { is_first, width: line.len() - rest.len() + blank })
}

/// What follows IPython's `In [1]:` or `Out[1]:`.
fn numbered<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    let (number, rest) = text.strip_prefix(start)?.split_once("]:")?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(rest)
}

/// Bytes of the `Out[1]:` before a line of output; the whole line where nothing follows it.
fn output_mark(line: &str) -> usize {
    numbered(line.trim_start_matches(' '), "Out[").map_or(0, |rest| line.len() - rest.strip_prefix(' ').unwrap_or(rest).len())
}

/// The word of code that only IPython understands: `%timeit`, `!ls`, `name?`.
fn of_ipython(source: &str) -> Option<&str> {
    let code = source.trim();
    let word = code.split_whitespace().next()?;
    let is_magic = word.trim_start_matches('%').starts_with(char::is_alphabetic) && word.starts_with('%');
    (is_magic || word.starts_with('!') || code.ends_with('?') && !code.contains('#')).then_some(word)
}

/// What was typed at one prompt, and what was shown for it.
#[derive(Debug, Default)]
struct Input {
    source: String,
    /// For each line of the source: its offset there, and in the session.
    lines: Vec<(usize, usize)>,
    /// End of the source in the session.
    end: usize,
    /// Lines of output, in the session.
    output: Vec<Range<usize>>,
    /// Lines behind an empty one: output as well, or remarks.
    more: Vec<Range<usize>>,
}

fn inputs(text: &str) -> Vec<Input> {
    let mut inputs: Vec<Input> = Vec::new();
    let mut start = 0;
    let mut takes_output = false;
    for (line, row) in text.split_inclusive('\n').zip(rows(text)) {
        let range = start..start + line.trim_end_matches(['\n', '\r']).len();
        start += line.len();
        let line = &text[range.clone()];
        match (row, inputs.last_mut()) {
            (Row::First(width), _) => {
                let mut input = Input::default();
                input.push(line.get(width..).unwrap_or_default(), range.start + width, range.end);
                inputs.push(input);
                takes_output = true;
            }
            (Row::More(width), Some(input)) => input.push(line.get(width..).unwrap_or_default(), range.start + width, range.end),
            (_, Some(input)) if takes_output && !line.trim().is_empty() => {
                let mark = output_mark(line);
                if mark < line.len() {
                    input.output.push(range.start + mark..range.end);
                }
            }
            (_, last) => {
                takes_output = false;
                if let Some(input) = last.filter(|input| !input.output.is_empty()) {
                    input.more.push(range);
                }
            }
        }
    }
    inputs
}

impl Input {
    fn push(&mut self, line: &str, in_session: usize, end: usize) {
        self.lines.push((self.source.len(), in_session));
        self.source.push_str(line);
        self.source.push('\n');
        self.end = end;
    }

    fn in_session(&self, offset: usize) -> usize {
        let line = self.lines.partition_point(|(start, _)| *start <= offset).saturating_sub(1);
        self.lines.get(line).map_or(0, |(start, in_session)| (in_session + (offset - start)).min(self.end))
    }

    fn claims(&self, text: &str, options: &Options) -> Vec<Claim> {
        if of_ipython(&self.source).is_some() && !self.output.is_empty() {
            let target = Target { range: self.in_session(0)..self.end, subject: Subject::Simple };
            return self.output_claim(text, target, options).into_iter().collect();
        }
        let Some(parsed) = code::parse(&self.source) else { return Vec::new() };
        let code = Code::new(&self.source, &parsed);
        let Some(statement) = code.statements.iter().rfind(|statement| statement.parent.is_none()) else { return Vec::new() };
        if self.output.is_empty() {
            return self.comment_claims(comment::claims(&code));
        }
        let target = Target {
            range: self.in_session(statement.range.start)..self.in_session(statement.range.end),
            subject: statement.subject.clone(),
        };
        self.output_claim(text, target, options).into_iter().collect()
    }

    /// Claims in comments, moved to where they stand in the session.
    fn comment_claims(&self, claims: Vec<Claim>) -> Vec<Claim> {
        let moved = |range: &Range<usize>| self.in_session(range.start)..self.in_session(range.end);
        claims
            .into_iter()
            .map(|mut claim| {
                claim.span = moved(&claim.span);
                claim.target.range = moved(&claim.target.range);
                claim
            })
            .collect()
    }

    fn output_claim(&self, text: &str, target: Target, options: &Options) -> Option<Claim> {
        let indent =
            self.output.iter().map(|line| text[line.clone()].len() - text[line.clone()].trim_start_matches(' ').len()).min().unwrap_or(0);
        // Output is indented as the prompt is, and may start with blanks of its own.
        let indent = indent
            .min(self.lines.first().map_or(0, |(_, start)| start - text[..*start].rfind('\n').map_or(0, |end| end + 1)).saturating_sub(4));
        let lines: Vec<&str> = self.output.iter().map(|line| &text[line.start + indent..line.end]).collect();
        let last = self.output.last()?;
        let shown = shown(&lines, options)?;
        let span = self.output.get(shown.first)?.start + indent..last.end;
        let firm = |says| Reading { says, strength: Strength::Firm };
        let (kind, readings);
        if let Some((exception, message)) = &shown.exception {
            let says = Says::Raises { exception: Some(exception.clone()), message: message.clone() };
            readings = vec![firm(says), firm(shown.says(options))];
            kind = Kind::Exception;
        } else if options.ignores_output() {
            readings = vec![firm(Says::RaisesNothing)];
            kind = Kind::Stdout;
        } else {
            let printed = without_marks(&lines, options);
            let is_value = target.subject == Subject::Expression
                && value::scan(&printed).is_some_and(|value| value.text.len() == printed.trim_end().len());
            let is_text = |line: &&Range<usize>| !text[(*line).clone()].trim().is_empty();
            let longer = self.more.iter().rposition(|line| is_text(&line)).map(|end| {
                let more = self.more[..=end].iter().map(|line| text.get(line.start + indent..line.end).unwrap_or_default());
                std::iter::once(printed.as_str()).chain(more).collect::<Vec<_>>().join("\n")
            });
            let longer = longer.map(|text| firm(Says::Printed(text)));
            let as_doctest = std::iter::once(firm(shown.says(options)));
            if is_value {
                let value = firm(Says::Value(printed.trim_end().to_string()));
                readings = [value, firm(Says::Printed(printed))].into_iter().chain(longer).chain(as_doctest).collect();
                kind = Kind::Value;
            } else {
                readings = std::iter::once(firm(Says::Printed(printed))).chain(longer).chain(as_doctest).collect();
                kind = if target.subject == Subject::Expression { Kind::Value } else { Kind::Stdout };
            }
        }
        let trimmed = text[span.clone()].trim_end().len();
        let may_vary = ["# may vary", "# random"].into_iter().find(|mark| shown.text.contains(mark) || self.source.contains(mark));
        let skipped = options.skip().map(|name| format!("`# doctest: +{name}`"));
        let magic = of_ipython(&self.source).map(|word| format!("IPython, which knows `{word}`"));
        let surroundings = options.surroundings().map(|name| format!("`# xdoctest: +{name}`"));
        let condition = skipped.or(surroundings).or(magic).or(may_vary.map(str::to_owned)).map(Condition::Other);
        Claim::new(span.start..span.start + trimmed, Form::Session, kind, shown.text, target, readings, condition)
    }
}
