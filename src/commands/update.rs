//! Writing into documents: gathers the edits of a run, and when it's over shows them or makes them.

use std::{collections::BTreeMap, sync::Arc};

use camino::{Utf8Path, Utf8PathBuf};
use verify::{
    document::Document,
    report::{Checked, Event, Problem, Severity, Updated, diff::unified},
    update::{self, Edit, Wanted, file::Rewriting},
};

use super::{STDIN, STDIN_NAME, is_ci};
use crate::cli::{CheckArguments, UpdateArguments};

/// The edits of a run.
pub struct Updates {
    arguments: UpdateArguments,
    /// What the document on standard input is called, where there is one.
    stdin: Option<Utf8PathBuf>,
    documents: BTreeMap<Utf8PathBuf, Edited>,
}

/// A document and its edits.
struct Edited {
    document: Arc<Document>,
    edits: Vec<Edit>,
    /// How many of them say something else than before.
    rewritten: usize,
}

impl Updates {
    /// None so far.
    pub fn new(arguments: &CheckArguments, update: UpdateArguments) -> Updates {
        let reads_stdin = arguments.paths.iter().chain(&arguments.documents).any(|path| path == STDIN);
        let stdin = reads_stdin.then(|| arguments.stdin_name.clone().unwrap_or_else(|| STDIN_NAME.into()));
        Updates { arguments: update, stdin, documents: BTreeMap::new() }
    }

    /// Whether edits are asked for.
    pub fn are_wanted(&self) -> bool {
        self.arguments.fix || self.arguments.diff
    }

    /// What is asked for.
    pub fn wanted(&self) -> Option<Wanted> {
        self.are_wanted().then_some(Wanted { fill: self.arguments.fill })
    }

    /// Whether they are to be made.
    pub fn fix(&self) -> bool {
        self.arguments.fix && !self.is_kept_by_ci()
    }

    fn is_kept_by_ci(&self) -> bool {
        self.arguments.fix && !self.arguments.in_ci && is_ci()
    }

    /// Takes an event of the run. The result is what reporters are to see: at the end, what becomes of each document.
    pub fn event(&mut self, event: Event) -> Vec<Event> {
        let mut events = Vec::new();
        match &event {
            Event::ExampleDone { checked, .. } => self.take(checked),
            Event::Ended { interrupted: true, .. } if !self.documents.is_empty() => {
                let message = "nothing is written, as the run was interrupted".to_owned();
                events.push(Event::Problem(Problem { message, severity: Severity::Warning }));
            }
            Event::Ended { .. } if self.are_wanted() => events.extend(self.finish()),
            _ => {}
        }
        events.push(event);
        events
    }

    fn take(&mut self, checked: &Checked) {
        let edits: Vec<Edit> = checked.edits().cloned().collect();
        let rewritten = checked.proposals.iter().flatten().filter(|proposal| proposal.edit().is_some()).count();
        if edits.is_empty() {
            return;
        }
        let document = &checked.example.document;
        let known = self.documents.entry(document.path.clone());
        let known = known.or_insert_with(|| Edited { document: Arc::clone(document), edits: Vec::new(), rewritten: 0 });
        known.edits.extend(edits);
        known.rewritten += rewritten;
    }

    /// The difference that edits make to a document, and why they weren't made, where they were to be.
    fn outcome(&self, path: &Utf8Path, document: &Document, edits: &[&Edit]) -> (String, Option<String>) {
        if let Some(reason) = update::spoiled(document, edits) {
            return (String::new(), Some(reason));
        }
        if self.stdin.as_deref() == Some(path) {
            let diff = unified(path.as_str(), &document.text, &update::applied(&document.text, edits));
            return (diff, self.fix().then(|| "it came on standard input; take the difference".to_owned()));
        }
        match Rewriting::of(document, edits) {
            Ok(rewriting) => {
                let diff = unified(path.as_str(), &rewriting.old, &rewriting.new);
                let failed = if self.fix() { rewriting.write().err() } else { None };
                (diff, failed.map(|error| error.to_string()))
            }
            Err(error) => (String::new(), Some(error.to_string())),
        }
    }

    fn finish(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        if self.is_kept_by_ci() && !self.documents.is_empty() {
            let message = "nothing is written, as `CI` is set; add `--in-ci` to write all the same".to_owned();
            events.push(Event::Problem(Problem { message, severity: Severity::Warning }));
        }
        for (path, Edited { document, edits, rewritten }) in std::mem::take(&mut self.documents) {
            let edits: Vec<&Edit> = edits.iter().collect();
            let (diff, reason) = self.outcome(&path, &document, &edits);
            let written = self.fix() && reason.is_none();
            events.push(Event::Updated(Updated { document: path, rewritten, added: edits.len() - rewritten, written, reason, diff }));
        }
        events
    }
}
