//! What a page shows of the output of its code, below that: behind a line that announces it (`Output:`, `This prints:`), beside such a word
//! (`Output: 3`), or as the line of an exception.
//!
//! Nothing tells where it ends: prose may follow directly, and output may have empty lines. So each end that may be meant is noted, the likeliest
//! first, and the claim holds where one of them agrees.

use std::collections::BTreeMap;

use super::{Line, Page, Region, State, fence, prose, python, session};
use crate::{
    claim::{
        code::parse_valid,
        session::{is_exception, is_exception_with_message},
    },
    extract::{
        Block, Extent, Language, OutputKind, ShownOutput, commented,
        output::{self, Row, label, label_of_actual},
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
    extent: Extent,
    /// It stands in comments.
    is_commented: bool,
}

impl Shown {
    /// Output from a place in the first of these lines to the end of the last.
    fn new(kind: OutputKind, lines: &[Line], start: &str) -> Option<Shown> {
        let lines = (lines.first()?.number, lines.last()?.number);
        Some(Shown { kind, lines, start: start.to_owned(), extent: Extent::default(), is_commented: false })
    }

    /// Output that is these lines.
    fn of_lines(kind: OutputKind, lines: &[Line]) -> Option<Shown> {
        Shown::new(kind, lines, lines.first()?.text)
    }

    /// It as it stands in the document, below code that ends at a line of the page.
    pub(super) fn output(&self, page: &Page, code: &mut Block, last: u32) -> Option<ShownOutput> {
        let text = page.excerpt(self.lines.0, self.lines.1);
        // It was read with straight quotes, each in the place of another.
        let (line, read) = (page.text(self.lines.0), page.straightened(self.lines.0));
        let read = read.unwrap_or(line);
        let before = read[..read.rfind(&self.start)?].chars().count();
        let start = line.char_indices().nth(before)?.0;
        let text = text.slice(start..text.text().len());
        let text = if self.is_commented { commented::without_marks(&text)? } else { text };
        let mut attributes = BTreeMap::new();
        let between: String = (last + 1..self.lines.0).map(|number| format!("{}\n", page.text(number))).collect();
        output::note_doubts(code, &(between + &line[..start]), &mut attributes);
        Some(ShownOutput { extent: self.extent.clone(), ..text.output(self.kind, attributes)? })
    }
}

/// What is shown of each region's output. Regions that are nothing but output are taken away, others begin behind it.
pub(super) fn outputs(lines: &[Line], regions: &mut Vec<Region>) -> Vec<Vec<Shown>> {
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
        let value = shown.as_ref().and_then(|shown| value_of_cell(lines, &regions[at], shown));
        all.push(shown.into_iter().chain(value).collect());
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
        if is_free && lines[first].gap == 0 && output::seen(&joined(&lines[first..=last])).is_some() {
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

/// Lines as one text.
fn joined(lines: &[Line]) -> String {
    lines.iter().map(|line| format!("{}\n", line.text)).collect()
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
    let is_heading = |&at: &usize| lines[at..=region.last].iter().all(Line::is_comment);
    let heading = (region.first + 1..=region.last).rev().find(|&at| lines[at].gap > 0).filter(is_heading);
    let last = heading.map_or(region.last, |heading| heading - 1);
    let code = |start: usize| joined(&lines[region.first..start]);
    let shows = |start: usize| output::seen(&code(start)).is_some() && parse_valid(&code(start)).is_some();
    let mut starts = (region.first + 1..=last).filter(|&at| lines[at].gap > 0);
    let start = if parse_valid(&joined(&lines[region.first..=last])).is_some() {
        starts.next_back().filter(|&start| output::is_value(&joined(&lines[start..=last])) && shows(start))
    } else {
        let paragraph = |start: usize| {
            let further = (start + 1..=last).take_while(|&at| lines[at].gap == 0).count();
            joined(&lines[start..=start + further])
        };
        let is_no_code = |line: &Line| !line.is_comment() && !python::is_header(line.trimmed()) && !output::is_code(line.trimmed());
        let is_output = |start: usize| {
            let shown = paragraph(start);
            output::is_value(&shown) || is_no_code(&lines[start]) && parse_valid(&shown).is_none()
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
    let text = output::last_sentence(text);
    text.starts_with(|first: char| first.is_uppercase() || !first.is_ascii()) && label(text).is_some()
}

/// Whether a line announces what is below it: with a colon at its end, or in few words that say nothing else (`This will print`).
fn announces(text: &str) -> bool {
    let is_short = || {
        let mut words = text.split(' ');
        matches!(words.next(), Some("This" | "Which" | "It")) && words.count() <= 2 && !text.ends_with(['.', '!', '?'])
    };
    let is_open =
        || ["results in", "result in", "will output", "will print", "would print", "will be"].iter().any(|end| text.ends_with(end));
    (text.ends_with(':') || is_short() || is_open()) && output::announces(text)
}

fn lead(text: &str, is_asked: bool) -> Option<Lead<'_>> {
    if let Some(rest) = label(output::last_sentence(text)) {
        // Words may be a remark.
        let kind = if output::is_wordless(output::first_sentence(rest)) { OutputKind::Seen } else { OutputKind::Likely };
        return Some(if rest.is_empty() { Lead::Below } else { Lead::Beside(rest, kind) });
    }
    if let Some(rest) = output::answer(text) {
        let kind = if is_asked && output::is_wordless(output::first_sentence(rest)) { OutputKind::Seen } else { OutputKind::Likely };
        return Some(if rest.is_empty() { Lead::Answer } else { Lead::Beside(rest, kind) });
    }
    announces(text).then_some(Lead::Below)
}

/// What is shown below a region; `behind` are the regions behind it.
fn below(lines: &[Line], region: &Region, behind: &[Region]) -> Option<Shown> {
    let code = joined(&lines[region.first..=region.last]);
    let next = behind_labels(lines, region.last + 1);
    let line = lines.get(next)?;
    let is_asked = region.first.checked_sub(1).is_some_and(|above| output::asks(lines[above].text));
    // What shows nothing by itself may raise something.
    let seen = output::seen(&code);
    let kind = seen.unwrap_or(OutputKind::Seen);
    let below = Below { behind, code: &code, kind, is_asked };
    if line.gap <= 1 && is_traceback(line.text) {
        return traceback(lines, next);
    }
    if line.gap <= 1 && below.is_free(lines, next) && is_exception_with_message(line.text) {
        return Shown::of_lines(OutputKind::Likely, &lines[next..=next]);
    }
    let shown = announced(lines, region, next, &below)?;
    let is_raised = is_raised(&shown.start);
    let kind = if is_raised && shown.kind == kind { OutputKind::Seen } else { shown.kind };
    (seen.is_some() || is_raised).then_some(Shown { kind, ..shown })
}

/// What stands below code.
struct Below<'r> {
    /// The regions behind it.
    behind: &'r [Region],
    code: &'r str,
    /// What it gives to be seen.
    kind: OutputKind,
    /// The line above asks for it.
    is_asked: bool,
}

impl Below<'_> {
    fn is_free(&self, lines: &[Line], at: usize) -> bool {
        self.behind.first().is_none_or(|region| at < region.first || !is_code(lines, region, self.code))
    }

    /// How a line announces output.
    fn lead<'t>(&self, lines: &[Line<'t>], at: usize) -> Option<Lead<'t>> {
        lines.get(at).filter(|_| self.is_free(lines, at)).and_then(|line| lead(line.text, self.is_asked))
    }

    /// The lines from one on as output, of the kind that `kind_of` tells of the likeliest of them.
    fn lines_from(&self, lines: &[Line], first: usize, kind_of: &dyn Fn(&[Line]) -> OutputKind) -> Option<Shown> {
        let (last, extent) = extent(lines, first, self)?;
        let shown = &lines[first..=last];
        let likeliest = |line: &&Line| extent.ends.first().is_none_or(|end| line.number < shown[0].number + *end as u32);
        let count = shown.iter().take_while(likeliest).count();
        let kind = kind_of(&shown[..count]);
        Some(Shown { extent, ..Shown::of_lines(kind, shown)? })
    }
}

/// What is announced below a region, from a line on, or stands below a cell.
fn announced(lines: &[Line], region: &Region, next: usize, below: &Below) -> Option<Shown> {
    let kind = below.kind;
    // A few words may stand before it that say nothing.
    let is_label = |at: &usize| lines.get(*at).is_some_and(|line| is_label(line.text) || is_comment_label(line));
    let at = match below.lead(lines, next) {
        None if !is_cell(lines, region) => {
            (next..=next + APART).take_while(|at| is_apart(lines, *at, below.behind)).find(is_label).unwrap_or(next)
        }
        _ => next,
    };
    let at = at + behind_expected(&lines[at..]);
    // What is told to be shown of an expression is its value.
    let is_value = |shown: &[Line]| output::is_data(&joined(shown));
    if is_comment_label(&lines[at]) && stands_in_comments(lines, at) {
        return in_comments(lines, at + 1, kind);
    }
    match below.lead(lines, at) {
        Some(Lead::Beside(rest, beside)) => {
            let hanging = hanging(lines, at);
            let beside = if hanging == 0 { beside } else { OutputKind::Seen };
            let is_told = kind == OutputKind::Seen || output::is_data(output::first_sentence(rest));
            Shown::new(if is_told { beside } else { kind }, &lines[at..=at + hanging], rest)
        }
        Some(Lead::Below) => match behind_labels(lines, at + 1) {
            first if lines.get(first).is_some_and(is_comment_label) => in_comments(lines, first + 1, kind),
            _ => below.lines_from(lines, behind_furniture(lines, at + 1), &|shown| if is_value(shown) { OutputKind::Seen } else { kind }),
        },
        Some(Lead::Answer) => {
            let is_clear = |shown: &[Line]| below.is_asked && shown.iter().all(|line| output::is_wordless(line.text));
            let kind = |shown: &[Line]| if is_value(shown) { OutputKind::Seen } else { kind };
            below
                .lines_from(lines, behind_furniture(lines, at + 1), &|shown| if is_clear(shown) { kind(shown) } else { OutputKind::Likely })
        }
        None if is_cell(lines, region) => below_cell(lines, region, below),
        None => None,
    }
}

/// How many lines stand before the label of what really comes out, where the first is one of what is expected.
fn behind_expected(lines: &[Line]) -> usize {
    let text = joined(&lines[..lines.len().min(output::LONGEST)]);
    label_of_actual(&text).map_or(0, |start| text[..start].matches('\n').count())
}

/// A cell's output stands below it, and so does the text that follows.
fn below_cell(lines: &[Line], region: &Region, below: &Below) -> Option<Shown> {
    let next = behind_furniture(lines, region.last + 1);
    let line = lines.get(next)?;
    if cell_mark(line.text) == Some("Out") {
        return below.lines_from(lines, next + 1, &|_| OutputKind::Seen);
    }
    if line.gap == 0 || !was_run(lines, region) && !session::is_value(line.text) {
        return None;
    }
    traceback_of_cell(lines, next).or_else(|| {
        let is_value = |line: &Line| session::is_value(line.text) || output::is_wordless(line.trimmed());
        // Where another value is shown below, each statement's may be.
        let shows_more = |shown: &[Line]| {
            !below.code.contains("print(") && lines.get(next + shown.len()).is_some_and(|line| output::is_data(line.trimmed()))
        };
        let is_clear = |shown: &[Line]| shown.iter().all(is_value) && !shows_more(shown);
        below.lines_from(lines, next, &|shown| if is_clear(shown) { OutputKind::Seen } else { OutputKind::Likely })
    })
}

/// The value of a cell that also prints: it stands in a paragraph of its own behind the one that is printed.
fn value_of_cell(lines: &[Line], region: &Region, shown: &Shown) -> Option<Shown> {
    let code = is_cell(lines, region).then(|| joined(&lines[region.first..=region.last]))?;
    if !code.contains("print(") || !output::ends_in_value(&code) {
        return None;
    }
    let paragraph_behind = |first: usize| {
        let count = lines.iter().skip(first).skip(1).take_while(|line| line.gap == 0 && cell_mark(line.text).is_none()).count();
        (first + 1 + count, lines.get(first + 1 + count).is_some_and(|line| cell_mark(line.text).is_none()))
    };
    let (start, is_there) = paragraph_behind(lines.partition_point(|line| line.number < shown.lines.0));
    let (end, goes_on) = paragraph_behind(start);
    let value = lines.get(start..end).filter(|value| is_there && output::is_value(&joined(value)))?;
    let is_last = !goes_on || !output::is_value(lines[end].trimmed());
    if is_last { Shown::of_lines(OutputKind::Value, value) } else { None }
}

/// Whether a line says that something was raised, or is the first that does.
fn is_raised(text: &str) -> bool {
    is_exception_with_message(text) || is_traceback(text) || is_rule(text)
}

/// Whether a line is the rule that IPython puts above a traceback.
fn is_rule(text: &str) -> bool {
    text.len() > 20 && text.bytes().all(|byte| byte == b'-')
}

fn is_traceback(text: &str) -> bool {
    text == "Traceback (most recent call last):"
}

/// A traceback as Python shows it, up to the exception below its lines.
fn traceback(lines: &[Line], first: usize) -> Option<Shown> {
    let mut below = lines[first + 1..].iter().take(output::LONGEST).take_while(|line| cell_mark(line.text).is_none());
    let last = below.position(|line| line.indentation() <= lines[first].indentation() && is_exception(line.text))?;
    Shown::of_lines(OutputKind::Seen, &lines[first..=first + 1 + last])
}

/// A traceback as IPython shows it: below a rule, the exception's name; at its end, that with its message.
fn traceback_of_cell(lines: &[Line], first: usize) -> Option<Shown> {
    let header =
        lines.get(first + 1).filter(|line| is_rule(lines[first].text) && line.text.ends_with("Traceback (most recent call last)"))?;
    let name = header.text.split_whitespace().next()?;
    let mut below = lines[first + 2..].iter().take(output::LONGEST).take_while(|line| cell_mark(line.text).is_none());
    let last = below.position(|line| line.text.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')))?;
    Shown::of_lines(OutputKind::Seen, &lines[first..=first + 2 + last])
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
    Some(Shown { is_commented: true, ..Shown::of_lines(kind, &lines[first..first + count])? })
}

/// How many lines below one are indented further, and no prose: they go on with what stands beside the word for output.
fn hanging(lines: &[Line], at: usize) -> usize {
    let below = &lines[at + 1..];
    let is_further = |line: &&Line| line.gap <= 1 && line.indentation() > lines[at].indentation();
    let count = below.iter().take(output::LONGEST).take_while(is_further).count();
    let is_prose = below[..count].iter().any(|line| line.weight >= 3.0);
    if is_prose { 0 } else { count }
}

/// The first line from one on that isn't what pages write above their code: a button, the name of a language.
fn behind_labels(lines: &[Line], first: usize) -> usize {
    let is_label = |line: &&Line| is_furniture(line) || is_language(line);
    first + lines.iter().skip(first).take_while(is_label).count()
}

/// The first line from one on that isn't furniture, nor stands before some.
fn behind_furniture(lines: &[Line], first: usize) -> usize {
    let end = behind_labels(lines, first);
    lines[first.min(end)..end].iter().rposition(is_furniture).map_or(first, |last| first + last + 1)
}

/// Whether a line is what pages have around their code: a button, a fence.
fn is_furniture(line: &Line) -> bool {
    prose::is_button(line.text) || fence::is_fence(line.text)
}

/// Whether a line is the name of a language, which a program may print as well.
fn is_language(line: &Line) -> bool {
    !line.text.is_empty() && label(line.text).is_none() && !matches!(Language::from_name(line.text), None | Some(Language::Other(_)))
}

/// The last line that may be output of code from a line on, and which of them may be meant.
fn extent(lines: &[Line], first: usize, below: &Below) -> Option<(usize, Extent)> {
    let number = lines.get(first)?.number;
    let mut rows = Vec::new();
    for (at, line) in lines.iter().enumerate().skip(first).take(output::LONGEST) {
        let mut here = below.behind.iter().take_while(|region| region.first <= at).filter(|region| region.first == at);
        let starts_code = here.any(|region| is_code(lines, region, below.code));
        if starts_code || cell_mark(line.text).is_some() || is_furniture(line) {
            break;
        }
        rows.push(Row { number: (line.number - number) as usize, is_apart: line.gap > 0, text: line.text });
    }
    // What was raised ends all.
    let is_end = |row: &&Row| is_exception(row.text);
    if let Some(header) = rows.iter().position(|row| is_traceback(row.text))
        && let Some(last) = rows.iter().skip(header + 1).find(is_end).map(|row| row.number)
    {
        let count = rows.iter().take_while(|row| row.number <= last).count();
        return Some((first + count - 1, Extent::default()));
    }
    // The name of a language above may be printed, and `None` is more often than not.
    let is_name = |at: usize| lines.get(first + at).is_some_and(|line| is_language(line) && line.text != "None");
    let names = (0..rows.len()).take_while(|&at| is_name(at)).count();
    let again = matches!(rows.get(names).and_then(|row| lead(row.text, false)), Some(Lead::Below));
    let likeliest = if names + usize::from(again) < rows.len() { names + usize::from(again) } else { 0 };
    let mut extent = output::extent(&rows[likeliest..]);
    if likeliest > 0 {
        let own = if extent.starts.is_empty() { vec![rows[likeliest].number] } else { extent.starts };
        extent.starts = own.into_iter().chain(rows[..likeliest].iter().map(|row| row.number)).collect();
        extent.ends.extend(rows[..likeliest].iter().map(|row| row.number + 1));
    }
    Some((first + rows.len().checked_sub(1)?, extent))
}

/// Whether a region that stands behind an announcement of the output of code is code nevertheless, up to its first empty line.
fn is_code(lines: &[Line], region: &Region, code: &str) -> bool {
    let further = lines[region.first + 1..=region.last].iter().take_while(|line| line.gap == 0).count();
    let text = joined(&lines[region.first..=region.first + further]);
    match region.language {
        State::Python => {
            text.contains("print(") || output::is_code(&text) && !output::shows_names(code, &text) && !output::shows_fields(&text)
        }
        State::Session => true,
        State::Shell => text.starts_with("$ "),
        _ => false,
    }
}
