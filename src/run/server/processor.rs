//! The processor that a server runs on: its child starts there, where what they share lies in the caches.

use nix::{
    sched::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity},
    unistd::Pid,
};

/// The processors that a process may run on, while it stays on one.
#[derive(Debug, Clone, Copy)]
pub struct Processors(Option<CpuSet>);

impl Processors {
    /// Stays on the processor that this process runs on now, and so does who is forked. Where that can't be, all is as before.
    pub fn stay() -> Processors {
        let this = Pid::from_raw(0);
        let stay = || {
            let all = sched_getaffinity(this)?;
            let mut one = CpuSet::new();
            one.set(sched_getcpu()?)?;
            sched_setaffinity(this, &one)?;
            Ok::<_, nix::Error>(all)
        };
        Processors(stay().ok())
    }

    /// From here on this process may run on all of them again.
    pub fn leave(&self) {
        if let Some(all) = &self.0 {
            // As it could be set to one of them, it can be set to those that it had.
            let _ = sched_setaffinity(Pid::from_raw(0), all);
        }
    }
}
