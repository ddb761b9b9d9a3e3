//! `verify review`: goes through the edits that `--fix` would make, and through pending results, one by one on a terminal.

mod keyboard;

use std::{
    collections::{BTreeMap, VecDeque},
    io::{self, IsTerminal},
    sync::{Arc, atomic::AtomicBool, mpsc},
    thread,
};

use anyhow::Context;
use camino::Utf8PathBuf;
use console::{Key, Term};
use verify::{
    check::{self, Portion, Settings},
    document::Document,
    report::{self, Checked, Event, Severity, diff::unified, progress::Progress, review::Item},
    review::{
        Answer, Walk,
        pending::{self, Pending},
    },
    update::{self, Edit, Wanted, file::Rewriting},
};

use super::{
    FINE, INTERRUPTED, NothingToCheck, STDIN, UNUSABLE, WRONG,
    check::{settings, stop_on_interrupt},
    display,
    portions::work,
    print, project_of, report_problems, wants_colour,
};
use crate::cli::{OutputFormat, ReviewArguments};

/// There is nobody to ask.
#[derive(Debug, thiserror::Error)]
pub enum CantAsk {
    /// No terminal.
    #[error(
        "`verify review` asks about each edit, and standard input and output are no terminal here; `verify --diff` shows all of them, \
         `verify --fix` writes them"
    )]
    NoTerminal,
    /// A report for machines is asked for.
    #[error("`verify review` has no report for machines; `verify --diff --format json` has the edits")]
    Json,
    /// What comes on standard input can't be written.
    #[error("`verify review` takes its answers from standard input, so that no document can come from there")]
    Stdin,
}

/// Reviews what the call names. The result is the exit code.
pub fn run(arguments: &ReviewArguments) -> anyhow::Result<u8> {
    if arguments.check.format == OutputFormat::Json {
        return Err(CantAsk::Json.into());
    }
    if arguments.check.paths.iter().chain(&arguments.check.documents).any(|path| path == STDIN) {
        return Err(CantAsk::Stdin.into());
    }
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(CantAsk::NoTerminal.into());
    }
    let project = project_of(&arguments.check)?;
    let pending = pending::find(&project.root).with_context(|| format!("the pending results in {} can't be read", pending::FOLDER))?;
    let work = match work(&arguments.check.asked(), &arguments.check.snippet, &project) {
        Err(error) if error.is::<NothingToCheck>() && !pending.is_empty() => None,
        work => Some(work?),
    };
    let mut code = FINE;
    let mut found = Vec::new();
    if let Some(mut work) = work {
        let problems = std::mem::take(&mut work.problems);
        report_problems(&problems);
        code = if problems.iter().any(|problem| problem.severity == Severity::Error) { UNUSABLE } else { FINE };
        let wanted = Some(Wanted { fill: arguments.fill });
        let settings = Settings { update: wanted, ..settings(&arguments.check, &project)? };
        let stop = stop_on_interrupt()?;
        match checked(work, &settings, &stop)? {
            Some(checked) => found = documents(checked),
            None => return Ok(INTERRUPTED),
        }
    }
    let edits: usize = found.iter().map(|document| document.edits.len()).sum();
    let mut dialog = Dialog { display: display(arguments.check.verbose), term: Term::stdout(), of: edits + pending.len(), number: 0 };
    if dialog.of == 0 {
        print("nothing to review: no claim that is wrong can be rewritten, and no result is pending\n")?;
        return Ok(code);
    }
    let mut tally = Tally::default();
    let keyboard = keyboard::Keyboard::take().context("the terminal gives no keys")?;
    let ended = dialog.go_through(&found, &pending, &mut tally)?;
    drop(keyboard);
    print(&tally.told(dialog.of))?;
    Ok(match ended {
        Ended::Interrupted => INTERRUPTED,
        _ if tally.failed > 0 => WRONG.max(code),
        _ => code,
    })
}

/// A document and the edits that are proposed.
struct Edited {
    document: Arc<Document>,
    examples: Vec<Checked>,
    /// The example of each, the claim (none, for an addition), and the edit, by their places.
    edits: Vec<(usize, Option<usize>, Edit)>,
}

/// Checks the documents. The result are the examples with edits, in document order; `None` where the user stopped the run.
fn checked(work: Portion, settings: &Settings, stop: &AtomicBool) -> anyhow::Result<Option<Vec<Checked>>> {
    thread::scope(|scope| {
        let (sender, events) = mpsc::channel();
        let running = scope.spawn(move || check::check(std::iter::once(work), 0, settings, stop, &sender));
        let progress = Progress::on_stderr(wants_colour(&io::stderr()));
        let (mut found, mut problems, mut stopped) = (BTreeMap::new(), Vec::new(), false);
        for event in events {
            progress.event(&event);
            match event {
                Event::ExampleDone { index, checked } if checked.edits().next().is_some() => drop(found.insert(index, *checked)),
                Event::Problem(problem) => problems.push(problem),
                Event::Ended { interrupted, .. } => stopped = interrupted,
                _ => {}
            }
        }
        running.join().map_err(|_| anyhow::anyhow!("a thread of the run ended early; please report this"))??;
        report_problems(&problems);
        Ok((!stopped).then(|| found.into_values().collect()))
    })
}

/// The edits by documents, in the order of the documents and of their places.
fn documents(checked: Vec<Checked>) -> Vec<Edited> {
    let mut documents: Vec<Edited> = Vec::new();
    for example in checked {
        let document = Arc::clone(&example.example.document);
        let known = documents.iter().position(|known| known.document.path == document.path);
        let index = known.unwrap_or_else(|| {
            documents.push(Edited { document, examples: Vec::new(), edits: Vec::new() });
            documents.len() - 1
        });
        let place = documents[index].examples.len();
        let of_claims = (0..example.claims.len()).filter_map(|claim| Some((place, Some(claim), example.edit(claim)?.clone())));
        let additions = example.additions.iter().filter_map(|addition| Some((place, None, addition.proposal.edit()?.clone())));
        let edits: Vec<_> = of_claims.chain(additions).collect();
        documents[index].edits.extend(edits);
        documents[index].examples.push(example);
    }
    for document in &mut documents {
        document.edits.sort_by_key(|(_, _, edit)| (edit.span.start, edit.span.end));
    }
    documents
}

/// What was done.
#[derive(Debug, Default)]
struct Tally {
    written: usize,
    approved: usize,
    rejected: usize,
    /// Documents and results that could not be written.
    failed: usize,
}

impl Tally {
    fn told(&self, of: usize) -> String {
        let left = of.saturating_sub(self.written + self.approved + self.rejected);
        let mut parts = Vec::new();
        parts.extend((self.written > 0).then(|| format!("{} written", self.written)));
        parts.extend((self.approved > 0).then(|| format!("{} approved", self.approved)));
        parts.extend((self.rejected > 0).then(|| format!("{} rejected", self.rejected)));
        parts.extend((left > 0).then(|| format!("{left} left")));
        format!("\n{of} reviewed: {}\n", parts.join(", "))
    }
}

/// How a dialog ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Done,
    Quit,
    Interrupted,
}

/// What was typed.
enum Typed {
    Answer(Answer),
    Example,
    Interrupt,
}

/// The terminal, and how far the review has come.
struct Dialog {
    display: report::Settings,
    term: Term,
    of: usize,
    number: usize,
}

impl Dialog {
    fn go_through(&mut self, documents: &[Edited], pending: &[Pending], tally: &mut Tally) -> anyhow::Result<Ended> {
        for document in documents {
            let ended = self.document(document, tally)?;
            if ended != Ended::Done {
                return Ok(ended);
            }
        }
        let mut left: VecDeque<&Pending> = pending.iter().collect();
        while let Some(pending) = left.pop_front() {
            self.number += 1;
            let ended = self.pending(pending, tally)?;
            if ended != Ended::Done {
                return Ok(ended);
            }
        }
        Ok(Ended::Done)
    }

    /// Asks about each edit of a document, and writes those that were accepted, all of them at once.
    fn document(&mut self, edited: &Edited, tally: &mut Tally) -> anyhow::Result<Ended> {
        let first = self.number;
        let mut walk = Walk::new(edited.edits.len());
        let mut rejected = 0;
        while let Some(index) = walk.current() {
            let (example, claim, edit) = &edited.edits[index];
            let checked = &edited.examples[*example];
            let diff = match Rewriting::of(&edited.document, &[edit]) {
                Ok(rewriting) => unified(edited.document.path.as_str(), &rewriting.old, &rewriting.new),
                Err(error) => {
                    tally.failed += 1;
                    self.number = first + edited.edits.len();
                    print(&format!("{error}\n"))?;
                    return Ok(Ended::Done);
                }
            };
            let (number, again) = (first + index + 1, walk.is_again());
            let item = Item { checked, claim: *claim, edit, diff: &diff, number, of: self.of, again };
            print(&report::review::item(&item, &self.display))?;
            match self.ask(true)? {
                Typed::Answer(answer) => {
                    rejected += usize::from(answer == Answer::Reject);
                    walk.answer(answer);
                }
                Typed::Example => print(&report::review::example(checked, &self.display))?,
                Typed::Interrupt => {
                    print(&format!("interrupted: nothing was written into {}\n", edited.document.path))?;
                    return Ok(Ended::Interrupted);
                }
            }
        }
        self.number = first + edited.edits.len();
        tally.rejected += rejected;
        let accepted: Vec<&Edit> = walk.accepted().into_iter().map(|index| &edited.edits[index].2).collect();
        if !accepted.is_empty() {
            match write(&edited.document, &accepted) {
                Ok(()) => {
                    tally.written += accepted.len();
                    print(&format!("{}: written ({} of {})\n", edited.document.path, accepted.len(), edited.edits.len()))?;
                }
                Err(reason) => {
                    tally.failed += 1;
                    print(&format!("{reason}\n"))?;
                }
            }
        }
        Ok(if walk.has_quit() { Ended::Quit } else { Ended::Done })
    }

    fn pending(&mut self, pending: &Pending, tally: &mut Tally) -> anyhow::Result<Ended> {
        let diff = unified(pending.approved.as_str(), pending.old.as_deref().unwrap_or_default(), &pending.new);
        print(&report::review::pending(pending, &diff, (self.number, self.of), &self.display))?;
        let done = loop {
            match self.ask(false)? {
                Typed::Answer(Answer::Accept) => break pending.accept().map(|()| tally.approved += 1),
                Typed::Answer(Answer::Reject) => break pending.reject().map(|()| tally.rejected += 1),
                Typed::Answer(Answer::Skip) => return Ok(Ended::Done),
                Typed::Answer(Answer::Quit) => return Ok(Ended::Quit),
                Typed::Interrupt => return Ok(Ended::Interrupted),
                Typed::Answer(Answer::AcceptRest) | Typed::Example => print(report::review::help(false))?,
            }
        };
        if let Err(error) = done {
            tally.failed += 1;
            print(&format!("{}: {error}\n", pending.path))?;
        }
        Ok(Ended::Done)
    }

    /// Asks until a key is typed that answers.
    fn ask(&self, of_document: bool) -> anyhow::Result<Typed> {
        loop {
            print(&report::review::question(of_document, &self.display))?;
            // A terminal that is gone answers nothing any more.
            let key = self.term.read_key_raw().unwrap_or(Key::CtrlC);
            let typed = match key {
                Key::Char(key) => key.to_string(),
                _ => String::new(),
            };
            print(&format!("{typed}\n"))?;
            match key {
                Key::CtrlC => return Ok(Typed::Interrupt),
                Key::Char('e') if of_document => return Ok(Typed::Example),
                Key::Char(key) => match Answer::of_key(key) {
                    Some(answer) => return Ok(Typed::Answer(answer)),
                    None => print(report::review::help(of_document))?,
                },
                _ => print(report::review::help(of_document))?,
            }
        }
    }
}

/// Writes edits into a document's file, all or none. The error is a sentence.
fn write(document: &Document, edits: &[&Edit]) -> Result<(), String> {
    let path: &Utf8PathBuf = &document.path;
    if let Some(reason) = update::spoiled(document, edits) {
        return Err(format!("{path}: nothing was written: {reason}"));
    }
    Rewriting::of(document, edits).and_then(|rewriting| rewriting.write()).map_err(|error| error.to_string())
}
