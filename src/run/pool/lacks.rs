//! What servers lack that they should have, told once.

use std::collections::BTreeSet;

use super::command::Setting;
use crate::run::protocol::{Preloaded, Protection};

/// What servers lack of the sandbox that the first one had: what they are started with (a grant) may cost a layer. And of what they were to
/// import.
#[derive(Default)]
pub(super) struct Lacks {
    first: Option<BTreeSet<String>>,
    told: BTreeSet<String>,
    pub(super) untold: Vec<String>,
}

impl Lacks {
    /// Takes note of a server's protection.
    pub(super) fn note(&mut self, sandbox: &Protection, setting: &Setting) {
        let missing: BTreeSet<String> = sandbox.missing.iter().cloned().collect();
        let Some(first) = &self.first else { return self.first = Some(missing) };
        let granted: Vec<String> = setting.grants.words.iter().map(ToString::to_string).collect();
        let whose = if granted.is_empty() { "some examples".to_owned() } else { format!("what is granted {}", granted.join(", ")) };
        for lack in missing.difference(first) {
            let text = format!("sandbox of {whose}: {lack}");
            if self.told.insert(text.clone()) {
                self.untold.push(text);
            }
        }
    }

    /// Takes note of a module that wasn't imported. One that the configuration names and that isn't installed is the matter of the examples that import it.
    pub(super) fn refuse(&mut self, Preloaded { module, refused }: &Preloaded, python: &str) {
        let Some(why) = refused.as_ref().filter(|why| !why.is_empty()) else { return };
        let text = format!("`preload`: {module} isn't imported beforehand with Python {python}: {why}; each example imports it itself");
        if self.told.insert(text.clone()) {
            self.untold.push(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_server_that_lacks_more_than_the_first_is_told_once() {
        let protection =
            |missing: &[&str]| Protection { missing: missing.iter().map(|text| text.to_string()).collect(), ..Protection::default() };
        let mut granted = Setting { scratch_size: 1 << 20, ..Setting::default() };
        granted.grants.words.insert("env:TOKEN".parse().unwrap());
        let mut lacks = Lacks::default();
        lacks.note(&protection(&["a"]), &granted);
        lacks.note(&protection(&["a", "b"]), &granted);
        lacks.note(&protection(&["a", "b"]), &granted);
        assert_eq!(lacks.untold, ["sandbox of what is granted env:TOKEN: b"]);
    }
}
