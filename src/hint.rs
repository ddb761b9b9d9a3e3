//! "Did you mean …": what a misspelt name was likely meant to be.

/// Adds "did you mean `x`?" to a message of serde about an unknown field.
pub fn on_unknown_field(message: &str) -> String {
    let mut names = message.split('`').skip(1).step_by(2);
    let (true, Some(given)) = (message.contains("unknown field"), names.next()) else { return message.to_owned() };
    match nearest(given, names) {
        Some(name) => format!("{message}; did you mean `{name}`?"),
        None => message.to_owned(),
    }
}

/// The candidate that is most like the given word, if one is like it.
pub fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let scored = candidates.into_iter().map(|name| (strsim::jaro_winkler(given, name), name));
    scored.filter(|(score, _)| *score > 0.75).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}
