//! Limits as configuration and front matter give them: each may be left out, and the nearest word counts.
//!
//! A number may be given for all examples (configuration), for those of a document and for a single one (front matter).

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Deserializer, de::Error};

use crate::run::protocol::Limits;

/// Processor time that an example has for each second of wall time, where none is given: four processors kept busy.
const PROCESSORS: u32 = 4;
/// Open files that Python itself needs, and a few.
const LEAST_OPEN_FILES: u64 = 16;

/// What may be given. What is left out is taken from the next further word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LimitSettings {
    /// Wall time, seconds.
    pub timeout: Option<f64>,
    /// Processor time of all processes, seconds.
    pub cpu_time: Option<f64>,
    /// Memory, bytes.
    pub memory: Option<u64>,
    /// Output, bytes.
    pub output: Option<u64>,
    /// Processes and threads at once.
    pub processes: Option<u64>,
    /// Open files of each process.
    pub open_files: Option<u64>,
    /// Size of a file, bytes.
    pub file_size: Option<u64>,
    /// Size of the scratch folder, bytes.
    pub scratch_size: Option<u64>,
}

impl LimitSettings {
    /// These, and where they say nothing, the others.
    pub fn or(self, further: LimitSettings) -> LimitSettings {
        LimitSettings {
            timeout: self.timeout.or(further.timeout),
            cpu_time: self.cpu_time.or(further.cpu_time),
            memory: self.memory.or(further.memory),
            output: self.output.or(further.output),
            processes: self.processes.or(further.processes),
            open_files: self.open_files.or(further.open_files),
            file_size: self.file_size.or(further.file_size),
            scratch_size: self.scratch_size.or(further.scratch_size),
        }
    }

    /// The limits, the defaults filled in.
    pub fn limits(self) -> Limits {
        let default = Limits::default();
        let seconds = |seconds: f64| Duration::try_from_secs_f64(seconds).ok();
        let time = self.timeout.and_then(seconds).unwrap_or(default.time);
        Limits {
            time,
            cpu_time: self.cpu_time.and_then(seconds).unwrap_or(time.saturating_mul(PROCESSORS)),
            memory: self.memory.unwrap_or(default.memory),
            output: self.output.unwrap_or(default.output),
            processes: self.processes.unwrap_or(default.processes),
            open_files: self.open_files.unwrap_or(default.open_files),
            file_size: self.file_size.unwrap_or(default.file_size),
            scratch_size: self.scratch_size.unwrap_or(default.scratch_size),
        }
    }

    /// Refuses what no example could run with; the error is a sentence.
    pub fn check(&self) -> Result<(), String> {
        for (name, seconds) in [("timeout", self.timeout), ("cpu-time", self.cpu_time)] {
            if let Some(seconds) = seconds.filter(|seconds| !(*seconds > 0.0 && seconds.is_finite())) {
                return Err(format!("`limits.{name}` is {seconds}; give seconds above 0"));
            }
        }
        for (name, number, least) in [
            ("memory", self.memory, 1),
            ("processes", self.processes, 1),
            ("open-files", self.open_files, LEAST_OPEN_FILES),
            ("scratch-size", self.scratch_size, 1 << 20),
        ] {
            if let Some(number) = number.filter(|number| *number < least) {
                return Err(format!("`limits.{name}` is {number}; give at least {least}"));
            }
        }
        Ok(())
    }
}

/// Limits in front matter: of all examples of the file, and of single ones. What stands under a map is an example's:
/// `{ timeout: 20, area: { memory: 536870912 } }`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileLimits {
    /// Of each example of the file.
    pub all: LimitSettings,
    /// By example.
    pub examples: BTreeMap<String, LimitSettings>,
}

impl FileLimits {
    /// Those of an example, its own before the file's.
    pub fn of(&self, example: &str) -> LimitSettings {
        self.examples.get(example).copied().unwrap_or_default().or(self.all)
    }
}

impl<'de> Deserialize<'de> for FileLimits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut all = serde_yaml::Mapping::new();
        let mut examples = BTreeMap::new();
        for (key, value) in serde_yaml::Mapping::deserialize(deserializer)? {
            match (key.as_str(), value.is_mapping()) {
                (Some(id), true) => {
                    let own: LimitSettings = serde_yaml::from_value(value).map_err(D::Error::custom)?;
                    own.check().map_err(D::Error::custom)?;
                    examples.insert(id.to_owned(), own);
                }
                _ => drop(all.insert(key, value)),
            }
        }
        let all: LimitSettings = serde_yaml::from_value(all.into()).map_err(D::Error::custom)?;
        all.check().map_err(D::Error::custom)?;
        Ok(FileLimits { all, examples })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_counts() {
        let file: FileLimits = serde_yaml::from_str("{ timeout: 20, memory: 9, area: { memory: 5, open-files: 32 } }").unwrap();
        let configured = LimitSettings { output: Some(7), timeout: Some(1.0), ..LimitSettings::default() };
        let limits = file.of("area").or(configured).limits();
        assert_eq!((limits.time, limits.memory, limits.output, limits.open_files), (Duration::from_secs(20), 5, 7, 32));
        // Who gives more time doesn't run into another limit at the old time.
        assert_eq!(limits.cpu_time, Duration::from_secs(80));
        assert_eq!(file.of("other").or(configured).limits().memory, 9);
        assert_eq!(LimitSettings::default().limits(), Limits::default());
    }

    #[test]
    fn what_no_example_could_run_with_is_refused() {
        for (yaml, named) in [
            ("{ timeout: 0 }", "above 0"),
            ("{ area: { cpu-time: -1 } }", "above 0"),
            ("{ open-files: 3 }", "at least 16"),
            ("{ memry: 3 }", "unknown field `memry`"),
            ("{ area: { memry: 3 } }", "unknown field `memry`"),
        ] {
            let error = serde_yaml::from_str::<FileLimits>(yaml).unwrap_err().to_string();
            assert!(error.contains(named), "{yaml}: {error}");
        }
    }
}
