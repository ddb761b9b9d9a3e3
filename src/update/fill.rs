//! Claims where there are none: behind and below a `print`, and below a prompt that shows something.
//!
//! Filled is only what stands at the top of an example (not in functions and loops, where one statement shows many things), where no comment
//! and no block of output says anything, and what doesn't vary from run to run. Cells of notebooks are left to Jupyter, which stores what they
//! show.

use super::{
    Trial, Witness,
    candidates::seen,
    change::{Change, Effect, Part},
};
use crate::{
    claim::{self, Claim, Form, Kind, Reading, Says, Strength, Subject, Target, session},
    document::{Format, Position},
    extract::Example,
    judge::{self, sighting::Sighting},
};

/// Columns of a line with a comment behind its statement.
const COLUMNS: usize = 88;

/// Lines of output above which none are filled in.
const MOST_LINES: usize = 30;

/// The statements that may show something of which nothing is said, as claims that say nothing yet: what a run is to look at.
pub(crate) fn places(example: &Example, claims: &[Claim]) -> Vec<Claim> {
    let is_whole = |claim: &Claim| claim.target.subject == Subject::Example;
    let is_kept = example.document.format == Format::Notebook || example.attributes.contains_key("hidden");
    if is_kept || claims.iter().any(is_whole) || !example.outputs.is_empty() {
        return Vec::new();
    }
    let targets = match session::is_session(&example.code) {
        true => session::silent(&example.code),
        false => claim::silent_prints(&example.code),
    };
    let is_free = |target: &Target| {
        claims.iter().all(|claim| target.range.end <= claim.target.range.start || claim.target.range.end <= target.range.start)
    };
    let place = |target: Target| {
        let readings = vec![Reading { says: Says::Printed(String::new()), strength: Strength::Soft }];
        Claim {
            span: target.range.end..target.range.end,
            position: Position { line: 1, column: 1 },
            form: Form::Trailing,
            kind: Kind::Stdout,
            strength: Strength::Soft,
            expected: String::new(),
            target,
            readings,
            condition: None,
        }
    };
    targets.into_iter().filter(is_free).map(place).collect()
}

/// Ways to say what a statement showed; none where it showed nothing. The error says why nothing is said.
pub(super) fn candidates(trial: &Trial, index: usize, witness: &Witness, sighting: &Sighting) -> Result<Vec<Change>, String> {
    let place = &trial.places[index];
    let code = trial.example.code.as_str();
    let lines = seen::printed(sighting);
    if lines.is_empty() || sighting.raised().is_some() {
        return Ok(Vec::new());
    }
    if sighting.is_cut || lines.len() > MOST_LINES {
        return Err(format!("it shows more than {MOST_LINES} lines"));
    }
    if judge::varies(trial.example, witness.plan, witness.before, place.target.range.start) {
        return Err("what it shows varies from run to run or from machine to machine".to_owned());
    }
    if lines.iter().any(|line| seen::has_address(line)) {
        return Err("what it shows has an address in memory, which differs from run to run".to_owned());
    }
    let adds =
        |at: usize, text: String| Change { claim: trial.claims.len() + index, effect: Effect::Adds, part: Part::Code, range: at..at, text };
    let start = code[..place.target.range.start].rfind('\n').map_or(0, |end| end + 1);
    let blanks: String = code[start..].chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
    if session::is_session(code) {
        let at = session::source_end(code, place.target.range.end);
        let marked = lines.iter().map(|line| if line.is_empty() { "<BLANKLINE>" } else { line });
        return Ok(vec![adds(at, marked.map(|line| format!("\n{blanks}{line}")).collect())]);
    }
    let at = place.target.range.end + code[place.target.range.end..].find('\n').unwrap_or(code.len() - place.target.range.end);
    let style = Style::of(&trial.example.document.text);
    let mut changes = Vec::new();
    if let [line] = lines.as_slice() {
        let quoted = format!("\"{line}\"");
        let texts = [line.clone()].into_iter().chain((!line.contains(['"', '\\'])).then_some(quoted));
        let columns = code[code[..at].rfind('\n').map_or(0, |end| end + 1)..at].chars().count();
        let behind = texts.map(|text| format!("  {}{}{text}", style.mark, style.arrow));
        changes.extend(behind.filter(|text| columns + text.chars().count() <= COLUMNS).map(|text| adds(at, text)));
    }
    let below = |head: Option<&str>| -> String {
        let lines = head.into_iter().chain(lines.iter().map(String::as_str));
        lines.map(|line| format!("\n{}", format!("{blanks}{}{line}", style.mark).trim_end())).collect()
    };
    changes.extend([None, Some("Output:")].map(|head| adds(at, below(head))));
    Ok(changes)
}

/// How a document writes its comments about output.
struct Style {
    /// `# ` or `#> `.
    mark: &'static str,
    /// `-> `, `=> ` or nothing.
    arrow: &'static str,
}

impl Style {
    /// The style that prevails in a document.
    fn of(text: &str) -> Style {
        let count = |start: &str| text.match_indices(start).count();
        let arrows = ["# -> ", "# => ", "# → "].map(|arrow| (count(arrow), &arrow[2..]));
        let (often, arrow) = arrows.into_iter().max_by_key(|(count, _)| *count).unwrap_or((0, ""));
        let plain = count("  # ").saturating_sub(arrows.iter().map(|(count, _)| count).sum());
        let mark = if count("#> ") > plain + often { "#> " } else { "# " };
        Style { mark, arrow: if often > plain && mark == "# " { arrow } else { "" } }
    }
}
