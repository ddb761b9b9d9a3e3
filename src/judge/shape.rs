//! The shape of a display: what a repr, or a claim about one, is made of.
//!
//! Reprs aren't all Python (`<class 'A'>`, `deque([1, 2])`, `2024-01-31`), so this is no Python parser: whatever isn't understood stays
//! raw text. Two shapes are compared leniently in what a writer leaves out (quotes, blanks, the order of sets and dictionaries, items
//! behind an ellipsis, names for what they denote) and strictly in the rest: `1`, `1.0` and `True` are three things.

use super::text::{fits, has_ellipsis, squeeze, without_addresses};

mod parse;

pub(super) use parse::parse;

/// What a display is made of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// A string, by its content.
    Str(String),
    /// A bytes literal, by its content as written, escapes and all.
    Bytes(String),
    /// A whole number in decimal digits, with a sign if negative.
    Int(String),
    /// A number with a point or exponent; the second is how it's written.
    Float(f64, String),
    /// A name, dotted or not: also `True`, `None`, `nan`.
    Word(String),
    /// `<…>`, without address.
    Angle(String),
    /// `[…]`
    List(Vec<Shape>),
    /// `(…)`, or items without brackets.
    Tuple(Vec<Shape>),
    /// `{…}` without colons.
    Set(Vec<Shape>),
    /// `{…: …}`; an ellipsis is an entry of two.
    Dict(Vec<(Shape, Shape)>),
    /// `name(…)` with positional and named arguments.
    Call(String, Vec<(Option<String>, Shape)>),
    /// `...`
    Ellipsis,
    /// Anything else, squeezed.
    Raw(String),
}

/// How a claimed shape compares with a seen one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// They say the same.
    Same,
    /// A name in the claim may denote what was seen.
    Unclear,
    /// They don't.
    Different,
}

use Likeness::{Different, Same, Unclear};

impl Shape {
    /// Whether it is made of literals alone, so that nothing needs to be evaluated to know what it means.
    pub(super) fn is_literal(&self) -> bool {
        match self {
            Shape::Str(_) | Shape::Bytes(_) | Shape::Int(_) | Shape::Float(..) => true,
            Shape::Word(word) => is_constant(word),
            Shape::List(items) | Shape::Tuple(items) | Shape::Set(items) => items.iter().all(Shape::is_literal),
            Shape::Dict(entries) => entries.iter().all(|(key, value)| key.is_literal() && value.is_literal()),
            Shape::Angle(_) | Shape::Call(..) | Shape::Ellipsis | Shape::Raw(_) => false,
        }
    }

    /// Whether it is a display of items: `[…]`, `(…)`, `{…}`.
    pub(super) fn is_container(&self) -> bool {
        matches!(self, Shape::List(_) | Shape::Tuple(_) | Shape::Set(_) | Shape::Dict(_))
    }

    /// Whether it is, in a text, an object or items that show their addresses and nothing else.
    pub(super) fn is_of_addresses(&self, text: &str) -> bool {
        let is_angle = |shape: &Shape| matches!(shape, Shape::Angle(_));
        let count = match self {
            Shape::Angle(_) => 1,
            Shape::List(items) | Shape::Tuple(items) | Shape::Set(items) if items.iter().all(is_angle) => items.len(),
            Shape::Dict(entries) if entries.iter().all(|(_, value)| is_angle(value)) => entries.len(),
            _ => return false,
        };
        count > 0 && text.matches(" at 0x").count() >= count
    }

    /// The items of a sequence or set.
    pub(super) fn items(&self) -> Option<&[Shape]> {
        match self {
            Shape::List(items) | Shape::Tuple(items) | Shape::Set(items) => Some(items),
            _ => None,
        }
    }
}

/// Compares a claimed shape with a seen one.
pub(super) fn compare(claimed: &Shape, seen: &Shape) -> Likeness {
    match (claimed, seen) {
        (Shape::Ellipsis, _) => Same,
        (Shape::Str(claimed), Shape::Str(seen)) | (Shape::Bytes(claimed), Shape::Bytes(seen)) => {
            same_if(claimed == seen || fits(claimed, seen))
        }
        (Shape::Int(claimed), Shape::Int(seen)) => same_if(claimed == seen),
        (Shape::Float(claimed, _), Shape::Float(seen, _)) => same_if(claimed == seen || (claimed.is_nan() && seen.is_nan())),
        (Shape::List(claimed), Shape::List(seen)) | (Shape::Tuple(claimed), Shape::Tuple(seen)) => compare_items(claimed, seen),
        (Shape::Set(claimed), Shape::Set(seen)) => compare_sets(claimed, seen),
        (Shape::Dict(claimed), Shape::Dict(seen)) => compare_entries(claimed, seen),
        // `{}` is the empty dictionary; a set of an ellipsis alone may be meant for either.
        (Shape::Set(claimed), Shape::Dict(seen)) if claimed == &[Shape::Ellipsis] => same_if(!seen.is_empty()),
        (Shape::Call(name, claimed), Shape::Call(other, seen)) => match same_name(name, other) {
            true => compare_arguments(claimed, seen),
            false => Different,
        },
        (Shape::Call(..) | Shape::Raw(_), Shape::Angle(_)) => Unclear,
        (Shape::Angle(claimed), Shape::Angle(seen)) => {
            same_if(claimed == seen || fits(claimed, seen) || is_short(claimed, seen) || is_name_alone(claimed, seen))
        }
        (Shape::Word(word), Shape::Angle(seen)) => match denoted(seen) {
            Some(name) => same_if(same_name(word, name)),
            None if is_constant(word) => Different,
            None => Unclear,
        },
        (Shape::Word(claimed), Shape::Word(seen)) if same_name(claimed, seen) => Same,
        (Shape::Word(claimed), _) => {
            if is_constant(claimed) {
                Different
            } else {
                Unclear
            }
        }
        (Shape::Raw(claimed), Shape::Raw(seen)) => same_if(claimed == seen || fits(claimed, seen)),
        // An operation or something else that only evaluation settles.
        (Shape::Raw(_), _) => Unclear,
        // A name for it may equal it: a member of an enumeration, for one.
        (_, Shape::Word(seen)) if !is_constant(seen) => Unclear,
        _ => Different,
    }
}

/// Whether two names may be the same: one may leave out modules and classes in front.
pub(super) fn same_name(claimed: &str, seen: &str) -> bool {
    let ends = |long: &str, short: &str| long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    !claimed.is_empty() && !seen.is_empty() && (ends(claimed, seen) || ends(seen, claimed))
}

/// Whether `<Pot object>` is claimed of `<kitchen.Pot object at 0x…>`, which stands here without `object`.
fn is_short(claimed: &str, seen: &str) -> bool {
    let name = |text: &str, end: &str| text.strip_prefix('<').and_then(|text| text.split_once(end)).map(|(name, _)| name.to_owned());
    let is_plain = claimed.ends_with(" object>") || claimed.ends_with(" instance>");
    let claimed = claimed.replace(" instance>", " object>");
    is_plain && name(&claimed, " object>").zip(name(seen, " at 0x")).is_some_and(|(claimed, seen)| same_name(&claimed, &seen))
}

/// Whether `<pour>` is claimed of `<function pour at 0x…>`.
fn is_name_alone(claimed: &str, seen: &str) -> bool {
    let name = claimed.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
    let is_name = |name: &&str| name.chars().all(|char| char.is_alphanumeric() || matches!(char, '_' | '.'));
    name.filter(is_name).zip(denoted(seen)).is_some_and(|(name, seen)| same_name(name, seen))
}

fn same_if(same: bool) -> Likeness {
    if same { Same } else { Different }
}

fn is_constant(word: &str) -> bool {
    matches!(word, "True" | "False" | "None" | "NotImplemented" | "Ellipsis" | "nan" | "inf" | "-inf")
}

/// The name of what `<class 'a.B'>`, `<function f at 0x>`, `<Color.RED: 1>` stand for.
fn denoted(angle: &str) -> Option<&str> {
    let inner = angle.strip_prefix('<')?.strip_suffix('>')?;
    let words: Vec<&str> = inner.split_whitespace().collect();
    match words.as_slice() {
        ["class" | "module" | "enum" | "flag", name, ..] => Some(name.trim_matches(['\'', '"'])),
        ["function" | "method" | "cyfunction", name, ..] => Some(name),
        ["built-in", "function" | "method", name, ..] => Some(name.trim_end_matches('>')),
        ["bound", "method", name, ..] => Some(name),
        // A member of an enumeration; its text is squeezed.
        [first, ..] => first.split_once(':').map(|(name, _)| name).filter(|name| name.contains('.')),
        _ => None,
    }
}

/// In order. An ellipsis stands for one item or more: who writes `[1, 2, ...]` says that there is more.
fn compare_items(claimed: &[Shape], seen: &[Shape]) -> Likeness {
    let mut parts = claimed.split(|item| *item == Shape::Ellipsis);
    let first = parts.next().unwrap_or_default();
    let rest: Vec<&[Shape]> = parts.collect();
    if rest.is_empty() {
        return if first.len() == seen.len() { compare_pairs(first, seen) } else { Different };
    }
    if seen.len() < claimed.len() {
        return Different;
    }
    let (start, mut tail) = seen.split_at(first.len());
    let mut likeness = compare_pairs(first, start);
    for (index, part) in rest.iter().enumerate() {
        let earliest = 1;
        let last = index + 1 == rest.len();
        let Some(latest) = tail.len().checked_sub(part.len()).filter(|latest| *latest >= earliest) else { return Different };
        let mut candidates = if last { latest..=latest } else { earliest..=latest };
        let Some((best, at)) =
            candidates.by_ref().map(|at| (compare_pairs(part, &tail[at..]), at)).min_by_key(|(likeness, at)| (*likeness, *at))
        else {
            return Different;
        };
        likeness = likeness.max(best);
        tail = &tail[at + part.len()..];
    }
    likeness
}

/// Pairwise, as far as the claimed ones go.
fn compare_pairs(claimed: &[Shape], seen: &[Shape]) -> Likeness {
    claimed.iter().zip(seen).map(|(claimed, seen)| compare(claimed, seen)).max().unwrap_or(Same)
}

fn compare_sets(claimed: &[Shape], seen: &[Shape]) -> Likeness {
    compare_unordered(claimed, seen, |item| *item == Shape::Ellipsis, compare)
}

fn compare_entries(claimed: &[(Shape, Shape)], seen: &[(Shape, Shape)]) -> Likeness {
    compare_unordered(
        claimed,
        seen,
        |(key, _)| *key == Shape::Ellipsis,
        |claimed, seen| {
            // Entries with different keys are different entries, whatever their values.
            compare(&claimed.0, &seen.0).max(compare(&claimed.1, &seen.1))
        },
    )
}

/// Each claimed one needs a partner of its own; an ellipsis stands for those that are left, one at least.
fn compare_unordered<T>(claimed: &[T], seen: &[T], is_ellipsis: impl Fn(&T) -> bool, compare: impl Fn(&T, &T) -> Likeness) -> Likeness {
    let named: Vec<&T> = claimed.iter().filter(|item| !is_ellipsis(item)).collect();
    let open = named.len() < claimed.len();
    if if open { seen.len() <= named.len() } else { seen.len() != named.len() } {
        return Different;
    }
    let mut free: Vec<&T> = seen.iter().collect();
    let mut unclear = Vec::new();
    for item in named {
        match free.iter().position(|seen| compare(item, seen) == Same) {
            Some(at) => drop(free.swap_remove(at)),
            None => unclear.push(item),
        }
    }
    match unclear.iter().all(|item| free.iter().any(|seen| compare(item, seen) == Unclear)) {
        true if unclear.is_empty() => Same,
        true => Unclear,
        false => Different,
    }
}

/// Positional ones in order, named ones in any.
fn compare_arguments(claimed: &[(Option<String>, Shape)], seen: &[(Option<String>, Shape)]) -> Likeness {
    let positional = |arguments: &[(Option<String>, Shape)]| -> Vec<Shape> {
        arguments.iter().filter(|(name, value)| name.is_none() && *value != Shape::Ellipsis).map(|(_, value)| value.clone()).collect()
    };
    let open = claimed.iter().any(|(name, value)| name.is_none() && *value == Shape::Ellipsis);
    let (mut wanted, given) = (positional(claimed), positional(seen));
    if open && wanted.len() < given.len() {
        wanted.push(Shape::Ellipsis);
    }
    let named = |(name, value): &(Option<String>, Shape)| name.as_ref().map(|name| (Shape::Str(name.clone()), value.clone()));
    let mut wanted_named: Vec<_> = claimed.iter().filter_map(named).collect();
    let given_named: Vec<_> = seen.iter().filter_map(named).collect();
    if open && wanted_named.len() < given_named.len() {
        wanted_named.push((Shape::Ellipsis, Shape::Ellipsis));
    }
    compare_items(&wanted, &given).max(compare_entries(&wanted_named, &given_named))
}

/// Raw text as it is compared.
fn raw(text: &str) -> Shape {
    if has_ellipsis(text) && text.trim_matches(['.', '…']).is_empty() {
        return Shape::Ellipsis;
    }
    Shape::Raw(squeeze(text))
}

/// `<…>` as it is compared.
fn angle(text: &str) -> Shape {
    Shape::Angle(squeeze(&without_addresses(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(claimed: &str, seen: &str) -> Likeness {
        compare(&parse(claimed).expect(claimed), &parse(seen).expect(seen))
    }

    #[test]
    fn same() {
        for (claimed, seen) in [
            ("\"a\"", "'a'"),
            ("'it\\'s'", "\"it's\""),
            ("0x10", "16"),
            ("1_000", "1000"),
            ("1e3", "1000.0"),
            ("[1,2]", "[1, 2]"),
            ("{'b': 2, 'a': 1}", "{'a': 1, 'b': 2}"),
            ("{3, 1}", "{1, 3}"),
            ("[0, 1, ...]", "[0, 1, 4]"),
            ("[0, 1, ..., 9]", "[0, 1, 4, 6, 9]"),
            ("['apple', …]", "['apple', 'pear']"),
            ("{'a': 1, ...}", "{'b': 2, 'a': 1}"),
            ("'abc...'", "'abcdef'"),
            ("[D, B, object]", "[<class '__main__.D'>, <class '__main__.B'>, <class 'object'>]"),
            ("list", "<class 'list'>"),
            ("Color.RED", "<Color.RED: 1>"),
            ("<function f at 0x7f12>", "<function f at 0x55aa>"),
            ("<Foo object at 0x...>", "<__main__.Foo object at 0x55aa>"),
            ("Point(y=2, x=1)", "Point(x=1, y=2)"),
            ("CacheInfo(hits=98, ...)", "CacheInfo(hits=98, misses=1)"),
            ("1, 2", "(1, 2)"),
            ("(1)", "1"),
            ("(1,)", "(1,)"),
            ("1+2j", "(1+2j)"),
            ("b\"ab\"", "b'ab'"),
            ("array('i', [42])", "array('i', [42])"),
            ("datetime.date(2024, 1, 2)", "date(2024, 1, 2)"),
            ("[[1, 2], {'k': (3,)}]", "[[1, 2], {'k': (3,)}]"),
            ("-5", "-5"),
            ("nan", "nan"),
        ] {
            assert_eq!(likeness(claimed, seen), Same, "{claimed} | {seen}");
        }
    }

    #[test]
    fn different() {
        for (claimed, seen) in [
            ("1", "True"),
            ("1", "1.0"),
            ("1", "'1'"),
            ("True", "1"),
            ("None", "False"),
            ("'a'", "b'a'"),
            ("'a b'", "'a  b'"),
            ("[1, 2]", "(1, 2)"),
            ("[1, 2]", "[2, 1]"),
            ("[1, 2]", "[1, 2, 3]"),
            ("[1, 2, ...]", "[1, 2]"),
            ("[1, ..., 3]", "[1, 3]"),
            ("[0, 1, ..., 9]", "[0, 1, 4, 8]"),
            ("{1, 1}", "{1}"),
            ("{}", "set()"),
            ("{'a': 1}", "{'a': 2}"),
            ("{'a': 1, ...}", "{'a': 1}"),
            ("[D, C]", "[<class '__main__.D'>, <class '__main__.B'>]"),
            ("Point(x=1, y=3)", "Point(x=1, y=2)"),
            ("Point(1)", "Pair(1)"),
            ("Point(a=1)", "Point(x=1)"),
            ("<class 'int'>", "<class 'str'>"),
            ("(1,)", "1"),
        ] {
            assert_eq!(likeness(claimed, seen), Different, "{claimed} | {seen}");
        }
    }

    #[test]
    fn unclear() {
        for (claimed, seen) in
            [("[x, 2]", "[1, 2]"), ("Point(1, 2)", "<__main__.Point object at 0x1>"), ("2 ** 10", "1024"), ("x", "1"), ("1", "Color.RED")]
        {
            assert_eq!(likeness(claimed, seen), Unclear, "{claimed} | {seen}");
        }
    }
}
