//! Methods that change their object.

/// Whether a statement is a call of a method that may change its object and gives nothing back: the comment speaks of the object then.
/// Methods that are asked for something are believed to give it.
pub(super) fn changes_its_object(source: &str) -> bool {
    const ASKED: [&str; 20] = [
        "get",
        "pop",
        "find",
        "match",
        "search",
        "fullmatch",
        "setdefault",
        "index",
        "count",
        "next",
        "send",
        "first",
        "last",
        "lookup",
        "fetch",
        "fetchone",
        "item",
        "group",
        "result",
        "min",
    ];
    let Some((head, _)) = source.split_once('(') else { return false };
    let Some((object, method)) = head.rsplit_once('.') else { return false };
    let is_method = method.trim().chars().all(|char| char.is_alphanumeric() || char == '_');
    let is_asked = ASKED.iter().any(|word| method == *word || method.strip_prefix(word).is_some_and(|rest| rest.starts_with('_')));
    is_method && !is_asked && !object.contains(['(', ' ', '='])
}
