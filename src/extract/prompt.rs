//! Prompts at the start of a line.

/// What follows the prompt at the start of a line: a blank, or code where somebody left that out. (doctest takes such a line for a mistake, so that it's never
/// output.)
pub(crate) fn behind_prompt(line: &str) -> Option<&str> {
    if let Some(rest) = line.strip_prefix("py>") {
        // Where three marks would look like those of a quoted mail.
        return Some(rest).filter(|rest| rest.starts_with(' '));
    }
    let rest = line.strip_prefix(">>>")?;
    let starts_code = |first: char| first.is_alphanumeric() || matches!(first, ' ' | '_' | '\'' | '"' | '(' | '[' | '{');
    rest.chars().next().is_none_or(starts_code).then_some(rest)
}

/// What follows IPython's `In [1]:`, or `Out[1]:`, with or without a blank before the bracket.
pub(crate) fn behind_number<'l>(line: &'l str, word: &str) -> Option<&'l str> {
    let marked = line.strip_prefix(word)?;
    let (number, rest) = marked.strip_prefix(' ').unwrap_or(marked).strip_prefix('[')?.split_once("]:")?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(rest)
}

/// What follows the mark of a prompt's further lines: `...`, or `...:` and the like of IPython, which has a dot for each further digit of its number.
pub(crate) fn behind_dots(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("...")?;
    let numbered = rest.trim_start_matches('.').trim_start_matches(' ').strip_prefix(':');
    // `:param` is a line of what is typed.
    Some(numbered.filter(|rest| rest.is_empty() || rest.starts_with(' ')).unwrap_or(rest))
}

/// The word of a mark that stands alone above a cell's code or its value: `In [1]:`, `Out[1]:`.
pub(crate) fn cell_mark(text: &str) -> Option<&str> {
    let (word, number) = text.trim().strip_suffix("]:")?.split_once('[')?;
    let is_number = matches!(number.trim(), "" | "*" | "None") || number.bytes().all(|byte| byte.is_ascii_digit());
    Some(word.trim_end()).filter(|word| is_number && matches!(*word, "In" | "Out"))
}

/// How many bytes a fence takes that is glued to the prompt behind it: "```>>> x".
pub(crate) fn glued_fence(line: &str) -> usize {
    let behind = line.trim_start_matches(['`', '~']);
    let length = line.len() - behind.len();
    if length >= 3 && behind.starts_with(">>> ") { length } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_may_be_glued_to_a_prompt() {
        assert_eq!(
            [glued_fence("```>>> x"), glued_fence("~~~~>>> x"), glued_fence("``>>> x"), glued_fence("``` >>> x"), glued_fence(">>> x")],
            [3, 4, 0, 0, 0]
        );
    }

    #[test]
    fn a_blank_behind_a_prompt_may_be_left_out() {
        for (line, rest) in [(">>> x", " x"), (">>>", ""), (">>>from tea import pour", "from tea import pour"), (">>>'tea'", "'tea'")] {
            assert_eq!(behind_prompt(line), Some(rest));
        }
        assert_eq!(behind_prompt("py> tea"), Some(" tea"));
        for line in ["py>", "py>tea", "copy> x", ">>", ">>>> x", ">>>= 1", ">>>>", ">>>, or so", "x >>> y"] {
            assert_eq!(behind_prompt(line), None, "{line}");
        }
    }

    #[test]
    fn further_lines() {
        for (line, rest) in [
            ("... x", " x"),
            ("...", ""),
            ("...x", "x"),
            ("...: x", " x"),
            ("....: x", " x"),
            ("...   : x", " x"),
            ("...:", ""),
            ("... :param", " :param"),
        ] {
            assert_eq!(behind_dots(line), Some(rest), "{line}");
        }
        assert_eq!(behind_dots(".. x"), None);
    }

    #[test]
    fn numbers_of_ipython() {
        for line in ["Out[12]: 5", "Out [12]: 5"] {
            assert_eq!(behind_number(line, "Out"), Some(" 5"));
        }
        for line in ["Out[a]: 5", "Out[]: 5", "Out  [1]: 5", "In [1]: 5", "Out[1] 5"] {
            assert_eq!(behind_number(line, "Out"), None, "{line}");
        }
    }
}
