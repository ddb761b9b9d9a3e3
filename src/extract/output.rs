//! Whether a block shows the output of the Python block before it.

mod lead;

use crate::claim::{
    code::{last_name, parse_valid},
    session,
};
use rustpython_ruff_python_ast::{Expr, ExprCall, Stmt};

use super::{Block, Extent, Language, OutputKind, language::common_indentation, plain};
use lead::{Lead, lead};
pub(super) use lead::{announces, answer, label, label_of_actual, named_print, note_doubts};

/// Lines of output that are looked at, where nothing tells its end.
pub(super) const LONGEST: usize = 60;
/// From so much of prose on a line is hardly output.
pub(super) const PROSE: f32 = 3.0;

/// Words of fences that are used for output.
const WORDS: [&str; 15] =
    ["", "text", "txt", "plain", "plaintext", "ascii", "console", "output", "stdout", "none", "result", "pytb", "py3tb", "pythontb", "out"];

/// How a block shows the output of the one before, if it does.
///
/// `between` is what stands between the two, `word` the language that the block names, `text` what it holds.
pub(super) fn kind(code: &Block, word: &str, text: &str, between: &str) -> Option<OutputKind> {
    let word = word.to_ascii_lowercase();
    if code.language != Language::Python {
        return None;
    }
    if shows_exception(text)
        && (text.contains('\n') || matches!(lead(between), Lead::Error | Lead::Output))
        && !matches!(lead(between), Lead::Other)
    {
        return Some(OutputKind::Seen);
    }
    // Pages that are built name the language that they have for all blocks.
    if matches!(word.as_str(), "python" | "python3" | "py") {
        let is_output = || {
            is_data(text) || prints(code) && between.to_lowercase().contains("output") && (names_values(text) || !is_program_or_torn(text))
        };
        // No code stands in brackets like that.
        let is_bracketed = |line: &str| line.trim().is_empty() || line.trim().starts_with('<') && line.trim().ends_with('>');
        let is_answer = || is_data(text) || text.lines().all(is_bracketed);
        return match lead(between) {
            Lead::Output => is_output().then_some(OutputKind::Seen),
            Lead::Answer if is_answer() => seen_of(code),
            _ => None,
        };
    }
    if text.trim_start().starts_with(['$', '%']) || text.trim_start().starts_with(">>> ") || text.trim_start().starts_with("In [") {
        return None;
    }
    // A page or data, maybe laid out by hand for the reader; or the words lead to a file. It can't be wrong.
    let is_of_output = WORDS.contains(&word.as_str());
    if !is_of_output && Language::from_name(&word).is_some() {
        let is_announced = matches!(lead(between), Lead::Output) && !is_programming(&word);
        return is_announced.then(|| seen_of(code)).flatten().map(|_| OutputKind::Likely);
    }
    // Of a word that tells nothing, neither does what is laid out as data.
    if !is_of_output && text.trim().contains('\n') && plain::language_of(&text.lines().collect::<Vec<_>>()) == Language::Json {
        return matches!(lead(between), Lead::Output).then_some(OutputKind::Likely);
    }
    let says_output = matches!(word.as_str(), "output" | "stdout" | "out" | "result");
    match lead(between) {
        Lead::Output => Some(OutputKind::Seen),
        Lead::None if says_output => Some(OutputKind::Seen),
        Lead::None if is_choice(code, text) => None,
        // A block by itself may show anything: only what could be the output is taken for it.
        Lead::None if is_object(text) => seen_of(code).map(|_| OutputKind::Seen),
        Lead::None if !is_code(text) => seen_of(code),
        // To what the reader was asked: what is printed, or words.
        Lead::Answer if !is_code(text) => {
            let shows_values = text.lines().all(|line| is_data(line) || is_wordless(line));
            seen_of(code).map(|kind| if shows_values { kind } else { OutputKind::Likely })
        }
        Lead::None | Lead::Answer | Lead::Error | Lead::Other => None,
    }
}

/// Whether a text is an exception's line, maybe below its traceback.
fn shows_exception(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().unwrap_or_default();
    let last = lines.next_back().unwrap_or(first);
    let is_alone = text.trim().lines().count() == 1;
    session::is_exception_with_message(last) && (is_alone || first.starts_with("Traceback (most recent call last)"))
}

/// Whether a word names a language that programs are written in, which Python code hardly prints.
fn is_programming(word: &str) -> bool {
    use Language::{C, Dockerfile, JavaScript, Session};
    matches!(Language::from_name(word), Some(C | Dockerfile | JavaScript | Session))
}

/// The last of the sentences of a line, where that ends with a colon: `Most are wrong. The output:`.
pub(super) fn last_sentence(text: &str) -> &str {
    let last = text.rsplit_once(". ").map(|(_, last)| last);
    last.filter(|last| last.ends_with(':')).unwrap_or(text)
}

/// What stands before a remark that is a sentence of its own: `[1, 2]. The list has changed.`
pub(crate) fn first_sentence(text: &str) -> &str {
    text.split_once(". ").filter(|(_, rest)| rest.starts_with(|c: char| c.is_uppercase() || c == '`')).map_or(text, |(first, _)| first)
}

/// Whether a line asks for what code shows: `What will be the output of this?`
pub(super) fn asks(line: &str) -> bool {
    let line = line.to_lowercase();
    ["output", "print", "display", "result", "evaluate", "return"].iter().any(|word| line.contains(word))
}

/// A line that may be output.
pub(super) struct Row<'t> {
    /// Its number from the first one.
    pub(super) number: usize,
    /// An empty line stands before it.
    pub(super) is_apart: bool,
    pub(super) text: &'t str,
}

/// Which of some lines may be output. A page may say once more what comes, in lines that are no values: `You get this`.
pub(super) fn extent(rows: &[Row]) -> Extent {
    const CAPTIONS: usize = 2;
    let captions = rows.iter().take(CAPTIONS.min(rows.len().saturating_sub(1))).take_while(|row| !is_wordless(row.text)).count();
    let starts = if captions > 0 { rows.iter().take(captions + 1).map(|row| row.number).collect() } else { Vec::new() };
    // A line of prose by itself may well be output.
    let is_over = |row: &Row| row.is_apart || plain::weight(row.text) >= PROSE;
    let mut ends: Vec<usize> = rows.iter().map(|row| row.number + 1).collect();
    if let Some(over) = rows.iter().skip(1).position(is_over) {
        let likeliest = ends.remove(over);
        ends.insert(0, likeliest);
    } else if let Some(all) = ends.pop() {
        ends.insert(0, all);
    }
    Extent { starts, ends }
}

/// What is printed on one line after the other, in a sentence: `['a'] then ['a', 'b']`.
pub(crate) fn in_turn(shown: &str) -> Option<String> {
    let lines: Vec<&str> = shown.split(" then ").map(|line| line.trim_end_matches([',', ' '])).collect();
    (lines.len() > 1 && lines.iter().all(|line| is_data(line))).then(|| lines.join("\n"))
}

/// What marks of code in a row hold, which show one line each: `` `3`, `4` and `5` ``. Or what the first of them do, where the rest says what isn't shown:
/// `` `3` -- not `4` ``.
pub(crate) fn spans(text: &str) -> Option<Vec<&str>> {
    const BETWEEN: [&str; 9] = [", and then ", ", then ", ", and ", " and then ", " followed by ", " then ", " and ", ", ", "\n"];
    let mut spans = Vec::new();
    let mut rest = text.trim();
    loop {
        let (inner, behind) = rest.strip_prefix('`')?.split_once('`')?;
        if inner.is_empty() || inner.contains('\n') {
            return None;
        }
        spans.push(inner);
        if matches!(behind, "" | ".") {
            return (spans.len() > 1).then_some(spans);
        }
        let remark = behind.trim_start_matches([' ', '-', '–', '—', ',', '(']);
        if remark.len() < behind.len() && remark.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("not ")) {
            return Some(spans);
        }
        rest = BETWEEN.iter().find_map(|words| behind.strip_prefix(words))?;
    }
}

/// Whether what stands beside such a word is no remark: a value, or several, or no words at all.
pub(super) fn is_wordless(shown: &str) -> bool {
    is_data(shown) || !shown.contains(char::is_alphabetic) || in_turn(shown).is_some()
}

/// Whether what stands below such a word is output for sure, and no remark.
pub(super) fn is_clear(line: &str, shown: &str) -> bool {
    let word = line.split(':').next().unwrap_or_default().to_lowercase();
    let says_output = ["output", "stdout", "prints"].iter().any(|name| word.contains(name));
    let is_remark = |line: &str| plain::weight(line) >= 2.0 || line.trim_start().starts_with('>');
    is_data(shown) || says_output && !shown.lines().any(is_remark)
}

/// What a block of code gives to be seen.
pub(super) fn seen_of(code: &Block) -> Option<OutputKind> {
    if code.language != Language::Python {
        return None;
    }
    let indentation = common_indentation(code.lines.iter().map(|(_, line)| line.as_str())).len();
    seen(&code.lines.iter().map(|(_, line)| format!("{}\n", line.get(indentation..).unwrap_or_default())).collect::<String>())
}

/// Whether rows are what a reader may choose from, counted by letters in their order: `A) 6`, `B) 8`. Code may print such as well.
fn is_choice(code: &Block, text: &str) -> bool {
    let letter = |row: &str| {
        let row = row.trim_start().trim_start_matches('(');
        let letter = row.chars().next().filter(char::is_ascii_alphabetic)?;
        row[1..].starts_with([')', '.', ':']).then(|| letter.to_ascii_lowercase())
    };
    let rows: Vec<&str> = text.lines().filter(|row| !row.trim().is_empty()).collect();
    let is_counted = rows.iter().zip('a'..).all(|(row, next)| letter(row) == Some(next));
    let mark = rows.first().and_then(|row| row.trim_start().split(' ').next()).unwrap_or_default();
    rows.len() > 1 && is_counted && !code.lines.iter().any(|(_, line)| line.contains(mark) || line.contains("chr("))
}

/// Whether a text is code, or begins a statement as code does that lacks a part.
fn is_program_or_torn(text: &str) -> bool {
    let begins = |line: &str| {
        ["print", "def ", "class ", "import ", "from ", "for ", "if ", "while ", "with ", "return ", "#", "@", ">>>"]
            .iter()
            .any(|word| line.trim_start().starts_with(word))
            || line.contains(" = ") && !line.contains(['[', '{', '(', ':'])
    };
    is_code(text) || text.lines().any(begins)
}

fn prints(code: &Block) -> bool {
    code.lines.iter().any(|(_, line)| line.contains("print("))
}

/// What code gives to be seen: it prints, or perhaps the value of its last expression.
pub(super) fn seen(text: &str) -> Option<OutputKind> {
    if text.contains("print(") {
        return Some(OutputKind::Seen);
    }
    let parsed = parse_valid(text)?;
    parsed.syntax().body.last()?.is_expr_stmt().then_some(OutputKind::Likely)
}

/// Whether code ends in an expression that isn't there to print.
pub(super) fn ends_in_value(code: &str) -> bool {
    let is_print = |expr: &Expr| expr.as_call_expr().is_some_and(|call| last_name(&call.func) == Some("print"));
    let last = parse_valid(code).and_then(|parsed| parsed.syntax().body.last().cloned());
    last.is_some_and(|last| last.as_expr_stmt().is_some_and(|stmt| !is_print(&stmt.value)))
}

/// Whether a text is Python that does more than to show values: no output, where nothing but its place and its indentation set a block apart.
pub(super) fn is_program(text: &str) -> bool {
    let shows = |stmt: &Stmt| matches!(stmt, Stmt::Expr(_)) || matches!(stmt, Stmt::AnnAssign(stmt) if stmt.value.is_none());
    parse_valid(text).is_some_and(|parsed| !parsed.syntax().body.iter().all(shows))
}

/// Whether a text is nothing but objects as Python shows them that have fields: `Cup(size=2, kind='tea')`.
pub(super) fn shows_fields(text: &str) -> bool {
    let is_object = |stmt: &Stmt| {
        let call = stmt.as_expr_stmt().and_then(|stmt| stmt.value.as_call_expr());
        call.is_some_and(|call| !call.arguments.keywords.is_empty() && call.arguments.args.is_empty() && call.func.is_name_expr())
    };
    parse_valid(text).is_some_and(|parsed| !parsed.syntax().body.is_empty() && parsed.syntax().body.iter().all(is_object))
}

/// Whether a text is nothing but literals, or an object as Python shows it.
pub(super) fn is_value(text: &str) -> bool {
    is_data(text) || is_object(text) || shows_object(text)
}

/// Whether a text is an object as Python shows it that holds others, and hardly code: `Counter({'tea': 2})`, `deque([1, 2])`.
fn shows_object(text: &str) -> bool {
    let Some(parsed) = parse_valid(text) else { return false };
    let [Stmt::Expr(stmt)] = &parsed.syntax().body[..] else { return false };
    let Some(call) = stmt.value.as_call_expr().filter(|call| call.arguments.len() == 1) else { return false };
    let name = call.func.as_name_expr().map_or("", |name| name.id.as_str());
    call.arguments.args.first().is_some_and(|value| match value {
        Expr::Dict(_) => name.starts_with(char::is_uppercase) && is_literal(value),
        Expr::List(_) => matches!(name, "deque" | "array" | "dict_keys" | "dict_values" | "dict_items") && is_literal(value),
        _ => false,
    })
}

fn is_literal(expr: &Expr) -> bool {
    is_built(expr, is_literal, |_| false)
}

/// Whether an expression is a literal, or a container of what `is_item` takes, or a call that `is_call` takes.
fn is_built(expr: &Expr, is_item: fn(&Expr) -> bool, is_call: fn(&ExprCall) -> bool) -> bool {
    match expr {
        Expr::List(list) => list.elts.iter().all(is_item),
        Expr::Tuple(tuple) => tuple.elts.iter().all(is_item),
        Expr::Set(set) => set.elts.iter().all(is_item),
        Expr::Dict(dict) => dict.items.iter().all(|item| item.key.as_ref().is_some_and(is_item) && is_item(&item.value)),
        Expr::UnaryOp(unary) => unary.operand.is_number_literal_expr(),
        Expr::Call(call) => is_call(call),
        _ => expr.is_literal_expr(),
    }
}

/// Whether a text is nothing but literals.
pub(super) fn is_data(text: &str) -> bool {
    let is_value = |stmt: &Stmt| stmt.as_expr_stmt().is_some_and(|stmt| is_literal(&stmt.value));
    parse_valid(text).is_some_and(|parsed| !parsed.syntax().body.is_empty() && parsed.syntax().body.iter().all(is_value))
}

/// Whether a text is nothing but one object as Python shows it, which no call of a function looks like: `[1, 2]`, `Cup(size=2)`, `array([0.5, 1. ])`.
fn is_object(text: &str) -> bool {
    fn is_shown(expr: &Expr) -> bool {
        is_built(expr, is_shown, |call| {
            let name = last_name(&call.func).unwrap_or_default();
            let arguments = call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|keyword| &keyword.value));
            (name == "array" || name.starts_with(char::is_uppercase)) && arguments.clone().count() > 0 && { arguments }.all(is_shown)
        })
    }
    parse_valid(text).is_some_and(|parsed| matches!(&parsed.syntax().body[..], [Stmt::Expr(stmt)] if is_shown(&stmt.value)))
}

/// Whether a text is nothing but names with literals, as prints show them that label what they show: `cups = [1, 2]`.
fn names_values(text: &str) -> bool {
    let names_value = |line: &str| {
        let behind = line.split_once(" = ").filter(|(name, _)| name.chars().all(|c| c.is_alphanumeric() || c == '_'));
        behind.is_some_and(|(_, value)| is_data(value))
    };
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).peekable();
    lines.peek().is_some() && lines.all(names_value)
}

/// Whether a text is nothing but names with literals, which strings of the code above hold: `print(f"cups = {cups}")`.
pub(super) fn shows_names(code: &str, text: &str) -> bool {
    let holds = |line: &str| {
        line.split_once(" = ").is_some_and(|(name, _)| ["\"", "'", "{"].iter().any(|quote| code.contains(&format!("{quote}{name} ="))))
    };
    names_values(text) && text.lines().filter(|line| !line.trim().is_empty()).all(holds)
}

/// Whether a text is code, and not values alone.
pub(super) fn is_code(text: &str) -> bool {
    let Some(parsed) = parse_valid(text) else { return false };
    let is_value = |stmt: &Stmt| match stmt {
        Stmt::Expr(stmt) => !matches!(*stmt.value, Expr::Call(_) | Expr::Await(_)),
        Stmt::AnnAssign(stmt) => stmt.value.is_none(),
        _ => false,
    };
    !parsed.syntax().body.iter().all(is_value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_code_in_a_row() {
        assert_eq!(spans("`3`, `4` and `5`"), Some(vec!["3", "4", "5"]));
        assert_eq!(spans("`3`, then `4`."), Some(vec!["3", "4"]));
        assert_eq!(spans("`[1, 2]` -- NOT `[2, 1]`"), Some(vec!["[1, 2]"]));
        for text in ["`3`", "`3` or `4`", "3, 4", "`3`, 4", "`3` -- note that", "`3", "``3``, `4`", ""] {
            assert_eq!(spans(text), None, "{text}");
        }
    }
}
