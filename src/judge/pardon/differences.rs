//! Differences between two texts that come from how the example was taken from its document, or from where it stands.

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use crate::claim::{Claim, Form, code};

use super::{
    super::{
        reason::Reason,
        shape::{Shape, parse},
        text::{fits, has_ellipsis, lines, squeeze, without_addresses},
        wording,
    },
    machine, paragraphs,
    python_2::is_of_python_2,
    repr::{has_older_dicts, has_older_spans},
};

/// Why a difference between the claimed text and what was seen is no mistake; `None` where it may be one. `has_sets` where the code
/// makes a set.
pub(super) fn difference(claim: &Claim, actual: &str, has_sets: bool) -> Option<Reason> {
    let actual = actual.strip_prefix("raises ").unwrap_or(actual);
    if wording::is_another(&claim.expected, actual) {
        return Some(Reason::new("condition", "claimed for: another Python, which says the same in other words"));
    }
    if has_sets && is_other_order(&claim.expected, actual) {
        return Some(Reason::new("varies", "the order of a set's texts varies from run to run"));
    }
    if paragraphs::is_beginning(claim, actual) {
        return Some(Reason::new("partial", "what is shown is where the output begins, up to its first empty line"));
    }
    if has_ellipsis(&claim.expected) && !claim.expected.contains(char::is_alphanumeric) {
        return Some(Reason::new("soft", "the claim is nothing but an ellipsis"));
    }
    if is_placeholder(&claim.expected) && !is_placeholder(actual) {
        return Some(Reason::new("soft", "the claim is a placeholder"));
    }
    if is_cut_off(&claim.expected) && !is_cut_off(actual) && !begins_nearly_so(&claim.expected, actual) {
        return Some(Reason::new("partial", "the claimed text ends within brackets or quotes"));
    }
    if is_selection(&claim.expected, actual) {
        return Some(Reason::new("partial", "what is shown is a selection"));
    }
    if is_same_elsewhere(&claim.expected, actual) {
        return Some(Reason::new("module", "it differs by the module that the code stands in"));
    }
    if claim.expected.contains(" at ") && without_addresses(&claim.expected) == without_addresses(actual) {
        return Some(Reason::new("address", "it differs by an address"));
    }
    if is_of_python_2(&claim.expected, actual) {
        return Some(Reason::new("condition", "claimed for: Python 2, which shows it in another way"));
    }
    if has_older_spans(&claim.expected, actual) {
        return Some(Reason::new("condition", "claimed for: Python before 3.7, which shows spans of time in another way"));
    }
    if has_older_dicts(&claim.expected, actual) {
        return Some(Reason::new("condition", "claimed for: Python before 3.12, which shows ordered dictionaries in another way"));
    }
    if is_composed_otherwise(&claim.expected, actual) {
        return Some(Reason::new("soft", "it shows the same characters, which are composed in another way"));
    }
    if claim.form != Form::Session && is_in_quotes(&claim.expected, actual) {
        return Some(Reason::new("soft", "it differs by its quotes alone"));
    }
    if is_without_address(&claim.expected, actual) {
        return Some(Reason::new("address", "an address is left out"));
    }
    if is_wrapped(&claim.expected, actual) {
        return Some(Reason::new("partial", "it differs by where a long line is wrapped"));
    }
    if has_other_blanks_around_rows(&claim.expected, actual) {
        return Some(Reason::new("partial", "rows are left out, and the others differ by blanks"));
    }
    if has_other_blanks_between_tags(&claim.expected, actual) {
        return Some(Reason::new("markup", "it differs by blanks between tags"));
    }
    if is_without_brackets(&claim.expected, actual) {
        return Some(Reason::new("soft", "its items are claimed without their brackets"));
    }
    if is_on_the_way(&claim.expected, actual) {
        return Some(Reason::new("soft", "its numbers may be those on the way to what it prints"));
    }
    if is_marked_up(&claim.expected, actual) {
        return Some(Reason::new("partial", "it has marks in braces, which the page's own tools take out"));
    }
    if let Some(why) = unmade(&claim.expected, actual) {
        return Some(Reason::new("environment", format!("what the exception says can't be made here: {why}")));
    }
    if claim.form != Form::Session && is_object_in_short(&claim.expected, actual) {
        return Some(Reason::new("partial", "it shows the object in another form than its own"));
    }
    machine::difference(&claim.expected, actual)
}

/// What was raised where the message of an exception was to be made, of which the same exception is claimed.
fn unmade<'a>(claimed: &str, actual: &'a str) -> Option<&'a str> {
    let (name, message) = actual.split_once(": ")?;
    let claimed = claimed.split(':').next().unwrap_or_default().trim();
    let is_same = claimed.rsplit('.').next() == Some(name);
    message.strip_prefix("<str raised ")?.strip_suffix('>').filter(|_| is_same)
}

/// Whether an object is claimed as a call (`Cup('tea')`) whose own text has other forms, but the class and what it's called with: `<Cup of 'tea'>`.
fn is_object_in_short(claimed: &str, actual: &str) -> bool {
    static CALL: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^([A-Z]\w*)\((.*)\)$").expect("a pattern"));
    let Some(call) = CALL.captures(claimed.trim()) else { return false };
    let (arguments, shown) = (words(&call[2]), words(actual));
    let is_own = actual.trim().starts_with('<') && actual.trim().ends_with('>') && shown.iter().take(2).any(|word| **word == call[1]);
    is_own && !arguments.is_empty() && arguments.iter().all(|word| shown.contains(word))
}

/// Whether two texts differ only by addresses that the claimed one leaves out: `<Pot object>`.
fn is_without_address(claimed: &str, actual: &str) -> bool {
    static ADDRESS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?: object)? at 0x[0-9A-Fa-f]+>").expect("a pattern"));
    let bare = |text: &str| squeeze(&ADDRESS.replace_all(&text.replace(" object>", ">"), ">"));
    ADDRESS.is_match(actual) && bare(claimed) == bare(actual)
}

/// Whether two texts look the same, and have other characters for letters with an accent: `é` as one, or as two.
fn is_composed_otherwise(claimed: &str, actual: &str) -> bool {
    !(claimed.is_ascii() || actual.is_ascii()) && claimed != actual && claimed.nfc().eq(actual.nfc())
}

/// Whether what an object shows of itself is claimed as a text: `'tea'` for `tea`.
fn is_in_quotes(claimed: &str, actual: &str) -> bool {
    matches!(parse(claimed.trim()), Some(Shape::Str(text)) if text == actual.trim() && parse(actual.trim()).is_none_or(|shape| !shape.is_literal()))
}

/// Whether a long line was shown on several, which differ from it by blanks alone.
fn is_wrapped(claimed: &str, actual: &str) -> bool {
    /// The shortest line that somebody may have found too long for a page.
    const LONG: usize = 60;
    claimed.trim().contains('\n')
        && !actual.trim().contains('\n')
        && actual.len() >= LONG
        && claimed.split_whitespace().eq(actual.split_whitespace())
}

/// Whether two texts are markup that differs by nothing but the blanks beside its tags, by which it's laid out.
fn has_other_blanks_between_tags(claimed: &str, actual: &str) -> bool {
    static TAG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\s*(</?[A-Za-z][^<>]*>)\s*").expect("a pattern"));
    let is_markup = |text: &str| text.trim().starts_with('<') && text.trim().ends_with('>') && TAG.find_iter(text).nth(1).is_some();
    let bare = |text: &str| squeeze(&TAG.replace_all(text, "$1"));
    is_markup(claimed) && is_markup(actual) && bare(claimed) == bare(actual)
}

/// Whether two long texts have less than half of their words in common: the code would have to do something else altogether to show the claimed one.
pub(super) fn is_something_else(claimed: &str, actual: &str) -> bool {
    const MANY: usize = 8;
    words(claimed).len() >= MANY && !is_much_alike(claimed, actual)
}

/// Whether two texts have half of their words in common, or more; of a claimed one that is shortened, its own count.
pub(in super::super) fn is_much_alike(claimed: &str, actual: &str) -> bool {
    let is_shortened = has_ellipsis(claimed);
    let (claimed, mut actual) = (words(claimed), words(actual));
    let most = if is_shortened { claimed.len() } else { claimed.len().max(actual.len()) };
    let shared = claimed.iter().filter(|word| actual.iter().position(|other| other == *word).map(|at| actual.swap_remove(at)).is_some());
    shared.count() * 2 >= most
}

fn words(text: &str) -> Vec<&str> {
    code::words(text).collect()
}

/// Whether a table is shown without some of its rows, for which a row of dots stands (`...    ...`), and differs by nothing but blanks.
fn has_other_blanks_around_rows(claimed: &str, actual: &str) -> bool {
    let is_dots = |line: &str| line.contains("..") && line.chars().all(|c| c == '.' || c.is_whitespace());
    let row = |line: &str| if is_dots(line) { "...".to_owned() } else { line.split_whitespace().collect::<Vec<_>>().join(" ") };
    let rows = |text: &str| text.trim().lines().map(row).collect::<Vec<_>>();
    let (claimed, actual) = (rows(claimed), rows(actual));
    let (first, last) = (claimed.first().map(String::as_str), claimed.last().map(String::as_str));
    let is_between = first.is_some_and(|row| row != "...") && last.is_some_and(|row| row != "...");
    is_between && claimed.iter().any(|row| row == "...") && fits(&claimed.join("\n"), &actual.join("\n"))
}

/// Whether several items of a display, or the one of a display behind a label, are claimed without its brackets: `1,2` or `12` for `cups: {1, 2}`.
fn is_without_brackets(claimed: &str, actual: &str) -> bool {
    let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace() && *c != ',').collect::<String>();
    let at = actual.find(['[', '{', '(']);
    let items = at.and_then(|at| actual[at..].trim_end().strip_prefix(['[', '{', '('])?.strip_suffix([']', '}', ')']));
    let items = items.filter(|items| items.contains(',') || at > Some(0));
    let is_plain = claimed.contains(char::is_alphanumeric) && claimed.chars().all(|c| c.is_alphanumeric() || " ,.-'\"".contains(c));
    is_plain && items.is_some_and(|items| bare(items) == bare(claimed))
}

/// Whether numbers are claimed where a single one was seen: `3 5 9 9` where the largest was looked for.
fn is_on_the_way(claimed: &str, actual: &str) -> bool {
    /// So many are no other way to write one.
    const SEVERAL: usize = 4;
    let is_number = |text: &str| matches!(parse(text), Some(Shape::Int(_) | Shape::Float(..)));
    let numbers: Vec<&str> = claimed.split_whitespace().collect();
    numbers.len() >= SEVERAL && !claimed.contains('\n') && numbers.into_iter().all(is_number) && is_number(actual.trim())
}

/// Whether some texts of a list are shown in its order, with an ellipsis behind them: not only its first ones.
fn is_selection(claimed: &str, actual: &str) -> bool {
    let (Some(Shape::List(claimed)), Some(Shape::List(actual))) = (parse(claimed.trim()), parse(actual.trim())) else { return false };
    let Some((Shape::Ellipsis, texts)) = claimed.split_last() else { return false };
    let mut rest = actual.iter();
    texts.len() > 1 && texts.iter().all(|text| matches!(text, Shape::Str(_)) && rest.any(|item| item == text))
}

/// `{result}`, `{{ result }}`, where a tool puts the text of a page; `'<your token>'`, where it's another text for each.
fn is_placeholder(text: &str) -> bool {
    const PLACES: &str = r"\{\s*[a-z_]\w*\s*\}|\{\{\s*[a-z_]\w*\s*\}\}|'<[A-Za-z]\w*(?: [a-z]\w*)+>'";
    static PLACE: LazyLock<Regex> = LazyLock::new(|| Regex::new(&format!("^(?:{PLACES})$")).expect("a pattern"));
    PLACE.is_match(text.trim())
}

/// Whether two texts differ only in words in braces at the ends of the claimed lines, and in blanks: the tools that know these lay out what is between.
fn is_marked_up(claimed: &str, actual: &str) -> bool {
    static MARKS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^\{[a-z]+\}|\{[a-z]+\}$").expect("a pattern"));
    MARKS.is_match(claimed) && squeeze(&MARKS.replace_all(claimed, "")) == squeeze(actual)
}

/// Whether two sequences with texts in them differ by their order alone.
fn is_other_order(claimed: &str, actual: &str) -> bool {
    let words = |text: &str| -> Option<Vec<Shape>> {
        let items = match parse(text.trim())? {
            Shape::List(items) | Shape::Tuple(items) => items,
            // `print("".join(set("abc")))`, a letter for each item.
            Shape::Str(text) if text.chars().collect::<std::collections::HashSet<_>>().len() == text.chars().count() => {
                text.chars().map(|char| Shape::Str(char.to_string())).collect()
            }
            _ => return None,
        };
        items.iter().any(|item| matches!(item, Shape::Str(_) | Shape::Word(_))).then_some(items)
    };
    let by_lines = |text: &str| lines(text).into_iter().map(|line| Shape::Str(line.to_owned())).collect::<Vec<_>>();
    let is_permutation = |one: Vec<Shape>, mut other: Vec<Shape>| {
        let same_length = one.len() > 1 && one.len() == other.len();
        let found = |item: &Shape| other.iter().position(|candidate| candidate == item).map(|at| other.swap_remove(at)).is_some();
        same_length && one.iter().all(found)
    };
    words(claimed).zip(words(actual)).is_some_and(|(claimed, actual)| is_permutation(claimed, actual))
        || is_permutation(by_lines(claimed), by_lines(actual))
}

/// Whether a text has an opening bracket or triple quotes that nothing closes: its end was taken for something else.
pub(super) fn is_cut_off(text: &str) -> bool {
    let starts_open = |mark: &str| text.trim_start().starts_with(mark) && text.matches(mark).count() == 1;
    if starts_open("\"\"\"") || starts_open("'''") {
        return true;
    }
    let mut depth = 0_i32;
    let mut quote = None;
    for char in text.chars() {
        match (quote, char) {
            (Some(open), _) if open == char => quote = None,
            (None, '\'' | '"') => quote = Some(char),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth -= 1,
            _ => {}
        }
    }
    depth > 0 && quote.is_none() && text.trim_start().starts_with(['[', '{'])
}

/// Whether a display that is shortened at its end, `[1, 2, 4, ...`, has more of its words in common with the beginning of what was seen than not: it's no
/// other text then.
fn begins_nearly_so(claimed: &str, actual: &str) -> bool {
    let Some(claimed) = claimed.trim_end().strip_suffix("...").or_else(|| claimed.trim_end().strip_suffix('…')) else { return false };
    let is_mostly = |claimed: &[&str], actual: &[&str]| {
        let same = claimed.iter().zip(actual).filter(|(claimed, actual)| claimed == actual).count();
        claimed.len() <= actual.len() && same * 2 > claimed.len()
    };
    // Before its end, too, something may be left out.
    let begin = claimed.split_once("...").map_or(claimed, |(begin, _)| begin);
    is_mostly(&words(claimed), &words(actual)) || words(begin).len() > 2 && is_mostly(&words(begin), &words(actual))
}

/// Whether two texts differ only in that the claimed one names a module, or none, where the example's own is `__main__`.
pub(super) fn is_same_elsewhere(claimed: &str, actual: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().filter(|word| *word != "<BLANKLINE>").collect::<Vec<_>>().join(" ");
    let (claimed, actual) = (plain(claimed), plain(actual));
    // It may name none at all, as where a document's tool has no name for its own.
    let bare = actual.replace("__main__.", "");
    if bare != actual && (claimed == bare || fits(&claimed, &bare)) {
        return true;
    }
    let mut parts = actual.split("__main__");
    let Some(mut rest) = parts.next().and_then(|first| claimed.strip_prefix(first)) else { return false };
    let mut any = false;
    for part in parts {
        let name = rest.len() - rest.trim_start_matches(|char: char| char.is_alphanumeric() || matches!(char, '_' | '.')).len();
        // The name is followed by a dot and the object's own name: the shortest that leads on.
        let Some(after) = (1..=name).filter(|&at| rest.is_char_boundary(at)).rfind(|&at| goes_on(&rest[at..], part)) else {
            return false;
        };
        rest = &rest[after + part.len()..];
        any = true;
    }
    any && rest.is_empty()
}

/// Whether a text starts with a part, which is all that is left of it where the part ends in nothing.
fn goes_on(text: &str, part: &str) -> bool {
    text.starts_with(part) && !part.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_without_their_message() {
        assert_eq!(unmade("PotError: too hot", "PotError: <str raised KettleError>"), Some("KettleError"));
        assert_eq!(unmade("tea.PotError", "PotError: <str raised KettleError>"), Some("KettleError"));
        for (claimed, actual) in [("CupError: too hot", "PotError: <str raised KettleError>"), ("PotError: too hot", "PotError: too cold")]
        {
            assert_eq!(unmade(claimed, actual), None, "{claimed}");
        }
    }

    #[test]
    fn characters_that_look_the_same() {
        assert!(is_composed_otherwise("'café'", "'cafe\u{301}'"));
        for (claimed, actual) in [("'café'", "'cafe'"), ("'café'", "'cafè'"), ("'café'", "'café'")] {
            assert!(!is_composed_otherwise(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn objects_that_are_claimed_as_texts() {
        assert!(is_in_quotes("'black tea'", "black tea"));
        for (claimed, actual) in [("'black tea'", "green tea"), ("black tea", "black tea"), ("'5'", "5"), ("'tea'", "'tea'")] {
            assert!(!is_in_quotes(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn blanks_between_tags() {
        let actual = "<ul><li class='hot'>black tea</li>\n<li>milk</li></ul>";
        assert!(has_other_blanks_between_tags("<ul>\n  <li class=\"hot\">black tea</li>\n  <li>milk</li>\n</ul>", actual));
        for claimed in [
            "<ul>\n  <li class='hot'>green tea</li>\n  <li>milk</li>\n</ul>",
            "<ul><li class='cold'>black tea</li><li>milk</li></ul>",
            "ul",
        ] {
            assert!(!has_other_blanks_between_tags(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn texts_of_other_things() {
        let claimed = "Black tea in a large pot, with two cups of milk";
        assert!(is_something_else(claimed, "Nothing is left in it"));
        for actual in
            ["Black tea in a large pot, with three cups of milk", "Black tea in a large pot, with two", "a large pot of Black tea"]
        {
            assert!(!is_something_else(claimed, actual), "{actual}");
        }
        assert!(!is_something_else("two cups", "five pots"));
        assert!(!is_something_else(
            "a pot of tea with 3 cups, ... and milk",
            &format!("a pot of tea with 2 cups, {} and milk", "tea ".repeat(20))
        ));
        assert!(is_much_alike("[[1, 2],\n [3, 5]]", "[[1, 2], [3, 4]]") && !is_much_alike("1\n2", "'tea'"));
    }

    #[test]
    fn rows_left_out() {
        let actual = "  cup  size\n0   a   30\n1   b   20\n2   c   10\n";
        assert!(has_other_blanks_around_rows("    cup   size\n0     a     30\n...    ...\n2     c     10", actual));
        for claimed in [
            "    cup   size\n0     a     30\n...    ...\n2     c     11",
            "    cup   size\n0     a     30\n2     c     10",
            "...   ...\n2     c     10",
        ] {
            assert!(!has_other_blanks_around_rows(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn objects_in_short() {
        assert!(is_object_in_short("Cup('tea')", "<Cup of='tea' size=3>\n"));
        for (claimed, actual) in [
            ("Cup('milk')", "<Cup of='tea' size=3>"),
            ("Pot('tea')", "<Cup of='tea' size=3>"),
            ("Cup()", "<Cup of='tea'>"),
            ("Cup('tea')", "Cup('tea', 3)"),
        ] {
            assert!(!is_object_in_short(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn items_without_brackets() {
        for (claimed, actual) in [("1, 'two'", "[1, 'two']"), ("12", "cups: {1, 2}"), ("3", "cups: {3}"), ("1 2", "(1, 2)")] {
            assert!(is_without_brackets(claimed, actual), "{claimed}");
        }
        for (claimed, actual) in
            [("3", "{3}"), ("'tea'", "['tea']"), ("1, 3", "[1, 2]"), ("(1, 2)", "[1, 2]"), ("", "[]"), ("1", "cups: 1")]
        {
            assert!(!is_without_brackets(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn numbers_on_the_way() {
        assert!(is_on_the_way("3 5 9 9", "9"));
        for (claimed, actual) in [("3 5 9", "9"), ("3 5 9 9", "3 5 8 9"), ("3, 5, 9, 9", "9"), ("3 5 9 x", "9"), ("3 5 9 9", "x")] {
            assert!(!is_on_the_way(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn texts_cut_off() {
        for text in ["[1, 2,", "{'a': [1]", "\"\"\"first", "[(1, 2), "] {
            assert!(is_cut_off(text), "{text}");
        }
        for text in ["[1, 2]", "'['", "a [b", "\"\"\"a\"\"\"", ""] {
            assert!(!is_cut_off(text), "{text}");
        }
    }

    #[test]
    fn beginnings_of_displays() {
        assert!(
            begins_nearly_so("[1, 2, 4, ...", "[1, 2, 3, 4, 5]")
                && begins_nearly_so("['tea', 'mate', 'sugar', …", "['tea', 'milk', 'sugar']")
        );
        assert!(begins_nearly_so("['pots/size=7/...-0.tea', ...", "['pots/size=5/1f-0.tea', 'pots/size=9/2f-0.tea']"));
        for claimed in ["[1, 2,", "[5, 6, ...", "[1, 5, ...", "[1, 2, 3, 4, 5, 6, ..."] {
            assert!(!begins_nearly_so(claimed, "[1, 2, 3, 4, 5]"), "{claimed}");
        }
    }

    #[test]
    fn addresses_left_out() {
        assert!(is_without_address("in: <tea.Pot object>", "in: <tea.Pot object at 0x7f12>"));
        assert!(is_without_address("[<Pot>, 5]", "[<Pot at 0x7f12>, 5]"));
        for claimed in ["in: <tea.Cup object>", "in: <tea.Pot object>.", "in: tea.Pot object"] {
            assert!(!is_without_address(claimed, "in: <tea.Pot object at 0x7f12>"), "{claimed}");
        }
    }

    #[test]
    fn long_lines_that_are_wrapped() {
        let long = format!("['{}', 'it is poured']", "hot tea ".repeat(8));
        assert!(is_wrapped(&long.replace(", 'it", ",\n  'it"), &long) && is_wrapped(&long.replace("it is", "it\nis"), &long));
        assert!(!is_wrapped(&long.replace("it is", "it\nwas"), &long) && !is_wrapped("tea\nmilk", "tea milk"));
    }

    #[test]
    fn marks_in_braces() {
        assert!(is_marked_up("{pour}tea\n  milk{stop}", "tea\n\tmilk\n"));
        for (claimed, actual) in [("{pour}tea", "milk"), ("tea", "tea"), ("{5}tea", "tea"), ("{}tea", "tea")] {
            assert!(!is_marked_up(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn selections() {
        assert!(is_selection("['tea', 'mate', ...]", "['tea', 'milk', 'mate', 'sugar']"));
        for claimed in ["['mate', 'tea', ...]", "['tea', 'mate']", "['tea', 'water', ...]", "['mate', ...]", "[...]"] {
            assert!(!is_selection(claimed, "['tea', 'milk', 'mate', 'sugar']"), "{claimed}");
        }
        assert!(!is_selection("[1, 3, ...]", "[1, 2, 3, 4]"));
    }

    #[test]
    fn orders() {
        assert!(is_other_order("['b', 'a']", "['a', 'b']"));
        assert!(is_other_order("b\na", "a\nb"));
        assert!(is_other_order("'ba'", "'ab'") && !is_other_order("'aet :toh'", "'hot: tea'"));
        for (claimed, actual) in [("[2, 1]", "[1, 2]"), ("['a', 'a']", "['a', 'b']"), ("['a']", "['a', 'b']"), ("a", "b"), ("'a'", "'b'")] {
            assert!(!is_other_order(claimed, actual), "{claimed}");
        }
    }

    #[test]
    fn modules() {
        assert!(is_same_elsewhere("<class 'shop.cart.Item'>", "<class '__main__.Item'>"));
        assert!(is_same_elsewhere("TypeError: shop.f() got 2", "TypeError: __main__.f() got 2"));
        assert!(is_same_elsewhere("m = 'shop'\nq", "m = '__main__' q"));
        assert!(is_same_elsewhere("not [<Item ...>]\n<BLANKLINE>\n", "not [<__main__.Item object at 0x7f12>]\n\n"));
        assert!(!is_same_elsewhere("not [<Item ...>]", "not [<__main__.Part object at 0x7f12>]"));
        assert!(!is_same_elsewhere("<class 'shop.Item'>", "<class '__main__.Part'>"));
        assert!(!is_same_elsewhere("<class 'shop.Item'>", "<class 'shop.Item'>"));
        assert!(!is_same_elsewhere("shop.Item", "5"));
    }
}
