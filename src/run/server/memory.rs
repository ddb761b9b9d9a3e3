//! Memory of an example as a whole.
//!
//! The limit of the kernel holds for the address space of one process. Several processes, and files in memory that none of them
//! maps, could fill the machine within it; so the server looks at the sum from time to time. What grows faster than it looks,
//! or is hidden (files in memory that travel between sockets), is bounded by the kernel's limits only.

use std::{
    collections::HashMap,
    fs,
    io::Read,
    os::unix::fs::MetadataExt,
    time::{Duration, Instant},
};

use nix::unistd::{Pid, SysconfVar, sysconf};

/// How often it's looked at least: most examples are over by then.
const STEP: Duration = Duration::from_millis(50);
/// How many times longer than a look took the next one waits, so that looking costs little.
const REST: u32 = 20;
/// The same where it may soon be too much.
const SHORT_REST: u32 = 3;

/// Looks now and then at how much memory an example takes.
pub struct MemoryWatch {
    limit: u64,
    /// Device of files in memory (of what `memfd_create` makes).
    device: u64,
    next: Instant,
}

impl MemoryWatch {
    /// For an example that starts now; `device` is the device of any file in memory.
    pub fn new(limit: u64, device: u64) -> MemoryWatch {
        MemoryWatch { limit, device, next: Instant::now() + STEP }
    }

    /// Whether its processes take more than they may, if it's time to look. `own_ipc`: System V objects are its own, too.
    pub fn exceeded(&mut self, now: Instant, own_ipc: bool, processes: impl FnOnce() -> Vec<Pid>) -> bool {
        if now < self.next {
            return false;
        }
        let processes = processes();
        let files = self.files(&processes) + if own_ipc { system_v() } else { 0 };
        // What is resident counts shared pages once for each process: only when that's too much, it's worth a closer look.
        let is_much = files + processes.iter().map(resident).sum::<u64>() > self.limit;
        let exceeded = is_much && {
            let (anonymous, shared) = processes.iter().map(proportional).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
            // Shared pages that are mapped may be those of the files.
            anonymous + shared.max(files) > self.limit
        };
        self.next = now + STEP.max(now.elapsed() * if is_much { SHORT_REST } else { REST });
        exceeded
    }

    /// Bytes of the files in memory that processes have open, each counted once.
    fn files(&self, processes: &[Pid]) -> u64 {
        let mut sizes = HashMap::new();
        for process in processes {
            // Processes end while they are looked at; what can't be read isn't there any more.
            for entry in fs::read_dir(format!("/proc/{process}/fd")).into_iter().flatten().flatten() {
                if let Ok(metadata) = fs::metadata(entry.path())
                    && metadata.dev() == self.device
                {
                    sizes.insert(metadata.ino(), metadata.blocks() * 512);
                }
            }
        }
        sizes.values().sum()
    }
}

/// The most bytes in memory that a process has had; 0 where that can't be read.
pub fn highest(process: Pid) -> u64 {
    let status = of_process(&format!("/proc/{process}/status"));
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) << 10
}

/// Bytes of address space that this process has; 0 where that can't be read.
pub fn address_space() -> u64 {
    pages("/proc/self/statm", 0)
}

/// Bytes in memory of a process, shared ones included.
fn resident(process: &Pid) -> u64 {
    pages(&format!("/proc/{process}/statm"), 1)
}

/// A field of a file that counts pages, in bytes.
fn pages(statm: &str, field: usize) -> u64 {
    let statm = of_process(statm);
    let pages: u64 = statm.split_whitespace().nth(field).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    let page = sysconf(SysconfVar::PAGE_SIZE).ok().flatten().and_then(|size| u64::try_from(size).ok()).unwrap_or(4096);
    pages * page
}

/// A file of a process in `/proc`; empty where it can't be read. It takes one call, and not one for each few bytes: its length isn't known before.
pub fn of_process(path: &str) -> String {
    let mut bytes = [0; 4096];
    let length = fs::File::open(path).and_then(|mut file| file.read(&mut bytes)).unwrap_or(0);
    String::from_utf8_lossy(&bytes[..length]).into_owned()
}

/// Bytes in memory of a process, of shared pages its share: anonymous ones (a fork's copies among them), and those of files in memory.
fn proportional(process: &Pid) -> (u64, u64) {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
    let field = |name: &str| {
        let line = rollup.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) << 10
    };
    (field("Pss_Anon:"), field("Pss_Shmem:"))
}

/// Bytes in memory of System V shared memory.
fn system_v() -> u64 {
    let table = fs::read_to_string("/proc/sysvipc/shm").unwrap_or_default();
    let mut lines = table.lines();
    let Some(column) = lines.next().and_then(|names| names.split_whitespace().position(|name| name == "rss")) else { return 0 };
    lines.filter_map(|line| line.split_whitespace().nth(column)?.parse::<u64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::sys::memfd::{MFdFlags, memfd_create};
    use std::io::Write;

    #[test]
    fn files_in_memory_count_once_and_only_when_it_is_time() {
        let mut file = fs::File::from(memfd_create(c"test", MFdFlags::MFD_CLOEXEC).unwrap());
        file.write_all(&vec![1; 64 << 20]).unwrap();
        let _same = file.try_clone().unwrap();
        let device = file.metadata().unwrap().dev();
        let own = || vec![Pid::this()];
        let files = MemoryWatch::new(0, device).files(&own());
        assert!((64 << 20..96 << 20).contains(&files), "{files}");
        assert!(!MemoryWatch::new(1, device).exceeded(Instant::now(), false, own));
        assert!(MemoryWatch::new(1, device).exceeded(Instant::now() + STEP, false, own));
        assert!(!MemoryWatch::new(1 << 50, device).exceeded(Instant::now() + STEP, false, own));
    }
}
