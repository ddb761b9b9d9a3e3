//! What exceptions of Python itself say in one release of it and said in another: the same, in other words.
//!
//! A page shows the words of the Python that its author had. They say nothing against another one, as long as they tell of the same names.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::{Captures, Regex};

/// Ways to say the same, each of them a pattern: `{name}` stands for what differs from case to case, and is the same in both where both have it.
const FORMS: [&[&str]; 40] = [
    &[
        "UnboundLocalError: local variable '{name}' referenced before assignment",
        "UnboundLocalError: cannot access local variable '{name}' where it is not associated with a value",
    ],
    &[
        "NameError: free variable '{name}' referenced before assignment in enclosing scope",
        "NameError: cannot access free variable '{name}' where it is not associated with a value in enclosing scope",
    ],
    &["NameError: name '{name}' is not defined", "NameError: global name '{name}' is not defined", "NameError: {name}"],
    &["ValueError: {value} is not in list", "ValueError: list.index(x): x not in list", "ValueError: x not in list"],
    &["ValueError: list.remove(x): x not in list", "ValueError: x not in list"],
    &["ValueError: tuple.index(x): x not in tuple", "ValueError: x not in tuple"],
    &[
        "ZeroDivisionError: division by zero",
        "ZeroDivisionError: integer division or modulo by zero",
        "ZeroDivisionError: int division or modulo by zero",
        "ZeroDivisionError: long division or modulo by zero",
        "ZeroDivisionError: int division by zero",
        "ZeroDivisionError: integer modulo by zero",
    ],
    &["ZeroDivisionError: float division by zero", "ZeroDivisionError: float division", "ZeroDivisionError: division by zero"],
    &["ZeroDivisionError: float modulo by zero", "ZeroDivisionError: float modulo", "ZeroDivisionError: division by zero"],
    &["ZeroDivisionError: float floor division by zero", "ZeroDivisionError: float divmod()", "ZeroDivisionError: division by zero"],
    &[
        "TypeError: can only concatenate str (not \"{type}\") to str",
        "TypeError: cannot concatenate 'str' and '{type}' objects",
        "TypeError: must be str, not {type}",
        "TypeError: Can't convert '{type}' object to str implicitly",
        "TypeError: coercing to Unicode: need string or buffer, {type} found",
    ],
    &[
        "TypeError: sequence item {number}: expected str instance, {type} found",
        "TypeError: sequence item {number}: expected string, {type} found",
    ],
    &[
        "TypeError: '{sign}' not supported between instances of '{left}' and '{right}'",
        "TypeError: unorderable types: {left}() {sign} {right}()",
    ],
    &[
        "TypeError: '{type}' object is not subscriptable",
        "TypeError: '{type}' object is unsubscriptable",
        "TypeError: '{type}' object does not support indexing",
        "TypeError: '{type}' object has no attribute '__getitem__'",
    ],
    &["TypeError: cannot unpack non-iterable {type} object", "TypeError: '{type}' object is not iterable"],
    &["TypeError: argument of type '{type}' is not iterable", "TypeError: argument of type '{type}' is not a container or iterable"],
    &["TypeError: a bytes-like object is required, not '{type}'", "TypeError: '{type}' does not support the buffer interface"],
    &[
        "TypeError: {function}() got some positional-only arguments passed as keyword arguments: '{name}'",
        "TypeError: {function}() got an unexpected keyword argument '{name}'",
    ],
    &[
        "TypeError: {function}() got an unexpected keyword argument '{name}'",
        "TypeError: '{name}' is an invalid keyword argument for {function}()",
        "TypeError: '{name}' is an invalid keyword argument for this function",
    ],
    &[
        "TypeError: {function}() takes {wanted} positional argument{plural} but {given} {verb} given",
        "TypeError: {function}() takes exactly {wanted} argument{other} ({given} given)",
    ],
    &[
        "TypeError: {function}() takes 0 positional arguments but {given} {verb} given",
        "TypeError: {function}() takes no arguments ({given} given)",
    ],
    &[
        "TypeError: {function}() missing {number} required positional argument{what}",
        "TypeError: {function}() takes exactly {wanted} argument{plural} ({given} given)",
        "TypeError: {function}() takes at least {wanted} argument{plural} ({given} given)",
    ],
    &[
        "TypeError: {class}() takes no arguments",
        "TypeError: object() takes no parameters",
        "TypeError: object.__new__() takes no parameters",
        "TypeError: this constructor takes no arguments",
    ],
    &[
        "TypeError: Can't instantiate abstract class {class} with abstract method {name}",
        "TypeError: Can't instantiate abstract class {class} with abstract methods {name}",
        "TypeError: Can't instantiate abstract class {class} without an implementation for abstract method '{name}'",
    ],
    &[
        "AttributeError: property '{name}' of '{class}' object has no setter",
        "AttributeError: can't set attribute '{name}'",
        "AttributeError: can't set attribute",
    ],
    &[
        "AttributeError: property '{name}' of '{class}' object has no deleter",
        "AttributeError: can't delete attribute '{name}'",
        "AttributeError: can't delete attribute",
    ],
    &[
        "AttributeError: property '{name}' of '{class}' object has no getter",
        "AttributeError: unreadable attribute '{name}'",
        "AttributeError: unreadable attribute",
    ],
    &["AttributeError: '{class}' object has no attribute '{name}'", "AttributeError: {class} instance has no attribute '{name}'"],
    &["AttributeError: module '{module}' has no attribute '{name}'", "AttributeError: 'module' object has no attribute '{name}'"],
    &[
        "ValueError: not enough values to unpack (expected {wanted}, got {given})",
        "ValueError: need more than {given} value{plural} to unpack",
    ],
    &["ValueError: math domain error", "ValueError: expected a {what} input, got {value}"],
    &[
        "SyntaxError: cannot assign to {what}",
        "SyntaxError: can't assign to {what}",
        "SyntaxError: cannot assign to {what} here. Maybe you meant {sign} instead of {other}?",
    ],
    &["SyntaxError: unterminated string literal (detected at line {line})", "SyntaxError: EOL while scanning string literal"],
    &[
        "SyntaxError: unterminated triple-quoted string literal (detected at line {line})",
        "SyntaxError: EOF while scanning triple-quoted string literal",
    ],
    &["SyntaxError: '{bracket}' was never closed", "SyntaxError: unexpected EOF while parsing"],
    &[
        "SyntaxError: parameter without a default follows parameter with a default",
        "SyntaxError: non-default argument follows default argument",
    ],
    &["SyntaxError: expression cannot contain assignment, perhaps you meant \"==\"?", "SyntaxError: keyword can't be an expression"],
    &["SyntaxError: multiple starred expressions in assignment", "SyntaxError: two starred expressions in assignment"],
    &["SyntaxError: invalid character '{char}' ({code})", "SyntaxError: invalid character in identifier"],
    &["RuntimeError: Set changed size during iteration", "RuntimeError: set changed size during iteration"],
];

/// The forms, each as patterns of a whole message and of one that stands behind a text.
static PATTERNS: LazyLock<Vec<Vec<Regex>>> =
    LazyLock::new(|| FORMS.iter().map(|forms| forms.iter().map(|form| pattern(form)).collect()).collect());

/// A form as a pattern: the name of the exception may be missing, as where a program prints what it says, and another text stand before it.
fn pattern(form: &str) -> Regex {
    let (name, message) = form.split_once(": ").expect("each form names its exception");
    let mut pattern = format!("^(?<lead>{name}: |.*: |)");
    // Where the form is nothing but what differs, only the exception tells it.
    if message.starts_with('{') && message.ends_with('}') && !message.contains(' ') {
        pattern = format!("^(?<lead>{name}: )");
    }
    for part in message.split_inclusive(['{', '}']) {
        match part.strip_suffix('}') {
            Some(place) => pattern.push_str(&format!("(?<{place}>.*?)")),
            None => pattern.push_str(&regex::escape(part.strip_suffix('{').unwrap_or(part))),
        }
    }
    Regex::new(&format!("{pattern}$")).expect("a pattern")
}

/// Whether two texts differ in nothing but such words.
pub(super) fn is_another(claimed: &str, actual: &str) -> bool {
    let (claimed, actual) = (claimed.trim().lines().collect::<Vec<_>>(), actual.trim().lines().collect::<Vec<_>>());
    let same = |(claimed, actual): (&&str, &&str)| claimed.trim() == actual.trim() || say_the_same(claimed.trim(), actual.trim());
    claimed.len() == actual.len() && claimed != actual && claimed.iter().zip(&actual).all(same)
}

fn say_the_same(claimed: &str, actual: &str) -> bool {
    PATTERNS.iter().any(|forms| {
        let of = |text: &str| forms.iter().filter_map(|form| named(form, &form.captures(text)?)).collect::<Vec<_>>();
        let given = of(actual);
        !given.is_empty() && of(claimed).iter().any(|claimed| given.iter().any(|given| agree(claimed, given)))
    })
}

/// What the places of a form hold, by their names.
fn named(form: &Regex, captures: &Captures<'_>) -> Option<BTreeMap<String, String>> {
    let named = form.capture_names().flatten();
    named.map(|name| Some((name.to_owned(), captures.name(name)?.as_str().to_owned()))).collect()
}

/// Whether places of the same name hold the same.
fn agree(one: &BTreeMap<String, String>, other: &BTreeMap<String, String>) -> bool {
    one.iter().all(|(name, held)| other.get(name).is_none_or(|other| held == other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_other_releases() {
        for (claimed, actual) in [
            (
                "UnboundLocalError: local variable 'tea' referenced before assignment",
                "UnboundLocalError: cannot access local variable 'tea' where it is not associated with a value",
            ),
            ("ZeroDivisionError: integer division or modulo by zero", "ZeroDivisionError: division by zero"),
            ("Error: float division", "Error: float division by zero"),
            ("integer division or modulo by zero", "division by zero"),
            ("TypeError: cannot concatenate 'str' and 'int' objects", "TypeError: can only concatenate str (not \"int\") to str"),
            ("TypeError: must be str, not int", "TypeError: can only concatenate str (not \"int\") to str"),
            ("TypeError: unorderable types: str() < int()", "TypeError: '<' not supported between instances of 'str' and 'int'"),
            ("NameError: global name 'tea' is not defined", "NameError: name 'tea' is not defined"),
            ("NameError: tea", "NameError: name 'tea' is not defined"),
            ("ValueError: list.index(x): x not in list", "ValueError: 'tea' is not in list"),
            (
                "TypeError: pour() got an unexpected keyword argument 'cup'",
                "TypeError: pour() got some positional-only arguments passed as keyword arguments: 'cup'",
            ),
            ("TypeError: pour() takes exactly 2 arguments (1 given)", "TypeError: pour() missing 1 required positional argument: 'cup'"),
            ("pouring\ninteger division or modulo by zero", "pouring\ndivision by zero"),
        ] {
            assert!(is_another(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn words_of_something_else() {
        for (claimed, actual) in [
            (
                "UnboundLocalError: local variable 'milk' referenced before assignment",
                "UnboundLocalError: cannot access local variable 'tea' where it is not associated with a value",
            ),
            ("NameError: milk", "NameError: name 'tea' is not defined"),
            ("TypeError: must be str, not float", "TypeError: can only concatenate str (not \"int\") to str"),
            ("TypeError: unorderable types: int() < str()", "TypeError: '<' not supported between instances of 'str' and 'int'"),
            ("ZeroDivisionError: integer division or modulo by zero", "ZeroDivisionError: float division by zero"),
            ("milk", "name 'tea' is not defined"),
            ("Tea: float division", "Milk: float division by zero"),
            ("ValueError: division by zero", "ZeroDivisionError: division by zero"),
            ("division by zero", "division by zero"),
            ("division by zero\n5", "integer division or modulo by zero\n6"),
        ] {
            assert!(!is_another(claimed, actual), "{claimed}");
        }
    }
}
