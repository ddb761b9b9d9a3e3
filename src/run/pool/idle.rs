//! The servers that rest until the next job, and who waits for one.

use std::{
    collections::BTreeSet,
    sync::{Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{command::Setting, lock, server::Server};
use crate::{
    grant::Grants,
    run::{circumstances::Circumstances, pools::Turn},
};

/// How long a second run waits for a server that runs another one, while the processor has other examples to run.
const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// How long it takes at most until one of those begins that wait for a turn.
const TURN_TAKEN: Duration = Duration::from_millis(5);

/// Idle servers, of any settings.
pub(super) struct Idle {
    state: Mutex<State>,
    changed: Condvar,
    /// Above this number they make room for those of other settings.
    most: usize,
}

#[derive(Default)]
struct State {
    servers: Vec<Server>,
    /// How many are starting that no job waits for yet.
    starting: usize,
    /// The settings of those that aren't idle.
    running: Vec<Setting>,
}

impl Idle {
    /// None, and at most so many of different settings.
    pub(super) fn new(most: usize) -> Idle {
        Idle { state: Mutex::default(), changed: Condvar::new(), most }
    }

    /// The server of this setting that has imported most of these modules, or was used last. Waits where one is starting, and where a second run could
    /// do with the one of another, as long as other examples use the processor instead.
    /// If there are only others and enough of them, the one of those that rested longest is ended, so that many settings don't mean many servers.
    pub(super) fn take(&self, setting: &Setting, packages: &BTreeSet<String>, turn: &mut Turn) -> Option<Server> {
        let until = Instant::now() + LONGEST_WAIT;
        let mut state = lock(&self.state);
        loop {
            if let Some(found) = state.find(setting, packages) {
                return Some(state.servers.remove(found));
            }
            let left = until.saturating_duration_since(Instant::now());
            let is_second = setting.circumstances != Circumstances::Usual && !left.is_zero() && state.running.contains(setting);
            if !is_second && (state.starting == 0 || *setting != Setting::usual()) {
                break;
            }
            if is_second {
                turn.give_back();
            }
            let longest = if is_second { left.min(TURN_TAKEN) } else { LONGEST_WAIT };
            let (changed, timed_out) = self.changed.wait_timeout(state, longest).unwrap_or_else(PoisonError::into_inner);
            state = changed;
            if is_second && timed_out.timed_out() && turn.take_back() {
                break;
            }
        }
        let surplus = (state.servers.len() > self.most).then(|| state.servers.remove(0));
        drop(state);
        drop(surplus);
        None
    }

    /// Takes a server whose job is done.
    pub(super) fn put(&self, server: Server) {
        lock(&self.state).servers.push(server);
        self.changed.notify_all();
    }

    /// Says that so many servers of no setting of their own are about to start.
    pub(super) fn expect(&self, servers: usize) {
        lock(&self.state).starting += servers;
    }

    /// Waits until one of those is there, or none is to come.
    pub(super) fn wait_for_expected(&self) {
        let is_awaited = |state: &mut State| state.starting > 0 && state.servers.is_empty() && state.running.is_empty();
        drop(self.changed.wait_while(lock(&self.state), is_awaited).unwrap_or_else(PoisonError::into_inner));
    }

    /// Takes one of those, if it did start.
    pub(super) fn arrived(&self, server: Option<Server>) {
        let mut state = lock(&self.state);
        state.starting -= 1;
        state.servers.extend(server);
        self.changed.notify_all();
    }

    /// Says that a job runs on a server of this setting, until what this returns is dropped.
    pub(super) fn running(&self, setting: &Setting) -> Running<'_> {
        lock(&self.state).running.push(setting.clone());
        Running { idle: self, setting: setting.clone() }
    }

    /// Whether one that gives examples these grants is such a one.
    pub(super) fn any(&self, grants: &Grants, is_such: impl Fn(&Server) -> bool) -> bool {
        lock(&self.state).servers.iter().any(|server| server.setting.grants == *grants && !server.setting.imports_none && is_such(server))
    }

    /// Tells all to end, and doesn't wait for them.
    pub(super) fn end(&self) {
        lock(&self.state).servers.iter_mut().for_each(Server::tell_to_end);
    }
}

impl State {
    fn find(&self, setting: &Setting, packages: &BTreeSet<String>) -> Option<usize> {
        let of_setting = self.servers.iter().enumerate().filter(|(_, server)| server.setting == *setting);
        let found = of_setting.max_by_key(|(_, server)| packages.intersection(&server.asked).count()).map(|(at, _)| at);
        // One that could have imported something, and hasn't yet.
        let may_import = Setting { imports_none: false, ..setting.clone() };
        found.or_else(|| self.servers.iter().rposition(|server| server.asked.is_empty() && server.setting == may_import))
    }
}

/// A job that runs on a server.
pub(super) struct Running<'i> {
    idle: &'i Idle,
    setting: Setting,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.idle.state);
        if let Some(found) = state.running.iter().position(|running| *running == self.setting) {
            state.running.swap_remove(found);
        }
        self.idle.changed.notify_all();
    }
}
