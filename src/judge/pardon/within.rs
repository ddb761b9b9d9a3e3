//! What a statement raised within an installed package where its document shows a value: what the document had there may be missing here (an
//! account, a setting, a file of data), or the document is wrong. Which of both it is, the exception doesn't say.
//!
//! What a statement raises by itself, by what it asks of the language and the standard library, or in a module whose docstring it is, speaks of what
//! the document says. So does an exception about how something is called, or about a name that the package doesn't have: there the document knows
//! another version of it.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::super::{described, reason::Reason};
use crate::run::protocol::Raised;

/// A line of a traceback that names a place in code.
static FRAME: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"(?m)^ *File "([^"\n]+)", line \d+(?:, in (\S+))?"#).expect("a pattern"));
/// What Python says of arguments that a function doesn't take.
static OF_ARGUMENTS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"unexpected keyword argument|positional argument|required keyword-only argument").expect("a pattern"));

/// Why an exception says nothing against a claim of something else; `None` where it may.
pub(super) fn reason(raised: &Raised) -> Option<Reason> {
    let traceback = raised.traceback.rsplit("Traceback (most recent call last):").next().unwrap_or_default();
    let part = |frame: &Captures<'_>, number| frame.get(number).map_or("", |part| &traceback[part.range()]);
    let frames = FRAME.captures_iter(traceback).map(|frame| (part(&frame, 1), part(&frame, 2)));
    let (file, function) = frames.filter(|(file, _)| !is_of_python(file)).last()?;
    let package = package(file)?;
    let of_a_name = raised.r#type == "AttributeError" && ["__getattr__", "__getattribute__"].contains(&function);
    let of_arguments = raised.r#type == "TypeError" && OF_ARGUMENTS.is_match(&raised.message);
    let text = format!("it may need what isn't here: `{package}` raised {}", described(raised));
    (!of_a_name && !of_arguments).then(|| Reason::new("environment", text))
}

/// The path in a statement of which an exception says that nothing lies there: `no file: 'tea/pot.txt'`.
pub(super) fn missing_path(raised: &Raised, statement: &str) -> Option<String> {
    static MISSING: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:is not an? (?:\w+ )?(?:file|directory|folder)|no (?:such )?(?:file|directory|folder)|(?:does not|doesn't) exist|not found)\b")
            .expect("a pattern")
    });
    static PATH: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"["'](?:\./)?((?:[\w~.-]*/)+[\w.-]+|[\w-]+\.[A-Za-z]\w{1,4})/?["']"#).expect("a pattern"));
    let is_missing = MISSING.is_match(&raised.message);
    let mut paths = PATH.captures_iter(statement).filter_map(|found| found.get(1)).map(|path| path.as_str());
    paths.find(|path| is_missing && raised.message.contains(path)).map(str::to_owned)
}

/// Whether a file belongs to the standard library.
fn is_of_python(file: &str) -> bool {
    file.starts_with("<frozen ") || ["/lib/python3", "/lib64/python3"].iter().any(|folder| file.contains(folder)) && package(file).is_none()
}

/// The package that was installed with a file.
fn package(file: &str) -> Option<&str> {
    let (_, path) = ["/site-packages/", "/dist-packages/"].iter().find_map(|folder| file.rsplit_once(folder))?;
    path.split('/').next().map(|name| name.trim_end_matches(".py"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(r#type: &str, message: &str, frames: &[(&str, &str)]) -> Option<String> {
        let places: String = frames.iter().map(|(file, name)| format!("  File \"{file}\", line 3, in {name}\n    pour()\n")).collect();
        let traceback = format!("Traceback (most recent call last):\n{places}{}: {message}\n", r#type);
        let raised = Raised {
            r#type: r#type.to_owned(),
            module: "tea".to_owned(),
            mro: Vec::new(),
            message: message.to_owned(),
            line: Some(1),
            traceback,
            subject: None,
        };
        reason(&raised).map(|reason| reason.text)
    }

    #[test]
    fn paths_that_are_not_there() {
        let of = |message: &str, statement: &str| {
            let raised = Raised {
                r#type: "ValueError".to_owned(),
                module: "builtins".to_owned(),
                mro: Vec::new(),
                message: message.to_owned(),
                line: None,
                traceback: String::new(),
                subject: None,
            };
            missing_path(&raised, statement)
        };
        assert_eq!(of("path 'tea/pot.txt' is not a file on this machine", "Pot('./tea/pot.txt')").as_deref(), Some("tea/pot.txt"));
        assert_eq!(of("no such file: pot.txt", "Pot(\"pot.txt\")").as_deref(), Some("pot.txt"));
        for (message, statement) in [
            ("'tea/pot.txt' is no text", "Pot('tea/pot.txt')"),
            ("'tea/cup.txt' does not exist", "Pot('tea/pot.txt')"),
            ("key 'tea' not found", "pots['tea']"),
            ("5.25 not found", "pots.find('5.25')\n"),
        ] {
            assert_eq!(of(message, statement), None, "{message}");
        }
    }

    const OWN: (&str, &str) = ("/tmp/work/main.py", "<module>");
    const PACKAGE: (&str, &str) = ("/opt/lib/python3.11/site-packages/tea/pot.py", "pour");
    const STANDARD: (&str, &str) = ("/opt/lib/python3.11/json/decoder.py", "decode");

    #[test]
    fn within_a_package() {
        let text = said("NoWater", "the tap is closed", &[OWN, PACKAGE]);
        assert_eq!(text.as_deref(), Some("it may need what isn't here: `tea` raised NoWater: the tap is closed"));
        assert!(said("ValueError", "5", &[OWN, PACKAGE, STANDARD]).is_some(), "the package asked for it");
        assert!(said("TypeError", "'NoneType' object is not subscriptable", &[OWN, PACKAGE]).is_some());
    }

    #[test]
    fn by_the_example_itself() {
        let of_document = ("/tmp/work/tea/pot.py", "pour");
        for frames in [&[OWN][..], &[OWN, STANDARD], &[OWN, PACKAGE, ("<q1.1>", "drink")], &[("<stdin>", "<module>"), of_document], &[]] {
            assert_eq!(said("ValueError", "5", frames), None, "{frames:?}");
        }
    }

    #[test]
    fn of_another_version() {
        let name = [OWN, ("/opt/lib/python3.11/site-packages/tea/__init__.py", "__getattr__")];
        assert_eq!(said("AttributeError", "module 'tea' has no attribute 'mug'", &name), None);
        assert_eq!(said("TypeError", "fill() got an unexpected keyword argument 'hot'", &[OWN, PACKAGE]), None);
        assert_eq!(said("TypeError", "fill() takes 1 positional argument but 2 were given", &[OWN, PACKAGE]), None);
    }
}
