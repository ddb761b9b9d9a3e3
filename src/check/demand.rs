//! What examples ask of the Python that runs them, each with those that it continues.
//!
//! Each example is looked at once, by itself, and what it asks is added to what those before it ask: a document whose examples all see each
//! other takes no longer for that than one whose examples don't.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    claim::Claim,
    collect::Case,
    environment::range::VersionRange,
    plan::newer::{Needed, Uses},
    requirements::pep723,
};

use super::{
    choice::Demand,
    understood::{self, setup},
};

/// What is known of a case by itself.
#[derive(Debug)]
pub(super) struct Known {
    /// Its claims.
    pub(super) claims: Vec<Claim>,
    /// Ranges that its front matter, its fence, its configuration and its own block of requirements name.
    ranges: Vec<VersionRange>,
    /// What its setup uses.
    setup: Option<Uses>,
    /// What its code uses.
    code: Option<Uses>,
}

impl Known {
    pub(super) fn of(case: &Case) -> Known {
        let claims = understood::claims(case, &case.example);
        let front_matter = case.snippet.as_deref().map(|snippet| &snippet.front_matter);
        let range = front_matter.and_then(|front_matter| front_matter.python.as_ref());
        // What isn't a range is told where the block is read for its packages.
        let script = pep723::read(&case.example.code).ok().flatten().and_then(|script| script.python);
        let script = script.and_then(|range| range.parse().ok());
        Known {
            ranges: range.into_iter().chain(&case.python).cloned().chain(script).collect(),
            setup: setup(case).and_then(Uses::of_code),
            code: Uses::of(&case.example, &claims),
            claims,
        }
    }
}

/// What the examples ask that have been looked at one after the other.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// Indices of the cases.
    cases: Vec<usize>,
    ranges: Vec<VersionRange>,
    newer: Option<Needed>,
    /// The names that they import, and what each denotes.
    imported: BTreeMap<String, String>,
}

impl Asked {
    /// The demand of a case that continues these others and imports what it uses by these statements; `known` tells of cases by their indices. What is
    /// known of those that are continued is taken from `self` where it's there, and left there for the next case. Besides, what all of them import,
    /// by dotted names.
    pub(super) fn demand<'k>(
        &mut self,
        index: usize,
        continues: &[usize],
        imports: &[String],
        known: impl Fn(usize) -> Option<&'k Known>,
    ) -> (Demand, BTreeSet<String>) {
        if !(imports.is_empty() && continues.starts_with(&self.cases)) {
            *self = Asked::default();
            let imports: Vec<Uses> = imports.iter().filter_map(|import| Uses::of_code(import)).collect();
            imports.iter().for_each(|import| self.add(import));
        }
        let from = self.cases.len();
        for &case in &continues[from.min(continues.len())..] {
            self.add_case(case, known(case));
        }
        let mut with_own = self.clone();
        let own = known(index);
        with_own.add_case(index, own);
        let mut demand = Demand { ranges: with_own.ranges.clone(), newer: with_own.newer.clone(), ..Demand::default() };
        demand.claimed(own.map_or(&[], |known| &known.claims));
        let imported = with_own.imported.values().cloned().collect();
        if imports.is_empty() {
            // The next one most often continues this one as well.
            *self = with_own;
        }
        (demand, imported)
    }

    fn add_case(&mut self, index: usize, known: Option<&Known>) {
        self.cases.push(index);
        let Some(known) = known else { return };
        self.ranges.extend(known.ranges.iter().filter(|range| !self.ranges.contains(range)).cloned().collect::<Vec<_>>());
        known.setup.iter().chain(&known.code).for_each(|uses| self.add(uses));
    }

    fn add(&mut self, uses: &Uses) {
        let newer = uses.newer(&self.imported);
        self.newer = self.newer.take().into_iter().chain(newer).max_by_key(|(minor, _)| *minor);
        self.imported.extend(uses.imports().map(|(name, denotes)| (name.to_owned(), denotes.to_owned())));
    }
}
