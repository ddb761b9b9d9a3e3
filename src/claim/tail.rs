//! What stands behind a claimed value: an explanation, or words that show that the value was part of a sentence.

use super::value::Shape;

/// How a comment goes on behind a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tail {
    /// Not at all, or with an explanation set off by a dash, bracket, comma or gap.
    Apart,
    /// With words that may belong to the value (`5 elements`).
    Vague,
    /// In a way that makes it something else (`1. First step`).
    Refuting,
}

/// Judges what stands behind a value of this shape.
pub(super) fn judge(rest: &str, shape: Shape<'_>) -> Tail {
    if rest.trim().is_empty() || rest.starts_with("  ") || rest.starts_with('\t') {
        return Tail::Apart;
    }
    let mut chars = rest.chars();
    let first = chars.next().unwrap_or(' ');
    let second = chars.next();
    if first != ' ' {
        let set_off = second.is_none_or(char::is_whitespace);
        return match first {
            '.' if shape == Shape::Number && second.is_some() => Tail::Refuting,
            ',' | ';' | '.' if set_off => Tail::Apart,
            '!' => Tail::Apart,
            '…' | '—' | '–' | '←' | '✅' | '✓' | '✔' | '❌' => Tail::Apart,
            // Marks as wide as a letter of Chinese or Japanese stand without blanks.
            '（' | '，' | '。' | '；' | '！' => Tail::Apart,
            '?' if set_off => Tail::Vague,
            _ => Tail::Refuting,
        };
    }
    let rest = rest.trim_start();
    let apart = ["--", "—", "–", "- ", "(", "（", "| ", "//", "#", "<-", "←", ";", "✅", "✓", "✔", "❌", "✗", "!", "⇐", "^", "👈", "⚠"];
    if apart.iter().any(|start| rest.starts_with(start)) {
        return Tail::Apart;
    }
    if ["->", "=>", "→", "=", "+ ", "* ", "/ ", "< ", "<= ", "> ", ">= ", ":", ")", "]", "% "].iter().any(|start| rest.starts_with(start))
    {
        return Tail::Refuting;
    }
    let word = rest.split(|c: char| !c.is_alphabetic() && c != '\'').next().unwrap_or_default();
    // `initially`, `exactly`
    if word.len() > 4 && word.ends_with("ly") {
        return Tail::Apart;
    }
    if is_where_it_goes(rest) {
        return Tail::Apart;
    }
    // `decode("Y3Vw")  # "cup" in Base64`: of what is given.
    if shape == Shape::String && is_in_code(rest) {
        return Tail::Vague;
    }
    match (word.to_lowercase().as_str(), shape) {
        (
            "because" | "beacuse" | "becuase" | "bcs" | "bc" | "cuz" | "since" | "as" | "due" | "not" | "instead" | "but" | "now" | "again"
            | "still" | "too" | "also" | "here" | "always" | "thanks" | "without" | "after" | "even" | "despite" | "though" | "although"
            | "unlike" | "rather" | "never" | "regardless",
            _,
        ) => Tail::Apart,
        (
            "if" | "when" | "unless" | "in" | "on" | "under" | "with" | "for" | "before" | "until" | "at" | "by" | "from" | "so" | "only"
            | "every",
            _,
        ) => {
            if matches!(shape, Shape::Display(_) | Shape::Constant | Shape::String | Shape::Call(_)) {
                Tail::Apart
            } else {
                Tail::Vague
            }
        }
        (
            "is" | "are" | "was" | "were" | "means" | "or" | "and" | "has" | "have" | "will" | "would" | "can" | "to" | "must" | "should"
            | "may",
            _,
        ) => Tail::Refuting,
        (_, Shape::String | Shape::Name | Shape::Generic) => Tail::Refuting,
        _ => Tail::Vague,
    }
}

/// `to the console`: where what's printed is to be seen, and nothing more.
fn is_where_it_goes(rest: &str) -> bool {
    let mut words = rest.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase);
    let is_place = |word: &str| matches!(word, "console" | "terminal" | "screen" | "stdout" | "the" | "standard" | "output" | "or");
    let is_led = words.next().is_some_and(|word| matches!(word.as_str(), "to" | "on" | "in"));
    let mut places = words.peekable();
    is_led && places.peek().is_some() && places.all(|word| is_place(&word))
}

/// `in Base64`: a text that is written in a code.
fn is_in_code(rest: &str) -> bool {
    const CODES: [&str; 9] = ["base64", "base32", "hex", "hexadecimal", "binary", "utf", "ascii", "unicode", "morse"];
    let mut words = rest.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.next().as_deref() == Some("in") && words.next().is_some_and(|word| CODES.contains(&word.as_str()))
}

/// Where an explanation may start in a text, the last place first; at most eight places.
pub(super) fn cuts(text: &str) -> impl Iterator<Item = usize> + '_ {
    let marks = ["  ", " -- ", " - ", " — ", " – ", " (", "（", "，", ", ", "; ", " <- ", " <-- ", " ← ", " # "];
    let mut cuts: Vec<usize> = marks.iter().flat_map(|mark| text.match_indices(mark)).map(|(at, _)| at).filter(|at| *at > 0).collect();
    cuts.sort_unstable_by(|a, b| b.cmp(a));
    cuts.dedup();
    cuts.into_iter().rev().take(8).rev()
}
