//! Prompts at the start of a line.

/// What follows the prompt at the start of a line: a blank, or code where somebody left that out. (doctest takes such a line for a mistake, so that it's never
/// output.)
pub(crate) fn behind_prompt(line: &str) -> Option<&str> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_behind_a_prompt_may_be_left_out() {
        for (line, rest) in [(">>> x", " x"), (">>>", ""), (">>>from tea import pour", "from tea import pour"), (">>>'tea'", "'tea'")] {
            assert_eq!(behind_prompt(line), Some(rest));
        }
        for line in [">>", ">>>> x", ">>>= 1", ">>>>", ">>>, or so", "x >>> y"] {
            assert_eq!(behind_prompt(line), None, "{line}");
        }
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
