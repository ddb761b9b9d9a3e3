//! Whether one reading of a claim agrees with what was seen of its statement.

use crate::{
    claim::{Claim, Form, Options, Says, Subject},
    plan::continuing::Undefined,
    run::protocol::{Raised, Seen},
};

use super::{
    assertion,
    compare::{self, Agreed},
    doctest,
    evidence::Pass,
    exception, number,
    outcome::{described, excuse},
    outdated,
    pardon::is_a_word_off,
    reason::Reason,
    shape::{Likeness, Shape, compare as compare_shapes, parse, same_name},
    streams,
    text::{lines, quoted_like, split_commas},
};

mod amount;
mod changing;
mod near;
mod part;
mod sequence;

use changing::changes_its_object;

/// What a reading comes to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Agreement {
    /// It agrees.
    Agrees {
        /// What was seen, as the claim would write it.
        actual: Option<String>,
    },
    /// It doesn't.
    Differs {
        /// What was seen, as the claim would write it.
        actual: Option<String>,
        /// What to say where this can't make the claim wrong.
        reason: Reason,
    },
    /// It can't be said.
    Unknown {
        /// What was seen, where something was.
        actual: Option<String>,
        /// Why.
        reason: Reason,
    },
}

use Agreement::{Agrees, Differs, Unknown};

/// What a reading is held against.
pub(super) struct Seeing<'a> {
    /// The claim.
    pub(super) claim: &'a Claim,
    /// Source text of the claim's statement.
    pub(super) source: &'a str,
    /// The passes through the statement: one at least.
    pub(super) passes: &'a [Pass<'a>],
    /// There were more passes than these.
    pub(super) is_cut: bool,
    /// Names that the example uses and never defines.
    pub(super) undefined: &'a Undefined,
}

/// Whether a reading agrees, given the indices of its queries.
pub(super) fn agreement(seeing: &Seeing, says: &Says, queries: &[usize]) -> Agreement {
    match of_passes(seeing, says, queries) {
        // What the other passes did may be what is claimed.
        Differs { actual, .. } if seeing.is_cut => {
            Unknown { actual, reason: Reason::new("often", "it was passed more often than was noted") }
        }
        agreement => agreement,
    }
}

fn of_passes(seeing: &Seeing, says: &Says, queries: &[usize]) -> Agreement {
    match says {
        Says::Printed(text) => seeing.all_printed(text).unwrap_or_else(|| seeing.item_by_item(text, queries)),
        Says::Words(text) => seeing.words(text),
        Says::Value(text) => {
            let each = seeing.item_by_item(text, queries);
            match each {
                Agrees { .. } => each,
                _ => seeing.all_printed(text).filter(|joined| matches!(joined, Agrees { .. })).unwrap_or(each),
            }
        }
        Says::PrintedLines(wanted) => seeing.printed_lines(wanted),
        Says::PrintedTimes(times) => seeing.printed_times(*times),
        Says::Items { items, open } => seeing.items(items, *open, queries),
        Says::Type(name) => seeing.each(|pass| seeing.r#type(name, queries, pass)),
        Says::Attribute { name, value } => seeing.each(|pass| seeing.answered(value, queries, pass, &format!("attribute `{name}`"))),
        Says::State { subject, value } => seeing.each(|pass| seeing.answered(value, queries, pass, &format!("`{subject}`"))),
        Says::RefCount(count) => seeing.each(|pass| seeing.references(*count, queries, pass)),
        Says::Raises { exception, message } => {
            let is_torn = |raised: &Raised| message.as_deref().is_some_and(|part| exception::is_torn(part, &seeing.claim.expected, raised));
            seeing.any_raises(|pass| match pass.raised() {
                Some(raised) if is_torn(raised) => seeing.torn(raised),
                _ => exception::agreement(exception.as_deref(), message.as_deref(), pass, seeing.undefined),
            })
        }
        Says::Shows { text, options, is_exception: true } => seeing.any_raises(|pass| match pass.raised() {
            Some(raised) if doctest::shows_exception(text, raised, options) => {
                Agrees { actual: Some(format!("raises {}", described(raised))) }
            }
            Some(raised) => seeing.differs(format!("raises {}", described(raised))),
            None => seeing.differs("raises nothing".to_owned()),
        }),
        Says::Shows { text, options, .. } => seeing.shows(text, options),
        Says::RaisesNothing => seeing.each(|pass| match pass.raised() {
            None => Agrees { actual: Some("raises nothing".to_owned()) },
            Some(raised) => seeing.raised(raised),
        }),
        Says::Asserted => assertion::agreement(seeing),
        Says::Passes { .. } => seeing.each(|pass| passes(queries, pass)),
        Says::Takes(range) => seeing.takes(range),
        Says::Bytes(range) => seeing.each(|pass| seeing.amount(pass, queries, |bytes| number::is_about_bytes(range, bytes))),
        Says::About(range) => seeing.each(|pass| seeing.amount(pass, &[], |value| number::is_about(range, value))),
    }
}

/// Whether a check was passed.
fn passes(queries: &[usize], pass: &Pass) -> Agreement {
    let answer = queries.first().and_then(|query| pass.answer(*query));
    let actual = answer.and_then(|answer| answer.seen.as_ref()).map(|seen| seen.repr.clone());
    match answer.map(|answer| (answer.equal, answer.error.as_ref().or(answer.expression_error.as_ref()))) {
        Some((Some(true), _)) => Agrees { actual },
        Some((Some(false), _)) => Differs { actual, reason: Reason::new("check", "the check isn't passed") },
        Some((None, Some(error))) => Unknown { actual, reason: Reason::new("check", format!("the check can't be evaluated: {error}")) },
        Some((None, None)) | None => Unknown { actual, reason: Reason::new("check", "the check was not evaluated") },
    }
}

/// Whether more than the texts tells whether a reading agrees.
fn is_settled(agreement: &Agreement) -> bool {
    matches!(agreement, Unknown { reason, .. } if reason.category != "compare")
}

impl Seeing<'_> {
    /// A reading of each pass by itself: all of them must agree.
    fn each(&self, one: impl Fn(&Pass) -> Agreement) -> Agreement {
        combine(self.passes.iter().map(one).collect())
    }

    /// A claimed exception need not be raised in each pass: it's enough that none raises another.
    fn any_raises(&self, one: impl Fn(&Pass) -> Agreement) -> Agreement {
        let results: Vec<Agreement> = self.passes.iter().map(one).collect();
        let raising: Vec<Agreement> =
            results.iter().zip(self.passes).filter(|(_, pass)| pass.raised().is_some()).map(|(result, _)| result.clone()).collect();
        if raising.is_empty() { combine(results) } else { combine(raising) }
    }

    /// What all passes printed together, against a text; `None` where it isn't about output.
    fn all_printed(&self, text: &str) -> Option<Agreement> {
        let output = match self.output() {
            Ok(output) => output,
            Err(reason) => return Some(Unknown { actual: None, reason }),
        };
        // To print nothing is a claim only where printing is what the statement is about, or the claim says so.
        let is_about_output = self.prints() || !output.is_empty() || text.trim().is_empty();
        if is_about_output && compare::printed(text, &output) {
            return Some(Agrees { actual: Some(self.styled(&output)) });
        }
        if self.is_own_print(text, &output) {
            return Some(Agrees { actual: Some(self.styled(text)) });
        }
        let errors: Option<String> = self.passes.iter().map(|pass| pass.stderr).collect();
        if let Some(errors) = errors.filter(|errors| !errors.trim().is_empty()) {
            if compare::printed(text, &errors)
                || compare::printed(text, &format!("{output}{errors}"))
                || streams::are_mixed(text, &output, &errors)
            {
                return Some(Agrees { actual: Some(self.styled(&errors)) });
            }
            if streams::is_beginning(text, &errors) {
                let reason = Reason::new("partial", "what is shown is where its standard error begins");
                return Some(Unknown { actual: Some(self.styled(&errors)), reason });
            }
        }
        // Either the value that a prompt shows last is as claimed, or what stands before it.
        if self.claim.form == Form::Session
            && let [pass] = self.passes
            && let Some(value) = &pass.seen().value
            && pass.raised().is_none()
            && streams::are_of_output_and_value(text, &output, &value.repr)
        {
            return Some(self.differs(streams::with_value(output, &value.repr)));
        }
        let reason = self.is_part(text, &output)?;
        Some(Unknown { actual: Some(self.styled(&output)), reason })
    }

    /// What all passes wrote, as doctest compares it.
    fn shows(&self, text: &str, options: &Options) -> Agreement {
        if let Some(raised) = self.passes.iter().find_map(Pass::raised) {
            return self.raised(raised);
        }
        match self.output() {
            Ok(output) if doctest::shows(text, &output, options) => Agrees { actual: Some(self.styled(&output)) },
            Ok(output) => self.differs(self.styled(&output)),
            Err(reason) => Unknown { actual: None, reason },
        }
    }

    /// Output of all passes, or why it isn't known.
    fn output(&self) -> Result<String, Reason> {
        let output: Option<String> = self.passes.iter().map(|pass| pass.stdout).collect();
        output.ok_or_else(|| Reason::new("output", "what it printed was cut off or isn't UTF-8"))
    }

    /// A text against each pass; or, where it's as many items as passes, each item against its pass.
    fn item_by_item(&self, text: &str, queries: &[usize]) -> Agreement {
        let each = self.each(|pass| self.value_or_printed(text, queries, pass));
        let items = split_commas(text);
        if matches!(each, Agrees { .. }) || items.len() < 2 || items.len() != self.passes.len() {
            return each;
        }
        let results: Vec<Agreement> = items.iter().zip(self.passes).map(|(item, pass)| self.value_or_printed(item, &[], pass)).collect();
        if results.iter().all(|result| matches!(result, Agrees { .. })) { combine(results) } else { each }
    }

    /// A text against one pass: its value, or what it printed.
    fn value_or_printed(&self, text: &str, queries: &[usize], pass: &Pass) -> Agreement {
        let stdout = pass.stdout;
        if let Some(stdout) = stdout
            && (!stdout.is_empty() || self.prints())
            && compare::printed(text, stdout)
        {
            return Agrees { actual: Some(self.styled(stdout)) };
        }
        if let Some(raised) = pass.raised() {
            return match stdout.filter(|stdout| !stdout.is_empty() && streams::leads_to_traceback(self.claim)) {
                Some(stdout) => self.differs(self.styled(stdout)),
                None => self.raised(raised),
            };
        }
        if self.prints() {
            return match stdout {
                Some(stdout) => self.differs(self.styled(stdout)),
                None => Unknown { actual: None, reason: Reason::new("output", "what it printed was cut off or isn't UTF-8") },
            };
        }
        let value = self.value(text, queries, pass);
        if matches!(value, Agrees { .. }) {
            return value;
        }
        let is_nothing = pass.seen().value.as_ref().is_none_or(|value| value.repr == "None");
        let claims_output = pass.seen().value.is_none() && self.claims_output();
        match stdout {
            // Where the value is nothing, what it printed is what it did.
            Some(stdout) if is_nothing && (claims_output || !stdout.trim().is_empty()) => self.differs(self.styled(stdout)),
            // A prompt that was told to shows values in another way.
            Some(stdout) if !is_settled(&value) && self.is_shown_otherwise(stdout, pass) => self.differs(self.styled(stdout)),
            _ => value,
        }
    }

    fn is_shown_otherwise(&self, stdout: &str, pass: &Pass) -> bool {
        let value = pass.seen().value.as_ref();
        self.claim.form == Form::Session && value.is_some_and(|value| !stdout.trim().is_empty() && !streams::end_with(stdout, &value.repr))
    }

    /// A text against the value that a pass had.
    fn value(&self, text: &str, queries: &[usize], pass: &Pass) -> Agreement {
        let answers = queries.iter().filter_map(|query| pass.answer(*query));
        let mut candidates: Vec<_> = answers.filter_map(|answer| Some((answer.seen.as_ref()?, Some(answer)))).collect();
        if candidates.is_empty() {
            candidates.extend(pass.seen().value.as_ref().map(|seen| (seen, None)));
        }
        let mut results = Vec::new();
        for (seen, answer) in candidates {
            let agreed = match compare::value(text, seen, answer) {
                Agreed::No if matches!(self.claim.target.subject, Subject::ClassAttribute { .. }) => member_value(text, seen),
                other => other,
            };
            results.push(match agreed {
                Agreed::Yes => return Agrees { actual: Some(self.shown(seen, true)) },
                Agreed::No if self.is_hidden(text, seen) => self.hidden(seen),
                Agreed::No if seen.repr == "None" && changes_its_object(self.source) => {
                    Unknown { actual: Some("None".to_owned()), reason: Reason::new("none", "the statement's own value is None") }
                }
                Agreed::No => self.differs(self.shown(seen, false)),
                Agreed::Unknown(reason) => Unknown { actual: Some(self.shown(seen, false)), reason },
            });
        }
        // The first is the most telling; but none may be wrong while another is unknown.
        let unknown = results.iter().position(|result| matches!(result, Unknown { .. })).unwrap_or(0);
        if results.is_empty() {
            Unknown { actual: None, reason: Reason::new("no-value", "the statement has no value") }
        } else {
            results.swap_remove(unknown)
        }
    }

    /// The answers about an attribute, a name or the like against its claimed value.
    fn answered(&self, value: &str, queries: &[usize], pass: &Pass, what: &str) -> Agreement {
        let mut results = Vec::new();
        for answer in queries.iter().filter_map(|query| pass.answer(*query)) {
            results.push(match (&answer.seen, &answer.error) {
                (Some(seen), _) => {
                    let agreed = match compare::value(value, seen, Some(answer)) {
                        Agreed::No if matches!(self.claim.target.subject, Subject::ClassAttribute { .. }) => member_value(value, seen),
                        // Below `Output:`, a text is shown as it's printed.
                        _ if self.claim.form == Form::Block && seen.str.as_deref().is_some_and(|text| lines(text) == lines(value)) => {
                            Agreed::Yes
                        }
                        other => other,
                    };
                    match agreed {
                        Agreed::Yes => return Agrees { actual: Some(self.shown(seen, true)) },
                        Agreed::No if self.is_hidden(value, seen) => self.hidden(seen),
                        Agreed::No => self.differs(self.shown(seen, false)),
                        // At a prompt, an assignment shows nothing but what it prints.
                        Agreed::Unknown(_)
                            if self.claim.form == Form::Session && pass.stdout.is_some_and(|output| !output.trim().is_empty()) =>
                        {
                            self.differs(self.shown(seen, false))
                        }
                        Agreed::Unknown(reason) => Unknown { actual: Some(self.shown(seen, false)), reason },
                    }
                }
                (None, Some(error)) => {
                    Unknown { actual: None, reason: Reason::new("lookup", format!("{what} can't be looked at: {error}")) }
                }
                (None, None) => Unknown { actual: None, reason: Reason::new("lookup", format!("{what} was not looked at")) },
            });
        }
        if let (true, Some(raised)) = (results.is_empty(), pass.raised()) {
            return self.raised(raised);
        }
        let telling = results.iter().position(|result| matches!(result, Differs { .. })).unwrap_or(0);
        if results.is_empty() {
            Unknown { actual: None, reason: Reason::new("lookup", format!("{what} was not looked at")) }
        } else {
            results.swap_remove(telling)
        }
    }

    /// Whether a comment can't mean how an object shows: that is nothing but where it lies, or where its items do.
    fn is_hidden(&self, claimed: &str, seen: &Seen) -> bool {
        let is_comment = matches!(self.claim.form, Form::Trailing | Form::Following);
        // What an iterator gives is looked at.
        let has_items = |shape: &Shape| {
            let is_function = ["<function ", "<bound method ", "<built-in "].iter().any(|start| seen.repr.starts_with(start));
            matches!(shape, Shape::Angle(_)) && !is_function && parse(claimed).is_some_and(|claimed| claimed.is_container())
        };
        // `cups = [object()]  # False` may tell whether there are any.
        let tells_truth = |shape: &Shape| !matches!(shape, Shape::Angle(_)) && matches!(claimed.trim(), "True" | "False" | "None");
        let is_of_addresses = |shape: Shape| shape.is_of_addresses(&seen.repr) && !has_items(&shape) && !tells_truth(&shape);
        // Nobody means anything else by an object without a class of its own.
        let is_bare = seen.repr.starts_with("<object object at");
        is_comment && !claimed.contains('<') && !is_bare && parse(&seen.repr).is_some_and(is_of_addresses)
    }

    fn hidden(&self, seen: &Seen) -> Agreement {
        let reason = Reason::new("object", format!("the `{}` shows nothing but addresses", seen.r#type));
        Unknown { actual: Some(self.shown(seen, false)), reason }
    }

    fn r#type(&self, name: &str, queries: &[usize], pass: &Pass) -> Agreement {
        if let Some(raised) = pass.raised() {
            return self.raised(raised);
        }
        let equal = queries.iter().filter_map(|query| pass.answer(*query)).any(|answer| answer.equal == Some(true));
        let Some(seen) = &pass.seen().value else {
            return Unknown { actual: None, reason: Reason::new("no-value", "the statement has no value") };
        };
        let plain = |name: &str| name.to_lowercase().replace([' ', '_', '-'], "");
        let denotes = parse(name)
            .zip(parse(&seen.repr))
            .is_some_and(|(name, seen)| matches!(name, Shape::Word(_)) && compare_shapes(&name, &seen) == Likeness::Same);
        if equal || denotes || same_name(name.trim(), &seen.r#type) || plain(name) == plain(&seen.r#type) {
            return Agrees { actual: Some(seen.r#type.clone()) };
        }
        Differs { actual: Some(seen.r#type.clone()), reason: Reason::new("soft", format!("it is of type `{}`", seen.r#type)) }
    }

    /// A message that begins as claimed, and goes on otherwise where an explanation could begin.
    fn torn(&self, raised: &Raised) -> Agreement {
        let actual = format!("raises {}", described(raised));
        if is_a_word_off(self.claim, Some(&actual)) {
            return self.differs(actual);
        }
        Unknown {
            actual: Some(actual),
            reason: Reason::new("partial", "what stands behind the message may explain it, or be a part of it"),
        }
    }

    /// An exception where something else is claimed.
    pub(super) fn raised(&self, raised: &Raised) -> Agreement {
        match excuse(raised, self.undefined).or_else(|| outdated::exception(raised, self.source)) {
            Some(reason) => Unknown { actual: None, reason },
            None => self.differs(format!("raises {}", described(raised))),
        }
    }

    pub(super) fn differs(&self, actual: String) -> Agreement {
        let mut short: String = actual.lines().next().unwrap_or_default().chars().take(80).collect();
        if short.len() < actual.len() {
            short.push('…');
        }
        let reason = if actual.is_empty() { "it printed nothing".to_owned() } else { format!("it may not be a claim; seen was {short}") };
        let reason = Reason::new("soft", reason);
        Differs { actual: Some(actual), reason }
    }

    /// Whether the statement is one that prints and has no value worth claiming.
    fn prints(&self) -> bool {
        matches!(self.claim.target.subject, Subject::Print | Subject::Compound | Subject::Example)
    }

    /// Whether the claim says that something is printed.
    fn claims_output(&self) -> bool {
        self.claim.readings.iter().any(|reading| matches!(reading.says, Says::Printed(_) | Says::PrintedLines(_)))
    }

    /// Whether the claim is written in quotes.
    fn is_quoted(&self) -> bool {
        matches!(parse(self.claim.expected.trim()), Some(Shape::Str(_)))
    }

    /// Printed text as the claim writes it.
    fn styled(&self, output: &str) -> String {
        let bare = lines(output).join("\n");
        // What was printed with quotes shows them already.
        if self.is_quoted() && !matches!(parse(&bare), Some(Shape::Str(_))) { quoted_like(&self.claim.expected, &bare) } else { bare }
    }

    /// A value as the claim writes it: its repr, but a string without quotes where the claim has none.
    pub(super) fn shown(&self, seen: &Seen, agrees: bool) -> String {
        let bare = matches!(parse(self.claim.expected.trim()), Some(Shape::Word(_) | Shape::Raw(_)));
        match &seen.str {
            Some(text) if bare && (agrees || seen.r#type == "str") && compare::value(&seen.repr, seen, None) == Agreed::Yes => text.clone(),
            _ => seen.repr.clone(),
        }
    }
}

/// The results of several passes as one.
fn combine(results: Vec<Agreement>) -> Agreement {
    let count = results.len();
    let agreeing = results.iter().filter(|result| matches!(result, Agrees { .. })).count();
    let mut actuals: Vec<&str> = Vec::new();
    for result in &results {
        let (Agrees { actual } | Differs { actual, .. } | Unknown { actual, .. }) = result;
        if let Some(actual) = actual.as_deref()
            && actuals.last() != Some(&actual)
        {
            actuals.push(actual);
        }
    }
    // Whoever reads it wants to see what happened, not each of a thousand passes.
    let shown = (!actuals.is_empty()).then(|| actuals.iter().take(20).copied().collect::<Vec<_>>().join("\n"));
    if count > 0 && agreeing == count {
        return Agrees { actual: shown };
    }
    if agreeing > 0 {
        return Unknown {
            actual: shown,
            reason: Reason::new("passes", format!("differs from pass to pass: holds in {agreeing} of {count}")),
        };
    }
    let unknown = results.iter().find(|result| matches!(result, Unknown { .. })).or(results.first());
    match unknown {
        Some(Unknown { reason, .. }) => Unknown { actual: shown, reason: reason.clone() },
        Some(Differs { reason, .. }) => Differs { actual: shown, reason: reason.clone() },
        _ => Unknown { actual: None, reason: Reason::new("never-passed", "the statement was never passed") },
    }
}

/// The value of an enumeration's member: `1` of `<Color.RED: 1>`.
fn member_value(text: &str, seen: &Seen) -> Agreed {
    let inner = seen.repr.strip_prefix('<').and_then(|repr| repr.strip_suffix('>')).and_then(|repr| repr.split_once(": "));
    match inner.and_then(|(_, value)| parse(value)).zip(parse(text)) {
        Some((value, claimed)) if compare_shapes(&claimed, &value) == Likeness::Same => Agreed::Yes,
        _ => Agreed::No,
    }
}
