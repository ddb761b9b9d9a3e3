//! What a page shows of the output of its code, below that: behind a line that announces it (`Output:`, `This prints:`), beside such a word
//! (`Output: 3`), or as the line of an exception.
//!
//! Nothing tells where it ends: prose may follow directly, and output may have empty lines. So each end that may be meant is noted, the likeliest
//! first, and the claim holds where one of them agrees.

use super::{Line, Page, Region, State, fence, prose, python, session};
use crate::{
    claim::{code::parse_valid, session::is_exception_with_message},
    extract::{
        Language, OutputKind, ShownOutput, commented,
        output::{self, label},
        prompt::cell_mark,
    },
};

/// Lines that may stand between code and the label of its output: `Think about it.`
const APART: usize = 3;

/// What is shown of the output of a region.
#[derive(Debug)]
pub(super) struct Shown {
    kind: OutputKind,
    /// Its first and last line in the page.
    lines: (u32, u32),
    /// The first line from where it isn't the announcement.
    start: String,
    /// How many lines of it may be meant, the likeliest first.
    ends: Vec<usize>,
    /// It stands in comments.
    is_commented: bool,
}

impl Shown {
    /// It as it stands in the document.
    pub(super) fn output(&self, page: &Page) -> Option<ShownOutput> {
        let text = page.excerpt(self.lines.0, self.lines.1);
        let start = page.text(self.lines.0).rfind(&self.start)?;
        let text = text.slice(start..text.text().len());
        let text = if self.is_commented { commented::without_marks(&text)? } else { text };
        Some(ShownOutput { ends: self.ends.clone(), ..text.output(self.kind, Default::default())? })
    }
}

/// What is shown of each region's output. Regions that are nothing but output are taken away, others begin behind it.
pub(super) fn outputs(lines: &[Line], regions: &mut Vec<Region>) -> Vec<Option<Shown>> {
    add_cells(lines, regions);
    let mut all = Vec::new();
    while all.len() < regions.len() {
        let at = all.len();
        if is_cell(lines, &regions[at]) {
            let further = lines[regions[at].last + 1..].iter().take_while(|line| line.gap == 0 && cell_mark(line.text).is_none());
            regions[at].last += further.count();
            regions[at].last = end_of_cell(lines, &regions[at]);
        }
        cut_at_label(lines, regions, at);
        let (before, behind) = regions.split_at(at + 1);
        let shown = before.last().filter(|region| region.language == State::Python).and_then(|region| below(lines, region, behind));
        let end = shown.as_ref().map_or(0, |shown| lines.partition_point(|line| line.number <= shown.lines.1));
        all.push(shown);
        while regions.get(at + 1).is_some_and(|region| region.last < end) {
            regions.remove(at + 1);
        }
        if let Some(region) = regions.get_mut(at + 1) {
            region.first = region.first.max(end);
        }
    }
    all
}

/// Adds the cells whose code is none by its looks: a name alone.
fn add_cells(lines: &[Line], regions: &mut Vec<Region>) {
    for first in (1..lines.len()).filter(|&at| cell_mark(lines[at - 1].text) == Some("In") && cell_mark(lines[at].text).is_none()) {
        let last = first + lines[first + 1..].iter().take_while(|line| line.gap == 0 && cell_mark(line.text).is_none()).count();
        let at = regions.partition_point(|region| region.last < first);
        let is_free = regions.get(at).is_none_or(|region| region.first > last);
        let code: String = lines[first..=last].iter().map(|line| format!("{}\n", line.text)).collect();
        if is_free && lines[first].gap == 0 && output::seen(&code).is_some() {
            regions.insert(at, Region { first, last, language: State::Python });
        }
    }
}

/// Ends a region of Python before a comment that announces output (`# output`), where that stands below it and isn't commented out.
fn cut_at_label(lines: &[Line], regions: &mut Vec<Region>, at: usize) {
    let Region { first, last, language } = regions[at];
    let is_label = |line: usize| {
        is_comment_label(&lines[line]) && !stands_in_comments(lines, line) && lines.get(line + 1).is_some_and(|line| line.gap == 0)
    };
    let Some(comment) = (first + 1..=last).find(|&line| is_label(line)).filter(|_| language == State::Python) else { return };
    let values = lines[comment + 1..=last].iter().take_while(|line| line.gap == 0 && output::is_data(line.text)).count();
    if comment < last && values == 0 {
        return;
    }
    regions[at].last = comment - 1;
    if comment + values < last {
        regions.insert(at + 1, Region { first: comment + values + 1, last, language });
    }
}

/// Whether the output that a line announces is commented out.
fn stands_in_comments(lines: &[Line], label: usize) -> bool {
    lines.get(label + 1).is_some_and(Line::is_comment)
}

/// Whether a region is the code of a notebook's cell: `In [1]:` stands above it.
fn is_cell(lines: &[Line], region: &Region) -> bool {
    region.language == State::Python && region.first > 0 && cell_mark(lines[region.first - 1].text) == Some("In")
}

/// Whether a cell was run: an execution's number stands in its mark.
fn was_run(lines: &[Line], region: &Region) -> bool {
    lines[region.first - 1].text.contains(|c: char| c.is_ascii_digit())
}

/// The last line of a cell's code, where what stands behind an empty line is its output: values, or what is no Python behind all that is. Headings behind
/// these look like comments.
fn end_of_cell(lines: &[Line], region: &Region) -> usize {
    let text = |range: std::ops::RangeInclusive<usize>| lines[range].iter().map(|line| format!("{}\n", line.text)).collect::<String>();
    let is_heading = |&at: &usize| lines[at..=region.last].iter().all(Line::is_comment);
    let heading = (region.first + 1..=region.last).rev().find(|&at| lines[at].gap > 0).filter(is_heading);
    let last = heading.map_or(region.last, |heading| heading - 1);
    let code = |start: usize| text(region.first..=start - 1);
    let shows = |start: usize| output::seen(&code(start)).is_some() && parse_valid(&code(start)).is_some();
    let is_value = |shown: &str| output::is_data(shown) || output::shows_object(shown);
    let mut starts = (region.first + 1..=last).filter(|&at| lines[at].gap > 0);
    let start = if parse_valid(&text(region.first..=last)).is_some() {
        starts.next_back().filter(|&start| is_value(&text(start..=last)) && shows(start))
    } else {
        let paragraph = |start: usize| {
            let further = (start + 1..=last).take_while(|&at| lines[at].gap == 0).count();
            text(start..=start + further)
        };
        let is_no_code = |line: &Line| !line.is_comment() && !python::is_header(line.trimmed()) && !output::is_code(line.trimmed());
        let is_output = |start: usize| {
            let shown = paragraph(start);
            is_value(&shown) || is_no_code(&lines[start]) && parse_valid(&shown).is_none()
        };
        // Each is parsed with all that is above it.
        starts.take(output::LONGEST).find(|&start| is_output(start) && shows(start))
    };
    start.map_or(region.last, |start| start - 1)
}

/// Whether a line is such a mark, and not what a prompt shows.
pub(super) fn is_cell_mark(line: &Line) -> bool {
    cell_mark(line.text).is_some_and(|word| word == "In" || line.printed_by.is_none())
}

/// How a line announces output.
enum Lead<'t> {
    /// Output follows below.
    Below,
    /// An answer follows below.
    Answer,
    /// Output stands behind the word for it; it may be a remark.
    Beside(&'t str, OutputKind),
}

/// Whether a line is a label of output, and no code: `Output:`, `Output: 3`.
pub(super) fn is_label(text: &str) -> bool {
    text.starts_with(|first: char| first.is_uppercase() || !first.is_ascii()) && label(text).is_some()
}

/// Whether a line announces what is below it: with a colon at its end, or in few words that say nothing else (`This will print`).
fn announces(text: &str) -> bool {
    let is_short = || {
        let mut words = text.split(' ');
        matches!(words.next(), Some("This" | "Which" | "It")) && words.count() <= 2 && !text.ends_with(['.', '!', '?'])
    };
    (text.ends_with(':') || is_short()) && output::announces(text)
}

fn lead(text: &str, is_asked: bool) -> Option<Lead<'_>> {
    if let Some(rest) = label(text) {
        // Words may be a remark.
        let kind = if output::is_wordless(rest) { OutputKind::Seen } else { OutputKind::Likely };
        return Some(if rest.is_empty() { Lead::Below } else { Lead::Beside(rest, kind) });
    }
    if let Some(rest) = output::answer(text) {
        let kind = if is_asked && output::is_wordless(rest) { OutputKind::Seen } else { OutputKind::Likely };
        return Some(if rest.is_empty() { Lead::Answer } else { Lead::Beside(rest, kind) });
    }
    announces(text).then_some(Lead::Below)
}

/// What is shown below a region; `behind` are the regions behind it.
fn below(lines: &[Line], region: &Region, behind: &[Region]) -> Option<Shown> {
    let next = behind_labels(lines, region.last + 1);
    let code: String = lines[region.first..=region.last].iter().map(|line| format!("{}\n", line.text)).collect();
    let is_free = |at: usize| behind.first().is_none_or(|region| at < region.first || !is_code(lines, region, &code));
    let line = lines.get(next)?;
    if is_free(next) && line.gap <= 1 && is_exception_with_message(line.text) {
        let single = (line.number, line.number);
        return Some(Shown { kind: OutputKind::Likely, lines: single, start: line.text.to_owned(), ends: Vec::new(), is_commented: false });
    }
    let seen = output::seen(&code)?;
    let is_asked = region.first.checked_sub(1).is_some_and(|above| output::asks(lines[above].text));
    let lines_from = |first: usize, kind_of: &dyn Fn(&[Line]) -> OutputKind| {
        let (last, ends) = extent(lines, first, behind, &code)?;
        let (first, last) = (&lines[first..], &lines[last]);
        let likeliest = first.iter().take_while(|line| ends.first().is_none_or(|end| line.number < first[0].number + *end as u32)).count();
        let kind = kind_of(&first[..likeliest]);
        Some(Shown { kind, lines: (first[0].number, last.number), start: first[0].text.to_owned(), ends, is_commented: false })
    };
    let lead = |at: usize| lines.get(at).filter(|_| is_free(at)).and_then(|line| lead(line.text, is_asked));
    // A few words may stand before it that say nothing.
    let is_label = |at: &usize| lines.get(*at).is_some_and(|line| is_label(line.text) || is_comment_label(line));
    let at = match lead(next) {
        None if !is_cell(lines, region) => {
            (next..=next + APART).take_while(|at| is_apart(lines, *at, behind)).find(is_label).unwrap_or(next)
        }
        _ => next,
    };
    if is_comment_label(&lines[at]) && stands_in_comments(lines, at) {
        return in_comments(lines, at + 1, seen);
    }
    match lead(at) {
        Some(Lead::Beside(rest, kind)) => {
            let line = &lines[at];
            let hanging = hanging(lines, at);
            let kind = if hanging.is_empty() { kind } else { OutputKind::Seen };
            let last = hanging.last().map_or(line.number, |last| last.number);
            let kind = if seen == OutputKind::Seen { kind } else { seen };
            Some(Shown { kind, lines: (line.number, last), start: rest.to_owned(), ends: Vec::new(), is_commented: false })
        }
        Some(Lead::Below) => {
            let first = behind_labels(lines, at + 1);
            if lines.get(first).is_some_and(is_comment_label) { in_comments(lines, first + 1, seen) } else { lines_from(first, &|_| seen) }
        }
        Some(Lead::Answer) => {
            let is_clear = |shown: &[Line]| is_asked && shown.iter().all(|line| output::is_wordless(line.text));
            lines_from(behind_labels(lines, at + 1), &|shown| if is_clear(shown) { seen } else { OutputKind::Likely })
        }
        // A cell's output stands below it, and so does the text that follows.
        None if is_cell(lines, region) => match cell_mark(line.text) {
            Some("Out") => lines_from(next + 1, &|_| OutputKind::Seen),
            None if line.gap > 0 && (was_run(lines, region) || session::is_value(line.text)) => traceback(lines, next).or_else(|| {
                let is_value = |line: &Line| session::is_value(line.text) || output::is_wordless(line.trimmed());
                lines_from(next, &|shown| if shown.iter().all(is_value) { OutputKind::Seen } else { OutputKind::Likely })
            }),
            _ => None,
        },
        None => None,
    }
}

/// A traceback as IPython shows it: below a rule, the exception's name; at its end, that with its message.
fn traceback(lines: &[Line], first: usize) -> Option<Shown> {
    let is_rule = lines[first].text.len() > 20 && lines[first].text.bytes().all(|byte| byte == b'-');
    let header = lines.get(first + 1).filter(|line| is_rule && line.text.ends_with("Traceback (most recent call last)"))?;
    let name = header.text.split_whitespace().next()?;
    let mut below = lines.iter().skip(first + 2).take(output::LONGEST).take_while(|line| cell_mark(line.text).is_none());
    let last = below.find(|line| line.text.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')))?;
    let numbers = (lines[first].number, last.number);
    Some(Shown { kind: OutputKind::Seen, lines: numbers, start: lines[first].text.to_owned(), ends: Vec::new(), is_commented: false })
}

/// Whether a line stands before all of these regions.
fn is_apart(lines: &[Line], at: usize, behind: &[Region]) -> bool {
    at < lines.len() && behind.first().is_none_or(|region| at < region.first)
}

/// Whether a line is a comment that is nothing but a label of output: `# Output:`
fn is_comment_label(line: &Line) -> bool {
    line.text.strip_prefix('#').and_then(|text| label(text.trim_start())).is_some_and(str::is_empty)
}

/// What comments show below such a label.
fn in_comments(lines: &[Line], first: usize, kind: OutputKind) -> Option<Shown> {
    let count = lines.get(first..)?.iter().take_while(|line| line.is_comment() && line.gap == 0).count();
    let shown = &lines[first..first + count];
    let (start, end) = (shown.first()?, shown.last()?);
    Some(Shown { kind, lines: (start.number, end.number), start: start.text.to_owned(), ends: Vec::new(), is_commented: true })
}

/// The lines below one that are indented further, and no prose: they go on with what stands beside the word for output.
fn hanging<'l, 't>(lines: &'l [Line<'t>], at: usize) -> &'l [Line<'t>] {
    let below = &lines[at + 1..];
    let is_further = |line: &&Line| line.gap <= 1 && line.indentation() > lines[at].indentation();
    let count = below.iter().take(output::LONGEST).take_while(is_further).count();
    let is_prose = below[..count].iter().any(|line| line.weight >= 3.0);
    &below[..if is_prose { 0 } else { count }]
}

/// The first line from one on that isn't what pages write above their code: a button, the name of a language.
fn behind_labels(lines: &[Line], mut at: usize) -> usize {
    let is_language = |text: &str| !text.is_empty() && !matches!(Language::from_name(text), None | Some(Language::Other(_)));
    let is_label =
        |line: &Line| prose::is_button(line.text) || fence::is_fence(line.text) || is_language(line.text) && label(line.text).is_none();
    while lines.get(at).is_some_and(is_label) {
        at += 1;
    }
    at
}

/// The last line that may be output of code from a line on, and how many lines of the document may be meant, the likeliest first.
fn extent(lines: &[Line], first: usize, regions: &[Region], code: &str) -> Option<(usize, Vec<usize>)> {
    let number = lines.get(first)?.number;
    let mut shown = Vec::new();
    for (at, line) in lines.iter().enumerate().skip(first).take(output::LONGEST) {
        let mut here = regions.iter().take_while(|region| region.first <= at).filter(|region| region.first == at);
        let starts_code = here.any(|region| is_code(lines, region, code));
        if starts_code || cell_mark(line.text).is_some() || prose::is_button(line.text) || fence::is_fence(line.text) {
            break;
        }
        shown.push(((line.number - number) as usize, line.gap > 0, line.weight));
    }
    Some((first + shown.len().checked_sub(1)?, output::ends(&shown)))
}

/// Whether a region that stands behind an announcement of the output of code is code nevertheless, up to its first empty line.
fn is_code(lines: &[Line], region: &Region, code: &str) -> bool {
    let paragraph = lines[region.first + 1..=region.last].iter().take_while(|line| line.gap == 0);
    let text: String = std::iter::once(&lines[region.first]).chain(paragraph).map(|line| format!("{}\n", line.text)).collect();
    match region.language {
        State::Python => {
            text.contains("print(") || output::is_code(&text) && !output::shows_names(code, &text) && !output::shows_fields(&text)
        }
        State::Session => true,
        State::Shell => text.starts_with("$ "),
        _ => false,
    }
}
