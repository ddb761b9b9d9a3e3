//! Documents that speak of another time than now: notes on an earlier release, and proposals.

use std::sync::LazyLock;

use regex::Regex;

use crate::extract::Example;

/// Names of files, or of their folders, that hold notes on releases.
static NOTES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|[_.-])(?:change(?:s|log)|history|news|releases?|upgrad(?:e|ing)|what'?s[_-]?new)(?:[_.-]|$)").expect("a pattern")
});
/// A release in a heading.
static RELEASE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?:^|[\s\[(v])\d+\.\d+[\w.]*").expect("a pattern"));
/// A file that is named by the release that it's about: `v1.2.rst`, `tea-1.2.0-notes.md`.
static OF_RELEASE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:[a-z]+[_-])*v?(\d+\.\d+(?:\.(?:\d+|x))*)(?:[_-][a-z]+)*\.(?:md|rst|txt|html?)$").expect("a pattern")
});

/// The time that an example's document, or its part, speaks of.
pub(super) fn time(example: &Example) -> Option<String> {
    earlier_release(example).or_else(|| proposed(example))
}

/// The release that release notes speak of: that of the heading above an example, where it isn't the first of them, or that of the file, where each has one of its own.
fn earlier_release(example: &Example) -> Option<String> {
    let document = &example.document;
    // The file's name, or that of its folder.
    let (file, folder) = (document.path.file_name()?, document.path.parent().and_then(|folder| folder.file_name()));
    if ![Some(file), folder].into_iter().flatten().any(|name| NOTES.is_match(name)) {
        return None;
    }
    if let Some(own) = OF_RELEASE.captures(file).filter(|_| folder.is_some_and(|name| NOTES.is_match(name))) {
        return own.get(1).map(|version| version.as_str().to_owned());
    }
    let line = |number: u32| document.text[document.line_range(number)].trim_end();
    let is_rule = |text: &str| text.len() > 2 && text.chars().all(|c| c.is_ascii_punctuation() && text.starts_with(c));
    let is_release = |&number: &u32| {
        let text = line(number);
        let is_heading =
            text.starts_with('#') || !text.is_empty() && !is_rule(text) && number < document.line_count() && is_rule(line(number + 1));
        is_heading && RELEASE.is_match(text)
    };
    let own = (1..example.first_line).rev().find(is_release)?;
    (1..own).any(|number| is_release(&number)).then(|| line(own).trim_matches(['#', ' ']).to_owned())
}

/// When a proposal was made that says at its head how far it has come, as those for Python do (`:Status: Draft`, `:Created: 2020-01-02`): it shows what is to be.
fn proposed(example: &Example) -> Option<String> {
    const HEAD: u32 = 40;
    let document = &example.document;
    let head = (1..=HEAD.min(document.line_count())).map(|line| document.text[document.line_range(line)].trim());
    let fields: Vec<(&str, &str)> =
        head.filter_map(|line| line.trim_start_matches(':').split_once(':')).map(|(name, value)| (name.trim(), value.trim())).collect();
    let field = |wanted: &str| fields.iter().find(|(name, value)| name.eq_ignore_ascii_case(wanted) && !value.is_empty());
    let (_, created) = field("created")?;
    field("status").filter(|_| field("type").is_some()).map(|_| format!("a proposal of {created}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        document::Document,
        extract::{Sections, extract},
    };

    fn said_in(path: &str, text: &str) -> Option<String> {
        let document = std::sync::Arc::new(Document::decode(path, text.as_bytes()).expect("UTF-8"));
        time(&extract(&document, &Sections::default()).pop().expect("an example"))
    }

    #[test]
    fn of_an_earlier_release() {
        let code = "```python\nf(1)  # 2\n```\n";
        let notes = format!("# Tea 2.1 (2024-05-06)\n\n{code}\n# Tea 2.0\n\n## Pots\n\nHere:\n\n{code}");
        assert_eq!(said_in("docs/whatsnew/tea.md", &notes).as_deref(), Some("Tea 2.0"));
        assert_eq!(said_in("docs/CHANGES.md", &notes).as_deref(), Some("Tea 2.0"));
        assert_eq!(said_in("docs/exchanges.md", &notes), None);
        assert_eq!(said_in("CHANGELOG.md", &format!("# Changes\n\n# Tea 2.1\n\n{code}")), None);
        assert_eq!(said_in("docs/upgrading.md", &notes).as_deref(), Some("Tea 2.0"));
        let notes = "Tea 2.1\n=======\n\nIt's hot.\n\nTea 2.0\n=======\n\n>>> f(1)\n2\n";
        assert_eq!(said_in("NEWS.rst", notes).as_deref(), Some("Tea 2.0"));
    }

    #[test]
    fn of_a_release_with_a_file_of_its_own() {
        let page = "<h1>Tea</h1><pre>&gt;&gt;&gt; f(1)\n2\n</pre>";
        assert_eq!(said_in("docs/whatsnew/v0.24.0.html", page).as_deref(), Some("0.24.0"));
        let code = "# Tea\n\n```python\nf(1)  # 2\n```\n";
        for (path, version) in
            [("docs/whatsnew/v0.24.0.md", "0.24.0"), ("release/1.2.0-notes.md", "1.2.0"), ("changes/tea_1.2.x.md", "1.2.x")]
        {
            assert_eq!(said_in(path, code).as_deref(), Some(version), "{path}");
        }
        for path in ["docs/v0.24.0.md", "release/tea.md", "tea-1.2/README.md", "release/1-tea.md"] {
            assert_eq!(said_in(path, code), None, "{path}");
        }
    }

    #[test]
    fn of_a_proposal() {
        let head = ":Author: Tea Lady\n:Status: Accepted\n:Type: Standards Track\n:Created: 2020-02-03\n";
        let code = "\nIt pours::\n\n    >>> f(1)\n    2\n";
        assert_eq!(said_in("a.rst", &format!("Tea\n===\n\n{head}{code}")).as_deref(), Some("a proposal of 2020-02-03"));
        let bare = head.replace("\n:", "\n").replacen(':', "", 1);
        assert_eq!(said_in("a.txt", &format!("{bare}{code}")).as_deref(), Some("a proposal of 2020-02-03"));
        for head in [head.replace("Status", "State"), head.replace("Created", "Made"), String::new()] {
            assert_eq!(said_in("a.rst", &format!("Tea\n===\n\n{head}{code}")), None, "{head}");
        }
    }
}
