//! Going through proposed edits one by one: which is asked about next, and which were accepted.
//!
//! Pure, but for [`pending`]. Edits of a document are gone through in the order of their places; those that were skipped are asked about once
//! more behind the last one. What was accepted is known only when the document is gone through, so that it's written as a whole.

pub mod pending;

use std::collections::VecDeque;

/// What is answered to an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Make it.
    Accept,
    /// Leave it.
    Reject,
    /// Ask later.
    Skip,
    /// Make it and all that are left of this document.
    AcceptRest,
    /// Leave it and all that are left.
    Quit,
}

impl Answer {
    /// The answer that a key stands for.
    pub fn of_key(key: char) -> Option<Answer> {
        match key {
            'a' => Some(Answer::Accept),
            'r' => Some(Answer::Reject),
            's' => Some(Answer::Skip),
            'A' => Some(Answer::AcceptRest),
            'q' => Some(Answer::Quit),
            _ => None,
        }
    }
}

/// A way through the edits of a document, by their indices.
#[derive(Debug, Clone)]
pub struct Walk {
    left: VecDeque<usize>,
    /// To be asked about once more; `None` when that is done already.
    skipped: Option<Vec<usize>>,
    accepted: Vec<usize>,
    quit: bool,
}

impl Walk {
    /// A way through so many.
    pub fn new(count: usize) -> Walk {
        Walk { left: (0..count).collect(), skipped: Some(Vec::new()), accepted: Vec::new(), quit: false }
    }

    /// The one to ask about; `None` when all is answered.
    pub fn current(&self) -> Option<usize> {
        self.left.front().copied()
    }

    /// Whether the current one was skipped before.
    pub fn is_again(&self) -> bool {
        self.skipped.is_none()
    }

    /// Whether nothing more is to be asked about, of other documents either.
    pub fn has_quit(&self) -> bool {
        self.quit
    }

    /// Takes the answer to the current one.
    pub fn answer(&mut self, answer: Answer) {
        let Some(current) = self.left.pop_front() else { return };
        match answer {
            Answer::Accept => self.accepted.push(current),
            Answer::Reject => {}
            Answer::Skip => {
                if let Some(skipped) = &mut self.skipped {
                    skipped.push(current);
                }
            }
            Answer::AcceptRest => {
                self.accepted.push(current);
                self.accepted.extend(self.left.drain(..));
                self.accepted.extend(self.skipped.take().unwrap_or_default());
            }
            Answer::Quit => {
                self.quit = true;
                self.left.clear();
                self.skipped = None;
            }
        }
        if self.left.is_empty()
            && let Some(skipped) = self.skipped.take()
        {
            self.left.extend(skipped);
        }
    }

    /// Those that were accepted, in the order of their places.
    pub fn accepted(&self) -> Vec<usize> {
        let mut accepted = self.accepted.clone();
        accepted.sort_unstable();
        accepted
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The indices that are asked about with these answers, and those that are accepted.
    fn walked(count: usize, answers: &str) -> (Vec<usize>, Vec<usize>) {
        let mut walk = Walk::new(count);
        let mut asked = Vec::new();
        for key in answers.chars() {
            asked.extend(walk.current());
            walk.answer(Answer::of_key(key).unwrap());
        }
        assert_eq!(walk.current(), None, "{answers}");
        (asked, walk.accepted())
    }

    #[test]
    fn each_answer() {
        for (count, answers, asked, accepted) in [
            (3, "ara", vec![0, 1, 2], vec![0, 2]),
            (3, "srar", vec![0, 1, 2, 0], vec![2]),
            (3, "A", vec![0], vec![0, 1, 2]),
            (3, "sA", vec![0, 1], vec![0, 1, 2]),
            (3, "aq", vec![0, 1], vec![0]),
            // A second time skipped is left.
            (2, "sas", vec![0, 1, 0], vec![1]),
            (0, "", vec![], vec![]),
        ] {
            assert_eq!(walked(count, answers), (asked, accepted), "{answers}");
        }
    }

    proptest! {
        #[test]
        fn every_walk_ends(count in 0_usize..40, answers in prop::collection::vec(0_usize..5, 0..200)) {
            let mut walk = Walk::new(count);
            let mut times = vec![0; count];
            let mut answers = answers.into_iter();
            while let Some(current) = walk.current() {
                times[current] += 1;
                walk.answer(Answer::of_key(['a', 'r', 's', 'A', 'q'][answers.next().unwrap_or(1)]).unwrap());
            }
            prop_assert!(times.iter().all(|times| *times <= 2));
            let accepted = walk.accepted();
            prop_assert!(accepted.windows(2).all(|pair| pair[0] < pair[1]) && accepted.iter().all(|index| *index < count));
        }
    }
}
