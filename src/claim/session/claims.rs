//! What is shown below a prompt → claims.

use std::ops::Range;

use super::{
    super::{
        Claim, Condition, Form, Kind, Options, Reading, Says, Strength, Subject, Target, assertion,
        code::{self, Code},
        comment, value,
    },
    Input, PROSE, of_ipython,
    shown::{is_exception, shown, traceback_at},
    without_marks,
};
use crate::extract::plain;

/// Words behind a label that are still what is shown: more of them say it.
const FEW_WORDS: usize = 3;

impl Input {
    /// The claims of an input: what is shown for it, or else what its comments say.
    pub(super) fn claims(&self, text: &str, options: &Options) -> Vec<Claim> {
        if of_ipython(&self.source).is_some() && !self.output.is_empty() {
            let target = Target { range: self.in_session(0)..self.end, subject: Subject::Simple };
            return self.output_claims(text, &target, options);
        }
        let Some(parsed) = code::parse(&self.source) else { return Vec::new() };
        let code = Code::new(&self.source, &parsed);
        let Some(statement) = code.statements.iter().rfind(|statement| statement.parent.is_none()) else {
            // What isn't valid here may be so in another version, and what is shown is claimed all the same; unless both are words of a text.
            let is_output = |line: &str| plain::weight(line) < PROSE || is_exception(line);
            let is_shown = self.output.first().is_some_and(|line| is_output(&text[line.clone()]));
            let target = Target { range: self.in_session(0)..self.end, subject: Subject::Simple };
            let is_claimed = is_shown && parsed.has_invalid_syntax();
            return if is_claimed { self.output_claims(text, &target, options) } else { Vec::new() };
        };
        if self.output.is_empty() {
            let mut claims = self.moved([comment::claims(&code), assertion::claims(&code)].concat());
            if let Some(condition) = skipped(options) {
                claims.iter_mut().for_each(|claim| claim.condition = Some(condition.clone()));
            }
            return claims;
        }
        let target = Target {
            range: self.in_session(statement.range.start)..self.in_session(statement.range.end),
            subject: statement.subject.clone(),
        };
        self.output_claims(text, &target, options)
    }

    /// Claims of the source, moved to where they stand in the session.
    fn moved(&self, claims: Vec<Claim>) -> Vec<Claim> {
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

    /// Output, a traceback, or output and the traceback behind it.
    fn output_claims(&self, text: &str, target: &Target, options: &Options) -> Vec<Claim> {
        let lines = self.shown_lines(text);
        let traceback = traceback_at(&lines).unwrap_or(0);
        let parts = [0..traceback, traceback..lines.len()].into_iter().filter(|part| !part.is_empty());
        parts.filter_map(|part| self.output_claim(text, &lines, part, target, options)).collect()
    }

    /// Bytes before what is shown on each line: it's indented as the prompt is, and may start with blanks of its own.
    fn indent(&self, text: &str) -> usize {
        let filled = self.output.iter().map(|line| &text[line.clone()]).filter(|line| !line.trim().is_empty());
        let least = filled.map(|line| line.len() - line.trim_start_matches(' ').len()).min().unwrap_or(0);
        let prompt = self.lines.first().map_or(0, |(_, start)| start - text[..*start].rfind('\n').map_or(0, |end| end + 1));
        least.min(prompt.saturating_sub(4))
    }

    fn shown_lines<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let indent = self.indent(text);
        self.output.iter().map(|line| text.get(line.start + indent..line.end).unwrap_or_default()).collect()
    }

    /// The claim of a part of the lines that are shown.
    fn output_claim(&self, text: &str, all: &[&str], part: Range<usize>, target: &Target, options: &Options) -> Option<Claim> {
        let indent = self.indent(text);
        let lines = without_remarks_behind(&all[part.clone()]);
        let shown = shown(lines, options)?;
        let end = part.start + lines.len();
        let span = self.output.get(part.start + shown.first)?.start + indent..self.output.get(end - 1)?.end;
        let strength = if is_remark(lines) { Strength::Soft } else { Strength::Firm };
        let reading = |says| Reading { says, strength };
        let is_expression = target.subject == Subject::Expression;
        let (kind, mut readings);
        if let Some((exception, message)) = &shown.exception {
            let says = Says::Raises { exception: Some(exception.clone()), message: message.clone() };
            readings = vec![reading(says), reading(shown.says(options))];
            kind = Kind::Exception;
        } else if options.ignores_output() {
            readings = vec![reading(Says::RaisesNothing)];
            kind = Kind::Stdout;
        } else {
            let printed = without_marks(lines, options);
            let is_value = |text: &str| is_expression && value::is_whole(text);
            let read = |text: &str| {
                let value = is_value(text).then(|| Says::Value(text.trim_end().to_owned()));
                value.into_iter().chain([Says::Printed(text.to_owned())]).map(reading).collect::<Vec<_>>()
            };
            kind = if is_expression { Kind::Value } else { Kind::Stdout };
            readings = read(&printed);
            // With the comments it may be output as well, and is none that can be told from words.
            let bare = without_comments(lines);
            let as_shown = if bare.is_some() { Strength::Soft } else { strength };
            readings.iter_mut().for_each(|reading| reading.strength = as_shown);
            readings.extend(bare.into_iter().flat_map(|lines| read(&without_marks(&lines, options))));
            // `...` below a statement that has ended: lines that are left out.
            readings.extend(self.leaves_out_lines(target).then(|| reading(Says::Printed(format!("...\n{printed}")))));
            for text in uncommented(lines).iter().map(|lines| lines.join("\n")) {
                // A text in quotes is no remark.
                let is_text = text.starts_with(['\'', '"']) && value::is_whole(&text);
                let strength = if is_text { Strength::Firm } else { strength };
                readings.extend(read(&text).into_iter().map(|reading| Reading { strength, ..reading }));
            }
            // A remark that no more than one blank sets off.
            let remark = lines.last().and_then(|line| line.rsplit_once(" #")).filter(|_| lines.len() == 1);
            readings.extend(remark.map(|(shown, _)| reading(Says::Printed(shown.trim_end().to_owned()))));
            let said = without_comments(lines).map_or_else(|| printed.clone(), |lines| lines.join("\n"));
            let exception = bare_exception(&said);
            // No object is shown as an exception with its message.
            let state = unpacked(&self.source, target).filter(|_| exception.is_none());
            readings.extend(state.map(|subject| reading(Says::State { subject, value: printed.trim().to_owned() })));
            // It may be, and is no reason to doubt what the lines up to the empty one say.
            let longer = self.longer(text, indent, &printed).filter(|_| part.end == all.len());
            readings.extend(longer.map(|text| Reading { says: Says::Printed(text), strength: Strength::Soft }));
            if exception.is_some() && unpacked(&self.source, target).is_some() {
                // Nor does an assignment print that.
                readings.iter_mut().for_each(|reading| reading.strength = Strength::Soft);
            }
            readings.extend(exception.map(reading));
            let as_shown = as_shown.min(readings.first().map_or(as_shown, |reading| reading.strength));
            readings.push(Reading { says: shown.says(options), strength: as_shown });
            readings.extend(self.unlabelled(&shown.text, is_expression, as_shown));
        }
        // A traceback may be printed as well.
        if lines.len() < all.len() {
            readings.push(reading(Says::Printed(without_marks(all, options))));
        }
        let trimmed = text[span.clone()].trim_end().len();
        let condition = self.condition(&shown.text, options);
        let is_told =
            self.whole.is_some() && is_expression && !value::is_whole(&shown.text) && shown.text.split_whitespace().count() > FEW_WORDS;
        let mut claim = Claim::new(span.start..span.start + trimmed, Form::Session, kind, shown.text, target.clone(), readings, condition)?;
        // Behind a label, the author may say what comes of it instead of showing that.
        if is_told && !self.source.contains("print") {
            comment::soften(&mut claim);
        }
        Some(claim)
    }

    /// More that output says of which a label or a remark was taken off: the code may have printed that as well, and who writes a label writes no quotes.
    fn unlabelled(&self, shown: &str, is_expression: bool, strength: Strength) -> Vec<Reading> {
        let Some(whole) = &self.whole else { return Vec::new() };
        let whole = Reading { says: Says::Printed(whole.clone()), strength: Strength::Soft };
        let is_bare = is_expression && !shown.contains(['\'', '"', '\\', '\n']);
        let strength = if value::is_whole(shown) { Strength::Soft } else { strength };
        let text = is_bare.then(|| Reading { says: Says::Value(format!("'{shown}'")), strength });
        text.into_iter().chain([whole]).collect()
    }

    /// Whether nothing but `...` stands on the line below a statement without a body.
    fn leaves_out_lines(&self, target: &Target) -> bool {
        let last = self.lines.last().filter(|_| self.lines.len() > 1);
        target.subject != Subject::Compound && last.is_some_and(|(start, _)| self.source[*start..].trim().is_empty())
    }

    /// What is printed, if the lines behind an empty one are output as well.
    fn longer(&self, text: &str, indent: usize, printed: &str) -> Option<String> {
        let is_text = |line: &Range<usize>| !text[line.clone()].trim().is_empty();
        let end = self.more.iter().rposition(is_text)?;
        let more = self.more[..=end].iter().map(|line| text.get(line.start + indent..line.end).unwrap_or_default());
        Some(std::iter::once(printed).chain(more).collect::<Vec<_>>().join("\n"))
    }

    fn condition(&self, shown: &str, options: &Options) -> Option<Condition> {
        let may_vary = ["# may vary", "# random", "#random"].into_iter().find(|mark| shown.contains(mark) || self.source.contains(mark));
        let comment = self.source.rsplit_once('#').map_or("", |(_, comment)| comment);
        let may_vary = may_vary.or_else(|| ["paraphrased", "abbreviated"].into_iter().find(|word| comment.contains(word)));
        let may_vary = may_vary.or_else(|| comment.split(|c: char| !c.is_alphabetic()).find(|word| HEDGES.contains(word)));
        let magic = of_ipython(&self.source).map(|word| format!("IPython, which knows `{word}`"));
        let surroundings = options.surroundings();
        let completed = completed(&self.source, shown).map(|name| format!("a prompt that shows what begins with `{name}`"));
        skipped(options).or_else(|| surroundings.or(magic).or(completed).or(may_vary.map(str::to_owned)).map(Condition::Other))
    }
}

/// The beginning of a name, where nothing else was typed and names that begin so are shown: what a prompt offers at a key.
fn completed<'s>(source: &'s str, shown: &str) -> Option<&'s str> {
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_');
    let begun = source.trim().rsplit('.').next().filter(|_| source.trim().split('.').all(is_part))?;
    let offered = |word: &str| word.strip_prefix(begun).is_some_and(|rest| !rest.is_empty());
    (begun.len() > 1 && shown.split_whitespace().count() > 1 && shown.split_whitespace().all(offered)).then_some(begun)
}

/// Why a statement isn't run, as the condition of what is claimed of it.
fn skipped(options: &Options) -> Option<Condition> {
    options.skip().map(|name| Condition::Other(format!("`# doctest: +{name}`")))
}

/// Lines without the comments below a traceback: those speak of what follows.
fn without_remarks_behind<'l, 't>(lines: &'l [&'t str]) -> &'l [&'t str] {
    let is_remark = |line: &&&str| line.trim_start().starts_with("# ");
    match traceback_at(lines) {
        Some(0) => &lines[..lines.len() - lines.iter().rev().take_while(is_remark).count()],
        _ => lines,
    }
}

/// Words of a comment behind a prompt that leave open what comes of it.
const HEDGES: [&str; 8] = ["may", "might", "maybe", "perhaps", "possibly", "probably", "sometimes", "usually"];

/// Whether lines are rather said of the output than output: comments, or words in angle brackets that stand for it, `<prints all names>`.
fn is_remark(lines: &[&str]) -> bool {
    const VERBS: [&str; 10] = ["returns", "return", "prints", "print", "shows", "show", "displays", "outputs", "lists", "opens"];
    let stands_for = |line: &str| {
        let inner = line.trim().strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
        inner.and_then(|inner| inner.split_once(' ')).is_some_and(|(first, _)| VERBS.contains(&first))
    };
    lines.iter().all(|line| is_comment(line)) || matches!(lines, [line] if stands_for(line))
}

/// Lines that are all comments, without their marks: what is shown below a prompt may be marked like that.
fn uncommented<'t>(lines: &[&'t str]) -> Option<Vec<&'t str>> {
    let bare = |line: &&'t str| if line.trim_end() == "#" { Some("") } else { line.strip_prefix("# ") };
    lines.iter().map(bare).collect::<Option<Vec<_>>>().filter(|lines| lines.iter().any(|line| !line.is_empty()))
}

fn is_comment(line: &str) -> bool {
    line.starts_with("# ") || line.starts_with("##") || line.trim_end() == "#"
}

/// Shown lines without the comments behind them, above them, and those below them, which speak of the next statement; `None` where there are none.
fn without_comments<'t>(lines: &[&'t str]) -> Option<Vec<&'t str>> {
    let end = lines.iter().rposition(|line| !is_comment(line))? + 1;
    let start = lines.iter().position(|line| !is_comment(line))?;
    let bare: Vec<&str> =
        lines[start..end].iter().map(|line| line.split_once("  # ").map_or(*line, |(shown, _)| shown.trim_end())).collect();
    (bare != lines).then_some(bare)
}

/// The names that a statement gives the items of a value to, as a tuple: `(a, b)` of `a, b = f()`. No prompt shows anything for it; what is shown
/// all the same is what they are now. Or the object of which an item or an attribute was set.
fn unpacked(source: &str, target: &Target) -> Option<String> {
    // `a[0] = 5`, and `a` below.
    if let Subject::Assignment { target: Some(changed) } = &target.subject {
        let object = changed.split(['[', '.']).next().unwrap_or_default().trim_end();
        return (object.len() < changed.len() && !object.is_empty()).then(|| object.to_owned());
    }
    let (names, _) = source.split_once('=').filter(|_| target.subject == Subject::Assignment { target: None })?;
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    names.trim().split(", ").all(is_name).then(|| format!("({})", names.trim()))
}

/// `ValueError: too small`, without the frames of its traceback.
fn bare_exception(text: &str) -> Option<Says> {
    if !is_exception(text.lines().next()?) {
        return None;
    }
    let (name, message) = text.trim_end().split_once(": ").map_or((text.trim_end(), None), |(name, message)| (name, Some(message)));
    Some(Says::Raises { exception: Some(name.to_owned()), message: message.map(str::to_owned) })
}
