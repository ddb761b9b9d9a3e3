//! A root of the file system with nothing in it but what an interpreter needs, read-only.
//!
//! The tree is a small tmpfs: system folders and the interpreters bound read-only, a synthetic `/etc`, a handful of devices,
//! a fresh `/proc`, and `/tmp` and `/dev/shm` to write in. Homes, projects, sockets and mounts of the host aren't in it.

use std::{
    fs, io,
    os::{fd::AsRawFd, unix::fs::symlink},
    path::{Component, Path, PathBuf},
};

use nix::{
    errno::Errno,
    mount::{MntFlags, MsFlags, mount, umount2},
    sys::statvfs::{FsFlags, statvfs},
    unistd::pivot_root,
};

use super::{
    namespaces::INSIDE,
    trees::{Trees, open_as_it_is},
};

/// Bytes of the root's own file system: room for the folders that it's made of.
const ROOT_BYTES: u64 = 1 << 20;
/// Bytes of `/tmp`, the scratch of the examples, where no other size is asked for.
pub const SCRATCH_BYTES: u64 = 256 << 20;
/// Bytes of `/dev/shm`.
const SHARED_MEMORY_BYTES: u64 = 64 << 20;
/// Files and folders in each of them.
const SCRATCH_FILES: u64 = 65_536;

/// Folders of the system; those that are links on the host are links here.
const SYSTEM: [&str; 8] = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/libx32", "/nix/store"];
/// What of the host's `/etc` is the same for everybody, holds no secrets and is asked for by the C library, OpenSSL or programs of
/// `/usr/bin`.
pub const ETC: [&str; 12] = [
    "/etc/ld.so.cache",
    "/etc/mime.types",
    "/etc/services",
    "/etc/protocols",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
    "/etc/ssl/cert.pem",
    "/etc/pki/tls/certs",
    "/etc/pki/ca-trust/extracted",
    "/etc/crypto-policies",
];
/// Devices that have no state worth keeping from anybody.
pub const DEVICES: [&str; 5] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"];

/// Where the host's tree hangs while the new one is built.
const HOST: &str = "/host";

/// Why there is no root of our own.
#[derive(Debug)]
pub enum RootError {
    /// The system refused; the host's tree is as it was.
    Refused(String),
    /// It went wrong half-way: the process can't go on.
    Broken(String),
}

/// Builds the root and changes to it, in a mount namespace of the process's own. `trees` are shown besides the system's, at their own paths;
/// those of the interpreter that don't exist are left out. `proc` asks for `/proc`, `network` for what names of the network are
/// looked up with. Returns why there is no `/proc`, if there is none.
pub fn change(trees: &Trees, proc: bool, network: bool) -> Result<Option<String>, RootError> {
    let refused = |what: &str, errno: Errno| RootError::Refused(format!("{what}: {errno}"));
    // Nothing that is mounted here is seen outside; what is unmounted outside goes away here.
    mount(None::<&str>, "/", None::<&str>, MsFlags::MS_REC | MsFlags::MS_SLAVE, None::<&str>)
        .map_err(|e| refused("mount propagation", e))?;
    let Some(point) = ["/tmp", "/var/tmp", "/run", "/mnt"].into_iter().find(|folder| Path::new(folder).is_dir()) else {
        return Err(refused("a folder to mount it on", Errno::ENOENT));
    };
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    let data = format!("size={},mode=755", trees.root_size.max(ROOT_BYTES));
    mount(Some("tmpfs"), point, Some("tmpfs"), flags, Some(data.as_str())).map_err(|e| refused("tmpfs", e))?;
    let host = Path::new(point).join(HOST.trim_start_matches('/'));
    let pivoted = fs::create_dir(&host).map_err(|e| e.to_string()).and_then(|()| pivot_root(point, &host).map_err(|e| e.to_string()));
    if let Err(error) = pivoted {
        // What's left is an empty folder over a folder of the host's: take it away, whatever comes of it.
        let _ = umount2(point, MntFlags::MNT_DETACH);
        return Err(RootError::Refused(error.to_string()));
    }
    fill(trees, proc, network).map_err(|error| RootError::Broken(format!("private root: {error}")))
}

fn fill(trees: &Trees, proc: bool, network: bool) -> io::Result<Option<String>> {
    let scratch_size = trees.scratch_size.unwrap_or(SCRATCH_BYTES);
    std::env::set_current_dir("/")?;
    let mut missing = None;
    for folder in SYSTEM {
        show_as_on_host(Path::new(folder))?;
    }
    etc(&super::hosts::file(&trees.hosts))?;
    if network {
        names_of_host()?;
    }
    devices()?;
    scratch("/tmp", scratch_size)?;
    scratch("/dev/shm", SHARED_MEMORY_BYTES.min(scratch_size))?;
    fs::create_dir_all("/var")?;
    symlink("/tmp", "/var/tmp")?;
    fs::create_dir("/proc")?;
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    if !proc {
        missing = Some("it needs a process namespace".to_owned());
    } else if let Err(error) = mount(Some("proc"), "/proc", Some("proc"), flags | MsFlags::MS_RDONLY, None::<&str>) {
        missing = Some(format!("{error}; containers often hide parts of it, then the kernel refuses a new one"));
    }
    for path in &trees.read {
        if !is_shown(path) {
            show(path)?;
        }
    }
    // The points first: the ways to them are closed before what may be changed is there.
    let mut granted = Vec::new();
    for path in trees.granted.iter().chain(&trees.written) {
        let named = |error: Errno| io::Error::other(format!("{}: {error}", path.display()));
        let file = open_as_it_is(Path::new(HOST), path).map_err(named)?;
        let source = Path::new(HOST).join(format!("proc/self/fd/{}", file.as_raw_fd()));
        make_point(&source, path)?;
        granted.push((file, source, path));
    }
    for (_, source, path) in &granted[..trees.granted.len()] {
        bind(source, path)?;
        make_read_only(path)?;
    }
    close_ways_to(&trees.all())?;
    for (_, source, path) in &granted[trees.granted.len()..] {
        bind(source, path)?;
        match set_attributes(path, libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV) {
            // Before Linux 5.12: what an example can't have (new privileges, devices of its own) it has not here, either.
            Err(error) if error.raw_os_error() != Some(libc::ENOSYS) => return Err(error),
            _ => {}
        }
    }
    drop(granted);
    umount2(HOST, MntFlags::MNT_DETACH)?;
    fs::remove_dir(HOST)?;
    let flags = MsFlags::MS_REMOUNT | MsFlags::MS_BIND | MsFlags::MS_RDONLY | MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    mount(None::<&str>, "/", None::<&str>, flags, None::<&str>)?;
    Ok(missing)
}

/// Makes the folders of the scratch read-only that only lead to a tree: they stay when the scratch is emptied, and what an example could
/// leave in them, the next one would find.
fn close_ways_to(read: &[PathBuf]) -> io::Result<()> {
    let mut ways: Vec<PathBuf> = super::scratch::ways_to(read);
    ways.sort();
    ways.dedup();
    for way in ways.iter().filter(|way| way.is_dir()) {
        mount(Some(way), way, None::<&str>, MsFlags::MS_BIND | MsFlags::MS_REC, None::<&str>)?;
        make_read_only(way)?;
    }
    Ok(())
}

/// A path of the host's, while the host's tree is still there.
fn on_host(path: &Path) -> PathBuf {
    Path::new(HOST).join(path.strip_prefix("/").unwrap_or(path))
}

/// Is the path in a tree that is shown already?
fn is_shown(path: &Path) -> bool {
    SYSTEM.iter().any(|folder| path.starts_with(folder)) && path.exists()
}

/// Shows a folder of the system, or makes the link that it is on the host.
fn show_as_on_host(path: &Path) -> io::Result<()> {
    match fs::read_link(on_host(path)) {
        Ok(target) => symlink(target, path),
        Err(_) => show(path),
    }
}

/// Binds a tree or a file of the host's at its own path, read-only. Nothing happens where there is none.
fn show(path: &Path) -> io::Result<()> {
    let Some(source) = resolve_on_host(path) else { return Ok(()) };
    make_point(&source, path)?;
    bind(&source, path)?;
    make_read_only(path)
}

fn bind(source: &Path, path: &Path) -> io::Result<()> {
    mount(Some(source), path, None::<&str>, MsFlags::MS_BIND | MsFlags::MS_REC, None::<&str>)?;
    Ok(())
}

/// Makes the file or folder that something is bound over.
fn make_point(source: &Path, path: &Path) -> io::Result<()> {
    // A path inside a tree that is shown (read-only) can't be made here: it's there already, or not at all.
    if fs::symlink_metadata(path).is_err() {
        if source.is_dir() {
            fs::create_dir_all(path)?;
        } else {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::File::create(path)?;
        }
    }
    Ok(())
}

/// Follows links of the host's tree as the host would: an absolute link met below [`HOST`] means the host's root.
fn resolve_on_host(path: &Path) -> Option<PathBuf> {
    let mut resolved = PathBuf::from(HOST);
    let mut left: Vec<_> = components_reversed(path);
    // As many links as the kernel follows.
    let mut links = 40;
    while let Some(name) = left.pop() {
        match name.as_path().components().next()? {
            Component::ParentDir => {
                if resolved != Path::new(HOST) {
                    resolved.pop();
                }
                continue;
            }
            Component::Normal(_) => {}
            _ => continue,
        }
        let next = resolved.join(&name);
        match fs::read_link(&next) {
            Ok(target) => {
                links -= 1;
                if links == 0 {
                    return None;
                }
                if target.is_absolute() {
                    resolved = PathBuf::from(HOST);
                }
                left.extend(components_reversed(&target));
            }
            Err(_) => resolved = next,
        }
    }
    (resolved != Path::new(HOST) && resolved.exists()).then_some(resolved)
}

fn components_reversed(path: &Path) -> Vec<PathBuf> {
    path.components().rev().map(|component| PathBuf::from(component.as_os_str())).collect()
}

/// Makes a bound tree read-only with all that is mounted in it.
fn make_read_only(path: &Path) -> io::Result<()> {
    if set_attributes(path, libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV).is_ok() {
        return Ok(());
    }
    // Before Linux 5.12: this mount only, with the flags that a user namespace may not take away.
    let mut flags = MsFlags::MS_REMOUNT | MsFlags::MS_BIND | MsFlags::MS_RDONLY | MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    let now = statvfs(path)?.flags();
    for (has, keep) in [
        (FsFlags::ST_NOEXEC, MsFlags::MS_NOEXEC),
        (FsFlags::ST_NOATIME, MsFlags::MS_NOATIME),
        (FsFlags::ST_NODIRATIME, MsFlags::MS_NODIRATIME),
        (FsFlags::ST_RELATIME, MsFlags::MS_RELATIME),
    ] {
        if now.contains(has) {
            flags |= keep;
        }
    }
    mount(None::<&str>, path, None::<&str>, flags, None::<&str>)?;
    Ok(())
}

/// Sets attributes of a bound tree and of all that is mounted in it (Linux 5.12 and later).
fn set_attributes(path: &Path, attributes: u64) -> io::Result<()> {
    let attributes = libc::mount_attr { attr_set: attributes, attr_clr: 0, propagation: 0, userns_fd: 0 };
    let name = std::ffi::CString::new(path.as_os_str().as_encoded_bytes())?;
    // SAFETY: the path is a C string and the attributes are a `mount_attr` of the given size; both live until the call returns.
    let result = unsafe {
        libc::syscall(libc::SYS_mount_setattr, libc::AT_FDCWD, name.as_ptr(), libc::AT_RECURSIVE, &attributes, size_of_val(&attributes))
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Files that tell who and where one is: the same on each machine.
fn etc(hosts: &str) -> io::Result<()> {
    fs::create_dir("/etc")?;
    for path in ETC {
        show(Path::new(path))?;
    }
    let nobody = "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
    let home = super::scratch::PRIVATE_HOME;
    fs::write(
        "/etc/passwd",
        format!("root:x:0:0:root:/nonexistent:/usr/sbin/nologin\nuser:x:{INSIDE}:{INSIDE}:user:{home}:/bin/sh\n{nobody}"),
    )?;
    fs::write("/etc/group", format!("root:x:0:\nuser:x:{INSIDE}:\nnogroup:x:65534:\n"))?;
    fs::write("/etc/hosts", hosts)?;
    fs::write("/etc/hostname", "localhost\n")?;
    fs::write("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n")?;
    fs::write("/etc/resolv.conf", "")?;
    symlink("/usr/share/zoneinfo/UTC", "/etc/localtime")
}

/// What the host looks names of the network up with.
fn names_of_host() -> io::Result<()> {
    for path in ["/etc/resolv.conf", "/etc/hosts"] {
        // A host that has none does without.
        if let Some(text) = resolve_on_host(Path::new(path)).and_then(|file| fs::read(file).ok()) {
            fs::write(path, text)?;
        }
    }
    Ok(())
}

fn devices() -> io::Result<()> {
    fs::create_dir("/dev")?;
    for device in DEVICES {
        fs::File::create(device)?;
        mount(Some(&on_host(Path::new(device))), device, None::<&str>, MsFlags::MS_BIND, None::<&str>)?;
    }
    fs::create_dir("/dev/shm")?;
    for (link, target) in [("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")] {
        symlink(target, Path::new("/dev").join(link))?;
    }
    Ok(())
}

/// A folder to write in, of a size, for the examples' user.
fn scratch(at: &str, bytes: u64) -> io::Result<()> {
    fs::create_dir_all(at)?;
    // In a user namespace the ids are those inside. Set-user-id bits have no effect: nosuid, and no new privileges anyway.
    let data = format!("size={bytes},nr_inodes={SCRATCH_FILES},mode=1777,uid={INSIDE},gid={INSIDE}");
    mount(Some("tmpfs"), at, Some("tmpfs"), MsFlags::MS_NOSUID | MsFlags::MS_NODEV, Some(data.as_str()))?;
    Ok(())
}
