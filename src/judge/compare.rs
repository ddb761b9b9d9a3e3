//! Whether a claimed text agrees with a value, or with what was printed.

use std::{borrow::Cow, sync::LazyLock};

use regex::Regex;

use crate::run::protocol::{QueryAnswer, Seen};

use super::{
    number::is_rounded,
    reason::Reason,
    shape::{Likeness, Shape, compare, parse, same_name},
    text::{fits, lines, split_commas, squeeze, without_addresses, without_colours, without_scalar_types},
};

/// Whether something agrees with a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Agreed {
    Yes,
    No,
    /// It can't be said, and why.
    Unknown(Reason),
}

/// Whether a value is what a claim says: the same text as its repr or `str`, or the same thing written differently, or an equal one.
///
/// `1`, `1.0` and `True` are three values here, though Python calls them equal: a writer who claims one of them shows a type.
pub(super) fn value(claimed: &str, seen: &Seen, answer: Option<&QueryAnswer>) -> Agreed {
    let claimed = claimed.trim();
    if let Cow::Owned(repr) = without_scalar_types(&seen.repr)
        && !claimed.contains("np.")
        && value(claimed, &Seen { repr, ..seen.clone() }, answer) == Agreed::Yes
    {
        return Agreed::Yes;
    }
    let shape = parse(claimed);
    if lines(claimed) == lines(&seen.repr)
        || fits(claimed, &seen.repr) && !claimed.starts_with("...")
        || is_its_str(claimed, shape.as_ref(), seen)
    {
        return Agreed::Yes;
    }
    // A text of several lines, as it's written in code: the line ends beside the quotes are those of the page.
    if seen.r#type == "str"
        && (claimed.starts_with("\"\"\"") || claimed.starts_with("'''"))
        && let (Some(Shape::Str(content)), Some(text)) = (&shape, &seen.str)
        && lines(content) == lines(text)
    {
        return Agreed::Yes;
    }
    // No repr of a text has a line end in it: it was put there to make the line shorter.
    if seen.r#type == "str" && claimed.starts_with(['\'', '"']) && claimed.contains('\n') && squeeze(claimed) == squeeze(&seen.repr) {
        return Agreed::Yes;
    }
    let equal = answer.and_then(|answer| answer.equal);
    if seen.truncated {
        return match equal {
            Some(true) => Agreed::Yes,
            _ if shape == Some(Shape::Ellipsis) || fits(&squeeze(claimed), &squeeze(&seen.repr)) => Agreed::Yes,
            Some(false) => Agreed::No,
            None => Agreed::Unknown(Reason::new("compare", "its repr is too long to compare")),
        };
    }
    // No value has an empty line in it: what stands behind one is none of it.
    let is_one = |shape: &Shape| matches!(shape, Shape::Str(_)) || !claimed.lines().any(|line| line.trim().is_empty());
    let of_text = is_of_text(shape.as_ref(), seen);
    let (Some(claimed_shape), Some(seen_shape)) = (shape.filter(is_one), parse(&seen.repr)) else {
        return of_text.unwrap_or_else(|| text_only(claimed, &seen.repr, equal));
    };
    if claimed_shape == Shape::Ellipsis && seen.repr != "Ellipsis" {
        return Agreed::Unknown(Reason::new("soft", "the claim is nothing but an ellipsis"));
    }
    let likeness = compare(&claimed_shape, &seen_shape);
    match (likeness, equal) {
        (Likeness::Same, _) => Agreed::Yes,
        // Literals on both sides say all there is to say; that Python calls them equal means that only their types differ.
        (_, Some(true)) if claimed_shape.is_literal() && seen_shape.is_literal() => Agreed::No,
        // `deque([1], maxlen=2)` equals one without a limit, but says something else.
        (_, Some(true)) if differs_in_argument(&claimed_shape, &seen_shape) => Agreed::No,
        (_, Some(true)) => Agreed::Yes,
        (_, equal) => unlike(claimed, &claimed_shape, seen, &seen_shape, likeness, equal, answer),
    }
}

/// Whether a text was printed: the same lines, or the same content in the claim's quotes, or the same thing written differently.
pub(super) fn printed(claimed: &str, output: &str) -> bool {
    let (wanted, given) = (lines(claimed), lines(output));
    if wanted == given {
        return true;
    }
    if let Cow::Owned(plain) = without_scalar_types(output)
        && !claimed.contains("np.")
        && printed(claimed, &plain)
    {
        return true;
    }
    if let Some(left) = left_on_terminal(output)
        && printed(claimed, &left)
    {
        return true;
    }
    if let Some(inner) = in_fence(output).filter(|_| !claimed.contains("```")) {
        return printed(claimed, inner);
    }
    if [claimed, output].iter().any(|text| text.contains(is_variation)) {
        let plain = |text: &str| text.replace(is_variation, "");
        return printed(&plain(claimed), &plain(output));
    }
    let shapes = (parse(claimed.trim()), parse(output.trim()));
    if let (Some(Shape::Str(content)), _) = &shapes
        && (without_newline(output) == content
            || (lines(content) == given && content.contains('\n'))
            || fits(content, without_newline(output)))
    {
        return true;
    }
    // Of `003.1` the zeros count: a format made them.
    let has_zeros = |text: &str| {
        let digits = text.trim().trim_start_matches(['-', '+']);
        digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit()
    };
    if has_zeros(claimed) || has_zeros(output) {
        return squeeze(claimed) == squeeze(output);
    }
    if let (Some(claimed_shape), Some(seen_shape)) = &shapes {
        match compare(claimed_shape, seen_shape) {
            Likeness::Same if *claimed_shape != Shape::Ellipsis => return true,
            // Blanks within quotes count; what follows here doesn't see them.
            Likeness::Different if claimed_shape.is_literal() && (seen_shape.is_literal() || matches!(claimed_shape, Shape::Str(_))) => {
                return is_several_arguments(claimed, output);
            }
            _ => {}
        }
    }
    let (claimed, output) = (squeeze(claimed), squeeze(output));
    claimed == output || fits(&claimed, &output) || is_several_arguments(&claimed, &output)
}

/// What was printed between the marks of a fence: a page that shows it has a fence of its own.
fn in_fence(output: &str) -> Option<&str> {
    let (word, inner) = output.trim().strip_prefix("```")?.split_once('\n')?;
    let is_word = word.trim_end().chars().all(|c| c.is_alphanumeric() || "+-_".contains(c));
    inner.strip_suffix("```").filter(|_| is_word)
}

/// What chooses between two looks of the character before, and can't be seen.
fn is_variation(c: char) -> bool {
    matches!(c, '\u{fe0e}' | '\u{fe0f}')
}

/// What is left on a terminal of an output that erased or overwrote some of it: IPython erases where a notebook would clear the output of a cell, and
/// keeps the last text until the next one; a bar of progress returns to the start of its line; and colours aren't seen in a document.
fn left_on_terminal(output: &str) -> Option<String> {
    let output = without_colours(output);
    const ERASE: &str = "\u{1b}[2K";
    let kept = output.rsplit(ERASE).map(|part| part.trim_start_matches('\r')).find(|part| !part.trim().is_empty()).unwrap_or_default();
    let line = |line: &str| without_erased(line.trim_end_matches('\r').rsplit('\r').next().unwrap_or_default());
    let left = kept.split('\n').map(line).collect::<Vec<_>>().join("\n");
    (matches!(output, Cow::Owned(_)) || left != output.replace("\r\n", "\n")).then_some(left)
}

/// A line without the characters that a backspace takes back, and without that.
fn without_erased(line: &str) -> String {
    let mut left = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '\u{8}' => drop(left.pop()),
            _ => left.push(c),
        }
    }
    left
}

/// Whether lines were printed, in order; a line of an ellipsis alone stands for any lines.
pub(super) fn printed_lines(claimed: &[String], output: &[&str]) -> bool {
    let same = |part: &[String], lines: &[&str]| part.iter().zip(lines).all(|(claimed, line)| printed(claimed, line));
    let parts: Vec<&[String]> = claimed.split(|line| matches!(line.trim(), "..." | "…")).collect();
    let [first, inner @ .., last] = parts.as_slice() else {
        return claimed.len() == output.len() && same(claimed, output);
    };
    if output.len() < first.len() + last.len() || !same(first, output) || !same(last, &output[output.len() - last.len()..]) {
        return false;
    }
    let mut rest = &output[first.len()..output.len() - last.len()];
    inner.iter().all(|part| {
        let at = (0..=rest.len().saturating_sub(part.len())).find(|at| rest.len() >= at + part.len() && same(part, &rest[*at..]));
        rest = at.map_or(&[], |at| &rest[at + part.len()..]);
        at.is_some()
    })
}

/// `print("a", 1)` claimed as `a, 1` or `'a', 1`: the arguments with commas between them.
fn is_several_arguments(claimed: &str, output: &str) -> bool {
    let items = split_commas(claimed);
    if items.len() < 2 || claimed.starts_with(['(', '[', '{']) {
        return false;
    }
    let bare = items.iter().map(|item| match parse(item) {
        Some(Shape::Str(content)) => content,
        _ => (*item).to_owned(),
    });
    squeeze(&bare.collect::<Vec<_>>().join(" ")) == squeeze(output)
}

fn without_newline(output: &str) -> &str {
    output.strip_suffix("\r\n").or_else(|| output.strip_suffix('\n')).unwrap_or(output)
}

/// Whether an unquoted claim is what `str` shows. Not `42` for `'42'`: that would be another type.
fn is_its_str(claimed: &str, shape: Option<&Shape>, seen: &Seen) -> bool {
    let Some(text) = &seen.str else { return false };
    // `0b11` is never how a number shows: it's the text that `bin` gives. And commas alone make no tuple of `Hello, World!`.
    let shows_radix = ["0b", "0x", "0o"].iter().any(|mark| claimed.trim_start_matches('-').to_ascii_lowercase().starts_with(mark));
    let in_brackets = claimed.starts_with(['(', '[', '{']);
    // Quotes that no repr has in brackets are those of JSON: it's the text.
    let is_json = in_brackets && claimed.contains('"') && !claimed.contains('\'') && text.contains('"');
    let shows_other = |shape: &Shape| (shape.is_literal() && !shows_radix) || (shape.is_container() && in_brackets);
    if seen.r#type == "str" && !is_json && shape.is_some_and(shows_other) {
        return false;
    }
    let (claimed, text) = (squeeze(claimed), squeeze(text));
    !claimed.is_empty() && (claimed == text || fits(&claimed, &text))
}

/// Texts of which one has no shape.
fn text_only(claimed: &str, repr: &str, equal: Option<bool>) -> Agreed {
    let (claimed, repr) = (squeeze(claimed), squeeze(repr));
    if claimed == repr || fits(&claimed, &repr) || equal == Some(true) { Agreed::Yes } else { Agreed::No }
}

/// What isn't the same and wasn't found equal.
fn unlike(
    claimed: &str,
    claimed_shape: &Shape,
    seen: &Seen,
    seen_shape: &Shape,
    likeness: Likeness,
    equal: Option<bool>,
    answer: Option<&QueryAnswer>,
) -> Agreed {
    if let (Shape::Float(_, wanted), Shape::Float(_, given)) = (claimed_shape, seen_shape)
        && is_rounded(wanted, given)
    {
        return Agreed::Unknown(Reason::new("approximate", format!("claimed rounded: it is {given}")));
    }
    if matches!(claimed_shape, Shape::Call(..) | Shape::Word(_) | Shape::Raw(_)) && is_default_repr(&seen.repr) {
        return Agreed::Unknown(Reason::new("address", format!("the `{}` shows nothing but its address", seen.r#type)));
    }
    // A text without quotes, which isn't this one.
    if matches!(claimed_shape, Shape::Word(_) | Shape::Raw(_)) && seen.r#type == "str" {
        return Agreed::No;
    }
    if let Shape::Call(name, arguments) = seen_shape
        && (claimed_shape.is_container() || matches!(claimed_shape, Shape::Str(_) | Shape::Int(_) | Shape::Float(..)))
        && arguments.iter().any(|(name, value)| name.is_none() && compare(claimed_shape, value) == Likeness::Same)
    {
        return Agreed::Unknown(Reason::new("compare", format!("it is a `{name}` of that")));
    }
    if let Some(agreed) = is_of_text(Some(claimed_shape), seen) {
        return agreed;
    }
    if let Some(agreed) = number_begins(claimed, seen) {
        return agreed;
    }
    match (likeness, equal) {
        (_, Some(false)) | (Likeness::Different, None) => Agreed::No,
        _ if are_near(claimed_shape, seen_shape) || differs_in_a_literal(claimed, &seen.repr) => Agreed::No,
        _ => match answer.and_then(|answer| answer.expression_error.as_deref()) {
            Some(error) => Agreed::Unknown(Reason::new("compare", format!("the claim can't be evaluated: {error}"))),
            None => Agreed::Unknown(Reason::new("compare", "the claim could not be compared with what was seen")),
        },
    }
}

/// What is said of an object that isn't a text, and whose text is the claimed one without its quotes.
fn is_of_text(claimed: Option<&Shape>, seen: &Seen) -> Option<Agreed> {
    let Some(Shape::Str(content)) = claimed else { return None };
    let is_text = seen.r#type != "str" && seen.str.as_ref() == Some(content);
    is_text.then(|| Agreed::Unknown(Reason::new("compare", format!("it is a `{}` whose text is that", seen.r#type))))
}

/// Whether two texts are so near to each other that the words in the claimed one can't denote what is seen: a word and another one, lists of the same
/// items in another order, or with another word among items that are the same.
fn are_near(claimed: &Shape, seen: &Shape) -> bool {
    if let (Shape::Word(_), Shape::Word(_)) = (claimed, seen) {
        return claimed != seen;
    }
    let ((Shape::List(claimed), Shape::List(seen)) | (Shape::Tuple(claimed), Shape::Tuple(seen))) = (claimed, seen) else { return false };
    let others: Vec<_> = claimed.iter().zip(seen).filter(|(claimed, seen)| claimed != seen).collect();
    let are_words = |(claimed, seen): &(&Shape, &Shape)| matches!((claimed, seen), (Shape::Word(_), Shape::Word(_)));
    let is_moved = |(claimed, _): &(&Shape, &Shape)| seen.contains(claimed);
    let is_one = others.len() == 1 && claimed.len() > 2;
    claimed.len() == seen.len() && !others.is_empty() && others.iter().all(|pair| are_words(pair) && (is_one || is_moved(pair)))
}

/// So many words and numbers of a text hardly agree with those of another one by chance.
const MANY_PARTS: usize = 8;

/// Whether two texts differ in one number or one word in quotes, and in nothing else: neither denotes the other. Among many others that are the same, a
/// bare word doesn't, either.
fn differs_in_a_literal(claimed: &str, seen: &str) -> bool {
    let whole = claimed;
    let (claimed, seen) = with_as_many_digits(claimed, seen);
    // Whoever leaves digits out shows the others.
    let are_few = claimed == whole;
    let parts = |text: &str| text.split_inclusive(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>();
    let (claimed, seen) = (parts(&squeeze(&claimed)), parts(&squeeze(&seen)));
    let mut others = (0..claimed.len().min(seen.len())).filter(|&at| claimed[at] != seen[at]);
    let (Some(at), None, true) = (others.next(), others.next(), claimed.len() == seen.len() && (claimed.len() > 3 || !are_few)) else {
        return false;
    };
    let bare = |part: &str| part.trim_end_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let same_end = claimed[at][bare(&claimed[at]).len()..] == seen[at][bare(&seen[at]).len()..];
    let is_number = |part: &String| !bare(part).is_empty() && bare(part).chars().all(|c| c.is_ascii_digit());
    let is_quoted = claimed[..at].concat().matches(['\'', '"']).count() % 2 == 1;
    let is_word = |part: &String| bare(part).starts_with(char::is_alphabetic);
    let are_words = claimed.len() >= MANY_PARTS && is_word(&claimed[at]) && is_word(&seen[at]);
    same_end && (is_quoted || are_words || is_number(&claimed[at]) && is_number(&seen[at]))
}

/// Two texts, the floats of the seen one cut off where those of the claimed one are: `size=1.25...`.
fn with_as_many_digits(claimed: &str, seen: &str) -> (String, String) {
    static FLOAT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\d+\.\d+(\.\.\.|…)?").expect("a pattern"));
    let floats: Vec<regex::Captures> = FLOAT.captures_iter(claimed).collect();
    if floats.len() != FLOAT.find_iter(seen).count() {
        return (claimed.to_owned(), seen.to_owned());
    }
    let mut wanted = floats.iter();
    let cut = FLOAT.replace_all(seen, |own: &regex::Captures| {
        let mark = wanted.next().and_then(|float| Some((float[0].len(), float.get(1)?.len())));
        let length = mark.map_or(own[0].len(), |(whole, mark)| whole - mark);
        own[0].get(..length).unwrap_or(&own[0]).to_owned()
    });
    let shown = FLOAT.replace_all(claimed, |own: &regex::Captures| own[0].trim_end_matches(['.', '…']).to_owned());
    (shown.into_owned(), cut.into_owned())
}

/// Whether two calls of the same name give a keyword other literal values, or have other texts at the same places.
fn differs_in_argument(claimed: &Shape, seen: &Shape) -> bool {
    let (Shape::Call(claimed_name, claimed), Shape::Call(seen_name, seen)) = (claimed, seen) else { return false };
    let other = |(name, value): &(Option<String>, Shape)| {
        let same = seen.iter().find(|(seen_name, _)| name.is_some() && seen_name == name);
        same.is_some_and(|(_, seen)| value.is_literal() && seen.is_literal() && compare(value, seen) == Likeness::Different)
    };
    // `Network('192.0.2.1/0')` equals `Network('182.0.2.1/0')`, and isn't shown so. That a text is written in capitals, or with zeros at its end, may be meant.
    let plain = |text: &str| text.trim_end_matches(['0', '.']).to_lowercase();
    let is_other_text = |(one, other): (&Shape, &Shape)| match (one, other) {
        (Shape::Str(one), Shape::Str(other)) => plain(one) != plain(other) && one.len() == other.len(),
        _ => false,
    };
    let values = claimed.iter().map(|(_, value)| value).zip(seen.iter().map(|(_, value)| value));
    let has_other_text = claimed.len() == seen.len() && values.into_iter().any(is_other_text);
    same_name(claimed_name, seen_name) && (claimed.iter().any(other) || has_other_text)
}

/// Whether a number begins as claimed: `3.14159...`, whose last digit may be rounded.
fn number_begins(claimed: &str, seen: &Seen) -> Option<Agreed> {
    let digits = claimed.trim().strip_suffix("...").or_else(|| claimed.trim().strip_suffix('…'))?;
    let (shown, value) = (digits.parse::<f64>().ok()?, seen.repr.parse::<f64>().ok()?);
    let places = digits.split_once('.').map_or(0, |(_, places)| places.len());
    if digits.contains(['e', 'E', '_']) || seen.repr.starts_with(digits) {
        return None;
    }
    let rounded = (shown - value).abs() <= 10_f64.powi(-i32::try_from(places).ok()?);
    Some(if rounded { Agreed::Unknown(Reason::new("approximate", format!("claimed rounded: it is {}", seen.repr))) } else { Agreed::No })
}

/// `<__main__.A object at 0x…>`
fn is_default_repr(repr: &str) -> bool {
    let bare = without_addresses(repr);
    bare.starts_with('<') && bare.ends_with(" at 0x>") && repr.contains(" object at ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_other_literal() {
        for (claimed, seen) in [
            ("Pot(kind='hot', *lid='tea')", "Pot(kind='hot', *lid='milk')"),
            ("Pot(size=5, *lid=None)", "Pot(size=6, *lid=None)"),
            ("<Pot [a b] 5", "<Pot [a b] 7"),
            ("Pot(1, 2, 3, 4, 5, 6, tea, 8)", "Pot(1, 2, 3, 4, 5, 6, milk, 8)"),
            ("Pot(size=18.4135..., lid=1.0)", "Pot(size=18.0135273, lid=1.0)"),
        ] {
            assert!(differs_in_a_literal(claimed, seen), "{claimed}");
        }
        for (claimed, seen) in [
            ("Pot(size=FULL, lid=5)", "Pot(size=9, lid=5)"),
            ("Pot(1, 2, tea)", "Pot(1, 2, milk)"),
            ("Pot(kind='hot', lid='tea')", "Pot(kind='cold', lid='milk')"),
            ("Pot(size=5)", "Pot(size=5, lid=None)"),
            ("Pot(5)", "Pot(5)"),
            ("Pot(size=18.0135..., lid=1.0)", "Pot(size=18.0135273, lid=1.0)"),
            ("5", "6"),
        ] {
            assert!(!differs_in_a_literal(claimed, seen), "{claimed}");
        }
    }

    #[test]
    fn calls_with_other_arguments() {
        let differs = |claimed: &str, seen: &str| differs_in_argument(&parse(claimed).expect("a shape"), &parse(seen).expect("a shape"));
        for (claimed, seen) in [("Net('182.0.2.1/0')", "Net('192.0.2.1/0')"), ("deque([1], maxlen=2)", "deque([1], maxlen=3)")] {
            assert!(differs(claimed, seen), "{claimed}");
        }
        for (claimed, seen) in [
            ("Net('192.0.2.1')", "Net('192.0.2.1/32')"),
            ("Decimal('1.50')", "Decimal('1.5')"),
            ("Color('#FFF')", "Color('#fff')"),
            ("Fraction(2, 4)", "Fraction(1, 2)"),
            ("Net('182.0.2.1/0')", "Other('192.0.2.1/0')"),
        ] {
            assert!(!differs(claimed, seen), "{claimed}");
        }
    }
}
