//! How much or how many: references, seconds, sizes.

use super::{
    Agreement::{self, Agrees, Differs, Unknown},
    Seeing,
};
use crate::judge::{evidence::Pass, number, reason::Reason};

impl Seeing<'_> {
    pub(super) fn references(&self, count: u64, queries: &[usize], pass: &Pass) -> Agreement {
        let seen = queries.iter().filter_map(|query| pass.answer(*query)).find_map(|answer| answer.seen.as_ref());
        let Some(Ok(found)) = seen.map(|seen| seen.repr.trim().parse::<u64>()) else {
            return Unknown { actual: None, reason: Reason::new("references", "its references could not be counted") };
        };
        // Immortal objects count as many.
        if found >= 1 << 28 {
            return Unknown {
                actual: Some(found.to_string()),
                reason: Reason::new("references", "the object is immortal on this Python: its references aren't counted"),
            };
        }
        if found == count { Agrees { actual: Some(found.to_string()) } } else { self.differs(found.to_string()) }
    }

    pub(super) fn takes(&self, range: &std::ops::Range<f64>) -> Agreement {
        let total: f64 = self.passes.iter().map(|pass| pass.seen().seconds).sum();
        let actual = Some(number::seconds(total));
        let each = self.passes.iter().all(|pass| number::is_about(range, pass.seen().seconds));
        if each || number::is_about(range, total) {
            return Agrees { actual };
        }
        let reason = Reason::new("approximate", format!("approximate: took {}, claimed {}", number::seconds(total), self.claim.expected));
        Differs { actual, reason }
    }

    /// An approximate number: of the size that was asked for, of the value, or of what was printed.
    pub(super) fn amount(&self, pass: &Pass, queries: &[usize], is_it: impl Fn(f64) -> bool) -> Agreement {
        if let Some(raised) = pass.raised() {
            return self.raised(raised);
        }
        let texts = [pass.stdout, pass.seen().value.as_ref().map(|value| value.repr.as_str()).filter(|_| !self.prints())];
        let mut found: Vec<f64> = texts.into_iter().flatten().flat_map(number::numbers).collect();
        // The size of a number is nobody's claim: the number itself is.
        if !pass.seen().value.as_ref().is_some_and(|value| matches!(value.r#type.as_str(), "int" | "float")) || found.is_empty() {
            let asked = queries.iter().filter_map(|query| pass.answer(*query)?.seen.as_ref()?.repr.parse::<f64>().ok());
            found.extend(asked);
        }
        if let Some(value) = found.iter().find(|value| is_it(**value)) {
            return Agrees { actual: Some(value.to_string()) };
        }
        match found.last() {
            Some(value) => Differs {
                actual: Some(value.to_string()),
                reason: Reason::new("approximate", format!("approximate: it is {value}, claimed {}", self.claim.expected)),
            },
            None => Unknown { actual: None, reason: Reason::new("approximate", "no number was seen") },
        }
    }
}
