//! What authors say of an example besides its code: skip it, it needs a newer Python, it goes on with the one before.
//!
//! Each tool that runs documentation has words of its own for the same few things. They are translated here, once, into attributes of
//! ours (`docs/peers.md` has the table); a word that nobody knows stays an attribute, and changes nothing.

use std::collections::BTreeMap;

use super::{Example, Language, cell};

/// Attributes of a block, by name; a lone word has the empty value.
pub(super) type Attributes = BTreeMap<String, String>;

impl Example {
    /// Why the author doesn't want it run, where that is so; the empty text where no reason is given.
    pub fn skip(&self) -> Option<&str> {
        self.attributes.get("skip").map(String::as_str)
    }

    /// The name of the examples that share one namespace with it, in the order of the document.
    pub fn group(&self) -> Option<&str> {
        self.attributes.get("group").map(String::as_str)
    }

    /// Whether it's a cell of a notebook, which runs in IPython.
    pub fn is_cell(&self) -> bool {
        self.group() == Some(cell::GROUP)
    }

    /// The Python file that its title says it is.
    pub fn title(&self) -> Option<&str> {
        let title = self.attributes.get("title").map(String::as_str);
        title.filter(|title| self.language == Language::Python && title.ends_with(".py"))
    }

    /// The Python files, by the titles of blocks, that it's to find beside it.
    pub fn required_files(&self) -> impl Iterator<Item = &str> {
        let names = self.attributes.get("files").filter(|_| self.language == Language::Python);
        names.into_iter().flat_map(|names| names.split(',')).map(str::trim)
    }

    /// Whether it's marked to go on with the Python example before it.
    pub fn is_continuation(&self) -> bool {
        self.attributes.contains_key("continues")
    }

    /// The exception that it's marked to end with; the empty text stands for any.
    pub fn raises(&self) -> Option<&str> {
        self.attributes.get("raises").map(String::as_str)
    }

    /// Whether it's marked as one that may fail.
    pub fn may_fail(&self) -> bool {
        self.attributes.contains_key("xfail")
    }
}

/// Translates the words of other tools.
pub(super) fn settle(attributes: &mut Attributes) {
    let given = std::mem::take(attributes);
    for (name, value) in given {
        mark(attributes, &name, &value);
    }
}

/// Adds one word, with its value, as its users mean it.
pub(super) fn mark(attributes: &mut Attributes, name: &str, value: &str) {
    let is_off = |value: &str| matches!(value.to_ascii_lowercase().as_str(), "false" | "off" | "no" | "0");
    let is_on = |value: &str| !is_off(value);
    match name {
        "skip" if is_on(value) => skip(attributes, if is_plain_yes(value) { "" } else { value }),
        "notest" | "no-test" | "no_test" | "norun" | "no-run" | "no_run" | "noexec" | "ignore" | "skip-execution" | "nbval-skip"
        | "doctest-skip"
            if is_on(value) =>
        {
            skip(attributes, &format!("marked `{name}`"));
        }
        "data-mdtest" if value == "ignore" => skip(attributes, "marked `data-mdtest=\"ignore\"`"),
        "excludeFromRunAll" if is_plain_yes(value) => skip(attributes, "marked `excludeFromRunAll`"),
        "eval" if is_off(value) => skip(attributes, "marked `eval: false`"),
        "test" if value.starts_with("skip") => {
            let why = value["skip".len()..].trim_start_matches([' ', '-', ':', '(']).trim_end_matches(')');
            skip(attributes, if why.is_empty() { "marked `test=\"skip\"`" } else { why });
        }
        "test" if value.starts_with("xfail") => set(attributes, "xfail", ""),
        "xfail" if is_on(value) => set(attributes, "xfail", ""),
        "continuation" | "cont" | "continue" | "continues" if is_on(value) => set(attributes, "continues", ""),
        "session" if !value.is_empty() => set(attributes, "group", value),
        "should_panic" | "expect-error" | "expect-exception" if is_on(value) => set(attributes, "raises", ""),
        "raises-exception" | "nbval-raises-exception" if is_on(value) => set(attributes, "xfail", ""),
        "error" if is_plain_yes(value) && !value.is_empty() => set(attributes, "xfail", ""),
        "requires" if is_version(value) => python(attributes, &format!(">={value}")),
        "requires" if !value.is_empty() && value.split(',').all(|name| name.trim().ends_with(".py")) => set(attributes, "files", value),
        "py" | "min_py" if is_version(value) => python(attributes, &format!(">={value}")),
        "max_py" if is_version(value) => python(attributes, &format!("<{}", next(value))),
        "pyversion" if !value.is_empty() => python(attributes, &value.replace(' ', "")),
        "tags" => value.trim_matches(['[', ']']).split([',', ' ']).map(|tag| tag.trim_matches(['"', '\'', ' '])).for_each(|tag| {
            if !tag.is_empty() {
                mark(attributes, tag, "");
            }
        }),
        _ => set(attributes, name, value),
    }
}

/// Says why an example isn't to be run; the first reason stays.
pub(super) fn skip(attributes: &mut Attributes, why: &str) {
    attributes.entry("skip".to_owned()).or_insert_with(|| why.trim().to_owned());
}

/// Adds a condition on the version of Python.
fn python(attributes: &mut Attributes, versions: &str) {
    let all = attributes.entry("python".to_owned()).or_default();
    if !all.is_empty() {
        all.push(',');
    }
    all.push_str(versions);
}

fn set(attributes: &mut Attributes, name: &str, value: &str) {
    attributes.insert(name.to_owned(), value.to_owned());
}

fn is_plain_yes(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "" | "true" | "on" | "yes" | "1")
}

/// Whether a value is a version of Python (`3.12`) and not a package's name.
fn is_version(value: &str) -> bool {
    !value.is_empty() && value.split('.').all(|part| part.parse::<u16>().is_ok())
}

/// The version behind all that start so: `3.13` for `3.12`.
fn next(version: &str) -> String {
    let (front, last) = version.rsplit_once('.').map_or((String::new(), version), |(front, last)| (format!("{front}."), last));
    format!("{front}{}", last.parse::<u16>().map_or(0, |last| last.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(name: &str, value: &str) -> String {
        let mut attributes = Attributes::from([(name.to_owned(), value.to_owned())]);
        settle(&mut attributes);
        attributes.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_mean_what_their_users_mean() {
        for (name, value, expected) in [
            ("notest", "", "skip=marked `notest`"),
            ("skip", "", "skip="),
            ("skip", "needs a display", "skip=needs a display"),
            ("skip", "false", "skip=false"),
            ("test", "skip - too slow", "skip=too slow"),
            ("test", "xfail", "xfail="),
            ("test", "ci_only", "test=ci_only"),
            ("continuation", "", "continues="),
            ("session", "a", "group=a"),
            ("group", "a", "group=a"),
            ("requires", "3.12", "python=>=3.12"),
            ("requires", "attrs,pydantic", "requires=attrs,pydantic"),
            ("requires", "models.py, views.py", "files=models.py, views.py"),
            ("py", "3.11", "python=>=3.11"),
            ("max_py", "3.12", "python=<3.13"),
            ("pyversion", "> 3.9", "python=>3.9"),
            ("tags", "[\"raises-exception\", hide-input]", "hide-input= xfail="),
            ("eval", "false", "skip=marked `eval: false`"),
            ("eval", "true", "eval=true"),
            ("sparkles", "1", "sparkles=1"),
        ] {
            assert_eq!(settled(name, value), expected, "{name}={value}");
        }
    }
}
