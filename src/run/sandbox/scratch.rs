//! The folders that an example may write in, emptied after each.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, PermissionsExt, symlink},
    path::{Path, PathBuf},
};

/// `HOME` in a private root.
pub const PRIVATE_HOME: &str = "/tmp/home";

/// The folders of the examples.
#[derive(Debug, Clone)]
pub struct Scratch {
    /// The working folder.
    pub work: PathBuf,
    /// `HOME`.
    pub home: PathBuf,
    /// `TMPDIR`.
    pub tmp: PathBuf,
    /// Folders that are emptied; the others are in them.
    pub roots: Vec<PathBuf>,
    /// What stays when they are emptied: trees of the host's that are shown in them.
    pub keep: Vec<PathBuf>,
    /// Links in the working folder, each by its name there, to what examples were granted.
    pub links: Vec<(PathBuf, PathBuf)>,
}

impl Scratch {
    /// The folders of a private root: `/tmp`, and with it what code means by `/tmp`. Of `read`, trees that are shown, those in there stay.
    pub fn private(read: &[PathBuf]) -> Scratch {
        let tmp = PathBuf::from("/tmp");
        let roots = vec![tmp.clone(), "/dev/shm".into()];
        Scratch { work: tmp.join("work"), home: PRIVATE_HOME.into(), roots, keep: ways_to(read), links: Vec::new(), tmp }
    }

    /// Folders below `root`, a folder of the host's that doesn't exist yet and is made here for its owner alone.
    pub fn on_host(root: &Path) -> io::Result<Scratch> {
        fs::DirBuilder::new().mode(0o700).create(root)?;
        let root = root.canonicalize()?;
        Ok(Scratch {
            work: root.join("work"),
            home: root.join("home"),
            tmp: root.join("tmp"),
            roots: vec![root],
            keep: Vec::new(),
            links: Vec::new(),
        })
    }

    /// Takes away folders that [`Scratch::on_host`] made, with all that is in them. Nothing happens where there are none.
    pub fn remove_from_host(root: &Path) {
        // A link in its place is somebody else's.
        if fs::symlink_metadata(root).is_ok_and(|metadata| metadata.is_dir()) {
            // What can't be removed by its owner can't be removed: there is nobody to tell who could do more about it.
            let _ = empty(root, &[]).and_then(|()| fs::remove_dir(root));
        }
    }

    /// Takes away all that an example left and makes the folders anew.
    pub fn renew(&self) -> io::Result<()> {
        for root in &self.roots {
            empty(root, &self.keep)?;
        }
        for folder in [&self.tmp, &self.work, &self.home] {
            // The roots stay.
            if !self.roots.contains(folder) {
                fs::create_dir_all(folder)?;
            }
        }
        for (name, target) in &self.links {
            let link = self.work.join(name);
            if let Some(parent) = link.parent() {
                fs::create_dir_all(parent)?;
            }
            // One of two grants may lie in the other: then it's found there.
            match symlink(target, &link) {
                Err(error) if fs::symlink_metadata(&link).is_err() => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

/// The folders of `/tmp` in which trees of the host's are shown.
pub fn ways_to(read: &[PathBuf]) -> Vec<PathBuf> {
    let tmp = Path::new("/tmp");
    read.iter().filter_map(|path| Some(tmp.join(path.strip_prefix(tmp).ok()?.components().next()?))).collect()
}

/// Empties a folder, whatever it holds: trees too deep to walk, folders without permissions, odd names.
///
/// A folder's entries are moved up into `root` before it's removed, so that no path grows and nothing recurses. Links aren't followed.
fn empty(root: &Path, keep: &[PathBuf]) -> io::Result<()> {
    let mut moved = 0u64;
    loop {
        let mut again = false;
        for entry in fs::read_dir(root)? {
            let entry = entry?;
            if keep.contains(&entry.path()) {
                continue;
            }
            if !entry.file_type()?.is_dir() {
                fs::remove_file(entry.path())?;
                continue;
            }
            let folder = entry.path();
            fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
            for inner in fs::read_dir(&folder)? {
                let inner = inner?;
                if !inner.file_type()?.is_dir() {
                    fs::remove_file(inner.path())?;
                    continue;
                }
                // A folder can be moved only by one who may write in it: its entry `..` changes.
                fs::set_permissions(inner.path(), fs::Permissions::from_mode(0o700))?;
                move_up(&inner.path(), root, &mut moved)?;
                again = true;
            }
            fs::remove_dir(&folder)?;
        }
        if !again {
            return Ok(());
        }
    }
}

/// Moves a folder into `root`, to a name that nothing has.
fn move_up(folder: &Path, root: &Path, moved: &mut u64) -> io::Result<()> {
    loop {
        let to = root.join(format!("emptied-{moved}"));
        *moved += 1;
        if fs::symlink_metadata(&to).is_err() {
            return fs::rename(folder, to);
        }
    }
}

/// Removes System V objects: they live as long as their namespace, which examples share one after the other.
pub fn remove_system_v_objects() {
    // Of `linux/shm.h`; the crate has those of semaphores and messages.
    const SHM_STAT: libc::c_int = 13;
    const SHM_INFO: libc::c_int = 14;
    // SAFETY: all of these take an index or an id and a buffer that is large enough (`shmid_ds`, `semid_ds`, `msqid_ds` and the
    // `*info` structures, which are smaller), alive until the call returns. Results that are errors are indices without an object.
    unsafe {
        let mut buffer = [0u64; 64];
        let highest = libc::shmctl(0, SHM_INFO, buffer.as_mut_ptr().cast());
        for index in 0..=highest {
            let id = libc::shmctl(index, SHM_STAT, buffer.as_mut_ptr().cast());
            if id >= 0 {
                libc::shmctl(id, libc::IPC_RMID, std::ptr::null_mut());
            }
        }
        let highest = libc::semctl(0, 0, libc::SEM_INFO, buffer.as_mut_ptr());
        for index in 0..=highest {
            let id = libc::semctl(index, 0, libc::SEM_STAT, buffer.as_mut_ptr());
            if id >= 0 {
                libc::semctl(id, 0, libc::IPC_RMID);
            }
        }
        let highest = libc::msgctl(0, libc::MSG_INFO, buffer.as_mut_ptr().cast());
        for index in 0..=highest {
            let id = libc::msgctl(index, libc::MSG_STAT, buffer.as_mut_ptr().cast());
            if id >= 0 {
                libc::msgctl(id, libc::IPC_RMID, std::ptr::null_mut());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_example_left_is_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let scratch = Scratch::on_host(&folder.path().join("scratch")).unwrap();
        scratch.renew().unwrap();
        let outside = folder.path().join("outside");
        fs::write(&outside, "stays").unwrap();
        fs::write(scratch.work.join("file"), "x").unwrap();
        std::os::unix::fs::symlink(folder.path(), scratch.work.join("link")).unwrap();
        // A name that the emptying itself would use, and holding something.
        fs::create_dir_all(scratch.roots[0].join("emptied-0/full")).unwrap();
        let locked = scratch.home.join("a/b/c");
        fs::create_dir_all(&locked).unwrap();
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
        scratch.renew().unwrap();
        assert_eq!(fs::read_to_string(outside).unwrap(), "stays");
        let left: Vec<_> = [&scratch.work, &scratch.home, &scratch.tmp].iter().flat_map(|f| fs::read_dir(f).unwrap()).collect();
        assert!(left.is_empty(), "{left:?}");
        assert_eq!(fs::read_dir(&scratch.roots[0]).unwrap().count(), 3);
    }

    #[test]
    fn a_tree_deeper_than_any_path_is_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("deep");
        fs::create_dir(&root).unwrap();
        let top = root.join("top");
        fs::create_dir(&top).unwrap();
        // Built from the inside out, as paths can't be that long: 3,000 levels of a name of four characters.
        for _ in 0..3000 {
            let outer = root.join("next");
            fs::create_dir(&outer).unwrap();
            fs::rename(&top, outer.join("deep")).unwrap();
            fs::rename(&outer, &top).unwrap();
        }
        empty(&root, &[]).unwrap();
        assert_eq!(fs::read_dir(&root).unwrap().count(), 0);
    }
}
