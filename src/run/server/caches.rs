//! What packages keep in the home folder when they are imported, as it takes long to make: lists of fonts, settings.
//!
//! On a machine where a package was imported before, the next import finds it there. An example's home folder is empty; so what an import has
//! left in it is laid out for each example that imports the package.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use crate::run::protocol::package_of;

/// Files and folders of an import that are kept at most, …
const MOST: usize = 256;
/// … and bytes of them.
const LARGEST: u64 = 4 << 20;

/// What imports have left, by their packages.
#[derive(Debug, Default)]
pub(super) struct Caches {
    of: BTreeMap<String, Vec<Entry>>,
}

/// A folder, or a file with what is in it; by its path in the home folder.
#[derive(Debug, PartialEq, Eq)]
enum Entry {
    Folder(PathBuf),
    File(PathBuf, Vec<u8>),
}

impl Caches {
    /// Takes what lies in `home` for what imports of these modules have left. Whether that is anything, and little enough to be kept.
    pub(super) fn take(&mut self, modules: &[String], home: &Path) -> io::Result<bool> {
        let Some(entries) = entries(home)?.filter(|entries| !entries.is_empty()) else { return Ok(false) };
        let packages: BTreeSet<&str> = modules.iter().map(|module| package_of(module)).collect();
        // Which of several has left it can't be told.
        self.of.insert(packages.into_iter().collect::<Vec<_>>().join(" "), entries);
        Ok(true)
    }

    /// Lays out in `home` what imports of these modules are to find.
    pub(super) fn lay<'m>(&self, modules: impl IntoIterator<Item = &'m String>, home: &Path) -> io::Result<()> {
        if self.of.is_empty() {
            return Ok(());
        }
        let packages: BTreeSet<&str> = modules.into_iter().map(|module| package_of(module)).collect();
        let kept = self.of.iter().filter(|(names, _)| names.split(' ').any(|name| packages.contains(name)));
        for entry in kept.flat_map(|(_, entries)| entries) {
            match entry {
                Entry::Folder(path) => fs::create_dir_all(home.join(path))?,
                Entry::File(path, bytes) => fs::write(home.join(path), bytes)?,
            }
        }
        Ok(())
    }
}

/// All that lies in a folder, a folder before what is in it; `None` where that is too much, or something else than files and folders.
fn entries(root: &Path) -> io::Result<Option<Vec<Entry>>> {
    let (mut entries, mut bytes) = (Vec::new(), 0);
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for found in fs::read_dir(root.join(&folder))? {
            let found = found?;
            let (path, metadata) = (folder.join(found.file_name()), found.metadata()?);
            bytes += metadata.len();
            if entries.len() >= MOST || metadata.is_file() && bytes > LARGEST || !(metadata.is_file() || metadata.is_dir()) {
                return Ok(None);
            }
            entries.push(if metadata.is_dir() {
                folders.push(path.clone());
                Entry::Folder(path)
            } else {
                let content = fs::read(root.join(&path))?;
                Entry::File(path, content)
            });
        }
    }
    Ok(Some(entries))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_import_left_is_laid_out_for_those_that_import_the_package() {
        let (left, home, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let mut caches = Caches::default();
        assert!(!caches.take(&words(&["heavy"]), left.path()).unwrap());
        fs::create_dir_all(left.path().join(".cache/heavy/empty")).unwrap();
        fs::write(left.path().join(".cache/heavy/fonts.json"), "[1]").unwrap();
        assert!(caches.take(&words(&["heavy", "heavy.part"]), left.path()).unwrap());
        caches.lay(&words(&["heavier", "light"]), other.path()).unwrap();
        assert_eq!(entries(other.path()).unwrap().unwrap(), []);
        caches.lay(&words(&["heavy.other"]), home.path()).unwrap();
        assert_eq!(entries(home.path()).unwrap(), entries(left.path()).unwrap());
        // It's laid over what is there.
        caches.lay(&words(&["heavy"]), home.path()).unwrap();
        assert_eq!(fs::read_to_string(home.path().join(".cache/heavy/fonts.json")).unwrap(), "[1]");
    }

    #[test]
    fn too_much_and_what_is_no_file_is_not_kept() {
        let large = tempfile::tempdir().unwrap();
        fs::File::create(large.path().join("large")).unwrap().set_len(LARGEST + 1).unwrap();
        let many = tempfile::tempdir().unwrap();
        (0..=MOST).for_each(|number| fs::write(many.path().join(number.to_string()), "").unwrap());
        let link = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/etc/passwd", link.path().join("link")).unwrap();
        for folder in [large, many, link] {
            assert!(!Caches::default().take(&["a".to_owned()], folder.path()).unwrap());
        }
    }
}
