//! Versions that a text shows of what it was made by: `tea 2.1 (Python 3.9.1)`.

use std::sync::LazyLock;

use regex::Regex;

use super::super::text::squeeze;

/// A version behind the word, or behind the name of Python.
static VERSION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)(\bversion["']?(?:\s*[:=]\s*|\s+)["']?v?|\b[cr]?python(?:[ /=-]|["']?\s*[:=]\s*["']?|-[a-z-]+/)v?)(\d+(?:\.\d+)+\w*)"#,
    )
    .expect("a pattern")
});

/// A system with its version, as programs name both behind their own: `Darwin/13.0.0`.
static SYSTEM: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(?:Linux|Darwin|Windows|macOS|FreeBSD)/v?\d[\w.+-]*").expect("a pattern"));

/// Whether two texts differ by nothing but such versions, and the code has none of those that were seen: what is installed here has them.
pub(super) fn is_of_another(claimed: &str, actual: &str, mut code_has: impl FnMut(&str) -> bool) -> bool {
    let versions = |text| VERSION.captures_iter(text).filter_map(|found| found.get(2)).map(|version| version.as_str()).collect::<Vec<_>>();
    let (wanted, given) = (versions(claimed), versions(actual));
    let bare = |text| squeeze(&SYSTEM.replace_all(&VERSION.replace_all(text, "$1"), "System/"));
    wanted.len() == given.len()
        && wanted.iter().zip(&given).filter(|(wanted, given)| wanted != given).all(|(_, given)| !code_has(given))
        && wanted != given
        && bare(claimed) == bare(actual)
}

/// Whether a statement asserts a version: what is installed here may have another one.
pub(super) fn is_asserted(statement: &str) -> bool {
    static ASSERTED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^assert\b.*?(?:version_info\b|\b\w+\.__version__|\bsys\.(?:hex)?version\b|\.python_version\w*\(\))")
            .expect("a pattern")
    });
    ASSERTED.is_match(statement)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_that_are_asserted() {
        for statement in [
            "assert sys.version_info < (3, 2), 'gone'",
            "assert sqlite3.sqlite_version_info >= (3, 10)",
            "assert tea.__version__ == '2.0'",
            "assert platform.python_version().startswith('3.4')",
        ] {
            assert!(is_asserted(statement), "{statement}");
        }
        for statement in ["assert pot.version == 2", "assert version(3) == 4", "x = sys.version_info"] {
            assert!(!is_asserted(statement), "{statement}");
        }
    }

    #[test]
    fn versions_of_what_is_installed() {
        for (claimed, actual) in [
            ("hot:yes|version:2.0.0", "hot:yes|version:2.6.0"),
            ("<Kettle python=3.9.1>", "<Kettle python=3.11.7>"),
            ("'python-kettle/1.2 Python/3.9.1'", "'python-kettle/2.0 Python/3.11.7'"),
            ("Version 1.2", "Version 1.3b1"),
            ("tea/1.0 CPython/2.7.5 Darwin/13.0.0", "tea/1.0 CPython/3.11.7 Linux/6.1.44-a"),
        ] {
            assert!(is_of_another(claimed, actual, |_| false), "{claimed}");
            assert!(!is_of_another(claimed, actual, |_| true), "{claimed}");
        }
        for (claimed, actual) in [
            ("hot:yes|version:2.0.0", "hot:no|version:2.6.0"),
            ("HTTP/1.1", "HTTP/1.0"),
            ("version 2", "version 3"),
            ("tea/1.0 CPython/2.7.5 Darwin/13.0.0", "tea/1.1 CPython/3.11.7 Linux/6.1.44-a"),
            ("conversion 2.5", "conversion 2.6"),
            ("python=3.9 cups=1", "python=3.9 cups=2"),
        ] {
            assert!(!is_of_another(claimed, actual, |_| false), "{claimed}");
        }
    }
}
