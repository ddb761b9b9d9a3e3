//! Ids of examples, and those that were given twice.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasher, RandomState},
};

use camino::Utf8PathBuf;

use super::Example;

/// Each id that more than one of the examples has, of one document or of several.
pub fn duplicates<'e>(examples: impl IntoIterator<Item = &'e Example>) -> Vec<DuplicateId> {
    Ids::default().duplicates(examples)
}

/// The ids of examples that may be gone already: of each a few bytes, however long it is, and nothing of those that begin with their own document's
/// path, once that document is over: no other one has them.
#[derive(Debug, Default)]
pub struct Ids {
    hasher: RandomState,
    /// By the hash of an id, the document of the first example that has it, and its line.
    first: HashMap<u64, (u32, u32)>,
    /// The documents of those examples.
    documents: Vec<Utf8PathBuf>,
    /// The document of the last example, and its own ids.
    current: Utf8PathBuf,
    own: HashMap<String, u32>,
}

impl Ids {
    /// Takes the ids of more examples. The result are those that an earlier one has already.
    pub fn duplicates<'e>(&mut self, examples: impl IntoIterator<Item = &'e Example>) -> Vec<DuplicateId> {
        let mut duplicates = Vec::new();
        for example in examples {
            let path = &example.document.path;
            if self.current != *path {
                self.current.clone_from(path);
                self.own.clear();
            }
            if example.id.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with(':')) {
                match self.own.entry(example.id.clone()) {
                    Entry::Vacant(vacant) => drop(vacant.insert(example.first_line)),
                    Entry::Occupied(earlier) => duplicates.push(DuplicateId::new(example, path.clone(), *earlier.get())),
                }
                continue;
            }
            if self.documents.last() != Some(path) {
                self.documents.push(path.clone());
            }
            match self.first.entry(self.hasher.hash_one(&example.id)) {
                Entry::Vacant(vacant) => drop(vacant.insert((self.documents.len() as u32 - 1, example.first_line))),
                Entry::Occupied(earlier) => {
                    let (document, earlier_line) = *earlier.get();
                    let earlier_path = self.documents.get(document as usize).unwrap_or(path).clone();
                    duplicates.push(DuplicateId::new(example, earlier_path, earlier_line));
                }
            }
        }
        duplicates
    }
}

/// An id that was given before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{line}: example `{id}` has the id of the one at {earlier_path}:{earlier_line}; give one of them another `id=`")]
pub struct DuplicateId {
    /// The id.
    pub id: String,
    /// The document of the later example.
    pub path: Utf8PathBuf,
    /// Its first line.
    pub line: u32,
    /// The document of the example that had the id first.
    pub earlier_path: Utf8PathBuf,
    /// Its first line.
    pub earlier_line: u32,
}

impl DuplicateId {
    fn new(example: &Example, earlier_path: Utf8PathBuf, earlier_line: u32) -> DuplicateId {
        let (id, path, line) = (example.id.clone(), example.document.path.clone(), example.first_line);
        DuplicateId { id, path, line, earlier_path, earlier_line }
    }
}
