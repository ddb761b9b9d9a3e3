//! What is another thing in each run of a script or on each machine, and what a run here is free to choose: the hash seed, the time of day, the
//! time zone, the width of the terminal, the working folder and what else lies in it, the size of the disk, process ids. (What the memory looks like is
//! another thing in each server.)
//!
//! Examples see the usual circumstances. What an example shows under others, too, isn't an accident of them.

use std::{fmt, str::FromStr};

use super::protocol::{Content, Given};

/// The circumstances of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Circumstances {
    /// The same in each run, but for the time.
    #[default]
    Usual,
    /// Others, each with another hash seed; else the numbers make no difference.
    Other {
        /// Which of them.
        number: u8,
        /// The working folder isn't empty.
        crowded: bool,
    },
}

/// Files of a working folder that isn't empty, one of each kind that examples look for. Their names are nobody's module.
const LEFT: [&str; 6] = ["left-here.txt", "left-here.py", "left-here.md", "left-here.json", "left-here.csv", "left-here.log"];

impl Circumstances {
    /// What of them is the same for all examples of a server: what lies in the working folder is each one's own.
    pub fn of_server(self) -> Circumstances {
        match self {
            Circumstances::Usual => Circumstances::Usual,
            Circumstances::Other { number, .. } => Circumstances::Other { number, crowded: false },
        }
    }

    /// What an example is given that has nothing of its own in its working folder.
    pub fn given(self) -> Option<Given> {
        let files = || LEFT.map(|name| (name.to_owned(), Content::Text("5\n".to_owned()))).into();
        matches!(self, Circumstances::Other { crowded: true, .. }).then(|| Given { files: files(), ..Given::default() })
    }

    /// `PYTHONHASHSEED`.
    pub fn hash_seed(self) -> u32 {
        match self {
            Circumstances::Usual => 0,
            Circumstances::Other { number, .. } => 2_654_435 + 40_503 * u32::from(number),
        }
    }

    /// The working folder's place in the one that is meant for it.
    pub fn subfolder(self) -> Option<&'static str> {
        self.of(None, Some("again"))
    }

    /// Process ids to pass over, so that those of examples are others.
    pub fn skipped_ids(self) -> u32 {
        self.of(0, 40)
    }

    /// `TZ`: the other one is hours and minutes away.
    pub fn time_zone(self) -> &'static str {
        self.of("UTC", "Asia/Kathmandu")
    }

    /// `COLUMNS`.
    pub fn columns(self) -> &'static str {
        self.of("80", "120")
    }

    /// Bytes of the disk, as a private root shows it.
    pub fn disk_size(self) -> u64 {
        self.of(1 << 20, 333 << 30)
    }

    /// By how much the time of day is ahead of the real one, in nanoseconds: another year, month, weekday, hour, minute and second.
    pub fn clock_ahead(self) -> Option<i64> {
        const SECOND: i64 = 1_000_000_000;
        const DAYS: i64 = 86_400;
        self.of(None, Some((401 * DAYS + 5 * 3600 + 17 * 60 + 11) * SECOND))
    }

    fn of<T>(self, usual: T, other: T) -> T {
        match self {
            Circumstances::Usual => usual,
            Circumstances::Other { .. } => other,
        }
    }
}

const USUAL: &str = "usual";
const OTHER: &str = "other";

/// The name of a server's.
impl fmt::Display for Circumstances {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Circumstances::Usual => formatter.write_str(USUAL),
            Circumstances::Other { number, .. } => write!(formatter, "{OTHER}{number}"),
        }
    }
}

impl FromStr for Circumstances {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == USUAL {
            return Ok(Circumstances::Usual);
        }
        let number = text.strip_prefix(OTHER).and_then(|number| number.parse().ok());
        number.map(|number| Circumstances::Other { number, crowded: false }).ok_or_else(|| format!("no circumstances are called `{text}`"))
    }
}
