//! What of the standard library came later than Python 3.10: modules, and the public names in modules, by the documentation's
//! "Added in version" notes. Methods and parameters aren't here: what they belong to can't be told from the code alone.

/// The minor version that brought a module of the standard library, or a name in one; given with dots (`itertools.batched`). `None` for
/// what isn't known to be newer than 3.10.
pub(super) fn since(dotted: &str) -> Option<u8> {
    let (module, name) = dotted.rsplit_once('.').unwrap_or((dotted, ""));
    LATER.iter().find_map(|(minor, entries)| {
        let is_listed = |(later, names): &(&str, &str)| match *names {
            "" => *later == dotted,
            names => *later == module && names.split(' ').any(|later| later == name),
        };
        entries.iter().any(is_listed).then_some(*minor)
    })
}

/// The minor version that brought a builtin name.
pub(super) fn builtin_since(name: &str) -> Option<u8> {
    Some(match name {
        "BaseExceptionGroup" | "ExceptionGroup" => 11,
        "PythonFinalizationError" => 13,
        _ => return None,
    })
}

/// By minor version: modules that it brought (with no names), and names that it brought to older modules.
type Later = [(u8, &'static [(&'static str, &'static str)])];

const LATER: &Later = &[
    (
        11,
        &[
            ("asyncio", "Barrier BrokenBarrierError Runner TaskGroup Timeout timeout timeout_at"),
            ("asyncio.taskgroups", ""),
            ("asyncio.timeouts", ""),
            ("contextlib", "chdir"),
            ("ctypes", "BigEndianUnion LittleEndianUnion"),
            ("datetime", "UTC"),
            (
                "enum",
                "CONFORM CONTINUOUS EJECT EnumCheck EnumType FlagBoundary KEEP NAMED_FLAGS ReprEnum STRICT StrEnum UNIQUE global_enum member nonmember property show_flag_values verify",
            ),
            ("hashlib", "file_digest"),
            ("http", "HTTPMethod"),
            ("importlib.machinery", "NamespaceLoader"),
            ("importlib.resources.abc", ""),
            ("inspect", "getmembers_static ismethodwrapper"),
            ("locale", "getencoding"),
            ("logging", "getLevelNamesMapping"),
            ("math", "cbrt exp2"),
            ("operator", "call"),
            ("os", "login_tty"),
            ("re", "NOFLAG"),
            ("sqlite3", "Blob"),
            ("sys", "exception"),
            ("termios", "tcgetwinsize tcsetwinsize"),
            ("tomllib", ""),
            (
                "typing",
                "LiteralString Never NotRequired Required Self TypeVarTuple Unpack assert_never assert_type clear_overloads dataclass_transform get_overloads reveal_type",
            ),
            ("unittest", "doModuleCleanups enterModuleContext"),
            ("wsgiref.types", ""),
        ],
    ),
    (
        12,
        &[
            ("asyncio", "create_eager_task_factory eager_task_factory"),
            ("calendar", "APRIL AUGUST DECEMBER Day FEBRUARY JANUARY JULY JUNE MARCH MAY Month NOVEMBER OCTOBER SEPTEMBER"),
            ("collections.abc", "Buffer"),
            ("csv", "QUOTE_NOTNULL QUOTE_STRINGS"),
            ("dis", "hasarg hasexc"),
            (
                "inspect",
                "AGEN_CLOSED AGEN_CREATED AGEN_RUNNING AGEN_SUSPENDED BufferFlags getasyncgenlocals getasyncgenstate markcoroutinefunction",
            ),
            ("itertools", "batched"),
            ("logging", "getHandlerByName getHandlerNames"),
            ("math", "sumprod"),
            ("os", "setns unshare"),
            ("os.path", "isjunction splitroot"),
            ("random", "binomialvariate"),
            ("socketserver", "ForkingUnixDatagramServer ForkingUnixStreamServer"),
            ("sqlite3", "LEGACY_TRANSACTION_CONTROL"),
            ("sys", "activate_stack_trampoline deactivate_stack_trampoline is_stack_trampoline_active monitoring"),
            ("threading", "setprofile_all_threads settrace_all_threads"),
            ("tty", "cfmakecbreak cfmakeraw"),
            ("types", "get_original_bases"),
            ("typing", "TypeAliasType override"),
        ],
    ),
    (
        13,
        &[
            ("asyncio", "EventLoop QueueShutDown"),
            ("base64", "z85decode z85encode"),
            ("configparser", "MultilineContinuationError UNNAMED_SECTION"),
            ("copy", "replace"),
            ("dbm.sqlite3", ""),
            ("dis", "hasjump"),
            ("enum", "EnumDict"),
            ("glob", "translate"),
            ("math", "fma"),
            ("mimetypes", "guess_file_type"),
            (
                "os",
                "grantpt posix_openpt process_cpu_count ptsname timerfd_create timerfd_gettime timerfd_gettime_ns timerfd_settime timerfd_settime_ns unlockpt",
            ),
            ("os.path", "isdevdrive"),
            ("pathlib", "UnsupportedOperation"),
            ("queue", "ShutDown"),
            ("re", "PatternError"),
            ("ssl", "HAS_PSK"),
            ("statistics", "kde kde_random"),
            ("symtable", "SymbolTableType"),
            ("types", "CapsuleType"),
            ("typing", "NoDefault ReadOnly TypeIs get_protocol_members is_protocol"),
            ("unittest.mock", "ThreadingMock"),
            ("warnings", "deprecated"),
        ],
    ),
    (
        14,
        &[
            ("annotationlib", ""),
            ("ast", "Interpolation TemplateStr compare"),
            ("asyncio", "capture_call_graph format_call_graph print_call_graph"),
            ("compression", ""),
            ("concurrent.futures", "InterpreterPoolExecutor"),
            ("concurrent.interpreters", ""),
            ("functools", "Placeholder"),
            ("heapq", "heapify_max heappop_max heappush_max heappushpop_max heapreplace_max"),
            ("io", "Reader Writer"),
            ("operator", "is_none is_not_none"),
            ("os", "readinto reload_environ"),
            ("pathlib.types", ""),
            ("string.templatelib", ""),
            ("sys", "is_remote_debug_enabled remote_exec"),
            ("typing", "evaluate_forward_ref"),
            ("uuid", "MAX NIL uuid6 uuid7 uuid8"),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use std::{
        io::Write as _,
        process::{Command, Stdio},
    };

    use super::*;
    use crate::environment;

    #[test]
    fn modules_and_names() {
        assert_eq!(since("tomllib"), Some(11));
        assert_eq!(since("itertools.batched"), Some(12));
        assert_eq!(since("compression"), Some(14));
        for old in ["itertools", "itertools.chain", "json", "", "itertools.", ".batched"] {
            assert_eq!(since(old), None, "{old}");
        }
    }

    /// Each entry is there from its version on and not before, on the Pythons of this machine.
    #[test]
    #[expect(clippy::print_stderr, reason = "a test says what it leaves out")]
    fn the_table_is_true_of_the_pythons_here() {
        let mut entries: Vec<(u8, String)> = Vec::new();
        for (minor, modules) in LATER {
            for (module, names) in *modules {
                let names = names.split(' ').map(|name| if name.is_empty() { (*module).to_owned() } else { format!("{module}.{name}") });
                entries.extend(names.map(|name| (*minor, name)));
            }
        }
        let found = environment::all();
        let minors: Vec<u8> = found.iter().map(|interpreter| interpreter.minor().1).collect();
        for minor in (10..=14).filter(|minor| !minors.contains(minor)) {
            eprintln!("left out: there is no Python 3.{minor} here");
        }
        for interpreter in &found {
            let minor = interpreter.minor().1;
            let has = what_it_has(&interpreter.executable, entries.iter().map(|(_, name)| name.as_str()));
            let wrong = entries.iter().zip(has).filter(|((since, _), has)| *has != (minor >= *since));
            let wrong: Vec<_> = wrong.map(|((since, name), _)| format!("{name} of 3.{since}")).collect();
            assert!(wrong.is_empty(), "not so on {}: {}", interpreter.version, wrong.join(", "));
        }
    }

    fn what_it_has<'a>(python: &camino::Utf8Path, names: impl Iterator<Item = &'a str>) -> Vec<bool> {
        const QUESTION: &str = "\
import importlib, sys
for name in sys.stdin.read().split():
    module, _, attribute = name.rpartition('.')
    try:
        importlib.import_module(name)
        print(1)
    except ImportError:
        try:
            print(int(hasattr(importlib.import_module(module), attribute)))
        except (ImportError, ValueError):
            print(0)
";
        let mut child =
            Command::new(python).args(["-I", "-c", QUESTION]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
        let names = names.collect::<Vec<_>>().join("\n");
        child.stdin.take().expect("a pipe").write_all(names.as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        String::from_utf8(output.stdout).expect("text").lines().map(|line| line == "1").collect()
    }
}
