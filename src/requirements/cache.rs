//! Environments in the user's cache folder: made once, found again by what they consist of.
//!
//! ```text
//! environments/KEY.lock             held while it's made, so that two runs share one build
//! environments/KEY/environment.json which folder is the finished one, and what it must hold; written last
//! environments/KEY/1                the environment; another number after it had to be made anew
//! ```
//!
//! A run that is killed leaves a folder that no `environment.json` names; the next one that makes it clears that up. What was changed or
//! lost since it was made is noticed by names, sizes and times of all files.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::MetadataExt,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use super::{
    install::{Base, Failure, FailureKind, Installer},
    lock::Package,
};

/// Version of the folders' layout.
const FORMAT: &str = "1";
/// How long is waited before the next look whether another run has let go of a lock.
const STEP: Duration = Duration::from_millis(50);

/// SHA-256 of some texts, shortened to 32 hexadecimal digits.
pub(super) fn hash(texts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for text in texts {
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hex(&hasher.finalize()[..16])
}

/// The part of the user's cache folder that is about requirements.
#[derive(Debug, Clone)]
pub struct Cache(pub Utf8PathBuf);

/// What `environment.json` says.
#[derive(Debug, Serialize, Deserialize)]
struct Finished {
    /// The environment's folder, below the one of this file.
    folder: String,
    /// Of names, sizes and times of all files.
    contents: String,
}

impl Cache {
    /// The environment of a Python with these packages, if it's there and whole.
    pub fn find(&self, base: &Base, packages: &[Package], builds: &[String]) -> Option<Utf8PathBuf> {
        self.finished(&self.key(base, packages, builds))
    }

    /// The environment of a Python with these packages; made unless it's there.
    pub fn environment(&self, base: &Base, packages: &[Package], builds: &[String], stop: &AtomicBool) -> Result<Utf8PathBuf, Failure> {
        let key = self.key(base, packages, builds);
        if let Some(folder) = self.finished(&key) {
            return Ok(folder);
        }
        let own = self.environments().join(&key);
        fs::create_dir_all(&own).map_err(|error| unwritable(&own, &error))?;
        let _lock = lock(&self.environments().join(format!("{key}.lock")), stop)?;
        // Another run may have made it while this one waited.
        if let Some(folder) = self.finished(&key) {
            return Ok(folder);
        }
        let number = self.clear(&own);
        let folder = own.join(number.to_string());
        let made = Installer::find(base, &self.0, stop).and_then(|installer| installer.make(base, packages, builds, &folder, stop));
        if let Err(failure) = made {
            // What can't be removed is cleared up by the next one.
            let _ = fs::remove_dir_all(&folder);
            return Err(failure);
        }
        let contents = contents(&folder).map_err(|error| unwritable(&folder, &error))?;
        write(&own.join("environment.json"), &Finished { folder: number.to_string(), contents })?;
        Ok(folder)
    }

    /// What some requirements came to when that was last found out, where no lock covers them.
    pub fn resolved(&self, requires: &[String], base: &Base, builds: &[String]) -> Option<Vec<Package>> {
        let packages: Vec<Package> = read(&self.resolution(requires, base, builds))?;
        packages.iter().all(|package| package.check().is_ok()).then_some(packages)
    }

    /// Remembers what some requirements came to. Without it they are only resolved again.
    pub fn keep_resolved(&self, requires: &[String], base: &Base, builds: &[String], packages: &[Package]) {
        let _ = write(&self.resolution(requires, base, builds), &packages);
    }

    fn resolution(&self, requires: &[String], base: &Base, builds: &[String]) -> Utf8PathBuf {
        let key = hash(&[FORMAT, &base.key(), &requires.join("\n"), &builds.join("\n")]);
        self.0.join("resolved").join(format!("{key}.json"))
    }

    fn environments(&self) -> Utf8PathBuf {
        self.0.join("environments")
    }

    fn key(&self, base: &Base, packages: &[Package], builds: &[String]) -> String {
        let mut lines: Vec<String> = packages.iter().map(Package::line).collect();
        lines.sort();
        hash(&[FORMAT, &base.key(), &lines.join("\n"), &builds.join("\n")])
    }

    /// The finished environment of a key, if it's what it was when it was made.
    fn finished(&self, key: &str) -> Option<Utf8PathBuf> {
        let own = self.environments().join(key);
        let finished: Finished = read(&own.join("environment.json"))?;
        let folder = own.join(&finished.folder);
        let whole = finished.folder.parse::<u32>().is_ok() && contents(&folder).is_ok_and(|contents| contents == finished.contents);
        whole.then_some(folder)
    }

    /// Removes what earlier makings left, and gives a number that none of them had. To be called under the lock.
    fn clear(&self, own: &Utf8Path) -> u32 {
        let entries = own.read_dir_utf8().into_iter().flatten().flatten();
        let numbers: Vec<u32> = entries.filter_map(|entry| entry.file_name().parse().ok()).collect();
        let _ = fs::remove_file(own.join("environment.json"));
        for number in &numbers {
            // It's of no use, but does no harm either.
            let _ = fs::remove_dir_all(own.join(number.to_string()));
        }
        numbers.into_iter().max().unwrap_or(0).saturating_add(1)
    }
}

/// Waits for a lock. It's let go when the file is closed, also by being killed.
pub(super) fn lock(path: &Utf8Path, stop: &AtomicBool) -> Result<File, Failure> {
    let file = File::options().create(true).truncate(false).write(true).open(path).map_err(|error| unwritable(path, &error))?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(fs::TryLockError::WouldBlock) if stop.load(Ordering::SeqCst) => {
                return Err(Failure { kind: FailureKind::Interrupted, package: None, reason: "interrupted".to_owned() });
            }
            Err(fs::TryLockError::WouldBlock) => thread::sleep(STEP),
            Err(fs::TryLockError::Error(error)) => return Err(unwritable(path, &error)),
        }
    }
}

/// What a folder holds, in a hash: names, kinds, sizes and times of all that lies below it.
fn contents(folder: &Utf8Path) -> io::Result<String> {
    fn add(folder: &Utf8Path, name: &str, hasher: &mut Sha256) -> io::Result<()> {
        let mut entries = folder.read_dir_utf8()?.collect::<io::Result<Vec<_>>>()?;
        entries.sort_by(|one, other| one.file_name().cmp(other.file_name()));
        for entry in entries {
            let name = format!("{name}/{}", entry.file_name());
            let file = entry.path().symlink_metadata()?;
            hasher.update(name.as_bytes());
            if file.is_dir() {
                hasher.update(b"/\n");
                add(entry.path(), &name, hasher)?;
            } else if file.is_symlink() {
                hasher.update(format!(" -> {}\n", entry.path().read_link_utf8()?));
            } else {
                // Seconds: what keeps caches between runs elsewhere doesn't keep more.
                hasher.update(format!(" {} {}\n", file.size(), file.mtime()));
            }
        }
        Ok(())
    }
    let mut hasher = Sha256::new();
    add(folder, "", &mut hasher)?;
    Ok(hex(&hasher.finalize()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read<T: DeserializeOwned>(path: &Utf8Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Writes a file beside and renames it, so that nobody reads half of it.
fn write(path: &Utf8Path, value: &impl Serialize) -> Result<(), Failure> {
    let write = || -> io::Result<()> {
        let folder = path.parent().unwrap_or(path);
        fs::create_dir_all(folder)?;
        let mut beside = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer(&mut beside, value)?;
        beside.persist(path)?;
        Ok(())
    };
    write().map_err(|error| unwritable(path, &error))
}

pub(super) fn unwritable(path: &Utf8Path, error: &io::Error) -> Failure {
    Failure::machine(format!("{path}: can't be written: {error}; `XDG_CACHE_HOME` names another place for the cache"))
}
