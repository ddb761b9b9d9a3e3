//! Documents read some at a time, so that what a run keeps doesn't grow with their number.

use std::{
    collections::{BTreeSet, HashSet, VecDeque},
    io, vec,
};

use camino::Utf8PathBuf;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::{Collection, Found, Known, files, find, take_in, unusable};
use crate::{config::Project, extract::Ids};

/// Bytes of documents that are read at a time.
const BYTES: usize = 16 << 20;
/// Documents that are looked through at once, at most, …
const AHEAD: usize = 32;
/// … and so many bytes of them, but for the last one.
const AHEAD_BYTES: u64 = 4 << 20;

/// The bytes of a document, and what was found in it.
type Content = (Vec<u8>, Found);

/// Reads documents, in the order of the paths that they lie under.
pub struct Reader<'p> {
    project: &'p Project,
    ours: bool,
    files: vec::IntoIter<Utf8PathBuf>,
    /// The next documents, which were looked through already.
    ahead: VecDeque<(Utf8PathBuf, io::Result<Content>)>,
    known: Known,
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
        let mut files: Vec<Utf8PathBuf> = paths.iter().flat_map(|path| files(path, &mut read.problems)).collect();
        if paths.len() > 1 {
            // A document that lies under several of them is read once.
            let mut known = HashSet::new();
            files.retain(|file| known.insert(file.clone()));
        }
        let (files, ahead, known, ids) = (files.into_iter(), VecDeque::new(), Known::default(), Ids::default());
        Reader { project, ours, files, ahead, known, ids, titles: BTreeSet::new(), read }
    }

    /// How many documents aren't read yet.
    pub fn unread(&self) -> usize {
        self.files.len() + self.ahead.len()
    }

    /// Looks through the next documents, several at once.
    fn look_ahead(&mut self) {
        let (mut paths, mut bytes) = (Vec::new(), 0);
        while paths.len() < AHEAD && bytes < AHEAD_BYTES {
            let Some(path) = self.files.next() else { break };
            bytes += std::fs::metadata(&path).map_or(0, |file| file.len());
            paths.push(path);
        }
        let project = self.project;
        let looked = paths.into_par_iter().map(|path| {
            let content = std::fs::read(&path).map(|content| {
                let found = find(&path, &content, project);
                (content, found)
            });
            (path, content)
        });
        self.ahead = looked.collect::<Vec<_>>().into();
    }

    /// Reads the next documents: whole ones, until there are so many examples or there is much text, and what an example requires by its
    /// title is among them, if it's anywhere.
    pub fn read(&mut self, examples: usize) -> Collection {
        let mut bytes = 0;
        let mut required = BTreeSet::new();
        let mut looked_at = 0;
        while self.read.cases.len() < examples && (bytes < BYTES || examples == usize::MAX) || !required.is_subset(&self.titles) {
            if self.ahead.is_empty() {
                self.look_ahead();
            }
            let Some((path, content)) = self.ahead.pop_front() else { break };
            match content {
                Ok((content, found)) => {
                    bytes += content.len();
                    take_in(&path, (&content, found), self.project, self.ours, &mut self.known, &mut self.read);
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
