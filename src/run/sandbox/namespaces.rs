//! Namespaces: users, processes, network, IPC, host name. (The mount namespace's inside is [`super::root`].)

use std::{
    fs, io,
    os::{
        fd::{AsRawFd, FromRawFd, OwnedFd},
        unix::fs::MetadataExt,
    },
};

use nix::{
    sched::{CloneFlags, unshare},
    sys::wait::{WaitStatus, waitpid},
    unistd::{self, ForkResult, Gid, Pid, Uid, fork, getegid, geteuid, pipe2},
};

use super::Layer;

/// The uid and gid that examples see.
pub const INSIDE: u32 = 1000;
/// Host's uid and gid of the examples when the caller is root: nobody's.
const NOBODY: u32 = 65534;

/// Who the process is after [`enter_user`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// No user namespace: the caller.
    Caller,
    /// The caller, seen as [`INSIDE`].
    Mapped,
    /// Root inside and outside until the setup is done; [`INSIDE`] stands for nobody and is taken on then.
    RootUntilSetUp,
}

/// Enters a user namespace.
///
/// A caller who is root is mapped twice: its own uid for the time of the setup, and nobody's for the examples, so that
/// files which belong to root stay out of reach and the limit of processes counts (the kernel counts none for root).
pub fn enter_user() -> Result<Identity, String> {
    let (uid, gid) = (geteuid(), getegid());
    if uid.is_root() {
        match enter_user_as_root() {
            Ok(true) => return Ok(Identity::RootUntilSetUp),
            Ok(false) => {}
            Err(error) => return Err(error.to_string()),
        }
    } else {
        unshare(CloneFlags::CLONE_NEWUSER).map_err(|error| error.to_string())?;
    }
    map_caller(uid, gid).map_err(|error| format!("the caller could not be mapped: {error}"))?;
    Ok(Identity::Mapped)
}

/// Enters with two mappings, which only a process outside, with the right to take on other ids, may write: a child left behind.
/// `false` when the namespace was entered and isn't mapped.
fn enter_user_as_root() -> io::Result<bool> {
    let (read, write) = pipe2(nix::fcntl::OFlag::O_CLOEXEC)?;
    // SAFETY: the process has one thread, so the child may do whatever it could do.
    match unsafe { fork() }? {
        ForkResult::Child => {
            drop(write);
            let status = match unistd::read(&read, &mut [0]) {
                Ok(1) if map_twice(unistd::getppid()).is_ok() => 0,
                _ => 1,
            };
            // SAFETY: ends the child without running what belongs to the parent.
            unsafe { libc::_exit(status) }
        }
        ForkResult::Parent { child } => {
            drop(read);
            let entered = unshare(CloneFlags::CLONE_NEWUSER);
            if entered.is_ok() {
                unistd::write(&write, &[1])?;
            }
            drop(write);
            let mapped = matches!(waitpid(child, None)?, WaitStatus::Exited(_, 0));
            entered?;
            Ok(mapped)
        }
    }
}

fn map_twice(of: Pid) -> io::Result<()> {
    for (file, own) in [("uid_map", geteuid().as_raw()), ("gid_map", getegid().as_raw())] {
        fs::write(format!("/proc/{of}/{file}"), format!("0 {own} 1\n{INSIDE} {NOBODY} 1\n"))?;
    }
    Ok(())
}

/// Maps the caller (its ids as they are outside), and nobody else: what anybody may do who gives up supplementary groups.
fn map_caller(uid: Uid, gid: Gid) -> io::Result<()> {
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("{INSIDE} {uid} 1\n"))?;
    fs::write("/proc/self/gid_map", format!("{INSIDE} {gid} 1\n"))
}

/// Enters a namespace of one kind. Of `Pid`, the next child is the first process of it.
pub fn enter(layer: Layer) -> Result<(), String> {
    let flag = match layer {
        Layer::Mount => CloneFlags::CLONE_NEWNS,
        Layer::Pid => CloneFlags::CLONE_NEWPID,
        Layer::Net => CloneFlags::CLONE_NEWNET,
        Layer::Ipc => CloneFlags::CLONE_NEWIPC,
        Layer::Uts => CloneFlags::CLONE_NEWUTS,
        Layer::User | Layer::Proc | Layer::Landlock | Layer::Seccomp => return Err(format!("{layer} is no such namespace")),
    };
    unshare(flag).map_err(|error| error.to_string())?;
    match layer {
        Layer::Net => loopback_up().map_err(|error| format!("the loopback interface stays down: {error}")),
        // The same name everywhere, and one that resolves.
        Layer::Uts => unistd::sethostname("localhost").map_err(|error| error.to_string()),
        _ => Ok(()),
    }
}

/// Whether the kernel counts a user's processes for each user namespace by itself (Linux 5.14 and later).
pub fn count_processes_alone() -> bool {
    let Ok(system) = nix::sys::utsname::uname() else { return false };
    let release = system.release().to_string_lossy();
    let mut numbers = release.split(|c: char| !c.is_ascii_digit()).map(|number| number.parse::<u32>().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (5, 14)
}

/// Processes and threads of this process's user on the whole system; `None` for root, for whom there is no limit.
pub fn processes_of_caller() -> Option<u64> {
    let uid = geteuid();
    if uid.is_root() {
        return None;
    }
    let mut count = 0;
    for entry in fs::read_dir("/proc").ok()?.flatten() {
        let is_process = entry.file_name().to_string_lossy().bytes().all(|byte| byte.is_ascii_digit());
        // A process may end meanwhile.
        if is_process && entry.metadata().is_ok_and(|metadata| metadata.uid() == uid.as_raw()) {
            count += fs::read_dir(entry.path().join("task")).map_or(0, |tasks| tasks.count() as u64);
        }
    }
    Some(count)
}

fn loopback_up() -> io::Result<()> {
    // SAFETY: a plain system call; the result is checked.
    let socket = unsafe { libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0) };
    if socket < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: a descriptor just made, owned by nobody else.
    let socket = unsafe { OwnedFd::from_raw_fd(socket) };
    // SAFETY: all zeros is a valid `ifreq`.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(b"lo") {
        *to = *from as libc::c_char;
    }
    request.ifr_ifru.ifru_flags = (libc::IFF_UP | libc::IFF_RUNNING) as libc::c_short;
    // SAFETY: `SIOCSIFFLAGS` reads an `ifreq`, which lives until the call returns.
    match unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFFLAGS as _, &request) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
