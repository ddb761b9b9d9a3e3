//! What is shown below a prompt: output, a traceback, or one behind the other.

use super::super::{Options, Says};

/// What is shown below a prompt, or of a whole example.
#[derive(Debug)]
pub(in super::super) struct Shown {
    /// The line, from 0, at which the claimed text starts: behind the frames of a traceback.
    pub(in super::super) first: usize,
    /// The claimed text.
    pub(in super::super) text: String,
    /// Name and message of the exception, where it's a traceback.
    pub(in super::super) exception: Option<(String, Option<String>)>,
}

impl Shown {
    /// What it says as doctest reads it.
    pub(in super::super) fn says(&self, options: &Options) -> Says {
        Says::Shows { text: self.text.clone(), options: options.clone(), is_exception: self.exception.is_some() }
    }
}

/// What shown lines claim; `None` for a traceback without an exception.
pub(in super::super) fn shown(lines: &[&str], options: &Options) -> Option<Shown> {
    if traceback_at(lines) != Some(0) {
        return Some(Shown { first: 0, text: lines.join("\n").trim_end().to_string(), exception: None });
    }
    let (first, text) = raised(lines)?;
    let text = text.trim_end().to_string();
    // `NameError:...is not defined` is written for doctest.
    let parts = text.split_once(": ").or_else(|| text.split_once(':').filter(|(_, rest)| rest.starts_with("...")));
    let (name, message) = parts.map_or((text.as_str(), None), |(name, message)| (name, Some(message)));
    let message = message.filter(|_| !options.has("IGNORE_EXCEPTION_DETAIL")).map(str::to_string);
    let exception = Some((name.trim_end_matches(':').to_string(), message));
    Some(Shown { first, text, exception })
}

/// The line, from 0, at which a traceback starts.
pub(super) fn traceback_at(lines: &[&str]) -> Option<usize> {
    let is_rule = |at: usize| lines[at].starts_with("-----") && lines.get(at + 1).is_some_and(|next| named_by_header(next).is_some());
    // Behind the line of code and the mark below it, which may have lost their indentation.
    let places = |at: usize| is_place(lines[at]) && lines[at + 1..].iter().take(4).any(|line| is_exception(line));
    let leads = |at: usize| places(at) || is_loose_header(lines[at]) && names_exception(&lines[at + 1..]);
    let is_start = |at: usize| is_header(lines[at]) || is_rule(at) || is_group(lines[at]) || leads(at);
    let at = (0..lines.len()).find(|&at| is_start(at))?;
    Some(if at > 0 && is_upside_down(&lines[at - 1..]) { at - 1 } else { at })
}

/// Whether what was raised stands above its traceback, where it has lost its place below.
fn is_upside_down(lines: &[&str]) -> bool {
    let [raised, header, frames @ ..] = lines else { return false };
    is_exception(raised)
        && is_header(header)
        && named_by_header(header).is_none()
        && !frames.iter().any(|line| is_exception(line.trim_start()))
}

/// Whether a line leads from a traceback to that of the exception that was raised behind it.
pub(super) fn is_link(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("During handling of the above exception") || line.starts_with("The above exception was the direct cause")
}

/// Whether a line alone says what was raised, as tracebacks end: `pack.ShapeError: too small`.
pub(crate) fn is_exception(line: &str) -> bool {
    const ENDINGS: [&str; 6] = ["Error", "Exception", "Warning", "KeyboardInterrupt", "StopIteration", "SystemExit"];
    let name = line.trim_end().split(':').next().unwrap_or_default();
    let is_name = name
        .split('.')
        .all(|part| part.starts_with(|c: char| c.is_alphabetic() || c == '_') && part.chars().all(|c| c.is_alphanumeric() || c == '_'));
    let rest = &line.trim_end()[name.len()..];
    is_name && ENDINGS.iter().any(|ending| name.ends_with(ending)) && (rest.is_empty() || rest.starts_with(": "))
}

/// The same, with what the exception says: `ValueError: no such bed`.
pub(crate) fn is_exception_with_message(line: &str) -> bool {
    is_exception(line) && line.contains(": ")
}

/// What a traceback says was raised, and on which of its lines that starts: the first behind the frames that isn't indented. Of several that
/// follow from each other, it's the last one's; of a group, the group's.
fn raised(lines: &[&str]) -> Option<(usize, String)> {
    if is_group(lines[0]) {
        let bare = |line: &str| line.trim_start().strip_prefix("| ").filter(|rest| !rest.starts_with(' ')).map(str::to_owned);
        return lines.iter().enumerate().skip(1).find_map(|(at, line)| Some((at, bare(line)?)));
    }
    if is_upside_down(lines) {
        return Some((0, lines[0].to_owned()));
    }
    // The message may have several lines. An ellipsis for the frames may stand unindented as well, and so may the frames.
    let header = lines.iter().rposition(|line| is_header(line)).unwrap_or(0);
    if let Some(name) = named_by_header(lines[header]) {
        // An empty line may part the frames from what was raised.
        let last = lines.iter().rposition(|line| line.starts_with(name) && is_exception(line));
        return Some(last.map_or_else(|| (header, name.to_owned()), |last| (last, lines[last..].join("\n"))));
    }
    let is_name = |line: &&str| {
        line.starts_with(|c: char| c.is_alphabetic() || c == '_') && !is_place(line) || line.starts_with("...") && line.len() > 3
    };
    let below = &lines[header + 1..];
    let named = below.iter().position(is_name);
    if named.is_none_or(|at| !is_exception(below[at])) {
        // The last line may be indented as the frames are.
        let frames = &below[..named.unwrap_or(below.len())];
        if let Some(line) = frames.last().map(|line| line.trim_start()).filter(|line| is_exception(line)) {
            return Some((header + frames.len(), line.to_owned()));
        }
    }
    let at = named?;
    // Frames that have lost their indentation.
    let is_frame = |line: &str| !is_exception(line) && !line.contains(": ");
    let behind = below.iter().position(|line| is_exception(line)).filter(|behind| below[at..*behind].iter().all(|line| is_frame(line)));
    let at = behind.unwrap_or(at);
    Some((header + 1 + at, below[at..].join("\n")))
}

pub(super) fn is_header(line: &str) -> bool {
    named_by_header(line).is_some()
        || line.starts_with("Traceback (most recent call last)")
        || line.starts_with("Traceback (innermost last)")
}

/// `Traceback:`, `Traceback (last call most recent)`: a header by heart.
fn is_loose_header(line: &str) -> bool {
    line.strip_prefix("Traceback").is_some_and(|rest| {
        let rest = rest.trim();
        rest.is_empty() || rest.starts_with(['(', '[', ':']) || rest.starts_with("...")
    })
}

/// The exception that the first line of IPython's traceback names: `ValueError      Traceback (most recent call last)`.
pub(super) fn named_by_header(line: &str) -> Option<&str> {
    let name = line.trim_end().strip_suffix("Traceback (most recent call last)")?;
    (name.ends_with("  ") && is_exception(name)).then(|| name.trim_end())
}

/// Behind which line IPython's traceback ends, of lines that hold its header: behind what it names and an empty line or none.
pub(super) fn end_of_traceback(lines: &[&str]) -> Option<usize> {
    let (header, name) = lines.iter().enumerate().find_map(|(at, line)| Some((at, named_by_header(line)?)))?;
    let last = header + 1 + lines[header + 1..].iter().position(|line| line.starts_with(name) && is_exception(line))?;
    Some(lines[last..].iter().position(|line| line.trim().is_empty()).map_or(lines.len(), |end| last + end))
}

fn is_group(line: &str) -> bool {
    line.trim_start().starts_with("+ Exception Group Traceback (most recent call last)")
}

/// `  File "<stdin>", line 1`: of code that isn't valid, a prompt shows no header.
fn is_place(line: &str) -> bool {
    line.trim_start().starts_with("File \"") && line.contains("\", line ")
}

/// Whether the next line that isn't indented says what was raised.
fn names_exception(lines: &[&str]) -> bool {
    lines.iter().find(|line| !line.starts_with(' ')).is_some_and(|line| is_exception(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tracebacks_are_found() {
        let at = |text: &str| traceback_at(&text.lines().collect::<Vec<_>>());
        assert_eq!(at("Traceback (most recent call last):\n  ...\nKeyError: 'a'"), Some(0));
        assert_eq!(at("tea\nTraceback (most recent call last):\nKeyError: 'a'"), Some(1));
        assert_eq!(at("  File \"<stdin>\", line 1\n    tea milk\n        ^^^^\nSyntaxError: invalid syntax"), Some(0));
        assert_eq!(at("tea\nKeyError: 'a'\nTraceback (most recent call last):\n  File \"<stdin>\", line 2, in <module>"), Some(1));
        assert_eq!(at("KeyError\nTraceback (most recent call last):\n  ...\nKeyError"), Some(1));
        assert_eq!(at("tea\n  + Exception Group Traceback (most recent call last):\n  | ExceptionGroup: no"), Some(1));
        for header in ["Traceback:", "Traceback", "Traceback (last call most recent):", "Traceback ..."] {
            assert_eq!(at(&format!("tea\n{header}\n  ...\nKeyError: 'a'")), Some(1), "{header}");
            assert_eq!(at(&format!("{header}\nmilk\nKeyError: 'a'")), None, "{header}");
        }
        for text in ["Traceback of tea\nKeyError: 'a'", "tea", "a File \"x\"", "File \"tea.txt\", line 3\nis long", "KeyError: 'a'"] {
            assert_eq!(at(text), None, "{text}");
        }
    }

    #[test]
    fn what_they_say_was_raised() {
        let exception = |text: &str| shown(&text.lines().collect::<Vec<_>>(), &Options::default()).and_then(|shown| shown.exception);
        let named = |name: &str, message: &str| Some((name.to_owned(), Some(message.to_owned())));
        let group = "  + Exception Group Traceback (most recent call last):\n  |   File \"<stdin>\", line 1, in <module>\n  | ExceptionGroup: two cups (1 sub-exception)\n  +-+---------------- 1 ----------------\n    | KeyError: 'a'\n    +------------------------------------\n";
        assert_eq!(exception(group), named("ExceptionGroup", "two cups (1 sub-exception)"));
        let chain = "Traceback (most recent call last):\n  ...\nKeyError: 'a'\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  ...\nValueError: no tea\n";
        assert_eq!(exception(chain), named("ValueError", "no tea"));
        let bare = "Traceback (most recent call last):\nFile \"<stdin>\", line 1, in <module>\n    pour()\nValueError: no tea\n";
        assert_eq!(exception(bare), named("ValueError", "no tea"));
        let flat = "Traceback (most recent call last):\nFile\"<stdin>\", line 1, in <module>\npour(cup)\nValueError: no tea\n";
        assert_eq!(exception(flat), named("ValueError", "no tea"));
        let flat = "File \"<stdin>\", line 1\npour tea\n^\nSyntaxError: invalid syntax\n";
        assert_eq!(exception(flat), named("SyntaxError", "invalid syntax"));
        let place = "  File \"<stdin>\", line 1\n    tea milk\n        ^^^^\nSyntaxError: invalid syntax\n";
        assert_eq!(exception(place), named("SyntaxError", "invalid syntax"));
        let indented = "Traceback (most recent call last):\n  File \"<stdin>\", line 1, in <module>\n  KeyError: 'a'\n";
        assert_eq!(exception(indented), named("KeyError", "'a'"));
        assert_eq!(
            exception("ValueError: no tea\nTraceback (most recent call last):\nFile \"<stdin>\", line 2, in <module>"),
            named("ValueError", "no tea")
        );
        assert_eq!(exception("KeyError: 'a'"), None);
    }

    #[test]
    fn exceptions_without_frames() {
        for line in ["KeyError", "KeyError: 'a'", "pack.core.ShapeError: too small", "StopIteration", "DeprecationWarning: old"] {
            assert!(is_exception(line), "{line}");
        }
        for line in ["tea: KeyError", "Errors: 5", "KeyError('a')", "error", "an Error: x", "1.Error", "Error in line 5", ""] {
            assert!(!is_exception(line), "{line}");
        }
    }
}
