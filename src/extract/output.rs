//! Whether a block shows the output of the Python block before it.

use crate::claim::{
    code::{last_name, parse_valid},
    session,
};
use rustpython_ruff_python_ast::{Expr, ExprCall, Stmt};

use super::{Block, Extent, Language, OutputKind, language::common_indentation, plain};

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
        let is_output = || is_data(text) || names_values(text) && between.to_lowercase().contains("output") && prints(code);
        return (matches!(lead(between), Lead::Output) && is_output()).then_some(OutputKind::Seen);
    }
    if text.trim_start().starts_with(['$', '%']) || text.trim_start().starts_with(">>> ") || text.trim_start().starts_with("In [") {
        return None;
    }
    // A page or data, maybe laid out by hand for the reader; or the words lead to a file. It can't be wrong.
    if !WORDS.contains(&word.as_str()) {
        let is_announced = matches!(lead(between), Lead::Output) && !is_programming(&word);
        return is_announced.then(|| seen_of(code)).flatten().map(|_| OutputKind::Likely);
    }
    let says_output = matches!(word.as_str(), "output" | "stdout" | "out" | "result");
    match lead(between) {
        Lead::Output => Some(OutputKind::Seen),
        Lead::None if says_output => Some(OutputKind::Seen),
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

enum Lead {
    /// Nothing but blanks stands between.
    None,
    /// A line that announces output.
    Output,
    /// A line that announces an exception.
    Error,
    /// `Answer:`
    Answer,
    Other,
}

fn lead(between: &str) -> Lead {
    let marks = |c: char| c.is_whitespace() || "*_>#`:-<!/".contains(c);
    let mut lines = between.lines().map(|line| line.trim_matches(marks)).filter(|line| !line.is_empty());
    let Some(line) = lines.next() else { return Lead::None };
    if lines.next().is_some() {
        return Lead::Other;
    }
    if answer(line).is_some_and(str::is_empty) {
        Lead::Answer
    } else if announces(line) {
        Lead::Output
    } else if announces_exception(line) {
        Lead::Error
    } else {
        Lead::Other
    }
}

/// Whether a line announces what the code above it raises: `Python gives you the following error:`; not what may be raised, or was.
fn announces_exception(line: &str) -> bool {
    let says_so = |word: &str| matches!(word, "error" | "exception" | "raises" | "raise" | "throws" | "traceback" | "fails" | "crashes");
    let is_doubt = |word: &str| {
        matches!(
            word,
            "not"
                | "no"
                | "never"
                | "instead"
                | "avoid"
                | "avoids"
                | "without"
                | "may"
                | "might"
                | "could"
                | "can"
                | "if"
                | "when"
                | "unless"
                | "used"
                | "older"
                | "earlier"
                | "previously"
                | "fix"
                | "handle"
                | "catch"
        )
    };
    let line = line.to_lowercase();
    let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).collect();
    words.len() <= 12 && words.iter().any(|word| says_so(word)) && !words.iter().any(|word| is_doubt(word))
}

/// Whether a line announces output: `Which prints the following:`; a longer sentence may speak of something else.
pub(super) fn announces(line: &str) -> bool {
    if label(line).is_some_and(str::is_empty) {
        return true;
    }
    const VERBS: [&str; 17] = [
        "output",
        "outputs",
        "print",
        "prints",
        "printed",
        "printing",
        "result",
        "results",
        "display",
        "displays",
        "yield",
        "yields",
        "yielding",
        "produce",
        "produces",
        "producing",
        "stdout",
    ];
    let line = line.to_lowercase();
    let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).collect();
    // `Running this returns:` speaks of what is seen, as `The function returns:` needn't.
    let runs = words.iter().any(|word| matches!(*word, "run" | "running" | "execute" | "executing"));
    let is_verb = |word: &&str| VERBS.contains(word) || runs && matches!(*word, "return" | "returns" | "gives" | "shows");
    // `The output of the code above, which ...:`
    let is_of_code = || matches!(&words[..], ["output", "of", ..] | ["the", "output", "of", ..]) && words.len() <= 14;
    let is_got = || matches!(&words[..], [.., "gives", "you" | "us"] | [.., "we" | "you" | "i" | "we'll" | "you'll", "get" | "see"]);
    (words.len() <= 8 && (words.iter().any(is_verb) || is_got()) || is_of_code()) && !words.contains(&"not")
}

/// What stands behind a word for output, in one of some languages; nothing, where that's all.
pub(super) fn label(text: &str) -> Option<&str> {
    const LABELS: [&str; 31] = [
        "output",
        "outputs",
        "out",
        "result",
        "results",
        "prints",
        "stdout",
        "输出",
        "输出结果",
        "输出如下",
        "运行结果",
        "执行结果",
        "結果",
        "結果輸出",
        "輸出",
        "输出为",
        "结果",
        "返回结果",
        "打印结果",
        "出力",
        "実行結果",
        "출력",
        "출력결과",
        "결과",
        "ausgabe",
        "salida",
        "sortie",
        "saída",
        "вывод",
        "результат",
        "çıktı",
    ];
    // Where the word for it isn't the last.
    const PHRASES: [&str; 5] = ["результат работы кода", "результат выполнения", "код выведет", "вывод программы", "salida del programa"];
    const QUALIFIERS: [&str; 15] = [
        "the", "sample", "expected", "actual", "correct", "full", "console", "program", "code", "example", "terminal", "die", "la", "a",
        "실행",
    ];
    let (head, rest) = text.split_once([':', '：']).unwrap_or((text, ""));
    behind(head, rest, &LABELS, &QUALIFIERS).or_else(|| PHRASES.contains(&bare(head).as_str()).then(|| behind_marks(rest)))
}

/// What stands behind a word for the answer to what the reader was asked: `Correct answer: 3`; nothing, where that's all.
pub(super) fn answer(text: &str) -> Option<&str> {
    if let Some(rest) = behind_option(text) {
        return Some(rest);
    }
    let (head, rest) = text.split_once([':', '：']).or_else(|| text.split_once('.')).unwrap_or((text, ""));
    behind(head, rest, &["answer", "ans"], &["the", "correct", "right", "final"])
}

/// The rest of a line, where its head is one of these words, maybe behind others that say more of it.
fn behind<'t>(head: &str, rest: &'t str, names: &[&str], qualifiers: &[&str]) -> Option<&'t str> {
    let head = bare(head);
    let mut words = head.split(' ').rev();
    let is_named = words.next().is_some_and(|word| names.contains(&word)) && words.all(|word| qualifiers.contains(&word));
    is_named.then(|| behind_marks(rest))
}

/// The words of a head, without their marks.
fn bare(head: &str) -> String {
    head.trim_matches(|c: char| matches!(c, '*' | '_' | '#' | ' ')).to_lowercase()
}

fn behind_marks(rest: &str) -> &str {
    rest.trim_start_matches(['*', '_', ' ']).trim_end()
}

/// What stands behind the letter of an option that is told to be right: `The correct answer is B. [1, 2]`.
fn behind_option(text: &str) -> Option<&str> {
    let (head, rest) = text.split_once("answer is ")?;
    let says_so = ["correct ", "right "].iter().any(|word| head.to_lowercase().ends_with(word)) && head.len() < 40;
    let behind = rest.trim_start_matches(['*', '(', '`']).strip_prefix(|c: char| c.is_ascii_alphabetic())?;
    let behind = behind.trim_start_matches('*').strip_prefix(['.', ')', ':'])?.strip_prefix(' ')?;
    says_so.then(|| behind_marks(behind)).filter(|rest| !rest.is_empty())
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
