//! Claims without quotes: texts that the code prints or returns, chains, names. Only what the code itself shows can tell them from prose.

mod copied;

use rustpython_ruff_python_ast::{Expr, ExprCall};

use super::{
    Form, Kind, Reading, Says, Strength, Subject,
    code::words,
    lead,
    reading::{Found, Origin, Remark, firm, soft},
    slip::is_slip,
    strength,
    tail::{self, Tail},
    template::Template,
    value::{self, Shape},
    values,
};

pub(super) use copied::{copied, found as copied_text, is_copied_token, is_digest};

/// A text that fits what the code prints or returns: `print(f"{n} items")  # 3 items`.
pub(super) fn templates(remark: &Remark<'_, '_>) -> Option<Found> {
    let own = match (remark.subject, remark.call()) {
        (Subject::Print, Some(call)) => Template::of_print(call),
        _ => None,
    };
    let argument_functions = match (remark.subject, remark.call()) {
        (Subject::Print, Some(call)) => match &*call.arguments.args {
            [argument] => {
                argument.as_call_expr().and_then(|call| super::code::last_name(&call.func)).and_then(|name| remark.code.functions.get(name))
            }
            _ => None,
        },
        _ => None,
    };
    let is_call = *remark.subject == Subject::Expression && remark.call().is_some();
    let called = if is_call { remark.called_function() } else { None };
    // `generator.send(1)` and `thread.start()` run functions that have another name.
    let others = remark.code.functions.values().filter(|_| is_call && called.is_none()).flat_map(|function| &function.prints);
    let prints = own
        .iter()
        .chain(called.iter().flat_map(|function| &function.prints))
        .chain(others)
        .chain(argument_functions.iter().flat_map(|function| &function.returns));
    let returns = called.iter().flat_map(|function| &function.returns);
    let says_printed: fn(String) -> Says = Says::Printed;
    let says_value: fn(String) -> Says = Says::Value;
    let templates =
        prints.map(|template| (template, says_printed, Kind::Stdout)).chain(returns.map(|template| (template, says_value, Kind::Value)));
    // Quoted and bare values are read as values.
    if value::scan(remark.text).is_some_and(|value| matches!(value.shape, Shape::String | Shape::Display(_))) {
        return None;
    }
    let mut ends: Vec<usize> = tail::cuts(remark.text).filter(|&cut| value::open_brackets(&remark.text[..cut]).is_none()).collect();
    ends.insert(0, remark.text.len());
    // A hole takes whatever a lead-in is: `=> 3 items`.
    let lead = lead::read(remark.text);
    let start = if lead.is_explicit { lead.end } else { 0 };
    for (template, says, kind) in templates {
        let fits = |text: &&str| if template.tells_something() { template.matches(text) } else { template.is_calculation(text) };
        let text = |start: usize, end: usize| remark.text.get(start..end).map(str::trim_end).filter(fits);
        let fitting = |start: usize| ends.iter().filter_map(move |&end| text(start, end).map(|text| (start, end, text)));
        let mut readings: Vec<(usize, usize, &str)> = fitting(start).collect();
        if start > 0 {
            readings.extend(fitting(0));
        }
        let Some(&(start, longest, _)) = readings.first() else { continue };
        let readings = readings.iter().map(|(.., text)| firm(says((*text).to_owned()))).collect();
        return remark.found(start..longest, kind, readings);
    }
    let text = remark.text[start..].trim_end();
    let is_nearly = own.is_some_and(|own| own.differs_in_number(text));
    is_nearly.then(|| remark.found(start..start + text.len(), Kind::Stdout, vec![firm(Says::Printed(text.to_owned()))])).flatten()
}

/// Whether a text is what a `print` shows that has the name at its beginning written out, and there's no variable of that name: `total = 5` behind
/// `print("total =", 5)`.
pub(super) fn is_labelled(remark: &Remark<'_, '_>, name: &str, text: &str) -> bool {
    let template = remark.call().filter(|_| *remark.subject == Subject::Print).and_then(Template::of_print);
    !remark.code.variables.contains(name) && template.is_some_and(|template| template.tells_something() && template.matches(text))
}

/// Whether a text is a line that the called function, or a `print` within the statement, prints; or nearly one.
pub(super) fn is_printed_line(remark: &Remark<'_, '_>) -> bool {
    let called = remark.called_function().filter(|_| *remark.subject == Subject::Expression);
    let compound = remark.statement.filter(|_| *remark.subject == Subject::Compound);
    let mut inside = compound.into_iter().flat_map(|outer| remark.code.prints_in(outer)).filter_map(Template::of_statement);
    let matches =
        |template: &Template| template.tells_something() && (template.matches(remark.text) || template.nearly_matches(remark.text));
    called.is_some_and(|function| function.prints.iter().any(matches)) || inside.any(|template| matches(&template))
}

/// Words of the code and literals mixed, in one or several groups: `PENDING 1, ACTIVE 2`.
pub(super) fn tokens(remark: &Remark<'_, '_>) -> Option<Found> {
    let prints = *remark.subject == Subject::Print || remark.called_function().is_some_and(|function| function.is_printing);
    if !prints {
        return data(remark);
    }
    let ends = std::iter::once(remark.text.len()).chain(tail::cuts(remark.text));
    for end in ends {
        let text = remark.text[..end].trim_end();
        let separator = [", ", "; ", " | "].into_iter().find(|separator| text.contains(separator));
        let groups: Vec<&str> = separator.map_or_else(|| vec![text], |separator| text.split(separator).collect());
        let kinds: Vec<Vec<bool>> = groups.iter().map(|group| group.split(' ').map(is_literal).collect()).collect();
        let has_literal = kinds.iter().flatten().any(|literal| *literal);
        let same = kinds.windows(2).all(|pair| pair[0] == pair[1]);
        let known = groups.iter().flat_map(|group| group.split(' ')).all(|token| is_literal(token) || is_known_token(remark, token));
        if !(has_literal && same && known) || (groups.len() == 1 && kinds[0].len() < 2) {
            continue;
        }
        let lines = Says::PrintedLines(groups.iter().map(|group| group.to_string()).collect());
        let printed = Says::Printed(text.to_string());
        let passes = remark.statement.is_some_and(|statement| statement.in_loop) || *remark.subject == Subject::Expression;
        let says = match (groups.len() > 1, passes) {
            (false, true) => vec![printed, Says::PrintedLines(text.split(' ').map(str::to_string).collect())],
            (false, false) => vec![printed],
            (true, true) => vec![lines, printed],
            (true, false) => vec![printed, lines],
        };
        return remark.found(0..text.len(), Kind::Stdout, says.into_iter().map(firm).collect());
    }
    data(remark)
}

/// `D -> B -> C -> A`: what is printed or gone through, in order.
pub(super) fn chain(remark: &Remark<'_, '_>) -> Option<Found> {
    if !matches!(remark.subject, Subject::Print | Subject::Expression) {
        return None;
    }
    let arrow = [" -> ", " → ", " => ", " --> "].into_iter().find(|arrow| remark.text.contains(arrow))?;
    let mut parts: Vec<&str> = remark.text.split(arrow).collect();
    let last = *parts.last()?;
    let last_end = tail::cuts(last).last().unwrap_or(last.len());
    *parts.last_mut()? = last[..last_end].trim_end();
    let short = parts.iter().all(|part| !part.is_empty() && part.split(' ').count() <= 2);
    if parts.len() < 3 || !short {
        return None;
    }
    let known = parts.iter().all(|part| is_known(remark, part));
    let strength = if known { Strength::Firm } else { Strength::Soft };
    let end = remark.text.len() - last.len() + parts.last()?.len();
    let lines: Vec<String> = parts.iter().map(|part| part.trim().to_string()).collect();
    let says =
        [Says::PrintedLines(lines.clone()), Says::Printed(remark.text[..end].to_string()), Says::Items { items: lines, open: false }];
    remark.found(0..end, Kind::Stdout, says.map(|says| Reading { says, strength }).to_vec())
}

/// A lone name: `list`, `banana`, `an int`, `Point instance`.
pub(super) fn names(remark: &Remark<'_, '_>) -> Option<Found> {
    if remark.form != Form::Trailing || remark.text.starts_with("a list of") {
        return None;
    }
    let lead = lead::read(remark.text);
    let article =
        ["a ", "an ", "<"].iter().find(|article| remark.text[lead.end..].starts_with(**article)).map_or(0, |article| article.len());
    let start = lead.end + article;
    let name = value::scan(&remark.text[start..]).filter(|value| matches!(value.shape, Shape::Name))?.text;
    let behind = &remark.text[start + name.len()..];
    let is_defined = remark.code.definitions.contains(name);
    let is_type = strength::is_builtin_type(name) || is_defined || is_kind_of_object(name);
    // `Point instance`: nothing else can be meant.
    let instance = [" instance", " object"].into_iter().find(|word| behind.starts_with(word));
    let rest = instance.map_or(behind, |word| &behind[word.len()..]);
    // `CREATED, RUNNING, CLOSED` lists what there is.
    let is_list = behind.strip_prefix(", ").and_then(value::scan).is_some_and(|next| next.shape == Shape::Name);
    if tail::judge(rest, Shape::Name) != Tail::Apart || is_list {
        return None;
    }
    let span = start..start + name.len();
    if let Some(word) = instance
        && (is_type && !is_kind_of_object(name))
        && matches!(remark.subject, Subject::Expression | Subject::Print | Subject::Assignment { .. })
    {
        let says = Says::Type(name.to_string());
        let kind = values::kind_of(remark.subject, &says);
        return remark.found(span.start..span.end + word.len(), kind, vec![firm(says)]);
    }
    if instance.is_some() || (article > 0 && !is_type) {
        return None;
    }
    let mut says = Vec::new();
    let computed = remark.origin() == Origin::Computed;
    match remark.subject {
        Subject::Print => {
            says.push(Says::Printed(name.to_string()));
            if is_type {
                says.push(Says::Type(name.to_string()));
            }
            says.push(Says::Value(name.to_string()));
        }
        Subject::Expression if is_type || remark.code.variables.contains(name) || is_symbol(name) || remark.call().is_none() => {
            if is_type {
                says.push(Says::Type(name.to_string()));
            }
            says.push(Says::Value(name.to_string()));
        }
        Subject::Return if is_type && article > 0 && computed => says.push(Says::Type(name.to_string())),
        Subject::Assignment { .. } if is_type && computed => says.push(Says::Type(name.to_string())),
        _ => return None,
    }
    let kind = values::kind_of(remark.subject, says.first()?);
    let mut readings: Vec<Reading> = says.into_iter().map(soft).collect();
    // `type(cups)  # list`: nothing else is asked for there.
    if strength::is_builtin_type(name) && asks_for_type(remark) {
        readings.insert(0, firm(Says::Value(name.to_string())));
    }
    // `n` behind `print(n)` may be the variable.
    let is_variable = name.len() == 1 && remark.code.variables.contains(name);
    if *remark.subject == Subject::Print && !is_type && !is_variable {
        readings.push(firm(Says::Words(name.to_string())));
    }
    remark.found(span, kind, readings)
}

/// Whether the statement is nothing but a call of `type`, or prints that.
fn asks_for_type(remark: &Remark<'_, '_>) -> bool {
    let is_type = |call: &ExprCall| call.func.as_name_expr().is_some_and(|name| name.id == "type") && call.arguments.len() == 1;
    let call = match (remark.subject, remark.call()) {
        (Subject::Print, Some(call)) if call.arguments.len() == 1 => call.arguments.args.first().and_then(Expr::as_call_expr),
        (Subject::Expression, call) => call,
        _ => None,
    };
    call.is_some_and(is_type)
}

/// Words behind a `print` that the code's own texts contain.
pub(super) fn printed_words(remark: &Remark<'_, '_>) -> Option<Found> {
    if *remark.subject != Subject::Print || remark.form != Form::Trailing {
        return None;
    }
    let ends = std::iter::once(remark.text.len()).chain(tail::cuts(remark.text));
    let texts: Vec<&str> = ends.map(|end| remark.text[..end].trim_end()).collect();
    let is_short = |text: &str| text.split(' ').count() <= 8;
    let is_printed = |text: &&str| is_short(text) && (is_known(remark, text) || is_known_in_capitals(remark, text));
    let is_nearly = |text: &&str| is_short(text) && (is_nearly_told(remark, text) || is_nearly_known(remark, text));
    let index = texts.iter().position(is_printed).or_else(|| texts.iter().position(is_nearly))?;
    let text = texts[index];
    let mut readings = vec![soft(Says::Printed(text.to_string())), firm(Says::Words(text.to_string()))];
    // `hot tea  ✓`: what stands behind it may be a mark.
    let shorter = texts[index + 1..].iter().filter(|text| !text.is_empty());
    readings.extend(shorter.map(|text| soft(Says::Printed(text.to_string()))));
    if remark.statement.is_some_and(|statement| statement.in_loop) {
        // One line for each pass: `red, green` or `red green`.
        let separator = if text.contains(", ") { ", " } else { " " };
        readings.push(soft(Says::PrintedLines(text.split(separator).map(str::to_string).collect())));
    }
    remark.found(0..text.len(), Kind::Stdout, readings)
}

/// Words of the code behind `prints`, from `at` on: `serve()  # prints hot tea`.
pub(super) fn behind(remark: &Remark<'_, '_>, at: usize) -> Option<Found> {
    let text = remark.text[at..].trim_end();
    let shows = matches!(remark.subject, Subject::Print | Subject::Expression) && remark.form == Form::Trailing;
    if !shows || text.split(' ').count() > 8 || values::describes(remark, text) || !is_known(remark, text) {
        return None;
    }
    remark.found(at..at + text.len(), Kind::Stdout, vec![soft(Says::Printed(text.to_string())), firm(Says::Words(text.to_string()))])
}

/// What a print shows whose label a claim leaves out: `print("sum:", f())  # 3` states only what fills the hole.
pub(super) fn filled(remark: &Remark<'_, '_>, text: &str) -> Vec<Says> {
    let template = remark.call().filter(|_| *remark.subject == Subject::Print).and_then(Template::of_print);
    template.iter().flat_map(|template| template.filled(text)).map(Says::Printed).collect()
}

/// Words of several lines: `start then 1`.
pub(super) fn in_order(text: &str) -> Option<Says> {
    let separators = [" and then ", ", then ", " then ", " followed by ", " 然后 ", "，然后"];
    let separator = separators.into_iter().find(|separator| text.contains(separator))?;
    Some(Says::PrintedLines(text.split(separator).map(str::to_string).collect()))
}

/// Whether all words of a text occur in the code, and are more than the words of any sentence.
pub(super) fn is_known(remark: &Remark<'_, '_>, text: &str) -> bool {
    let mut any = false;
    for word in words(text) {
        if word.bytes().all(|b| b.is_ascii_digit()) {
            continue;
        }
        if !remark.code.words.contains(word) {
            return false;
        }
        any = true;
    }
    any
}

/// Whether a text has all but one of the words that a `print` begins with.
fn is_nearly_told(remark: &Remark<'_, '_>, text: &str) -> bool {
    remark.call().and_then(Template::of_print).is_some_and(|template| template.nearly_matches(text))
}

/// Whether several words, some of them with capitals, occur in the code in other letters: `TEA AND MILK` behind `print("tea and milk".upper())`.
fn is_known_in_capitals(remark: &Remark<'_, '_>, text: &str) -> bool {
    words(text).count() > 1 && text.contains(char::is_uppercase) && words(text).all(|word| has_in_any_case(remark, word))
}

fn has_in_any_case(remark: &Remark<'_, '_>, word: &str) -> bool {
    remark.code.words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// Whether all words of a text occur in the code, or are a letter off from one that does.
pub(super) fn is_slip_of_known(remark: &Remark<'_, '_>, text: &str) -> bool {
    words(text).all(|word| remark.code.words.contains(word) || is_slip_of_code(remark, word))
}

fn is_slip_of_code(remark: &Remark<'_, '_>, word: &str) -> bool {
    let word = word.to_lowercase();
    let is_short_slip =
        |known: &str| word.len() == 2 && known.len() == 2 && word.bytes().zip(known.bytes()).any(|(one, other)| one == other);
    remark.code.words.iter().map(|known| known.to_lowercase()).any(|known| is_slip(&word, &known) || is_short_slip(&known))
}

/// Whether all words of a text but one occur in the code, in whatever letters: several do, or the other is nearly one of the code's. What is printed may
/// have been written amiss.
pub(super) fn is_nearly_known(remark: &Remark<'_, '_>, text: &str) -> bool {
    let is_number = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    let (known, others): (Vec<&str>, Vec<&str>) =
        words(text).filter(|word| !is_number(word)).partition(|word| has_in_any_case(remark, word));
    match others[..] {
        [other] if known.len() == 1 => is_slip_of_code(remark, other),
        [_] => known.len() > 1,
        _ => false,
    }
}

/// Dates, times, percentages: `2024-01-15`, `12:30`, `45.0%`, `1,000`.
fn data(remark: &Remark<'_, '_>) -> Option<Found> {
    let prints = *remark.subject == Subject::Print;
    if !prints && (*remark.subject != Subject::Expression || remark.origin() != Origin::Computed || remark.form != Form::Trailing) {
        return None;
    }
    let end = remark.text.find("  ").or_else(|| tail::cuts(remark.text).last()).unwrap_or(remark.text.len());
    let text = remark.text[..end].trim_end();
    let is_data = |token: &str| {
        token.bytes().any(|b| b.is_ascii_digit())
            && token.chars().all(|c| c.is_ascii_digit() || ".,:%$€£+-/TZ".contains(c))
            && !token.ends_with([':', ',', '.'])
    };
    let marks = text.chars().filter(|c| ":%,$€£".contains(*c)).count() + text.matches('-').count() / 2;
    let strength = if marks > 0 { Strength::Firm } else { Strength::Soft };
    let fits = !text.is_empty() && text.split(' ').all(is_data) && !text.ends_with('+');
    if fits && !prints {
        // `day + week  # 2024-03-01`; but a note may be a date, too.
        return (marks > 0).then(|| remark.found(0..text.len(), Kind::Value, vec![soft(Says::Value(text.to_string()))])).flatten();
    }
    fits.then(|| remark.found(0..text.len(), Kind::Stdout, vec![Reading { says: Says::Printed(text.to_string()), strength }])).flatten()
}

fn is_literal(token: &str) -> bool {
    value::scan(token).is_some_and(|value| {
        value.text.len() == token.len() && !matches!(value.shape, Shape::Name | Shape::Generic | Shape::Call(_)) && !value.is_remark()
    })
}

fn is_known_token(remark: &Remark<'_, '_>, token: &str) -> bool {
    let mut words = words(token).peekable();
    words.peek().is_some() && words.all(|word| remark.code.words.contains(word))
}

/// What things are called that have no name in `builtins`.
fn is_kind_of_object(name: &str) -> bool {
    matches!(
        name,
        "generator"
            | "function"
            | "module"
            | "coroutine"
            | "iterator"
            | "method"
            | "NoneType"
            | "async_generator"
            | "builtin_function_or_method"
    )
}

/// `CORO_CREATED`: a name that isn't a word.
fn is_symbol(name: &str) -> bool {
    name.contains('_') && name.chars().all(|c| c.is_uppercase() || c.is_ascii_digit() || c == '_')
}
