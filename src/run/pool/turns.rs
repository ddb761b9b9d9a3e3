//! Whose turn it is to use a processor.

use std::sync::{Condvar, Mutex, PoisonError};

use super::lock;

/// The turns of a run.
pub struct Turns {
    /// How many there are.
    pub all: usize,
    free: Mutex<usize>,
    freed: Condvar,
}

impl Turns {
    /// So many turns, but at least one.
    pub fn new(all: usize) -> Turns {
        Turns { all: all.max(1), free: Mutex::new(all.max(1)), freed: Condvar::new() }
    }

    /// A turn, as soon as one is free.
    pub fn take(&self) -> Turn<'_> {
        let mut free = lock(&self.free);
        while *free == 0 {
            free = self.freed.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
        *free -= 1;
        Turn { turns: self, held: true }
    }
}

/// The right to use a processor; given back when dropped.
pub struct Turn<'a> {
    turns: &'a Turns,
    held: bool,
}

impl Turn<'_> {
    /// Gives it back before it's dropped.
    pub fn give_back(&mut self) {
        if std::mem::take(&mut self.held) {
            *lock(&self.turns.free) += 1;
            self.turns.freed.notify_one();
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.give_back();
    }
}
