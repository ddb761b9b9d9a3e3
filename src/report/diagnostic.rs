//! A wrong claim, or an example that broke, drawn as a compiler draws its errors.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Renderer, Snippet, renderer::DecorStyle};
use unicode_width::UnicodeWidthStr;

use super::{
    Checked, Settings,
    difference::difference,
    source::{Window, claim_in_document, in_document},
    style::Palette,
    units,
    versions::{Alike, alike, listed, outcomes, sentence, table},
    visible, words,
};
use crate::{
    claim::{Claim, Form, Kind, Subject},
    judge::{Judgement, Outcome, Verdict},
    run::protocol::Mode,
};

/// Columns of a text above which it's compared by a difference.
const ONE_LINE: usize = 100;
/// Lines of a claim that are underlined; of a longer one only its first.
const UNDERLINED: u32 = 50;
/// Columns that the bracket around a claim of several lines takes.
const BRACKET: usize = 2;
/// Lines between a statement and its claim that are all shown; of more only the ends.
const BETWEEN: u32 = 6;
/// A width at which the drawing leaves its lines alone: the window has cut them already.
const UNCUT: usize = 100_000;
/// Last lines of standard error that are shown.
const STDERR: usize = 12;

/// A claim that is wrong.
pub(super) fn wrong_claim(checked: &Checked, index: usize, settings: &Settings) -> String {
    let (claim, judgement): (&Claim, &Judgement) = (&checked.claims[index], &checked.judged.judgements[index]);
    let example = &checked.example;
    let place = claim_in_document(example, &claim.span, claim.position, &claim.expected);
    let place = if lines(example, &place) > UNDERLINED { first_line(checked, place) } else { place };
    let statement = (claim.target.subject != Subject::Example).then(|| first_line(checked, in_document(example, &claim.target.range)));
    let label = match (claim.form, claim.kind) {
        (Form::Assertion, _) => "asserted",
        (_, Kind::Value) => "claimed value",
        (_, Kind::Stdout) => "claimed output",
        (_, Kind::Exception) => "claimed exception",
        (_, Kind::State) => "claimed state",
        (_, Kind::Timing) => "claimed time",
        (_, Kind::Size) => "claimed size",
        (_, Kind::Other) => "claimed",
    };
    let mut notes = seen(&claim.expected, judgement.actual.as_deref(), settings, gutter(checked));
    if let Some(difference) = &judgement.difference {
        notes.push(Note::wrapped("difference", &difference.words));
    }
    notes.extend(judgement.reason.as_deref().map(|reason| Note::wrapped("reason", reason)));
    let groups = alike(checked, index);
    let wrong: Vec<&Alike> = groups.iter().filter(|group| group.judgement.verdict == Verdict::Wrong).collect();
    let everywhere = wrong.len() == groups.len();
    let pythons: Vec<&str> = wrong.iter().flat_map(|group| group.pythons.iter().copied()).collect();
    if groups.len() > 1 {
        let columns = settings.width.saturating_sub(gutter(checked) + "versions: ".len());
        notes.push(Note::as_is("versions", format!("{}\n{}", sentence(&groups), table(&groups, columns))));
    }
    if let Some(marked) = checked.marked.get(index).and_then(|marked| marked.as_deref()) {
        notes.push(Note::wrapped("help", &format!("would hold as `{marked}`")));
    }
    notes.extend(checked.left(index).map(|reason| Note::wrapped("left", &format!("it stays as it is: {reason}"))));
    if let Some(tolerance) = judgement.difference.as_ref().and_then(|difference| difference.tolerance.as_ref()) {
        notes.push(Note::wrapped("help", &format!("would hold {tolerance}")));
    }
    notes.extend(circumstances(checked, judgement.mode, &pythons));
    let at = (claim.position.line, claim.position.column);
    let title = if everywhere { "claim is wrong".to_owned() } else { format!("claim is wrong on Python {}", listed(&pythons)) };
    draw(checked, &title, Drawing { place, label, statement, at, notes }, settings)
}

/// An example of ours that didn't run to its end.
pub(super) fn broken_example(checked: &Checked, settings: &Settings) -> String {
    let example = &checked.example;
    let (title, label) = match checked.judged.outcome {
        Outcome::Raised => ("example raised an exception that nobody claimed", "raised here"),
        Outcome::TimedOut => ("example timed out", "stopped here"),
        Outcome::Crashed => ("example crashed", "stopped here"),
        Outcome::Invalid => ("example isn't valid Python", "refused here"),
        Outcome::Ran | Outcome::Skipped => ("example didn't run", "this example"),
    };
    let stopped_at = checked.judged.stopped_at.filter(|&line| line > 0);
    let line = stopped_at.map_or(example.first_line, |line| example.document_line(line));
    let range = example.document.line_range(line.clamp(1, example.document.line_count().max(1)));
    let text = &example.document.text[range.clone()];
    let blank = text.len() - text.trim_start().len();
    let place = range.start + blank..(range.start + text.trim_end().len()).max(range.start + blank);
    let at = example.document.position(place.start);
    let label = if stopped_at.is_some() { label } else { "this example" };
    let mut notes: Vec<Note> = checked.judged.reason.iter().map(|reason| Note::wrapped("reason", reason)).collect();
    notes.extend(stderr(&checked.stderr, settings));
    notes.extend(outcomes(checked).map(|outcomes| Note::wrapped("versions", &outcomes)));
    notes.extend(circumstances(checked, checked.mode, &[]));
    draw(checked, title, Drawing { place, label, statement: None, at: (at.line, at.column), notes }, settings)
}

/// What is drawn.
struct Drawing<'a> {
    /// Bytes of the document that are underlined.
    place: Range<usize>,
    label: &'a str,
    /// Bytes of the document that it speaks of.
    statement: Option<Range<usize>>,
    /// Line and column in the file.
    at: (u32, u32),
    notes: Vec<Note>,
}

/// A named line (or several) below the source.
struct Note {
    name: &'static str,
    /// Safe to print.
    text: String,
    wrapped: bool,
}

impl Note {
    /// Lines that stay as they are.
    fn as_is(name: &'static str, text: String) -> Note {
        Note { name, text, wrapped: false }
    }

    /// A stranger's text that may be broken into lines.
    fn wrapped(name: &'static str, text: &str) -> Note {
        Note { name, text: visible::text(text.trim_end()).into_owned(), wrapped: true }
    }
}

fn draw(checked: &Checked, title: &str, drawing: Drawing, settings: &Settings) -> String {
    let document = &checked.example.document;
    let place = drawing.place;
    let line_of = |byte: usize| document.position(byte).line;
    let first = drawing.statement.as_ref().map_or(place.start, |statement| statement.start.min(place.start));
    let (first, last) = (line_of(first), line_of(place.end.max(place.start + 1) - 1).max(line_of(place.start)));
    let columns = settings.width.saturating_sub(gutter(checked) + usize::from(first < last) * BRACKET);
    let window = Window::new(document, (first, last), &place, columns);
    let shown = |range: &Range<usize>| window.offset(document, range.start)..window.offset(document, range.end);
    let underlined = shown(&place);
    let drawn_line = |offset: usize| window.first_line + window.text[..offset].matches('\n').count() as u32;

    let end = column(&window.text, underlined.end);
    let label = [drawing.label, "claimed"].into_iter().find(|label| end + 1 + label.width() <= columns && drawing.label.starts_with(label));
    let path = visible::one_line(document.path.as_str(), usize::MAX);
    let mut snippet = Snippet::source(window.text.as_str())
        .path(path.as_str())
        .line_start(window.first_line as usize)
        .annotation(AnnotationKind::Primary.span(underlined.clone()).label(label));
    if let Some(statement) = &drawing.statement
        && line_of(statement.start) >= window.first_line
    {
        let statement = shown(statement);
        let between = drawn_line(underlined.start).saturating_sub(drawn_line(statement.start));
        // The underlines of a claim that is its statement (an exception in a session) would hide each other.
        let apart = statement.end <= underlined.start || statement.start >= underlined.end;
        if apart && !statement.is_empty() {
            snippet = snippet.annotation(AnnotationKind::Context.span(statement.clone()));
        }
        if between <= BETWEEN {
            snippet = snippet.annotation(AnnotationKind::Visible.span(statement.start.min(underlined.start)..underlined.start));
        }
    }
    let notes = drawing.notes.into_iter().map(|note| {
        let text = match note.wrapped {
            true => visible::wrap(&note.text, columns.saturating_sub(note.name.len() + 2)).join("\n"),
            false => note.text,
        };
        Element::from(Level::NOTE.with_name(note.name).message(text))
    });
    let title = Level::ERROR.primary_title(title).id(visible::one_line(&checked.example.id, 60));
    let group = Group::with_title(title).element(snippet).elements(notes);
    let renderer = if settings.color { Renderer::styled() } else { Renderer::plain() };
    let rendered = renderer.decor_style(DecorStyle::Unicode).term_width(UNCUT).render(&[group]);
    located(&rendered, &path, drawing.at).lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// The drawing with the place in the file behind its path. Its own counts the text that it was given, which has other columns where
/// the document was repaired or a line cut.
fn located(rendered: &str, path: &str, at: (u32, u32)) -> String {
    let Some(start) = rendered.find("╭▸ ").and_then(|arrow| Some(arrow + rendered[arrow..].find(path)? + path.len())) else {
        return rendered.to_owned();
    };
    let (before, after) = rendered.split_at(start);
    format!("{before}:{}:{}{}", at.0, at.1, after.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit()))
}

/// What was seen; a difference where it's long.
fn seen(claimed: &str, seen: Option<&str>, settings: &Settings, gutter: usize) -> Vec<Note> {
    let Some(seen) = seen else { return vec![Note::wrapped("seen", "nothing")] };
    let room = settings.width.saturating_sub(gutter + "seen: ".len());
    let short = |text: &str| !text.contains('\n') && visible::head(text, ONE_LINE.min(room)).len() == text.len();
    if seen.is_empty() {
        return vec![Note::wrapped("seen", "an empty text")];
    }
    if short(claimed) && short(seen) {
        return vec![Note::wrapped("seen", seen)];
    }
    let palette = Palette::new(settings.color);
    let columns = settings.width.saturating_sub(gutter + "diff: ".len());
    let lines = difference(claimed, seen, columns, palette);
    if lines.is_empty() {
        return vec![Note::wrapped("seen", "the same text")];
    }
    vec![Note::as_is("diff", format!("- claimed, + seen\n{}", lines.join("\n")))]
}

/// The end of what the example wrote to standard error.
fn stderr(text: &str, settings: &Settings) -> Option<Note> {
    let text = text.trim_end();
    if text.is_empty() {
        return None;
    }
    let lines: Vec<&str> = text.lines().collect();
    let left_out = lines.len().saturating_sub(STDERR);
    let shown = lines[left_out..].iter().map(|line| visible::one_line(&line.replace('\t', "    "), settings.width.max(40) - 20));
    let above = (left_out > 0).then(|| format!("⋯ {} above", units::count(left_out, "line")));
    Some(Note::as_is("stderr", above.into_iter().chain(shown).collect::<Vec<_>>().join("\n")))
}

/// Under which Pythons it was (where none are named, the one that is told of), after which examples, and how to see it again.
fn circumstances(checked: &Checked, mode: Mode, pythons: &[&str]) -> Vec<Note> {
    let mode = words::mode(mode);
    let mut notes = Vec::new();
    if !checked.continues.is_empty() {
        notes.push(Note::wrapped("continues", &checked.continues.join(", ")));
    }
    let pythons: Vec<&str> = if pythons.is_empty() { checked.python.iter().map(String::as_str).collect() } else { pythons.to_vec() };
    if !pythons.is_empty() {
        let reason = checked.python_reason.as_deref().map(|reason| format!("; the example {reason}")).unwrap_or_default();
        notes.push(Note::wrapped("python", &format!("{}, {mode}{reason}", listed(&pythons))));
    }
    if !checked.rerun.is_empty() {
        // Never broken into lines: it is there to be copied.
        notes.push(Note::as_is("rerun", visible::one_line(&format!("verify {}", checked.rerun), usize::MAX)));
    }
    notes
}

/// Columns that the drawing takes to the left of its text.
fn gutter(checked: &Checked) -> usize {
    checked.example.last_line.to_string().width() + 3
}

/// The column from 0 at which an offset is drawn.
fn column(text: &str, offset: usize) -> usize {
    let line = text[..offset].rsplit('\n').next().unwrap_or("");
    line.width() + line.matches('\t').count() * 3
}

/// The part of a range on its first line.
fn first_line(checked: &Checked, range: Range<usize>) -> Range<usize> {
    let text = &checked.example.document.text[range.clone()];
    let line = text.lines().next().unwrap_or("").trim_end();
    range.start..range.start + line.len()
}

fn lines(example: &crate::extract::Example, range: &Range<usize>) -> u32 {
    example.document.text[range.clone()].matches('\n').count() as u32 + 1
}
