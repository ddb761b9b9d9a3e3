//! What a call speaks of: the examples of its documents, all at once or read as a run needs them.

use std::{collections::VecDeque, io::Read};

use anyhow::Context;
use camino::{Utf8Path, Utf8PathBuf};
use verify::{
    check::Portion,
    collect::{Collection, Reader, collect, collect_named},
    config::Project,
    corpus::Corpus,
    document::SIZE_LIMIT,
    provide::{self, Titled},
    select::{Pattern, select},
};

use super::{Asked, NothingToCheck, STDIN, STDIN_NAME, UnknownPath, shown};

/// Examples that are read at a time, and whole documents of them: so many take a second, and what is known of them a megabyte.
const EXAMPLES: usize = 500;

/// The examples that a call speaks of, of `--documents`, of its paths or of the configuration's: all those that the patterns name.
pub fn work(asked: &Asked<'_>, patterns: &[String], project: &Project) -> anyhow::Result<Portion> {
    let mut documents = Documents::new(asked, project)?;
    let mut all = Collection::default();
    while let Some(read) = documents.read(usize::MAX) {
        all.cases.extend(read.cases);
        all.problems.extend(read.problems);
    }
    let patterns = patterns.iter().map(|text| Pattern::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let chosen = select(all.cases.iter().map(|case| &*case.example), &patterns)?;
    Ok(Portion { cases: all.cases, chosen, problems: all.problems, unread: 0 })
}

/// The examples of somebody's documents as they stand there, of which one may come on standard input.
pub fn collected(paths: &[Utf8PathBuf], name: Option<&Utf8Path>, project: &Project) -> anyhow::Result<Collection> {
    existing(paths)?;
    Ok(Part::new(paths, name, project, false)?.read(usize::MAX))
}

/// Refuses paths that aren't there.
fn existing<'p>(paths: impl IntoIterator<Item = &'p Utf8PathBuf>) -> anyhow::Result<()> {
    match paths.into_iter().find(|path| *path != STDIN && !path.exists()) {
        Some(missing) => Err(UnknownPath(missing.clone()).into()),
        None => Ok(()),
    }
}

/// The same examples, portion by portion. There is one portion at least.
pub struct Portions<'p> {
    /// What has been read already.
    read: Option<Portion>,
    documents: Option<Documents<'p>>,
    has_begun: bool,
}

impl<'p> Portions<'p> {
    /// Those of a call. Where patterns name some of them, these are found at once, as nobody knows where they stand.
    pub fn new(asked: &Asked<'_>, patterns: &[String], project: &'p Project) -> anyhow::Result<Portions<'p>> {
        if !patterns.is_empty() {
            return Ok(Portions { read: Some(work(asked, patterns, project)?), documents: None, has_begun: false });
        }
        Ok(Portions { read: None, documents: Some(Documents::new(asked, project)?), has_begun: false })
    }

    /// How many documents aren't read yet.
    pub fn unread(&self) -> usize {
        self.documents.as_ref().map_or(0, Documents::unread)
    }
}

impl Iterator for Portions<'_> {
    type Item = Portion;

    fn next(&mut self) -> Option<Portion> {
        let next = self.read.take().or_else(|| self.documents.as_mut()?.portion());
        let is_first = !std::mem::replace(&mut self.has_begun, true);
        next.or_else(|| is_first.then(Portion::default))
    }
}

/// The documents that a call names, as they are read.
struct Documents<'p> {
    parts: VecDeque<Part<'p>>,
    /// What is known of other people's examples; `None` where the call names no documents of theirs.
    corpus: Option<Corpus>,
    titled: Titled,
}

/// Documents that are read in the same way.
struct Part<'p> {
    reader: Reader<'p>,
    /// What came on standard input.
    named: Option<Collection>,
    ours: bool,
}

impl<'p> Documents<'p> {
    /// Those of a call. Refuses paths that aren't there; standard input is read now.
    fn new(asked: &Asked<'_>, project: &'p Project) -> anyhow::Result<Documents<'p>> {
        let Asked { paths, documents, name } = *asked;
        existing(paths.iter().chain(documents))?;
        let known: Vec<Utf8PathBuf> = project.config.paths.iter().map(|path| shown(&project.root.join(path))).collect();
        if documents.is_empty() {
            let paths = if paths.is_empty() { &known } else { paths };
            if paths.is_empty() {
                return Err(NothingToCheck.into());
            }
            let parts = [Part::new(paths, name, project, true)?].into();
            return Ok(Documents { parts, corpus: None, titled: Titled::default() });
        }
        let Collection { corpus, problems, .. } = collect(&known, project, true);
        let mut theirs = Part::new(documents, name, project, false)?;
        theirs.named.get_or_insert_default().problems.extend(problems);
        let parts = [theirs, Part::new(paths, name, project, true)?].into();
        Ok(Documents { parts, corpus: Some(corpus), titled: Titled::default() })
    }

    /// Reads the next documents, until there are so many examples.
    fn read(&mut self, examples: usize) -> Option<Collection> {
        let part = self.parts.front_mut()?;
        let (mut read, ours) = (part.read(examples), part.ours);
        if part.reader.unread() == 0 {
            self.parts.pop_front();
        }
        // Other people's documents come with what the corpus knows of their examples.
        for case in read.cases.iter_mut().filter(|_| !ours) {
            case.snippet =
                self.corpus.as_ref().and_then(|corpus| corpus.of_document_example(&case.example.document.path, &case.example.id)).cloned();
            if let Some(snippet) = &case.snippet {
                case.requirements.add_all(&snippet.requirements(&case.example.id));
            }
        }
        provide::attach(&mut read.cases, &mut self.titled, &mut read.problems);
        Some(read)
    }

    fn portion(&mut self) -> Option<Portion> {
        let Collection { cases, problems, .. } = self.read(EXAMPLES)?;
        let (chosen, unread) = ((0..cases.len()).collect(), self.unread());
        Some(Portion { cases, chosen, problems, unread })
    }

    fn unread(&self) -> usize {
        self.parts.iter().map(|part| part.reader.unread()).sum()
    }
}

impl<'p> Part<'p> {
    fn new(paths: &[Utf8PathBuf], name: Option<&Utf8Path>, project: &'p Project, ours: bool) -> anyhow::Result<Part<'p>> {
        let (stdin, files): (Vec<Utf8PathBuf>, Vec<Utf8PathBuf>) = paths.iter().cloned().partition(|path| path == STDIN);
        let mut named = None;
        if !stdin.is_empty() {
            let mut bytes = Vec::new();
            let limit = SIZE_LIMIT as u64 + 1;
            std::io::stdin().lock().take(limit).read_to_end(&mut bytes).context("standard input can't be read")?;
            named = Some(collect_named(name.unwrap_or(Utf8Path::new(STDIN_NAME)), &bytes, project, ours));
        }
        Ok(Part { reader: Reader::new(&files, project, ours), named, ours })
    }

    /// Reads the next documents, until there are so many examples; what came on standard input comes last.
    fn read(&mut self, examples: usize) -> Collection {
        let mut read = self.reader.read(examples);
        if let Some(named) = self.named.take_if(|_| self.reader.unread() == 0) {
            read.cases.extend(named.cases);
            read.problems.extend(named.problems);
        }
        read
    }
}
