//! Lines for which a page's tools put in a file; the code stands there.

/// The file that the tools of a page put in the place of a line: `--8<-- "tea.py"` of MkDocs's snippets, `{!> tea.py !}`, `{* tea.py hl[5] *}`.
pub(super) fn file(code: &str) -> Option<&str> {
    code.lines().find_map(|line| {
        let line = line.trim();
        if let Some(file) = line.strip_prefix("--8<-- ") {
            return quoted(file.trim());
        }
        let inner = |open: &str, close: &str| line.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        let file = inner("{!", "!}").or_else(|| inner("{*", "*}"))?.trim_start_matches('>').split_whitespace().next()?;
        file.contains(['/', '.']).then_some(file)
    })
}

/// What stands between two quotes.
fn quoted(text: &str) -> Option<&str> {
    ['"', '\''].iter().find_map(|&quote| text.strip_prefix(quote)?.strip_suffix(quote)).filter(|file| !file.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_tools_put_in() {
        for code in ["--8<-- \"a/tea.py\"", "import pot\n  --8<-- 'a/tea.py'\n", "{!> a/tea.py !}", "{!a/tea.py!}", "{* a/tea.py hl[5] *}"]
        {
            assert_eq!(file(code), Some("a/tea.py"), "{code}");
        }
        for code in ["x = 8\n--8<--x", "{! !}", "{*pots, *cups}", "{* pots *}", "# --8<-- [start:tea]", "--8<--"] {
            assert_eq!(file(code), None, "{code}");
        }
    }
}
