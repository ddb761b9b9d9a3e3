//! Processor time of an example as a whole.
//!
//! The kernel's own limit holds for each process. Many short-lived ones could use up any amount within it; so the server looks at the sum
//! from time to time, of those that ended and were waited for, too.

use std::time::{Duration, Instant};

use nix::unistd::{Pid, SysconfVar, sysconf};

use super::memory::of_process;

/// How often it's looked at least.
const STEP: Duration = Duration::from_millis(100);
/// How many times longer than a look took the next one waits, so that looking costs little.
const REST: u32 = 20;

/// Looks now and then at how much processor time an example has used.
pub struct CpuWatch {
    limit: Duration,
    /// Clock ticks that don't count: those of the examples before it in its process.
    before: u64,
    next: Instant,
}

impl CpuWatch {
    /// For an example that starts now.
    pub fn new(limit: Duration) -> CpuWatch {
        CpuWatch { limit, before: 0, next: Instant::now() + STEP }
    }

    /// Begins anew for the next example of the same processes.
    pub fn renew(&mut self, processes: impl FnOnce() -> Vec<Pid>) {
        self.before = processes().iter().map(ticks).sum();
        self.next = Instant::now() + STEP;
    }

    /// Whether its processes have used more than they may, if it's time to look.
    pub fn exceeded(&mut self, now: Instant, processes: impl FnOnce() -> Vec<Pid>) -> bool {
        if now < self.next {
            return false;
        }
        let ticks: u64 = processes().iter().map(ticks).sum();
        self.next = now + STEP.max(now.elapsed() * REST);
        let per_second = sysconf(SysconfVar::CLK_TCK).ok().flatten().and_then(|ticks| u64::try_from(ticks).ok()).unwrap_or(100).max(1);
        Duration::from_secs_f64(ticks.saturating_sub(self.before) as f64 / per_second as f64) > self.limit
    }
}

/// Clock ticks that a process and the children that it waited for have used; 0 where that can't be read, or it's gone.
fn ticks(process: &Pid) -> u64 {
    let stat = of_process(&format!("/proc/{process}/stat"));
    // The name, in parentheses, may hold anything. Behind the last one: the state, ten others, and four times.
    let Some((_, fields)) = stat.rsplit_once(") ") else { return 0 };
    fields.split(' ').skip(11).take(4).filter_map(|field| field.parse::<u64>().ok()).sum()
}
