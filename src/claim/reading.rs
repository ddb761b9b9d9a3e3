//! Comment text → readings: what one comment says of the statement it belongs to.
//!
//! Each kind of claim is tried in turn, from the ones that say plainly what they are (a reference count, an exception) to those
//! that only their words give away. The first that fits is taken; what fits none is prose.

use std::ops::Range;

use rustpython_ruff_python_ast::{Expr, ExprCall, Stmt};

use super::{
    Condition, Form, Kind, Reading, Says, Strength, Subject,
    code::{Code, Statement, is_plain, last_name},
    condition, exception, lead, prose, quantity,
    tail::{self, Tail},
    value, values, words,
};

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
        if prose::is_no_claim(self.text) || !self.may_claim() {
            return Vec::new();
        }
        if let Some(found) = self.attributes() {
            return found;
        }
        let found = self
            .reference_count()
            .or_else(|| words::templates(self))
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
            .or_else(|| words::printed_words(self));
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
            _ if assigns => self.origin() != Origin::Computed,
            _ => false,
        };
        if says_little || !self.code.runs_as_written(statement) { Strength::Soft } else { Strength::Firm }
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
    fn finish(&self, mut found: Found) -> Found {
        let behind = self.text.get(found.span.end..).unwrap_or_default();
        found.condition = found.condition.take().or_else(|| condition::find(behind));
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

    /// `refcount = 2`
    fn reference_count(&self) -> Option<Found> {
        let lower = self.text.to_ascii_lowercase();
        let words = ["refcount", "ref count", "ref-count", "reference count", "references"];
        let word = words.into_iter().find(|word| lower.starts_with(word))?;
        let rest = &lower[word.len()..];
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
        if matches!(self.subject, Subject::Return | Subject::Example) {
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

    /// `port=8080 (converted)`, `x = 5`: one claim for each.
    fn attributes(&self) -> Option<Vec<Found>> {
        let mut at = lead::strip_arrows(self.text);
        let mut pairs = Vec::new();
        loop {
            let rest = &self.text[at..];
            let Some((name, value_at)) = assigned_name(rest) else { break };
            let Some(value) = value::scan(&rest[value_at..]) else { break };
            let Some(strength) = values::strength_of(self, &value) else { break };
            let end = at + value_at + value.text.len();
            let verdict = tail::judge(&self.text[end..], value.shape);
            if matches!(value.shape, value::Shape::Name | value::Shape::Generic) || verdict == Tail::Refuting {
                break;
            }
            let strength = if verdict == Tail::Vague { Strength::Soft } else { strength };
            pairs.push((at..end, name, value.text, strength));
            match self.text[end..].strip_prefix(", ") {
                Some(_) => at = end + 2,
                None => break,
            }
        }
        let found: Vec<Found> = pairs.into_iter().filter_map(|pair| self.attribute(pair)).map(|found| self.finish(found)).collect();
        (!found.is_empty()).then_some(found)
    }

    fn attribute(&self, (span, name, value, strength): (Range<usize>, &str, &str, Strength)) -> Option<Found> {
        let root = name.split(['.', '[']).next().unwrap_or(name);
        let is_target = match self.subject {
            Subject::Assignment { target } => target.as_deref() == Some(name),
            Subject::ClassAttribute { name: target, .. } => target == name,
            _ => false,
        };
        let state = Says::State { subject: name.to_string(), value: value.to_string() };
        let text = &self.text[span.clone()];
        // The name is a lead-in where it's the one that is assigned.
        let span = if is_target { span.end - value.len()..span.end } else { span };
        match self.subject {
            Subject::Print => {
                let readings = [Says::Printed(text.to_string()), Says::Printed(value.to_string()), state];
                let firm = self.code.words.contains(root);
                let strength = if firm { strength } else { Strength::Soft };
                self.found(span, Kind::Stdout, readings.map(|says| Reading { says, strength }).to_vec())
            }
            _ if is_target || (self.code.variables.contains(root) && !self.has_keyword(name)) => {
                // What stands below `x = 3` as `# x = 4` is code that was commented out.
                let strength = if self.form != Form::Trailing && self.origin() != Origin::Computed { Strength::Soft } else { strength };
                self.found(span, Kind::State, vec![Reading { says: state, strength }])
            }
            Subject::Expression | Subject::Assignment { .. } if self.form == Form::Trailing => {
                let callee = last_name(&self.call()?.func)?;
                let makes_object = callee.starts_with(char::is_uppercase);
                let strength = if makes_object { strength } else { Strength::Soft };
                let says = Says::Attribute { name: name.to_string(), value: value.to_string() };
                self.found(span, Kind::State, vec![Reading { says, strength }])
            }
            _ => None,
        }
    }

    /// The statement's call passes this keyword.
    fn has_keyword(&self, name: &str) -> bool {
        self.call().is_some_and(|call| call.arguments.find_keyword(name).is_some())
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

    /// What names an object that the statement changes, `lst` in `lst.append(1)` and `del lst[0]`.
    pub(super) fn changed(&self) -> Option<String> {
        let text = |expr: &Expr| {
            is_plain(expr).then(|| self.code.text[super::code::bytes(rustpython_ruff_text_size::Ranged::range(expr))].to_string())
        };
        match self.statement?.node {
            Stmt::Expr(_) => {
                let call = self.call()?;
                match &*call.func {
                    Expr::Attribute(method) if is_mutator(method.attr.as_str()) => text(&method.value),
                    func => {
                        let changes_argument = matches!(
                            last_name(func)?,
                            "shuffle"
                                | "heapify"
                                | "heappush"
                                | "heappop"
                                | "insort"
                                | "insort_left"
                                | "insort_right"
                                | "setattr"
                                | "delattr"
                        );
                        changes_argument.then(|| call.arguments.args.first().and_then(text)).flatten()
                    }
                }
            }
            Stmt::Delete(it) => match it.targets.as_slice() {
                [Expr::Subscript(target)] => text(&target.value),
                [Expr::Attribute(target)] => text(&target.value),
                _ => None,
            },
            Stmt::Assign(it) => match it.targets.as_slice() {
                [Expr::Subscript(target)] => text(&target.value),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn found(&self, span: Range<usize>, kind: Kind, readings: Vec<Reading>) -> Option<Found> {
        (!readings.is_empty() && span.end <= self.text.len() && span.start < span.end).then(|| Found {
            is_led: span.start > 0,
            span,
            kind,
            readings,
            condition: None,
        })
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
    match value {
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

fn is_mutator(method: &str) -> bool {
    matches!(
        method,
        "append"
            | "appendleft"
            | "extend"
            | "extendleft"
            | "insert"
            | "remove"
            | "sort"
            | "reverse"
            | "clear"
            | "update"
            | "add"
            | "discard"
            | "rotate"
            | "pop"
            | "popleft"
            | "popitem"
            | "setdefault"
            | "move_to_end"
            | "subtract"
            | "intersection_update"
            | "difference_update"
            | "symmetric_difference_update"
    )
}

/// `x =`, `a.b=`, `d['k'] ==` at the start of a text: the name and where the value starts.
fn assigned_name(text: &str) -> Option<(&str, usize)> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(text.len());
    if end == 0 || !text.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return None;
    }
    let mut name_end = end;
    while text[name_end..].starts_with('[') {
        let close = text[name_end..].find(']')?;
        value::scan(&text[name_end..=name_end + close])?;
        name_end += close + 1;
    }
    let behind = &text[name_end..];
    let sign = behind.trim_start();
    let value = sign.strip_prefix("==").or_else(|| sign.strip_prefix('='))?;
    let at = text.len() - value.trim_start().len();
    Some((&text[..name_end], at))
}
