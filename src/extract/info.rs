//! Info strings of fences: `python id=q3.1 requires=attrs,pydantic`, `{.python #id}`, `py title="x"`, `{code-block} python`.

use std::collections::BTreeMap;

use rustpython_ruff_python_ast::Stmt;

use super::prompt::behind_number;
use crate::claim::code::parse_valid;

/// Names of MyST's directives whose body is code.
pub(super) const CODE: [&str; 10] =
    ["code-block", "code-cell", "code", "sourcecode", "literalinclude", "doctest", "testcode", "testoutput", "testsetup", "testcleanup"];

/// Classes that pandoc keeps from other markup: they say that it's code, and not of which language.
const OF_CODE: [&str; 4] = ["sourceCode", "code", "highlight", "literal-block"];

/// The language word of an info string (empty where it has none), and its attributes; a lone word has the empty value.
pub(super) fn parse(info: &str) -> (String, BTreeMap<String, String>) {
    let mut language = String::new();
    let mut attributes = BTreeMap::new();
    let mut is_directive = false;
    for (index, word) in words(info).into_iter().enumerate() {
        // `{code-block} python` is MyST's way to write a directive: its language is the word behind it.
        let directive = word.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).filter(|inner| CODE.contains(inner));
        if let Some(directive) = directive.filter(|_| index == 0) {
            is_directive = true;
            attributes.insert("directive".to_owned(), directive.to_owned());
            continue;
        }
        // Sphinx's test directives name groups there, and an inclusion its file.
        match attributes.get("directive").map(String::as_str) {
            Some("doctest" | "testcode" | "testoutput" | "testsetup" | "testcleanup") => {
                let group = word.trim_matches(',');
                attributes.entry("group".to_owned()).and_modify(|all| *all = format!("{all},{group}")).or_insert_with(|| group.to_owned());
                continue;
            }
            Some("literalinclude") => {
                attributes.insert("argument".to_owned(), word.to_owned());
                continue;
            }
            _ => {}
        }
        let word = word.trim_matches(['{', '}', ',']);
        if let Some(class) = word.strip_prefix('.') {
            if OF_CODE.contains(&class) {
                continue;
            }
            if language.is_empty() {
                language = class.to_owned();
                continue;
            }
            attributes.insert(class.to_owned(), String::new());
        } else if let Some(id) = word.strip_prefix('#') {
            attributes.insert("id".to_owned(), id.to_owned());
        } else if let Some((name, value)) = word.split_once('=') {
            attributes.insert(name.to_owned(), value.trim_matches(['"', '\'']).to_owned());
        } else if language.is_empty() && (index == 0 || is_directive) {
            // `python,ignore` and `python:file.py` are in use too.
            let mut parts = word.split([',', ':']);
            language = parts.next().unwrap_or_default().to_owned();
            attributes.extend(parts.filter(|part| !part.is_empty()).map(|part| (part.to_owned(), String::new())));
        } else if !word.is_empty() {
            attributes.insert(word.to_owned(), String::new());
        }
    }
    (language, attributes)
}

/// Whether the line behind a fence is no info string but the first of the code, which lost its line end: `import tea`, `In [1]:`.
pub(super) fn is_code(info: &str) -> bool {
    let info = info.trim();
    let is_import = info.starts_with("import ") || info.starts_with("from ") && info.contains(" import ");
    if is_import || behind_number(info, "In").is_some() {
        return true;
    }
    let body = if info.ends_with(':') { " pass" } else { "" };
    let parsed = parse_valid(&format!("{info}{body}\n"));
    match parsed.as_ref().and_then(|parsed| parsed.syntax().body.first()) {
        Some(Stmt::FunctionDef(_) | Stmt::ClassDef(_) | Stmt::For(_) | Stmt::While(_) | Stmt::If(_) | Stmt::With(_)) => true,
        // `title="tea.py"` is an attribute.
        Some(Stmt::Assign(_)) => info.contains(" = "),
        Some(Stmt::AugAssign(_)) => true,
        Some(Stmt::Expr(stmt)) => stmt.value.as_call_expr().is_some_and(|call| !call.arguments.is_empty()),
        _ => false,
    }
}

/// The words of an info string, cut at blanks that aren't within quotes.
fn words(info: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quote = None;
    for (at, c) in info.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => {
                quote = Some(c);
                start.get_or_insert(at);
            }
            (None, _) if c.is_whitespace() => words.extend(start.take().map(|start| &info[start..at])),
            (None, _) => {
                start.get_or_insert(at);
            }
        }
    }
    words.extend(start.map(|start| &info[start..]));
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(info: &str) -> (String, Vec<(String, String)>) {
        let (language, attributes) = parse(info);
        (language, attributes.into_iter().collect())
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn info_strings_of_all_tools_are_read() {
        assert_eq!(
            parsed("python id=q3.1 requires=attrs,pydantic"),
            ("python".into(), vec![pair("id", "q3.1"), pair("requires", "attrs,pydantic")])
        );
        assert_eq!(parsed("{.python #first}"), ("python".into(), vec![pair("id", "first")]));
        assert_eq!(parsed(r#"py title="a b.py" linenums="1""#), ("py".into(), vec![pair("linenums", "1"), pair("title", "a b.py")]));
        assert_eq!(parsed(r#"py {title="a b"}"#), ("py".into(), vec![pair("title", "a b")]));
        assert_eq!(parsed("{code-block} python"), ("python".into(), vec![pair("directive", "code-block")]));
        assert_eq!(parsed("{python}"), ("python".into(), vec![]));
        assert_eq!(parsed("{.sourceCode .python .numberLines}"), ("python".into(), vec![pair("numberLines", "")]));
        assert_eq!(parsed("{.sourceCode}"), (String::new(), vec![]));
        assert_eq!(parsed("python,no_run skip"), ("python".into(), vec![pair("no_run", ""), pair("skip", "")]));
        assert_eq!(parsed("id=x"), (String::new(), vec![pair("id", "x")]));
        assert_eq!(parsed(""), (String::new(), vec![]));
    }

    #[test]
    fn code_behind_a_fence_is_told_from_words() {
        for info in
            ["import tea", "from tea import (", "cups = [1, 2]", "cups += 1", "print(cups)", "def pour(cup):", "In [1]:", "In [1]: cups"]
        {
            assert!(is_code(info), "{info}");
        }
        for info in [
            "python",
            "python id=q3.1",
            "{python}",
            "{.python #id}",
            "id=x",
            r#"title="tea.py""#,
            "py:tea.py",
            "python, ignore",
            "import",
            "c++",
            "note: tea",
            "In[]",
            "r()",
            "",
        ] {
            assert!(!is_code(info), "{info}");
        }
    }

    proptest! {
        #[test]
        fn any_info_string_is_survived(info in any::<String>()) {
            parse(&info);
            is_code(&info);
        }
    }
}
