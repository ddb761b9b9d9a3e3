//! What front matter gives to examples besides their code: files, standard input, environment variables, arguments, a clock.
//!
//! Each key speaks of all examples of its file, or of single ones by their ids.

use std::{collections::BTreeMap, ops::Deref};

use serde::{Deserialize, Deserializer, de::Error};
use serde_yaml::{Mapping, Value};

use super::FrontMatter;
use crate::run::protocol::{Clock, Content, Given, Timestamp};

/// A value for all examples of a file, and values for single ones.
#[derive(Debug, Clone, PartialEq)]
pub struct PerExample<T> {
    /// For each example of the file.
    pub all: Option<T>,
    /// By example.
    pub examples: BTreeMap<String, T>,
}

impl<T> Default for PerExample<T> {
    fn default() -> Self {
        PerExample { all: None, examples: BTreeMap::new() }
    }
}

impl<T> PerExample<T> {
    /// That of an example: its own, else the one for all.
    pub fn of(&self, example: &str) -> Option<&T> {
        self.examples.get(example).or(self.all.as_ref())
    }
}

/// What can be given to all examples of a file and to single ones by the same key.
pub trait Need: for<'de> Deserialize<'de> {
    /// Whether an entry of a mapping speaks of all examples. Else its key is an example's id.
    fn speaks_of_all(key: &str, value: &Value) -> bool;
}

impl<'de, T: Need> Deserialize<'de> for PerExample<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = |value| serde_yaml::from_value(value).map_err(D::Error::custom);
        let entries = match Value::deserialize(deserializer)? {
            Value::Mapping(entries) => entries,
            Value::Null => return Ok(PerExample::default()),
            value => return Ok(PerExample { all: Some(read(value)?), examples: BTreeMap::new() }),
        };
        let mut all = Mapping::new();
        let mut examples = BTreeMap::new();
        for (key, value) in entries {
            match key.as_str() {
                Some(id) if !T::speaks_of_all(id, &value) => {
                    let own = serde_yaml::from_value(value).map_err(|error| D::Error::custom(format!("`{id}`: {error}")))?;
                    examples.insert(id.to_owned(), own);
                }
                _ => drop(all.insert(key, value)),
            }
        }
        let all = (!all.is_empty()).then(|| read(Value::Mapping(all))).transpose()?;
        Ok(PerExample { all, examples })
    }
}

/// What standard input gives.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Input(String);

impl Need for Input {
    fn speaks_of_all(_: &str, _: &Value) -> bool {
        false
    }
}

/// Arguments.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Arguments(Vec<Scalar>);

impl Need for Arguments {
    fn speaks_of_all(_: &str, _: &Value) -> bool {
        false
    }
}

/// Environment variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variables(BTreeMap<String, Scalar>);

impl Need for Variables {
    fn speaks_of_all(_: &str, value: &Value) -> bool {
        !value.is_mapping()
    }
}

impl<'de> Deserialize<'de> for Variables {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let variables = BTreeMap::<String, Scalar>::deserialize(deserializer)?;
        match variables.iter().find_map(|(name, value)| refused_variable(name, value)) {
            Some(why) => Err(D::Error::custom(why)),
            None => Ok(Variables(variables)),
        }
    }
}

/// Why a variable can't be set.
fn refused_variable(name: &str, value: &str) -> Option<String> {
    if name.is_empty() || name.contains(['=', '\0']) {
        return Some(format!("`{name}` is no name of an environment variable"));
    }
    if value.contains('\0') {
        return Some(format!("`{name}`: a variable can't hold a NUL character"));
    }
    if name.starts_with("PYTHON") || name.starts_with("LD_") {
        return Some(format!("`{name}` would do nothing: the interpreter runs already when the example starts"));
    }
    None
}

/// Files, by their paths in the working folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files(BTreeMap<String, Content>);

impl Need for Files {
    fn speaks_of_all(_: &str, value: &Value) -> bool {
        match value {
            Value::Mapping(entries) => entries.keys().any(|key| key.as_str().is_some_and(|key| MADE.contains(&key))),
            _ => true,
        }
    }
}

impl<'de> Deserialize<'de> for Files {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut files = BTreeMap::new();
        for (name, value) in BTreeMap::<String, Value>::deserialize(deserializer)? {
            if let Some(why) = refused_path(&name) {
                return Err(D::Error::custom(format!("`{name}` can't be a file for an example: {why}")));
            }
            let content = content(value).map_err(|error| D::Error::custom(format!("`{name}`: {error}")))?;
            files.insert(name, content);
        }
        Ok(Files(files))
    }
}

/// Why a file can't be laid into the working folder.
pub(crate) fn refused_path(name: &str) -> Option<&'static str> {
    let mut parts = name.split('/');
    if name.is_empty() || name.contains('\0') || name.starts_with('/') || parts.any(|part| matches!(part, "" | "." | "..")) {
        return Some("give a relative path below the working folder, as in `data/table.csv`");
    }
    (name == "main.py").then_some("the example itself is `main.py`")
}

/// The keys of a file that is made.
const MADE: [&str; 4] = ["base64", "size", "lines", "pattern"];

/// A file that isn't written out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Made {
    base64: Option<String>,
    size: Option<Value>,
    lines: Option<u64>,
    pattern: Option<String>,
}

/// What a file holds, as it's written.
pub(super) fn content(value: Value) -> Result<Content, String> {
    if !value.is_mapping() {
        let text: Scalar = serde_yaml::from_value(value).map_err(|error| error.to_string())?;
        return Ok(Content::Text(text.0));
    }
    let made: Made = serde_yaml::from_value(value).map_err(|error| crate::hint::on_unknown_field(&error.to_string()))?;
    match made {
        Made { base64: Some(text), size: None, lines: None, pattern: None } => bytes_of_base64(&text).map(Content::Bytes),
        Made { base64: None, size: Some(size), lines: None, pattern } => {
            let pattern = pattern.map(one_line).transpose()?;
            Ok(Content::Filled { size: bytes_of_size(&size)?, pattern })
        }
        Made { base64: None, size: None, lines: Some(count), pattern: Some(pattern) } => {
            Ok(Content::Lines { count, pattern: one_line(pattern)? })
        }
        _ => {
            Err("a file is a text, `{ base64: … }`, `{ size: 10MB }`, `{ size: 10MB, pattern: … }` or `{ lines: 1000, pattern: … }`"
                .to_owned())
        }
    }
}

fn one_line(pattern: String) -> Result<String, String> {
    if pattern.contains('\n') { Err("`pattern` is one line, without its end".to_owned()) } else { Ok(pattern) }
}

/// Bytes of `10MB`, `64KiB` or a plain number of them.
pub(super) fn bytes_of_size(size: &Value) -> Result<u64, String> {
    const UNITS: [(&str, u64); 7] =
        [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1)];
    if let Some(bytes) = size.as_u64() {
        return Ok(bytes);
    }
    let text = size.as_str().unwrap_or_default().trim();
    let unit = UNITS.iter().find_map(|(unit, bytes)| Some((text.strip_suffix(unit)?.trim_end(), bytes)));
    let bytes = unit.and_then(|(number, bytes)| number.parse::<u64>().ok()?.checked_mul(*bytes));
    bytes.ok_or_else(|| format!("`size: {}` is no size; write bytes, or as in `10MB` or `64KiB`", shown(size)))
}

pub(super) fn shown(value: &Value) -> String {
    serde_yaml::to_string(value).unwrap_or_default().trim().to_owned()
}

/// The bytes that base64 (RFC 4648, with white space between) stands for.
fn bytes_of_base64(text: &str) -> Result<Vec<u8>, String> {
    let wrong = || "`base64` holds what isn't base64".to_owned();
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let padding = digits.iter().rev().take_while(|byte| **byte == b'=').count();
    if !digits.len().is_multiple_of(4) || padding > 2 {
        return Err(wrong());
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3);
    for group in digits[..digits.len() - padding].chunks(4) {
        let mut bits = 0u32;
        for digit in group {
            let value = match digit {
                b'A'..=b'Z' => digit - b'A',
                b'a'..=b'z' => digit - b'a' + 26,
                b'0'..=b'9' => digit - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return Err(wrong()),
            };
            bits = bits << 6 | u32::from(value);
        }
        bits <<= 6 * (4 - group.len());
        bytes.extend(&bits.to_be_bytes()[1..group.len()]);
    }
    Ok(bytes)
}

impl Need for Clock {
    fn speaks_of_all(key: &str, _: &Value) -> bool {
        ["real", "frozen", "virtual"].contains(&key)
    }
}

/// The clock as front matter writes it.
pub(super) fn clocks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PerExample<Clock>, D::Error> {
    let PerExample { all, examples } = PerExample::<WrittenClock>::deserialize(deserializer)?;
    Ok(PerExample { all: all.map(|clock| clock.0), examples: examples.into_iter().map(|(id, clock)| (id, clock.0)).collect() })
}

struct WrittenClock(Clock);

impl Need for WrittenClock {
    fn speaks_of_all(key: &str, value: &Value) -> bool {
        Clock::speaks_of_all(key, value)
    }
}

impl<'de> Deserialize<'de> for WrittenClock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const FORMS: &str = "write `real`, `virtual`, `{ virtual: 2024-01-31T12:00:00Z }` or `{ frozen: 2024-01-31T12:00:00Z }`";
        let value = Value::deserialize(deserializer)?;
        let time = |time: &Value| Timestamp::parse(time.as_str().unwrap_or(&shown(time))).map_err(D::Error::custom);
        let clock = match &value {
            Value::String(name) if name == "real" => Clock::Real,
            Value::String(name) if name == "virtual" => Clock::Virtual(None),
            Value::Mapping(entries) if entries.len() == 1 => match (entries.get("frozen"), entries.get("virtual")) {
                (Some(at), None) => Clock::Frozen(time(at)?),
                (None, Some(start)) => Clock::Virtual(Some(time(start)?)),
                _ => return Err(D::Error::custom(format!("`{}` is no clock; {FORMS}", shown(&value)))),
            },
            _ => return Err(D::Error::custom(format!("`{}` is no clock; {FORMS}", shown(&value)))),
        };
        Ok(WrittenClock(clock))
    }
}

/// A text; a number or truth value stands for its text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Scalar(String);

impl Deref for Scalar {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Scalar(text)),
            value @ (Value::Number(_) | Value::Bool(_)) => Ok(Scalar(shown(&value))),
            value => Err(D::Error::custom(format!("`{}` isn't a text", shown(&value)))),
        }
    }
}

impl FrontMatter {
    /// What an example is given.
    pub fn given(&self, example: &str) -> Given {
        let mut given = Given {
            stdin: self.stdin.of(example).map(|input| input.0.clone()),
            args: self.args.of(example).map(|args| args.0.iter().map(|arg| arg.0.clone()).collect()).unwrap_or_default(),
            clock: self.clock.of(example).copied().unwrap_or_default(),
            ..Given::default()
        };
        // An example's own files and variables come to those of all.
        for files in [&self.files.all, &self.files.examples.get(example).cloned()].into_iter().flatten() {
            given.files.extend(files.0.iter().map(|(name, content)| (name.clone(), content.clone())));
        }
        for variables in [&self.env.all, &self.env.examples.get(example).cloned()].into_iter().flatten() {
            given.variables.extend(variables.0.iter().map(|(name, value)| (name.clone(), value.0.clone())));
        }
        given
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(yaml: &str) -> FrontMatter {
        serde_yaml::from_str(yaml).unwrap()
    }

    #[track_caller]
    fn refused(yaml: &str, why: &str) {
        let error = serde_yaml::from_str::<FrontMatter>(yaml).unwrap_err().to_string();
        assert!(error.contains(why), "{yaml}: {error}");
    }

    #[test]
    fn values_are_for_all_examples_or_for_one() {
        let front_matter = read("stdin: one\nargs: { own: [-n, 3, true] }\nenv: { PORT: 80, own: { DEBUG: 'yes', PORT: 81 } }\n");
        let (own, other) = (front_matter.given("own"), front_matter.given("other"));
        assert_eq!((own.stdin.as_deref(), other.stdin.as_deref()), (Some("one"), Some("one")));
        assert_eq!((own.args, other.args), (vec!["-n".to_owned(), "3".to_owned(), "true".to_owned()], vec![]));
        let variables = |pairs: &[(&str, &str)]| pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        assert_eq!(own.variables, variables(&[("DEBUG", "yes"), ("PORT", "81")]));
        assert_eq!(other.variables, variables(&[("PORT", "80")]));
        assert!(read("question: x").given("own").is_empty());
    }

    #[test]
    fn files_are_texts_bytes_or_made() {
        let front_matter = read(
            "files:\n  a.txt: 'x'\n  b.bin: { base64: AAEC/w== }\n  own: { c: { size: 2KiB }, d: { lines: 3, pattern: '{n}' }, e: { size: 5, pattern: ab } }\n",
        );
        let files = |given: Given| given.files.into_iter().collect::<Vec<_>>();
        let text = |text: &str| Content::Text(text.to_owned());
        let all = [("a.txt".to_owned(), text("x")), ("b.bin".to_owned(), Content::Bytes(vec![0, 1, 2, 255]))];
        assert_eq!(files(front_matter.given("other")), all);
        let made = [
            ("c".to_owned(), Content::Filled { size: 2048, pattern: None }),
            ("d".to_owned(), Content::Lines { count: 3, pattern: "{n}".to_owned() }),
            ("e".to_owned(), Content::Filled { size: 5, pattern: Some("ab".to_owned()) }),
        ];
        assert_eq!(files(front_matter.given("own")), [&all[..], &made].concat());
    }

    #[test]
    fn clocks_are_for_all_examples_or_for_one() {
        let front_matter = read("clock: { frozen: 2024-01-01T00:00:00Z, own: virtual, third: { virtual: 2024-01-02 } }");
        assert_eq!(front_matter.given("own").clock, Clock::Virtual(None));
        assert_eq!(front_matter.given("other").clock.to_string(), "frozen 2024-01-01T00:00:00Z");
        assert_eq!(front_matter.given("third").clock.to_string(), "virtual 2024-01-02T00:00:00Z");
        assert_eq!(read("clock: virtual").given("x").clock, Clock::Virtual(None));
    }

    #[test]
    fn what_cannot_be_given_is_refused() {
        refused("files: { ../x: a }", "relative path");
        refused("files: { /etc/passwd: a }", "relative path");
        refused("files: { main.py: a }", "the example itself");
        refused("files: { a: [1] }", "isn't a text");
        refused("files: { a: { size: much } }", "`size: much` is no size");
        refused("files: { a: { size: 1, lines: 2 } }", "a file is a text");
        refused("files: { a: { lines: 2 } }", "a file is a text");
        refused("files: { a: { size: 1, patern: x } }", "did you mean `pattern`");
        refused("files: { a: { base64: '???' } }", "isn't base64");
        refused("env: { PYTHONHASHSEED: 1 }", "would do nothing");
        refused("env: { own: { A=B: 1 } }", "no name of an environment variable");
        refused("args: -n", "invalid type");
        refused("stdin: [a]", "invalid type");
        refused("clock: frozen", "is no clock");
        refused("clock: { own: fast }", "is no clock");
        refused("clock: { frozen: yesterday }", "is no time");
    }

    #[test]
    fn base64_is_read_as_it_is_written() {
        for (text, bytes) in [("", &b""[..]), ("Zg==", b"f"), ("Zm8=", b"fo"), ("Zm9v", b"foo"), ("Zm9v\n Yg==", b"foob")] {
            assert_eq!(bytes_of_base64(text).as_deref(), Ok(bytes), "{text}");
        }
        for text in ["Z", "Zg=", "Z===", "Zg==Zg==", "Zm9ü"] {
            assert!(bytes_of_base64(text).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_front_matter_is_read_or_refused(yaml in "(files|stdin|env|args|clock): [a-z0-9{}:, \\[\\]'.=/]{0,40}") {
            let _ = serde_yaml::from_str::<FrontMatter>(&yaml);
        }
    }
}
