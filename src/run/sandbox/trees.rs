//! The host's trees that examples may reach besides the system's, at their own paths.
//!
//! What was granted is a path without links, found before the servers started. An example that may change a folder could put a link in the
//! place of something in it meanwhile; a link is never followed here, so that nothing else is shown than what was meant.

use std::{
    collections::BTreeSet,
    os::{
        fd::{AsFd, OwnedFd},
        unix::fs::PermissionsExt,
    },
    path::{Component, Path, PathBuf},
};

use nix::{
    errno::Errno,
    fcntl::{OFlag, open, openat},
    sys::stat::{Mode, SFlag, fstat},
};

/// The trees.
#[derive(Debug, Default)]
pub struct Trees {
    /// What the interpreter needs, to read.
    pub read: Vec<PathBuf>,
    /// What examples were granted to read. If they couldn't as nobody, they stay root.
    pub granted: Vec<PathBuf>,
    /// What examples were granted to change, too.
    pub written: Vec<PathBuf>,
    /// Bytes of the scratch folder; the default is [`super::root::SCRATCH_BYTES`].
    pub scratch_size: Option<u64>,
    /// Bytes of the root's own file system, as far as anybody is told: it's read-only.
    pub root_size: u64,
    /// Names and ports that the sandbox answers itself.
    pub hosts: BTreeSet<(String, u16)>,
}

impl Trees {
    /// All of them.
    pub fn all(&self) -> Vec<PathBuf> {
        [self.read.as_slice(), &self.granted, &self.written].concat()
    }

    /// Why examples must be root to use what they were granted; `None` where they need not.
    pub fn only_for_root(&self) -> Option<String> {
        let closed = |path: &Path, needed: u32| {
            // A folder closed to others hides all that is in it; to use one takes the right to pass through it.
            path.metadata().is_ok_and(|metadata| {
                let needed = if metadata.is_dir() { needed | 0o001 } else { needed };
                metadata.permissions().mode() & needed != needed
            })
        };
        let read = self.read.iter().chain(&self.granted).find(|path| closed(path, 0o004)).map(|path| ("read", path));
        let written = || self.written.iter().find(|path| closed(path, 0o006)).map(|path| ("write", path));
        let (what, path) = read.or_else(written)?;
        Some(format!("only root may {what} {}", path.display()))
    }
}

/// Opens an absolute path, below `root`, for naming it only. A link anywhere in it is an error.
pub fn open_as_it_is(root: &Path, path: &Path) -> nix::Result<OwnedFd> {
    let flags = OFlag::O_PATH | OFlag::O_CLOEXEC | OFlag::O_NOFOLLOW;
    let mut at = open(root, OFlag::O_PATH | OFlag::O_CLOEXEC | OFlag::O_DIRECTORY, Mode::empty())?;
    for component in path.components() {
        match component {
            Component::RootDir => {}
            Component::Normal(name) => at = openat(at.as_fd(), name, flags, Mode::empty())?,
            _ => return Err(Errno::EINVAL),
        }
        if fstat(at.as_fd())?.st_mode & SFlag::S_IFMT.bits() == SFlag::S_IFLNK.bits() {
            return Err(Errno::ELOOP);
        }
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap();
        std::fs::create_dir(path.join("real")).unwrap();
        std::fs::write(path.join("real/file"), "x").unwrap();
        std::os::unix::fs::symlink("real", path.join("link")).unwrap();
        std::os::unix::fs::symlink("file", path.join("real/last")).unwrap();
        let tried = |name: &str| open_as_it_is(Path::new("/"), &path.join(name)).map(drop);
        assert_eq!(tried("real/file"), Ok(()));
        assert_eq!(tried("real"), Ok(()));
        assert!(tried("link/file").is_err());
        assert_eq!(tried("link"), Err(Errno::ELOOP));
        assert_eq!(tried("real/last"), Err(Errno::ELOOP));
        assert_eq!(tried("real/../real"), Err(Errno::EINVAL));
        assert_eq!(tried("none"), Err(Errno::ENOENT));
    }
}
