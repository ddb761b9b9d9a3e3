//! What is to be done by several threads: more may come while it's done.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, PoisonError},
};

use super::pool::lock;

/// Tasks in their order.
pub struct Tasks<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    waiting: VecDeque<T>,
    /// How many are being done.
    begun: usize,
}

impl<T> Tasks<T> {
    /// These, and none that is being done.
    pub fn new(tasks: impl IntoIterator<Item = T>) -> Tasks<T> {
        Tasks { state: Mutex::new(State { waiting: tasks.into_iter().collect(), begun: 0 }), changed: Condvar::new() }
    }

    /// Puts one more behind the others. To be called by whoever does one.
    pub fn put(&self, task: T) {
        lock(&self.state).waiting.push_back(task);
        self.changed.notify_one();
    }

    /// Whether none waits to be done.
    pub fn all_begun(&self) -> bool {
        lock(&self.state).waiting.is_empty()
    }

    /// Waits until there is one to do; `false` where all are done, so that none can come.
    pub(super) fn wait(&self) -> bool {
        let mut state = lock(&self.state);
        while state.waiting.is_empty() && state.begun > 0 {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        !state.waiting.is_empty()
    }

    /// The one of those that wait whose place `next` gives, which is begun now, and is done when the second value is dropped; `None` where others have
    /// taken all.
    pub(super) fn begin(&self, next: impl Fn(&VecDeque<T>) -> usize) -> Option<(T, Begun<'_, T>)> {
        let mut state = lock(&self.state);
        let place = if state.waiting.len() > 1 { next(&state.waiting) } else { 0 };
        let task = state.waiting.remove(place)?;
        state.begun += 1;
        Some((task, Begun(self)))
    }
}

/// One that is being done. Whoever does it may panic: then others don't wait for what it could have put.
pub(super) struct Begun<'t, T>(&'t Tasks<T>);

impl<T> Drop for Begun<'_, T> {
    fn drop(&mut self) {
        let mut state = lock(&self.0.state);
        state.begun -= 1;
        if state.begun == 0 && state.waiting.is_empty() {
            self.0.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn all_are_done_and_so_are_those_that_come_meanwhile() {
        let (tasks, done) = (Tasks::new([3, 0, 2]), AtomicU32::new(0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while tasks.wait() {
                        let Some((task, _begun)) = tasks.begin(|_| 0) else { continue };
                        done.fetch_add(1, Ordering::SeqCst);
                        if task > 0 {
                            tasks.put(task - 1);
                        }
                    }
                });
            }
        });
        assert_eq!(done.into_inner(), 3 + 3 + 2);
        assert!(tasks.all_begun() && !tasks.wait());
    }

    #[test]
    fn the_next_one_is_chosen() {
        let tasks = Tasks::new([3, 1, 2]);
        let smallest = |waiting: &VecDeque<u32>| (0..waiting.len()).min_by_key(|at| waiting[*at]).unwrap_or_default();
        let begun: Vec<u32> = std::iter::from_fn(|| tasks.begin(smallest).map(|(task, _begun)| task)).collect();
        assert_eq!(begun, [1, 2, 3]);
    }

    #[test]
    fn nobody_waits_for_one_that_panicked() {
        let tasks = Tasks::new([1]);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _begun = tasks.begin(|_| 0);
            panic!("as if a task did");
        }));
        assert!(panicked.is_err() && !tasks.wait());
    }
}
