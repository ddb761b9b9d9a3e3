//! Texts that differ by the machine: folders, the name of the program, warnings that are shown or aren't.

use std::sync::LazyLock;

use regex::Regex;

use super::super::{reason::Reason, text::squeeze};

/// An absolute path, or one in the home folder.
static PATH: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?:~|\b[A-Za-z]:)?(?:[/\\]+[\w.+@~-]+)+[/\\]?").expect("a pattern"));
/// How the help of a program starts.
static USAGE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^[Uu]sage: (?:[^\s\[\]{}<>-]\S*\s)?").expect("a pattern"));
/// The first line of what `logging` writes.
static LOG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\[?(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)[:/\]]").expect("a pattern"));
/// The first line of a warning as Python shows it.
static WARNING: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\S+:\d+: \w*Warning: ").expect("a pattern"));

/// Why a difference is one of machines; `None` where it may be one of what the document says.
pub(super) fn difference(claimed: &str, actual: &str) -> Option<Reason> {
    if is_other_folder(claimed, actual) {
        return Some(Reason::new("environment", "it differs by the folders of this machine"));
    }
    if is_other_program(claimed, actual) {
        return Some(Reason::new("environment", "it differs by the name of the program"));
    }
    let is_empty = actual.trim().is_empty();
    if is_empty && WARNING.is_match(claimed.trim_start()) {
        return Some(Reason::new("environment", "whether a warning is shown depends on how Python was started"));
    }
    if is_empty && LOG.is_match(claimed.trim_start()) {
        return Some(Reason::new("environment", "what is shown was logged, and not by this process"));
    }
    None
}

/// Whether two texts differ only in paths, and the seen ones belong to the sandbox or the interpreter.
fn is_other_folder(claimed: &str, actual: &str) -> bool {
    let is_own = |path: &str| {
        ["/tmp/home", "/tmp/work"].iter().any(|folder| path.starts_with(folder))
            || ["/lib/python3", "/site-packages"].iter().any(|part| path.contains(part))
    };
    let bare = |text: &str| squeeze(&PATH.replace_all(text, "/"));
    PATH.find_iter(actual).any(|path| is_own(path.as_str())) && PATH.is_match(claimed) && bare(claimed) == bare(actual)
}

/// Whether two texts are the help of a program that nobody gave a name, so that it has that of the file, or none; the claimed one may be the
/// beginning.
fn is_other_program(claimed: &str, actual: &str) -> bool {
    let name = USAGE.find(actual.trim()).and_then(|start| start.as_str().split_whitespace().nth(1));
    if name.is_some_and(|name| !name.ends_with(".py")) {
        return false;
    }
    let bare = |text: &str| USAGE.is_match(text.trim()).then(|| squeeze(&USAGE.replace(text.trim(), "")));
    bare(claimed).zip(bare(actual)).is_some_and(|(claimed, actual)| !claimed.is_empty() && actual.starts_with(&claimed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders() {
        for (claimed, actual) in [
            ("PosixPath('/home/ann')", "PosixPath('/tmp/home')"),
            ("'C:\\\\Users\\\\ann\\\\tea.txt'", "'/tmp/work/tea.txt'"),
            ("<module 'tea' from '/usr/lib/python3.9/tea.py'>", "<module 'tea' from '/opt/lib/python3.11/tea.py'>"),
        ] {
            assert!(is_other_folder(claimed, actual), "{claimed}");
        }
        for (claimed, actual) in
            [("PosixPath('/etc/tea')", "PosixPath('/etc/milk')"), ("['/home/ann', 5]", "['/tmp/home', 6]"), ("'tea'", "'/tmp/work/tea'")]
        {
            assert!(!is_other_folder(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn programs() {
        for (claimed, actual) in [
            ("usage: tea.py [-h]", "usage: [-h]\n\nMakes tea.\n"),
            ("usage: tea.py [-h] [--milk]\n              cup", "usage: script.py [-h] [--milk] cup\n\npositional arguments:\n  cup\n"),
        ] {
            assert!(is_other_program(claimed, actual), "{claimed}");
        }
        for (claimed, actual) in [
            ("usage: tea.py [-h] [--milk]", "usage: [-h] [--sugar]"),
            ("usage: tea.py", "usage: [-h]"),
            ("usage: tee [-h]", "usage: tea [-h]"),
            ("tea", "usage: [-h]"),
        ] {
            assert!(!is_other_program(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn warnings() {
        assert!(difference("<stdin>:1: DeprecationWarning: old", "").is_some());
        assert!(difference("<stdin>:1: DeprecationWarning: old", "new").is_none());
        assert!(difference("a Warning: old", "").is_none());
        assert!(difference("[INFO/Worker-1] started", "").is_some() && difference("INFO:tea:hot", "").is_some());
        assert!(difference("INFORMATION", "").is_none() && difference("INFO:tea:hot", "INFO:tea:cold").is_none());
    }
}
