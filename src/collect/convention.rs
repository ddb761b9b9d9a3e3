//! How a project has doctest read the values that its documents show: what configures pytest for them says so.

use std::collections::HashMap;

use camino::{Utf8Path, Utf8PathBuf};

/// The options that are heeded: those by which a value may be shown otherwise than Python does. What else is set hides differences that a reader
/// sees (another message of an exception), or is so anyway.
const HEEDED: [&str; 4] = ["NUMBER", "FLOAT_CMP", "ALLOW_UNICODE", "ALLOW_BYTES"];

/// The name of the setting.
const SETTING: &str = "doctest_optionflags";

/// Options by folder: a file is read once for all documents below it.
#[derive(Debug, Default)]
pub(super) struct Conventions {
    known: HashMap<Utf8PathBuf, String>,
}

impl Conventions {
    /// The options that hold for a document (`+NUMBER`): of the nearest folder above it that configures pytest; empty where none does, or sets none.
    pub(super) fn of(&mut self, path: &Utf8Path) -> String {
        let file = path.canonicalize_utf8();
        file.ok().as_deref().and_then(Utf8Path::parent).map(|folder| self.of_folder(folder)).unwrap_or_default()
    }

    fn of_folder(&mut self, folder: &Utf8Path) -> String {
        if let Some(known) = self.known.get(folder) {
            return known.clone();
        }
        let own = ["conftest.py", "pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"].iter().find_map(|name| {
            let file = folder.join(name);
            let text = file.is_file().then(|| std::fs::read_to_string(&file).ok()).flatten()?;
            flags(name, &text)
        });
        let options = match own {
            Some(flags) => flags.iter().filter(|flag| HEEDED.contains(&flag.as_str())).map(|flag| format!("+{flag} ")).collect(),
            None => folder.parent().map(|above| self.of_folder(above)).unwrap_or_default(),
        };
        self.known.insert(folder.to_owned(), options.clone());
        options
    }
}

/// The flags of doctest that a file sets; `None` where it doesn't configure pytest.
fn flags(name: &str, text: &str) -> Option<Vec<String>> {
    let words = |text: &str| text.split([' ', '\t', '\n', ',']).map(str::to_owned).collect::<Vec<_>>();
    match name {
        // What compares numbers as `NUMBER` does, by and large.
        "conftest.py" => text.contains("scipy_doctest").then(|| words("NUMBER")),
        "pyproject.toml" => {
            let table = text.contains("pytest").then(|| text.parse::<toml::Table>().ok()).flatten()?;
            let pytest = table.get("tool")?.get("pytest")?;
            match pytest.get("ini_options").unwrap_or(pytest).get(SETTING) {
                Some(toml::Value::Array(flags)) => Some(flags.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect()),
                Some(flags) => Some(flags.as_str().map(words).unwrap_or_default()),
                None => Some(Vec::new()),
            }
        }
        "setup.cfg" => section(text, "[tool:pytest]").map(|section| words(&section)),
        _ => section(text, "[pytest]").map(|section| words(&section)),
    }
}

/// What a section of an INI file says of the setting, all its lines; `None` where there is no such section.
fn section(text: &str, header: &str) -> Option<String> {
    let mut lines = text.lines().skip_while(|line| line.trim() != header);
    lines.next()?;
    let own = lines.take_while(|line| !line.starts_with('['));
    let mut setting = own.skip_while(|line| !line.starts_with(SETTING));
    let first = setting.next().and_then(|line| line.split_once(['=', ':'])).map_or("", |(_, flags)| flags);
    let rest = setting.take_while(|line| line.starts_with([' ', '\t']));
    Some(std::iter::once(first).chain(rest).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_each_file() {
        let all =
            |name: &str, text: &str| flags(name, text).map(|flags| flags.into_iter().filter(|flag| !flag.is_empty()).collect::<Vec<_>>());
        let both = Some(vec!["NUMBER".to_owned(), "ELLIPSIS".to_owned()]);
        assert_eq!(all("pyproject.toml", "[tool.pytest.ini_options]\ndoctest_optionflags = ['NUMBER', 'ELLIPSIS']\n"), both);
        assert_eq!(all("pyproject.toml", "[tool.pytest.ini_options]\ndoctest_optionflags = 'NUMBER ELLIPSIS'\n"), both);
        assert_eq!(all("pytest.ini", "[pytest]\naddopts = -q\ndoctest_optionflags = NUMBER\n    ELLIPSIS\nx = SKIP\n[a]\n"), both);
        assert_eq!(all("setup.cfg", "[tool:pytest]\ndoctest_optionflags: NUMBER ELLIPSIS"), both);
        assert_eq!(all("tox.ini", "[pytest]\naddopts = -q\n[tea]\ndoctest_optionflags = NUMBER\n"), Some(Vec::new()));
        assert_eq!(all("conftest.py", "from scipy_doctest.conftest import dt_config"), Some(vec!["NUMBER".to_owned()]));
        assert_eq!(all("conftest.py", "import pytest"), None);
        assert_eq!(all("setup.cfg", "[pytest]\ndoctest_optionflags = NUMBER"), None);
        assert_eq!(all("pyproject.toml", "[project]\nname = 'pytest'\n"), None);
    }

    #[test]
    fn nearest_folder_that_configures_pytest() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = Utf8Path::from_path(folder.path()).expect("a path");
        std::fs::create_dir_all(root.join("docs/own")).expect("folders");
        std::fs::write(root.join("pytest.ini"), "[pytest]\ndoctest_optionflags = NUMBER SKIP\n").expect("a file");
        std::fs::write(root.join("docs/own/tox.ini"), "[pytest]\n").expect("a file");
        for document in ["a.md", "docs/b.md", "docs/own/c.md"] {
            std::fs::write(root.join(document), "").expect("a file");
        }
        let mut conventions = Conventions::default();
        assert_eq!(["a.md", "docs/b.md", "docs/own/c.md"].map(|path| conventions.of(&root.join(path))), ["+NUMBER ", "+NUMBER ", ""]);
    }
}
