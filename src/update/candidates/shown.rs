//! Output: what stands below a prompt, and blocks apart from the code.

use super::{
    Subject, line_end, line_start, seen,
    wildcard::{self, merged},
};
use crate::{
    claim::{Kind, Subject as Target, session::source_end},
    document::Format,
    extract::{OutputKind, ShownOutput},
    update::change::{Change, Effect, Part},
};

const HEADER: &str = "Traceback (most recent call last):";

/// Ways to write what stands below a prompt.
pub(super) fn below_prompt(subject: &Subject) -> Vec<Change> {
    let (code, claim) = (subject.code(), subject.claim);
    let region = source_end(code, claim.target.range.end) + 1;
    let end = line_end(code, claim.span.end);
    // What follows a value on its line stays, and nothing but another value can stand before it.
    let goes_on = !code[claim.span.end..end].trim().is_empty();
    let end = if goes_on { claim.span.end } else { end };
    let indentation = indentation(code, claim.target.range.start, region, end);
    let set = |lines: Vec<String>, first: &str| -> String {
        let marked = lines.into_iter().map(|line| if line.is_empty() { "<BLANKLINE>".to_owned() } else { line });
        let lines: Vec<String> = marked.collect();
        format!("{first}{}", lines.join(&format!("\n{indentation}")))
    };
    let old: Vec<String> =
        code[region..end].lines().map(|line| line.get(indentation.len()..).unwrap_or(line.trim_start()).to_owned()).collect();
    let rewrites = |range, text| subject.rewrites(Part::Code, range, text);
    let lines = subject.printed();
    if goes_on && (lines.len() != 1 || subject.sighting.raised().is_some()) {
        return Vec::new();
    }
    if let Some(raised) = subject.sighting.raised() {
        let texts = [seen::exception(raised), seen::bare_exception(raised)];
        return match claim.kind {
            Kind::Exception => {
                let kept = texts.iter().filter_map(|text| wildcard::shortened(&claim.expected, text)).collect::<Vec<_>>();
                let texts = kept.into_iter().chain(texts.clone());
                texts.map(|text| rewrites(claim.span.clone(), set(seen::lines(&text), ""))).collect()
            }
            _ => {
                let texts = texts.iter().map(|text| format!("{HEADER}\n    ...\n{text}"));
                texts.map(|text| rewrites(region..end, set(seen::lines(&text), &indentation))).collect()
            }
        };
    }
    if lines.is_empty() {
        return vec![Change {
            claim: subject.index,
            effect: Effect::Removes,
            part: Part::Code,
            range: region - 1..end,
            text: String::new(),
        }];
    }
    // IPython's `Out[1]: ` stays, and so does another label.
    let has_mark = claim.kind != Kind::Exception && !code[region..claim.span.start].trim().is_empty();
    let (start, first) = if has_mark { (claim.span.start, "") } else { (region, indentation.as_str()) };
    let kept = if claim.kind == Kind::Exception { None } else { merged(&old, &lines) };
    kept.into_iter().chain([lines]).map(|lines| rewrites(start..end, set(lines, first))).collect()
}

/// The blanks before each line of output.
fn indentation(code: &str, statement: usize, region: usize, end: usize) -> String {
    let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let start = line_start(code, statement);
    let prompt = blanks(&code[start..line_end(code, start)]);
    let least = code[region..end].lines().filter(|line| !line.trim().is_empty()).map(blanks).min().unwrap_or(0);
    " ".repeat(prompt.min(least))
}

/// Ways to write a block of output. The error says why it has to stay.
pub(super) fn apart(subject: &Subject) -> Result<Vec<Change>, String> {
    let (example, claim) = (subject.example, subject.claim);
    let at = |output: &ShownOutput| output.lines.iter().position(|(offset, _)| example.document.position(*offset) == claim.position);
    let found = example.outputs.iter().enumerate().find_map(|(index, output)| Some((index, output, at(output)?)));
    let Some((index, output, first)) = found else { return Err("its place in the document can't be told".to_owned()) };
    let part = Part::Output(index);
    let text = part.text(example);
    let end = text.trim_end_matches('\n').len();
    if output.kind == OutputKind::Raised {
        return Err("its stored traceback can only be made anew by running the cell".to_owned());
    }
    if !output.extent.ends.is_empty() {
        return Err("where it ends in the text can't be told".to_owned());
    }
    let start = text.match_indices('\n').map(|(at, _)| at + 1).nth(first.wrapping_sub(1)).filter(|_| first > 0).unwrap_or(0);
    let rewrites = |start: usize, lines: &[String]| subject.rewrites(part, start..end, lines.join("\n"));
    if let Some(raised) = subject.sighting.raised() {
        let texts = [seen::exception(raised), seen::bare_exception(raised)];
        let change = |text: &String| match claim.kind {
            Kind::Exception => rewrites(start, &seen::lines(text)),
            _ => rewrites(0, &seen::lines(&format!("{HEADER}\n  ...\n{text}"))),
        };
        return Ok(texts.iter().map(change).collect());
    }
    let printed = seen::printed(subject.sighting);
    let value = subject.sighting.passes.last().and_then(|pass| pass.value.as_ref()).filter(|value| value.repr != "None");
    let value = value.map(|value| seen::lines(&value.repr));
    let mut shown: Vec<Vec<String>> = match (output.kind, &claim.target.subject, value) {
        (OutputKind::Value, _, value) => value.into_iter().collect(),
        (_, Target::Expression, Some(value)) => vec![[printed.clone(), value.clone()].concat(), value, printed],
        _ => vec![printed],
    };
    shown.retain(|lines| !lines.is_empty());
    shown.dedup();
    if shown.is_empty() {
        return Err("nothing was shown; take the block away".to_owned());
    }
    let old: Vec<String> = text.lines().map(str::to_owned).collect();
    let marks_blank = |lines: &[String]| -> Vec<String> {
        lines.iter().map(|line| if line.is_empty() { "<BLANKLINE>".to_owned() } else { line.clone() }).collect()
    };
    // Where doctest reads it, an empty line ends the output.
    let by_doctest = example.document.format == Format::Rst || text.contains("<BLANKLINE>");
    let mut changes = Vec::new();
    for lines in shown {
        let marked = marks_blank(&lines);
        let ordered = if by_doctest { [marked, lines] } else { [lines, marked] };
        let kept = merged(&old, &ordered[0]);
        changes.extend(kept.iter().chain(&ordered).map(|lines| rewrites(0, lines)));
    }
    changes.dedup();
    Ok(changes)
}
