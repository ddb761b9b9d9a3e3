//! What IPython takes and Python doesn't: magics (`%matplotlib inline`, `%%time`), commands of the shell (`!ls`), help (`len?`); and what
//! comments at the head of a cell say to tools (`#| eval: false`, `# NBVAL_SKIP`).
//!
//! What changes nothing that can be seen (how figures are shown, which extensions are loaded, how long it took) is left out of the code. A
//! cell that needs IPython or the shell isn't run, and the reason names what it needs; without that, the later cells that continue it run it.

use crate::claim::code::parse_valid;

use super::{
    Excerpt, LEFT_OUT, Language,
    marks::{self, Attributes},
};

/// The group that the cells of a document belong to: they share one namespace.
pub(super) const GROUP: &str = "cells";

/// A cell as Python.
pub(super) struct Cell {
    /// Its code; as it stands, where it can't run.
    pub(super) code: Excerpt,
    /// What it is written in.
    pub(super) language: Language,
    /// What it printed isn't what the code prints.
    pub(super) hides_output: bool,
}

/// Line magics that change nothing that can be seen of a script.
const IDLE: [&str; 12] =
    ["matplotlib", "load_ext", "reload_ext", "unload_ext", "autoreload", "config", "pip", "conda", "mamba", "xmode", "colors", "alias"];

/// Reads a cell; what it says of itself becomes attributes.
pub(super) fn read(source: &Excerpt, attributes: &mut Attributes) -> Cell {
    options(source.text(), attributes);
    let as_it_is = |language| Cell { code: source.clone(), language, hides_output: false };
    if parse_valid(source.text()).is_some() {
        return as_it_is(Language::Python);
    }
    let text = source.text();
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')).unwrap_or_default().trim();
    let magic = first.strip_prefix("%%").map(|rest| rest.split_whitespace().next().unwrap_or_default());
    let mut hides_output = false;
    match magic {
        None => {}
        Some("time" | "capture") => hides_output = true,
        Some("bash" | "sh" | "script" | "!" | "system" | "sx" | "cmd") => return as_it_is(Language::Shell),
        Some(name @ ("html" | "HTML" | "javascript" | "js" | "sql" | "latex" | "markdown" | "svg" | "ruby" | "perl" | "R")) => {
            return as_it_is(Language::from_name(name).unwrap_or(Language::Text));
        }
        Some(name) => {
            marks::skip(attributes, &format!("`%%{name}` is IPython's own"));
            return as_it_is(Language::Python);
        }
    }
    let mut code = Excerpt::default();
    let (mut left_out, mut needed) = (None, None);
    let lines = source.lines();
    for (number, line) in lines.iter().enumerate() {
        let content = &text[line.clone()];
        let next = lines.get(number + 1).map_or(text.len(), |next| next.start);
        let indentation = content.len() - content.trim_start().len();
        match Line::of(content.trim()) {
            Line::Python => code.extend(source, line.start..line.end),
            Line::Idle(what) => {
                left_out.get_or_insert(what);
                leave_out(&mut code, source, line.start, indentation);
            }
            Line::Needs(what) => {
                needed.get_or_insert(what);
                leave_out(&mut code, source, line.start, indentation);
            }
            Line::Timed(behind) => {
                hides_output = true;
                code.extend(source, line.start..line.start + indentation);
                code.extend(source, line.start + indentation + behind..line.end);
            }
        }
        code.extend(source, line.end..next);
    }
    if let Some(what) = needed {
        marks::skip(attributes, &what);
        if parse_valid(code.text()).is_none() {
            return as_it_is(Language::Python);
        }
        attributes.insert(LEFT_OUT.to_owned(), what);
        return Cell { code, language: Language::Python, hides_output };
    }
    if let Some(what) = left_out.filter(|_| code.text().trim().is_empty()) {
        marks::skip(attributes, &format!("it holds nothing but `{what}`, which is IPython's own"));
        return as_it_is(Language::Python);
    }
    Cell { code, language: Language::Python, hides_output }
}

/// Puts what stands for a line into the code that it's left out of.
fn leave_out(code: &mut Excerpt, source: &Excerpt, start: usize, indentation: usize) {
    // A block may hold nothing else.
    if indentation > 0 {
        code.extend(source, start..start + indentation);
        code.push("pass", source.in_document(start + indentation));
    }
}

enum Line {
    Python,
    /// It's left out; what it is.
    Idle(String),
    /// Python from a byte on.
    Timed(usize),
    /// It can't run; why.
    Needs(String),
}

impl Line {
    fn of(line: &str) -> Line {
        let named = |rest: &str| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default().to_owned();
        if let Some(rest) = line.strip_prefix("%%") {
            return Line::Idle(format!("%%{}", named(rest)));
        }
        if let Some(rest) = line.strip_prefix('%') {
            return match named(rest).as_str() {
                "" => Line::Python,
                "time" => Line::Timed(line.len() - rest["time".len()..].trim_start().len()),
                name if IDLE.contains(&name) => Line::Idle(format!("%{name}")),
                name => Line::Needs(format!("`%{name}` is IPython's own")),
            };
        }
        if let Some(rest) = line.strip_prefix('!') {
            let installs =
                ["pip", "pip3", "conda", "mamba", "uv"].iter().any(|tool| rest.trim_start().starts_with(tool)) || rest.contains("-m pip");
            let command = rest.trim_start_matches('!').split_whitespace().next().unwrap_or_default();
            return if installs {
                Line::Idle(format!("!{command}"))
            } else {
                Line::Needs(format!("`!{command}` is a command of the shell"))
            };
        }
        let asks = line.starts_with('?') || line.ends_with('?') && !line.contains(['#', '\'', '"']);
        if asks {
            return Line::Idle(line.to_owned());
        }
        match line.split_once('=').map(|(name, value)| (name.trim(), value.trim())) {
            Some((name, value)) if is_name(name) && value.starts_with('!') => Line::Needs(format!("`{value}` is a command of the shell")),
            Some((name, value)) if is_name(name) && value.starts_with('%') => {
                Line::Needs(format!("`%{}` is IPython's own", named(&value[1..])))
            }
            _ => Line::Python,
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ',' | ' ' | '.'))
}

/// What comments say: Quarto's options at the head of the cell, nbval's marks anywhere.
fn options(text: &str, attributes: &mut Attributes) {
    let mut at_head = true;
    for line in text.lines().map(str::trim) {
        let Some(comment) = line.strip_prefix('#') else {
            at_head &= line.is_empty();
            continue;
        };
        if let Some((name, value)) = comment.strip_prefix('|').filter(|_| at_head).and_then(|option| option.split_once(':')) {
            match (name.trim(), value.trim()) {
                ("output", "false") => drop(attributes.insert("ignore-output".to_owned(), String::new())),
                (name, value) => marks::mark(attributes, name, value),
            }
            continue;
        }
        match comment.trim() {
            "NBVAL_SKIP" => marks::skip(attributes, "marked `NBVAL_SKIP`"),
            "NBVAL_IGNORE_OUTPUT" | "PYTEST_VALIDATE_IGNORE_OUTPUT" => drop(attributes.insert("ignore-output".to_owned(), String::new())),
            "NBVAL_RAISES_EXCEPTION" => marks::mark(attributes, "raises-exception", ""),
            _ => {}
        }
    }
    if attributes.contains_key("nbval-ignore-output") {
        attributes.insert("ignore-output".to_owned(), String::new());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cell(text: &str) -> (String, Language, Option<String>) {
        let mut source = Excerpt::default();
        source.push(text, 100);
        let mut attributes = Attributes::new();
        let cell = read(&source, &mut attributes);
        (cell.code.text().to_owned(), cell.language, attributes.remove("skip"))
    }

    fn python(text: &str) -> String {
        let (code, language, skip) = cell(text);
        assert_eq!((language, skip), (Language::Python, None), "{text}");
        code
    }

    fn skipped(text: &str) -> String {
        cell(text).2.unwrap_or_else(|| panic!("it's to be skipped: {text}"))
    }

    #[test]
    fn what_changes_nothing_is_left_out() {
        assert_eq!(python("%matplotlib inline\nx = 1\n"), "\nx = 1\n");
        assert_eq!(python("%%time\nx = 1"), "\nx = 1");
        assert_eq!(python("if x:\n    %time f(\n        1)\n    len?\n"), "if x:\n    f(\n        1)\n    pass\n");
        assert_eq!(python("!pip install attrs\nimport attrs"), "\nimport attrs");
        assert_eq!(python("x = (7\n% 3)"), "x = (7\n% 3)");
    }

    #[test]
    fn what_needs_ipython_or_the_shell_is_named() {
        assert_eq!(skipped("%run x.py\ny = 1"), "`%run` is IPython's own");
        assert_eq!(skipped("%%timeit\nf()"), "`%%timeit` is IPython's own");
        assert_eq!(skipped("files = !ls\nfiles"), "`!ls` is a command of the shell");
        assert_eq!(skipped("!ls -l"), "`!ls` is a command of the shell");
        assert_eq!(skipped("len?"), "it holds nothing but `len?`, which is IPython's own");
        assert_eq!(cell("%%bash\nls").1, Language::Shell);
        assert_eq!(cell("%%html\n<b>").1, Language::Html);
    }

    #[test]
    fn later_cells_may_continue_the_rest() {
        let left = |text: &str| {
            let mut source = Excerpt::default();
            source.push(text, 100);
            let mut attributes = Attributes::new();
            let cell = read(&source, &mut attributes);
            (cell.code.text().to_owned(), attributes.remove(LEFT_OUT))
        };
        assert_eq!(left("%cd tea\nimport pots\n"), ("\nimport pots\n".to_owned(), Some("`%cd` is IPython's own".to_owned())));
        assert_eq!(left("def f():\n    x = !ls\ny = 1").0, "def f():\n    pass\ny = 1");
        for text in ["%cd tea\nimport pots and pans", "%%timeit\nf()", "x = 1"] {
            assert_eq!(left(text), (text.to_owned(), None));
        }
    }

    #[test]
    fn options_of_cells_are_marks() {
        assert_eq!(skipped("#| eval: false\n1"), "marked `eval: false`");
        assert_eq!(skipped("x = 1\n# NBVAL_SKIP\n"), "marked `NBVAL_SKIP`");
        let mut attributes = Attributes::new();
        options("#| error: true\n#| output: false\n1\n#| eval: false\n", &mut attributes);
        assert_eq!(attributes.keys().map(String::as_str).collect::<Vec<_>>(), ["ignore-output", "xfail"]);
    }

    proptest! {
        #[test]
        fn lines_stay_lines(text in "(%%time|%time |%run|%|!ls|!pip x|\\?|x|é| |=|#\\| eval: false|if x:|\n|\r|\r\n){0,30}") {
            let mut source = Excerpt::default();
            source.push(&text, 7);
            let cell = read(&source, &mut Attributes::new());
            prop_assert_eq!(cell.code.text().matches('\n').count(), text.matches('\n').count());
            prop_assert!(cell.code.text().len() <= text.len() + 4 * text.len());
        }
    }
}
