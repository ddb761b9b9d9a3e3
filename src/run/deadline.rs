//! A limit of time whose clock pauses while the process that looks at it is stopped (by Ctrl-Z, a debugger, a frozen container).

use std::time::{Duration, Instant};

/// Who looks at the clock this much later than it meant to was stopped. Everybody here looks several times a second.
const STOPPED: Duration = Duration::from_secs(1);

/// A moment by which something must be done.
#[derive(Debug)]
pub struct Deadline {
    /// `None` for a limit that no clock can reach.
    at: Option<Instant>,
    looked: Instant,
}

impl Deadline {
    /// The moment so long after now.
    pub fn after(limit: Duration, now: Instant) -> Deadline {
        Deadline { at: now.checked_add(limit), looked: now }
    }

    /// How long it's until then; zero when it has passed, `None` when it never will. To be called several times a second.
    pub fn left(&mut self, now: Instant) -> Option<Duration> {
        let since = now.saturating_duration_since(self.looked);
        if since >= STOPPED {
            self.at = self.at.and_then(|at| at.checked_add(since));
        }
        self.looked = now;
        self.at.map(|at| at.saturating_duration_since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_runs_only_while_somebody_looks() {
        let start = Instant::now();
        let after = |millis| start + Duration::from_millis(millis);
        let mut deadline = Deadline::after(Duration::from_secs(2), start);
        assert_eq!(deadline.left(after(500)), Some(Duration::from_millis(1500)));
        assert_eq!(deadline.left(after(60_500)), Some(Duration::from_millis(1500)));
        assert_eq!(deadline.left(after(61_000)), Some(Duration::from_millis(1000)));
        assert_eq!(deadline.left(after(61_900)), Some(Duration::from_millis(100)));
        assert_eq!(deadline.left(after(62_800)), Some(Duration::ZERO));
    }

    #[test]
    fn a_limit_beyond_all_clocks_is_none() {
        assert_eq!(Deadline::after(Duration::MAX, Instant::now()).left(Instant::now()), None);
    }
}
