//! Checks: claims that no reading of a comment settles, measured by an expression of the front matter.
//!
//! A check speaks of the words of a document. Where a claim was found that says them, the check settles that claim; else it is a claim of
//! its own, at the place of the words.

use regex::Regex;
use rustpython_ruff_python_parser::parse_expression;
use serde::{Deserialize, Deserializer, de::Error};
use serde_yaml::Value;

use super::{
    means,
    needs::{bytes_of_size, shown},
};
use crate::{
    claim::{Claim, Form, Kind, Reading, Says, Strength, Subject, Target, nesting::is_too_deep},
    document::Position,
    extract::Example,
    run::protocol::MEASURED,
};

/// Relations of `relation:`, the longer ones first.
const RELATIONS: [&str; 10] = ["<=", ">=", "==", "!=", "<", ">", "is not ", "not in ", "is ", "in "];

/// What settles the words of a document: an expression and a test of its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Words of the document, or what a line of it says in other words.
    pub claim: String,
    /// That line.
    pub line: Option<u32>,
    /// A Python expression, evaluated in the example's namespace.
    pub expression: String,
    /// A Python expression over [`MEASURED`], its value: whether the claim holds.
    pub test: String,
    /// Line of the document behind whose statement it's evaluated; else it's when the example is over.
    pub after: Option<u32>,
    /// What it is about, where it isn't as of the claim that it settles.
    pub kind: Option<Kind>,
}

/// A check as front matter writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    claim: String,
    expression: String,
    equals: Option<Value>,
    approx: Option<Value>,
    tolerance: Option<Value>,
    relation: Option<String>,
    line: Option<u32>,
    after: Option<u32>,
    kind: Option<String>,
}

impl<'de> Deserialize<'de> for Check {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(Written::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

fn read(written: Written) -> Result<Check, String> {
    let Written { claim, expression, equals, approx, tolerance, relation, line, after, kind } = written;
    if claim.trim().is_empty() {
        return Err("a check's `claim` is empty; give the words of the document that it settles".to_owned());
    }
    if is_too_deep(&expression) {
        return Err("a check's `expression` is nested too deeply".to_owned());
    }
    parse_expression(&expression).map_err(|error| format!("`{expression}` isn't a Python expression: {error}"))?;
    let test = match (equals, approx, relation) {
        (Some(value), None, None) => format!("{MEASURED} == ({})", literal(&value)?),
        (None, Some(number), None) => {
            let (number, tolerance) = (amount(&number)?, tolerance.as_ref().ok_or("`approx` wants a `tolerance`, as in `10%` or `0.5`")?);
            format!("abs({MEASURED} - {number}) <= {}", tolerance_of(tolerance, &number)?)
        }
        (None, None, Some(relation)) => {
            let relation = relation.trim();
            if !RELATIONS.iter().any(|known| relation.starts_with(known)) {
                return Err(format!("`{relation}` is no relation; write it as in `< 100`"));
            }
            format!("{MEASURED} {relation}")
        }
        (None, None, None) => MEASURED.to_owned(),
        _ => return Err("a check has one of `equals`, `approx` and `relation`".to_owned()),
    };
    if tolerance.is_some() && !test.starts_with("abs(") {
        return Err("`tolerance` belongs to `approx`".to_owned());
    }
    if is_too_deep(&test) {
        return Err("what a check's `expression` must agree with is nested too deeply".to_owned());
    }
    parse_expression(&test).map_err(|error| format!("`{test}` isn't a Python expression: {error}"))?;
    let kind = match kind.as_deref() {
        None => None,
        Some("other") => Some(Kind::Other),
        Some("size") => Some(Kind::Size),
        Some("timing") => Some(Kind::Timing),
        Some(kind) => return Err(format!("`{kind}` is no kind of a check; write `size`, `timing` or `other`")),
    };
    Ok(Check { claim, line, expression, test, after, kind })
}

/// A value as Python writes it; a text is an expression already.
fn literal(value: &Value) -> Result<String, String> {
    match value {
        Value::Bool(true) => Ok("True".to_owned()),
        Value::Bool(false) => Ok("False".to_owned()),
        Value::Number(_) => Ok(shown(value)),
        Value::String(text) => Ok(text.clone()),
        _ => Err(format!("`equals: {}`: write a Python expression, in quotes", shown(value))),
    }
}

/// A number as Python writes it; a size is one of bytes.
fn amount(value: &Value) -> Result<String, String> {
    match value {
        Value::Number(number) if number.as_f64().is_some_and(f64::is_finite) => Ok(number.to_string()),
        _ => bytes_of_size(value).map(|bytes| bytes.to_string()).map_err(|_| format!("`{}` is no number, and no size", shown(value))),
    }
}

/// A tolerance as a Python expression.
fn tolerance_of(value: &Value, number: &str) -> Result<String, String> {
    let share = value.as_str().and_then(|text| text.trim().strip_suffix('%')).map(|share| share.trim().parse::<f64>());
    match share {
        Some(Ok(share)) if share.is_finite() && share >= 0.0 => Ok(format!("abs({number}) * {share} / 100")),
        Some(_) => Err(format!("`{}` is no tolerance; write it as in `10%` or `0.5`", shown(value))),
        None => amount(value),
    }
}

impl Check {
    /// Adds the claims that checks make to those of an example, and lets checks settle those that say the same.
    pub fn apply(checks: &[Check], example: &Example, claims: &mut Vec<Claim>) {
        let found = claims.len();
        for check in checks {
            let mut settled = false;
            let is_meant =
                |claim: &&mut Claim| means(&check.claim, &claim.expected) && check.line.is_none_or(|line| line == claim.position.line);
            for claim in claims.iter_mut().take(found).filter(is_meant) {
                settled = true;
                claim.target = check.target(example);
                claim.readings = vec![check.reading()];
                claim.strength = Strength::Firm;
                claim.condition = None;
                claim.kind = check.kind.unwrap_or(claim.kind);
            }
            if !settled {
                claims.push(Claim {
                    span: 0..0,
                    position: check.place(example),
                    form: Form::Check,
                    kind: check.kind.unwrap_or(Kind::Other),
                    strength: Strength::Firm,
                    expected: check.claim.trim().to_owned(),
                    target: check.target(example),
                    readings: vec![check.reading()],
                    condition: None,
                });
            }
        }
    }

    fn reading(&self) -> Reading {
        Reading { says: Says::Passes { expression: self.expression.clone(), test: self.test.clone() }, strength: Strength::Firm }
    }

    fn target(&self, example: &Example) -> Target {
        let whole = Target { range: 0..example.code.len(), subject: Subject::Example };
        let Some(line) = self.after else { return whole };
        let number = example.line_offsets.iter().position(|&offset| example.document.line_at(offset) == line);
        let text = number.and_then(|number| Some((number, example.code.lines().nth(number)?)));
        let Some((number, text)) = text else { return whole };
        let before: usize = example.code.split_inclusive('\n').take(number).map(str::len).sum();
        let start = before + (text.len() - text.trim_start().len());
        Target { range: start..before + text.trim_end().len().max(start - before), subject: Subject::Simple }
    }

    /// The line that it names; else where the words stand that are nearest to the example; else where the example begins.
    fn place(&self, example: &Example) -> Position {
        let document = &example.document;
        if let Some(line) = self.line.filter(|line| (1..=document.line_count()).contains(line)) {
            let range = document.line_range(line);
            let text = &document.text[range.clone()];
            return document.position(range.start + (text.len() - text.trim_start().len()));
        }
        let words: Vec<String> = self.claim.split_whitespace().map(regex::escape).collect();
        let Ok(pattern) = Regex::new(&words.join(r"\s+")) else { return document.position(example.span.start) };
        let distance = |line: u32| line.saturating_sub(example.last_line).max(example.first_line.saturating_sub(line));
        let found = pattern.find_iter(&document.text).map(|found| found.start());
        let nearest = found.min_by_key(|&at| distance(document.line_at(at)));
        document.position(nearest.unwrap_or(example.span.start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(yaml: &str) -> Result<Check, String> {
        serde_yaml::from_str(yaml).map_err(|error| error.to_string())
    }

    #[test]
    fn tests_are_python_expressions() {
        for (yaml, test) in [
            ("{ claim: a, expression: x }", "it"),
            ("{ claim: a, expression: x, equals: 3 }", "it == (3)"),
            ("{ claim: a, expression: x, equals: true }", "it == (True)"),
            ("{ claim: a, expression: x, equals: \"'a'\" }", "it == ('a')"),
            ("{ claim: a, expression: x, approx: 8MB, tolerance: 10% }", "abs(it - 8000000) <= abs(8000000) * 10 / 100"),
            ("{ claim: a, expression: x, approx: -1.5, tolerance: 0.1 }", "abs(it - -1.5) <= 0.1"),
            ("{ claim: a, expression: x, relation: '< 2 * y' }", "it < 2 * y"),
            ("{ claim: a, expression: x, relation: not in y }", "it not in y"),
        ] {
            assert_eq!(check(yaml).unwrap().test.replace(MEASURED, "it"), test, "{yaml}");
        }
    }

    #[test]
    fn what_is_no_check_is_refused() {
        for (yaml, why) in [
            ("{ claim: '', expression: x }", "`claim` is empty"),
            ("{ claim: a }", "missing field `expression`"),
            ("{ claim: a, expression: 'x =' }", "isn't a Python expression"),
            ("{ claim: a, expression: x, equals: 'a b' }", "isn't a Python expression"),
            ("{ claim: a, expression: x, equals: [1] }", "in quotes"),
            ("{ claim: a, expression: x, relation: '100' }", "is no relation"),
            ("{ claim: a, expression: x, relation: '< ' }", "isn't a Python expression"),
            ("{ claim: a, expression: x, approx: 3 }", "wants a `tolerance`"),
            ("{ claim: a, expression: x, approx: much, tolerance: 1 }", "no number, and no size"),
            ("{ claim: a, expression: x, approx: 3, tolerance: x% }", "is no tolerance"),
            ("{ claim: a, expression: x, equals: 3, tolerance: 1 }", "belongs to `approx`"),
            ("{ claim: a, expression: x, equals: 3, relation: '< 3' }", "has one of"),
            ("{ claim: a, expression: x, kind: value }", "no kind of a check"),
            ("{ claim: a, expresion: x }", "unknown field `expresion`"),
        ] {
            let error = check(yaml).unwrap_err();
            assert!(error.contains(why), "{yaml}: {error}");
        }
    }
}
