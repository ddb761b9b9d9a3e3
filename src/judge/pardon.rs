//! What doesn't agree and still isn't wrong: the circumstances don't let it be judged, or the difference says something of how the example was taken
//! from its document.

use std::sync::LazyLock;

use regex::Regex;
use rustpython_ruff_python_ast::Stmt;

use crate::{
    claim::{Claim, Condition, Form, Kind, Says, Subject},
    document::Format,
    extract::SET_BY_SHELL,
    plan,
    run::protocol::{Clock, Deed, DeedKind, Note, Raised, STANDARD_INPUT},
};

use super::{
    Court, Judgement, Verdict, before, condition, exception,
    reason::Reason,
    shape::{Shape, parse},
    stops,
    text::{fits, has_ellipsis, lines, squeeze, without_addresses},
    varying,
};

mod above;
mod machine;
mod noise;
mod programs;

/// A literal of a path with a drive, or a share.
static WINDOWS_PATH: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"["'](?:[A-Za-z]:[/\\]|//\w+/|\\\\)"#).expect("a pattern"));
/// What reads a path as this system does.
static OF_PATHS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?:splitdrive|splitroot|normpath|abspath|isabs|normcase|relpath|commonpath)\(|\bos\.path\.|(?:^|\W)(?:Pure)?Path\(")
        .expect("a pattern")
});

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
        if let Some(reason) = trouble.or_else(|| above::reason(self.example, self.plan.python, self.plan.free_threaded)) {
            return unsettled(reason);
        }
        if claim.readings.iter().any(|reading| matches!(reading.says, Says::Passes { .. })) {
            let clock = self.plan.runs.iter().filter_map(|run| run.job.given.as_ref()).map(|given| given.clock).next();
            let measured = claim.kind == Kind::Timing && !matches!(clock, Some(Clock::Virtual(_)));
            // Who wrote the check knows what it measures; but how long something takes differs from machine to machine.
            return if measured { unsettled(Reason::new("approximate", "it was measured on a real clock")) } else { judgement };
        }
        // The module has the name, or has the same name, and the page means something else by it that it doesn't import.
        let imports = self.source.code.contains("import ");
        if raised && (self.plan.module.is_some() || !imports) && judgement.actual.as_deref().is_some_and(|actual| actual.ends_with(NO_CALL))
        {
            return unsettled(Reason::new("name", "a name that it uses denotes another thing in its module"));
        }
        if judgement.actual.as_deref() == Some("raises nothing") && self.is_raised_below(claim) {
            return unsettled(Reason::new("soft", "the statement below it raises this"));
        }
        // Nothing, in the quotes of the claim.
        if matches!(judgement.actual.as_deref(), Some("" | "''" | "\"\"")) && self.prints_nothing(claim) {
            return unsettled(Reason::new("output", "its code prints nothing"));
        }
        if !raised && self.is_printed_later(claim) {
            return unsettled(Reason::new("output", "its code prints nothing"));
        }
        if matches!(judgement.actual.as_deref(), Some("" | "raises nothing")) && claim.form == Form::Output && self.only_defines() {
            return unsettled(Reason::new("output", "its code only defines what other code calls"));
        }
        if judgement.actual.as_deref() == Some("") && self.plan.continues && claim.target.subject == Subject::Compound {
            return unsettled(Reason::new("continued", "it prints nothing behind the examples that it seems to continue"));
        }
        // Which examples it continues is a guess; one that is wrong shows as an exception at first.
        if !raised && self.plan.continues && plan::says_name_error(claim) {
            return unsettled(Reason::new("continued", "the examples that it seems to continue define the name"));
        }
        if raised
            && self.plan.continues
            && !is_a_word_off(claim, judgement.actual.as_deref())
            && !is_another_exception(claim, judgement.actual.as_deref())
        {
            let actual = judgement.actual.as_deref().unwrap_or_default();
            return unsettled(Reason::new("continued", format!("it {actual} behind the examples that it seems to continue")));
        }
        if let Some(reason) = judgement.actual.as_deref().and_then(|actual| difference(claim, actual, self.has_sets)) {
            return unsettled(reason);
        }
        if judgement.actual.as_deref().is_some_and(|actual| self.is_written_so(claim, actual)) {
            return unsettled(Reason::new("docstring", "the source shows just this, but with escapes, and its docstring isn't raw"));
        }
        let statement = self.source.text(self.source.range(&claim.target.range));
        if judgement.actual.as_deref().is_some_and(|actual| noise::is_noise(&claim.expected, actual, statement)) {
            return unsettled(Reason::new("digits", "it differs in the last digits of floats, which differ from machine to machine"));
        }
        if let Some(reason) = self.of_the_system(claim).filter(|_| !raised) {
            return unsettled(reason);
        }
        // `>>> {'a': 1,`, with the rest of the display below: a value that got a prompt by mistake.
        if claim.form == Form::Session && claim.kind != Kind::Exception && raised && is_cut_off(statement) {
            return unsettled(Reason::new("partial", "a value seems to stand behind its prompt"));
        }
        if let Some(name) = self.example.attributes.get(SET_BY_SHELL) {
            return unsettled(Reason::new("environment", format!("commands above it set `{name}`")));
        }
        if self.asks_for_input() && !self.is_given() {
            return unsettled(Reason::new("environment", "it asks for input"));
        }
        let at = self.source.offset(claim.target.range.start);
        let files = self.finds_files_by_chance();
        let varies = |module| match claim.target.subject {
            Subject::Example => varying::prints_varying(&self.before.varying, module, files),
            _ => varying::varies(&self.before.varying, module, at, files),
        };
        if !raised && self.module.is_some_and(varies) {
            return unsettled(Reason::new("varies", "it varies from run to run or from machine to machine"));
        }
        if raised
            && !is_a_word_off(claim, judgement.actual.as_deref())
            && let Some(path) = self.missing_file()
        {
            return unsettled(Reason::new("environment", format!("needs what isn't here: `{path}`")));
        }
        judgement
    }

    /// Whether the exception that a comment between two statements names is what the lower one raised.
    fn is_raised_below(&self, claim: &Claim) -> bool {
        let code = &self.example.code;
        let names = |raised: &Raised| {
            claim
                .readings
                .iter()
                .any(|reading| matches!(&reading.says, Says::Raises { exception: Some(name), .. } if exception::is_instance(raised, name)))
        };
        let is_next = |raised: &&Raised| {
            let at = raised.line.map_or(0, |line| line as usize);
            let behind = code.get(claim.span.end..).unwrap_or_default().lines().skip(1);
            let paragraph = behind.take_while(|line| !line.trim().is_empty()).count();
            let own = code[..claim.span.end].matches('\n').count() + 1;
            (own + 1..=own + paragraph).contains(&at)
        };
        let mut stopped = self.runs.iter().flat_map(|(_, _, report)| stops(report));
        claim.form == Form::Following && stopped.any(|raised| is_next(&raised) && names(raised))
    }

    /// Whether what a claim shows can't be what its code prints: of a listing, where nothing in the example prints, it was logged or warned of;
    /// below a `try` or a loop that doesn't print, it's the value of an expression in that.
    fn prints_nothing(&self, claim: &Claim) -> bool {
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

    /// Whether all that the code does is to define functions and classes.
    fn only_defines(&self) -> bool {
        let defines = |stmt: &Stmt| matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_));
        let imports = |stmt: &Stmt| matches!(stmt, Stmt::Import(_) | Stmt::ImportFrom(_));
        let body = self.module.map(|module| module.body.as_slice()).unwrap_or_default();
        body.iter().any(defines) && body.iter().all(|stmt| defines(stmt) || imports(stmt))
    }

    /// Whether what the code sees of files and folders is no work of its own: it asks for them, wrote none and was given none.
    fn finds_files_by_chance(&self) -> bool {
        let knows = self.before.knows_files || self.module.is_some_and(varying::knows_files);
        knows && !self.is_given() && !self.before.wrote && !self.runs.iter().any(|(_, _, report)| before::wrote(report))
    }

    /// Whether it read its standard input.
    fn asks_for_input(&self) -> bool {
        self.deeds().any(|deed| deed.kind == DeedKind::Read && deed.what == STANDARD_INPUT)
    }

    /// What it did.
    fn deeds(&self) -> impl Iterator<Item = &Deed> {
        self.runs.iter().flat_map(|(_, _, report)| &report.notes).filter_map(|note| match note {
            Note::Did(deed) => Some(deed),
            _ => None,
        })
    }

    /// Whether the source of a docstring shows what was seen, by escapes that aren't there any more when Python has read it.
    fn is_written_so(&self, claim: &Claim, actual: &str) -> bool {
        if self.example.document.format != Format::Python || claim.form == Form::Output {
            return false;
        }
        let [start, end] = [claim.span.start, claim.span.end].map(|offset| self.example.document_offset(offset));
        let written = start.zip(end).and_then(|(start, end)| self.example.document.text.get(start..end));
        written.is_some_and(|written| written.contains('\\') && squeeze(written) == squeeze(actual))
    }

    /// Why what a claim shows may be what this system is like: its code read how that is configured, or what is shown of it as a whole is what
    /// another program wrote.
    fn of_the_system(&self, claim: &Claim) -> Option<Reason> {
        if let Some(deed) = self.deeds().find(|deed| deed.kind == DeedKind::Read && deed.what.starts_with("/etc/")) {
            return Some(Reason::new("environment", format!("it read `{}` of this machine", deed.what)));
        }
        let statement = self.source.text(self.source.range(&claim.target.range));
        if WINDOWS_PATH.is_match(statement) && OF_PATHS.is_match(statement) {
            return Some(Reason::new("environment", "it's about a path of Windows"));
        }
        let by_chance = !self.is_given() && !self.before.wrote && !self.runs.iter().any(|(_, _, report)| before::wrote(report));
        let mut started = self.deeds().filter(|deed| deed.kind == DeedKind::Process);
        if let Some(deed) = started.find(|deed| programs::tells_of_machine(&deed.what, by_chance)).filter(|_| programs::takes(statement)) {
            return Some(Reason::new("environment", format!("it may show what `{}` tells of this machine", deed.what)));
        }
        let is_shell = |deed: &&Deed| deed.kind == DeedKind::Process && deed.what.starts_with("/bin/sh -c ");
        let deed = self.deeds().find(is_shell).filter(|_| claim.target.subject == Subject::Example)?;
        Some(Reason::new("environment", format!("it shows what `{}` does on this machine", deed.what)))
    }

    /// A file in the working folder that the code tried to read, and that nobody had written.
    fn missing_file(&self) -> Option<&str> {
        let mut deeds = self.deeds().filter(|deed| deed.what != STANDARD_INPUT);
        // What it wrote itself isn't noted as read; and a traceback reads the code of the example's module.
        let is_own = |path: &str| self.plan.module.is_some() && path.ends_with(".py");
        let missing = deeds.find(|deed| deed.kind == DeedKind::Read && !deed.what.starts_with(['/', '…']) && !is_own(&deed.what));
        missing.filter(|_| !self.is_given() && !self.before.wrote).map(|deed| deed.what.as_str())
    }

    /// Whether the example was given files or the like.
    fn is_given(&self) -> bool {
        self.plan.runs.iter().any(|run| run.job.given.is_some() || run.job.provisions.is_some())
    }
}

/// How Python says that a name denotes a module where a class or a function is meant.
const NO_CALL: &str = "TypeError: 'module' object is not callable";

/// Whether an exception is claimed that differs from what was raised in one word, or in a quarter of many, or begins so: code that ran otherwise than in
/// the document would hardly come so near. But a name that isn't defined may be one that the document has elsewhere.
pub(super) fn is_a_word_off(claim: &Claim, actual: Option<&str>) -> bool {
    let Some(raised) = actual.and_then(|actual| actual.strip_prefix("raises ")).filter(|raised| !raised.starts_with("NameError")) else {
        return false;
    };
    let words = |text: &str| text.lines().next().unwrap_or_default().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (claimed, raised) = (words(&claim.expected), words(raised));
    let others = claimed.iter().zip(&raised).filter(|(claimed, raised)| claimed != raised).count();
    let is_near =
        claimed.len() == raised.len() && others <= 1 || (8..=raised.len()).contains(&claimed.len()) && others * 4 <= claimed.len();
    claim.kind == Kind::Exception && raised.len() > 2 && is_near
}

/// Whether a claim names nothing but an exception, and another was raised that doesn't come from names that are missing or stand for something else.
fn is_another_exception(claim: &Claim, actual: Option<&str>) -> bool {
    const OF_OTHER_NAMES: [&str; 9] = [
        "NameError",
        "UnboundLocalError",
        "AttributeError",
        "TypeError",
        "KeyError",
        "IndexError",
        "ImportError",
        "ModuleNotFoundError",
        "FileNotFoundError",
    ];
    let names_only = |says: &Says| {
        matches!(says, Says::Raises { exception: Some(_), message: None } | Says::Printed(_)) && claim.kind == Kind::Exception
    };
    let raised = actual.and_then(|actual| actual.strip_prefix("raises ")).map(|raised| raised.split(':').next().unwrap_or_default());
    raised.is_some_and(|name| !OF_OTHER_NAMES.contains(&name)) && claim.readings.iter().all(|reading| names_only(&reading.says))
}

/// Why a difference between the claimed text and what was seen is no mistake; `None` where it may be one. `has_sets` where the code
/// makes a set.
fn difference(claim: &Claim, actual: &str, has_sets: bool) -> Option<Reason> {
    let actual = actual.strip_prefix("raises ").unwrap_or(actual);
    if has_sets && is_other_order(&claim.expected, actual) {
        return Some(Reason::new("varies", "the order of a set's texts varies from run to run"));
    }
    if claim.form == Form::Session && is_first_paragraph(&claim.expected, actual) {
        return Some(Reason::new("partial", "what is shown is where the output begins, up to its first empty line"));
    }
    if has_ellipsis(&claim.expected) && !claim.expected.contains(char::is_alphanumeric) {
        return Some(Reason::new("soft", "the claim is nothing but an ellipsis"));
    }
    if is_placeholder(&claim.expected) && !is_placeholder(actual) {
        return Some(Reason::new("soft", "the claim is a placeholder"));
    }
    if is_cut_off(&claim.expected) && !is_cut_off(actual) {
        return Some(Reason::new("partial", "the claimed text ends within brackets or quotes"));
    }
    if is_same_elsewhere(&claim.expected, actual) {
        return Some(Reason::new("module", "it differs by the module that the code stands in"));
    }
    if claim.expected.contains(" at ") && without_addresses(&claim.expected) == without_addresses(actual) {
        return Some(Reason::new("address", "it differs by an address"));
    }
    if is_marked_up(&claim.expected, actual) {
        return Some(Reason::new("partial", "it has marks in braces, which the page's own tools take out"));
    }
    machine::difference(&claim.expected, actual)
}

/// `{result}`, `{{ result }}`: where a tool puts the text of a page.
fn is_placeholder(text: &str) -> bool {
    static PLACE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^(?:\{\s*[a-z_]\w*\s*\}|\{\{\s*[a-z_]\w*\s*\}\})$").expect("a pattern"));
    PLACE.is_match(text.trim())
}

/// Whether two texts differ only in words in braces at the ends of the claimed lines.
fn is_marked_up(claimed: &str, actual: &str) -> bool {
    static MARKS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^\{[a-z]+\}|\{[a-z]+\}$").expect("a pattern"));
    MARKS.is_match(claimed) && lines(&MARKS.replace_all(claimed, "")) == lines(actual)
}

/// Whether two sequences with texts in them differ by their order alone.
fn is_other_order(claimed: &str, actual: &str) -> bool {
    let words = |text: &str| -> Option<Vec<Shape>> {
        let items = match parse(text.trim())? {
            Shape::List(items) | Shape::Tuple(items) => items,
            // `print("".join(set("abc")))`, a line for each item.
            Shape::Str(text) => text.chars().map(|char| Shape::Str(char.to_string())).collect(),
            _ => return None,
        };
        items.iter().any(|item| matches!(item, Shape::Str(_) | Shape::Word(_))).then_some(items)
    };
    let by_lines = |text: &str| lines(text).into_iter().map(|line| Shape::Str(line.to_owned())).collect::<Vec<_>>();
    let is_permutation = |one: Vec<Shape>, mut other: Vec<Shape>| {
        let same_length = one.len() > 1 && one.len() == other.len();
        let found = |item: &Shape| other.iter().position(|candidate| candidate == item).map(|at| other.swap_remove(at)).is_some();
        same_length && one.iter().all(found)
    };
    words(claimed).zip(words(actual)).is_some_and(|(claimed, actual)| is_permutation(claimed, actual))
        || is_permutation(by_lines(claimed), by_lines(actual))
}

fn is_first_paragraph(claimed: &str, actual: &str) -> bool {
    let (mut claimed, actual) = (lines(claimed), lines(actual));
    // What is shown may be indented further than its prompt.
    let indent = claimed.iter().filter(|line| !line.is_empty()).map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    claimed.iter_mut().for_each(|line| *line = line.get(indent..).unwrap_or_default());
    let same = |(claimed, actual): (&&str, &&str)| claimed == actual || fits(claimed, actual);
    actual.len() > claimed.len() && claimed.iter().zip(&actual).all(same) && actual[claimed.len()].is_empty()
}

/// Whether a text has an opening bracket or triple quotes that nothing closes: its end was taken for something else.
fn is_cut_off(text: &str) -> bool {
    let starts_open = |mark: &str| text.trim_start().starts_with(mark) && text.matches(mark).count() == 1;
    if starts_open("\"\"\"") || starts_open("'''") {
        return true;
    }
    let mut depth = 0_i32;
    let mut quote = None;
    for char in text.chars() {
        match (quote, char) {
            (Some(open), _) if open == char => quote = None,
            (None, '\'' | '"') => quote = Some(char),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth -= 1,
            _ => {}
        }
    }
    depth > 0 && quote.is_none() && text.trim_start().starts_with(['[', '{'])
}

/// Whether two texts differ only in that the claimed one names a module where the example's own is `__main__`.
fn is_same_elsewhere(claimed: &str, actual: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (claimed, actual) = (plain(claimed), plain(actual));
    let mut parts = actual.split("__main__");
    let Some(mut rest) = parts.next().and_then(|first| claimed.strip_prefix(first)) else { return false };
    let mut any = false;
    for part in parts {
        let name = rest.len() - rest.trim_start_matches(|char: char| char.is_alphanumeric() || matches!(char, '_' | '.')).len();
        // The name is followed by a dot and the object's own name: the shortest that leads on.
        let Some(after) = (1..=name).filter(|&at| rest.is_char_boundary(at)).rfind(|&at| goes_on(&rest[at..], part)) else {
            return false;
        };
        rest = &rest[after + part.len()..];
        any = true;
    }
    any && rest.is_empty()
}

/// Whether a text starts with a part, which is all that is left of it where the part ends in nothing.
fn goes_on(text: &str, part: &str) -> bool {
    text.starts_with(part) && !part.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings() {
        assert!(is_first_paragraph("Help on f:", "Help on f:\n\nf()\n    Does it.\n"));
        assert!(!is_first_paragraph("Help on f:", "Help on f:\nf()\n"));
        assert!(!is_first_paragraph("Help on g:", "Help on f:\n\nf()\n"));
        assert!(is_first_paragraph("    Help on f:", "Help on f:\n\nf()\n"));
        assert!(is_first_paragraph("Help on f in module <...>:", "Help on f in module tea:\n\nf()\n"));
        assert!(!is_first_paragraph("same", "same"));
    }

    #[test]
    fn texts_cut_off() {
        for text in ["[1, 2,", "{'a': [1]", "\"\"\"first", "[(1, 2), "] {
            assert!(is_cut_off(text), "{text}");
        }
        for text in ["[1, 2]", "'['", "a [b", "\"\"\"a\"\"\"", ""] {
            assert!(!is_cut_off(text), "{text}");
        }
    }

    #[test]
    fn marks_in_braces() {
        assert!(is_marked_up("{pour}tea\nmilk{stop}", "tea\nmilk\n"));
        for (claimed, actual) in [("{pour}tea", "milk"), ("tea", "tea"), ("{5}tea", "tea"), ("{}tea", "tea")] {
            assert!(!is_marked_up(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn orders() {
        assert!(is_other_order("['b', 'a']", "['a', 'b']"));
        assert!(is_other_order("b\na", "a\nb"));
        assert!(is_other_order("'ba'", "'ab'"));
        for (claimed, actual) in [("[2, 1]", "[1, 2]"), ("['a', 'a']", "['a', 'b']"), ("['a']", "['a', 'b']"), ("a", "b"), ("'a'", "'b'")] {
            assert!(!is_other_order(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn modules() {
        assert!(is_same_elsewhere("<class 'shop.cart.Item'>", "<class '__main__.Item'>"));
        assert!(is_same_elsewhere("TypeError: shop.f() got 2", "TypeError: __main__.f() got 2"));
        assert!(is_same_elsewhere("m = 'shop'\nq", "m = '__main__' q"));
        assert!(!is_same_elsewhere("<class 'shop.Item'>", "<class '__main__.Part'>"));
        assert!(!is_same_elsewhere("<class 'shop.Item'>", "<class 'shop.Item'>"));
        assert!(!is_same_elsewhere("shop.Item", "5"));
    }
}
