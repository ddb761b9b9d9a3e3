//! The bar on a terminal while examples run: how many are done, how many claims are wrong so far, and what takes long.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::{Event, units::count, visible};
use crate::{judge::Verdict, requirements::prepare::Step};

/// How long an example runs before the bar names it.
const SLOW: Duration = Duration::from_secs(1);
/// How often the bar is drawn anew when nothing happens.
const TICK: Duration = Duration::from_millis(200);

/// The progress of a run. Where standard error isn't a terminal, nothing is ever drawn.
pub struct Progress {
    bar: ProgressBar,
    state: Arc<Mutex<State>>,
}

/// What the bar's text is made of.
#[derive(Debug, Default)]
struct State {
    /// Examples that run: by index, their id and since when.
    running: BTreeMap<usize, (String, Instant)>,
    /// Requirements that are being installed, and since when.
    installing: BTreeMap<String, Instant>,
    /// Wrong claims so far, the acknowledged ones left out.
    wrong: usize,
    /// Documents that haven't been read, so that their examples aren't counted.
    unread: usize,
}

impl Progress {
    /// A bar on standard error, if that is a terminal.
    pub fn on_stderr(color: bool) -> Progress {
        Progress::new(ProgressDrawTarget::stderr(), color)
    }

    fn new(target: ProgressDrawTarget, color: bool) -> Progress {
        let state = Arc::new(Mutex::new(State::default()));
        let shown = Arc::clone(&state);
        let template = if color { "{bar:24.green/dim} {pos}/{len}{status}" } else { "{bar:24} {pos}/{len}{status}" };
        // A template that can't be read would be an error of this line; the plain bar is good enough then.
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let style = style.progress_chars("━╸─").with_key("status", move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
            // Writing to a string can't fail, and a status that isn't drawn is no loss.
            let _ = out.write_str(&lock(&shown).status(Instant::now()));
        });
        Progress { bar: ProgressBar::with_draw_target(None, target).with_style(style), state }
    }

    /// Takes an event.
    pub fn event(&self, event: &Event) {
        match event {
            Event::Started(header) | Event::Continued(header) => {
                self.bar.set_length(header.runs as u64);
                lock(&self.state).unread = header.unread;
                if !self.bar.is_hidden() {
                    self.bar.enable_steady_tick(TICK);
                }
            }
            Event::ExampleStarted { index, id } => {
                lock(&self.state).running.insert(*index, (id.clone(), Instant::now()));
            }
            Event::ExampleDone { index, checked } => {
                let mut state = lock(&self.state);
                state.running.remove(index);
                let judged = checked.judged.judgements.iter().zip(&checked.acknowledged);
                state.wrong += judged.filter(|(judgement, known)| judgement.verdict == Verdict::Wrong && known.is_none()).count();
            }
            Event::RunEnded => self.bar.inc(1),
            Event::Installing(Step::Begun(what)) => {
                lock(&self.state).installing.insert(what.clone(), Instant::now());
            }
            Event::Installing(Step::Ended(what)) => drop(lock(&self.state).installing.remove(what)),
            Event::Problem(_) | Event::Updated(_) => {}
            Event::Ended { .. } => self.bar.finish_and_clear(),
        }
    }

    /// Does something that writes to the terminal, with the bar out of the way.
    pub fn suspend<R>(&self, write: impl FnOnce() -> R) -> R {
        self.bar.suspend(write)
    }
}

impl Drop for Progress {
    /// A run that ends early (an error, a panic) leaves no bar behind.
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl State {
    /// `  2 wrong  q22.1 4 s`.
    fn status(&self, now: Instant) -> String {
        let mut status = String::new();
        if self.unread > 0 {
            status.push_str(&format!("  {} to read", count(self.unread, "document")));
        }
        if self.wrong > 0 {
            status.push_str(&format!("  {} wrong", self.wrong));
        }
        if let Some((what, since)) = self.installing.iter().min_by_key(|(_, since)| **since) {
            let more = self.installing.len() - 1;
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let seconds = now.saturating_duration_since(*since).as_secs();
            status.push_str(&format!("  installing {}{more} {seconds} s", visible::one_line(what, 40)));
        }
        let slowest = self.running.values().min_by_key(|(_, since)| *since);
        if let Some((id, since)) = slowest {
            let running = now.saturating_duration_since(*since);
            if running >= SLOW {
                status.push_str(&format!("  {} {} s", visible::one_line(id, 24), running.as_secs()));
            }
        }
        status
    }
}

/// A panic of another thread leaves the state whole: it is a counter and a list.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        claim::Kind,
        report::sample::{checked, claim, example, run},
    };

    #[test]
    fn status_names_what_has_run_longest() {
        let start = Instant::now();
        let mut state = State::default();
        assert_eq!(state.status(start), "");
        state.running.insert(3, ("q22.1".to_owned(), start));
        state.running.insert(1, ("q4.1".to_owned(), start + Duration::from_secs(1)));
        assert_eq!(state.status(start + Duration::from_millis(900)), "");
        state.wrong = 2;
        assert_eq!(state.status(start + Duration::from_millis(4900)), "  2 wrong  q22.1 4 s");
        state.running.insert(0, ("\x1b[2J".to_owned(), start - Duration::from_secs(60)));
        assert_eq!(state.status(start), "  2 wrong  ␛[2J 60 s");
    }

    #[test]
    fn events_are_counted_and_nothing_runs_at_the_end() {
        let progress = Progress::new(ProgressDrawTarget::hidden(), false);
        let example = example("q1.1", "a.md", "x  # 1\n", (1, 1));
        let claim = claim(&example, "x", "1", Kind::Value);
        let wrong = checked(example).with(claim.clone(), Verdict::Wrong, "2").with(claim, Verdict::Wrong, "2").known("so it is");
        let events = run(vec![wrong.clone(), wrong]);
        for event in &events[..events.len() - 1] {
            progress.event(event);
        }
        assert_eq!((progress.bar.position(), progress.bar.length()), (2, Some(2)));
        let state = lock(&progress.state);
        assert_eq!((state.wrong, state.running.len()), (2, 0));
        drop(state);
        progress.event(&events[events.len() - 1]);
        assert!(progress.bar.is_finished());
        assert_eq!(progress.suspend(|| 3), 3);
    }
}
