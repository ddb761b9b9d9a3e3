//! What was typed at one prompt of a session, and what may be said of it where that session came to the page in pieces.

use crate::{
    claim::{Claim, Form, Kind, code::parse_valid, session},
    plan::mistakes,
    run::protocol::Raised,
};

use super::{
    Court,
    shape::{Shape, parse},
    trouble,
};

impl Court<'_> {
    /// Whether Python couldn't read what was typed at an earlier prompt, and a claim's statement uses no word of that.
    pub(super) fn is_unread(&self, raised: &Raised, claim: &Claim) -> bool {
        // The page doesn't mean such a line to do anything.
        let is_told = |line: u32| !self.source.is_session && mistakes::are_said(self.typed(line));
        if raised.line.is_some_and(is_told) {
            return true;
        }
        let statement = raised.line.map(|line| self.typed(line)).unwrap_or_default();
        let shown = self.source.text(self.source.range(&claim.target.range));
        // Typed without its slip, `po)ur()` may have changed what other code looks at.
        let may_change = self.source.is_session && trouble::may_change(statement) && trouble::uses_names(shown);
        !may_change && trouble::is_unread(raised, statement, shown)
    }

    /// What was typed at a prompt: the lines of the code around one of them, from 1. Of a script, that line.
    pub(super) fn typed(&self, line: u32) -> &str {
        if !self.source.is_session {
            return self.source.code.lines().nth(line.saturating_sub(1) as usize).unwrap_or_default();
        }
        let starts = self.starts.get_or_init(|| session::starts(&self.example.code));
        let next = starts.partition_point(|start| *start < line as usize);
        let at = |line: usize| self.source.line_start(line).unwrap_or(self.source.code.len());
        let end = starts.get(next).map_or(self.source.code.len(), |next| at(*next));
        let start = next.checked_sub(1).map_or(0, |first| at(starts[first]));
        self.source.text(start..end)
    }

    /// Whether nothing but blanks that the page lost may be why Python can't read what was typed: all of its lines stand at the left edge, below the
    /// head of a statement.
    pub(super) fn lost_its_indentation(&self, claim: &Claim) -> bool {
        let line = self.source.line_and_column(self.source.offset(claim.target.range.start)).0;
        claim.form == Form::Session && claim.kind != Kind::Exception && is_flat(self.typed(line))
    }

    /// Whether the value behind a prompt may be what the line above shows, and what stands below the prompt be code: some write their output so.
    pub(super) fn shows_behind_prompts(&self, claim: &Claim) -> bool {
        let statement = self.source.text(self.source.range(&claim.target.range));
        let below = self.example.code.get(claim.span.end..).unwrap_or_default().trim_start();
        let first = claim.expected.lines().next().unwrap_or_default();
        claim.form == Form::Session
            && is_literal(statement)
            && below.strip_prefix(">>>").and_then(|rest| rest.lines().next()).is_some_and(is_literal)
            && !is_literal(first)
            && parse_valid(first).is_some()
    }
}

fn is_literal(text: &str) -> bool {
    parse(text.trim()).as_ref().is_some_and(Shape::is_literal)
}

/// Whether lines are no Python, and one below the head of a statement stands at the left edge as all of them do.
fn is_flat(typed: &str) -> bool {
    let lines: Vec<&str> = typed.lines().filter(|line| !line.trim().is_empty()).collect();
    let is_left = |line: &&str| !line.starts_with([' ', '\t']);
    let is_head = |line: &&str| line.split(" #").next().is_some_and(|code| code.trim_end().ends_with(':'));
    lines.len() > 1 && lines[0..lines.len() - 1].iter().any(is_head) && lines.iter().all(is_left) && parse_valid(typed).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_at_the_left_edge() {
        assert!(is_flat("for cup in cups:\nprint(cup)\n\n"));
        assert!(is_flat("def pour(cup):  # hot\nreturn cup\n"));
        for typed in ["for cup in cups:\n    print(cup)\n", "print(cup\n", "x = = 1\ny\n", "for cup in cups:\n", "for cup in cups: pass\n"]
        {
            assert!(!is_flat(typed), "{typed}");
        }
    }
}
