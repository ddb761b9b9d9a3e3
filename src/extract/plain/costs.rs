//! What a page says of the time that code takes, on lines above and below it that are calls by their look: `O(n log n)`.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

static COST: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^O\([\w\s*^²³+!.()/|]+\)[.:]?$").expect("a pattern"));

/// The bytes of code without such lines at its edges.
pub(super) fn inner(code: &str) -> Range<usize> {
    let is_its_own = ["O =", "O,", "def O(", "class O", "import O", "as O"].iter().any(|own| code.contains(own));
    let (mut start, mut end) = (0, code.len());
    if is_its_own {
        return start..end;
    }
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        at += line.len();
        match line.trim() {
            line if COST.is_match(line) => start = at,
            "" => {}
            _ => break,
        }
    }
    let mut at = code.len();
    for line in code[start..].split_inclusive('\n').rev() {
        at -= line.len();
        match line.trim() {
            line if COST.is_match(line) => end = at,
            "" => {}
            _ => break,
        }
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_at_the_edges() {
        let inner = |code: &'static str| &code[inner(code)];
        assert_eq!(inner("O(n log n)\n\ncups.sort()\nO(n^2)\n"), "\ncups.sort()\n");
        assert_eq!(inner("O(1)\nO(n)\n"), "");
        for code in ["cups.sort()\nO(n)\nmilk()\n", "O = Cup\nO(n)\n", "O('tea')\n", "P(n)\n", "cups = O(n)\n"] {
            assert_eq!(inner(code), code);
        }
    }
}
