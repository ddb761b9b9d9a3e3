//! Example → claims: what the document says of its statements.
//!
//! A claim has one or more *readings*: ways to understand it. It holds if some reading agrees with what was observed; it is
//! wrong only if it has a firm reading and none agrees. Everything else is unsettled.

use std::ops::Range;

use crate::{
    document::{Format, Position},
    extract::{Example, Language},
};

mod assertion;
mod callout;
#[cfg(test)]
mod cases;
pub(crate) mod code;
mod comment;
mod condition;
mod doctest;
mod exception;
mod heading;
mod lead;
pub(crate) mod nesting;
mod output;
mod prose;
mod quantity;
mod quoted;
mod reading;
pub mod session;
mod shown;
mod slip;
mod state;
mod strength;
mod tail;
mod template;
mod value;
mod values;
mod volatile;
mod words;

pub use doctest::Options;
pub(crate) use shown::shown_exception;

/// The claims of an example in Python, in the order of their lines; none for other languages.
///
/// Code that isn't valid Python is read as far as it is. Of code that is nested more deeply than CPython accepts nothing is read.
pub fn claims(example: &Example) -> Vec<Claim> {
    let is_session = match example.language {
        Language::Python => session::is_session(&example.code),
        Language::Session => true,
        _ => return Vec::new(),
    };
    let options = Options::parse(example.attributes.get("options").map_or("", String::as_str));
    let mut claims = if is_session { session::claims(&example.code, &options) } else { find(&example.code, false) };
    match example.document.format {
        Format::Text if is_session => session::leave_ends_open(&example.code, &below(example), &mut claims),
        Format::Markdown if is_session => session::leave_last_open(&example.code, &below(example), &mut claims),
        _ => {}
    }
    let starts = line_starts(&example.code);
    for claim in &mut claims {
        claim.position = example.position_on(line_at(&starts, claim.span.start), claim.span.start);
    }
    callout::soften(example, &mut claims);
    claims.extend(output::claims(example));
    claims.extend(shown::claims(example));
    claims
}

/// The lines directly below an example that may be more of its output, up to an empty one or a prompt.
fn below(example: &Example) -> Vec<&str> {
    const MOST: u32 = 10;
    let document = &example.document;
    let lines =
        (example.last_line + 1..=document.line_count().min(example.last_line + MOST)).map(|line| &document.text[document.line_range(line)]);
    let is_more = |line: &&str| !line.trim().is_empty() && !line.starts_with(">>>") && !line.starts_with("```");
    lines.take_while(is_more).collect()
}

/// The claims of an example, were this its code, with positions in that; without those that stand apart from its code.
pub(crate) fn of_code(example: &Example, code: &str) -> Vec<Claim> {
    let is_session = example.language == Language::Session || session::is_session(code);
    read(code, is_session, &Options::parse(example.attributes.get("options").map_or("", String::as_str)))
}

/// The claims of a text, with positions in it.
pub(crate) fn find(text: &str, is_session: bool) -> Vec<Claim> {
    read(text, is_session, &Options::default())
}

fn read(text: &str, is_session: bool, options: &Options) -> Vec<Claim> {
    let mut claims = if is_session {
        session::claims(text, options)
    } else {
        let Some(parsed) = code::parse(text) else { return Vec::new() };
        let code = code::Code::new(text, &parsed);
        let mut claims = comment::claims(&code);
        claims.extend(quoted::claims(&code));
        claims.extend(assertion::claims(&code));
        heading::add_conditions(&code, &mut claims);
        claims.sort_by_key(|claim| claim.span.start);
        claims
    };
    let starts = line_starts(text);
    for claim in &mut claims {
        let line = line_at(&starts, claim.span.start);
        let column = text[starts[line]..claim.span.start].chars().count();
        claim.position = Position { line: line as u32 + 1, column: column as u32 + 1 };
    }
    claims
}

/// The bytes of the value that a text starts with, where words behind it are set off from it: `2` of `2 (again)`.
pub(crate) fn value_before_tail(text: &str) -> Option<usize> {
    let value = value::scan(text)?;
    let rest = &text[value.text.len()..];
    // `1, 2` isn't a value and a remark.
    let goes_on = rest.starts_with([',', ';'])
        && value::scan(rest.trim_start_matches([',', ';', ' ']))
            .is_some_and(|next| !matches!(next.shape, value::Shape::Name | value::Shape::Generic));
    (!goes_on && !rest.trim().is_empty() && tail::judge(rest, value.shape) == tail::Tail::Apart).then_some(value.text.len())
}

/// The calls of `print` at the top of a script of which no comment says anything, behind them or on the next line.
pub(crate) fn silent_prints(text: &str) -> Vec<Target> {
    let Some(parsed) = code::parse(text).filter(|parsed| !parsed.has_invalid_syntax()) else { return Vec::new() };
    let code = code::Code::new(text, &parsed);
    let is_top = |statement: &code::Statement<'_>| statement.parent.is_none() && statement.subject == Subject::Print;
    let is_alone = |statement: &code::Statement<'_>| {
        !code.statements.iter().any(|other| other.range != statement.range && other.last_line == statement.last_line)
    };
    let is_silent = |statement: &&code::Statement<'_>| {
        let own = statement.first_line..=statement.last_line;
        let speaks = |comment: &code::Comment| own.contains(&comment.line) || (comment.alone && comment.line == statement.last_line + 1);
        is_top(statement) && is_alone(statement) && !code.comments.iter().any(speaks)
    };
    let target = |statement: &code::Statement<'_>| Target { range: statement.range.clone(), subject: statement.subject.clone() };
    code.statements.iter().filter(is_silent).map(target).collect()
}

/// Whether another statement of the same body stands on the line on which this one ends: `a = 1; b = 2`.
pub(crate) fn shares_its_line(code: &str, statement: &Range<usize>) -> bool {
    let Some(parsed) = code::parse(code) else { return false };
    let code = code::Code::new(code, &parsed);
    let Some(this) = code.statement(statement) else { return false };
    let shares = |other: &code::Statement<'_>| {
        other.range != this.range && other.parent == this.parent && (other.first_line..=other.last_line).contains(&this.last_line)
    };
    code.statements.iter().any(shares)
}

/// Where lines start: at 0, and behind each line end.
fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

/// The line, from 0, in which a byte stands.
fn line_at(starts: &[usize], offset: usize) -> usize {
    starts.partition_point(|&start| start <= offset) - 1
}

/// What the document says of one statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Bytes of the claimed text in the example's code: without `#`, lead-in and tail; the code's end, for one outside it.
    pub span: Range<usize>,
    /// Where that text starts in the file.
    pub position: Position,
    /// How it is written.
    pub form: Form,
    /// What it is about.
    pub kind: Kind,
    /// The strongest of its readings.
    pub strength: Strength,
    /// The claimed text, as reports show it (several comment lines joined by `\n`).
    pub expected: String,
    /// The statement that it speaks of.
    pub target: Target,
    /// The ways to understand it, the likeliest first; never empty.
    pub readings: Vec<Reading>,
    /// Under which conditions it's claimed.
    pub condition: Option<Condition>,
}

impl Claim {
    /// Whether it may be called wrong at all, whatever is seen.
    pub(crate) fn can_be_wrong(&self) -> bool {
        self.condition.is_none() && self.readings.iter().any(|reading| reading.strength == Strength::Firm)
    }

    /// A claim without its position yet; `None` where nothing is left of it.
    fn new(
        span: Range<usize>,
        form: Form,
        kind: Kind,
        expected: String,
        target: Target,
        readings: Vec<Reading>,
        condition: Option<Condition>,
    ) -> Option<Claim> {
        let strength = readings.iter().map(|reading| reading.strength).max()?;
        let position = Position { line: 1, column: 1 };
        Some(Claim { span, position, form, kind, strength, expected, target, readings, condition })
    }

    fn subject(&self) -> &Subject {
        &self.target.subject
    }
}

/// How a claim is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// A comment behind the statement.
    Trailing,
    /// A comment on the lines below the statement.
    Following,
    /// A listing in comments (`# Output:` and lines below it).
    Block,
    /// What stands below a `>>>` prompt.
    Session,
    /// Words of the document that a check of the front matter speaks of.
    Check,
    /// A block of output, apart from the code.
    Output,
    /// A mark on the whole example.
    Mark,
    /// An `assert` statement.
    Assertion,
}

/// What a claim is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The value of an expression.
    Value,
    /// What is printed.
    Stdout,
    /// The exception that is raised, or that none is.
    Exception,
    /// A name, attribute or reference count after the statement.
    State,
    /// How long it takes.
    Timing,
    /// How much memory it takes.
    Size,
    /// Something else.
    Other,
}

/// How sure it is that this is a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// It may be one (a lone word, an approximation): it can hold, it can't be wrong.
    Soft,
    /// It says plainly what happens.
    Firm,
}

/// The statement that a claim speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Bytes of the statement in the example's code (of the whole example, for [`Subject::Example`]).
    pub range: Range<usize>,
    /// What kind of statement it is.
    pub subject: Subject,
}

/// What kind of statement a claim speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// An expression statement that isn't a call of `print`.
    Expression,
    /// A call of `print` (or `pprint`) as a statement.
    Print,
    /// An assignment; the target as source text, where it's one name, attribute or subscript.
    Assignment {
        /// `x`, `a.b` or `a[0]`; `None` for several or unpacked targets.
        target: Option<String>,
    },
    /// An assignment of one name directly in the body of a class.
    ClassAttribute {
        /// The class's dotted name from the top of the example.
        class: String,
        /// The name that is assigned.
        name: String,
    },
    /// `return`, `yield` as a statement, with a value.
    Return,
    /// `del` of one name.
    Deletion {
        /// The name.
        name: String,
    },
    /// Another simple statement (`import`, `assert`, `raise`, …).
    Simple,
    /// A compound statement as a whole (`for`, `with`, `class`, …).
    Compound,
    /// The example as a whole.
    Example,
}

/// One way to understand a claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// What is said.
    pub says: Says,
    /// Whether the claim can be wrong by this reading.
    pub strength: Strength,
}

/// What a reading says. Texts are source text of the claim; `...` or `…` in them stands for anything.
#[derive(Debug, Clone, PartialEq)]
pub enum Says {
    /// The statement's value (of an expression, an assignment, a `return`; of a `print`, its one argument) has this repr or `str`,
    /// or equals this expression.
    Value(String),
    /// The statement's value is an instance of, or is itself, what this name denotes (`# list`).
    Type(String),
    /// The value, as a sequence or a lazy iterator, has these items; `open` when more may follow.
    Items {
        /// The items, each as source text.
        items: Vec<String>,
        /// More items may follow.
        open: bool,
    },
    /// The statement prints this text (line ends normalised; over all its passes through a loop, or in each of them).
    Printed(String),
    /// The statement prints these words, or they speak of it: wrong only where they're nearly what it prints.
    Words(String),
    /// The statement prints these lines, in order (over all its passes).
    PrintedLines(Vec<String>),
    /// The statement prints so many lines or is passed so many times.
    PrintedTimes(u64),
    /// It writes this text (or ends in this exception) as doctest compares them, by these options.
    Shows {
        /// The text; of a traceback its last lines.
        text: String,
        /// The options that hold there.
        options: Options,
        /// It's a traceback's.
        is_exception: bool,
    },
    /// It raises this; anything, where neither is claimed.
    Raises {
        /// Name of the exception's type, its last part at least; `None` where only the message is claimed.
        exception: Option<String>,
        /// The message, where it's claimed.
        message: Option<String>,
    },
    /// It raises nothing.
    RaisesNothing,
    /// It's an assertion, and passes.
    Asserted,
    /// An attribute of the value, equal to an expression.
    Attribute {
        /// The attribute's name.
        name: String,
        /// The claimed value.
        value: String,
    },
    /// A name (or dotted or subscripted expression) after the statement, equal to an expression. In the body of a class, its
    /// attribute.
    State {
        /// Source text of what is looked at.
        subject: String,
        /// The claimed value.
        value: String,
    },
    /// How many references the object has that the statement names, after it.
    RefCount(u64),
    /// It takes about so long.
    Takes(Range<f64>),
    /// The value (or the printed number) is about so many bytes.
    Bytes(Range<f64>),
    /// The number that it prints or returns is about this.
    About(Range<f64>),
    /// An expression of the front matter passes a test, after the statement. No comment says this.
    Passes {
        /// The expression.
        expression: String,
        /// The test of its value.
        test: String,
    },
}

/// Under which conditions a claim is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// On these Python versions (`3.12`, `>=3.11`), as a specifier.
    Python(String),
    /// At a prompt, statement by statement.
    Prompt,
    /// In a free-threaded build.
    FreeThreaded,
    /// Something that can't be looked up, in the claim's own words.
    Other(String),
}
