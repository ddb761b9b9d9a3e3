//! Texts that differ by the machine: folders, the name of the program, warnings that are shown or aren't.

use std::sync::LazyLock;

use regex::Regex;

use super::super::{
    reason::Reason,
    text::{fits, lines, squeeze},
};

/// An absolute path, or one in the home folder.
static PATH: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?:~|\b[A-Za-z]:)?(?:[/\\]+[\w.+@~-]+)+[/\\]?").expect("a pattern"));
/// Words that stand for the beginning of a path: `[path/to]`, `<where it is>`.
static SOMEWHERE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?:\[[A-Za-z][\w /-]*\]|<[A-Za-z][\w /-]*>)([/\\])").expect("a pattern"));
/// A path as its object is shown.
static PATH_OBJECT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"\b(?:Posix|Windows)Path\(["']([^"'\n]*)["']\)"#).expect("a pattern"));
/// Nothing but the path of a file that was installed, or that somebody has at home.
static INSTALLED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"^["']?(?:/(?:usr|opt|etc|var|home|Users|Library|Applications)/|[A-Za-z]:[\\/]+(?:Users|Program Files|Windows)[\\/])[^"'\n]+["']?$"#)
        .expect("a pattern")
});
/// A folder that somebody has at home.
static AT_HOME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(?:^|[\s"'=(:])(?:/(?:home|Users)/[\w.-]+/|[A-Za-z]:[\\/]+Users[\\/])"#).expect("a pattern"));
/// The name that a class gives an object, with the object's number in the process: `Pot00042`.
static NUMBERED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b([A-Za-z_]*[A-Za-z_])(0\d{3,})\b").expect("a pattern"));
/// How the help of a program starts.
static USAGE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^[Uu]sage: (?:[^\s\[\]{}<>-]\S*\s)?").expect("a pattern"));
/// The first line of what `logging` writes.
static LOG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\[?(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)[:/\]]").expect("a pattern"));
/// The first line of a warning as Python shows it.
static WARNING: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\S+:\d+: \w*Warning: ").expect("a pattern"));
/// A line that a warning may have where somebody copied it.
static WARNED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\s*(?:\S+:\d+: )?\w*Warning: ").expect("a pattern"));
/// The start of what is logged with its time.
static LOGGED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\s*\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[,.]\d{3}\b.*[A-Za-z]{4}").expect("a pattern"));
/// The same with the level behind a time that has no fractions.
static LOGGED_BY_LEVEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d\S*\s+\[?\s*(?i:debug|info|warn|warning|error|critical)\b").expect("a pattern")
});
/// What tells a terminal how to show a text, or how a text's repr shows it.
static ESCAPES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:\x1b|\\x1b|\\033|\\u001b)(?:\[[0-9;?]*[A-Za-z]|\([A-Z0-9])").expect("a pattern"));
/// A bar of progress with times: `100%|####| 5/5 [00:00<00:00, 9.5it/s]`, `|██▌ | 5/9 [55%] in 2s (2.5/s)`.
static PROGRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\d%\s*\|[^|\n]*\|\s*\d+/\d+ \[\d+:\d\d|[|\[▕][█▉▊▋▌▍▎▏▓▒━■#=]{2}[^\n]*\d%[^\n]*\d ?(?:s|/s)\b").expect("a pattern")
});
/// What a function is shown as.
static FUNCTION: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^<function ([\w.<>]+?)(?: at 0x[0-9a-fA-F.]+)?>$").expect("a pattern"));

/// A place in code that came from no file.
static SOURCE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"File "?<[^>\n]+>"?, line \d+"#).expect("a pattern"));
/// A place in code as tracebacks and the like tell it.
static PLACE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"File "[^"\n]+", line \d+"#).expect("a pattern"));
/// The file that doctest gives to an example, or that a prompt has.
static TYPED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?:/[\w./-]*)?(?:<doctest [^>\n]+>|<stdin>)").expect("a pattern"));
static NUMBER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\d+").expect("a pattern"));
/// A link up to its version.
static LINK_VERSION: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(https?://[^\s/]+)/v?\d+(?:\.\d+)*/").expect("a pattern"));
/// A standard stream of the process.
static STREAM: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<_io\.TextIOWrapper name='<std\w+>'[^>]*>").expect("a pattern"));

/// Integers of C that are one type on some machines and two on others.
static C_INTEGER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"c_(u?)(?:longlong|long|int)(_Array_|\b)").expect("a pattern"));
/// The class of pointers to one, with the module that it's made in, or that it's thought to be in.
static C_POINTER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(?:\w+\.)+LP_c_").expect("a pattern"));
/// An instruction that `dis` shows, with the line of its code before it.
static DISASSEMBLED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^\s*\d+(\s+(?:>>\s+)?\d+ [A-Z][A-Z_]+\b)").expect("a pattern"));

/// Why a difference is one of machines; `None` where it may be one of what the document says.
pub(super) fn difference(claimed: &str, actual: &str) -> Option<Reason> {
    if is_other_folder(claimed, actual) {
        return Some(Reason::new("environment", "it differs by the folders of this machine"));
    }
    if is_of_a_home(claimed, actual) {
        return Some(Reason::new("environment", "it shows folders of another machine, and what is installed there"));
    }
    if is_other_source(claimed, actual) {
        return Some(Reason::new("environment", "it differs by how the code was run"));
    }
    if is_other_program(claimed, actual) {
        return Some(Reason::new("environment", "it differs by the name of the program"));
    }
    if LOGGED.is_match(claimed) || LOGGED_BY_LEVEL.is_match(claimed) {
        return Some(Reason::new("varies", "it shows when something was logged"));
    }
    if ESCAPES.is_match(claimed) && !ESCAPES.is_match(actual) && squeeze(&ESCAPES.replace_all(claimed, "")) == squeeze(actual) {
        return Some(Reason::new("environment", "it has what a terminal is told to show it so, and here is none"));
    }
    if PROGRESS.is_match(claimed) {
        return Some(Reason::new("varies", "it shows how fast something went"));
    }
    if claimed.is_ascii() && actual.contains(is_drawing) {
        return Some(Reason::new("environment", "it's drawn with characters that the claimed terminal doesn't have"));
    }
    if is_same_function(claimed, actual) {
        return Some(Reason::new("address", "it differs by an address, or by the module that the code stands in"));
    }
    if is_same_class(claimed, actual) {
        return Some(Reason::new("module", "it differs by the module of its package that the class lies in"));
    }
    if STREAM.is_match(claimed) && STREAM.replace_all(claimed, "") == STREAM.replace_all(actual, "") {
        return Some(Reason::new("environment", "it differs by how Python was started"));
    }
    if ["tzlocal()", "/etc/localtime"].iter().any(|zone| claimed.contains(zone)) {
        return Some(Reason::new("environment", "it shows the time zone of a machine"));
    }
    if is_other_link(claimed, actual) {
        return Some(Reason::new("environment", "it differs by the version in a link"));
    }
    if is_other_integer(claimed, actual) {
        return Some(Reason::new("environment", "it differs by which of C's integers are one type on a machine"));
    }
    if is_other_line(claimed, actual) {
        return Some(Reason::new("environment", "it differs by the lines that the code stands on"));
    }
    if is_other_number(claimed, actual) {
        return Some(Reason::new("varies", "it differs by the numbers of objects, which depend on how many were made before"));
    }
    if actual.trim() == "None" && INSTALLED.is_match(claimed.trim()) {
        return Some(Reason::new("environment", "a file is claimed that another machine has"));
    }
    let is_empty = actual.trim().is_empty();
    if is_empty && WARNING.is_match(claimed.trim_start()) || is_warned(claimed, actual) {
        return Some(Reason::new("environment", "whether a warning is shown depends on how Python was started"));
    }
    if is_empty && LOG.is_match(claimed.trim_start()) {
        return Some(Reason::new("environment", "what is shown was logged, and not by this process"));
    }
    None
}

/// Lines, brackets of several rows, and mathematical letters and dots, which are drawn with ASCII where a terminal has no others.
fn is_drawing(c: char) -> bool {
    matches!(c, '\u{2500}'..='\u{257f}' | '\u{239b}'..='\u{23ae}' | '⋅' | 'ⅈ' | 'ℯ' | 'ⅆ' | '\u{307}' | '\u{308}')
}

/// Whether a claimed text is a warning, maybe with its line of code, and what was seen below; or what was seen, and warnings with their places below.
fn is_warned(claimed: &str, actual: &str) -> bool {
    let claimed = lines(claimed);
    let actual = lines(actual);
    let is_above = claimed.first().is_some_and(|first| WARNED.is_match(first))
        && (1..=2).any(|warning| claimed.get(warning..).is_some_and(|rest| rest == actual));
    // Addresses are no difference, and a text is told as the claim writes it.
    let seen = |lines: &[&str]| squeeze(&lines.join("\n")).trim_matches(['\'', '"']).to_owned();
    let first = claimed.iter().position(|line| WARNING.is_match(line));
    !actual.is_empty() && (is_above || first.is_some_and(|first| first > 0 && seen(&claimed[..first]) == seen(&actual)))
}

/// Whether two texts show one function: without its address, or with its module before its name, as IPython shows it.
fn is_same_function(claimed: &str, actual: &str) -> bool {
    let name = |text| FUNCTION.captures(str::trim(text)).and_then(|found| found.get(1)).map(|name| name.as_str());
    name(claimed)
        .zip(name(actual))
        .is_some_and(|(claimed, actual)| claimed == actual || claimed.strip_suffix(actual).is_some_and(|module| module.ends_with('.')))
}

/// Whether a dotted name, as IPython shows a class, is that of the seen class but for the modules in between.
fn is_same_class(claimed: &str, actual: &str) -> bool {
    let seen = actual.trim().strip_prefix("<class '").and_then(|rest| rest.strip_suffix("'>"));
    let ends = |name: &str| name.split_once('.').zip(name.rsplit_once('.')).map(|((first, _), (_, last))| format!("{first}.{last}"));
    let is_name = |name: &str| name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    seen.is_some_and(|seen| is_name(claimed.trim()) && ends(seen).is_some() && ends(seen) == ends(claimed.trim()))
}

/// Whether two texts differ only in paths, and the seen ones belong to the sandbox or the interpreter; what was seen may go on behind an empty line.
fn is_other_folder(claimed: &str, actual: &str) -> bool {
    let is_own = |path: &str| {
        ["/tmp/home", "/tmp/work"].iter().any(|folder| path.starts_with(folder))
            || ["/lib/python3", "/site-packages"].iter().any(|part| path.contains(part))
    };
    let bare = |text: &str| squeeze(&PATH.replace_all(text, "/"));
    let somewhere = SOMEWHERE.replace_all(claimed, "$1");
    // A path that is printed is none of an object, whatever is shown.
    let as_text = PATH_OBJECT.replace_all(&somewhere, "$1");
    let paragraph = actual.split("\n\n").next().unwrap_or(actual);
    let is_same = |claimed: &str| [actual, paragraph].iter().any(|actual| bare(claimed) == bare(actual));
    PATH.find_iter(actual).any(|path| is_own(path.as_str())) && PATH.is_match(&somewhere) && (is_same(&somewhere) || is_same(&as_text))
}

/// Whether several lines show a folder that somebody has at home, and others were seen where something is installed: then more may differ there.
fn is_of_a_home(claimed: &str, actual: &str) -> bool {
    let is_installed = |line: &str| ["/opt/", "/usr/", "/lib/python3", "/site-packages"].iter().any(|part| line.contains(part));
    claimed.trim().contains('\n') && AT_HOME.is_match(claimed) && !AT_HOME.is_match(actual) && actual.lines().any(is_installed)
}

/// Whether two texts start alike but for the place in code that came from no file, `File <doctest page.rst[1]>, line 1`.
fn is_other_source(claimed: &str, actual: &str) -> bool {
    let first = |text: &str| text.trim().lines().next().map(|line| squeeze(&SOURCE.replace_all(line, "<>"))).unwrap_or_default();
    SOURCE.is_match(claimed) && SOURCE.is_match(actual) && first(claimed).ends_with(&first(actual))
        || is_typed_elsewhere(claimed, actual)
        || is_placed_elsewhere(claimed, actual)
}

/// Whether two texts differ by nothing but the places in code that they name.
fn is_placed_elsewhere(claimed: &str, actual: &str) -> bool {
    let bare = |text: &str| squeeze(&PLACE.replace_all(text, "File"));
    PLACE.is_match(claimed) && bare(claimed) == bare(actual)
}

/// Whether two texts differ by nothing but the file that doctest gives to an example, and numbers of lines in it.
fn is_typed_elsewhere(claimed: &str, actual: &str) -> bool {
    let bare = |text: &str| squeeze(&NUMBER.replace_all(&TYPED.replace_all(text, "<>"), "0"));
    let (bare_claimed, bare_actual) = (bare(claimed), bare(actual));
    claimed.contains("<doctest ") && TYPED.is_match(actual) && (bare_claimed == bare_actual || fits(&bare_claimed, &bare_actual))
}

/// Whether two texts differ by nothing but the numbers in names of as many digits, and maybe addresses: `Pot(name='Pot00042')`.
fn is_other_number(claimed: &str, actual: &str) -> bool {
    let bare = |text: &str| {
        let numbered = NUMBERED.replace_all(text, |found: &regex::Captures| format!("{}{}", &found[1], "#".repeat(found[2].len())));
        squeeze(&numbered)
    };
    NUMBERED.is_match(claimed) && bare(claimed) == bare(actual)
}

/// Whether two texts differ by nothing but versions in links: `https://tea.example/2.14/hot`.
fn is_other_link(claimed: &str, actual: &str) -> bool {
    let bare = |text: &str| squeeze(&LINK_VERSION.replace_all(text, "$1/"));
    LINK_VERSION.is_match(claimed) && bare(claimed) == bare(actual)
}

/// Whether two texts differ by nothing but names of C's integers: `c_long(5)` and `c_int(5)`.
fn is_other_integer(claimed: &str, actual: &str) -> bool {
    let bare = |text: &str| squeeze(&C_INTEGER.replace_all(&C_POINTER.replace_all(text, "LP_c_"), "c_${1}int$2"));
    let (bare_claimed, bare_actual) = (bare(claimed), bare(actual));
    C_INTEGER.is_match(claimed) && (bare_claimed == bare_actual || fits(&bare_claimed, &bare_actual))
}

/// Whether two texts are the same instructions of code that stands elsewhere.
pub(super) fn is_other_line(claimed: &str, actual: &str) -> bool {
    let bare = |text: &str| squeeze(&DISASSEMBLED.replace_all(text, "$1").replace("<BLANKLINE>", ""));
    DISASSEMBLED.is_match(claimed) && DISASSEMBLED.is_match(actual) && bare(claimed) == bare(actual)
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
            ("'[path/to]/cups/tea.txt'", "'/opt/lib/python3.11/site-packages/cups/tea.txt'"),
            ("<your folder>/tea.txt", "/tmp/work/tea.txt"),
            ("PosixPath('/path/to/tea.txt')", "/tmp/home/tea.txt"),
            ("Pot\n  in: /home/ann/pot", "Pot\n  in: /tmp/work/pot\n\n  cups: 5"),
        ] {
            assert!(is_other_folder(claimed, actual), "{claimed}");
        }
        for (claimed, actual) in [
            ("PosixPath('/etc/tea')", "PosixPath('/etc/milk')"),
            ("['/home/ann', 5]", "['/tmp/home', 6]"),
            ("Pot\n  in: /home/ann", "Pot\n  in: /tmp/home\n  cups: 5"),
            ("'tea'", "'/tmp/work/tea'"),
        ] {
            assert!(!is_other_folder(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn of_another_home() {
        let claimed = "name: tea\nfolder: /home/ann/cups/lib";
        assert!(is_of_a_home(claimed, "name: milk\nfolder: /opt/cups/lib"));
        for (claimed, actual) in [
            (claimed, "name: milk\nfolder: /home/ann/cups/lib"),
            (claimed, "name: milk"),
            ("/home/ann/cups", "/opt/cups"),
            ("name: tea\nfolder: /cups/home/ann/lib", "name: tea\nfolder: /opt/cups/lib"),
        ] {
            assert!(!is_of_a_home(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn numbered_objects() {
        assert!(is_other_number("Pot(name='Pot00042', lid=5)", "Pot(name='Pot00002', lid=5)"));
        for actual in ["Pot(name='Pot00042', lid=6)", "Pot(name='Cup00042', lid=5)", "Pot(name='Pot042', lid=5)"] {
            assert!(!is_other_number("Pot(name='Pot00042', lid=5)", actual), "{actual}");
        }
        assert!(!is_other_number("00042", "00043") && !is_other_number("pot42", "pot43"));
    }

    #[test]
    fn what_terminals_are_told() {
        assert!(difference(r"'\x1b[91mtea\x1b(B\x1b[m'", "'tea'").is_some() && difference("\x1b[1mtea\x1b[0m", "tea\n").is_some());
        assert!(difference(r"'\x1b[91mtea\x1b[m'", "'milk'").is_none());
        assert!(difference(r"'\x1b[91mtea\x1b[m'", r"'\x1b[92mtea\x1b[m'").is_none());
        assert!(difference("'tea'", r"'\x1b[92mtea\x1b[m'").is_none());
    }

    #[test]
    fn bars_of_progress() {
        assert!(difference("100%|####| 5/5 [00:00<00:00, 9.53it/s]", "").is_some());
        assert!(difference("cups |████▌    | 5/9 [55%] in 2s (2.5/s, eta: 2s)", "cups 5").is_some());
        assert!(difference("cups |████▌    | 5/9 [55%]", "").is_none() && difference("████ 55% in 2s", "").is_none());
        assert!(difference("100%|####| 5/5", "").is_none() && difference("5/5 [00:00]", "").is_none());
    }

    #[test]
    fn files_that_are_not_here() {
        assert!(difference("'/usr/share/tea/pot.png'", "None").is_some() && difference(r"'C:\\Users\\ann\\tea'", "None").is_some());
        assert!(difference("'/tea/pot'", "None").is_none() && difference("'/usr/bin/tea'", "'/usr/bin/milk'").is_none());
        assert!(difference("['/usr/bin/tea']", "None").is_none());
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
    fn functions() {
        for claimed in ["<function tea.brew.<locals>.pour>", "<function brew.<locals>.pour at 0x...>", "<function brew.<locals>.pour>"] {
            assert!(is_same_function(claimed, "<function brew.<locals>.pour at 0x7f12>"), "{claimed}");
        }
        for claimed in ["<function tea.brew.<locals>.spill>", "<function spour>", "brew"] {
            assert!(!is_same_function(claimed, "<function pour at 0x7f12>"), "{claimed}");
        }
    }

    #[test]
    fn classes() {
        assert!(is_same_class("tea.core.pot.Pot", "<class 'tea.Pot'>"));
        for (claimed, actual) in [
            ("tea.core.Pot", "<class 'tea.Cup'>"),
            ("milk.core.Pot", "<class 'tea.Pot'>"),
            ("Pot", "<class 'tea.Pot'>"),
            ("<class 'tea.core.Pot'>", "<class 'tea.Pot'>"),
        ] {
            assert!(!is_same_class(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn sources() {
        let broken = |file: &str, what: &str| format!("BoilError: File {file} in <module>:{what}");
        let claimed = format!("tea.{}", broken("<doctest tea.rst[3]>, line 1", "\ntoo hot"));
        assert!(is_other_source(&claimed, &broken("<stdin>, line 12", "")));
        assert!(!is_other_source(&claimed, "CoolError: File <stdin>, line 12 in <module>:"));
        assert!(!is_other_source("BoilError: too hot", &broken("<stdin>, line 12", "")));
        let place = |file: &str, line: u32, cup: &str| format!("{{'file': '{file}', 'line': {line}, 'cup': {cup}}}");
        assert!(is_other_source(&place("<doctest default[3]>", 2, "..."), &place("<stdin>", 10, "'tea'")));
        assert!(is_other_source(&place("<doctest .../tea.md[3]>", 2, "..."), &place("/<stdin>", 10, "'tea'")));
        assert!(!is_other_source(&place("<doctest default[3]>", 2, "'milk'"), &place("<stdin>", 2, "'tea'")));
        assert!(!is_other_source(&place("<stdin>", 2, "'tea'"), &place("<stdin>", 3, "'tea'")));
        let twice =
            |file: &str, line: u32, cup: &str| format!("TwiceError: poured twice:\n  File \"{file}\", line {line}\n    pour({cup})");
        assert!(is_other_source(&twice("...", 4, "tea"), &twice("/tmp/a.md", 90, "tea")));
        assert!(!is_other_source(&twice("...", 4, "milk"), &twice("/tmp/a.md", 90, "tea")));
    }

    #[test]
    fn integers_of_c() {
        for (claimed, actual) in [
            ("c_long(5)", "c_int(5)"),
            ("<Field type=c_ulong, ofs=0, size=4>", "<Field type=c_uint, ofs=0, size=4>"),
            ("expected LP_c_long instance", "expected LP_c_int instance"),
            ("<c_long_Array_3 object at 0x...>", "<__main__.c_int_Array_3 object at 0x7f12>"),
        ] {
            assert!(is_other_integer(claimed, actual), "{claimed}");
        }
        assert!(is_other_integer("<class 'ctypes.LP_c_long'>", "<class '__main__.LP_c_int'>"));
        for (claimed, actual) in [
            ("<class 'ctypes.LP_c_long'>", "<class '__main__.LP_c_char'>"),
            ("c_long(5)", "c_int(6)"),
            ("c_long(5)", "c_uint(5)"),
            ("c_long(5)", "c_short(5)"),
            ("<c_long_Array_3 object at 0x...>", "<__main__.c_int_Array_4 object at 0x7f12>"),
            ("c_int32(5)", "c_int64(5)"),
        ] {
            assert!(!is_other_integer(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn lines_of_instructions() {
        let shown = |first: u32, name: &str| {
            format!("  {first}           0 RESUME                   0\n\n  {}           2 LOAD_FAST                0 ({name})", first + 1)
        };
        assert!(is_other_line(&shown(2, "cup"), &shown(1, "cup")));
        assert!(!is_other_line(&shown(2, "cup"), &shown(1, "pot")) && !is_other_line("2 cups", "1 cups"));
    }

    #[test]
    fn links() {
        let see = |version: &str, page: &str| format!("too hot\n    see https://tea.example/{version}/{page}");
        assert!(is_other_link(&see("2", "hot"), &see("2.14", "hot")));
        assert!(!is_other_link(&see("2", "hot"), &see("2.14", "cold")) && !is_other_link("too hot", "too cold"));
    }

    #[test]
    fn streams_and_time_zones() {
        let stream = |name: &str, encoding: &str| format!("<_io.TextIOWrapper name='<{name}>' mode='w' encoding='{encoding}'>");
        assert!(difference(&stream("stderr", "UTF-8"), &stream("stderr", "utf-8")).is_some());
        assert!(difference(&stream("stderr", "UTF-8"), "None").is_none());
        assert!(difference("datetime(2024, 5, 6, tzinfo=tzlocal())", "datetime(2024, 5, 6)").is_some());
    }

    #[test]
    fn warnings() {
        assert!(difference("<stdin>:1: DeprecationWarning: old", "").is_some());
        assert!(difference("<stdin>:1: DeprecationWarning: old", "new").is_none());
        assert!(difference("a Warning: old", "").is_none());
        assert!(
            difference("  HotWarning: too hot\n5", "5").is_some() && difference("a.py:1: HotWarning: too hot\n  tea()\n5", "5").is_some()
        );
        assert!(difference("5\n.../tea/a.py:1: HotWarning: too hot\n...", "5").is_some());
        assert!(difference("'<Pot at 0x12ab>'\na.py:1: HotWarning: too hot", "<Pot at 0x34cd>").is_some());
        assert!(difference("5\na.py:1: HotWarning: too hot", "6").is_none() && difference("5\nHotWarning: too hot", "5").is_none());
        assert!(difference("HotWarning: too hot\n5", "6").is_none() && difference("tea\n5", "5").is_none());
        assert!(difference("[INFO/Worker-1] started", "").is_some() && difference("INFO:tea:hot", "").is_some());
        assert!(difference("2024-05-06 07:08:09,123 INFO tea BEGIN", "raises ValueError").is_some());
        assert!(difference("2024-05-06 07:08:09 [info     ] tea", "{'event': 'tea'}").is_some());
        assert!(difference("2024-05-06 07:08:09 information", "5").is_none());
        assert!(
            difference("2024-05-06 07:08:09", "2024-05-06 07:08:10").is_none() && difference("'2024-05-06 07:08:09.123'", "5").is_none()
        );
        assert!(difference("1\n-\nx", "1\n─\nx").is_some() && difference("1\n─\ny", "1\n─\nx").is_none());
        assert!(difference("INFORMATION", "").is_none() && difference("INFO:tea:hot", "INFO:tea:cold").is_none());
    }
}
