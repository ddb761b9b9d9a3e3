//! Comments above statements that say for which version the code below them is: `# 2.x`, `# Python 2`, `# In 1.0, the sign was lost`.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    Claim, Condition,
    code::{Code, Comment},
    condition,
};

/// A comment that is nothing but a version, with the name of what it's a version of: it speaks of all below, up to the next one.
static VERSION: LazyLock<Regex> = LazyLock::new(|| {
    let number = r"v?\d+\.x|v?\d+\.\d+\.\d+|v\d+(?:\.\d+)*|version \d+(?:\.\d+)*|(?:python|py) ?\d+(?:\.\d+)?(?: only)?";
    Regex::new(&format!(r"(?i-u)^(?:-+ )?(?:(?:in|before|until|since|with|for|on|old|new) )?(?:[\w-]+ )?(?:{number})\+?:?(?: -+)?$"))
        .expect("a pattern")
});
/// A comment about Pythons of which one runs here: it ends what another one says.
static HERE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i-u)^(?:-+ )?(?:(?:in|for|on|with) )?(?:python|py) ?(?:3|2 ?(?:and|or|&|/|,) ?(?:python |py)?3)(?:[\s:;,()]|$)")
        .expect("a pattern")
});
/// A sentence that starts with a version: it speaks of the lines below it, up to an empty one.
static SENTENCE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i-u)^(?:in|before|until|since|prior to|up to)\s(?:[\w-]+\s)?v?\d+\.(?:\d+|x)").expect("a pattern"));

/// Adds to claims below such comments that they hold under a condition, where they don't say of one themselves.
pub(super) fn add_conditions(code: &Code<'_>, claims: &mut [Claim]) {
    let headings: Vec<(usize, &str, bool)> = code.comments.iter().filter_map(|comment| heading(code, comment)).collect();
    if headings.is_empty() {
        return;
    }
    for claim in claims.iter_mut().filter(|claim| claim.condition.is_none()) {
        let at = claim.target.range.start;
        let is_near = |start: usize| !code.text[start..at].contains("\n\n");
        let above = || headings.iter().rev().filter(|(start, ..)| *start < at);
        let found = above().find(|(start, _, whole)| *whole || is_near(*start));
        let of_another = found.filter(|(_, text, _)| !HERE.is_match(text));
        claim.condition = of_another.map(|(_, text, _)| condition::find(text).unwrap_or_else(|| Condition::Other((*text).to_owned())));
    }
}

/// Where a comment starts that names a version, its text, and whether it's nothing else.
fn heading<'a>(code: &Code<'a>, comment: &Comment) -> Option<(usize, &'a str, bool)> {
    let text = code.text.get(comment.range.clone()).filter(|_| comment.alone)?.trim_start_matches('#').trim();
    let whole = VERSION.is_match(text) && text.contains(|c: char| c.is_alphabetic()) || HERE.is_match(text);
    (whole || SENTENCE.is_match(text)).then_some((comment.range.start, text, whole))
}

#[cfg(test)]
mod tests {
    use super::super::{Condition, find};

    /// The condition of each claim.
    fn conditions(code: &str) -> Vec<Option<String>> {
        let words = |condition: Condition| match condition {
            Condition::Other(words) | Condition::Python(words) => words,
            _ => String::new(),
        };
        find(code, false).into_iter().map(|claim| claim.condition.map(words)).collect()
    }

    #[test]
    fn versions_above() {
        let of = |text: &str| Some(text.to_owned());
        assert_eq!(conditions("# 1.x\nf(1)  # 2\n\n\nf(3)  # 4\n\n# 2.x\nf(1)  # 3\n"), [of("1.x"), of("1.x"), of("2.x")]);
        let sentence = of("In 1.4, it was even.");
        assert_eq!(conditions("# In 1.4, it was even.\nf(1)  # 2\nf(2)  # 2\n\nf(3)  # 4\n"), [sentence.clone(), sentence, None]);
        assert_eq!(conditions("# teapot v0.9:\nf(1)  # 2\n"), [of("teapot v0.9:")]);
        assert_eq!(conditions("# Python 3.12+\nf(1)  # 2\n"), [of(">=3.12")]);
        for heading in ["# Python 2 only:", "# Py2:", "# python 2"] {
            assert_eq!(conditions(&format!("{heading}\nf(1)  # 2\n\nassert f(3) == 4\n")), [of("2"), of("2")], "{heading}");
        }
        for heading in ["# Python 2 and 3: either", "# Python 3 only:", "# Python 2/3:", "# Py3"] {
            assert_eq!(conditions(&format!("# Python 2:\nf(1)  # 2\n\n{heading}\nf(3)  # 4\n")), [of("2"), None], "{heading}");
        }
    }

    #[test]
    fn other_numbers_above() {
        for code in [
            "# 3.14\nf(1)  # 2\n",
            "# In 5 steps\nf(1)  # 2\n",
            "# x is 2.5\nf(1)  # 2\n",
            "f(1)  # 2\n# 1.x\n",
            "# about 2.5 cups\nf(1)  # 2\n",
        ] {
            assert_eq!(conditions(code), [None], "{code}");
        }
    }
}
