//! What exceptions say, and what is claimed of them.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    claim::{Claim, Kind, Says},
    judge::text::without_addresses,
    run::protocol::{Note, Raised},
};

/// Where what can't be read stands, at the end of a message: `invalid syntax (<stdin>, line 1)`.
static SOURCE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r" \([^()\n]+, line \d+\)$").expect("a pattern"));

/// Whether an exception is claimed that differs from what was raised in one word, or in a quarter of many, or begins so: code that ran otherwise than in
/// the document would hardly come so near. But a name that isn't defined may be one that the document has elsewhere.
pub(in crate::judge) fn is_a_word_off(claim: &Claim, actual: Option<&str>) -> bool {
    let Some(raised) = actual.and_then(|actual| actual.strip_prefix("raises ")).filter(|raised| !raised.starts_with("NameError")) else {
        return false;
    };
    // What stands around a word (quotes, brackets, the place of what can't be read) is none of it.
    let plain = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '<' | '>' | '-' | '+')).to_owned();
    let words = |text: &str| {
        let line = without_addresses(text.lines().next().unwrap_or_default());
        SOURCE.replace(&line, "").split_whitespace().map(plain).filter(|word| !word.is_empty()).collect::<Vec<_>>()
    };
    let (mut claimed, mut raised) = (words(&claim.expected), words(raised));
    // The module of an exception is shown or left out.
    if let Some(name) = claimed.first_mut() {
        *name = name.rsplit('.').next().unwrap_or_default().to_owned();
    }
    if claimed.len() > 3 && claimed.last().is_some_and(|last| last == "...") {
        claimed.pop();
        raised.truncate(claimed.len());
    }
    let others = claimed.iter().zip(&raised).filter(|(claimed, raised)| claimed != raised).count();
    let is_near =
        claimed.len() == raised.len() && others <= 1 || (8..=raised.len()).contains(&claimed.len()) && others * 4 <= claimed.len();
    let is_another_type = raised.len() == 2 && claimed.len() == 2 && claimed[0] != raised[0];
    let begins_so = |one: &str, other: &str| one.len() > 2 && other.starts_with(one);
    let is_a_letter_off = match (&claimed[..], &raised[..]) {
        ([_, claimed], [_, raised]) => begins_so(claimed, raised) || begins_so(raised, claimed),
        _ => false,
    };
    claim.kind == Kind::Exception && is_near && (raised.len() > 2 || is_another_type || is_a_letter_off)
}

/// Whether an exception says that a name denotes a module where a class or a function is meant.
pub(super) fn is_of_another_module(actual: &str) -> bool {
    actual == "raises TypeError: 'module' object is not callable"
}

/// The same of a function where another object is meant.
pub(super) fn is_of_another_function(actual: &str) -> bool {
    let starts = ["AttributeError: 'function' object has no attribute ", "TypeError: 'function' object is not subscriptable"];
    actual.strip_prefix("raises ").is_some_and(|raised| starts.iter().any(|start| raised.starts_with(start)))
}

/// The same of what has its package's name in a module of that: who types the example has imported the package.
pub(super) fn is_of_a_namesake(actual: &str, statement: &str, module: &str) -> bool {
    let package = module.split('.').next().unwrap_or_default();
    let begins = statement.trim_start().strip_prefix(package).is_some_and(|rest| rest.starts_with('.'));
    begins && actual.starts_with("raises AttributeError: ") && !actual.contains("module '")
}

/// Whether what is claimed is one of the exceptions of the group that was raised.
pub(super) fn is_of_group(claimed: &str, group: &Raised) -> bool {
    let claimed = claimed.trim();
    let is_claimed = |line: &str| {
        let line = line.trim_start_matches([' ', '|']);
        !claimed.is_empty() && line.strip_prefix(claimed).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    };
    group.mro.iter().any(|class| class == "BaseExceptionGroup")
        && group.traceback.lines().any(|line| line.starts_with(' ') && is_claimed(line))
}

/// Whether an exception is claimed that says that the time for something is over: a faster machine is done before.
pub(super) fn may_be_in_time(claim: &Claim) -> bool {
    let name = claim.expected.trim().split(':').next().unwrap_or_default();
    claim.kind == Kind::Exception && name.rsplit('.').next().is_some_and(|name| name.starts_with("Timeout") || name.ends_with("Timeout"))
}

/// What was raised by a note: where another claim says that it is, it stops nothing.
pub(super) fn raised_in(note: &Note) -> Option<&Raised> {
    match note {
        Note::Stopped(raised) => Some(raised),
        Note::Seen(observation) => observation.raised.as_ref(),
        _ => None,
    }
}

/// Whether an exception says that a bracket or a quote is open at the end.
pub(super) fn is_never_closed(actual: &str) -> bool {
    actual.starts_with("raises SyntaxError: ") && actual.contains(" was never closed")
}

/// Whether a claim is about something else than exceptions.
pub(super) fn claims_no_exception(claim: &Claim) -> bool {
    let of_exception = |says: &Says| matches!(says, Says::Raises { .. } | Says::RaisesNothing | Says::Shows { is_exception: true, .. });
    claim.kind != Kind::Exception && !claim.readings.iter().any(|reading| of_exception(&reading.says))
}

/// Whether a claim names nothing but an exception, and another was raised that doesn't come from names that are missing or stand for something else.
pub(super) fn is_another_exception(claim: &Claim, actual: Option<&str>) -> bool {
    const OF_OTHER_NAMES: [&str; 9] = [
        "NameError",
        "UnboundLocalError",
        "AttributeError",
        "TypeError",
        "KeyError",
        "IndexError",
        "ImportError",
        "ModuleNotFoundError",
        "FileNotFoundError",
    ];
    let names_only = |says: &Says| {
        let names =
            matches!(says, Says::Raises { exception: Some(_), message: None } | Says::Printed(_) | Says::Shows { is_exception: true, .. });
        names && claim.kind == Kind::Exception
    };
    let raised = actual.and_then(|actual| actual.strip_prefix("raises ")).map(|raised| raised.split(':').next().unwrap_or_default());
    raised.is_some_and(|name| !OF_OTHER_NAMES.contains(&name)) && claim.readings.iter().all(|reading| names_only(&reading.says))
}

/// The name of which an exception says that it isn't defined.
pub(in crate::judge) fn missing_name(actual: &str) -> Option<&str> {
    actual.strip_prefix("raises NameError: name '")?.split('\'').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_within_a_group() {
        let traceback = "  + Exception Group Traceback (most recent call last):\n  | ExceptionGroup: tray (1 sub-exception)\n  +-+---------------- 1 ----------------\n    | KeyError: 'tea'\n    +------------------------------------\n";
        let raised = |bases: &[&str]| Raised {
            r#type: "Spilled".to_owned(),
            module: "teapot".to_owned(),
            mro: bases.iter().map(|&base| base.to_owned()).collect(),
            message: String::new(),
            line: None,
            traceback: traceback.to_owned(),
            subject: None,
        };
        let group = raised(&["Spilled", "ExceptionGroup", "BaseExceptionGroup", "Exception"]);
        for claimed in ["KeyError", "KeyError: 'tea'"] {
            assert!(is_of_group(claimed, &group), "{claimed}");
            assert!(!is_of_group(claimed, &raised(&["Spilled", "Exception"])), "{claimed}");
        }
        for claimed in ["", "Key", "KeyError: 'cup'", "ValueError", "tea"] {
            assert!(!is_of_group(claimed, &group), "{claimed}");
        }
    }

    #[test]
    fn what_has_the_name_of_its_package() {
        let raised = "raises AttributeError: type object 'teapot.teapot' has no attribute 'pour'";
        assert!(is_of_a_namesake(raised, "teapot.pour(2)", "teapot.lid"));
        assert!(!is_of_a_namesake(raised, "pot.pour(2)", "teapot"));
        assert!(!is_of_a_namesake(raised, "teapots.pour(2)", "teapot"));
        assert!(!is_of_a_namesake("raises AttributeError: module 'teapot' has no attribute 'pour'", "teapot.pour(2)", "teapot"));
        assert!(!is_of_a_namesake("raises TypeError: no tea", "teapot.pour(2)", "teapot"));
    }
}
