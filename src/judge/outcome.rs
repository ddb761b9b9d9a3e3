//! What became of an example as a whole.

use std::{sync::LazyLock, time::Duration};

use regex::Regex;

use crate::{
    plan::{Plan, continuing::Undefined},
    requirements::modules::package_of,
    run::protocol::{End, Note, Raised, Report},
    syntax::builtins::is_standard_library,
};

use super::{Before, Outcome, reason::Reason};

/// Category of an example that can't be given what it needs.
pub(super) const NOT_GIVEN: &str = "given";

/// An outcome with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ending {
    pub(super) outcome: Outcome,
    /// In a sentence; none where it simply ran.
    pub(super) reason: Option<String>,
    /// In a word, to count by.
    pub(super) category: &'static str,
    /// Line of the example's code, from 1.
    pub(super) stopped_at: Option<u32>,
}

/// What became of a run that had so much time.
pub(super) fn ending(report: &Report, limit: Duration) -> Ending {
    let of = |outcome, category, reason: String| Ending { outcome, reason: Some(reason), category, stopped_at: None };
    // The first one: at a prompt, others may follow from it.
    let noted = report.notes.iter().find_map(|note| match note {
        Note::Invalid(raised) => Some((raised, true)),
        Note::Stopped(raised) => Some((raised, false)),
        _ => None,
    });
    match (&report.end, noted) {
        (End::TimedOut, _) => of(Outcome::TimedOut, "time", format!("timed out after {}", super::number::seconds(limit.as_secs_f64()))),
        (End::CpuLimit, _) => {
            of(Outcome::TimedOut, "time", format!("timed out after {} of processor time", super::number::seconds(report.cpu_seconds)))
        }
        (End::OutputLimit, _) => of(Outcome::Crashed, "output", "wrote more than it may".to_owned()),
        (End::MemoryLimit, _) => of(Outcome::Crashed, "memory", "its processes together took more memory than they may".to_owned()),
        (End::Signalled(signal), _) => of(Outcome::Crashed, "crash", format!("ended by {}", signal_name(*signal))),
        (End::Garbled(what), _) => of(Outcome::Crashed, "crash", format!("what was noted of it can't be read: {what}")),
        (End::NotGiven(why), _) => of(Outcome::Skipped, NOT_GIVEN, why.clone()),
        (End::Lost(why), _) => of(Outcome::Crashed, "server", format!("its server was lost: {why}")),
        (End::Lacks(why), _) => of(Outcome::Skipped, "program", why.clone()),
        (End::Exited(_), Some((raised, true))) => Ending { stopped_at: raised.line, ..of(Outcome::Invalid, "syntax", described(raised)) },
        (End::Exited(_), Some((raised, false))) => stopped(raised, &report.end),
        (End::Exited(0), None) if finished(report) => Ending { outcome: Outcome::Ran, reason: None, category: "", stopped_at: None },
        (End::Exited(status), None) if finished(report) => {
            of(Outcome::Crashed, "crash", format!("ended with status {status} after it had run to its end"))
        }
        (End::Exited(status), None) => {
            of(Outcome::Crashed, "crash", format!("ended itself with status {status}, without an exception (`os._exit`)"))
        }
    }
}

/// The end by an exception that nothing caught.
pub(super) fn stopped(raised: &Raised, end: &End) -> Ending {
    if raised.r#type == "SystemExit" {
        let code = raised.subject.as_deref().unwrap_or("None");
        if *end == End::Exited(0) && matches!(code, "0" | "None" | "") {
            return Ending { outcome: Outcome::Ran, reason: None, category: "", stopped_at: None };
        }
        let reason = format!("SystemExit: {code}");
        return Ending { outcome: Outcome::Raised, reason: Some(reason), category: "exception", stopped_at: raised.line };
    }
    let (outcome, category, reason) = match missing_module(raised) {
        Some(reason) => (Outcome::Skipped, "package", reason),
        None if raised.r#type == "NameError" => (Outcome::Raised, "name", described(raised)),
        None => (Outcome::Raised, "exception", described(raised)),
    };
    Ending { outcome, reason: Some(reason), category, stopped_at: raised.line }
}

/// The end of an example that raised, where that isn't its own fault: its module can't be imported, an example that it continues needs a
/// package that isn't there, or it isn't known to be meant for here. Then it counts as skipped.
pub(super) fn without_blame(ending: Ending, plan: &Plan, report: &Report, before: &Before, undefined: &Undefined) -> Ending {
    if ending.outcome != Outcome::Raised {
        return ending;
    }
    let preludes = || {
        report.notes.iter().filter_map(|note| match note {
            Note::PreludeRaised { index, raised } => Some((*index, raised)),
            _ => None,
        })
    };
    let skipped = |category, reason: String| Ending { outcome: Outcome::Skipped, reason: Some(reason), category, ..ending.clone() };
    let of_module = || preludes().find(|(index, _)| plan.module.is_some() && *index == 0).map(|(_, raised)| raised);
    if let Some(raised) = before.unimported.as_ref().or_else(of_module) {
        let Reason { category, text } = unimported(raised, undefined);
        return skipped(category, text);
    }
    if ending.category == "name"
        && let Some(reason) = preludes().map(|(_, raised)| raised).chain(before.first_raised()).find_map(missing_module)
    {
        return skipped("package", reason);
    }
    match &plan.doubt {
        Some(doubt) => {
            skipped("condition", format!("to be run only if {doubt}; it raised {}", ending.reason.as_deref().unwrap_or_default()))
        }
        None => ending,
    }
}

/// How exceptions of any type say that a package should be installed.
static OF_PACKAGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)\b(?:pip|conda) install\b|\b(?:optional dependency|package|library|module) ['"`]?[\w.-]+['"`]? (?:is not installed|is missing)|\b(?:requires|needs) (?:the )?['"`]?[\w.-]+['"`]? (?:package|library|to be installed)\b"#,
    )
    .expect("a pattern")
});

/// Whether what an exception says is that something isn't installed.
pub(super) fn says_missing(text: &str) -> bool {
    static MISSING: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?i)\bmissing (?:[\w-]+ )?dependenc|\bno module named\b|\bis not installed\b").expect("a pattern"));
    MISSING.is_match(text) || OF_PACKAGE.is_match(text)
}

/// How exceptions of any type say that a server can't be reached.
static OF_NETWORK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)name resolution|name or service not known|network is unreachable|no nameservers|failed to establish a new connection|max retries exceeded|error occurr?ed (?:when|while) (?:trying to connect|connecting)",
    )
    .expect("a pattern")
});

/// Whether a text says that a server can't be reached.
pub(super) fn says_unreachable(text: &str) -> bool {
    OF_NETWORK.is_match(text)
}

/// Why the names of an example's module aren't there.
pub(super) fn unimported(raised: &Raised, undefined: &Undefined) -> Reason {
    let category = excuse(raised, undefined).map_or("module", |excuse| excuse.category);
    Reason::new(category, format!("its module can't be imported: {}", described(raised)))
}

/// Why an exception says nothing against the claim it hit, because the example lacks something that isn't its own fault; `None` for all
/// other exceptions. `undefined` are the names that the example uses and never defines.
pub(super) fn excuse(raised: &Raised, undefined: &Undefined) -> Option<Reason> {
    if let Some(reason) = missing_module(raised) {
        return Some(Reason::new("package", reason));
    }
    let is = |name: &str| raised.r#type == name || raised.mro.iter().any(|base| base == name);
    if raised.r#type == "NameError" {
        let name = raised.subject.as_deref().or_else(|| raised.message.split('\'').nth(1))?;
        return undefined.lacks(name).then(|| Reason::new("name", format!("needs name `{name}`")));
    }
    if (is("ImportError") || is("OSError") || is("EOFError")) && !undefined.raises(&raised.r#type) {
        return Some(Reason::new("environment", format!("needs what isn't here: {}", described(raised))));
    }
    // sqlite3's words for a file in a folder that isn't there.
    if raised.message == "unable to open database file" {
        return Some(Reason::new("environment", format!("needs what isn't here: {}", described(raised))));
    }
    if is("NotImplementedError")
        && ["on your system", "on this platform", "on this system"].iter().any(|words| raised.message.contains(words))
    {
        return Some(Reason::new("environment", format!("needs another system: {}", described(raised))));
    }
    if lacks_locale(raised) {
        return Some(Reason::new("environment", format!("needs a locale that isn't here: {}", described(raised))));
    }
    // A prompt keeps what was raised at it.
    if raised.r#type == "AttributeError" && raised.message.starts_with("module 'sys' has no attribute 'last_") {
        return Some(Reason::new("environment", "needs an exception that was raised at the prompt before"));
    }
    if raised.r#type == "TclError" && raised.message.contains("display") {
        return Some(Reason::new("environment", "needs a display"));
    }
    if OF_NETWORK.is_match(&raised.message) && !undefined.raises(&raised.r#type) {
        return Some(Reason::new("environment", format!("needs the network: {}", described(raised))));
    }
    if OF_PACKAGE.is_match(&raised.message) && !undefined.raises(&raised.r#type) {
        return Some(Reason::new("package", format!("needs a package that isn't here: {}", described(raised))));
    }
    if is("MemoryError") {
        return Some(Reason::new("memory", format!("needs more memory than it may have: {}", described(raised))));
    }
    None
}

/// Whether code asked for a locale that isn't installed.
pub(super) fn lacks_locale(raised: &Raised) -> bool {
    raised.r#type == "Error" && raised.message == "unsupported locale setting"
}

/// Which module is missing, if that is what happened.
fn missing_module(raised: &Raised) -> Option<String> {
    if raised.r#type != "ModuleNotFoundError" {
        return None;
    }
    let name = raised.subject.as_deref().or_else(|| raised.message.split('\'').nth(1))?;
    let top = name.split('.').next().unwrap_or(name);
    Some(match is_standard_library(top) {
        true => format!("needs module `{name}`, which this Python doesn't have"),
        false => {
            let package = package_of(top);
            let of = if package == top { String::new() } else { format!(" for module `{top}`") };
            format!("needs package `{package}`{of}: add it to `requires`")
        }
    })
}

/// `NameError: name 'x' is not defined`; the first line of a longer message.
pub(super) fn described(raised: &Raised) -> String {
    let message = raised.message.lines().next().unwrap_or_default();
    if message.is_empty() { raised.r#type.clone() } else { format!("{}: {message}", raised.r#type) }
}

fn finished(report: &Report) -> bool {
    report.notes.iter().any(|note| matches!(note, Note::Finished))
}

fn signal_name(signal: i32) -> String {
    let name = match signal {
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        24 => "SIGXCPU",
        31 => "SIGSYS",
        _ => return format!("signal {signal}"),
    };
    format!("{name} (signal {signal})")
}
