//! Files that a page includes as code: found on disk, and only where the page may look.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use super::hash;
use crate::{
    document::Document,
    extract::{Example, Include},
};

/// The example that a page includes, and the hash of its lines; `None` where no line is shown. The file must lie below `root`, or below the page's
/// folder. The error is a sentence.
pub(super) fn example(include: &Include, page: &Document, root: Option<&Utf8Path>) -> Result<Option<(Example, String)>, String> {
    let path = find(include, page, root)?;
    let bytes = std::fs::read(&path).map_err(|error| format!("{path}: can't be read: {error}"))?;
    let included = Arc::new(Document::decode(&*path, &bytes).map_err(|error| error.to_string())?);
    let Some(example) = include.example(page, &included)? else { return Ok(None) };
    let lines: Vec<&[u8]> = bytes.split(|&byte| byte == b'\n').collect();
    let sha256 = hash(&lines, &example);
    Ok(Some((example, sha256)))
}

/// The file that is meant, as a path like the page's.
fn find(include: &Include, page: &Document, root: Option<&Utf8Path>) -> Result<Utf8PathBuf, String> {
    let folder = match page.path.parent() {
        Some(parent) if !parent.as_str().is_empty() => parent,
        _ => Utf8Path::new("."),
    };
    let path = match include.path.strip_prefix('/') {
        Some(rest) => top(folder).join(rest),
        None => folder.join(&include.path),
    };
    let real = path.canonicalize_utf8().map_err(|error| format!("`{}` can't be included: {error}", include.path))?;
    let below = [Some(folder), root].into_iter().flatten().filter_map(|folder| folder.canonicalize_utf8().ok());
    if !below.into_iter().any(|folder| real.starts_with(folder)) {
        return Err(format!("`{}` isn't below the document's folder; it isn't read", include.path));
    }
    let here = std::env::current_dir().ok().and_then(|here| Utf8PathBuf::from_path_buf(here).ok());
    Ok(here.and_then(|here| real.strip_prefix(here).ok().map(Utf8Path::to_owned)).unwrap_or(real))
}

/// The folder of all documents: the nearest one above that holds Sphinx's configuration.
fn top(folder: &Utf8Path) -> Utf8PathBuf {
    let real = folder.canonicalize_utf8().unwrap_or_else(|_| folder.to_owned());
    real.ancestors().find(|above| above.join("conf.py").is_file()).unwrap_or(&real).to_owned()
}
