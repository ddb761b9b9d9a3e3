//! How sure it is that a text which looks like a value states one, and isn't the shape of data or a piece of code.

use super::{
    Strength, Subject,
    reading::{Origin, Remark},
    slip::is_slip,
    value::{Shape, Value},
};

/// How sure it is that a value is claimed; `None` where it's the shape of data or a piece of code rather than a value.
pub(super) fn of(remark: &Remark<'_, '_>, value: &Value<'_>) -> Option<Strength> {
    match value.shape {
        // `# 3.` numbers a line that the text speaks of; and a tag, `# <br>`, behind what is written out says what that is.
        Shape::Number if is_list_number(remark.text) => return Some(Strength::Soft),
        Shape::Angle if remark.origin() == Origin::Literal => return Some(Strength::Soft),
        Shape::Number | Shape::String | Shape::Constant | Shape::Angle => return Some(Strength::Firm),
        Shape::Name | Shape::Generic => return Some(Strength::Soft),
        Shape::Call(callee) => {
            let last = callee.rsplit('.').next().unwrap_or(callee);
            if remark.code.functions.contains_key(last) || callee == "print" || is_builtin_function(callee) {
                return None;
            }
            let is_class = last.starts_with(char::is_uppercase) || is_like_builtin_repr(last) || remark.code.definitions.contains(callee);
            if !is_class {
                // `m.start()` is a piece of code.
                if value.items.is_empty() {
                    return None;
                }
                return (value.literals > 0 && value.names.is_empty()).then_some(Strength::Soft);
            }
        }
        Shape::Display(_) => {
            if value.items.is_empty() && value.has_ellipsis {
                return None;
            }
        }
    }
    let is_class =
        |name: &str| remark.code.definitions.contains(root(name)) || is_builtin_type(name) || super::exception::is_exception_name(name);
    if value.names.iter().all(|name| is_class(name)) {
        return Some(Strength::Firm);
    }
    if value.names.iter().all(|name| is_class(name) || remark.code.variables.contains(root(name))) {
        return Some(Strength::Soft);
    }
    // `print(pot)  # Pot(Tea)` shows names that only the package knows.
    let is_printed = *remark.subject == Subject::Print && matches!(value.shape, Shape::Call(_));
    (value.literals >= value.names.len() || is_printed).then_some(Strength::Soft)
}

/// Whether a text is nothing but a whole number and a dot.
fn is_list_number(text: &str) -> bool {
    text.strip_suffix('.').is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The root of a dotted name.
fn root(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// A type that needs no import.
pub(super) fn is_builtin_type(name: &str) -> bool {
    matches!(
        name,
        "int"
            | "float"
            | "complex"
            | "bool"
            | "str"
            | "bytes"
            | "bytearray"
            | "memoryview"
            | "list"
            | "tuple"
            | "dict"
            | "set"
            | "frozenset"
            | "object"
            | "type"
            | "range"
            | "slice"
            | "enumerate"
            | "zip"
            | "map"
            | "filter"
            | "reversed"
            | "property"
            | "classmethod"
            | "staticmethod"
            | "super"
    )
}

/// What reprs begin with in lower case.
fn is_builtin_repr(name: &str) -> bool {
    is_builtin_type(name)
        || matches!(
            name,
            "array"
                | "deque"
                | "defaultdict"
                | "dict_keys"
                | "dict_values"
                | "dict_items"
                | "odict_keys"
                | "odict_values"
                | "odict_items"
                | "mappingproxy"
                | "namespace"
                | "date"
                | "time"
                | "datetime"
                | "timedelta"
                | "timezone"
                | "count"
                | "repeat"
                | "cycle"
                | "re.compile"
                | "compile"
                | "struct_time"
                | "partial"
                | "tensor"
        )
}

/// The same, or one of them that is no word, and a letter off: `dict_item([1])`.
fn is_like_builtin_repr(name: &str) -> bool {
    const OWN: [&str; 10] = [
        "bytearray",
        "defaultdict",
        "deque",
        "dict_items",
        "dict_keys",
        "dict_values",
        "frozenset",
        "mappingproxy",
        "memoryview",
        "timedelta",
    ];
    is_builtin_repr(name) || OWN.iter().any(|own| is_slip(name, own))
}

fn is_builtin_function(name: &str) -> bool {
    matches!(
        name,
        "len"
            | "sum"
            | "min"
            | "max"
            | "abs"
            | "sorted"
            | "any"
            | "all"
            | "isinstance"
            | "issubclass"
            | "iter"
            | "next"
            | "repr"
            | "id"
            | "hash"
            | "getattr"
            | "setattr"
            | "hasattr"
            | "delattr"
            | "callable"
            | "open"
            | "input"
            | "eval"
            | "exec"
            | "vars"
            | "dir"
            | "round"
            | "divmod"
            | "pow"
            | "ord"
            | "chr"
            | "hex"
            | "oct"
            | "bin"
            | "ascii"
            | "format"
            | "super"
    )
}
