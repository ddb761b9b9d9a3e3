//! Output with a prompt before it, as some write it: `print(x)`, and `>>> 3` below; or a block of such lines behind the code.

use std::ops::Range;

use super::{Excerpt, Language, output, prompt};
use crate::claim::code::parse_valid;

/// What stands behind a prompt, but for a remark.
fn shown(line: &str) -> Option<&str> {
    prompt::behind_prompt(line.trim_start())?.strip_prefix(' ').map(str::trim).filter(|rest| !rest.is_empty())
}

/// Whether a text can only be output: a value, or no Python.
fn is_output(text: &str) -> bool {
    let value = text.split("  #").next().unwrap_or_default();
    output::is_data(value) || parse_valid(text).is_none()
}

/// Code without prompts that has its output behind prompts, with comments in the place of these: `#> 3`. `None` where that's not so.
pub(super) fn as_comments(code: &Excerpt, language: &Language) -> Option<Excerpt> {
    let text = code.text();
    if !matches!(language, Language::Python | Language::Session) || !text.contains(">>> ") {
        return None;
    }
    let lines = code.lines();
    let mut rest = Excerpt::default();
    let (mut above, mut has_code) = ("", false);
    for (number, line) in lines.iter().enumerate() {
        let content = &text[line.clone()];
        let mut start = line.start;
        if let Some(shown) = shown(content) {
            let mark = line.start + content.len() - content.trim_start().len();
            // Below nothing but remarks, a prompt begins a session.
            if above.trim().is_empty() || !has_code || !is_output(shown) {
                return None;
            }
            rest.extend(code, line.start..mark);
            rest.push("#>", code.in_document(mark));
            start = mark + ">>>".len();
        } else if content.trim_start().starts_with("...") {
            return None;
        }
        above = content;
        has_code |= !content.trim().is_empty() && !content.trim_start().starts_with('#');
        rest.extend(code, start..lines.get(number + 1).map_or(text.len(), |next| next.start));
    }
    parse_valid(rest.text()).is_some().then_some(rest)
}

/// A block of nothing but output behind prompts, without these. `None` where it may be a session.
pub(super) fn as_output(code: &Excerpt) -> Option<Excerpt> {
    let text = code.text();
    let shown: Vec<&str> = text.lines().map(shown).collect::<Option<_>>()?;
    if shown.iter().all(|line| parse_valid(line).is_some()) {
        return None;
    }
    code.without_starts(|_, line| line.find(">>> ").map(|mark| mark + ">>> ".len()))
}

/// A block of nothing but output behind the marks that `knitr` writes, without these: `## [1, 2]`.
pub(super) fn marked_output(code: &Excerpt) -> Option<Excerpt> {
    code.without_starts(|_, line| {
        let shown = line.strip_prefix("##").filter(|shown| shown.is_empty() || shown.starts_with(' '))?;
        Some(line.len() - shown.strip_prefix(' ').unwrap_or(shown).len())
    })
}

/// Code without prompts, and what all of it prints behind a prompt that nothing stands behind, down to the end of the block.
pub(super) fn split(code: &Excerpt) -> Option<(Excerpt, Excerpt)> {
    let text = code.text();
    let lines = code.lines();
    let is_prompt = |line: &&Range<usize>| text[(*line).clone()].trim_start().starts_with(">>>");
    let mut prompts = lines.iter().filter(is_prompt);
    let (mark, None) = (prompts.next()?, prompts.next()) else { return None };
    let behind = lines.iter().find(|line| line.start > mark.start)?.start;
    let is_bare = text[mark.clone()].trim() == ">>>";
    let is_code = text[..mark.start].contains(|c: char| !c.is_whitespace()) && parse_valid(&text[..mark.start]).is_some();
    if !is_bare || !is_code || text[behind..].trim().is_empty() || output::is_program(&text[behind..]) {
        return None;
    }
    Some((code.slice(0..mark.start), code.slice(behind..text.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str) -> Excerpt {
        let mut code = Excerpt::default();
        code.push(text, 0);
        code
    }

    #[test]
    fn values_behind_prompts_below_code_are_output() {
        let commented = |text: &str| as_comments(&excerpt(text), &Language::Python).map(|code| code.text().to_owned());
        assert_eq!(commented("x = 3\nprint(x)\n>>> 3\n").as_deref(), Some("x = 3\nprint(x)\n#> 3\n"));
        assert_eq!(commented("print('a b')\n>>> a b\nx\n>>> [1]\n").as_deref(), Some("print('a b')\n#> a b\nx\n#> [1]\n"));
        for text in [">>> x = 3\n>>> x\n3\n", "x = 3\n\n>>> x\n3\n", "x = 3\n>>> x + 1\n4\n", "x = 3\n>>> 3\n... \n", "x = 3\n"] {
            assert_eq!(commented(text), None, "{text}");
        }
    }

    #[test]
    fn a_bare_prompt_leads_to_what_the_code_above_prints() {
        let parts = |text: &str| split(&excerpt(text)).map(|(code, output)| (code.text().to_owned(), output.text().to_owned()));
        let found = ("x = [3]\nprint(x)\n\n".to_owned(), "[3]\n".to_owned());
        assert_eq!(parts("x = [3]\nprint(x)\n\n>>>\n[3]\n"), Some(found));
        for text in [">>>\n3\n", "x = 3\n>>>\n", "x = 3\n>>>\n>>> x\n3\n", "x = 3\n>>> x\n3\n", "x = 3\n>>>\ny = 3\nprint(y)\n"] {
            assert_eq!(parts(text), None, "{text}");
        }
    }

    #[test]
    fn a_block_of_marks_is_output() {
        let output = |text: &str| marked_output(&excerpt(text)).map(|code| code.text().to_owned());
        assert_eq!(output("## [1, 2]\n##\n##   tea\n").as_deref(), Some("[1, 2]\n\n  tea\n"));
        assert_eq!([output("## x\ny = 1\n"), output("# x\n"), output("### x\n")], [None, None, None]);
    }

    #[test]
    fn a_block_of_prompts_without_python_is_output() {
        let output = |text: &str| as_output(&excerpt(text)).map(|code| code.text().to_owned());
        assert_eq!(output(">>> Two cups of tea.\n>>> 3\n").as_deref(), Some("Two cups of tea.\n3\n"));
        assert_eq!(output(">>> x\n>>> 3\n"), None);
        assert_eq!(output(">>> Two cups\n3\n"), None);
    }
}
