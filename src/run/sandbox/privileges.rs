//! Giving up what the setup needed: ids and capabilities.

use std::io;

use nix::unistd::{Gid, Uid, setgroups, setresgid, setresuid};

use super::namespaces::{INSIDE, Identity};

/// Takes on the examples' ids and drops every capability for good. Returns whether the ids are not those of the host's root.
pub fn drop_all(identity: Identity) -> io::Result<()> {
    // The bounding set first: it takes a capability to shrink it. Without any there is nothing to shrink.
    for capability in 0..64 {
        // SAFETY: takes integers only. Fails for numbers that the kernel doesn't know, and without CAP_SETPCAP.
        unsafe { libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0) };
    }
    if identity == Identity::RootUntilSetUp {
        setgroups(&[])?;
        let (uid, gid) = (Uid::from_raw(INSIDE), Gid::from_raw(INSIDE));
        setresgid(gid, gid, gid)?;
        setresuid(uid, uid, uid)?;
    }
    // SAFETY: takes integers only; a kernel without ambient capabilities has none to clear.
    unsafe { libc::prctl(libc::PR_CAP_AMBIENT, libc::PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) };
    clear_capabilities()?;
    nix::sys::prctl::set_no_new_privs()?;
    Ok(())
}

/// Header of `capset(2)`, version 3.
#[repr(C)]
struct Header {
    version: u32,
    pid: i32,
}

/// One half (32 capabilities) of `capset(2)`'s sets.
#[repr(C)]
#[derive(Default)]
struct Sets {
    effective: u32,
    permitted: u32,
    inheritable: u32,
}

fn clear_capabilities() -> io::Result<()> {
    const VERSION_3: u32 = 0x2008_0522;
    let header = Header { version: VERSION_3, pid: 0 };
    let sets = [Sets::default(), Sets::default()];
    // SAFETY: version 3 reads a header and two halves, which both live until the call returns.
    match unsafe { libc::syscall(libc::SYS_capset, &header, sets.as_ptr()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
