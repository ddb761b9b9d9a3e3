//! What an example is given before it starts: files in its working folder, and standard input.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Seek, Write},
    path::{Component, Path, PathBuf},
};

use nix::sys::memfd::{MFdFlags, memfd_create};

use crate::run::protocol::{Content, Given, LINE_NUMBER};

/// Lays the files into the working folder. The error is a sentence that names the file.
pub fn lay(given: &Given, work: &Path) -> Result<(), String> {
    for (name, content) in &given.files {
        lay_file(work, Path::new(name), content).map_err(|error| format!("the file `{name}` can't be laid: {error}"))?;
    }
    Ok(())
}

/// A file in memory that gives this text, and then its end.
pub fn input(text: &str) -> io::Result<File> {
    let mut file = File::from(memfd_create(c"stdin", MFdFlags::MFD_CLOEXEC)?);
    file.write_all(text.as_bytes())?;
    file.rewind()?;
    Ok(file)
}

fn lay_file(work: &Path, name: &Path, content: &Content) -> io::Result<()> {
    let mut path = PathBuf::from(work);
    let mut components = name.components().peekable();
    while let Some(component) = components.next() {
        // What comes in a job is looked at again: a path that leaves the folder would be written where nothing is emptied.
        let Component::Normal(part) = component else { return Err(io::Error::other("its path leaves the working folder")) };
        path.push(part);
        if components.peek().is_none() {
            break;
        }
        match fs::create_dir(&path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        // Links lead to what was granted.
        if !fs::symlink_metadata(&path)?.is_dir() {
            return Err(io::Error::other("it lies in what was granted to be read, or in another file"));
        }
    }
    let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
    write(file, content)
}

fn write(mut file: File, content: &Content) -> io::Result<()> {
    match content {
        Content::Text(text) => file.write_all(text.as_bytes()),
        Content::Bytes(bytes) => file.write_all(bytes),
        Content::Filled { size, pattern: None } => file.set_len(*size),
        Content::Filled { size, pattern: Some(pattern) } => {
            let file = write_lines(file, pattern, None, *size)?;
            file.set_len(*size)
        }
        Content::Lines { count, pattern } => write_lines(file, pattern, Some(*count), u64::MAX).map(drop),
    }
}

/// Writes lines until there are so many, or so many bytes at least.
fn write_lines(file: File, pattern: &str, count: Option<u64>, size: u64) -> io::Result<File> {
    let mut out = BufWriter::with_capacity(1 << 20, file);
    let (mut number, mut written) = (0u64, 0u64);
    let parts: Vec<&str> = pattern.split(LINE_NUMBER).collect();
    while count.map_or(written < size, |count| number < count) {
        number += 1;
        let text = number.to_string();
        let line = parts.join(&text);
        out.write_all(line.as_bytes())?;
        out.write_all(b"\n")?;
        written += line.len() as u64 + 1;
    }
    out.into_inner().map_err(io::IntoInnerError::into_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(name: &str, content: Content) -> Given {
        Given { files: [(name.to_owned(), content)].into(), ..Given::default() }
    }

    #[test]
    fn contents_are_laid_exactly() {
        let folder = tempfile::tempdir().unwrap();
        for (name, content, expected) in [
            ("a", Content::Text("é".to_owned()), "é".as_bytes()),
            ("in/a/folder", Content::Bytes(vec![0, 255]), &[0, 255]),
            ("zeros", Content::Filled { size: 3, pattern: None }, &[0, 0, 0]),
            ("cut", Content::Filled { size: 8, pattern: Some("row {n}".to_owned()) }, b"row 1\nro"),
            ("lines", Content::Lines { count: 2, pattern: "{n},{n}".to_owned() }, b"1,1\n2,2\n"),
            ("empty", Content::Lines { count: 0, pattern: "x".to_owned() }, b""),
        ] {
            lay(&given(name, content), folder.path()).unwrap();
            assert_eq!(fs::read(folder.path().join(name)).unwrap(), expected, "{name}");
        }
    }

    #[test]
    fn nothing_is_laid_outside_of_the_folder() {
        let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(outside.path(), folder.path().join("granted")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("new"), folder.path().join("link")).unwrap();
        for name in ["../x", "/x", "granted/x", "granted", "link", "granted/../x"] {
            let error = lay(&given(name, Content::Text(String::new())), folder.path()).unwrap_err();
            assert!(error.starts_with(&format!("the file `{name}` can't be laid: ")), "{error}");
        }
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    }
}
