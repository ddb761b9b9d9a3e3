//! Which of the comments below `# Output:` are it.

use super::{
    super::{
        Form, Kind, Says, Subject,
        code::{Code, Comment, Statement, parse_valid, words as split_words},
        lead,
        reading::{Found, Remark, firm, soft},
        words,
    },
    Text, content, is_value_line,
};

/// More words than this are hardly what is printed on a line.
const MOST_WORDS: usize = 8;

/// The comments that show something as one text, none where they're several commands: not the command above them, not what is drawn below them to set the
/// next part of the page apart, and no empty ones at the end.
pub(super) fn shown(code: &Code<'_>, comments: &[Comment]) -> Option<Text> {
    let shown = until_gap(code, until_rule(code, behind_command(code, comments)));
    let is_command = |comment: &Comment| lead::is_command(&Text::of(code, comment).text);
    (!shown.is_empty() && !shown.iter().any(is_command)).then(|| Text::listing(code, shown))
}

/// Lines with nothing but words of the code and values, or rows with numbers, which the loop or call above them may print; code that follows at once is
/// what others speak of. A lone line needs a `print` above it, and more than a word.
pub(super) fn of_words(code: &Code<'_>, statement: Option<&Statement<'_>>, subject: &Subject, group: &[Comment]) -> Option<(Text, Found)> {
    let ends = group.last().is_some_and(|last| code.text[code.line(last.line + 1)].trim().is_empty());
    let listing = Text::listing(code, group);
    let whole = Remark { code, statement, subject, text: &listing.text, form: Form::Block };
    let is_short = |line: &&str| line.split(' ').count() <= MOST_WORDS;
    let is_lone = group.len() == 1 && *subject == Subject::Print && split_words(&listing.text).count() > 1;
    let is_known = |line: &str| words::is_known(&whole, line) || is_signature(line) || is_lone && words::is_nearly_known(&whole, line);
    let (known, others): (Vec<&str>, Vec<&str>) = listing.text.lines().partition(|line| is_short(line) && is_known(line));
    let is_row = are_rows(&listing.text);
    // Values stand between them; and one of several may have been written amiss.
    let others: Vec<&str> = others.into_iter().filter(|line| !is_value_line(line)).collect();
    let are_printed = match others[..] {
        [] => group.len() > 1 || is_lone,
        [other] => is_short(&other) && (group.len() > 2 || group.len() == 2 && words::is_slip_of_known(&whole, other)),
        _ => false,
    };
    if !ends || !is_row && (known.is_empty() || !are_printed) {
        return None;
    }
    let readings = vec![soft(Says::Printed(listing.text.clone())), firm(Says::Words(listing.text.clone()))];
    let found = whole.finish(whole.found(0..listing.text.len(), Kind::Stdout, readings)?);
    Some((listing, found))
}

/// A line by itself that's no word, a path or a digest, which the `print` above it may show; but what directly follows may be what it speaks of.
pub(super) fn of_token(code: &Code<'_>, statement: Option<&Statement<'_>>, subject: &Subject, group: &[Comment]) -> Option<Found> {
    let [comment] = group else { return None };
    let text = Text::of(code, comment).text;
    let ends = code.text[code.line(comment.line + 1)].trim().is_empty();
    let is_shown = words::is_digest(&text) || ends && words::is_copied_token(&text);
    let remark = Remark { code, statement, subject, text: &text, form: Form::Following };
    let found = (*subject == Subject::Print && is_shown).then(|| words::copied_text(&remark, 0, &text)).flatten()?;
    Some(remark.finish(found))
}

/// Whether a line is what a function takes, as `inspect` shows it, `(cups, *, size=2)`; without a mark it may be a tuple.
fn is_signature(line: &str) -> bool {
    line.starts_with('(') && line.contains(['*', '=']) && parse_valid(&format!("def f{line}: pass\n")).is_some()
}

/// Whether lines are rows of a table: each of as many words, and in one column all of them numbers.
fn are_rows(lines: &str) -> bool {
    let rows: Vec<Vec<&str>> = lines.lines().map(|line| line.split_whitespace().collect()).collect();
    let width = rows.first().map_or(0, Vec::len);
    // `1.` counts the lines.
    let is_number = |word: &str| !word.ends_with('.') && word.parse::<f64>().is_ok();
    let is_column_of_numbers = |column: usize| rows.iter().all(|row| row.get(column).is_some_and(|word| is_number(word)));
    rows.len() > 1 && (2..=MOST_WORDS).contains(&width) && rows.iter().all(|row| row.len() == width) && (0..width).any(is_column_of_numbers)
}

/// Comments behind the command that is shown above its output: `$ python tea.py`, `PS C:\tea> python tea.py`.
fn behind_command<'c>(code: &Code<'_>, comments: &'c [Comment]) -> &'c [Comment] {
    let is_command = comments.first().is_some_and(|first| lead::is_command(&Text::of(code, first).text));
    &comments[usize::from(is_command)..]
}

/// Comments up to a line that is drawn between parts of the page; but what the code draws is shown.
fn until_rule<'c>(code: &Code<'_>, comments: &'c [Comment]) -> &'c [Comment] {
    let is_rule = |comment: &Comment| {
        let text = code.text[content(code, comment)].trim();
        let mark = text.chars().next().filter(|mark| "-=*_~".contains(*mark) && text.len() > 3 && text.chars().all(|c| c == *mark));
        mark.is_some_and(|mark| !draws(code, mark))
    };
    &comments[..comments.iter().position(is_rule).unwrap_or(comments.len())]
}

/// Whether code may print a line of such marks.
fn draws(code: &Code<'_>, mark: char) -> bool {
    let written = [format!("'{mark}'"), format!("\"{mark}\""), mark.to_string().repeat(3)];
    let mut from = 0;
    let end = code.text.len();
    let mut ends = code.comments.iter().map(|comment| comment.range.clone()).chain(std::iter::once(end..end));
    ends.any(|comment| {
        let between = code.text.get(from..comment.start).unwrap_or_default();
        from = comment.end;
        written.iter().any(|written| between.contains(written.as_str()))
    })
}

fn until_gap<'c>(code: &Code<'_>, comments: &'c [Comment]) -> &'c [Comment] {
    let last = comments.iter().rposition(|comment| !code.text[content(code, comment)].trim().is_empty());
    &comments[..last.map_or(0, |last| last + 1)]
}
