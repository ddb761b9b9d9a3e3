//! What the words between code and a block say of that: that it is output, an exception, an answer; and under which conditions.

use rustpython_ruff_python_ast::{Expr, Stmt};

use super::super::{Block, marks::Attributes};
use crate::claim::{
    Condition,
    code::{last_name, parse_valid},
};

/// What the words between two blocks lead to.
pub(super) enum Lead {
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

/// What the words between two blocks lead to, if they're a single line.
pub(super) fn lead(between: &str) -> Lead {
    let mut lines = bare_lines(between);
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

/// The lines of a text that hold more than marks, without these at their ends.
fn bare_lines(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    let marks = |c: char| c.is_whitespace() || "*_>#`:-<!/".contains(c);
    text.lines().map(move |line| line.trim_matches(marks)).filter(|line| !line.is_empty())
}

/// Notes what the words that lead from a block to its output say against that, or against what was shown before: that another Python shows it, that it's what
/// one would think, that another statement is meant.
pub(in super::super) fn note_doubts(code: &mut Block, between: &str, attributes: &mut Attributes) {
    const CONDITION: &str = "condition";
    const ACTUAL: &str = "actual";
    // `Most are wrong. The output:`
    let last_sentence = |line: &'_ str| line.rfind(". ").map_or(0, |at| at + 2);
    let Some(line) = bare_lines(between).next_back().map(|line| &line[last_sentence(line)..]) else { return };
    let is_of_python = || Condition::stated(line).is_some_and(|condition| matches!(condition, Condition::Python(_)));
    let is_behind_actual = code.outputs.iter().any(|earlier| earlier.attributes.contains_key(ACTUAL));
    if says_actual(line) {
        for earlier in &mut code.outputs {
            earlier.attributes.entry(CONDITION.to_owned()).or_insert_with(|| "what is expected, which need not come".to_owned());
        }
        attributes.insert(ACTUAL.to_owned(), String::new());
    }
    if is_mistaken(line) || is_of_python() || is_behind_actual && says_expected(line) || named_print(code, between).is_some() {
        attributes.insert(CONDITION.to_owned(), line.to_owned());
    }
}

/// Whether a line leads to what comes out against all that is expected: `Actual output:`, `but you get`.
fn says_actual(line: &str) -> bool {
    let line = line.to_lowercase();
    line.starts_with("but ") || words(&line).any(|word| matches!(word, "actual" | "actually" | "reality" | "really"))
}

/// Whether a line leads to what is wanted rather than seen: `Expected output:`.
fn says_expected(line: &str) -> bool {
    let line = line.to_lowercase();
    words(&line).any(|word| matches!(word, "expected" | "expect" | "desired" | "intended"))
}

/// The first of the lines of a text that is a label of what really comes out, behind one of what is expected: `Expected output: 3`, `Actual output: 4`. Its place.
pub(in super::super) fn label_of_actual(text: &str) -> Option<usize> {
    let mut starts = text.split_inclusive('\n').scan(0, |at, line| {
        *at += line.len();
        Some((*at - line.len(), line.trim()))
    });
    let is_label = |line: &str| label(line.trim_start_matches(['>', '-', '*', ' '])).is_some();
    let head = |line: &str| line.split([':', '：']).next().unwrap_or_default().to_owned();
    let (_, first) = starts.find(|(_, line)| !line.is_empty()).filter(|(_, line)| is_label(line))?;
    if !says_expected(&head(first)) {
        return None;
    }
    const LINES: usize = 8;
    starts.take(LINES).find(|(_, line)| is_label(line) && says_actual(&head(line))).map(|(start, _)| start)
}

/// Where a text names a call of `print` in marks of code which the code above doesn't hold: `` `print(cups)` gives: ``. Its bytes.
pub(in super::super) fn named_print(code: &Block, between: &str) -> Option<std::ops::Range<usize>> {
    let squeezed = |text: &str| text.replace(char::is_whitespace, "").replace('"', "'");
    let line = between.trim_end().rsplit('\n').next()?;
    let start = between.trim_end().len() - line.len();
    let opening = start + line.find("`print(")? + 1;
    let call = &between[opening..opening + between[opening..].find('`')?];
    let is_spread = |expr: &Expr| expr.is_ellipsis_literal_expr();
    let is_call = |stmt: &Stmt| {
        let call = stmt.as_expr_stmt().and_then(|stmt| stmt.value.as_call_expr());
        call.is_some_and(|call| {
            last_name(&call.func) == Some("print") && !call.arguments.args.is_empty() && !call.arguments.args.iter().any(is_spread)
        })
    };
    let is_statement = parse_valid(call).is_some_and(|parsed| matches!(&parsed.syntax().body[..], [stmt] if is_call(stmt)));
    let all: String = code.lines.iter().map(|(_, line)| squeezed(line)).collect();
    (is_statement && !all.contains(&squeezed(call))).then(|| opening..opening + call.len())
}

/// Whether a line says of what it leads to that one may think so: `You might expect this output:`. What comes as one expects is meant.
fn is_mistaken(line: &str) -> bool {
    let line = line.to_lowercase();
    let words: Vec<&str> = words(&line).collect();
    let confirms = |words: &[&str]| words.iter().any(|word| matches!(*word, "as" | "what" | "exactly" | "just" | "like"));
    let is_thought = |(at, word): (usize, &&str)| match *word {
        "wrong" | "incorrect" | "incorrectly" | "naive" | "naively" | "supposed" | "desired" | "mistakenly" => true,
        "think" | "thinks" | "thought" | "expect" | "expects" => !confirms(&words[..at]),
        // `We expected it to print:`
        "expected" => !confirms(&words[..at]) && words[at..].contains(&"to"),
        _ => false,
    };
    words.iter().enumerate().any(is_thought)
}

/// The words of a line.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty())
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
    let words: Vec<&str> = words(&line).collect();
    words.len() <= 12 && words.iter().any(|word| says_so(word)) && !words.iter().any(|word| is_doubt(word))
}

/// Whether a line announces output: `Which prints the following:`; a longer sentence may speak of something else.
pub(in super::super) fn announces(line: &str) -> bool {
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
    let words: Vec<&str> = words(&line).collect();
    // `Running this returns:` speaks of what is seen, as `The function returns:` needn't.
    let runs = words.iter().any(|word| matches!(*word, "run" | "running" | "execute" | "executing"));
    let is_verb = |word: &&str| VERBS.contains(word) || runs && matches!(*word, "return" | "returns" | "gives" | "shows");
    // `The output of the code above, which ...:`
    let is_of_code = || matches!(&words[..], ["output", "of", ..] | ["the", "output", "of", ..]) && words.len() <= 14;
    let is_got = || matches!(&words[..], [.., "gives", "you" | "us"] | [.., "we" | "you" | "i" | "we'll" | "you'll", "get" | "see"]);
    (words.len() <= 8 && (words.iter().any(is_verb) || is_got()) || is_of_code()) && !words.contains(&"not")
}

/// What stands behind a word for output, in one of some languages; nothing, where that's all.
pub(in super::super) fn label(text: &str) -> Option<&str> {
    const LABELS: [&str; 46] = [
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
        "resultado",
        "retorno",
        "imprime",
        "résultat",
        "ergebnis",
        "resultat",
        "risultato",
        "wynik",
        "hasil",
        "hasilnya",
        "sonuç",
        "uitvoer",
        "resultaat",
        "keluaran",
        "rezultat",
    ];
    // Where the word for it isn't the last.
    const PHRASES: [&str; 12] = [
        "результат работы кода",
        "результат выполнения",
        "код выведет",
        "вывод программы",
        "salida del programa",
        "resultado en consola",
        "resultado por consola",
        "salida en consola",
        "salida por consola",
        "résultat affiché",
        "kết quả",
        "in ra",
    ];
    const QUALIFIERS: [&str; 20] = [
        "the", "sample", "expected", "actual", "correct", "full", "console", "program", "code", "example", "terminal", "die", "la", "el",
        "o", "le", "il", "das", "a", "실행",
    ];
    let (head, rest) = text.split_once([':', '：']).unwrap_or((text, ""));
    behind(head, rest, &LABELS, &QUALIFIERS).or_else(|| PHRASES.contains(&bare(head).as_str()).then(|| behind_marks(rest)))
}

/// What stands behind a word for the answer to what the reader was asked: `Correct answer: 3`; nothing, where that's all.
pub(in super::super) fn answer(text: &str) -> Option<&str> {
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
