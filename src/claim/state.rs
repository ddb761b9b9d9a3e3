//! Claims about what a statement leaves behind: attributes of an object, values of names, objects that a method changes.

use std::ops::Range;

use rustpython_ruff_python_ast::{Expr, Stmt};

use super::{
    Form, Kind, Reading, Says, Strength, Subject,
    code::{is_plain, last_name},
    lead,
    reading::{Found, Origin, Remark},
    strength,
    tail::{self, Tail},
    value, words,
};

impl Remark<'_, '_> {
    /// `port=8080 (converted)`, `x = 5`: one claim for each.
    pub(super) fn attributes(&self) -> Option<Vec<Found>> {
        let mut at = lead::strip_arrows(self.text);
        at += ["so ", "now ", "then ", "thus ", "hence "].into_iter().find(|word| self.text[at..].starts_with(word)).map_or(0, str::len);
        let mut pairs = Vec::new();
        loop {
            let rest = &self.text[at..];
            let said = || self.said_name(rest);
            let Some((name, value_at)) = assigned_name(rest).or_else(said) else { break };
            let Some(value) = value::scan(&rest[value_at..]) else { break };
            let Some(strength) = strength::of(self, &value) else { break };
            let end = at + value_at + value.text.len();
            let verdict = tail::judge(&self.text[end..], value.shape);
            if matches!(value.shape, value::Shape::Name | value::Shape::Generic) || verdict == Tail::Refuting {
                break;
            }
            // `# x[0] = 1  # TypeError` below a statement is code that was commented out.
            if self.form != Form::Trailing && self.text[end..].trim_start().starts_with('#') {
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

    /// `x is`, `x is now`, `x ->` at the start of a text behind a statement that makes or changes just this: the name and where the value starts, if nothing
    /// but other names and values follows.
    fn said_name<'t>(&self, text: &'t str) -> Option<(&'t str, usize)> {
        let (name, behind) = text.split_once(' ')?;
        let words = ["is now ", "is still ", "is ", "will be ", "becomes ", "equals ", "-> ", "=> "];
        let value = words.into_iter().find_map(|word| behind.strip_prefix(word))?;
        let is_made = match self.subject {
            Subject::Assignment { target: Some(target) } => target == name,
            Subject::Assignment { target: None } => self.unpacks(name),
            _ => self.changed().as_deref() == Some(name),
        };
        let rest = value[value::scan(value)?.text.len()..].trim_start();
        let is_last =
            rest.is_empty() || rest.starts_with('(') || rest.strip_prefix(", ").is_some_and(|rest| self.said_name(rest).is_some());
        (self.form == Form::Trailing && is_made && is_last).then(|| (name, text.len() - value.len()))
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
                // What is printed says all there is to say.
                let count = if words::is_labelled(self, root, text) { 1 } else { readings.len() };
                let firm = self.code.words.contains(root);
                let strength = if firm { strength } else { Strength::Soft };
                self.found(span, Kind::Stdout, readings.map(|says| Reading { says, strength })[..count].to_vec())
            }
            _ if is_target || (self.code.variables.contains(root) && !self.has_keyword(name)) => {
                // What stands below `x = 3` as `# x = 4` may be code that was commented out; code hardly leaves something out.
                let is_plain = is_target && self.origin() == Origin::Computed && value.starts_with(['[', '(', '{', '<']);
                let strength = if self.form == Form::Trailing || is_plain { strength } else { Strength::Soft };
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

    /// The statement assigns to a slice, `x[1:3] = []`: a comment shows the whole then.
    pub(super) fn assigns_slice(&self) -> bool {
        matches!(self.statement.map(|statement| statement.node), Some(Stmt::Assign(it))
            if matches!(it.targets.as_slice(), [Expr::Subscript(target)] if target.slice.is_slice_expr()))
    }

    /// The statement assigns to several names, of which this is one.
    fn unpacks(&self, name: &str) -> bool {
        let Some(Stmt::Assign(it)) = self.statement.map(|statement| statement.node) else { return false };
        let names = it.targets.iter().flat_map(|target| match target {
            Expr::Tuple(it) => it.elts.as_slice(),
            Expr::List(it) => it.elts.as_slice(),
            target => std::slice::from_ref(target),
        });
        names.filter_map(Expr::as_name_expr).any(|one| one.id == name)
    }

    /// The statement's call passes this keyword.
    fn has_keyword(&self, name: &str) -> bool {
        self.call().is_some_and(|call| call.arguments.find_keyword(name).is_some())
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
}

pub(super) fn is_mutator(method: &str) -> bool {
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
    let value = sign.strip_prefix("==").or_else(|| sign.strip_prefix('=')).filter(|value| !value.starts_with('>'))?;
    let at = text.len() - value.trim_start().len();
    Some((&text[..name_end], at))
}
