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
    #[error("{path}: can't be written: {source}; it is as it was")]
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

/// Writes edits into the file of a document. Links are followed, permissions kept; a reader sees the old file or the new one, never a part.
pub fn write(document: &Document, edits: &[&Edit]) -> Result<(), WriteError> {
    let path = &document.path;
    let failed = |source: std::io::Error| WriteError::Io { path: path.clone(), source };
    let real = path.canonicalize_utf8().map_err(failed)?;
    let before = fs::read(&real).map_err(failed)?;
    if fs::metadata(&real).map_err(failed)?.permissions().readonly() {
        return Err(WriteError::ReadOnly { path: path.clone() });
    }
    let after = edited(document, &before, edits)?;
    replace(&real, &before, &after).map_err(failed)?.then_some(()).ok_or_else(|| WriteError::Changed { path: path.clone() })
}

/// The bytes of a document's file with edits made. The bytes must be those that the document was read from.
pub fn edited(document: &Document, bytes: &[u8], edits: &[&Edit]) -> Result<Vec<u8>, WriteError> {
    let path = &document.path;
    if Document::decode(path.clone(), bytes).as_ref() != Ok(document) {
        return Err(WriteError::Changed { path: path.clone() });
    }
    let refused = || WriteError::Unsafe { path: path.clone() };
    let after = document.bytes_with(bytes, &edits.iter().map(|edit| (edit.span.clone(), edit.new.as_str())).collect::<Vec<_>>());
    let after = after.ok_or_else(refused)?;
    let read = Document::decode(path.clone(), &after).map_err(|_| refused())?;
    if read.text != applied(&document.text, edits) { Err(refused()) } else { Ok(after) }
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
