//! Names of the standard library that speak for themselves: `Counter("tea")` needs no import for a reader.

use std::collections::BTreeSet;

/// By module, the names of it that hardly mean anything else.
#[rustfmt::skip]
const NAMES: [(&str, &str); 25] = [
    ("abc", "ABC ABCMeta abstractmethod"),
    ("bisect", "bisect_left bisect_right insort"),
    ("collections", "ChainMap Counter OrderedDict UserDict UserList defaultdict deque namedtuple"),
    ("concurrent.futures", "ProcessPoolExecutor ThreadPoolExecutor as_completed"),
    ("contextlib", "ExitStack contextmanager redirect_stdout suppress"),
    ("copy", "deepcopy"),
    ("dataclasses", "FrozenInstanceError asdict astuple dataclass"),
    ("datetime", "timedelta timezone"),
    ("decimal", "Decimal ROUND_CEILING ROUND_DOWN ROUND_FLOOR ROUND_HALF_DOWN ROUND_HALF_EVEN ROUND_HALF_UP ROUND_UP getcontext localcontext"),
    ("enum", "Enum Flag IntEnum IntFlag StrEnum auto"),
    ("fractions", "Fraction"),
    ("functools", "cached_property cmp_to_key lru_cache partial reduce singledispatch total_ordering wraps"),
    ("heapq", "heapify heappop heappush nlargest nsmallest"),
    ("io", "BytesIO StringIO"),
    ("itertools", "accumulate combinations combinations_with_replacement dropwhile groupby islice pairwise permutations starmap takewhile zip_longest"),
    ("math", "factorial gcd isclose sqrt"),
    ("operator", "attrgetter itemgetter methodcaller"),
    ("pathlib", "Path PurePath PurePosixPath PureWindowsPath"),
    ("pprint", "pprint"),
    ("statistics", "fmean geometric_mean harmonic_mean multimode pstdev pvariance stdev"),
    ("string", "ascii_letters ascii_lowercase ascii_uppercase"),
    ("textwrap", "dedent"),
    ("types", "MappingProxyType SimpleNamespace"),
    ("typing", "Any Callable ClassVar Dict Generic Iterable Iterator List Literal Mapping NamedTuple NewType Optional Protocol Sequence Tuple TypeVar TypedDict Union"),
    ("zoneinfo", "ZoneInfo"),
];

/// The statement that imports such a name, given what a piece of code uses of it where that is nothing but attributes, and the text above that.
pub(super) fn import(name: &str, attributes: Option<&BTreeSet<String>>, above: &str) -> Option<String> {
    // The class and its module have the same name: `datetime(2024, 5, 1)`, `datetime.now()`.
    const OF_CLASS: [&str; 8] = ["combine", "fromisoformat", "fromtimestamp", "max", "min", "now", "strptime", "utcnow"];
    let is_class = |attributes: &BTreeSet<String>| attributes.iter().any(|attribute| OF_CLASS.contains(&attribute.as_str()));
    if name == "datetime" && attributes.is_none_or(is_class) {
        return Some("from datetime import datetime".to_owned());
    }
    let (module, _) = NAMES.iter().find(|(_, names)| names.split(' ').any(|known| known == name))?;
    (!is_headed_otherwise(name, module, above)).then(|| format!("from {module} import {name}"))
}

/// Whether the last line above that is nothing but the name as one of a module, like a heading, has another module: `teapots.Counter`.
fn is_headed_otherwise(name: &str, module: &str, above: &str) -> bool {
    let marks = |c: char| c.is_whitespace() || "#`*=()".contains(c);
    let mut modules = above.lines().rev().filter_map(|line| line.trim_matches(marks).strip_suffix(name)?.strip_suffix('.'));
    let is_dotted = |other: &str| other.split('.').all(|part| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_'));
    modules.find(|other| is_dotted(other)).is_some_and(|other| other != module)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_speak_for_themselves() {
        let attributes = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>());
        for (name, used, expected) in [
            ("Counter", None, Some("from collections import Counter")),
            ("Path", attributes(&["cwd"]), Some("from pathlib import Path")),
            ("datetime", None, Some("from datetime import datetime")),
            ("datetime", attributes(&["now"]), Some("from datetime import datetime")),
            ("datetime", attributes(&["date"]), None),
            ("count", None, None),
            ("tea", None, None),
        ] {
            assert_eq!(import(name, used.as_ref(), "# collections.Counter()\n").as_deref(), expected, "{name}");
        }
        for above in ["# teapots.Counter()\n", "collections.Counter\n\nteapots.hot.Counter\n------\n"] {
            assert_eq!(import("Counter", None, above), None, "{above}");
        }
        for above in ["As in teapots.Counter\n\nof Counter\n", "teapots.Counter\n\ncollections.Counter\n"] {
            assert!(import("Counter", None, above).is_some(), "{above}");
        }
    }
}
