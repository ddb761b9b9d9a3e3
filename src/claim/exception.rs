//! Exceptions that comments name: `ValueError`, `raises ValueError`, `-> TypeError: message`, `No KeyError!`, `Works!`.

use std::ops::Range;

use super::{
    Strength,
    lead::{strip_arrows, strip_mark},
    tail,
};

/// An exception found in a comment's text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Raise<'t> {
    /// Its bytes in the text, with the message.
    pub(super) span: Range<usize>,
    /// Its name, where one is given.
    pub(super) exception: Option<&'t str>,
    /// Its message, where one is given, the likeliest reading first.
    pub(super) messages: Vec<&'t str>,
    /// What follows.
    pub(super) tail: &'t str,
    /// Whether it's beyond doubt.
    pub(super) strength: Strength,
}

/// Whether a name is an exception's by its look.
pub(super) fn is_exception_name(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let starts_upper = last.chars().next().is_some_and(char::is_uppercase);
    let suffix = ["Error", "Exception", "Interrupt", "Exit", "StopIteration", "StopAsyncIteration", "ExceptionGroup"];
    starts_upper && !matches!(last, "Error" | "Exit" | "Interrupt") && suffix.iter().any(|suffix| last.ends_with(suffix))
}

/// The exception that a text states at its start, behind a lead-in. `is_known` tells names of the example's own exceptions.
pub(super) fn read<'t>(text: &'t str, is_known: impl Fn(&str) -> bool) -> Option<Raise<'t>> {
    let (at, raises) = lead(text);
    let rest = &text[at..];
    let name_end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').unwrap_or(rest.len());
    let name = rest[..name_end].trim_end_matches('.');
    let is_exception = is_exception_name(name) || is_known(name);
    // After "raises", any class-like name is one: Django's `DoesNotExist`.
    let looks_like_class = raises
        && name.chars().next().is_some_and(char::is_uppercase)
        && name.chars().any(char::is_lowercase)
        && name.chars().skip(1).any(char::is_uppercase);
    if !is_exception && !looks_like_class {
        return message_only(text);
    }
    let behind = &rest[name.len()..];
    let span_start = at;
    let name_span = span_start..at + name.len();
    if let Some(after_colon) = behind.strip_prefix(':').or_else(|| behind.strip_prefix(" -").filter(|rest| rest.starts_with("- "))) {
        let after_marks = after_colon.trim_start_matches(['-', ' ']);
        let message = after_marks.trim_end();
        if !message.is_empty() {
            let start = text.len() - after_marks.len();
            let mut messages = vec![message];
            messages.extend(tail::cuts(message).map(|cut| message[..cut].trim_end()).filter(|cut| !cut.is_empty()));
            return Some(Raise {
                span: span_start..start + message.len(),
                exception: Some(name),
                messages,
                tail: "",
                strength: Strength::Firm,
            });
        }
    }
    if let Some((message, length)) = called(behind) {
        let span = span_start..at + name.len() + length;
        let tail = &text[span.end..];
        let messages = message.into_iter().collect();
        return Some(Raise { span, exception: Some(name), messages, tail, strength: strength_of(tail, raises) });
    }
    Some(Raise { span: name_span, exception: Some(name), messages: Vec::new(), tail: behind, strength: strength_of(behind, raises) })
}

/// Whether a text says that nothing is raised: its bytes.
pub(super) fn raises_nothing(text: &str) -> Option<Range<usize>> {
    let lower = text.to_lowercase();
    // Lower case can have another length: `İ`.
    if lower.len() != text.len() {
        return None;
    }
    let words = [
        "works fine",
        "works",
        "ok",
        "okay",
        "fine",
        "no problem",
        "succeeds",
        "allowed",
        "passes",
        "valid",
        "no exception",
        "no error",
        "no errors",
        "still works",
        "also works",
        "this works",
        "✅",
        "✓",
        "✔️",
        "✔",
    ];
    let stated = words.into_iter().filter(|word| lower.starts_with(word)).max_by_key(|word| word.len());
    if let Some(word) = stated {
        let behind = &text[word.len()..];
        let alone = word.starts_with(['✅', '✓', '✔']);
        let ends = behind.trim().is_empty()
            || behind.starts_with(['!', '.', ',', ';', ':'])
            || [" (", " -", " —", " –", "  ", " ✅", " ✓"].iter().any(|start| behind.starts_with(start));
        return (ends || alone).then_some(0..word.len());
    }
    let name = text.strip_prefix("No ").or_else(|| text.strip_prefix("no "))?;
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
    is_exception_name(&name[..end]).then_some(0..3 + end)
}

/// What introduces an exception in other languages, in small letters.
const OTHER_LANGUAGES: [&str; 34] = [
    "fehler: ",
    "ausnahme: ",
    "wirft ",
    "erreur: ",
    "erreur : ",
    "exception : ",
    "lève ",
    "errore: ",
    "eccezione: ",
    "solleva ",
    "excepción: ",
    "lanza ",
    "erro: ",
    "exceção: ",
    "lança ",
    "fout: ",
    "błąd: ",
    "hata: ",
    "lỗi: ",
    "ошибка: ",
    "исключение: ",
    "вызовет ",
    "错误: ",
    "错误：",
    "报错: ",
    "报错：",
    "异常: ",
    "异常：",
    "抛出 ",
    "エラー: ",
    "エラー：",
    "例外: ",
    "오류: ",
    "예외: ",
];

/// The lead-in of an exception: its length, and whether it says "raises".
fn lead(text: &str) -> (usize, bool) {
    let mut at = strip_mark(text);
    let mut raises = false;
    let verbs = [
        "this will raise ",
        "this raises ",
        "it raises ",
        "will raise ",
        "would raise ",
        "should raise ",
        "raises: ",
        "raises ",
        "raise ",
        "throws ",
        "will throw ",
        "fails with ",
        "fails: ",
        "gives ",
        "produces ",
        "error: ",
        "exception: ",
        "results in ",
        "leads to ",
        "boom: ",
        "boom! ",
        "output: ",
        "a ",
        "an ",
        "the ",
    ];
    for _ in 0..3 {
        let rest = &text[at..];
        let starts = |verb: &&&str| rest.get(..verb.len()).is_some_and(|start| start.to_lowercase() == **verb);
        let Some(verb) = verbs.iter().chain(&OTHER_LANGUAGES).find(starts) else {
            break;
        };
        raises |= ["rais", "throw", "fail"].iter().any(|stem| verb.contains(stem));
        at += verb.len();
        at += strip_arrows(&text[at..]);
    }
    (at, raises)
}

/// `error: message only`, `ERROR!`, `raises an error`, `-> throws unexpected call`.
fn message_only(text: &str) -> Option<Raise<'_>> {
    let (at, raises) = lead(text);
    // The lead-in takes `error:` along.
    let message =
        text[..at].to_ascii_lowercase().trim_end().ends_with("error:").then(|| text[at..].trim()).filter(|message| !message.is_empty());
    let word = ["error", "exception"].into_iter().find(|word| {
        let rest = &text[at..];
        rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
            && (rest[word.len()..].trim_start().is_empty()
                || rest[word.len()..].starts_with(['!', '.', ':'])
                || (at > 0 && raises)
                || [" (", " -", " —", " –", "  "].iter().any(|mark| rest[word.len()..].starts_with(mark)))
    });
    let span = match (message, word) {
        (Some(message), _) => at..at + message.len(),
        (None, Some(word)) => at..at + word.len(),
        // `-> throws unexpected call`: in words of its own.
        (None, None) if raises && strip_arrows(text) > 0 && !text[at..].trim().is_empty() => at..text.trim_end().len(),
        (None, None) => return None,
    };
    Some(Raise { tail: &text[span.end..], span, exception: None, messages: message.into_iter().collect(), strength: Strength::Soft })
}

/// The message in `("…")` behind a name, and the length of the brackets.
fn called(behind: &str) -> Option<(Option<&str>, usize)> {
    let inner = behind.strip_prefix('(')?;
    if inner.starts_with(')') {
        return Some((None, 2));
    }
    let string = super::value::scan(inner)?;
    if string.shape == super::value::Shape::String && inner[string.text.len()..].starts_with(')') {
        let message = string.text.trim_matches(['\'', '"']);
        return Some((Some(message), string.text.len() + 2));
    }
    inner.starts_with("...)").then_some((None, 5))
}

/// A name that goes on as a sentence may be prose.
fn strength_of(behind: &str, raises: bool) -> Strength {
    let rest = behind.trim_start();
    let clear = rest.is_empty()
        || behind.starts_with(['!', '.', ',', ';', ':'])
        || behind.starts_with("  ")
        || rest.starts_with(['(', '-', '—', '–', '<', '←', '#', '❌', '✗', '💥'])
        || ["with ", "because", "as ", "since ", "due ", "here", "again", "not ", "instead", "too", "also"]
            .iter()
            .any(|word| rest.starts_with(word));
    // "raises ValueError too", but not "raises ValueError if …" or "ValueError handling".
    let goes_on = raises && !rest.starts_with(|c: char| c.is_alphabetic());
    if clear || goes_on { Strength::Firm } else { Strength::Soft }
}
