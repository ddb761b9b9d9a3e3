//! Numbers in arrays: what is noise beside zero, what all of them are rounded to, and types that not every machine and release names.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    super::{reason::Reason, text::fits},
    noise,
};

/// A number that isn't a part of a word.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"-?\b\d+(\.\d*)?(e[+-]?\d+)?").expect("a pattern"));
/// The shape of a shortened array, which NumPy shows since 2.2.
static SHAPE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r",\s*shape=\([\d, ]+\)").expect("a pattern"));
/// The type of the items, where an array is shown without it as well: by an older release, or on a machine whose own it isn't.
static TYPE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r",\s*dtype=(?:bool|int32|int64|float64|complex128)\b").expect("a pattern"));
/// How many items a series has, which stands behind them by a setting.
static LENGTH: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^((?:Name: [^\n]*, )?)Length: \d+, ").expect("a pattern"));
/// The last line of a series: its name, and the type of its items.
static TRAILER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\n(?:Name: [^\n]*, )?(?:Length: \d+, )?dtype: \w+\s*$").expect("a pattern"));
/// How an array is written in code, rather than shown.
static WRITTEN: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(?:np|numpy)\.array\(").expect("a pattern"));

/// What is nothing but noise, where the other numbers are of any size.
const NOISE: f64 = 1e-12;
/// From so many digits behind the point on, it's plain that an array is shown rounded.
const PLACES: usize = 3;

/// Why arrays differ that are as good as the same; `None` where they may not be.
pub(super) fn difference(claimed: &str, actual: &str, statement: &str) -> Option<Reason> {
    if is_series_in_short(claimed, actual) {
        return Some(Reason::new("partial", "it differs by what stands behind the items of a series"));
    }
    if !(claimed.contains('[') && actual.contains('[')) {
        return None;
    }
    if is_noise(claimed, actual) && noise::takes_from_elsewhere(statement) {
        return Some(Reason::new("digits", "it differs in numbers that are nothing but the noise of floats"));
    }
    if is_rounded(claimed, actual) {
        return Some(Reason::new("approximate", "its numbers are claimed rounded"));
    }
    if is_without_commas(claimed, actual) {
        return Some(Reason::new("soft", "it shows the array's items as they're printed"));
    }
    let bare = |text| without_blanks(&SHAPE.replace_all(&TYPE.replace_all(&WRITTEN.replace_all(text, "array("), ""), ""));
    let differs =
        actual.contains("array(") && (bare(claimed) == bare(actual) || SHAPE.is_match(actual) && fits(&bare(claimed), &bare(actual)));
    differs.then(|| Reason::new("varies", "it differs by whether the array's shape or the type of its items is shown"))
}

/// Whether the items of a series are the same, and it's claimed without its last line, or with another setting of what that says.
fn is_series_in_short(claimed: &str, actual: &str) -> bool {
    let lines = |text: &str| text.trim().lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>();
    let (items, own) = (TRAILER.replace(actual, ""), LENGTH.replace(actual, "$1"));
    let is_shown = items.lines().nth(1).is_some() && items.len() < actual.len();
    is_shown && (lines(claimed) == lines(&items) || lines(&LENGTH.replace(claimed, "$1")) == lines(&own))
}

/// Whether an array is claimed with the same items, but without the commas between them.
fn is_without_commas(claimed: &str, actual: &str) -> bool {
    let is_array = |text: &str| text.trim_start().starts_with("array(");
    let brackets = |text: &str| text.chars().filter(|c| "()[]".contains(*c)).collect::<String>();
    let values = |text| numbers(text).0.into_iter().map(|number| number.value).collect::<Vec<_>>();
    is_array(claimed)
        && is_array(actual)
        && !claimed.contains(',')
        && brackets(claimed) == brackets(actual)
        && values(claimed) == values(actual)
}

/// A number as it's written, and what it is.
struct Number<'t> {
    text: &'t str,
    value: f64,
}

/// The numbers of a text, and the text without them.
fn numbers(text: &str) -> (Vec<Number<'_>>, String) {
    let number = |found: regex::Match| Number { text: &text[found.range()], value: found.as_str().parse().unwrap_or(f64::NAN) };
    let kind = |found: &regex::Captures<'_>| if found.get(1).or(found.get(2)).is_some() { "0." } else { "0" };
    (NUMBER.find_iter(text).map(number).collect(), without_blanks(&NUMBER.replace_all(text, kind)))
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The numbers of two texts that are the same but for these, in pairs.
fn pairs<'t>(claimed: &'t str, actual: &'t str) -> Option<Vec<(Number<'t>, Number<'t>)>> {
    let ((wanted, claimed), (given, actual)) = (numbers(claimed), numbers(actual));
    (claimed == actual && wanted.len() == given.len()).then(|| wanted.into_iter().zip(given).collect())
}

/// Whether arrays differ in nothing but what calculations leave where they should come to zero.
fn is_noise(claimed: &str, actual: &str) -> bool {
    let is_tiny = |number: &Number<'_>| number.value.abs() < NOISE;
    // A small quantity of its own is none of them: the steps in which floats come lie as close only to 1.
    let is_left = |number: &Number<'_>| {
        let steps = number.value.abs() / (f64::EPSILON / 2.0);
        is_tiny(number) && steps > 0.5 && (steps - steps.round()).abs() < 1e-3
    };
    let Some(pairs) = pairs(claimed, actual) else { return false };
    let mut differing = pairs.iter().filter(|(wanted, given)| wanted.value != given.value).peekable();
    differing.peek().is_some()
        && differing.all(|(wanted, given)| is_tiny(wanted) && is_tiny(given))
        && pairs.iter().any(|(wanted, given)| (wanted.value == 0.0) != (given.value == 0.0) || is_left(wanted) || is_left(given))
}

/// Whether all numbers are those of an array that shows them with as many digits as the longest has: `[0., 3.1416]`.
fn is_rounded(claimed: &str, actual: &str) -> bool {
    let Some(pairs) = pairs(claimed, actual) else { return false };
    let places = |number: &Number<'_>| number.text.split_once('.').map_or(0, |(_, places)| places.len());
    let most = pairs.iter().map(|(wanted, _)| places(wanted)).max().unwrap_or(0);
    let half = 0.500_01 * 10_f64.powi(-i32::try_from(most).unwrap_or(i32::MAX));
    let is_longer = |given: &Number<'_>| given.text.contains('e') || places(given) > most + 1;
    most >= PLACES
        && pairs.iter().all(|(wanted, given)| !wanted.text.contains('e') && (wanted.value - given.value).abs() <= half)
        && pairs.iter().any(|(wanted, given)| wanted.value != given.value && is_longer(given))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_without_commas() {
        let shown = "array([[1., 2.],\n       [4., 5.]])";
        assert!(is_without_commas("array([[ 1.  2.]\n       [ 4.  5.]])", shown));
        for claimed in ["array([[ 1.  2.]\n       [ 4.  6.]])", "array([ 1.  2.  4.  5.])", "[[1. 2.] [4. 5.]]", shown] {
            assert!(!is_without_commas(claimed, shown), "{claimed}");
        }
    }

    #[test]
    fn series_in_short() {
        let actual = "1    a\n0    b\nName: cup, dtype: object";
        for claimed in ["1 a\n0 b", "1    a\n0    b\nName: cup, Length: 2, dtype: object"] {
            assert!(is_series_in_short(claimed, actual), "{claimed}");
        }
        assert!(is_series_in_short("0    1\n1    2\nLength: 2, dtype: int64", "0    1\n1    2\ndtype: int64"));
        for claimed in ["1 a\n0 c", "1    a\n0    b\nName: pot, Length: 2, dtype: object", "1 a", "1    a\n0    b\nName: cup, dtype: int64"]
        {
            assert!(!is_series_in_short(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn noise_beside_zero() {
        for (claimed, actual) in [
            ("array([[1., 0.],\n       [0., 1.]])", "array([[1.0000000e+00, 0.0000000e+00],\n       [8.8817842e-16, 1.0000000e+00]])"),
            ("array([4.44089210e-16 , 0.00000000e+00])", "array([-4.44089210e-16,  0.00000000e+00])"),
            ("[1.1e-16, 2.5]", "[0.0, 2.5]"),
        ] {
            assert!(is_noise(claimed, actual), "{claimed}");
        }
        for (claimed, actual) in [
            ("array([[1., 0.],\n       [0., 2.]])", "array([[1.0000000e+00, 0.0000000e+00],\n       [8.8817842e-16, 1.0000000e+00]])"),
            ("array([6.62607015e-34, 1.])", "array([6.62607016e-34, 1.])"),
            ("[1e-6, 2.5]", "[0.0, 2.5]"),
            ("[0.0, 2.5]", "[0.0, 2.5]"),
            ("[0, 2.5]", "[1.1e-16, 2.5]"),
        ] {
            assert!(!is_noise(claimed, actual), "{claimed}");
        }
        let lone = difference("0.0", "1.2246467991473532e-16", "sine(pi)").is_some();
        assert!(!lone);
    }

    #[test]
    fn rounded_as_one() {
        for (claimed, actual) in
            [("array([0., 3.1416])", "array([5.14651609e-09, 3.14159265e+00])"), ("[1.0, 0.333]", "[0.99999, 0.3333333333333333]")]
        {
            assert!(is_rounded(claimed, actual), "{claimed}");
        }
        for (claimed, actual) in [
            ("array([0.1, 3.1416])", "array([5.14651609e-09, 3.14159265e+00])"),
            ("array([0., 3.1417])", "array([5.14651609e-09, 3.14159265e+00])"),
            ("array([0., 3.14])", "array([5.14651609e-09, 3.14159265e+00])"),
            ("[1.0, 0.333]", "[1.0, 0.333]"),
            ("[1, 0.333]", "[0.99999, 0.3333333333333333]"),
        ] {
            assert!(!is_rounded(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn types_of_items() {
        let differs = |claimed, actual| difference(claimed, actual, "x").is_some();
        assert!(differs("array([ True, False], dtype=bool)", "array([ True, False])"));
        assert!(differs("np.array([2, 1])", "array([2, 1], dtype=int32)"));
        let shortened = "array([0.  , 0.06, 0.12, ..., 0.06],\n      shape=(2205,))";
        assert!(differs("array([0.  , 0.06, 0.12, ..., 0.06])", shortened) && differs("array([0.  , ..., 0.06])", shortened));
        assert!(!differs("array([0.  , 0.06, 0.13, ..., 0.06])", shortened));
        assert!(!differs("array([ True, True], dtype=bool)", "array([ True, False])"));
        assert!(!differs("array([2, 1], dtype=int8)", "array([2, 1])"));
        assert!(!differs("np.array([2, 1])", "[2, 1]"));
    }
}
