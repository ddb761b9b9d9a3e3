//! What is another thing in each run of a script or on each machine, and what a run here is free to choose: the hash seed, the time of day, the
//! time zone, the width of the terminal, the working folder and what else lies in it, the size of the disk, process ids. (What the memory looks like is
//! another thing in each server.)
//!
//! Examples see the usual circumstances. What an example shows under others, too, isn't an accident of them.

use std::{fmt, str::FromStr};

/// The circumstances of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Circumstances {
    /// The same in each run, but for the time.
    #[default]
    Usual,
    /// Others, each with another hash seed; else the numbers make no difference.
    Other(u8),
    /// Such others, in a working folder that isn't empty.
    Crowded(u8),
}

/// Files of a working folder that isn't empty, one of each kind that examples look for. Their names are nobody's module.
const LEFT: [&str; 6] = ["left-here.txt", "left-here.py", "left-here.md", "left-here.json", "left-here.csv", "left-here.log"];

impl Circumstances {
    /// `PYTHONHASHSEED`.
    pub fn hash_seed(self) -> u32 {
        match self {
            Circumstances::Usual => 0,
            Circumstances::Other(number) | Circumstances::Crowded(number) => 2_654_435 + 40_503 * u32::from(number),
        }
    }

    /// The working folder's place in the one that is meant for it.
    pub fn subfolder(self) -> Option<&'static str> {
        (self != Circumstances::Usual).then_some("again")
    }

    /// Files that lie in the working folder.
    pub fn files(self) -> &'static [&'static str] {
        match self {
            Circumstances::Crowded(_) => &LEFT,
            Circumstances::Usual | Circumstances::Other(_) => &[],
        }
    }

    /// Process ids to pass over, so that those of examples are others.
    pub fn skipped_ids(self) -> u32 {
        match self {
            Circumstances::Usual => 0,
            Circumstances::Other(_) | Circumstances::Crowded(_) => 40,
        }
    }

    /// `TZ`: the other one is hours and minutes away.
    pub fn time_zone(self) -> &'static str {
        match self {
            Circumstances::Usual => "UTC",
            Circumstances::Other(_) | Circumstances::Crowded(_) => "Asia/Kathmandu",
        }
    }

    /// `COLUMNS`.
    pub fn columns(self) -> &'static str {
        match self {
            Circumstances::Usual => "80",
            Circumstances::Other(_) | Circumstances::Crowded(_) => "120",
        }
    }

    /// Bytes of the disk, as a private root shows it.
    pub fn disk_size(self) -> u64 {
        match self {
            Circumstances::Usual => 1 << 20,
            Circumstances::Other(_) | Circumstances::Crowded(_) => 333 << 30,
        }
    }

    /// By how much the time of day is ahead of the real one, in nanoseconds: another year, month, weekday, hour, minute and second.
    pub fn clock_ahead(self) -> Option<i64> {
        const SECOND: i64 = 1_000_000_000;
        const DAYS: i64 = 86_400;
        (self != Circumstances::Usual).then_some((401 * DAYS + 5 * 3600 + 17 * 60 + 11) * SECOND)
    }
}

const USUAL: &str = "usual";
const OTHER: &str = "other";
const CROWDED: &str = "crowded";

impl fmt::Display for Circumstances {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Circumstances::Usual => formatter.write_str(USUAL),
            Circumstances::Other(number) => write!(formatter, "{OTHER}{number}"),
            Circumstances::Crowded(number) => write!(formatter, "{CROWDED}{number}"),
        }
    }
}

impl FromStr for Circumstances {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == USUAL {
            return Ok(Circumstances::Usual);
        }
        let numbered = |word| text.strip_prefix(word)?.parse().ok();
        let other = numbered(OTHER).map(Circumstances::Other);
        other.or_else(|| numbered(CROWDED).map(Circumstances::Crowded)).ok_or_else(|| format!("no circumstances are called `{text}`"))
    }
}
