//! Writes edits into files: all of a file or nothing, and never into one that has changed since it was read.

use std::{
    fs::{self, File},
    io::Write,
};

use camino::{Utf8Path, Utf8PathBuf};

use super::{Edit, applied};
use crate::document::Document;

/// Why a file wasn't written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// It can't be read again, or not be written.
    #[error("{path}: can't be written: {source}; it's as it was")]
    Io {
        /// The file.
        path: Utf8PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It's another file now.
    #[error("{path}: has changed since it was read; nothing was written into it; run again")]
    Changed {
        /// The file.
        path: Utf8PathBuf,
    },
    /// It's protected.
    #[error("{path}: is read-only; nothing was written into it; make it writable, or take the diff")]
    ReadOnly {
        /// The file.
        path: Utf8PathBuf,
    },
    /// What would be written would not be read again as what is meant.
    #[error("{path}: would not be read again as it's meant; nothing was written into it")]
    Unsafe {
        /// The file.
        path: Utf8PathBuf,
    },
}

/// A file that is to be written: as it is, and as it will be.
#[derive(Debug)]
pub struct Rewriting {
    path: Utf8PathBuf,
    before: Vec<u8>,
    after: Vec<u8>,
    /// Its text, as it's in the file.
    pub old: String,
    /// Its text with the edits made.
    pub new: String,
}

impl Rewriting {
    /// Reads the file of a document once more, and makes the edits in memory.
    pub fn of(document: &Document, edits: &[&Edit]) -> Result<Rewriting, WriteError> {
        let path = &document.path;
        let before = fs::read(path).map_err(|source| WriteError::Io { path: path.clone(), source })?;
        if Document::decode(path.clone(), &before).as_ref() != Ok(document) {
            return Err(WriteError::Changed { path: path.clone() });
        }
        let changes: Vec<_> = edits.iter().map(|edit| (edit.span.clone(), edit.new.as_str())).collect();
        let refused = || WriteError::Unsafe { path: path.clone() };
        let source = document.source_with(&before, &changes).ok_or_else(refused)?;
        let read = Document::decode(path.clone(), &source.after).map_err(|_| refused())?;
        if read.text != applied(&document.text, edits) {
            return Err(refused());
        }
        Ok(Rewriting { path: path.clone(), before, after: source.after, old: source.old, new: source.new })
    }

    /// Writes the file, if it's still as it was. Links are followed, permissions kept; a reader sees the old file or the new one, never a
    /// part.
    pub fn write(&self) -> Result<(), WriteError> {
        let path = || self.path.clone();
        let failed = |source: std::io::Error| WriteError::Io { path: path(), source };
        let real = self.path.canonicalize_utf8().map_err(failed)?;
        if fs::metadata(&real).map_err(failed)?.permissions().readonly() {
            return Err(WriteError::ReadOnly { path: path() });
        }
        match replace(&real, &self.before, &self.after).map_err(failed)? {
            true => Ok(()),
            false => Err(WriteError::Changed { path: path() }),
        }
    }
}

/// Puts a new file into the place of an old one; false where that isn't the one that was read.
fn replace(path: &Utf8Path, before: &[u8], after: &[u8]) -> std::io::Result<bool> {
    let folder = path.parent().unwrap_or(Utf8Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".verify-").tempfile_in(folder)?;
    file.write_all(after)?;
    file.as_file().set_permissions(fs::metadata(path)?.permissions())?;
    file.as_file().sync_all()?;
    if fs::read(path)? != before {
        return Ok(false);
    }
    file.persist(path).map_err(|error| error.error)?;
    // The new name is on the disk when its folder is; where that can't be asked for, the system does it in its own time.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(true)
}
