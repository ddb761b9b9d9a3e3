//! Programs of the system: what they tell of a machine, and where they lie on it.

use std::sync::LazyLock;

use regex::Regex;

use super::super::text::squeeze;
use super::noise;

/// Programs that tell what a machine, its user or its moment is like.
const OF_MACHINE: [&str; 26] = [
    "arch",
    "date",
    "df",
    "env",
    "free",
    "groups",
    "hostname",
    "id",
    "ifconfig",
    "ip",
    "ipconfig",
    "lsb_release",
    "nproc",
    "printenv",
    "ps",
    "pwd",
    "sw_vers",
    "systeminfo",
    "tasklist",
    "top",
    "uname",
    "uptime",
    "users",
    "ver",
    "who",
    "whoami",
];

/// Programs that show which files and folders there are, or what's in them.
const OF_FILES: [&str; 12] = ["cat", "dir", "du", "find", "git", "grep", "head", "ls", "stat", "tail", "tree", "wc"];

/// The path of a program, where programs of a system lie, or as somebody else has it.
static PROGRAM: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:\b[A-Za-z]:\\(?:[^\\/:<>|\n]+\\)*|(?:/[\w.+@-]+)*/s?bin/)([\w.+-]+)").expect("a pattern"));

/// Whether a command that an example ran tells of the machine, or what version of a program it has; of its files, too, where it's by chance which there
/// are.
pub(super) fn tells_of_machine(command: &str, files_by_chance: bool) -> bool {
    let program = command.split_whitespace().next().unwrap_or_default();
    let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
    let asks_version =
        command.split_whitespace().skip(1).any(|word| matches!(word.trim_matches(['\'', '"']), "--version" | "-version" | "-V"));
    OF_MACHINE.contains(&name) || asks_version || files_by_chance && OF_FILES.contains(&name)
}

/// Whether a statement says that a program succeeds, which here doesn't.
pub(super) fn fails_here(statement: &str, claimed: &str, actual: &str) -> bool {
    let status = |text: &str| text.trim().parse::<i32>().ok();
    statement.contains("returncode") && status(claimed) == Some(0) && status(actual).is_some_and(|status| status != 0)
}

/// Whether a statement may show what a program wrote: it's no sum of what is written there.
pub(super) fn takes(statement: &str) -> bool {
    noise::takes_from_elsewhere(statement)
}

/// Whether two texts differ by nothing but the folders in which the same programs lie: `/bin/tea` and `/usr/bin/tea`. A path that `is_written` in the code
/// is the same on all machines.
pub(super) fn lie_elsewhere(claimed: &str, actual: &str, is_written: impl Fn(&str) -> bool) -> bool {
    let names = |text: &str| squeeze(&PROGRAM.replace_all(text, |found: &regex::Captures| found[1].trim_end_matches(".exe").to_owned()));
    let is_own = |path: &str| is_written(path) || is_written(&path.replace('\\', "\\\\"));
    let mut found = PROGRAM.find_iter(actual).peekable();
    found.peek().is_some() && claimed != actual && names(claimed) == names(actual) && !found.all(|path| is_own(path.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_that_fail() {
        assert!(fails_here("assert run.returncode == 0", "0", "1"));
        for (statement, claimed, actual) in
            [("assert run.returncode == 0", "0", "0"), ("assert run.returncode == 5", "5", "0"), ("assert cups == 0", "0", "1")]
        {
            assert!(!fails_here(statement, claimed, actual), "{statement}");
        }
    }

    #[test]
    fn what_tells_of_a_machine() {
        assert!(tells_of_machine("/usr/bin/ls -a", true) && !tells_of_machine("/usr/bin/ls -a", false));
        assert!(tells_of_machine("uname -r", false) && tells_of_machine("/bin/sh -c 'gcc --version'", false));
        assert!(!tells_of_machine("echo ls", true) && !tells_of_machine("", true));
    }

    #[test]
    fn places_of_programs() {
        let lie_elsewhere = |claimed, actual| super::lie_elsewhere(claimed, actual, |path| [r"C:\tea\milk", r"C:\\cup"].contains(&path));
        assert!(lie_elsewhere("/bin/tea -a | /bin/milk", "/usr/bin/tea -a | /usr/bin/milk"));
        assert!(lie_elsewhere(r"Pot(C:\Program Files\Tea\bin\tea.exe)", "Pot(/usr/bin/tea)"));
        assert!(lie_elsewhere(r"C:\tee\lemon", r"C:\tea\lemon"));
        assert!(!lie_elsewhere(r"C:\tee\milk", r"C:\tea\milk") && !lie_elsewhere(r"D:\cup", r"C:\cup"));
        for (claimed, actual) in
            [("/bin/tea -a", "/usr/bin/tea -b"), ("/bin/tea", "/usr/bin/milk"), ("/home/tea", "/srv/tea"), ("/usr/bin/tea", "/usr/bin/tea")]
        {
            assert!(!lie_elsewhere(claimed, actual), "{claimed}");
        }
    }
}
