//! Comment text → readings: what one comment says of the statement it belongs to.
//!
//! Each kind of claim is tried in turn, from the ones that say plainly what they are (a reference count, an exception) to those
//! that only their words give away. The first that fits is taken; what fits none is prose.

use std::ops::Range;

use rustpython_ruff_python_ast::{Expr, ExprCall, Stmt};

use super::{
    Condition, Form, Kind, Reading, Says, Strength, Subject,
    code::{Code, Statement, last_name},
    condition, exception, lead, prose, quantity,
    tail::{self, Tail},
    value, values, words,
};

/// Longest text, in bytes, that is tried as anything but a listing: what is tried takes time with the square of it.
const MAX_TEXT: usize = 4000;

/// A claim found in a comment's text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    /// Bytes of the claimed text in the comment's text.
    pub(super) span: Range<usize>,
    /// What it is about.
    pub(super) kind: Kind,
    /// How it can be understood, the likeliest first.
    pub(super) readings: Vec<Reading>,
    /// Under which condition.
    pub(super) condition: Option<Condition>,
    /// It has a lead-in.
    pub(super) is_led: bool,
}

impl Found {
    /// Takes the claimed value for a text without its quotes, too.
    pub(super) fn add_text(&mut self, text: &str) {
        let claimed = &text[self.span.clone()];
        if self.kind == Kind::Value && !claimed.contains(['\'', '"']) {
            self.readings.push(firm(Says::Value(format!("'{claimed}'"))));
        }
    }
}

/// A comment's text and what it may speak of.
pub(super) struct Remark<'r, 'a> {
    /// The code around.
    pub(super) code: &'r Code<'a>,
    /// The statement, where it is one.
    pub(super) statement: Option<&'r Statement<'a>>,
    /// What kind of statement it is.
    pub(super) subject: &'r Subject,
    /// The text, without `#` and blanks around.
    pub(super) text: &'r str,
    /// How it is written.
    pub(super) form: Form,
}

/// How a value comes about: what a comment behind it can add to the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// It's written out: a comment hardly repeats it.
    Literal,
    /// A name.
    Name,
    /// It's computed.
    Computed,
}

impl<'r> Remark<'r, '_> {
    /// The claims of the comment.
    pub(super) fn read(&self) -> Vec<Found> {
        if self.text.len() > MAX_TEXT || prose::is_no_claim(self.text) || !self.may_claim() {
            return Vec::new();
        }
        if let Some(found) = self.reference_count() {
            return vec![self.finish(found)];
        }
        if let Some(found) = self.attributes() {
            return found;
        }
        let found = words::templates(self)
            .or_else(|| self.nothing_raised())
            .or_else(|| self.raised(0))
            .or_else(|| self.times())
            .or_else(|| self.quantity())
            .or_else(|| values::behind_lead(self))
            .or_else(|| values::behind_label(self))
            .or_else(|| self.clause())
            .or_else(|| words::tokens(self))
            .or_else(|| words::chain(self))
            .or_else(|| words::names(self))
            .or_else(|| words::printed_words(self))
            .or_else(|| words::copied(self));
        found.into_iter().map(|found| self.finish(found)).collect()
    }

    /// The call that the statement is, or whose value it assigns or returns.
    pub(super) fn call(&self) -> Option<&'r ExprCall> {
        match self.value()? {
            Expr::Call(call) => Some(call),
            Expr::Await(it) => it.value.as_call_expr(),
            _ => None,
        }
    }

    /// The expression whose value the statement has.
    pub(super) fn value(&self) -> Option<&'r Expr> {
        match self.statement?.node {
            Stmt::Expr(it) => Some(&it.value),
            Stmt::Assign(it) => Some(&it.value),
            Stmt::AnnAssign(it) => it.value.as_deref(),
            Stmt::AugAssign(it) => Some(&it.value),
            Stmt::Return(it) => it.value.as_deref(),
            _ => None,
        }
    }

    /// How the statement's value comes about.
    pub(super) fn origin(&self) -> Origin {
        if self.statement.is_some_and(|statement| statement.node.is_aug_assign_stmt()) {
            return Origin::Computed;
        }
        self.value().map_or(Origin::Computed, origin)
    }

    /// Whether calling the statement prints through functions of the example, and whether they give a value back.
    pub(super) fn called_function(&self) -> Option<&'r super::code::Function> {
        last_name(&self.call()?.func).and_then(|name| self.code.functions.get(name))
    }

    /// How sure anything is that is said of this statement.
    pub(super) fn strength(&self) -> Strength {
        let Some(statement) = self.statement else { return Strength::Firm };
        let assigns = matches!(self.subject, Subject::Assignment { .. } | Subject::ClassAttribute { .. });
        let says_little = match self.subject {
            Subject::Return => true,
            _ if assigns => self.origin() != Origin::Computed && !self.assigns_slice(),
            _ => false,
        };
        // A function runs when it's called, wherever that is.
        let at = if statement.function.is_some() { usize::MAX } else { statement.range.start };
        let varies = self.value().is_some_and(|value| self.code.volatile.holds_at(value, at));
        if says_little || varies || !self.code.runs_as_written(statement) { Strength::Soft } else { Strength::Firm }
    }

    fn may_claim(&self) -> bool {
        let Some(statement) = self.statement else { return true };
        let is_silent = matches!(
            statement.node,
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) | Stmt::Global(_) | Stmt::Nonlocal(_) | Stmt::TypeAlias(_)
        );
        let is_stub = matches!(statement.node, Stmt::Expr(it) if it.value.is_ellipsis_literal_expr());
        let is_declaration = matches!(statement.node, Stmt::AnnAssign(it) if it.value.is_none());
        !(is_silent || is_stub || is_declaration || statement.docstring)
    }

    /// Lowers strengths to what the statement allows, and looks for a condition behind the claim.
    pub(super) fn finish(&self, mut found: Found) -> Found {
        let behind = self.text.get(found.span.end..).unwrap_or_default();
        found.condition = found.condition.take().or_else(|| condition::find(behind));
        if found.kind != Kind::Exception {
            found.readings.extend(self.raised_behind(found.span.end));
        }
        let strongest = match &found.condition {
            // Whether it applies can't be looked up.
            Some(Condition::Other(_)) => Strength::Soft,
            _ => self.strength(),
        };
        for reading in &mut found.readings {
            // Counts and exceptions say what they are even behind `b = a`.
            let plain = matches!(reading.says, Says::RefCount(_) | Says::Raises { .. });
            let limit = if plain && self.statement.is_none_or(|statement| self.code.runs_as_written(statement)) {
                Strength::Firm
            } else {
                strongest
            };
            let limit = if matches!(found.condition, Some(Condition::Other(_))) { Strength::Soft } else { limit };
            reading.strength = reading.strength.min(limit);
        }
        found
    }

    /// `False (raises KeyError)`: what a value's tail says is raised instead.
    fn raised_behind(&self, at: usize) -> Option<Reading> {
        let behind = self.text.get(at..)?.trim_start().strip_prefix('(')?;
        let raise = exception::read(behind, |name| self.code.exceptions.contains(name)).filter(|_| behind.starts_with("raises "))?;
        let message = raise.messages.first().map(|message| message.trim_end_matches(')').to_owned());
        Some(firm(Says::Raises { exception: raise.exception.map(str::to_owned), message }))
    }

    /// `refcount = 2`
    fn reference_count(&self) -> Option<Found> {
        let lower = self.text.to_ascii_lowercase();
        let words = ["refcount", "ref count", "ref-count", "reference count", "references"];
        let word = words.into_iter().find(|word| lower.starts_with(word))?;
        let rest = &lower[word.len()..];
        // `Entry("a")  # references=2` shows the object's attribute.
        if word == "references" && rest.starts_with('=') {
            return None;
        }
        let number = rest.trim_start_matches([' ', '=', ':', '-', '>']);
        let number = ["is now ", "is ", "now "].into_iter().find_map(|verb| number.strip_prefix(verb)).unwrap_or(number);
        let start = lower.len() - number.len();
        let digits = number.bytes().take_while(u8::is_ascii_digit).count();
        let count = number[..digits].parse().ok()?;
        let end = start + digits;
        if matches!(tail::judge(&self.text[end..], value::Shape::Number), Tail::Refuting)
            && !self.text[end..].trim_start().starts_with(['-', '=', '→'])
        {
            return None;
        }
        self.found(0..end, Kind::State, vec![firm(Says::RefCount(count))])
    }

    /// `Works!`, `No KeyError!`
    fn nothing_raised(&self) -> Option<Found> {
        let span = exception::raises_nothing(self.text)?;
        if matches!(self.subject, Subject::Compound | Subject::Example | Subject::Return) || self.form != Form::Trailing {
            return None;
        }
        let runs = self.statement.is_some_and(|statement| self.code.runs_as_written(statement));
        if !runs || (matches!(self.subject, Subject::Assignment { .. }) && self.origin() == Origin::Literal) {
            return None;
        }
        self.found(span, Kind::Exception, vec![soft(Says::RaisesNothing)])
    }

    /// `raises ValueError`, `ValueError: message`, from `at` on.
    fn raised(&self, at: usize) -> Option<Found> {
        if *self.subject == Subject::Example {
            return None;
        }
        let text = &self.text[at..];
        let raise = exception::read(text, |name| self.code.exceptions.contains(name))?;
        let says =
            |message: Option<&str>| Says::Raises { exception: raise.exception.map(str::to_string), message: message.map(str::to_string) };
        let strength = if self.may_raise() { raise.strength } else { Strength::Soft };
        let mut readings: Vec<Reading> = raise.messages.iter().map(|message| Reading { says: says(Some(message)), strength }).collect();
        if readings.is_empty() {
            readings.push(Reading { says: says(None), strength });
        }
        // `print(type(error).__name__)` behind `except`; `print(f(x))  # TypeError` may do either.
        let mut kind = Kind::Exception;
        if *self.subject == Subject::Print {
            let printed = Reading { says: Says::Printed(text[raise.span.clone()].to_string()), strength };
            if self.statement.is_some_and(|statement| statement.in_handler) {
                readings.insert(0, printed);
                kind = Kind::Stdout;
            } else {
                readings.push(printed);
            }
        }
        // What a call returns may be an exception too: `asyncio.gather(…, return_exceptions=True)`, `exc_info`.
        self.found(at + raise.span.start..at + raise.span.end, kind, readings)
    }

    /// `Prints 3 times`
    fn times(&self) -> Option<Found> {
        let lower = self.text.to_ascii_lowercase();
        let verb = ["prints ", "printed ", "will print ", "is printed ", "runs ", "is called ", "called ", "executes "]
            .into_iter()
            .find(|verb| lower.starts_with(verb))?;
        let rest = &lower[verb.len()..];
        let (count, length) = match rest.split(|c: char| !c.is_alphanumeric()).next()? {
            "once" => (1, 4),
            "twice" => (2, 5),
            number => {
                let count = number.parse().ok()?;
                let words = rest[number.len()..].trim_start();
                if !(words.starts_with("times") || words.starts_with("lines") || words.starts_with("time")) {
                    return None;
                }
                (count, rest.len() - words.len() + if words.starts_with("time ") || words == "time" { 4 } else { 5 })
            }
        };
        let strength = if verb.contains("print") { Strength::Firm } else { Strength::Soft };
        let end = verb.len() + length;
        let start = if verb.contains("print") { lower.len() - rest.len() } else { 0 };
        self.found(start..end.min(self.text.len()), Kind::Stdout, vec![Reading { says: Says::PrintedTimes(count), strength }])
    }

    /// `~8MB`, `Takes MINUTES`
    fn quantity(&self) -> Option<Found> {
        if self.origin() == Origin::Literal || matches!(self.subject, Subject::Return) {
            return None;
        }
        let is_trailing = self.form == Form::Trailing;
        let mut starts = vec![0, lead::read(self.text).end];
        starts.extend(lead::label(self.text));
        starts.extend(
            ["takes ", "Takes ", "took ", "Took ", "needs ", "uses ", "Uses "]
                .iter()
                .filter(|verb| self.text.starts_with(**verb))
                .map(|verb| verb.len()),
        );
        for at in starts {
            let text = &self.text[at..];
            let Some(amount) = quantity::scan(text).or_else(|| quantity::words(text).filter(|_| is_trailing)) else { continue };
            let behind = &text[amount.length..];
            if behind.starts_with(|c: char| c.is_alphanumeric()) {
                continue;
            }
            let printed = *self.subject == Subject::Print;
            let kind = match amount.measure {
                quantity::Measure::Size => Kind::Size,
                quantity::Measure::Time => Kind::Timing,
                quantity::Measure::Number if printed => Kind::Stdout,
                quantity::Measure::Number => Kind::Value,
            };
            let span = at..at + amount.length;
            return self.found(span, kind, vec![soft(amount.says(printed))]);
        }
        None
    }

    /// `runs to the first yield, returns 0`: the claim is in a later clause.
    fn clause(&self) -> Option<Found> {
        if self.form != Form::Trailing {
            return None;
        }
        let marks = [", ", "; ", " -- ", " — ", " – ", " - ", " and ", ": ", ". "];
        let verbs = ["returns ", "prints ", "yields ", "outputs ", "raises ", "gives ", "throws "];
        let mut starts: Vec<usize> =
            marks.iter().flat_map(|mark| self.text.match_indices(mark)).map(|(at, mark)| at + mark.len()).collect();
        starts.sort_unstable();
        for at in starts {
            let rest = &self.text[at..];
            let Some(verb) = verbs.iter().find(|verb| rest.starts_with(**verb)) else { continue };
            let found = if matches!(*verb, "raises " | "throws ") { self.raised(at) } else { values::literal_at(self, at) };
            if found.is_some() {
                return found;
            }
        }
        values::behind_arrow(self)
    }

    /// Whether the statement does something that can raise.
    fn may_raise(&self) -> bool {
        let Some(statement) = self.statement else { return true };
        match statement.node {
            Stmt::Assign(it) => origin(&it.value) != Origin::Literal || it.targets.iter().any(|target| !target.is_name_expr()),
            Stmt::Expr(it) => origin(&it.value) != Origin::Literal,
            _ => true,
        }
    }

    pub(super) fn found(&self, span: Range<usize>, kind: Kind, readings: Vec<Reading>) -> Option<Found> {
        let is_sound = !readings.is_empty() && span.end <= self.text.len() && span.start < span.end;
        is_sound.then_some(Found { is_led: span.start > 0, span, kind, readings, condition: None })
    }
}

/// A reading that can be wrong.
pub(super) fn firm(says: Says) -> Reading {
    Reading { says, strength: Strength::Firm }
}

/// A reading that can't.
pub(super) fn soft(says: Says) -> Reading {
    Reading { says, strength: Strength::Soft }
}

fn origin(value: &Expr) -> Origin {
    let is_unhashable = |expr: &Expr| matches!(expr, Expr::List(_) | Expr::Dict(_) | Expr::Set(_));
    match value {
        // It's written out, and raises.
        Expr::Set(it) if it.elts.iter().any(is_unhashable) => Origin::Computed,
        Expr::Dict(it) if it.items.iter().filter_map(|item| item.key.as_ref()).any(is_unhashable) => Origin::Computed,
        Expr::Name(_) | Expr::Lambda(_) => Origin::Name,
        Expr::UnaryOp(it) => origin(&it.operand),
        Expr::List(it) => origin_of_items(&it.elts),
        Expr::Tuple(it) => origin_of_items(&it.elts),
        Expr::Set(it) => origin_of_items(&it.elts),
        Expr::Dict(it) if it.items.iter().all(|item| item.key.is_some() && origin(&item.value) != Origin::Computed) => Origin::Literal,
        _ if value.is_literal_expr() => Origin::Literal,
        _ => Origin::Computed,
    }
}

fn origin_of_items(items: &[Expr]) -> Origin {
    if items.iter().any(|item| item.is_starred_expr() || origin(item) == Origin::Computed) { Origin::Computed } else { Origin::Literal }
}
