//! What a document shows an example to come to → claims: a block of output behind a fence, a notebook's stored results. And what a mark
//! says of the example as a whole: it raises.

use std::collections::HashSet;

use super::{
    Claim, Condition, Form, Kind, Reading, Says, Strength, Subject, Target,
    code::{self, Code},
    session, value,
};
use crate::{
    document::Position,
    extract::{
        Example, Extent, OutputKind, ShownOutput,
        output::{first_sentence, in_turn, spans},
    },
};

/// The claims that stand outside an example's code, in their order.
pub(super) fn claims(example: &Example) -> Vec<Claim> {
    let parsed = code::parse(&example.code);
    let code = parsed.as_ref().map(|parsed| Code::new(&example.code, parsed));
    let last = code.as_ref().and_then(|code| code.statements.iter().rfind(|statement| statement.parent.is_none()));
    let last = last.map(|statement| Target { range: statement.range.clone(), subject: statement.subject.clone() });
    // What is printed is read beside this.
    let results = example.outputs.iter().filter(|output| output.kind != OutputKind::Printed);
    let mut claims: Vec<Claim> = results.filter_map(|output| of_output(example, output, last.as_ref())).collect();
    if !claims.iter().any(|claim| claim.kind == Kind::Exception) {
        claims.extend(of_mark(example));
    }
    claims
}

/// The name of the exception that an example is shown to end with.
pub(crate) fn shown_exception(example: &Example) -> Option<String> {
    let outputs = example.outputs.iter().filter(|output| output.kind != OutputKind::Printed);
    let says = outputs.filter_map(|output| of_output(example, output, None)).flat_map(|claim| claim.readings).map(|reading| reading.says);
    let mut names = says.filter_map(|says| if let Says::Raises { exception, .. } = says { exception } else { None });
    names.next()
}

fn whole(example: &Example) -> Target {
    Target { range: 0..example.code.len(), subject: Subject::Example }
}

fn of_output(example: &Example, output: &ShownOutput, last: Option<&Target>) -> Option<Claim> {
    let lines: Vec<&str> = output.lines.iter().map(|(_, text)| text.as_str()).collect();
    let Extent { starts, ends } = &output.extent;
    // Where nothing tells which of its lines are meant, the likeliest stand for it.
    let start = starts.first().copied().unwrap_or(0);
    let end = ends.first().copied().unwrap_or(lines.len()).min(lines.len());
    let starts = std::iter::once(start).chain(starts.iter().copied());
    let all = std::iter::once(end).chain(ends.iter().copied()).flat_map(|end| starts.clone().map(move |start| (start, end)));
    let mut ways = all.filter_map(|(start, end)| lines.get(start..end).filter(|lines| !lines.is_empty())).map(|lines| lines.join("\n"));
    let mut seen = HashSet::new();
    let mut texts: Vec<String> = ways.next().into_iter().flat_map(|text| readings_of(text, ends.is_empty())).collect();
    let likeliest = texts.len();
    texts.extend(ways.flat_map(|text| readings_of(text, false)));
    let mut texts: Vec<(bool, String)> = texts.into_iter().enumerate().map(|(number, text)| (number < likeliest, text)).collect();
    texts.retain(|(_, text)| seen.insert(text.clone()));
    let text = texts.first()?.1.clone();
    let lines = &lines[start..end];
    let expression = last.filter(|last| last.subject == Subject::Expression);
    let prints = example.code.contains("print(");
    let (target, strength) = match output.kind {
        OutputKind::Value => (expression?.clone(), of_value(&text)),
        OutputKind::Printed | OutputKind::Raised => (whole(example), Strength::Firm),
        OutputKind::Seen if prints => (whole(example), Strength::Firm),
        OutputKind::Seen => (expression.cloned().unwrap_or_else(|| whole(example)), Strength::Firm),
        OutputKind::Likely if prints => (whole(example), Strength::Soft),
        OutputKind::Likely if lines.last().is_some_and(|line| session::is_exception_with_message(line)) => (whole(example), Strength::Soft),
        OutputKind::Likely => (expression?.clone(), Strength::Soft),
    };
    let reading = |says| Reading { says, strength };
    let traceback = lines.iter().rposition(|line| is_traceback(line)).filter(|_| output.kind != OutputKind::Value);
    let (kind, first, expected, readings) = if output.kind == OutputKind::Raised || traceback.is_some() {
        let (first, raised) = match traceback {
            Some(header) => raised_below(lines, header)?,
            None => (0, text.clone()),
        };
        (Kind::Exception, first, raised.clone(), vec![reading(raises(&raised))])
    } else if let Some(last) = lines.iter().rposition(|line| session::is_exception(line)) {
        // Without its traceback; or it's handled, and printed.
        let raised = lines[last..].join("\n").trim_end().to_owned();
        (Kind::Exception, last, raised.clone(), vec![reading(raises(&raised)), reading(Says::Printed(text))])
    } else {
        let is_expression = target.subject == Subject::Expression;
        // What goes on behind a whole value can't be told from it by its syntax: that it isn't one says nothing.
        let is_whole = is_expression && value::is_whole(&text);
        let reading =
            |is_likeliest: bool, says| Reading { says, strength: if is_whole && !is_likeliest { Strength::Soft } else { strength } };
        let value = |(is_likeliest, text): &(bool, String)| {
            (is_expression && value::is_whole(text)).then(|| reading(*is_likeliest, Says::Value(text.trim_end().to_owned())))
        };
        let values = texts.iter().filter_map(value);
        let printed = texts.iter().map(|(is_likeliest, text)| reading(*is_likeliest, Says::Printed(text.clone())));
        let kind = if is_expression { Kind::Value } else { Kind::Stdout };
        // Words may be a remark, unless they're nearly what is printed.
        let bare = unwrapped(&text).unwrap_or_else(|| first_sentence(&text).to_owned());
        let nearly = Some(bare).filter(|bare| prints && output.kind == OutputKind::Likely && bare.contains(char::is_alphabetic));
        let words = nearly.map(|text| Reading { says: Says::Words(text), strength: Strength::Firm });
        (kind, 0, text.clone(), values.chain(printed).chain(words).collect())
    };
    let end = example.code.len();
    let target = if kind == Kind::Exception { whole(example) } else { target };
    let condition = output.attributes.get("condition").map(|words| condition(words));
    let mut claim = Claim::new(end..end, Form::Output, kind, expected, target, readings, condition)?;
    claim.position = example.document.position(output.lines.get(start + first)?.0);
    Some(claim)
}

/// What a page has set as prose, without its marks: `` `3` ``, `**3**`, `3.`, quotes of its own, an item on each line.
fn unwrapped(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let without = |mark: &str| lines.iter().map(|line| line.trim_start().strip_prefix(mark)).collect::<Option<Vec<_>>>();
    let numbered = || lines.iter().zip(1..).map(|(line, number)| line.trim_start().strip_prefix(&format!("{number}. "))).collect();
    let items = ["- ", "* ", "• ", ">>> ", "> "].into_iter().find_map(without).or_else(numbered);
    let bare = items.map_or_else(|| text.to_owned(), |items: Vec<&str>| items.join("\n"));
    let pairs = [("**", "**"), ("", "**"), ("`", "`"), ("“", "”"), ("‘", "’")];
    let inner = pairs.iter().find_map(|(open, close)| bare.trim().strip_prefix(open)?.strip_suffix(close)).unwrap_or(&bare);
    let stopped = inner.strip_suffix('.').filter(|value| value.ends_with(|c: char| c.is_ascii_digit() || ")]}'\"".contains(c)));
    let plain = stopped.unwrap_or(inner).replace(['“', '”'], "\"").replace(['‘', '’'], "'");
    (plain != text && !plain.is_empty()).then_some(plain)
}

/// What a text may show: several lines in turn, itself, what it has marks around, what stands before a remark.
fn readings_of(text: String, is_all: bool) -> Vec<String> {
    let in_turn = if is_all { in_turn(&text) } else { None };
    let before_remark = Some(first_sentence(&text)).filter(|first| *first != text && !text.contains('\n')).map(str::to_owned);
    let plain = unwrapped(&text);
    // On a line each, as a rule.
    let spans: Vec<&str> = spans(&text).unwrap_or_default();
    let joined: Vec<String> = ["\n", " ", ", "].iter().filter(|_| !spans.is_empty()).map(|between| spans.join(between)).collect();
    joined.into_iter().chain(in_turn).chain([text]).chain(plain).chain(before_remark).collect()
}

/// Under which condition something is shown.
fn condition(words: &str) -> Condition {
    Condition::stated(words)
        .filter(|condition| matches!(condition, Condition::Python(_)))
        .unwrap_or_else(|| Condition::Other(words.to_owned()))
}

/// IPython shows functions, classes and the like in words of its own, and what prints prettily (formulas, tables) in lines of its own.
fn of_value(text: &str) -> Strength {
    let is_value = value::is_whole(text);
    let is_own = text.trim_start().starts_with('<') || text.contains(" at 0x") || text.contains("__main__.");
    if is_own || text.contains('\n') && !is_value { Strength::Soft } else { Strength::Firm }
}

fn is_traceback(line: &str) -> bool {
    line.starts_with("Traceback (most recent call last)") || line.starts_with("Traceback (innermost last)")
}

/// What a traceback says was raised, with the number of the line where that starts: the first below the header that isn't indented.
/// The message may have several lines.
fn raised_below(lines: &[&str], header: usize) -> Option<(usize, String)> {
    let below = lines.get(header + 1..)?;
    let named = header + 1 + below.iter().position(|line| line.starts_with(|c: char| c.is_alphabetic() || c == '_'))?;
    Some((named, lines[named..].join("\n").trim_end().to_owned()))
}

/// What `NameError: name 'x' is not defined` says.
fn raises(text: &str) -> Says {
    let (name, message) = text.split_once(": ").map_or((text, None), |(name, message)| (name, Some(message)));
    // Colab stores this in place of a message.
    let message = message.filter(|message| *message != "ignored");
    Says::Raises { exception: Some(name.trim_end_matches(':').to_owned()), message: message.map(str::to_owned) }
}

/// What marks say: `raises-exception`, `xfail`.
fn of_mark(example: &Example) -> Option<Claim> {
    let (exception, strength) = match (example.raises(), example.may_fail()) {
        (Some(exception), _) => (Some(exception).filter(|name| !name.is_empty()), Strength::Firm),
        (None, true) => (None, Strength::Soft),
        (None, false) => return None,
    };
    let says = Says::Raises { exception: exception.map(str::to_owned), message: None };
    let expected = exception.unwrap_or("an exception").to_owned();
    let readings = vec![Reading { says, strength }];
    let end = example.code.len();
    let mut claim = Claim::new(end..end, Form::Mark, Kind::Exception, expected, whole(example), readings, None)?;
    claim.position = Position { column: 1, ..example.position(0) };
    Some(claim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::tests::example;

    fn found(code: &str, kind: OutputKind, output: &str) -> Vec<(Kind, Strength, String)> {
        let mut example = example("q1.1", code);
        let lines = output.lines().map(|line| (0, line.to_owned())).collect();
        example.outputs = vec![ShownOutput { lines, kind, attributes: Default::default(), jumps: Vec::new(), extent: Default::default() }];
        claims(&example).into_iter().map(|claim| (claim.kind, claim.strength, claim.expected)).collect()
    }

    #[test]
    fn each_kind_of_output_is_a_claim() {
        use Strength::{Firm, Soft};
        assert_eq!(found("print(1)\n", OutputKind::Seen, "1\n2"), [(Kind::Stdout, Firm, "1\n2".to_owned())]);
        assert_eq!(found("x\n", OutputKind::Seen, "1"), [(Kind::Value, Firm, "1".to_owned())]);
        assert_eq!(found("x\n", OutputKind::Likely, "1"), [(Kind::Value, Soft, "1".to_owned())]);
        assert_eq!(found("x = 1\n", OutputKind::Likely, "1"), []);
        assert_eq!(found("print(1)\n", OutputKind::Likely, "1"), [(Kind::Stdout, Soft, "1".to_owned())]);
        assert_eq!(found("x\n", OutputKind::Value, "[1,\n 2]"), [(Kind::Value, Firm, "[1,\n 2]".to_owned())]);
        assert_eq!(found("x\n", OutputKind::Value, "<A at 0x7f>"), [(Kind::Value, Soft, "<A at 0x7f>".to_owned())]);
        assert_eq!(found("x\n", OutputKind::Value, " 2\nx "), [(Kind::Value, Soft, " 2\nx ".to_owned())]);
        assert_eq!(found("x = 1\n", OutputKind::Value, "1"), []);
        assert_eq!(found("x\n", OutputKind::Raised, "KeyError: 'a'"), [(Kind::Exception, Firm, "KeyError: 'a'".to_owned())]);
        let traceback = "a\nTraceback (most recent call last):\n  File \"x\", line 1\n    f()\nValueError: no\n";
        assert_eq!(found("print(1)\n", OutputKind::Seen, traceback), [(Kind::Exception, Firm, "ValueError: no".to_owned())]);
        assert_eq!(found("int('a')\n", OutputKind::Seen, "1\nValueError: no"), [(Kind::Exception, Firm, "ValueError: no".to_owned())]);
    }

    #[test]
    fn marks_of_exceptions_are_claims() {
        let mut marked = example("q1.1", "f()\n");
        marked.attributes.insert("raises".to_owned(), "ValueError".to_owned());
        let [claim] = &claims(&marked)[..] else { panic!("there is one claim") };
        assert_eq!((claim.expected.as_str(), claim.strength), ("ValueError", Strength::Firm));
        marked.attributes = [("xfail".to_owned(), String::new())].into();
        assert_eq!(claims(&marked)[0].strength, Strength::Soft);
    }
}
