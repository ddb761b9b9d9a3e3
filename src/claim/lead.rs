//! What introduces a claimed value: arrows, `Output:`, `returns`, `prints`, and a few words of the author's own before a colon.

use super::{Condition, condition, value};

/// What a lead-in says of the value behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    /// There is none.
    None,
    /// An arrow, `Result:`, `Expected:`: it doesn't say how the value shows.
    Any,
    /// It's printed.
    Output,
    /// It's the value.
    Value,
}

/// A lead-in at the start of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LeadIn {
    /// Where the claimed text starts.
    pub(super) end: usize,
    /// What it says.
    pub(super) lead: Lead,
    /// It ends with a colon or arrow: whatever follows is claimed, even if it doesn't look like a value.
    pub(super) is_explicit: bool,
    /// A condition in brackets: `Output (Python 3.12):`.
    pub(super) condition: Option<Condition>,
}

const OUTPUT: &[&str] = &[
    "here it will print",
    "it will print",
    "this will output",
    "which prints",
    "输出结果",
    "输出",
    "打印",
    "出力",
    "출력",
    "Ausgabe",
    "Salida",
    "Sortie",
    "Affiche",
    "Saída",
    "Вывод",
    "this will print",
    "will print",
    "would print",
    "should print",
    "this prints",
    "it prints",
    "prints out",
    "also prints",
    "prints",
    "printed",
    "program output",
    "sample output",
    "example output",
    "expected output",
    "actual output",
    "console output",
    "terminal output",
    "outputs",
    "output",
    "displays",
    "will output",
    "will display",
    "shows",
    "stdout",
    "writes",
    "logs",
    "imprime",
    "muestra",
    "mostra",
    "affichera",
    "выводит",
    "выведет",
    "печатает",
    "напечатает",
    "印出",
    "çıktı",
    "uitvoer",
    "keluaran",
];
const VALUE: &[&str] = &[
    "this returns",
    "it returns",
    "will return",
    "would return",
    "should return",
    "also returns",
    "still returns",
    "now returns",
    "returns",
    "returned",
    "return value",
    "evaluates to",
    "will evaluate to",
    "gives",
    "yields",
    "produces",
    "results in",
    "equals",
    "is now",
    "will be",
    "should be",
    "now is",
    "becomes",
    "is",
    "now",
    "still",
    "also",
    "return",
    "devuelve",
    "retorna",
    "renvoie",
    "retourne",
    "возвращает",
    "вернёт",
    "вернет",
    "返回值",
    "返回",
    "戻り値",
    "반환",
];
const ANY: &[&str] = &[
    "outcome",
    "结果",
    "Ergebnis",
    "Resultado",
    "결과",
    "Hasil",
    "Wynik",
    "Результат",
    "結果",
    "Risultato",
    "Resultat",
    "Résultat",
    "Sonuç",
    "Kết quả",
    "Retorno",
    "actual result",
    "actual value",
    "actual",
    "expected result",
    "expected value",
    "expected",
    "the result is",
    "result is",
    "the result",
    "results",
    "result",
    "the answer is",
    "answer is",
    "answer",
    "out",
    "got",
    "gets",
    "ans",
    "e.g.",
];
const PRINT_ORDER: &[&str] = &["print"];

/// The lead-in at the start of a text; an empty one where there is none.
pub(super) fn read(text: &str) -> LeadIn {
    // Below `$ python tea.py` is what that prints.
    if is_command(text) {
        return LeadIn { end: text.len(), lead: Lead::Output, is_explicit: true, condition: called_with(text) };
    }
    let actual = behind_expected(text);
    let mut found = LeadIn { end: actual.unwrap_or_else(|| strip_mark(text)), lead: Lead::None, is_explicit: false, condition: None };
    if found.end > 0 {
        found.lead = Lead::Any;
        found.is_explicit = true;
    }
    for _ in 0..3 {
        let rest = &text[found.end..];
        let Some((word, lead)) = word(rest) else { break };
        let mut at = found.end + word;
        // `Output (Python 3.12):`, `Out[3]:`
        let blanks = text[at..].len() - text[at..].trim_start().len();
        let after_blanks = &text[at + blanks..];
        if let Some(inner) = after_blanks.strip_prefix(['(', '['])
            && let Some(close) = inner.find([')', ']'])
            && inner[close + 1..].trim_start().starts_with([':', '-', '=', '→'])
        {
            found.condition = condition::find(&inner[..close]).or(found.condition.take());
            at += blanks + 1 + close + 1;
        }
        let behind = text[at..].trim_start();
        let separator = if behind.starts_with([':', '：']) {
            let rest = behind.trim_start_matches([':', '：']);
            // `Output:- 5`; but `Output:-5` is less than nothing.
            let rest = rest.strip_prefix('-').filter(|rest| rest.is_empty() || rest.starts_with(' ')).unwrap_or(rest);
            text.len() - rest.len() - at
        } else {
            let start = text.len() - behind.len();
            let arrows = strip_arrows(behind);
            if arrows > 0 { start + arrows - at } else { 0 }
        };
        if lead == Lead::None && separator == 0 {
            // "print" alone is an order, not a report.
            break;
        }
        let lead = if lead == Lead::None { Lead::Output } else { lead };
        if separator == 0 && !text[at..].starts_with(' ') && !text[at..].is_empty() {
            break;
        }
        at += separator;
        at += text[at..].len() - text[at..].trim_start().len();
        found.is_explicit |= separator > 0;
        if found.lead != Lead::Output && !(found.lead == Lead::Value && lead == Lead::Any) {
            found.lead = lead;
        }
        found.end = at;
    }
    found
}

/// Whether a text says what one would expect: what comes out instead may follow.
pub(super) fn says_expected(text: &str) -> bool {
    text.get(..8).is_some_and(|word| word.eq_ignore_ascii_case("expected"))
}

/// Whether a text says what comes out instead of what one would expect.
pub(super) fn says_actual(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["actual", "but ", "got:", "got "].iter().any(|word| lower.starts_with(word))
}

/// Where in a text what comes out stands behind the value that one would expect instead: `Expected: [1]. Actual: [1, 2]`, `Expected 1, got 2`.
fn behind_expected(text: &str) -> Option<usize> {
    let label = Some(text).filter(|text| says_expected(text))?.split_inclusive([':', ' ']).take(3);
    let word = |word: &&str| {
        matches!(word.trim_end_matches([':', ' ']).to_ascii_lowercase().as_str(), "expected" | "output" | "result" | "value" | "")
    };
    let start: usize = label.take_while(word).map(str::len).sum();
    let value = value::scan(text.get(start..)?)?.text.len();
    let rest = text[start + value..].trim_start_matches(['.', ',', ';', ' ', '(', '-', '–', '—']);
    let rest = ["but ", "and "].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
    let words = ["actual output", "actual result", "actual value", "actually", "actual", "gets", "got", "is", "was"];
    let lower = rest.to_ascii_lowercase();
    let word = words.iter().find(|word| lower.strip_prefix(**word).is_some_and(|rest| rest.starts_with([':', ' '])))?;
    let shown = rest[word.len()..].trim_start_matches([':', ' ']);
    (rest.len() < text.len() - start - value && !shown.is_empty()).then(|| text.len() - shown.len())
}

/// Whether a line is nothing but a word for output: `Output`, `Expected output:`.
pub(super) fn is_label(text: &str) -> bool {
    let lead = read(text);
    lead.end == text.len() && lead.lead == Lead::Output && (lead.is_explicit || text.to_ascii_lowercase().ends_with("output"))
}

/// Whether a line is a prompt of a shell with a command that runs a file of Python: `$ python tea.py`, `C:\tea> py tea.py`.
pub(super) fn is_command(text: &str) -> bool {
    let command = match text.strip_prefix(['$', '%']) {
        Some(rest) => rest,
        None => match text.split_once('>') {
            Some((place, rest)) if place.starts_with("PS ") || place.get(1..).is_some_and(|rest| rest.starts_with(":\\")) => rest,
            _ => return false,
        },
    };
    let mut words = command.split_whitespace();
    let program = words.next().unwrap_or_default();
    if !words.any(|word| word.ends_with(".py")) {
        return false;
    }
    let program = program.rsplit(['/', '\\']).next().unwrap_or_default().trim_end_matches(".exe");
    program == "py" || program.strip_prefix("python").is_some_and(|version| version.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

/// The condition of what a command shows that calls its script with arguments, `$ python tea.py green`: an example is called with none.
fn called_with(command: &str) -> Option<Condition> {
    let behind_script = command.split_whitespace().skip_while(|word| !word.ends_with(".py")).nth(1);
    let is_argument = |word: &str| !word.starts_with(['|', '>', '<', '&', ';', '#', '2']);
    behind_script.filter(|word| is_argument(word)).map(|_| Condition::Other(command.trim_start_matches(['$', '%', ' ']).to_owned()))
}

/// Bytes of arrows, equals signs and the blanks behind them at the start of a text.
pub(super) fn strip_arrows(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let arrow = ["==>", "-->", "->", "=>", "→", "⇒", "➜", "➔", "⟶", "⟹", "↦", "👉", "==", "=", "❌", "✗", "💥", "⚠️"]
            .iter()
            .find(|arrow| rest.starts_with(**arrow));
        match arrow {
            Some(arrow) => {
                at += arrow.len();
                at += text[at..].len() - text[at..].trim_start().len();
            }
            None => return at,
        }
    }
}

/// Bytes of arrows at the start of a text, or of the marks `> ` and `>> ` that some write before output. Within a text they compare.
pub(super) fn strip_mark(text: &str) -> usize {
    let mark = [">> ", "> "].into_iter().find(|mark| text.starts_with(mark));
    mark.map_or_else(|| strip_arrows(text), |mark| text.len() - text[mark.len()..].trim_start().len())
}

/// A lead-in of the author's own, `all matches: `: where what it introduces starts. At most eight words, without a bracket or quote.
pub(super) fn label(text: &str) -> Option<usize> {
    let colon = text.find(": ")?;
    let words = &text[..colon];
    let is_plain = words.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '\'' | '/' | '.' | ','));
    let starts_with_word = words.chars().next().is_some_and(char::is_alphabetic);
    (is_plain && starts_with_word && words.split_whitespace().count() <= 8).then(|| text.len() - text[colon + 1..].trim_start().len())
}

/// The lead-in word at the start of a text, its bytes and what it says; `Lead::None` for "print", which needs a colon.
fn word(text: &str) -> Option<(usize, Lead)> {
    let lists = [(OUTPUT, Lead::Output), (VALUE, Lead::Value), (ANY, Lead::Any), (PRINT_ORDER, Lead::None)];
    let found = lists.into_iter().flat_map(|(words, lead)| words.iter().map(move |word| (*word, lead)));
    found
        .filter(|(word, _)| {
            text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
                && !text[word.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
        })
        .map(|(word, lead)| (word.len(), lead))
        .max_by_key(|(length, _)| *length)
}
