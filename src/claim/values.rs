//! Claims that state values: alone, behind a lead-in, or several in one comment.

use std::ops::Range;

use super::{
    Form, Kind, Reading, Says, Strength, Subject,
    lead::{self, Lead},
    reading::{Found, Origin, Remark},
    strength,
    tail::{self, Tail},
    value::{self, Shape, Value},
};

mod listing;

pub(super) use listing::listing;

/// Separators between values, each before those it starts with.
const SEPARATORS: &[&str] = &[
    ", and then ",
    ", then ",
    " and then ",
    " followed by ",
    " then ",
    ", and ",
    " and ",
    ", ",
    "; ",
    " | ",
    " / ",
    " -> ",
    " → ",
    " => ",
    "\n",
    "\\n",
    " ",
];

/// One value or several, as a comment states them.
struct Stated<'t> {
    values: Vec<(usize, Value<'t>)>,
    separator: Option<&'static str>,
    is_open: bool,
    end: usize,
    tail: Tail,
    /// A value more stands there, but belongs to the words behind it.
    is_cut: bool,
}

/// A value at the start or behind a lead-in.
pub(super) fn behind_lead(remark: &Remark<'_, '_>) -> Option<Found> {
    let lead = lead::read(remark.text);
    // On a line of its own, `return [1, 2]` is code that was commented out.
    if remark.form != Form::Trailing && remark.text.starts_with("return ") {
        return None;
    }
    let mut found = stated(remark, lead.end).and_then(|stated| claim(remark, &stated, lead.lead, false));
    if found.is_none() && lead.end > 0 && lead.is_explicit {
        found = text_behind(remark, lead.end, lead.lead);
    } else if found.is_none() && lead.end > 0 && lead.lead == Lead::Output {
        found = super::words::behind(remark, lead.end);
    }
    // "is 5" behind an assignment, "now" and "still" may begin a sentence; without the value they say nothing.
    let mut found = found
        .or_else(|| (lead.end > 0).then(|| stated(remark, 0).and_then(|stated| claim(remark, &stated, Lead::None, false))).flatten())?;
    found.condition = found.condition.or(lead.condition);
    if may_compare(remark) {
        found.readings.iter_mut().for_each(|reading| reading.strength = Strength::Soft);
    }
    Some(found)
}

/// Whether `> 5` may say that something is more: no other comment marks a text so.
fn may_compare(remark: &Remark<'_, '_>) -> bool {
    let behind = |text: &str| text.strip_prefix("> ").map(|text| value::scan(text).is_some_and(|value| value.shape == Shape::Number));
    let comments = remark.code.comments.iter().map(|comment| remark.code.text[comment.range.clone()].trim_start_matches('#').trim_start());
    behind(remark.text) == Some(true) && !comments.into_iter().any(|text| behind(text) == Some(false))
}

/// A value behind a label of the author's own: `all matches: ['1', '2']`.
pub(super) fn behind_label(remark: &Remark<'_, '_>) -> Option<Found> {
    let at = lead::label(remark.text)?;
    let label = remark.text[..at].trim_end().trim_end_matches(':').to_ascii_lowercase();
    let describes = [
        "example",
        "e.g",
        "default",
        "format",
        "usage",
        "note",
        "see",
        "option",
        "expects",
        "input",
        "arg",
        "param",
        "key",
        "choice",
        "one of",
        "warning",
        "bad",
        "good",
        "wrong",
        "before",
        "old",
        "equivalent",
        "same as",
        "alternative",
        "or",
        "like",
        "use",
        "fix",
        "step",
        "case",
        "type",
        "where",
        "from",
        "in",
        "with",
        "without",
    ];
    let last = label.rsplit(' ').next().unwrap_or(&label);
    if describes.iter().any(|word| {
        label == *word
            || last == *word
            || (label.starts_with(word) && label.len() > word.len() && !label[word.len()..].starts_with(char::is_alphabetic))
    }) {
        return None;
    }
    let stated = stated(remark, at)?;
    let plain =
        stated.values.iter().all(|(_, value)| matches!(value.shape, Shape::String | Shape::Display(_) | Shape::Call(_) | Shape::Angle));
    if stated.tail != Tail::Apart || stated.values.iter().any(|(_, value)| value.shape == Shape::Name) {
        return None;
    }
    let mut found = claim(remark, &stated, Lead::Any, false)?;
    let assigned = !matches!(remark.subject, Subject::Print | Subject::Expression);
    if !plain || assigned || remark.form != Form::Trailing {
        found.readings.iter_mut().for_each(|reading| reading.strength = Strength::Soft);
    }
    Some(found)
}

/// A literal value behind words: `prime the generator -> 0`.
pub(super) fn behind_arrow(remark: &Remark<'_, '_>) -> Option<Found> {
    // `-> (a: int) -> None`: the second one belongs to what the first one leads to.
    if lead::strip_arrows(remark.text) > 0 {
        return None;
    }
    let arrows = [" -> ", " → ", " --> "];
    let (at, arrow) = arrows.iter().filter_map(|arrow| remark.text.find(arrow).map(|at| (at, arrow))).min()?;
    let words = &remark.text[..at];
    let start = at + arrow.len();
    // "although both -> 'x'" speaks of something else.
    let contrasts = words.to_lowercase().split_whitespace().any(|word| {
        matches!(
            word,
            "although" | "though" | "both" | "except" | "unless" | "if" | "when" | "while" | "like" | "unlike" | "instead" | "not"
        )
    });
    let is_prose = !contrasts && words.split_whitespace().count() <= 6 && value::scan(words).is_none_or(|value| value.shape == Shape::Name);
    let only_one = !arrows.iter().any(|arrow| remark.text[start..].contains(arrow.trim_end()));
    if !is_prose || !only_one || !matches!(remark.subject, Subject::Print | Subject::Expression) {
        return None;
    }
    literal(remark, start, Lead::Any)
}

/// A literal value behind a lead-in that starts at `at`.
pub(super) fn literal_at(remark: &Remark<'_, '_>, at: usize) -> Option<Found> {
    let lead = lead::read(&remark.text[at..]);
    literal(remark, at + lead.end, lead.lead)
}

fn literal(remark: &Remark<'_, '_>, at: usize, lead: Lead) -> Option<Found> {
    let stated = stated(remark, at)?;
    let is_literal = stated.values.iter().all(|(_, value)| !matches!(value.shape, Shape::Name | Shape::Generic));
    (is_literal && stated.tail == Tail::Apart).then(|| claim(remark, &stated, lead, false)).flatten()
}

/// The values at `at`, with what follows judged. Values that only the beginning of a sentence could be are left out.
fn stated<'r>(remark: &Remark<'r, '_>, at: usize) -> Option<Stated<'r>> {
    let text = remark.text;
    let first = value::scan(&text[at..])?;
    let mut end = at + first.text.len();
    let is_name = first.shape == Shape::Name;
    // `serve(1, 2)  # Output: 1 2`: a function of the example prints as `print` does.
    let prints = *remark.subject == Subject::Print || at > 0 && remark.called_function().is_some_and(|function| function.is_printing);
    let mut values = vec![(at, first)];
    let mut ends = vec![end];
    let mut separator = None;
    let mut is_open = false;
    loop {
        let rest = &text[end..];
        let Some(found) = SEPARATORS.iter().find(|separator| rest.starts_with(**separator)) else { break };
        let blank_only = found.trim().is_empty();
        if is_name || (blank_only && !prints) || separator.is_some_and(|former: &str| !goes_with(former, found)) {
            break;
        }
        let next_at = end + found.len();
        let next = &text[next_at..];
        if let Some(length) = ["...", "…", "etc."].iter().find(|mark| next.starts_with(**mark)).map(|mark| mark.len()) {
            is_open = true;
            separator = separator.or(Some(found));
            end = next_at + length;
            *ends.last_mut()? = end;
            break;
        }
        let Some(value) = value::scan(next).filter(|value| !matches!(value.shape, Shape::Name | Shape::Generic)) else { break };
        if blank_only && value.is_remark() {
            break;
        }
        end = next_at + value.text.len();
        values.push((next_at, value));
        ends.push(end);
        separator = separator.or(Some(found));
    }
    // `50, 100 is the limit`: the last value belongs to the words behind it.
    let mut is_cut = false;
    loop {
        let shape = values.last()?.1.shape;
        let tail = tail::judge(&text[end..], shape);
        if tail == Tail::Apart || values.len() == 1 {
            if values.len() == 1 && !is_open {
                separator = None;
            }
            return (tail != Tail::Refuting).then_some(Stated { values, separator, is_open, end, tail, is_cut });
        }
        values.pop();
        is_cut = true;
        ends.pop();
        end = *ends.last()?;
        is_open = false;
    }
}

fn goes_with(former: &str, next: &str) -> bool {
    former == next || (former == ", " && (next.contains("and") || next.contains("then")))
}

fn claim(remark: &Remark<'_, '_>, stated: &Stated<'_>, lead: Lead, is_label: bool) -> Option<Found> {
    let (start, first) = stated.values.first()?;
    if first.shape == Shape::Name || (first.shape == Shape::Generic && stated.tail != Tail::Apart) {
        return None;
    }
    let mut strength = Strength::Firm;
    for (_, value) in &stated.values {
        strength = strength.min(strength::of(remark, value)?);
    }
    let assigns = matches!(remark.subject, Subject::Assignment { .. } | Subject::ClassAttribute { .. });
    if stated.tail == Tail::Vague || is_label {
        if assigns {
            return None;
        }
        strength = Strength::Soft;
    }
    if assigns && lead != Lead::Output && remark.origin() == Origin::Literal && stated.values.len() == 1 {
        // `retries = 3  # 3`, `mask = 0xff  # 255`: it can only be another way to write the same.
        strength = if remark.assigns_slice() { strength } else { Strength::Soft };
        if !matches!(first.shape, Shape::Number | Shape::String) && !remark.assigns_slice() {
            return None;
        }
    }
    if stated.is_cut {
        strength = Strength::Soft;
    }
    // An enumeration's own strings are its names in lower case; others tell what a member stands for.
    if let Subject::ClassAttribute { name, .. } = remark.subject
        && stated
            .values
            .iter()
            .any(|(_, value)| value.shape != Shape::Number && !value.text.trim_matches(['\'', '"']).eq_ignore_ascii_case(name))
    {
        strength = Strength::Soft;
    }
    // `"42" -> 42` shows what becomes of something, not necessarily of this.
    if maps(stated) {
        strength = Strength::Soft;
    }
    let span = *start..stated.end;
    let mut says = readings(remark, stated, lead, &span);
    if *remark.subject == Subject::Print && stated.end < remark.text.len() {
        // What looks like a remark may be printed, too.
        says.push(Says::Printed(remark.text[*start..].to_string()));
    }
    let kind = kind_of(remark.subject, says.first()?);
    let readings = says.into_iter().map(|says| Reading { says, strength }).collect();
    let mut found = remark.found(span, kind, readings)?;
    found.is_led = lead != Lead::None;
    Some(found)
}

/// The ways to understand stated values.
fn readings(remark: &Remark<'_, '_>, stated: &Stated<'_>, lead: Lead, span: &Range<usize>) -> Vec<Says> {
    let text = &remark.text[span.clone()];
    let items: Vec<String> = stated.values.iter().map(|(_, value)| value.text.to_string()).collect();
    let several = items.len() > 1 || stated.is_open;
    let in_order = stated
        .separator
        .is_some_and(|separator| separator.contains("then") || separator.contains("followed") || matches!(separator.trim(), "->" | "→"));
    // `"42" -> 42`: what becomes of something.
    let maps = maps(stated);
    let in_order = in_order && !maps;
    let passes = remark.statement.is_some_and(|statement| statement.in_loop) || in_order || *remark.subject == Subject::Compound;
    let lines = several.then(|| Says::PrintedLines(with_open_end(items.clone(), stated.is_open)));
    let mut printed = Vec::new();
    if passes {
        printed.extend(lines.clone());
    }
    printed.push(Says::Printed(text.to_string()));
    if !passes {
        printed.extend(lines);
    }
    if several && !stated.is_open && stated.separator == Some(", ") {
        printed.push(Says::Printed(items.join(" ")));
    }
    if lead == Lead::Output && *remark.subject != Subject::Print {
        // Of what is lazy, the items are told.
        printed.extend(shown_items(stated, &items).filter(|_| *remark.subject == Subject::Expression && !several));
        return printed;
    }
    let value = Says::Value(if maps { items.last().cloned().unwrap_or_default() } else { text.to_string() });
    let shown_items = shown_items(stated, &items);
    match remark.subject {
        Subject::Print => {
            printed.push(value);
            printed.extend(super::words::filled(remark, text));
            printed
        }
        Subject::Expression => {
            let mut says = vec![value];
            says.extend(shown_items);
            if let Some(subject) = remark.changed() {
                says.push(Says::State { subject, value: text.to_string() });
            }
            if let Some(call) = remark.call() {
                let only_prints = remark.called_function().is_some_and(|function| function.is_printing && !function.has_value);
                let is_method = call.func.is_attribute_expr() && remark.called_function().is_some();
                if only_prints || (passes && !is_method) {
                    printed.extend(says);
                    return printed;
                }
                says.extend(printed);
            }
            says
        }
        Subject::Assignment { target } => {
            let mut says = vec![of_assignment(target.as_deref(), value, text)];
            says.extend(shown_items);
            if let Some(subject) = remark.changed() {
                says.push(Says::State { subject, value: text.to_string() });
            }
            if remark.called_function().is_some_and(|function| function.is_printing) {
                says.extend(printed);
            }
            says
        }
        Subject::ClassAttribute { name, .. } if remark.call().is_some() => {
            vec![Says::State { subject: name.clone(), value: text.to_string() }]
        }
        Subject::Return => vec![value],
        Subject::Simple => remark.changed().map(|subject| Says::State { subject, value: text.to_string() }).into_iter().collect(),
        Subject::Compound | Subject::Example if lead != Lead::Value => printed,
        _ => Vec::new(),
    }
}

/// Two values with an arrow between them.
fn maps(stated: &Stated<'_>) -> bool {
    stated.values.len() == 2 && stated.separator.is_some_and(|separator| matches!(separator.trim(), "->" | "→" | "=>"))
}

/// What an assignment's target holds afterwards.
fn of_assignment(target: Option<&str>, value: Says, text: &str) -> Says {
    match target {
        Some(target) => Says::State { subject: target.to_string(), value: text.to_string() },
        None => value,
    }
}

/// The items of a sequence, which a lazy iterator may give.
fn shown_items(stated: &Stated<'_>, items: &[String]) -> Option<Says> {
    match stated.values.as_slice() {
        [(_, value)] if !stated.is_open => {
            let is_sequence = matches!(value.shape, Shape::Display('[' | '(')) && !value.items.is_empty();
            let items = value.items.iter().map(|item| value.text[item.clone()].to_string()).collect();
            is_sequence.then_some(Says::Items { items, open: value.is_open })
        }
        _ => Some(Says::Items { items: items.to_vec(), open: stated.is_open }),
    }
}

fn with_open_end(mut lines: Vec<String>, is_open: bool) -> Vec<String> {
    if is_open {
        lines.push("...".to_string());
    }
    lines
}

/// Words behind `Output:` or an arrow that aren't a value.
fn text_behind(remark: &Remark<'_, '_>, at: usize, lead: Lead) -> Option<Found> {
    let text = remark.text[at..].trim_end();
    let prints = *remark.subject == Subject::Print
        || (lead == Lead::Output && matches!(remark.subject, Subject::Expression | Subject::Compound | Subject::Example | Subject::Simple));
    // `name.title()  # => Ada Lovelace`: it can hold, but words may also describe.
    if !text.is_empty() && *remark.subject == Subject::Expression && lead == Lead::Any && text.split(' ').count() <= 8 {
        let readings = [super::reading::soft(Says::Value(text.to_string())), super::reading::firm(Says::Words(text.to_string()))];
        return remark.found(at..at + text.len(), Kind::Value, readings.to_vec());
    }
    if text.is_empty() || !prints {
        return None;
    }
    if lead != Lead::Output {
        // `print(name)  # => Ada Lovelace`: words may also describe, unless they're nearly what is printed.
        let readings = [super::reading::soft(Says::Printed(text.to_string())), super::reading::firm(Says::Words(text.to_string()))];
        return (text.split(' ').count() <= 8).then(|| remark.found(at..at + text.len(), Kind::Stdout, readings.to_vec())).flatten();
    }
    let prints_itself = match remark.subject {
        Subject::Expression => remark.called_function().is_some_and(|function| function.is_printing),
        Subject::Simple => false,
        _ => true,
    };
    let is_plain = super::words::is_known(remark, text) || !describes(remark, text);
    let strength = if prints_itself && is_plain { Strength::Firm } else { Strength::Soft };
    let mut readings = vec![Reading { says: Says::Printed(text.to_string()), strength }];
    readings.extend(super::words::in_order(text).map(|says| Reading { says, strength }));
    readings.extend(super::words::filled(remark, text).into_iter().map(|says| Reading { says, strength }));
    readings.extend(tail::cuts(text).map(|cut| Reading { says: Says::Printed(text[..cut].trim_end().to_string()), strength }));
    remark.found(at..at + text.len(), Kind::Stdout, readings)
}

/// Words that speak of an output rather than being it, unless the code has them too.
pub(super) fn describes(remark: &Remark<'_, '_>, text: &str) -> bool {
    let words = [
        "a",
        "an",
        "the",
        "or",
        "of",
        "some",
        "any",
        "each",
        "every",
        "all",
        "depending",
        "depends",
        "varies",
        "random",
        "whatever",
        "something",
        "like",
        "similar",
        "current",
        "your",
        "same",
        "etc",
    ];
    super::code::words(text).any(|word| words.contains(&word.to_lowercase().as_str()) && !remark.code.words.contains(word))
}

/// What a claim is about, by its first reading.
pub(super) fn kind_of(subject: &Subject, says: &Says) -> Kind {
    match says {
        Says::Asserted => Kind::Value,
        Says::Value(_) | Says::Type(_) | Says::Items { .. } => match subject {
            Subject::Print => Kind::Stdout,
            Subject::Assignment { .. } | Subject::ClassAttribute { .. } => Kind::State,
            _ => Kind::Value,
        },
        Says::Printed(_) | Says::Words(_) | Says::PrintedLines(_) | Says::PrintedTimes(_) | Says::Shows { .. } => Kind::Stdout,
        Says::Raises { .. } | Says::RaisesNothing => Kind::Exception,
        Says::Attribute { .. } | Says::State { .. } | Says::RefCount(_) => Kind::State,
        Says::Takes(_) => Kind::Timing,
        Says::Bytes(_) => Kind::Size,
        Says::About(_) | Says::Passes { .. } => Kind::Other,
    }
}
