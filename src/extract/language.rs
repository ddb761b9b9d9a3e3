//! Languages by name, and what several ways to find a block share.

use super::{
    Language,
    prompt::{behind_number, behind_prompt},
};

impl Language {
    /// The language that a fence names, by any of its usual names; `None` for the empty name, and those that leave it to the reader.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        // Some write what files in it are called among media.
        let bare = ["text-x-", "text/x-", "x-"].iter().find_map(|start| name.strip_prefix(start)).unwrap_or(&name);
        Some(match bare {
            "" | "auto" | "autodetect" | "trilium-auto" | "code" | "codeblock" => return None,
            "python" | "py" | "python3" | "py3" | "py2" | "python2" | "ipython" | "ipython3" | "pyi" | "python-code" => Self::Python,
            "pycon" | "python-repl" | "pyrepl" | "python-console" | "pysession" | "doctest" => Self::Session,
            "sh" | "bash" | "shell" | "zsh" | "fish" | "console" | "shell-session" | "shellsession" | "terminal" | "powershell" | "ps1"
            | "pwsh" | "bat" | "cmd" | "commandline" | "sh-session" => Self::Shell,
            "toml" => Self::Toml,
            "yaml" | "yml" => Self::Yaml,
            "json" | "jsonc" | "json5" | "jsonl" | "jsonlines" => Self::Json,
            "html" | "htm" | "xml" | "svg" | "jinja" | "jinja2" | "django" | "html+jinja" | "html+django" => Self::Html,
            "javascript" | "js" | "jsx" | "typescript" | "ts" | "tsx" | "mjs" | "node" => Self::JavaScript,
            "c" | "cpp" | "c++" | "cxx" | "h" | "hpp" | "cc" => Self::C,
            "sql" | "postgresql" | "postgres" | "mysql" | "sqlite" | "psql" | "plpgsql" => Self::Sql,
            "dockerfile" | "docker" | "containerfile" => Self::Dockerfile,
            "tree" => Self::Tree,
            "text" | "txt" | "plain" | "plaintext" | "output" | "none" | "no-highlight" | "nohighlight" => Self::Text,
            _ => Self::Other(name),
        })
    }
}

/// The blanks and tabs that each line which isn't blank starts with.
pub(super) fn common_indentation<'l>(lines: impl IntoIterator<Item = &'l str>) -> &'l str {
    let indentations = lines.into_iter().filter(|line| !line.trim().is_empty()).map(indentation_of);
    indentations.reduce(common_prefix).unwrap_or_default()
}

/// The blanks and tabs that a line starts with.
pub(super) fn indentation_of(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Whether code in Python is a prompt session: its first line that isn't blank starts with the prompt.
pub(super) fn is_session<'l>(lines: impl IntoIterator<Item = &'l str>) -> bool {
    let first = lines.into_iter().map(str::trim_start).find(|line| !line.is_empty());
    first.is_some_and(|line| {
        behind_prompt(line).is_some() || behind_number(line, "In").is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })
}

fn common_prefix<'l>(a: &'l str, b: &'l str) -> &'l str {
    let length = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    &a[..length]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_and_blanks_are_not_the_same_indentation() {
        assert_eq!(common_indentation(["\tx", "\t  y", "", "  "]), "\t");
        assert_eq!(common_indentation(["\tx", "        y"]), "");
        assert_eq!(common_indentation([]), "");
    }

    #[test]
    fn names_that_tell_nothing() {
        for name in ["", "auto", "text-x-trilium-auto", "code"] {
            assert_eq!(Language::from_name(name), None, "{name}");
        }
        for name in ["text-x-python", "x-python", "Python"] {
            assert_eq!(Language::from_name(name), Some(Language::Python), "{name}");
        }
        assert_eq!(Language::from_name("text-x-rust"), Some(Language::Other("text-x-rust".to_owned())));
    }

    #[test]
    fn a_prompt_makes_a_session() {
        assert!(is_session(["", "  >>> x"]));
        assert!(!is_session(["x >>> y", ">>> z"]));
        assert!(!is_session([">>>= 1"]));
        assert!(is_session(["In [12]: x"]) && is_session(["In [1]:"]));
        assert!(!is_session(["In [a]: x", "In [1] x"]));
    }
}
