//! Results that wait for approval: `expected/*.snap.new`, as insta writes them beside the approved ones, and as `cargo insta review` shows them.
//!
//! A file of insta's has metadata in YAML between two lines `---`, then the contents. Where the result was asserted (`assertion_line`) is for
//! the pending file alone: insta leaves it out when it's approved, and so does this.

use std::{
    fs,
    io::{self, Write},
};

use camino::{Utf8Path, Utf8PathBuf};

/// The folder of approved results, beside the configuration.
pub const FOLDER: &str = "expected";
const PENDING: &str = ".snap.new";

/// A result that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Its file.
    pub path: Utf8PathBuf,
    /// The file of the approved one.
    pub approved: Utf8PathBuf,
    /// The approved contents; `None` where there are none yet.
    pub old: Option<String>,
    /// The new contents.
    pub new: String,
    /// The file as it was read.
    text: String,
}

/// The pending results below a project's folder, by their paths.
pub fn find(root: &Utf8Path) -> io::Result<Vec<Pending>> {
    let folder = root.join(FOLDER);
    let entries = match folder.read_dir_utf8() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut paths = entries.map(|entry| entry.map(|entry| entry.into_path())).collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| path.file_name().is_some_and(|name| name.ends_with(PENDING)));
    paths.sort();
    paths.into_iter().map(read).collect()
}

fn read(path: Utf8PathBuf) -> io::Result<Pending> {
    let text = fs::read_to_string(&path)?;
    let approved = Utf8PathBuf::from(path.as_str().strip_suffix(".new").unwrap_or(path.as_str()));
    let old = match fs::read_to_string(&approved) {
        Ok(text) => Some(parts(&text).1.to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    Ok(Pending { new: parts(&text).1.to_owned(), path, approved, old, text })
}

impl Pending {
    /// Puts it into the place of the approved one. A reader sees the old file or the new one, never a part.
    pub fn accept(&self) -> io::Result<()> {
        self.unchanged()?;
        let folder = self.approved.parent().unwrap_or(Utf8Path::new("."));
        let mut file = tempfile::Builder::new().prefix(".verify-").tempfile_in(folder)?;
        file.write_all(approved_text(&self.text).as_bytes())?;
        file.as_file().set_permissions(fs::metadata(&self.path)?.permissions())?;
        file.as_file().sync_all()?;
        file.persist(&self.approved).map_err(|error| error.error)?;
        fs::remove_file(&self.path)
    }

    /// Takes it away; the approved one stays.
    pub fn reject(&self) -> io::Result<()> {
        self.unchanged()?;
        fs::remove_file(&self.path)
    }

    /// What was looked at is what is meant.
    fn unchanged(&self) -> io::Result<()> {
        match fs::read_to_string(&self.path)? == self.text {
            true => Ok(()),
            false => Err(io::Error::other("it has changed since it was read; run again")),
        }
    }
}

/// Metadata, with its marks, and contents.
fn parts(text: &str) -> (&str, &str) {
    let Some(rest) = text.strip_prefix("---\n") else { return ("", text) };
    match rest.find("\n---\n") {
        Some(end) => text.split_at("---\n".len() + end + "\n---\n".len()),
        None => ("", text),
    }
}

/// The file as an approved one.
fn approved_text(text: &str) -> String {
    let (metadata, contents) = parts(text);
    let kept: String = metadata.split_inclusive('\n').filter(|line| !line.starts_with("assertion_line:")).collect();
    kept + contents
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_stand_behind_the_metadata() {
        let text = "---\nsource: tests/corpus.rs\nassertion_line: 7\n---\nq1.1 ran\n---\nmore\n";
        assert_eq!(parts(text).1, "q1.1 ran\n---\nmore\n");
        assert_eq!(approved_text(text), "---\nsource: tests/corpus.rs\n---\nq1.1 ran\n---\nmore\n");
        for bare in ["", "plain\n", "---\nno end"] {
            assert_eq!((parts(bare).1, approved_text(bare).as_str()), (bare, bare));
        }
    }

    #[test]
    fn accepted_and_rejected() {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        assert_eq!(find(root).unwrap(), []);
        fs::create_dir(root.join(FOLDER)).unwrap();
        let write = |name: &str, text: &str| fs::write(root.join(FOLDER).join(name), text).unwrap();
        write("a.snap", "---\nsource: x\n---\nold\n");
        write("a.snap.new", "---\nsource: x\nassertion_line: 3\n---\nnew\n");
        write("b.snap.new", "---\nsource: x\n---\nfirst\n");
        let found = find(root).unwrap();
        let [a, b] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((a.old.as_deref(), a.new.as_str(), b.old.as_deref()), (Some("old\n"), "new\n", None));
        a.accept().unwrap();
        assert_eq!(fs::read_to_string(&a.approved).unwrap(), "---\nsource: x\n---\nnew\n");
        write("b.snap.new", "another");
        assert!(b.reject().is_err(), "another one than was shown");
        find(root).unwrap()[0].reject().unwrap();
        assert_eq!(root.join(FOLDER).read_dir_utf8().unwrap().count(), 1);
    }
}
