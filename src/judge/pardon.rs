//! What doesn't agree and still isn't wrong: the circumstances don't let it be judged, or the difference says something of how the example was taken
//! from its document.

use std::{borrow::Cow, sync::LazyLock};

use regex::Regex;
use rustpython_ruff_python_ast::Stmt;

use crate::{
    claim::{
        Claim, Condition, Form, Kind, Says, Subject,
        code::{parse_valid, words},
        session::is_exception_with_message,
    },
    document::Format,
    extract::SET_BY_SHELL,
    plan,
    run::protocol::{Clock, Deed, DeedKind, Note, Raised},
    syntax::names::Names,
};

use super::{
    Court, Judgement, Verdict, condition, described, outcome, outdated,
    reason::Reason,
    text::{squeeze, without_remark, without_scalar_types},
    varying,
};

mod above;
mod arrays;
mod between;
mod dated;
mod differences;
mod elided;
mod ending;
mod exercise;
mod left;
mod logged;
mod machine;
mod noise;
mod order;
mod paragraphs;
mod programs;
mod python_2;
mod raised;
mod release;
mod repr;
mod reruns;
mod slips;
mod surroundings;
mod system;
mod within;

pub(super) use differences::is_much_alike;
use differences::{difference, is_cut_off};
pub(crate) use paragraphs::GOES_ON;
pub(super) use paragraphs::goes_on_otherwise;
use raised::{
    claims_no_exception, is_another_exception, is_never_closed, is_of_a_namesake, is_of_another_function, is_of_another_module,
    is_of_group, may_be_in_time, raised_in,
};
pub(super) use raised::{is_a_word_off, missing_name};
pub(super) use slips::{begins_a_letter_off, is_path_a_letter_off};

/// What Python says of `await` outside of a coroutine.
static OUTSIDE_FUNCTION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^SyntaxError: '(?:await|async \w+)' outside (?:async )?function").expect("a pattern"));

impl Court<'_> {
    /// Makes unsettled what the circumstances don't let be judged: another Python than the claimed one, values that vary.
    pub(super) fn pardon(&self, claim: &Claim, judgement: Judgement, trouble: Option<Reason>) -> Judgement {
        let unmet = claim.condition.as_ref().and_then(|condition| condition::unmet(condition, self.plan.python, self.plan.free_threaded));
        let unsettled = |reason| Judgement::unsettled(judgement.mode, judgement.actual.clone(), reason);
        if let Some(reason) = unmet {
            return unsettled(Reason::new("condition", reason));
        }
        // Why a name of its module isn't there says more than that it isn't.
        if let Some(reason) =
            trouble.as_ref().filter(|_| judgement.category == "name" && (self.plan.module.is_some() || self.before.unimported.is_some()))
        {
            return unsettled(reason.clone());
        }
        if judgement.verdict != Verdict::Wrong {
            return judgement;
        }
        let raised = judgement.actual.as_deref().is_some_and(|actual| actual.starts_with("raises ") && actual != "raises nothing");
        if let Some(Condition::Other(words)) = &claim.condition {
            return unsettled(Reason::new("condition", format!("claimed for: {words}")));
        }
        if let Some(doubt) = &self.plan.doubt {
            return unsettled(Reason::new("condition", format!("claimed for: {doubt}")));
        }
        let is_near = judgement.actual.as_deref().is_some_and(|actual| {
            let full = self.in_full(actual);
            slips::is_near(&claim.expected, &full) || raised && slips::is_named_nearly_so(&claim.expected, &full)
        });
        let is_a_word_off = is_a_word_off(claim, judgement.actual.as_deref());
        let trouble = trouble.filter(|_| !is_near && !is_a_word_off);
        if let Some(reason) = trouble.or_else(|| above::reason(self.example, self.plan.python, self.plan.free_threaded)) {
            return unsettled(reason);
        }
        if judgement.actual.as_deref().is_some_and(|actual| self.is_explained_by_python_2(claim, actual)) {
            return unsettled(Reason::new("condition", "claimed for: Python 2, for which other code of its page is written"));
        }
        if let Some(word) = self.word_of_checkers() {
            return unsettled(Reason::new("condition", format!("claimed for: a type checker, which knows `{word}`")));
        }
        if claim.readings.iter().any(|reading| matches!(reading.says, Says::Passes { .. })) {
            let clock = self.plan.runs.iter().filter_map(|run| run.job.given.as_ref()).map(|given| given.clock).next();
            let measured = claim.kind == Kind::Timing && !matches!(clock, Some(Clock::Virtual(_)));
            // Who wrote the check knows what it measures; but how long something takes differs from machine to machine.
            return if measured { unsettled(Reason::new("approximate", "it was measured on a real clock")) } else { judgement };
        }
        // The module or the package has the name, or has the same name, and the page means something else by it that it doesn't import.
        let imports = self.source.code.contains("import ");
        let defines = self.source.code.contains("def ");
        let statement = self.source.text(self.source.range(&claim.target.range));
        let is_namesake = |actual| self.plan.module.as_deref().is_some_and(|module| is_of_a_namesake(actual, statement, module));
        let is_other =
            |actual| is_of_another_module(actual) || !defines && is_of_another_function(actual) || !imports && is_namesake(actual);
        if raised && (self.plan.module.is_some() || !imports) && judgement.actual.as_deref().is_some_and(is_other) {
            return unsettled(Reason::new("name", "a name that it uses denotes another thing in its module"));
        }
        if !imports && plan::continuing::uses_redefined(&self.example.document, statement) {
            return unsettled(Reason::new("name", "a name that it uses denotes another thing in the module that its page describes"));
        }
        if raised
            && claims_no_exception(claim)
            && let Some(name) = self.borrowed_name(statement)
        {
            return unsettled(Reason::new("name", format!("`{name}`, which the document doesn't import, may be another one")));
        }
        if judgement.actual.as_deref().is_some_and(|actual| tells_truth(claim, actual)) {
            return unsettled(Reason::new("soft", "the comment says whether the object counts as true"));
        }
        if judgement.actual.as_deref() == Some("raises nothing") && self.is_raised_below(claim) {
            return unsettled(Reason::new("soft", "the statement below it raises this"));
        }
        if judgement.actual.as_deref() == Some("raises nothing") && outcome::says_missing(&claim.expected) {
            return unsettled(Reason::new("environment", "it says that something isn't installed, which may be here"));
        }
        if judgement.actual.as_deref() == Some("raises nothing") && may_be_in_time(claim) {
            return unsettled(Reason::new("environment", "whether it's in time depends on how fast the machine is"));
        }
        // Nothing, in the quotes of the claim.
        if matches!(judgement.actual.as_deref(), Some("" | "''" | "\"\"")) && self.prints_nothing(claim) {
            return unsettled(Reason::new("output", "its code prints nothing"));
        }
        let seen_is = |is: fn(&str, &str) -> bool| judgement.actual.as_deref().is_some_and(|actual| is(&claim.expected, actual));
        if !raised && self.is_printed_later(claim) && !seen_is(is_much_alike) {
            return unsettled(Reason::new("output", "its code prints nothing"));
        }
        if !raised && judgement.actual.as_deref().is_some_and(|actual| is_usage(&claim.expected) && !is_usage(actual)) {
            return unsettled(Reason::new("output", "it says how a program is called, which that prints when it's called so"));
        }
        if !raised && judgement.actual.is_some() && self.is_printed_below(claim) {
            return unsettled(Reason::new("soft", "the statement below it prints this"));
        }
        if matches!(judgement.actual.as_deref(), Some("" | "raises nothing")) && claim.form == Form::Output && self.only_defines() {
            return unsettled(Reason::new("output", "its code only defines what other code calls"));
        }
        if judgement.actual.as_deref() == Some("") && self.plan.continues && claim.target.subject == Subject::Compound {
            return unsettled(Reason::new("continued", "it prints nothing behind the examples that it seems to continue"));
        }
        if !raised && self.plan.continues && above::states(self.example, &claim.expected) && !self.makes_what_it_shows(claim) {
            return unsettled(Reason::new("continued", "the text above says for what it's so, which no example made"));
        }
        // Which examples it continues is a guess. One that is wrong shows something else altogether, or an exception at first.
        if !raised && self.plan.continues && seen_is(differences::is_something_else) {
            return unsettled(Reason::new("continued", "it shows something else altogether behind the examples that it seems to continue"));
        }
        if !raised && self.plan.continues && !self.makes_what_it_shows(claim) && seen_is(left::has_more_in_front) {
            return unsettled(Reason::new(
                "continued",
                "what it shows in front may come from other examples than those that it seems to continue",
            ));
        }
        if !raised && self.plan.continues && plan::says_name_error(claim) {
            return unsettled(Reason::new("continued", "the examples that it seems to continue define the name"));
        }
        if raised && self.plan.continues && !is_near && !is_a_word_off && !is_another_exception(claim, judgement.actual.as_deref()) {
            let actual = judgement.actual.as_deref().unwrap_or_default();
            return unsettled(Reason::new("continued", format!("it {actual} behind the examples that it seems to continue")));
        }
        if let Some(name) = judgement.actual.as_deref().and_then(missing_name).filter(|name| !self.mentions(name)) {
            return unsettled(Reason::new("package", format!("code that it calls lacks the name `{name}`")));
        }
        if claims_no_exception(claim)
            && let Some(reason) = judgement.actual.as_deref().and_then(|actual| within::reason(self.raised(actual)?))
        {
            return unsettled(reason);
        }
        if claims_no_exception(claim)
            && !self.is_given()
            && let Some(path) = judgement.actual.as_deref().and_then(|actual| within::missing_path(self.raised(actual)?, statement))
        {
            return unsettled(Reason::new("environment", format!("needs what isn't here: `{path}`")));
        }
        if raised
            && claims_no_exception(claim)
            && let Some(class) = self.module.and_then(|module| elided::class(&module.body, statement))
        {
            return unsettled(Reason::new("partial", format!("`...` in the body of `{class}` stands for what isn't shown")));
        }
        if claim.kind == Kind::Exception && OUTSIDE_FUNCTION.is_match(&claim.expected) {
            return unsettled(Reason::new("environment", "it's about a prompt where nothing can be awaited, and here it can"));
        }
        // Who handles the exception may print what it says.
        let unreachable = judgement.actual.as_deref().is_some_and(|actual| outcome::says_unreachable(&self.in_full(actual)));
        if unreachable && !outcome::says_unreachable(&claim.expected) && !outcome::says_unreachable(&self.source.code) {
            return unsettled(Reason::new("environment", "what it shows says that it needs the network"));
        }
        if let Some(reason) = judgement.actual.as_deref().and_then(|actual| difference(claim, &self.in_full(actual), self.has_sets)) {
            return unsettled(reason);
        }
        let is_in_code = |path: &str| self.is_in_code(|code| code.contains(path));
        let lies_elsewhere = |actual| programs::lie_elsewhere(&claim.expected, &self.in_full(actual), is_in_code);
        if judgement.actual.as_deref().is_some_and(lies_elsewhere) {
            return unsettled(Reason::new("environment", "it differs by where programs lie on this machine"));
        }
        if judgement
            .actual
            .as_deref()
            .is_some_and(|actual| release::is_of_another(&claim.expected, actual, |version| self.is_in_code(|code| code.contains(version))))
        {
            return unsettled(Reason::new("varies", "it differs by the version of what is installed"));
        }
        if claim.form == Form::Assertion && above::says_it_fails(self.example) {
            return unsettled(Reason::new("condition", "the text above speaks of an assertion that fails"));
        }
        if claim.form == Form::Assertion && release::is_asserted(statement) {
            return unsettled(Reason::new("condition", "claimed for: the version that it asserts"));
        }
        if judgement.actual.as_deref().is_some_and(|actual| order::is_open(self.example, claim, actual)) {
            return unsettled(Reason::new("varies", "the words around it say that its order may be another"));
        }
        let is_elsewhere = |actual| self.is_in_code(|code| logged::is_elsewhere(code, &claim.expected, actual));
        if judgement.actual.as_deref().is_some_and(is_elsewhere) {
            return unsettled(Reason::new(
                "environment",
                "it differs by where the code stands from which it was logged, or by the process",
            ));
        }
        if claim.target.subject == Subject::Print && seen_is(repr::is_of_printed) {
            return unsettled(Reason::new("soft", "it shows the object as a prompt would, rather than its text"));
        }
        if judgement.actual.as_deref().and_then(|actual| self.raised(actual)).is_some_and(|group| is_of_group(&claim.expected, group)) {
            return unsettled(Reason::new("partial", "it's one of the exceptions within the group that was raised"));
        }
        if claim.form != Form::Session && seen_is(repr::is_in_angles) {
            return unsettled(Reason::new("soft", "it shows the object in angle brackets, which it has none of"));
        }
        if seen_is(repr::is_kind_of_class) {
            return unsettled(Reason::new("soft", "it may be a word for classes of this kind"));
        }
        if claim.expected.contains('<') && self.example.document.text.contains(COMPARES_MARKUP) {
            return unsettled(Reason::new("markup", format!("`{COMPARES_MARKUP}` lets doctest compare markup by what it means")));
        }
        if judgement.actual.as_deref().is_some_and(|actual| self.is_written_so(claim, actual)) {
            return unsettled(Reason::new("docstring", "the source shows just this, but with escapes, and its docstring isn't raw"));
        }
        if self.example.document.format == Format::Python
            && statement.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        {
            return unsettled(Reason::new("docstring", "its docstring isn't raw, so that escapes in its code are none any more"));
        }
        let claimed = without_remark(&claim.expected);
        let shown = judgement.actual.as_deref().map(without_scalar_types);
        let shown = shown.as_deref();
        if shown.is_some_and(|actual| noise::is_noise(claimed, actual, statement)) {
            return unsettled(Reason::new("digits", "it differs in the last digits of floats, which differ from machine to machine"));
        }
        if shown.is_some_and(|actual| noise::is_rounded(claimed, actual)) {
            return unsettled(Reason::new("approximate", "its numbers are claimed rounded"));
        }
        if let Some(reason) = shown.and_then(|actual| arrays::difference(claimed, actual, statement)) {
            return unsettled(reason);
        }
        let fails = judgement.actual.as_deref().is_some_and(|actual| programs::fails_here(statement, &claim.expected, actual));
        if fails && self.deeds().any(|deed| deed.kind == DeedKind::Process) {
            return unsettled(Reason::new("environment", "a program that it starts fails here"));
        }
        if let Some(reason) = self.of_the_system(claim).filter(|_| !raised) {
            return unsettled(reason);
        }
        if judgement.actual.as_deref().is_some_and(|actual| self.shows_own_addresses(claim, actual)) {
            return unsettled(Reason::new("environment", "it shows the addresses of a machine"));
        }
        // `>>> {'a': 1,`, with the rest of the display below: a value that got a prompt by mistake.
        if claim.form == Form::Session && claim.kind != Kind::Exception && raised && is_cut_off(statement) {
            return unsettled(Reason::new("partial", "a value seems to stand behind its prompt"));
        }
        if self.lost_its_indentation(claim) {
            return unsettled(Reason::new("partial", "what was typed seems to have lost its indentation"));
        }
        if self.shows_behind_prompts(claim) {
            return unsettled(Reason::new("partial", "the value behind its prompt seems to be what the line above shows"));
        }
        if judgement.actual.as_deref().is_some_and(|actual| ending::is_cut(self.example, claim, actual)) {
            return unsettled(Reason::new("partial", "the document ends within it"));
        }
        // Prompts that stand on one line, or a sentence behind one: what is shown then is no output of what can't be run.
        let invalid = || {
            judgement.actual.as_deref().is_some_and(|actual| actual.starts_with("raises SyntaxError")) && parse_valid(statement).is_none()
        };
        if claim.form == Form::Session && claim.kind != Kind::Exception && !is_exception_with_message(&claim.expected) && invalid() {
            return unsettled(Reason::new("partial", "what stands behind its prompt isn't valid Python as it stands here"));
        }
        if seen_is(exercise::is_blank) {
            return unsettled(Reason::new("exercise", "it's a blank, which is left to the reader"));
        }
        let is_syntax = ["SyntaxError", "IndentationError", "TabError"].iter().any(|name| claim.expected.contains(name));
        if claim.form == Form::Session && is_syntax && !is_a_word_off && invalid() {
            return unsettled(Reason::new("condition", "claimed for: another Python, which says in other words what isn't valid"));
        }
        if exercise::is_behind_a_step(&self.example.code, claim) {
            return unsettled(Reason::new("exercise", "the step that the comment above tells may be left to the reader"));
        }
        // `>>> f(1,`, with the rest of the call below, without its prompt.
        if claim.form == Form::Session && claim.kind != Kind::Exception && judgement.actual.as_deref().is_some_and(is_never_closed) {
            return unsettled(Reason::new("partial", "the rest of its statement seems to stand below it without a prompt"));
        }
        if let Some(reason) = self.missing_server(claim) {
            return unsettled(reason);
        }
        if let Some(name) = self.example.attributes.get(SET_BY_SHELL) {
            return unsettled(Reason::new("environment", format!("commands above it set `{name}`")));
        }
        if self.asks_for_input() && !self.is_given() && !self.is_above_input(claim) {
            return unsettled(Reason::new("environment", "it asks for input"));
        }
        let at = self.source.offset(claim.target.range.start);
        let files = self.finds_files_by_chance();
        let varies = |module| match claim.target.subject {
            Subject::Example => varying::prints_varying(&self.before.varying, module, files),
            _ => varying::varies(&self.before.varying, module, at, files),
        };
        if !raised
            && !is_near
            && self.module.is_some_and(varies)
            && !self.is_told_by_another_time(claim, &judgement)
            && !self.is_told_by_other_runs(claim)
        {
            return unsettled(Reason::new("varies", "it varies from run to run or from machine to machine"));
        }
        if raised
            && !is_a_word_off
            && let Some(path) = self.missing_file()
        {
            return unsettled(Reason::new("environment", format!("needs what isn't here: `{path}`")));
        }
        judgement
    }

    /// Whether the page has code that only Python 2 takes, and what was seen differs from a claim by what that does otherwise.
    fn is_explained_by_python_2(&self, claim: &Claim, actual: &str) -> bool {
        let is_explained = match self.raised(actual) {
            Some(raised) => outdated::takes(raised),
            None => outdated::explains(&claim.expected, actual, self.is_in_code(|code| code.contains('/'))),
        };
        is_explained && outdated::is_page_of_it(&self.example.document.text)
    }

    /// The exception that was seen, by the words in which that is told.
    fn raised(&self, actual: &str) -> Option<&Raised> {
        let words = actual.strip_prefix("raises ")?;
        let notes = self.runs.iter().flat_map(|(_, _, report)| &report.notes);
        notes.filter_map(raised_in).find(|raised| described(raised) == words)
    }

    /// What was seen, with all lines of an exception's message.
    fn in_full<'a>(&self, actual: &'a str) -> Cow<'a, str> {
        let raised = self.raised(actual);
        raised.map_or(Cow::Borrowed(actual), |raised| Cow::Owned(format!("{}: {}", raised.r#type, raised.message)))
    }

    /// Whether the example, or code that runs before it, has a name in it.
    fn mentions(&self, name: &str) -> bool {
        self.is_in_code(|code| words(code).any(|word| word == name))
    }

    /// A name in a statement that the document imports nowhere, and that is imported from the standard library all the same, as it speaks for itself.
    fn borrowed_name(&self, statement: &str) -> Option<&str> {
        let preludes = self.plan.runs.iter().flat_map(|run| &run.job.prelude).map(|prelude| prelude.code.trim());
        let imports = preludes.filter(|code| !self.example.document.text.contains(*code));
        let mut names = imports.filter_map(|code| code.strip_prefix("from ")?.split_once(" import ")).map(|(_, name)| name);
        names.find(|name| words(statement).any(|word| word == *name))
    }

    /// Whether something is so of the example's code, or of code that runs before it.
    fn is_in_code(&self, has: impl Fn(&str) -> bool) -> bool {
        has(&self.source.code) || self.plan.runs.iter().flat_map(|run| &run.job.prelude).any(|prelude| has(&prelude.code))
    }

    /// Whether what a claim shows can't be what its code prints: of a listing, where nothing in the example prints, it was logged or warned of;
    /// below a `try` or a loop that doesn't print, it's the value of an expression in that.
    pub(super) fn prints_nothing(&self, claim: &Claim) -> bool {
        let prints = |code: &str| ["print", "write"].iter().any(|word| code.contains(word));
        match (claim.form, &claim.target.subject) {
            (Form::Block, _) | (Form::Following, Subject::Example) => {
                let before = || self.plan.runs.iter().flat_map(|run| &run.job.prelude);
                !prints(&self.source.code) && !before().any(|prelude| prints(&prelude.code))
            }
            (Form::Following, Subject::Compound) => {
                let statement = self.source.text(self.source.range(&claim.target.range));
                !prints(statement)
            }
            _ => false,
        }
    }

    /// Whether the output below an example, of several lines and no value, is what other code prints: this one's last statement has but a value.
    fn is_printed_later(&self, claim: &Claim) -> bool {
        let is_text = claim.expected.trim().contains('\n') && claim.readings.iter().all(|reading| matches!(reading.says, Says::Printed(_)));
        claim.form == Form::Output
            && is_text
            && claim.target.subject == Subject::Expression
            && self.runs.iter().all(|(_, _, report)| report.stdout.text.trim().is_empty() && report.stderr.text.trim().is_empty())
    }

    /// A function that type checkers know without an import, which the code calls: what is at its place is theirs to say, and nothing need happen.
    fn word_of_checkers(&self) -> Option<&'static str> {
        // Where the example imports it, it's a function as any other.
        let imports = |word: &str| self.source.code.lines().any(|line| line.contains("import ") && line.contains(word));
        let is_called = |word: &&&str| self.source.code.contains(&format!("{word}(")) && !imports(word);
        ["reveal_type", "reveal_locals"].iter().find(is_called).copied()
    }

    /// Whether the example binds a name that a claim's statement shows.
    fn makes_what_it_shows(&self, claim: &Claim) -> bool {
        let own = self.source.range(&claim.target.range);
        let above = self.source.code.get(..own.start).unwrap_or_default();
        let shown = Names::of(self.source.text(own));
        let made = Names::of(above);
        shown.zip(made).is_none_or(|(shown, made)| shown.needs.iter().any(|name| made.binds.contains(name)))
    }

    /// Whether all that the code does is to define functions and classes.
    fn only_defines(&self) -> bool {
        let defines = |stmt: &Stmt| matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_));
        let imports = |stmt: &Stmt| matches!(stmt, Stmt::Import(_) | Stmt::ImportFrom(_));
        let body = self.module.map(|module| module.body.as_slice()).unwrap_or_default();
        body.iter().any(defines) && body.iter().all(|stmt| defines(stmt) || imports(stmt))
    }

    /// What it did.
    fn deeds(&self) -> impl Iterator<Item = &Deed> {
        self.runs.iter().flat_map(|(_, _, report)| &report.notes).filter_map(deed)
    }

    /// Whether the source of a docstring shows what was seen, by escapes that aren't there any more when Python has read it.
    fn is_written_so(&self, claim: &Claim, actual: &str) -> bool {
        if self.example.document.format != Format::Python || claim.form == Form::Output {
            return false;
        }
        let [start, end] = [claim.span.start, claim.span.end].map(|offset| self.example.document_offset(offset));
        // What an escape stands for may end the claim where the line of the source goes on.
        let text = &self.example.document.text;
        let line_end = |at: usize| text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end);
        let shows = |end: usize| {
            let written = start.and_then(|start| text.get(start..end));
            written.is_some_and(|written| written.contains('\\') && squeeze(written) == squeeze(actual))
        };
        end.is_some_and(|end| shows(end) || shows(line_end(end)))
    }

    /// Whether the example was given files or the like.
    fn is_given(&self) -> bool {
        self.plan.runs.iter().any(|run| run.job.given.is_some() || run.job.provisions.is_some())
    }
}

/// What a note tells that an example did.
fn deed(note: &Note) -> Option<&Deed> {
    match note {
        Note::Did(deed) => Some(deed),
        _ => None,
    }
}

/// The module by which documents let doctest compare XML and HTML leniently: its blanks, and the order of its attributes.
const COMPARES_MARKUP: &str = "usedoctest";

/// Whether a comment says of a container that it counts as true, or that it doesn't, and is right: `cups = []  # False`.
fn tells_truth(claim: &Claim, actual: &str) -> bool {
    let is_container = |text: &str| text.starts_with(['[', '{', '(']) || text == "set()";
    let is_empty = |text: &str| ["[]", "{}", "()", "set()"].contains(&text);
    let truth = if is_empty(actual.trim()) { "False" } else { "True" };
    claim.kind == Kind::State && is_container(actual.trim()) && claim.expected.trim() == truth
}

/// Whether a text begins as those do that say how a program is called.
fn is_usage(text: &str) -> bool {
    text.trim_start().get(..6).is_some_and(|start| start.eq_ignore_ascii_case("usage:"))
}
