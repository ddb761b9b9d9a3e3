//! Readings of several things in order: lines, items, passes.

use crate::run::protocol::Seen;

use super::{
    Agreement::{self, Agrees, Unknown},
    Seeing, combine,
};
use crate::judge::{
    compare,
    evidence::Pass,
    reason::Reason,
    shape::{Likeness, Shape, compare as compare_shapes, parse},
    text::lines,
};

impl Seeing<'_> {
    /// Lines that all passes print together, or each round of them.
    pub(super) fn printed_lines(&self, wanted: &[String]) -> Agreement {
        let output = match self.output() {
            Ok(output) => output,
            Err(reason) => return Unknown { actual: None, reason },
        };
        let given: Vec<&str> = lines(&output).into_iter().filter(|line| !line.is_empty()).collect();
        let wanted: Vec<String> = wanted.iter().filter(|line| !line.trim().is_empty()).cloned().collect();
        // A function may be called several times, and print its lines each time.
        let rounds = if wanted.is_empty() || given.is_empty() { 1 } else { (given.len() / wanted.len()).max(1) };
        let fits = compare::printed_lines(&wanted, &given)
            || (self.passes.len() > 1
                && rounds > 1
                && given.len() == rounds * wanted.len()
                && given.chunks(wanted.len()).all(|round| compare::printed_lines(&wanted, round)));
        if fits {
            return Agrees { actual: Some(given.join("\n")) };
        }
        // The values of the passes, where nothing is printed.
        if given.is_empty() && wanted.len() == self.passes.len() && !self.prints() {
            let results: Vec<Agreement> =
                wanted.iter().zip(self.passes).map(|(text, pass)| self.value_or_printed(text, &[], pass)).collect();
            return combine(results);
        }
        match self.passes.iter().find_map(|pass| pass.raised()) {
            Some(raised) if given.len() < wanted.len() => self.raised(raised),
            _ => self.differs(given.join("\n")),
        }
    }

    /// So many lines, or so many passes.
    pub(super) fn printed_times(&self, times: u64) -> Agreement {
        let output = match self.output() {
            Ok(output) => output,
            Err(reason) => return Unknown { actual: None, reason },
        };
        let given = lines(&output).len() as u64;
        let passes = self.passes.len() as u64;
        if given == times || passes == times {
            return Agrees { actual: Some(format!("{times} times")) };
        }
        self.differs(format!("{} times", if passes > 1 { passes } else { given }))
    }

    /// Items of a sequence or of an iterator, or of the passes.
    pub(super) fn items(&self, items: &[String], open: bool, queries: &[usize]) -> Agreement {
        let mut wanted: Vec<Shape> = items.iter().map(|item| parse(item).unwrap_or(Shape::Raw(item.clone()))).collect();
        if open && wanted.last() != Some(&Shape::Ellipsis) {
            wanted.push(Shape::Ellipsis);
        }
        let one = |pass: &Pass| {
            if let Some(raised) = pass.raised() {
                return self.raised(raised);
            }
            if let Some(seen) = &pass.seen().value
                && self.has_other_items(seen)
            {
                return self.differs(seen.repr.clone());
            }
            let answers = queries.iter().filter_map(|query| pass.answer(*query));
            for answer in answers {
                let Some(seen) = &answer.seen else { continue };
                if answer.equal == Some(true) {
                    return Agrees { actual: Some(seen.repr.clone()) };
                }
                // Only so many items were asked for: that more follow isn't seen here.
                let bounded = if open { &wanted[..wanted.len() - 1] } else { &wanted[..] };
                match self.items_like(bounded, seen) {
                    Some(Likeness::Same) => return Agrees { actual: Some(seen.repr.clone()) },
                    Some(Likeness::Different) if answer.equal.is_some() || bounded.iter().all(Shape::is_literal) => {
                        return self.differs(seen.repr.clone());
                    }
                    _ => {}
                }
            }
            let Some(seen) = &pass.seen().value else {
                return Unknown { actual: None, reason: Reason::new("no-value", "the statement has no value") };
            };
            match self.items_like(&wanted, seen) {
                Some(Likeness::Same) => Agrees { actual: Some(seen.repr.clone()) },
                Some(Likeness::Different) => self.differs(seen.repr.clone()),
                // Nothing has no items: what it printed counts.
                Some(Likeness::Unclear) | None if seen.r#type == "NoneType" => self.differs(seen.repr.clone()),
                Some(Likeness::Unclear) | None => Unknown {
                    actual: Some(seen.repr.clone()),
                    reason: Reason::new("compare", format!("the items of the `{}` could not be compared", seen.r#type)),
                },
            }
        };
        let each = self.each(one);
        // Or an item in each pass: what a generator yields, a loop's body prints.
        if !matches!(each, Agrees { .. })
            && self.passes.len() > 1
            && (items.len() == self.passes.len() || (open && items.len() < self.passes.len()))
        {
            let results: Vec<Agreement> =
                items.iter().zip(self.passes).map(|(item, pass)| self.value_or_printed(item, &[], pass)).collect();
            if results.iter().all(|result| matches!(result, Agrees { .. })) {
                return combine(results);
            }
        }
        each
    }

    /// Whether a value has no items, or shows them in other brackets than the claim: only what is lazy shows none of its own.
    fn has_other_items(&self, seen: &Seen) -> bool {
        let bracket = |text: &str| text.trim_start().chars().next().filter(|first| matches!(first, '[' | '(' | '{'));
        let (claimed, given) = (bracket(&self.claim.expected), bracket(&seen.repr));
        let is_scalar = matches!(seen.r#type.as_str(), "int" | "float" | "complex" | "bool" | "NoneType");
        claimed.is_some() && (is_scalar || (given.is_some() && claimed != given))
    }

    /// Items against the display of a sequence, or of the sequence in `deque([1, 2])`.
    fn items_like(&self, wanted: &[Shape], seen: &Seen) -> Option<Likeness> {
        let shape = parse(&seen.repr)?;
        let items = match &shape {
            Shape::Call(_, arguments) => arguments.iter().find_map(|(_, value)| value.items())?,
            other => other.items()?,
        };
        Some(compare_shapes(&Shape::List(wanted.to_vec()), &Shape::List(items.to_vec())))
    }
}
