//! Headings that name functions, `split() and join()`: the text has lost what set them apart from calls.

use super::Line;

/// What Python has itself, and does something when it's called so.
const DOES_SOMETHING: [&str; 6] = ["print", "input", "help", "exit", "quit", "breakpoint"];

/// So many lines above are searched for what a heading names: a call follows its definition.
const ABOVE: usize = 400;

/// How many lines below a heading the code of its part imports its module.
const BELOW: usize = 5;

/// Whether a line between empty ones is nothing but names of functions that nothing above defines; or a line names a function of a module that
/// is imported below it, and not above it.
pub(super) fn is_heading(lines: &[Line], at: usize) -> bool {
    let line = &lines[at];
    let is_apart = (at == 0 || line.gap > 0) && lines.get(at + 1).is_none_or(|next| next.gap > 0);
    let above = &lines[at.saturating_sub(ABOVE)..at];
    if let Some(module) = module(line.text) {
        let is_imported = lines[at + 1..].iter().take(BELOW).any(|below| below.text.strip_prefix("import ") == Some(module));
        return is_imported && !above.iter().any(|line| binds(line.trimmed(), module));
    }
    let Some(names) = names(line.text).filter(|_| is_apart && line.indentation() == 0) else { return false };
    !names.iter().any(|name| DOES_SOMETHING.contains(name) || above.iter().any(|line| binds(line.trimmed(), name)))
}

/// Whether a line defines, imports or assigns a name.
fn binds(line: &str, name: &str) -> bool {
    let is_import = (line.starts_with("import ") || line.starts_with("from ")) && (line.contains(name) || line.ends_with("import *"));
    let behind = ["def ", "async def ", "class "].iter().find_map(|word| line.strip_prefix(word)?.strip_prefix(name));
    let is_definition = behind.is_some_and(|behind| behind.starts_with(['(', ':']));
    is_import || is_definition || line.strip_prefix(name).is_some_and(|behind| behind.trim_start().starts_with('='))
}

/// The names of `split()`, `split() and join()`.
fn names(text: &str) -> Option<Vec<&str>> {
    let items = text.split([',', '/', '&']).flat_map(|item| item.split(" and ")).map(str::trim).filter(|item| !item.is_empty());
    items.map(|item| item.strip_suffix("()").filter(|name| is_name(name))).collect::<Option<Vec<&str>>>().filter(|names| !names.is_empty())
}

/// The module of `tea.pour()`.
fn module(text: &str) -> Option<&str> {
    let (module, function) = text.strip_suffix("()")?.split_once('.')?;
    (is_name(module) && is_name(function)).then_some(module)
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::{super::lines, *};

    #[test]
    fn headings_and_calls() {
        for (above, text, expected) in [
            ("The tea is hot.", "join()", true),
            ("The tea is hot.", "split() and join()", true),
            ("The tea is hot.", "isdigit(), isalpha() / isalnum()", true),
            ("def pour(cup=1):\n    return cup", "pour()", false),
            ("from tea import pour", "pour()", false),
            ("pour = print", "pour()", false),
            ("The tea is hot.", "print()", false),
            ("The tea is hot.", "pot.pour()", false),
            ("The tea is hot.", "pour(1)", false),
            ("The tea is hot.", "Pot()", false),
        ] {
            let page = format!("{above}\n\n{text}\n\nThat is all.");
            let lines = lines(page.lines());
            assert_eq!(is_heading(&lines, lines.len() - 2), expected, "{text}");
        }
        for (page, expected) in [
            ("cup = 5\njoin()\n", false),
            ("cup = 5\npot.pour()\nimport pot\n", true),
            ("import pot\npot.pour()\nimport pot\n", false),
            ("cup = 5\npot.pour()\nimport cup\n", false),
            ("The pot is hot.\n\npot.pour()\n\nimport pot\n", true),
        ] {
            let lines = lines(page.lines());
            assert_eq!(is_heading(&lines, 1), expected, "{page}");
        }
    }
}
