//! What an example is given besides its code: files in its working folder, standard input, environment variables, arguments, a clock.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

/// What an example is given. Nothing of it costs anything where it isn't asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// Files in the working folder, by their relative paths.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, Content>,
    /// What descriptor 0 gives before its end; nothing, where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stdin: Option<String>,
    /// Environment variables.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, String>,
    /// `sys.argv[1:]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<String>,
    /// The clock that its Python code sees.
    #[serde(default, skip_serializing_if = "Clock::is_real")]
    pub clock: Clock,
}

impl Given {
    /// Whether it is given nothing.
    pub fn is_empty(&self) -> bool {
        *self == Given::default()
    }

    /// Adds what an example is given that runs before this one, in the same process: its files and variables where this one has none of
    /// their name, its input before this one's, its clock where this one has the real one. Arguments are each example's own.
    pub fn add_earlier(&mut self, earlier: &Given) {
        for (name, content) in &earlier.files {
            self.files.entry(name.clone()).or_insert_with(|| content.clone());
        }
        for (name, value) in &earlier.variables {
            self.variables.entry(name.clone()).or_insert_with(|| value.clone());
        }
        if let Some(before) = &earlier.stdin {
            self.stdin = Some(format!("{before}{}", self.stdin.as_deref().unwrap_or_default()));
        }
        if self.clock.is_real() {
            self.clock = earlier.clock;
        }
    }

    /// Bytes of all its files.
    pub fn size(&self) -> u64 {
        self.files.values().map(Content::size).fold(0, u64::saturating_add)
    }
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// This text, in UTF-8.
    Text(String),
    /// These bytes.
    Bytes(Vec<u8>),
    /// So many lines, each made from a pattern in which `{n}` is the line's number from 1.
    Lines {
        /// How many.
        count: u64,
        /// One line, without its end.
        pattern: String,
    },
    /// So many bytes.
    Filled {
        /// How many.
        size: u64,
        /// Lines as of [`Content::Lines`], the last one cut off; where there is none, all bytes are 0.
        pattern: Option<String>,
    },
}

impl Content {
    /// Its bytes, at most (the digits of a line's number are counted for the last one).
    pub fn size(&self) -> u64 {
        match self {
            Content::Text(text) => text.len() as u64,
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::Filled { size, .. } => *size,
            Content::Lines { count, pattern } => {
                let numbers = pattern.matches(LINE_NUMBER).count() as u64;
                let digits = u64::from(count.max(&1).ilog10()) + 1;
                let line = (pattern.len() as u64 + 1).saturating_add(numbers * digits);
                count.saturating_mul(line.saturating_sub(numbers * LINE_NUMBER.len() as u64))
            }
        }
    }
}

/// What stands for the number of a line in a pattern.
pub const LINE_NUMBER: &str = "{n}";

/// The clock that an example's Python code sees.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// The system's.
    #[default]
    Real,
    /// The time of day stands still at this time.
    Frozen(Timestamp),
    /// Time passes by waiting alone, and at once. The time of day begins at this time, or at the real one.
    Virtual(Option<Timestamp>),
}

impl Clock {
    /// Whether it's the system's.
    pub fn is_real(&self) -> bool {
        *self == Clock::Real
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Clock::Real => formatter.write_str("real"),
            Clock::Frozen(at) => write!(formatter, "frozen {at}"),
            Clock::Virtual(None) => formatter.write_str("virtual"),
            Clock::Virtual(Some(start)) => write!(formatter, "virtual {start}"),
        }
    }
}

/// A time: nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

const NANOSECONDS: i64 = 1_000_000_000;
const DAY: i64 = 86_400;

impl Timestamp {
    /// Reads RFC 3339: a date, or date and time, with `Z` or an offset (UTC without one). The error is a sentence.
    pub fn parse(text: &str) -> Result<Timestamp, String> {
        let unreadable = || format!("`{text}` is no time; write it as in `2024-01-31T12:00:00Z`");
        read(text.trim()).ok_or_else(unreadable)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, fraction) = (self.0.div_euclid(NANOSECONDS), self.0.rem_euclid(NANOSECONDS));
        let (year, month, day) = date(seconds.div_euclid(DAY));
        let second = seconds.rem_euclid(DAY);
        write!(formatter, "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)?;
        if fraction != 0 {
            write!(formatter, ".{}", format!("{fraction:09}").trim_end_matches('0'))?;
        }
        formatter.write_str("Z")
    }
}

fn read(text: &str) -> Option<Timestamp> {
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<i64>().ok()).flatten();
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (text.get(..at)?, text.get(at + 1..)?),
        None => (text, "00:00:00Z"),
    };
    let [year, month, day] = date.split('-').map(number).collect::<Option<Vec<_>>>()?.try_into().ok()?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    // Nanoseconds in 64 bits reach about as far.
    if !(1700..=2260).contains(&year) || !(1..=length).contains(&day) {
        return None;
    }
    let (clock, offset) = match time.find(['Z', 'z', '+', '-']) {
        Some(at) => (time.get(..at)?, time.get(at..)?),
        None => (time, "Z"),
    };
    let offset = match offset.split_at_checked(1)? {
        ("Z" | "z", "") => 0,
        (sign @ ("+" | "-"), offset) => {
            let (hours, minutes) = offset.split_once(':')?;
            let seconds = number(hours).filter(|hours| *hours < 24)? * 3600 + number(minutes).filter(|minutes| *minutes < 60)? * 60;
            if sign == "+" { seconds } else { -seconds }
        }
        _ => return None,
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    if fraction.is_empty() || fraction.len() > 9 {
        return None;
    }
    let nanoseconds = number(&format!("{fraction:0<9}"))?;
    let mut parts = clock.split(':').map(number).collect::<Option<Vec<_>>>()?;
    if parts.len() == 2 {
        parts.push(0);
    }
    let [hour, minute, second] = parts.try_into().ok()?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = days(year, month, day) * DAY + hour * 3600 + minute * 60 + second - offset;
    Some(Timestamp(seconds * NANOSECONDS + nanoseconds))
}

/// Days since 1970-01-01. Years are counted from March, so that the day that comes and goes is the last of its year.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of so many days since 1970-01-01.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (year + era * 400 + next, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_shown() {
        for (text, shown, seconds) in [
            ("1970-01-01", "1970-01-01T00:00:00Z", 0),
            ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z", 1_704_067_200),
            ("2024-02-29 23:59:59", "2024-02-29T23:59:59Z", 1_709_251_199),
            ("2024-01-01T01:30+01:30", "2024-01-01T00:00:00Z", 1_704_067_200),
            ("1969-12-31T23:00:00-01:00", "1970-01-01T00:00:00Z", 0),
            ("1900-03-01", "1900-03-01T00:00:00Z", -2_203_891_200),
        ] {
            let time = Timestamp::parse(text).unwrap();
            assert_eq!((time.to_string().as_str(), time.0), (shown, seconds * NANOSECONDS), "{text}");
        }
        assert_eq!(Timestamp::parse("2024-01-01T00:00:00.25Z").unwrap().to_string(), "2024-01-01T00:00:00.25Z");
        for text in
            ["", "now", "2024", "2024-13-01", "2023-02-29", "2024-01-01T25:00", "2024-01-01T00:00:00+1", "9999-01-01", "2024-01-01Tü"]
        {
            assert!(Timestamp::parse(text).unwrap_err().contains("is no time"), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_time_that_is_shown_is_read_again(nanoseconds in -8_000_000_000_000_000_000i64..9_000_000_000_000_000_000) {
            let time = Timestamp(nanoseconds);
            proptest::prop_assert_eq!(Timestamp::parse(&time.to_string()), Ok(time));
        }

        #[test]
        fn any_text_is_a_time_or_an_error(text in ".{0,30}") {
            let _ = Timestamp::parse(&text);
        }
    }

    #[test]
    fn what_ran_before_is_given_its_part() {
        let text = |text: &str| Content::Text(text.to_owned());
        let mut given = Given {
            files: [("a".to_owned(), text("own"))].into(),
            stdin: Some("2\n".to_owned()),
            args: vec!["own".to_owned()],
            ..Given::default()
        };
        given.add_earlier(&Given {
            files: [("a".to_owned(), text("theirs")), ("b".to_owned(), text("theirs"))].into(),
            stdin: Some("1\n".to_owned()),
            args: vec!["theirs".to_owned()],
            clock: Clock::Virtual(None),
            ..Given::default()
        });
        assert_eq!(given.files, [("a".to_owned(), text("own")), ("b".to_owned(), text("theirs"))].into());
        assert_eq!((given.stdin.as_deref(), given.args), (Some("1\n2\n"), vec!["own".to_owned()]));
        assert_eq!(given.clock, Clock::Virtual(None));
    }

    #[test]
    fn the_size_of_lines_is_never_too_small() {
        let lines = Content::Lines { count: 100, pattern: "{n},x".to_owned() };
        assert_eq!(lines.size(), 600);
        assert_eq!(Content::Lines { count: 0, pattern: String::new() }.size(), 0);
        assert_eq!(Content::Lines { count: u64::MAX, pattern: "x".to_owned() }.size(), u64::MAX);
    }
}
