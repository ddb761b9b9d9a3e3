//! Documents read some at a time, so that what a run keeps doesn't grow with their number.

use std::{collections::BTreeSet, vec};

use camino::Utf8PathBuf;

use super::{Collection, Modules, files, take_in, unusable};
use crate::{config::Project, extract::Ids};

/// Bytes of documents that are read at a time.
const BYTES: usize = 16 << 20;

/// Reads documents, in the order of the paths that they lie under.
pub struct Reader<'p> {
    project: &'p Project,
    ours: bool,
    files: vec::IntoIter<Utf8PathBuf>,
    modules: Modules,
    ids: Ids,
    /// Titles of blocks so far: what an example requires may be the block of another document.
    titles: BTreeSet<String>,
    /// What was read last, and what couldn't be.
    read: Collection,
}

impl<'p> Reader<'p> {
    /// A reader of the documents under these paths. With `ours`, front matter of a file belongs to its own examples.
    pub fn new(paths: &[Utf8PathBuf], project: &'p Project, ours: bool) -> Reader<'p> {
        let mut read = Collection::default();
        let files: Vec<Utf8PathBuf> = paths.iter().flat_map(|path| files(path, &mut read.problems)).collect();
        let (files, modules, ids) = (files.into_iter(), Modules::default(), Ids::default());
        Reader { project, ours, files, modules, ids, titles: BTreeSet::new(), read }
    }

    /// How many documents aren't read yet.
    pub fn unread(&self) -> usize {
        self.files.len()
    }

    /// Reads the next documents: whole ones, until there are so many examples or there is much text, and what an example requires by its
    /// title is among them, if it's anywhere.
    pub fn read(&mut self, examples: usize) -> Collection {
        let mut bytes = 0;
        let mut required = BTreeSet::new();
        let mut looked_at = 0;
        while self.read.cases.len() < examples && (bytes < BYTES || examples == usize::MAX) || !required.is_subset(&self.titles) {
            let Some(path) = self.files.next() else { break };
            match std::fs::read(&path) {
                Ok(content) => {
                    bytes += content.len();
                    take_in(&path, &content, self.project, self.ours, &mut self.modules, &mut self.read);
                }
                Err(error) => self.read.problems.push(unusable(format!("{path}: can't be read: {error}"))),
            }
            for case in &self.read.cases[looked_at..] {
                required.extend(case.example.required_files().map(str::to_owned));
                self.titles.extend(case.example.title().map(str::to_owned));
            }
            looked_at = self.read.cases.len();
        }
        let mut read = std::mem::take(&mut self.read);
        let duplicates = self.ids.duplicates(read.cases.iter().map(|case| &*case.example));
        read.problems.extend(duplicates.iter().map(|duplicate| unusable(duplicate.to_string())));
        read
    }
}
