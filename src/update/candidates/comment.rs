//! Comments: behind a statement, below it, and listings; and the text between triple quotes below a `print`.

use std::ops::Range;

use super::{
    Subject, line_end, line_start, seen,
    wildcard::{merged, shortened},
};
use crate::{
    claim::{self, Form, Kind, Says, Subject as Target},
    update::change::{Change, Part},
};

/// Columns that a line may take; one that is longer in the example already may stay so.
const COLUMNS: usize = 100;

/// Ways to write what was seen into a comment. The error says why it has to stay.
pub(super) fn of(subject: &Subject) -> Result<Vec<Change>, String> {
    let (code, claim) = (subject.code(), subject.claim);
    let comment = Comment::around(code, &claim.span).ok_or_else(|| "its comment can't be found".to_owned())?;
    // What reads like a remark stays, also where it was taken for a part of what is claimed.
    let value = claim::value_before_tail(&code[claim.span.clone()]).map(|length| claim.span.start..claim.span.start + length);
    let lines = lines(subject);
    if lines.is_empty() && subject.sighting.raised().is_none() {
        return Err("nothing was printed; take the claim away, or say what the statement is for".to_owned());
    }
    let is_listing = claim.form == Form::Block || claim.expected.contains('\n');
    let is_one_line = !code[claim.span.clone()].contains('\n');
    let mut changes = Vec::new();
    let mut long = Vec::new();
    let mut contradicted = None;
    if is_one_line && (claim.form != Form::Block || lines.len() <= 1) {
        let before = claim.span.start - line_start(code, claim.span.start);
        let expected = value.as_ref().map_or(claim.expected.as_str(), |value| &code[value.clone()]);
        for text in texts(subject, expected, &lines) {
            let end = value.as_ref().map_or(claim.span.end, |value| value.end);
            let remark = &code[end..claim.span.end];
            contradicted = contradicted.or([remark, comment.tail].into_iter().find(|words| says(words, &text)));
            // A remark isn't dropped.
            let whole = text.ends_with(remark).then(|| claim.span.clone());
            for range in value.iter().cloned().chain(whole).chain(Some(comment.content..end)) {
                let behind = code[range.end..claim.span.end].chars().count() + comment.tail.chars().count();
                let columns = code[line_start(code, range.start)..range.start].chars().count() + text.chars().count() + behind;
                let fits = columns <= COLUMNS.max(before + claim.span.len() + comment.tail.len());
                let change = subject.rewrites(Part::Code, range, text.clone());
                if fits { changes.push(change) } else { long.push(change) }
            }
        }
    }
    if let Some(words) = contradicted {
        return Err(format!("the words behind it (`{}`) speak of what was seen, too", words.trim()));
    }
    if is_listing || claim.form == Form::Following {
        changes.extend(listing(subject, &comment, &lines));
    }
    if claim.form == Form::Trailing && comment.tail.trim().is_empty() && value.is_none() && is_one_line {
        changes.extend(below(subject, &comment, &lines));
    }
    changes.extend(long);
    changes.dedup();
    Ok(changes)
}

/// The comment that a claim stands in.
struct Comment<'a> {
    /// Where its mark starts.
    mark: usize,
    /// Where its text starts, behind the mark and blanks.
    content: usize,
    /// What stands behind the claim on its last line.
    tail: &'a str,
}

impl<'a> Comment<'a> {
    fn around(code: &'a str, span: &Range<usize>) -> Option<Comment<'a>> {
        let start = line_start(code, span.start);
        let before = &code[start..span.start];
        let hash = before.rfind('#')?;
        let mark = start + before[..hash + 1].trim_end_matches('#').len();
        let rest = &code[start + hash + 1..span.start];
        let inner = rest.strip_prefix('>').unwrap_or(rest).trim_start();
        let content = span.start - inner.len();
        Some(Comment { mark, content, tail: &code[span.end..line_end(code, span.end)] })
    }
}

/// What was seen, line by line, in the claim's own form.
fn lines(subject: &Subject) -> Vec<String> {
    let prints = matches!(subject.claim.target.subject, Target::Print | Target::Compound | Target::Example);
    let is_value = subject.sighting.passes.iter().any(|pass| pass.value.as_ref().is_some_and(|value| value.repr != "None"));
    let of_state = subject
        .claim
        .readings
        .iter()
        .any(|reading| matches!(reading.says, Says::State { .. } | Says::Attribute { .. } | Says::RefCount(_)));
    if prints || (!is_value && !of_state) {
        let printed = subject.printed();
        if !printed.is_empty() || prints {
            return printed;
        }
    }
    let actual = subject.actual.filter(|actual| !actual.starts_with("raises "));
    // Where an exception is claimed, the judge says only that there was none.
    let value = || subject.sighting.passes.last().and_then(|pass| pass.value.as_ref()).filter(|value| value.repr != "None");
    actual.or_else(|| value().map(|value| value.repr.as_str())).map(seen::lines).unwrap_or_default()
}

/// What was seen in one line, in the claim's style, the most like it first.
fn texts(subject: &Subject, expected: &str, lines: &[String]) -> Vec<String> {
    let claim = subject.claim;
    let mut texts = Vec::new();
    if let Some(raised) = subject.sighting.raised() {
        let message = raised.message.lines().count() <= 1;
        let full = message.then(|| seen::bare_exception(raised));
        let bare = Some(raised.r#type.clone());
        let verb = ["raises ", "Raises ", "throws "].into_iter().find(|verb| expected.starts_with(verb));
        let ordered = if expected.contains(':') || claim.kind != Kind::Exception { [full, bare] } else { [bare, full] };
        let plain: Vec<String> = ordered.into_iter().flatten().collect();
        let led = plain.iter().map(|text| format!("{}{text}", verb.unwrap_or("raises ")));
        let is_claimed = claim.kind == Kind::Exception && verb.is_none();
        return if is_claimed { plain.iter().cloned().chain(led).collect() } else { led.chain(plain.iter().cloned()).collect() };
    }
    let actual = subject.actual.filter(|actual| !actual.starts_with("raises ") && !actual.contains('\n'));
    if let [pass] = subject.sighting.passes.as_slice() {
        texts.extend(seen::in_quotes_of(expected, pass, lines));
    }
    let plain: Vec<String> = actual.map(str::to_owned).into_iter().chain((lines.len() == 1).then(|| lines[0].clone())).collect();
    let digits = actual.or(lines.first().map(String::as_str)).and_then(|actual| seen::in_digits_of(expected, actual));
    let short: Vec<String> = texts.iter().chain(&plain).filter_map(|text| shortened(expected, text)).collect();
    let numbers = claim.readings.iter().any(|reading| matches!(reading.says, Says::RefCount(_) | Says::PrintedTimes(_)));
    let count = match numbers {
        true => actual.map(str::to_owned).or_else(|| Some(lines.len().to_string())).and_then(|actual| seen::with_number(expected, &actual)),
        false => None,
    };
    let mut ordered: Vec<String> = count.into_iter().chain(short).chain(digits).chain(texts).chain(plain).collect();
    if lines.len() > 1 && lines.len() <= 20 {
        let separators = [" -> ", ", ", " | ", "; ", " / "];
        let used = separators.into_iter().filter(|separator| expected.contains(separator));
        let apart = |separator: &&str| !lines.iter().any(|line| line.contains(separator.trim()));
        let several = (subject.sighting.passes.len() > 1).then_some(", ");
        ordered.extend(used.chain(several).filter(apart).map(|separator| lines.join(separator)));
    }
    let mut kept: Vec<String> = Vec::new();
    for text in ordered.into_iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()) {
        if !kept.contains(&text) {
            kept.push(text);
        }
    }
    kept
}

/// Whether words behind a claim name this text; a plain word may stand there for something else.
fn says(tail: &str, text: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let is_plain = text.chars().all(|c| c.is_lowercase());
    !is_plain
        && tail.match_indices(text).any(|(at, _)| {
            !tail[..at].chars().next_back().is_some_and(is_word) && !tail[at + text.len()..].chars().next().is_some_and(is_word)
        })
}

/// Lines of comments in the place of those that are claimed.
fn listing(subject: &Subject, comment: &Comment, lines: &[String]) -> Vec<Change> {
    let (code, claim) = (subject.code(), subject.claim);
    let start = line_start(code, claim.span.start);
    let is_mark = |text: &str| text.chars().all(|c| c.is_whitespace() || matches!(c, '#' | '>'));
    let own = &code[start..claim.span.start];
    let second = code[claim.span.clone()].find('\n').map(|end| {
        let line = &code[claim.span.start + end + 1..];
        &line[..line.len() - line.trim_start_matches(|c: char| c.is_whitespace() && c != '\n' || matches!(c, '#' | '>')).len()]
    });
    let blank = |c: char| if c == '\t' { '\t' } else { ' ' };
    let aligned = || {
        let before: String = code[start..comment.mark].chars().map(blank).collect();
        let inside: String = " ".repeat(code[comment.mark..claim.span.start].chars().count().saturating_sub(1));
        format!("{before}#{inside}")
    };
    let prefix = match second {
        _ if is_mark(own) => own.to_owned(),
        Some(second) if is_mark(second) && second.contains('#') => second.to_owned(),
        _ => aligned(),
    };
    let set = |lines: &[String]| lines.join(&format!("\n{prefix}")).lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    let old: Vec<String> = claim.expected.lines().map(str::to_owned).collect();
    let mut ways: Vec<Vec<String>> = merged(&old, lines).into_iter().collect();
    if let ([line], true) = (lines, claim.expected.contains('\n')) {
        let room = COLUMNS.saturating_sub(prefix.chars().count());
        if line.chars().count() > room {
            ways.extend(seen::wrapped(line, room));
        }
    }
    ways.push(lines.to_vec());
    ways.iter().filter(|lines| !lines.is_empty()).map(|lines| subject.rewrites(Part::Code, claim.span.clone(), set(lines))).collect()
}

/// Lines of comments below the statement, in the place of a comment behind it that has nothing else to say.
fn below(subject: &Subject, comment: &Comment, lines: &[String]) -> Vec<Change> {
    let (code, claim) = (subject.code(), subject.claim);
    let lead = code[comment.content..claim.span.start].trim();
    let is_session = crate::claim::session::is_session(code);
    if lead.contains(char::is_alphanumeric) && !lead.to_ascii_lowercase().contains("print") && !lead.to_ascii_lowercase().contains("output")
        || is_session
    {
        return Vec::new();
    }
    let first = line_start(code, claim.target.range.start);
    let statement = &code[first..claim.target.range.start];
    if !statement.trim().is_empty() {
        return Vec::new();
    }
    let end = code[..comment.mark].trim_end().len();
    let mark = if code[comment.mark..].starts_with("#>") { "#> " } else { "# " };
    let listed = |head: &[String]| -> String {
        let lines = head.iter().chain(lines).map(|line| format!("\n{}", format!("{statement}{mark}{line}").trim_end()));
        lines.collect()
    };
    let room = COLUMNS.saturating_sub(statement.chars().count() + mark.len());
    let mut changes = Vec::new();
    for text in [listed(&[]), listed(&["Output:".to_owned()])] {
        if lines.iter().all(|line| line.chars().count() <= room) || lines.len() > 1 {
            changes.push(subject.rewrites(Part::Code, end..line_end(code, claim.span.end), text));
        }
    }
    changes
}

/// Ways to write the text between triple quotes below a `print`.
pub(super) fn in_quotes(subject: &Subject) -> Vec<Change> {
    let (code, claim) = (subject.code(), subject.claim);
    let prefix = &code[line_start(code, claim.span.start)..claim.span.start];
    let lines = seen::printed(subject.sighting);
    if lines.is_empty() || !prefix.trim().is_empty() || lines.iter().any(|line| line.contains(['\\']) || line.contains("\"\"\"")) {
        return Vec::new();
    }
    let text = lines.join(&format!("\n{prefix}"));
    vec![subject.rewrites(Part::Code, claim.span.clone(), text)]
}
