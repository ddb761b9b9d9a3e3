//! Prompt sessions: `>>>` lines with what they print below.

use std::ops::Range;

use super::{
    Claim, Condition, Form, Kind, Reading, Says, Strength, Subject, Target,
    code::{self, Code},
    comment, value,
};

/// Whether code is a session: its first line that is neither empty nor a comment starts with a prompt.
pub fn is_session(code: &str) -> bool {
    code.lines()
        .find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .is_some_and(|line| prompt(line).is_some_and(|prompt| prompt.is_first))
}

/// The code of a session without its prompts: each statement on its own lines, all other lines empty. A statement starts
/// on the same line as in the session, [`prompt_width`] bytes further left. What doctest is told to skip is left out.
pub fn without_prompts(code: &str) -> String {
    let mut text = String::with_capacity(code.len());
    let mut in_statement = false;
    let mut lines = code.lines().peekable();
    while let Some(line) = lines.next() {
        match prompt(line) {
            Some(prompt) if prompt.is_first => {
                let more = lines.clone().take_while(|line| self::prompt(line).is_some_and(|prompt| !prompt.is_first));
                in_statement = !std::iter::once(line).chain(more).any(|line| has_option(line, "SKIP"));
                text.push_str(line.get(prompt.width..).filter(|_| in_statement).unwrap_or_default());
            }
            Some(prompt) if in_statement => text.push_str(&line[prompt.width..]),
            _ => in_statement = false,
        }
        text.push('\n');
    }
    text
}

/// Whether a line of source sets an option of doctest: `# doctest: +SKIP, +ELLIPSIS`.
fn has_option(line: &str, option: &str) -> bool {
    let Some((_, comment)) = line.rsplit_once('#') else { return false };
    let Some(options) = comment.trim_start().strip_prefix("doctest:") else { return false };
    options.split([',', ' ']).any(|word| word.strip_prefix('+') == Some(option))
}

/// The code of a session, and what stands before its first prompt as it is.
pub(crate) fn with_code_before(text: &str) -> String {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if prompt(line.trim_end_matches(['\n', '\r'])).is_some_and(|prompt| prompt.is_first) {
            break;
        }
        start += line.len();
    }
    format!("{}{}", &text[..start], without_prompts(&text[start..]))
}

/// Bytes of the prompt at the start of a line of a session: what [`without_prompts`] takes off there.
pub fn prompt_width(line: &str) -> usize {
    prompt(line).map_or(0, |prompt| prompt.width)
}

/// The claims of a session, in order.
pub(super) fn claims(text: &str) -> Vec<Claim> {
    inputs(text).iter().flat_map(|input| input.claims(text)).collect()
}

struct Prompt {
    is_first: bool,
    width: usize,
}

fn prompt(line: &str) -> Option<Prompt> {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let rest = &line[indent..];
    let (is_first, rest) =
        rest.strip_prefix(">>>").map(|rest| (true, rest)).or_else(|| rest.strip_prefix("...").map(|rest| (false, rest)))?;
    let blank = match rest.bytes().next() {
        None => 0,
        Some(b' ') => 1,
        Some(_) => return None,
    };
    Some(Prompt { is_first, width: line.len() - rest.len() + blank })
}

/// What was typed at one prompt, and what was shown for it.
#[derive(Debug, Default)]
struct Input {
    source: String,
    /// For each line of the source: its offset there, and in the session.
    lines: Vec<(usize, usize)>,
    /// End of the source in the session.
    end: usize,
    /// Lines of output, in the session.
    output: Vec<Range<usize>>,
    /// Lines behind an empty one: output as well, or remarks.
    more: Vec<Range<usize>>,
}

fn inputs(text: &str) -> Vec<Input> {
    let mut inputs: Vec<Input> = Vec::new();
    let mut start = 0;
    let mut takes_source = false;
    let mut takes_output = false;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.trim_end_matches(['\n', '\r']).len();
        start += line.len();
        let line = &text[range.clone()];
        match (prompt(line), inputs.last_mut()) {
            (Some(prompt), _) if prompt.is_first => {
                inputs.push(Input::default());
                takes_source = true;
                takes_output = true;
                if let Some(input) = inputs.last_mut() {
                    input.push(&line[prompt.width..], range.start + prompt.width, range.end);
                }
            }
            (Some(prompt), Some(input)) if takes_source => input.push(&line[prompt.width..], range.start + prompt.width, range.end),
            (_, Some(input)) if takes_output && !line.trim().is_empty() => {
                takes_source = false;
                input.output.push(range);
            }
            (_, last) => {
                takes_source = false;
                takes_output = false;
                if let Some(input) = last.filter(|input| !input.output.is_empty()) {
                    input.more.push(range);
                }
            }
        }
    }
    inputs
}

impl Input {
    fn push(&mut self, line: &str, in_session: usize, end: usize) {
        self.lines.push((self.source.len(), in_session));
        self.source.push_str(line);
        self.source.push('\n');
        self.end = end;
    }

    fn in_session(&self, offset: usize) -> usize {
        let line = self.lines.partition_point(|(start, _)| *start <= offset).saturating_sub(1);
        self.lines.get(line).map_or(0, |(start, in_session)| (in_session + (offset - start)).min(self.end))
    }

    fn claims(&self, text: &str) -> Vec<Claim> {
        let Some(parsed) = code::parse(&self.source) else { return Vec::new() };
        let code = Code::new(&self.source, &parsed);
        let Some(statement) = code.statements.iter().rfind(|statement| statement.parent.is_none()) else { return Vec::new() };
        if self.output.is_empty() {
            return self.comment_claims(comment::claims(&code));
        }
        let target = Target {
            range: self.in_session(statement.range.start)..self.in_session(statement.range.end),
            subject: statement.subject.clone(),
        };
        self.output_claim(text, target).into_iter().collect()
    }

    /// Claims in comments, moved to where they stand in the session.
    fn comment_claims(&self, claims: Vec<Claim>) -> Vec<Claim> {
        let moved = |range: &Range<usize>| self.in_session(range.start)..self.in_session(range.end);
        claims
            .into_iter()
            .map(|mut claim| {
                claim.span = moved(&claim.span);
                claim.target.range = moved(&claim.target.range);
                claim
            })
            .collect()
    }

    fn output_claim(&self, text: &str, target: Target) -> Option<Claim> {
        let indent =
            self.output.iter().map(|line| text[line.clone()].len() - text[line.clone()].trim_start_matches(' ').len()).min().unwrap_or(0);
        // Output is indented as the prompt is, and may start with blanks of its own.
        let indent = indent
            .min(self.lines.first().map_or(0, |(_, start)| start - text[..*start].rfind('\n').map_or(0, |end| end + 1)).saturating_sub(4));
        let lines: Vec<&str> = self.output.iter().map(|line| &text[line.start + indent..line.end]).collect();
        let (first, last) = (self.output.first()?, self.output.last()?);
        let (kind, span, readings, expected);
        if lines
            .first()
            .is_some_and(|line| line.starts_with("Traceback (most recent call last)") || line.starts_with("Traceback (innermost last)"))
        {
            // The message starts at the first line that isn't indented, and may have several lines.
            let header = lines.iter().rposition(|line| line.starts_with("Traceback "))?;
            let named =
                header + 1 + lines[header + 1..].iter().position(|line| line.starts_with(|c: char| c.is_alphabetic() || c == '_'))?;
            expected = lines[named..].join("\n").trim_end().to_string();
            // `NameError:...is not defined` is written for doctest.
            let parts = expected.split_once(": ").or_else(|| expected.split_once(':').filter(|(_, rest)| rest.starts_with("...")));
            let (name, message) = parts.map_or((expected.as_str(), None), |(name, message)| (name, Some(message)));
            let message = message.filter(|_| !self.source.lines().any(|line| has_option(line, "IGNORE_EXCEPTION_DETAIL")));
            let says = Says::Raises { exception: Some(name.trim_end_matches(':').to_string()), message: message.map(str::to_string) };
            readings = vec![Reading { says, strength: Strength::Firm }];
            span = self.output[named].start + indent..last.end;
            kind = Kind::Exception;
        } else {
            let output: Vec<&str> = lines.iter().map(|line| if line.trim() == "<BLANKLINE>" { "" } else { *line }).collect();
            let printed = output.join("\n");
            expected = lines.join("\n").trim_end().to_string();
            span = first.start + indent..last.end;
            let firm = |says| Reading { says, strength: Strength::Firm };
            let is_value = target.subject == Subject::Expression
                && value::scan(&printed).is_some_and(|value| value.text.len() == printed.trim_end().len());
            let is_text = |line: &&Range<usize>| !text[(*line).clone()].trim().is_empty();
            let longer = self.more.iter().rposition(|line| is_text(&line)).map(|end| {
                let more = self.more[..=end].iter().map(|line| text.get(line.start + indent..line.end).unwrap_or_default());
                output.iter().copied().chain(more).collect::<Vec<_>>().join("\n")
            });
            let longer = longer.map(|text| firm(Says::Printed(text)));
            if is_value {
                readings =
                    [firm(Says::Value(printed.trim_end().to_string())), firm(Says::Printed(printed))].into_iter().chain(longer).collect();
                kind = Kind::Value;
            } else {
                readings = std::iter::once(firm(Says::Printed(printed))).chain(longer).collect();
                kind = if target.subject == Subject::Expression { Kind::Value } else { Kind::Stdout };
            }
        }
        let trimmed = text[span.clone()].trim_end().len();
        let is_skipped = self.source.lines().any(|line| has_option(line, "SKIP"));
        let condition = is_skipped.then(|| Condition::Other("`# doctest: +SKIP`".to_owned()));
        Claim::new(span.start..span.start + trimmed, Form::Session, kind, expected, target, readings, condition)
    }
}
