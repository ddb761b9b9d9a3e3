//! Prompt sessions: `>>>` lines with what they print below.

mod claims;
mod label;
mod rows;
mod shown;

use std::ops::Range;

use rustpython_ruff_text_size::Ranged;

use super::{
    Claim, Condition, Form, Kind, Options, Reading, Says, Strength, Subject, Target,
    code::{self, Code},
    comment, value,
};
use crate::extract::{
    plain,
    prompt::{behind_dots, behind_number, behind_prompt},
};
use label::{glued_value, is_numbered_heading, label_length};
pub(crate) use label::{is_labelled, is_reference_count};
use rows::{Row, rows};
pub(super) use shown::shown;
use shown::{end_of_traceback, is_header, is_link, named_by_header, traceback_at};
pub(crate) use shown::{is_exception, is_exception_with_message};

/// Lines that may be the last of output whose end isn't marked.
const MOST_ENDS: usize = 60;

/// How much a line that may be behind output has of prose at the least.
pub(crate) const PROSE: f32 = 2.0;

/// The same of a line that's certainly a sentence.
const SENTENCE: f32 = 5.0;

/// Lines of a heading and of what it stands above.
const HEADED: usize = 3;

/// How many characters a page has room for at the least, where its lines are broken.
const NARROWEST: usize = 40;

/// Whether code is a session: its first line that is neither empty nor a comment starts with a prompt, or what stands before the first prompt
/// is code without prompts.
pub fn is_session(code: &str) -> bool {
    let is_first = |line: &str| prompt(line).is_some_and(|prompt| prompt.is_first);
    code.lines().find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')).is_some_and(is_first)
        || rows::code_before(code) > 0
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
    let mut options = Options::default();
    for (at, row) in rows.iter().enumerate() {
        if matches!(row, Row::First(_)) {
            let more = (at + 1..rows.len()).take_while(|&next| matches!(rows[next], Row::More(_)));
            let source = std::iter::once(at).chain(more).map(typed).collect::<Vec<_>>().join("\n");
            options = options.for_all_below(&source);
            in_statement = options.of_source(&source).skip().is_none() && of_ipython(typed(at)).is_none();
        }
        if in_statement {
            text.push_str(typed(at));
        }
        text.push('\n');
    }
    text
}

/// The lines of a session, from 0, on which statements start.
pub(crate) fn starts(text: &str) -> Vec<usize> {
    rows(text).iter().enumerate().filter(|(_, row)| matches!(row, Row::First(_))).map(|(line, _)| line).collect()
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
    let mut claims = Vec::new();
    // Commands of IPython that were typed, and that don't run here, may be why it shows the rest otherwise.
    let mut magic: Option<String> = None;
    let mut options = options.clone();
    for input in inputs(text) {
        let from = claims.len();
        options = options.for_all_below(&input.source);
        claims.extend(input.claims(text, &options.of_source(&input.source)));
        if let Some(magic) = &magic {
            claims[from..].iter_mut().for_each(|claim: &mut Claim| {
                claim.condition.get_or_insert_with(|| Condition::Other(format!("IPython, which knows `{magic}`")));
            });
        }
        magic = magic.or_else(|| of_ipython(&input.source).filter(|word| word.starts_with('%') && !is_watching(word)).map(str::to_owned));
    }
    claims
}

/// Where no mark tells where output ends, what stands behind its first lines may be none of it: each line of the session's last may end that, and
/// before a line of prose any. And what stands directly below the session may be output as well.
pub(super) fn leave_ends_open(text: &str, below: &[&str], claims: &mut [Claim]) {
    let end = text.trim_end().len();
    let last = claims.len().saturating_sub(1);
    for (at, claim) in claims.iter_mut().enumerate() {
        if claim.form != Form::Session || claim.kind == Kind::Exception {
            continue;
        }
        let is_last = at == last && claim.span.end == end;
        let lines: Vec<&str> = claim.expected.lines().collect();
        // A heading may stand above the prose.
        let is_prose = |line: &&str| plain::weight(line) >= PROSE;
        let is_end = |end: &usize| is_last || lines[*end..].iter().take(HEADED).any(is_prose);
        let shorter = (1..lines.len().min(MOST_ENDS)).filter(is_end).map(|end| lines[..end].join("\n"));
        // A line that's too long for the page goes on below, and so does a comment behind what was typed.
        let wrapped = (lines.len() > 1 && is_wrapped(&lines)).then(|| lines.concat());
        let typed = text[..claim.span.start].lines().next_back().unwrap_or_default();
        let is_remark = lines.len() > 1 && typed.contains('#') && typed.chars().count() >= NARROWEST;
        let behind_remark = is_remark.then(|| lines[1..].join("\n"));
        let longer = longer(&claim.expected, if is_last { below } else { &[] });
        let is_value = |text: &String| claim.target.subject == Subject::Expression && value::is_whole(text);
        let texts: Vec<String> = shorter.chain(wrapped).chain(behind_remark).collect();
        // Where one of them is a value, that the others can't be compared says nothing.
        let has_value = texts.iter().any(is_value) || claim.readings.iter().any(|reading| matches!(reading.says, Says::Value(_)));
        let readings = texts.into_iter().flat_map(|text| {
            let strength = if has_value && !is_value(&text) { Strength::Soft } else { claim.strength };
            let value = is_value(&text).then(|| Says::Value(text.trim_end().to_owned()));
            value.into_iter().chain([Says::Printed(text)]).map(move |says| Reading { says, strength }).collect::<Vec<_>>()
        });
        let readings: Vec<Reading> = readings.chain(longer).collect();
        claim.readings.extend(readings);
        // Functions print sentences; of other values none is shown as one, which then is the text behind a prompt that shows nothing.
        let code = text.get(claim.target.range.clone()).unwrap_or_default();
        let is_object = claim.target.subject == Subject::Expression && (!code.contains('(') || code.starts_with(char::is_uppercase));
        if is_object && lines.first().is_some_and(|line| plain::weight(line) >= SENTENCE) {
            comment::soften(claim);
        }
    }
}

/// What stands directly below a session that nothing sets apart from it may be more of its last output.
pub(super) fn leave_last_open(text: &str, below: &[&str], claims: &mut [Claim]) {
    let is_open =
        |claim: &&mut Claim| claim.form == Form::Session && claim.kind != Kind::Exception && claim.span.end == text.trim_end().len();
    if let Some(last) = claims.last_mut().filter(is_open) {
        last.readings.extend(longer(&last.expected, below));
    }
}

/// Ways to read output of which the lines below may be more.
fn longer(shown: &str, below: &[&str]) -> Vec<Reading> {
    let text = |end: usize| format!("{shown}\n{}", below[..end].join("\n"));
    (1..=below.len()).map(|end| Reading { says: Says::Printed(text(end)), strength: Strength::Soft }).collect()
}

/// Whether lines may be one that was broken where a page ends on the right.
fn is_wrapped(lines: &[&str]) -> bool {
    let widths = || lines[..lines.len() - 1].iter().map(|line| line.chars().count());
    let widest = widths().max().unwrap_or(0);
    widths().all(|width| width >= NARROWEST && width + 1 >= widest) && lines.last().is_some_and(|last| last.chars().count() <= widest)
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
    let typed = line.trim_start_matches(' ');
    let (is_first, rest) = match behind_prompt(typed) {
        Some(rest) => (true, rest),
        None => behind_number(typed, "In").map(|rest| (true, rest)).or_else(|| behind_dots(typed).map(|rest| (false, rest)))?,
    };
    let blank = match rest.bytes().next() {
        Some(b' ') => 1,
        // It indents the line itself.
        Some(b'\t') => 0,
        Some(_) if !typed.starts_with(">>>") => return None,
        _ => 0,
    };
    Some(Prompt { is_first, width: line.len() - rest.len() + blank })
}

/// Bytes of the `Out[1]:` before a line of output; the whole line where nothing follows it.
fn output_mark(line: &str) -> usize {
    behind_number(line.trim_start_matches(' '), "Out").map_or(0, |rest| line.len() - rest.strip_prefix(' ').unwrap_or(rest).len())
}

/// The word of code that only IPython understands: `%timeit`, `!ls`, `name?`.
fn of_ipython(source: &str) -> Option<&str> {
    let code = source.trim();
    let word = code.split_whitespace().next()?;
    let is_magic = word.trim_start_matches('%').starts_with(char::is_alphabetic) && word.starts_with('%');
    (is_magic || word.starts_with('!') || code.ends_with('?') && !code.contains('#')).then_some(word)
}

/// Whether a command of IPython only watches.
fn is_watching(word: &str) -> bool {
    let name = word.trim_start_matches('%');
    ["time", "matplotlib", "pylab", "prun", "memit", "mprun", "lprun", "who", "pwd", "ls", "pinfo", "psource"]
        .iter()
        .any(|watching| name.starts_with(watching))
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
    /// All that is shown, where a part of it was taken for a label or a remark.
    whole: Option<String>,
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
                let is_count = is_reference_count(line) && !input.source.contains("refs");
                if mark < line.len() && !is_count {
                    input.output.push(range.start + mark..range.end);
                }
            }
            // Some set a traceback off, or what they call the output.
            (_, Some(input))
                if takes_output
                    && input.output.is_empty()
                    && (raises_next(&text[start..]) || is_labelled_next(&text[start..]) || input.prints_line_end()) => {}
            (_, last) => {
                takes_output = false;
                if let Some(input) = last.filter(|input| !input.output.is_empty()) {
                    input.more.push(range);
                }
            }
        }
    }
    let is_definition = |source: &&str| source.contains("def ") || source.contains("lambda");
    let defined: String = inputs.iter().map(|input| input.source.as_str()).filter(is_definition).collect();
    for input in &mut inputs {
        input.take_chain(text);
        input.leave_label(text, &defined);
        input.leave_sentence(text);
    }
    inputs
}

/// Whether a text starts with output that has a label.
fn is_labelled_next(text: &str) -> bool {
    text.lines().next().is_some_and(is_labelled)
}

/// Whether a text starts with a traceback, or with its last line.
fn raises_next(text: &str) -> bool {
    text.lines().next().is_some_and(|line| is_header(line) || is_exception_with_message(line))
}

impl Input {
    fn push(&mut self, line: &str, in_session: usize, end: usize) {
        self.lines.push((self.source.len(), in_session));
        self.source.push_str(line);
        self.source.push('\n');
        self.end = end;
    }

    /// Whether what it prints begins with the end of a line, so that an empty one stands first: `print("\nhot tea")`.
    fn prints_line_end(&self) -> bool {
        let printed = self.source.trim_start().strip_prefix("print(").map(|printed| printed.trim_start_matches('f'));
        let quote = printed.and_then(|printed| printed.chars().next()).filter(|quote| matches!(quote, '\'' | '"'));
        let behind = printed.zip(quote).and_then(|(printed, quote)| Some((printed.strip_prefix(quote)?.strip_prefix("\\n")?, quote)));
        behind.is_some_and(|(rest, quote)| !rest.starts_with(quote))
    }

    /// Takes what empty lines part from the first traceback for output: its end, where IPython parts the frames so, and the tracebacks behind it.
    fn take_chain(&mut self, text: &str) {
        let is_text = |line: &&Range<usize>| !text[(*line).clone()].trim().is_empty();
        let trimmed = |lines: &[Range<usize>]| lines.iter().map(|line| text[line.clone()].trim_start()).collect::<Vec<_>>();
        let own = trimmed(&self.output);
        let is_cut = own.iter().any(|line| named_by_header(line).is_some()) && end_of_traceback(&own).is_none();
        if is_cut && let Some(end) = end_of_traceback(&[own, trimmed(&self.more)].concat()) {
            self.output.extend(self.more.drain(..end - self.output.len()));
        }
        while self.more.iter().find(is_text).is_some_and(|line| is_link(&text[line.clone()])) {
            let lines = trimmed(&self.more);
            let Some(header) = traceback_at(&lines) else { return };
            let paragraph = || lines[header..].iter().position(|line| line.is_empty()).map_or(lines.len(), |end| header + end);
            let end = end_of_traceback(&lines[header..]).map_or_else(paragraph, |end| header + end);
            self.output.extend(self.more.drain(..end));
        }
    }

    /// Takes the label before the output for none of it, unless it's one that the code prints, or a function that was defined.
    fn leave_label(&mut self, text: &str, defined: &str) {
        let Some(first) = self.output.first().cloned() else { return };
        let line = text[first.clone()].trim_start();
        let is_own = |length: &usize| ![self.source.as_str(), defined].iter().any(|code| code.contains(line[..*length].trim_end()));
        let Some(length) = label_length(line).filter(is_own) else { return };
        let is_alone = length >= line.trim_end().len();
        if is_alone && self.output.len() == 1 {
            return;
        }
        self.whole = Some(self.text_of_output(text));
        if is_alone {
            self.output.remove(0);
        } else {
            self.output[0].start = first.end - line.len() + length;
        }
    }

    /// Takes the sentence that is glued to a value, and what stands below it, for none of the output; and so a heading below a value.
    fn leave_sentence(&mut self, text: &str) {
        let Some(first) = self.output.first().cloned().filter(|_| !self.source.contains("print")) else { return };
        let line = text[first.clone()].trim_start();
        if let Some(length) = glued_value(line) {
            self.whole = self.whole.take().or_else(|| Some(self.text_of_output(text)));
            let start = first.end - line.len();
            self.output.truncate(1);
            self.output[0] = start..start + length;
            self.more.clear();
        }
        let heading = self.output.iter().skip(1).position(|line| is_numbered_heading(&text[line.clone()])).map_or(0, |at| at + 1);
        let above = self.output[..heading].iter().map(|line| &text[line.clone()]).collect::<Vec<_>>().join("\n");
        if heading > 0 && value::is_whole(&above) {
            self.whole = self.whole.take().or_else(|| Some(self.text_of_output(text)));
            self.output.truncate(heading);
            self.more.clear();
        }
    }

    fn text_of_output(&self, text: &str) -> String {
        self.output.iter().map(|line| &text[line.clone()]).collect::<Vec<_>>().join("\n")
    }

    fn in_session(&self, offset: usize) -> usize {
        let line = self.lines.partition_point(|(start, _)| *start <= offset).saturating_sub(1);
        self.lines.get(line).map_or(0, |(start, in_session)| (in_session + (offset - start)).min(self.end))
    }
}
