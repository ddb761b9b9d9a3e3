//! Claims about exceptions.

use std::collections::BTreeSet;

use crate::{plan::continuing::Undefined, run::protocol::Raised};

use super::{
    evidence::Pass,
    outcome::{described, excuse},
    pardon::is_path_a_letter_off,
    reading::Agreement,
    reason::Reason,
    shape::{Likeness, Shape, compare, parse, same_name},
    text::{fits, squeeze, without_colours},
};

/// Whether a pass raised what is claimed: the type or a subclass of it, with that message.
pub(super) fn agreement(exception: Option<&str>, message: Option<&str>, pass: &Pass, undefined: &Undefined) -> Agreement {
    let Some(raised) = pass.raised() else { return without(exception, message, pass) };
    let actual = Some(format!("raises {}", described(raised)));
    let is_type = exception.is_none_or(|name| is_instance(raised, name));
    if is_type && message.is_none_or(|message| says(raised, message)) {
        return Agreement::Agrees { actual };
    }
    if exception.is_some_and(|name| is_behind(name, message, raised)) {
        return Agreement::Unknown { actual, reason: Reason::new("partial", "another exception was raised behind the one that is shown") };
    }
    if is_type && message.is_some_and(|message| is_rewritten(message, raised)) {
        return Agreement::Unknown { actual, reason: Reason::new("environment", "pytest writes such a message, and Python none") };
    }
    match excuse(raised, undefined) {
        // What lacks a package or a name can't show another exception; the same type with another message is what it is, and so is the same message.
        Some(reason) if !is_type && !message.is_some_and(|message| says(raised, message)) => Agreement::Unknown { actual, reason },
        _ => Agreement::Differs { reason: Reason::new("soft", format!("it {}", actual.as_deref().unwrap_or_default())), actual },
    }
}

/// Whether a part of a claimed message, with what could be an explanation behind it, is a part of the given one with the same mark behind it: then what
/// follows may belong to the message.
pub(super) fn is_torn(part: &str, claimed: &str, raised: &Raised) -> bool {
    let mark = |text: &str| -> Option<[char; 2]> {
        let mut behind = text[text.find(part)? + part.len()..].chars();
        Some([behind.next()?, behind.next()?])
    };
    !part.is_empty() && mark(claimed).is_some_and(|found| mark(&raised.message) == Some(found))
}

/// A pass that raised nothing: its value may be the exception, or a warning may have been shown, or a traceback printed.
fn without(exception: Option<&str>, message: Option<&str>, pass: &Pass) -> Agreement {
    if let (Some(name), Some(value)) = (exception, &pass.seen().value)
        && (message.is_none() || value.str.as_deref() == message)
        && is_exception(name, &value.repr)
    {
        return Agreement::Agrees { actual: Some(value.repr.clone()) };
    }
    let shown = exception.is_some_and(|name| {
        let line = |line: &str| match message {
            Some(message) => line.contains(name) && squeeze(line).contains(&squeeze(message)),
            None => line.trim_start().starts_with(name) || line.contains(&format!(" {name}:")),
        };
        [pass.stderr, pass.stdout].into_iter().flatten().any(|output| output.lines().any(line))
    });
    if shown {
        return Agreement::Agrees { actual: exception.map(str::to_owned) };
    }
    let nothing = "raises nothing".to_owned();
    let is_told = |name: &str| pass.stderr.is_some_and(|errors| errors.contains(name));
    if exception.is_some_and(|name| name.ends_with("Warning") && !is_told(name)) {
        let reason = Reason::new("environment", "whether a warning is shown, or is an exception, depends on how Python was started");
        return Agreement::Unknown { actual: Some(nothing), reason };
    }
    Agreement::Differs { reason: Reason::new("soft", format!("it {nothing}")), actual: Some(nothing) }
}

/// Whether a message is what pytest says of an `assert` that has none: `assert 5 == 6`.
fn is_rewritten(message: &str, raised: &Raised) -> bool {
    raised.r#type == "AssertionError" && raised.message.is_empty() && message.starts_with("assert ")
}

/// Lines of a traceback that lead from an exception to that which was raised behind it.
const LINKS: [&str; 2] = ["During handling of the above exception", "The above exception was the direct cause"];

/// Whether a traceback shows an exception that another one was raised behind; of a message of several lines, the first counts.
fn is_behind(name: &str, message: Option<&str>, raised: &Raised) -> bool {
    let line = message.map_or_else(|| name.to_owned(), |message| format!("{name}: {message}"));
    let is_it =
        |shown: &str| shown.trim_end().strip_suffix(line.trim_end()).is_some_and(|module| module.is_empty() || module.ends_with('.'));
    let last = LINKS.iter().filter_map(|link| raised.traceback.rfind(&format!("\n\n{link}"))).max();
    last.is_some_and(|end| raised.traceback[..end].lines().any(is_it))
}

/// The message as a traceback shows it, with the notes that were added to the exception.
fn with_notes(raised: &Raised) -> Option<&str> {
    let at = raised.traceback.rfind(&described(raised))?;
    raised.traceback[at..].split_once(": ").map(|(_, message)| message.trim_end())
}

/// Whether the exception's type or one of its bases has this name; a claimed module in front need not be given.
pub(super) fn is_instance(raised: &Raised, name: &str) -> bool {
    let name = name.trim();
    // The names that Python 3 kept for one of its own.
    let name = match name {
        "IOError" | "EnvironmentError" | "socket.error" => "OSError",
        other => other,
    };
    let full = format!("{}.{}", raised.module, raised.r#type);
    if is_path_a_letter_off(name, &full) {
        return false;
    }
    same_name(name, &full) || raised.mro.iter().any(|base| same_name(name, base))
}

/// Whether a value is an exception of this type, or the type itself.
fn is_exception(name: &str, repr: &str) -> bool {
    match parse(repr) {
        Some(Shape::Call(callee, _)) => same_name(name, &callee),
        Some(angle @ Shape::Angle(_)) => compare(&Shape::Word(name.to_owned()), &angle) == Likeness::Same,
        _ => false,
    }
}

/// Whether a message is the claimed one: the same, a part of it in whole words, or the same words.
fn says(raised: &Raised, message: &str) -> bool {
    // Nothing between quotes is what is said, and no word that may be missing.
    if shows_empty(message) && !shows_empty(&raised.message) {
        return false;
    }
    // Another name than the one that this Python suggests in the same words.
    let suggested = [Some(raised.message.as_str()), with_notes(raised)].into_iter().flatten().find_map(suggestion);
    if suggestion(message).zip(suggested).is_some_and(|((words, claimed), (given_words, given))| words == given_words && claimed != given) {
        return false;
    }
    let bare = |text: &str| {
        let text = squeeze(text);
        let text = if text.ends_with("...") { text.as_str() } else { text.trim_end_matches(['.', '!']) };
        text.trim_matches(['\'', ' ']).to_lowercase()
    };
    let claimed = bare(in_brackets(without_suggestion(message)));
    // An exception that shows others has several lines, of which the last ones say most.
    let lines = raised.message.lines().filter(|line| raised.message.contains('\n') && !line.trim().is_empty());
    let given: Vec<String> = std::iter::once(raised.message.as_str())
        .chain(lines)
        .chain(with_notes(raised))
        .map(|text| bare(without_suggestion(&without_colours(text))))
        .collect();
    claimed.is_empty()
        || given.iter().any(|given| claimed == *given || fits(&claimed, given) || contains_fitting(given, &claimed))
        || contains_words(&given[0], &claimed)
        || same_words(&claimed, &given[0])
}

/// Whether a message shows an empty string.
fn shows_empty(message: &str) -> bool {
    ["''", "\"\""].iter().any(|quotes| {
        message.match_indices(quotes).any(|(at, _)| {
            let is_apart = |char: Option<char>| char.is_none_or(|char| !char.is_alphanumeric() && !matches!(char, '\'' | '"'));
            is_apart(message[..at].chars().next_back()) && is_apart(message[at + quotes.len()..].chars().next())
        })
    })
}

/// A message without what only a shown traceback adds: `. Did you mean: 'name'?`
fn without_suggestion(message: &str) -> &str {
    [". Did you mean", "? Did you mean", ". Did you forget", ". Maybe you meant"]
        .iter()
        .filter_map(|mark| message.rfind(mark))
        .min()
        .filter(|_| message.trim_end().ends_with('?'))
        .map_or(message, |at| &message[..at])
}

/// The words before the name that a message suggests at its end, and the name: `Did you mean: 'name'?`
fn suggestion(message: &str) -> Option<(&str, &str)> {
    let (before, name) = message.trim_end().strip_suffix("'?")?.rsplit_once('\'')?;
    let words = &before[before.rfind(['.', '?'])? + 1..];
    words.trim_start().starts_with("Did you").then(|| (words.trim(), name))
}

/// The text in `("text")` and `('text',)`, as Python 2 showed messages and as the arguments of an exception look.
fn in_brackets(message: &str) -> &str {
    let inner = message.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).map(|inner| inner.trim_end_matches(','));
    let quoted = inner.filter(|inner| {
        let quote = inner.chars().next();
        matches!(quote, Some('\'' | '"')) && inner.len() > 1 && inner.chars().next_back() == quote
    });
    quoted.map_or(message, |inner| &inner[1..inner.len() - 1])
}

/// Whether a line with a name of an exception in front goes on as claimed, with an ellipsis.
fn contains_fitting(line: &str, claimed: &str) -> bool {
    line.match_indices(':').map(|(at, _)| line[at + 1..].trim_start()).any(|rest| fits(claimed, rest) || claimed == rest)
}

/// Whether a text contains another as whole words; the end of a sentence is a part that says little, so a short one must be its beginning.
fn contains_words(text: &str, part: &str) -> bool {
    let ends_word = |text: &str| !text.starts_with(|char: char| char.is_alphanumeric() || char == '_');
    text.match_indices(part).any(|(at, _)| {
        let before = text[..at].ends_with(|char: char| char.is_alphanumeric() || char == '_');
        (at == 0 || (!before && part.len() >= 6)) && ends_word(&text[at + part.len()..])
    })
}

/// Whether all that a claimed message says stands in the given one: three words or more, and no numbers.
fn same_words(claimed_text: &str, given_text: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split(|char: char| !char.is_alphanumeric() && char != '_').filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let (claimed, given): (Vec<String>, BTreeSet<String>) = (words(claimed_text), words(given_text).into_iter().collect());
    const FILLERS: [&str; 12] = ["a", "an", "the", "is", "to", "of", "in", "on", "for", "with", "object", "has"];
    let telling: Vec<&String> = claimed.iter().filter(|word| !FILLERS.contains(&word.as_str())).collect();
    // Another number would be another message, in whatever order.
    let has_number = claimed.iter().any(|word| word.contains(|char: char| char.is_ascii_digit()));
    // `'<' not supported` isn't `'>' not supported`.
    let signs = |text: &str| text.chars().filter(|char| "<>+-*/=%&|^~@".contains(*char)).collect::<BTreeSet<char>>();
    let has_signs = signs(claimed_text).is_subset(&signs(given_text));
    has_signs && telling.len() >= 3 && !has_number && telling.iter().all(|word| given.contains(*word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_name_that_is_suggested() {
        let message = "name 'cpu' is not defined";
        let raised = |suggested: &str| Raised {
            r#type: "NameError".to_owned(),
            module: "builtins".to_owned(),
            mro: vec!["NameError".to_owned()],
            message: message.to_owned(),
            line: Some(1),
            traceback: format!("Traceback (most recent call last):\nNameError: {message}{suggested}\n"),
            subject: None,
        };
        let claimed = |suggested: &str| format!("{message}{suggested}");
        assert!(says(&raised(". Did you mean: 'cup'?"), &claimed(". Did you mean: 'cup'?")));
        assert!(!says(&raised(". Did you mean: 'cup'?"), &claimed(". Did you mean: 'pot'?")));
        // One that isn't shown, or is shown in other words, says nothing against it.
        for (given, suggested) in [
            ("", ". Did you mean: 'pot'?"),
            (". Did you mean: 'cup'?", ""),
            (". Did you forget to import 'cpu'?", ". Did you mean: 'pot'?"),
        ] {
            assert!(says(&raised(given), &claimed(suggested)), "{given} {suggested}");
        }
    }
}
