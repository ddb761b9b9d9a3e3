//! Examples end in any order and are shown in document order.

use std::collections::BTreeMap;

/// Holds things back until all the earlier ones are there.
pub(super) struct InOrder<T> {
    next: usize,
    held: BTreeMap<usize, T>,
}

impl<T> InOrder<T> {
    pub(super) fn new() -> InOrder<T> {
        InOrder { next: 0, held: BTreeMap::new() }
    }

    /// Takes a thing; gives back those whose turn has come.
    pub(super) fn push(&mut self, index: usize, thing: T) -> Vec<T> {
        self.held.insert(index, thing);
        let mut ready = Vec::new();
        while let Some(entry) = self.held.first_entry()
            && *entry.key() <= self.next
        {
            self.next = self.next.max(entry.key() + 1);
            ready.push(entry.remove());
        }
        ready
    }

    /// What is still held back, in order: nothing earlier will come any more.
    pub(super) fn rest(&mut self) -> Vec<T> {
        std::mem::take(&mut self.held).into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_gap_holds_back_what_follows_until_the_end() {
        let mut order = InOrder::new();
        assert!(order.push(2, 'c').is_empty());
        assert_eq!(order.push(0, 'a'), ['a']);
        assert!(order.push(4, 'e').is_empty());
        assert_eq!(order.rest(), ['c', 'e']);
    }

    proptest! {
        #[test]
        fn any_order_comes_out_sorted(order in Just((0_usize..20).collect::<Vec<_>>()).prop_shuffle()) {
            let mut in_order = InOrder::new();
            let shown: Vec<usize> = order.into_iter().flat_map(|index| in_order.push(index, index)).collect();
            prop_assert_eq!(shown, (0..20).collect::<Vec<_>>());
        }
    }
}
