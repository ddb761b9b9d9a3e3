//! Files and folders that examples were granted, opened as they are.
//!
//! What was granted is a path without links, found before the servers started. An example that may change a folder could put a link in the
//! place of something in it meanwhile; a link is never followed here, so that nothing else is shown than what was meant.

use std::{
    os::fd::{AsFd, OwnedFd},
    path::{Component, Path},
};

use nix::{
    errno::Errno,
    fcntl::{OFlag, open, openat},
    sys::stat::{Mode, SFlag, fstat},
};

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
