//! The filter of system calls: a list of what an example never needs and what could get it out.
//!
//! It's a list of refusals, not of permissions: examples run compilers, servers and whatever the next document shows, and the
//! namespaces and Landlock hold without it. Refused calls fail with an error number, they don't kill: an example that
//! tries is observed like any other.

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Length, SeccompCmpOp as Op, SeccompCondition as Condition, SeccompFilter, SeccompRule,
    sock_filter,
};

/// What the other layers leave to the filter.
#[derive(Debug, Clone, Copy)]
pub struct Gaps {
    /// There is no network namespace, and the network isn't granted: sockets of the internet are refused.
    pub network: bool,
    /// Sockets of the machine itself (a container daemon's, a session bus's) could be reached, as there is no private root, or as those without
    /// a path come with the network that is granted: so none but pairs.
    pub unix: bool,
    /// There is no IPC namespace: System V objects would reach other processes and outlive the example.
    pub ipc: bool,
    /// Landlock is alone in keeping files and doesn't keep their lengths: who may read one could empty it.
    pub lengths: bool,
    /// There is no process namespace: a signal to all would reach every process of the caller's.
    pub processes: bool,
}

/// Puts the filter in force for this process and all it starts. Needs `no_new_privs`, and sets it.
pub fn restrict(gaps: Gaps) -> Result<(), String> {
    for program in programs(gaps)? {
        seccompiler::apply_filter(&program).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Calls refused with `EPERM`, whatever their arguments.
const REFUSED: &[c_long] = &[
    // Mounts and roots: Landlock refuses them too, but isn't everywhere.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    // Namespaces; `clone` is looked at by its flags, `clone3` below.
    libc::SYS_unshare,
    libc::SYS_setns,
    // Other processes: the server has the example's own uid.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    // Wide and often broken parts of the kernel.
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_userfaultfd,
    libc::SYS_fanotify_init,
    libc::SYS_fanotify_mark,
    libc::SYS_lookup_dcookie,
    // Keys belong to the user, not to the namespace.
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    // Files by handle: around the tree of files.
    libc::SYS_open_by_handle_at,
    libc::SYS_name_to_handle_at,
    // The machine.
    libc::SYS_kexec_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_quotactl,
    libc::SYS_acct,
    libc::SYS_syslog,
    libc::SYS_vhangup,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    // Message queues can't be listed, so they would outlive the example.
    libc::SYS_mq_open,
];

#[cfg(target_arch = "x86_64")]
const REFUSED_HERE: &[c_long] = &[libc::SYS_kexec_file_load, libc::SYS_ioperm, libc::SYS_iopl, libc::SYS_uselib, libc::SYS__sysctl];
#[cfg(not(target_arch = "x86_64"))]
const REFUSED_HERE: &[c_long] = &[];

/// System V objects: shared with the whole system where there is no IPC namespace.
const SYSTEM_V: &[c_long] = &[libc::SYS_shmget, libc::SYS_semget, libc::SYS_msgget];

/// Flags of `clone` that make a namespace. (`CLONE_NEWTIME` is known to `unshare` and `clone3` only.)
const NAMESPACE_FLAGS: [i32; 7] = [
    libc::CLONE_NEWNS,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWNET,
    libc::CLONE_NEWCGROUP,
];

/// -1 as `kill` takes it.
const ALL_PROCESSES: u64 = 0xffff_ffff;
/// `personality` that only asks.
const PERSONALITY_QUERY: u64 = 0xffff_ffff;
/// `ioctl`s that put characters into a terminal's input.
const TERMINAL_INPUT: [u64; 2] = [0x5412, 0x541c];

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// One program for each error number: a filter of `seccompiler` has a single answer for all that it matches.
fn programs(gaps: Gaps) -> Result<Vec<BpfProgram>, String> {
    let build = || -> seccompiler::Result<Vec<BpfProgram>> {
        Ok(vec![
            compile(refused(gaps)?, libc::EPERM)?,
            compile(sockets(gaps)?, libc::EAFNOSUPPORT)?,
            // With `ENOSYS` the C library falls back to `clone`, whose flags a filter can see.
            compile(unseen(gaps), libc::ENOSYS)?,
        ])
    };
    let mut programs = build().map_err(|error| error.to_string())?;
    if cfg!(target_arch = "x86_64") {
        programs.push(without_x32());
    }
    Ok(programs)
}

/// Calls whose flags a filter can't see, as they lie in memory. The C library falls back to those where it can.
fn unseen(gaps: Gaps) -> Rules {
    let mut rules: Rules = [(libc::SYS_clone3, Vec::new())].into();
    if gaps.lengths {
        rules.insert(libc::SYS_openat2, Vec::new());
    }
    rules
}

fn compile(rules: Rules, errno: i32) -> seccompiler::Result<BpfProgram> {
    let arch = std::env::consts::ARCH.try_into()?;
    Ok(SeccompFilter::new(rules, SeccompAction::Allow, SeccompAction::Errno(errno.unsigned_abs()), arch)?.try_into()?)
}

fn refused(gaps: Gaps) -> seccompiler::Result<Rules> {
    let mut rules = Rules::new();
    for call in REFUSED.iter().chain(REFUSED_HERE) {
        rules.insert(*call, Vec::new());
    }
    if gaps.ipc {
        for call in SYSTEM_V {
            rules.insert(*call, Vec::new());
        }
    }
    if gaps.processes {
        rules.insert(libc::SYS_kill, vec![rule(&[(0, Op::Eq, ALL_PROCESSES)])?]);
    }
    if gaps.lengths {
        // To empty a file takes no right to write it, for the kernel's flags: only the right that Landlock doesn't know.
        let mask = (libc::O_TRUNC | libc::O_ACCMODE).unsigned_abs().into();
        let empties = |flags| rule(&[(flags, Op::MaskedEq(mask), libc::O_TRUNC.unsigned_abs().into())]);
        rules.insert(libc::SYS_truncate, Vec::new());
        rules.insert(libc::SYS_openat, vec![empties(2)?]);
        #[cfg(target_arch = "x86_64")]
        rules.insert(libc::SYS_open, vec![empties(1)?]);
    }
    let mut namespaces = Vec::new();
    for flag in NAMESPACE_FLAGS {
        let flag = u64::from(flag.unsigned_abs());
        namespaces.push(rule(&[(0, Op::MaskedEq(flag), flag)])?);
    }
    rules.insert(libc::SYS_clone, namespaces);
    rules.insert(libc::SYS_personality, vec![rule(&[(0, Op::Ne, 0), (0, Op::Ne, PERSONALITY_QUERY)])?]);
    let mut terminal = Vec::new();
    for request in TERMINAL_INPUT {
        terminal.push(rule(&[(1, Op::Eq, request)])?);
    }
    rules.insert(libc::SYS_ioctl, terminal);
    Ok(rules)
}

/// Families of sockets. Of netlink only routes, and only in a network of one's own: `getaddrinfo` and `if_nameindex` ask there.
fn sockets(gaps: Gaps) -> seccompiler::Result<Rules> {
    let netlink = libc::AF_NETLINK.unsigned_abs().into();
    let mut allowed = Vec::new();
    if !gaps.unix {
        allowed.push(libc::AF_UNIX);
    }
    if !gaps.network {
        allowed.extend([libc::AF_INET, libc::AF_INET6]);
    }
    let mut others: Vec<_> = allowed.iter().map(|family| (0, Op::Ne, u64::from(family.unsigned_abs()))).collect();
    let mut socket = Vec::new();
    if gaps.network {
        socket.push(rule(&others)?);
    } else {
        others.push((0, Op::Ne, netlink));
        socket.push(rule(&others)?);
        let route = libc::NETLINK_ROUTE.unsigned_abs().into();
        socket.push(rule(&[(0, Op::Eq, netlink), (2, Op::Ne, route)])?);
    }
    let pair = rule(&[(0, Op::Ne, libc::AF_UNIX.unsigned_abs().into())])?;
    Ok([(libc::SYS_socket, socket), (libc::SYS_socketpair, vec![pair])].into())
}

/// A rule of which all conditions, each (argument, operator, value) on 32 bits, must hold. Without conditions the call is always met.
fn rule(conditions: &[(u8, Op, u64)]) -> seccompiler::Result<SeccompRule> {
    let conditions: Result<Vec<_>, _> = match conditions {
        // `seccompiler` takes no rule without conditions: every number is at least 0.
        [] => [Condition::new(0, Length::Dword, Op::Ge, 0)].into_iter().collect(),
        conditions => conditions
            .iter()
            .map(|(argument, operator, value)| Condition::new(*argument, Length::Dword, operator.clone(), *value))
            .collect(),
    };
    Ok(SeccompRule::new(conditions?)?)
}

/// The x32 calls of x86-64 have numbers of their own, above a bit that no filter by number would see.
fn without_x32() -> BpfProgram {
    const LOAD: u16 = 0x20; // BPF_LD | BPF_W | BPF_ABS; at 0 is the number of the call
    const JUMP_GE: u16 = 0x35; // BPF_JMP | BPF_JGE | BPF_K
    const RETURN: u16 = 0x06; // BPF_RET | BPF_K
    const X32_BIT: u32 = 0x4000_0000;
    let refuse = libc::SECCOMP_RET_ERRNO | libc::ENOSYS.unsigned_abs();
    vec![
        sock_filter { code: LOAD, jt: 0, jf: 0, k: 0 },
        sock_filter { code: JUMP_GE, jt: 0, jf: 1, k: X32_BIT },
        sock_filter { code: RETURN, jt: 0, jf: 0, k: refuse },
        sock_filter { code: RETURN, jt: 0, jf: 0, k: libc::SECCOMP_RET_ALLOW },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_combination_of_gaps_compiles() {
        for bits in 0..32 {
            let gaps =
                Gaps { network: bits & 1 != 0, unix: bits & 2 != 0, ipc: bits & 4 != 0, processes: bits & 8 != 0, lengths: bits & 16 != 0 };
            assert!(programs(gaps).is_ok_and(|programs| programs.iter().all(|program| !program.is_empty())), "{gaps:?}");
        }
    }
}
