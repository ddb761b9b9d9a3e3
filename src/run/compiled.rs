//! The harness, compiled once for each interpreter and kept in the user's cache: compiling it takes a server longer than starting Python does.
//!
//! What is kept is made by the interpreter itself, outside of the sandbox and of all environments (`-I -S`), and named by what it was made from. Without a
//! cache everything works, only slower: each server compiles it then.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    io::{self, Write},
    process::{Command, Stdio},
};

use camino::Utf8PathBuf;

use super::python;
use crate::environment::{self, Interpreter};

/// Reads names and sources as JSON, and writes the interpreter's number for compiled code and a marshalled list of marshalled codes.
const COMPILE: &str = r#"
import json, marshal, sys
from _frozen_importlib_external import MAGIC_NUMBER
codes = [marshal.dumps(compile(source, f"<{name}>", "exec", 0, True)) for name, source in json.load(sys.stdin)]
sys.stdout.buffer.write(MAGIC_NUMBER + marshal.dumps(codes))
"#;

/// The file that keeps the compiled harness for an interpreter; it's made where it isn't there. `None` where there is no cache, or no making it.
pub fn file(interpreter: &Interpreter) -> Option<Utf8PathBuf> {
    let folder = environment::cache_folder()?;
    let mut hasher = DefaultHasher::new();
    (&interpreter.version, COMPILE).hash(&mut hasher);
    python::harness_sources().for_each(|source| source.hash(&mut hasher));
    let file = folder.join(format!("harness-{:016x}.marshal", hasher.finish()));
    if file.is_file() {
        return Some(file);
    }
    let make = || -> io::Result<()> {
        let compiled = compile(interpreter)?;
        fs::create_dir_all(&folder)?;
        // Written beside and renamed, so that nobody reads half of it.
        let mut beside = tempfile::NamedTempFile::new_in(&folder)?;
        beside.write_all(&compiled)?;
        beside.persist(&file)?;
        Ok(())
    };
    make().ok().map(|()| file)
}

fn compile(interpreter: &Interpreter) -> io::Result<Vec<u8>> {
    let mut command = Command::new(&interpreter.executable);
    command.args(["-I", "-S", "-c", COMPILE]).env_remove("PYTHONHOME");
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    if let Some(mut input) = process.stdin.take() {
        // It's read as a whole before anything is written.
        serde_json::to_writer(&mut input, &python::harness_sources().collect::<Vec<_>>())?;
    }
    let output = process.wait_with_output()?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(io::Error::other(output.status.to_string())),
    }
}
