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

/// The ids of examples that may be gone already: of each a few bytes, however long it is.
#[derive(Debug, Default)]
pub struct Ids {
    hasher: RandomState,
    /// By the hash of an id, the document of the first example that has it, and its line.
    first: HashMap<u64, (u32, u32)>,
    /// The documents of those examples.
    documents: Vec<Utf8PathBuf>,
}

impl Ids {
    /// Takes the ids of more examples. The result are those that an earlier one has already.
    pub fn duplicates<'e>(&mut self, examples: impl IntoIterator<Item = &'e Example>) -> Vec<DuplicateId> {
        let mut duplicates = Vec::new();
        for example in examples {
            let path = &example.document.path;
            if self.documents.last() != Some(path) {
                self.documents.push(path.clone());
            }
            match self.first.entry(self.hasher.hash_one(&example.id)) {
                Entry::Vacant(vacant) => drop(vacant.insert((self.documents.len() as u32 - 1, example.first_line))),
                Entry::Occupied(earlier) => {
                    let (document, earlier_line) = *earlier.get();
                    let earlier_path = self.documents.get(document as usize).unwrap_or(path).clone();
                    duplicates.push(DuplicateId {
                        id: example.id.clone(),
                        path: path.clone(),
                        line: example.first_line,
                        earlier_path,
                        earlier_line,
                    });
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
