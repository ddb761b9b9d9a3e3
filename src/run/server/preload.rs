//! Modules of packages that the server imports for its examples, as the configuration names them (`preload`).
//!
//! A module is imported when the second example comes that names it; a single one is as quick by itself. What an import does can't be
//! undone, so it's tried in a fork first. One that fails, never ends, says something, starts threads or processes, leaves a file or socket
//! open, or changes what all examples see, is refused: they import it themselves, and the parent is told why.

use std::{
    collections::BTreeMap,
    fs, io,
    io::{Read, Write},
    os::fd::AsFd,
    path::Path,
};

use nix::{
    errno::Errno,
    fcntl::OFlag,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::wait::{WaitPidFlag, WaitStatus, waitpid},
    unistd::{Pid, pipe2},
};

use super::{example, python};
use crate::run::{
    protocol::{Job, Refused},
    python::Fork,
    sandbox::Sandbox,
};

/// How long an import may take, seconds.
const LIMIT: u16 = 20;
/// A module is imported for the example that is the so-many-th to name it.
const TIME: u32 = 2;
/// What tells libraries of linear algebra how many threads to start: a fork has only the thread that forks.
const SINGLE_THREADED: [&std::ffi::CStr; 3] = [c"OPENBLAS_NUM_THREADS", c"OMP_NUM_THREADS", c"MKL_NUM_THREADS"];

/// The modules that are still to be imported.
#[derive(Debug, Default)]
pub(super) struct Preload {
    /// How many examples have named each.
    named: BTreeMap<String, u32>,
}

/// What was imported, and what not.
#[derive(Debug, Default)]
pub(super) struct Preloaded {
    /// Something was.
    pub(super) any: bool,
    /// The modules that aren't fit for it.
    pub(super) refused: Vec<Refused>,
}

impl Preload {
    pub(super) fn new(modules: impl IntoIterator<Item = String>) -> Preload {
        Preload { named: modules.into_iter().map(|module| (module, 0)).collect() }
    }

    /// Imports what it is time for, as this job names it, in this folder.
    pub(super) fn before(&mut self, job: &Job, sandbox: &Sandbox, folder: &Path) -> Preloaded {
        let names = |module: &String| {
            let of_followers = job.followers.iter().flat_map(|one| std::iter::once(&one.code).chain(one.prelude.iter().map(|it| &it.code)));
            let codes = std::iter::once(&job.code).chain(job.prelude.iter().map(|prelude| &prelude.code)).chain(of_followers);
            codes.into_iter().any(|code| names(code, module))
        };
        let counted = self.named.iter_mut().filter(|(module, _)| names(module));
        let due = counted.filter_map(|(module, count)| {
            *count += 1;
            (*count >= TIME).then(|| module.clone())
        });
        let mut preloaded = Preloaded::default();
        for module in due.collect::<Vec<_>>() {
            self.named.remove(&module);
            // The former one was taken away when the last example was over.
            let tried = std::env::set_current_dir(folder)
                .and_then(|()| tried(&module, sandbox))
                .unwrap_or_else(|error| Some(format!("it can't be tried: {error}")));
            let why = match tried {
                None => {
                    preloaded.any = true;
                    single_threaded(|| python::preload_package(&module))
                }
                why => why,
            };
            // A module that isn't installed is the matter of the examples that import it.
            preloaded.refused.extend(why.filter(|why| !why.is_empty()).map(|why| Refused { module, why }));
        }
        preloaded
    }
}

/// Whether a code names a module: as a word of its own.
fn names(code: &str, module: &str) -> bool {
    let top = module.split('.').next().unwrap_or(module);
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    code.match_indices(top).any(|(at, _)| {
        let (before, behind) = (code[..at].chars().next_back(), code[at + top.len()..].chars().next());
        !before.is_some_and(is_part) && !behind.is_some_and(is_part)
    })
}

/// Tries an import in a fork. `None` where all is well; empty where there is no such module; else why it isn't fit.
fn tried(module: &str, sandbox: &Sandbox) -> io::Result<Option<String>> {
    let (reader, writer) = pipe2(OFlag::O_CLOEXEC)?;
    match python::fork()? {
        Fork::Child => {
            let answer = single_threaded(|| imported(module)).map_or_else(|| "+".to_owned(), |why| format!("-{why}"));
            // Whether it arrives can't be told to anybody.
            let _ = fs::File::from(writer).write_all(answer.as_bytes());
            // SAFETY: ends this copy of the server, with nothing of the server's own being run.
            unsafe { libc::_exit(0) }
        }
        Fork::Parent(child) => {
            drop(writer);
            let timeout = PollTimeout::try_from(u32::from(LIMIT) * 1000).unwrap_or(PollTimeout::MAX);
            let ended = loop {
                match poll(&mut [PollFd::new(reader.as_fd(), PollFlags::POLLIN)], timeout) {
                    Err(Errno::EINTR) => {}
                    ended => break ended?,
                }
            };
            let mut answer = [0; 2048];
            let length = if ended == 0 { 0 } else { fs::File::from(reader).read(&mut answer)? };
            example::end(Pid::from_raw(child), sandbox)?;
            let answer = String::from_utf8_lossy(&answer[..length]).into_owned();
            Ok(match (ended, answer.strip_prefix('-')) {
                (0, _) => Some(format!("its import takes more than {LIMIT} s")),
                (_, Some(why)) => Some(why.to_owned()),
                _ if answer == "+" => None,
                _ => Some("its import ends the process".to_owned()),
            })
        }
    }
}

/// Imports a module in this process, which is a copy that ends thereafter, and looks at what that leaves.
fn imported(module: &str) -> Option<String> {
    let look = || Ok::<_, io::Error>((fs::read_dir("/proc/self/fd")?.count(), said()?));
    let before = look();
    let why = python::preload_package(module);
    if why.is_some() {
        return why;
    }
    let (Ok((files, said)), Ok((files_now, said_now)), Ok(threads)) = (before, look(), fs::read_dir("/proc/self/task")) else {
        return Some("what its import leaves can't be seen here: there is no /proc".to_owned());
    };
    match threads.count().saturating_sub(1) {
        0 => {}
        1 => return Some("its import starts a thread".to_owned()),
        threads => return Some(format!("its import starts {threads} threads")),
    }
    // A process that has ended already counts as well: the next one may not.
    if waitpid(Pid::from_raw(-1), Some(WaitPidFlag::WNOHANG)).is_ok_and(|status| status != WaitStatus::StillAlive)
        || waitpid(Pid::from_raw(-1), Some(WaitPidFlag::WNOHANG)) == Ok(WaitStatus::StillAlive)
    {
        return Some("its import starts a process".to_owned());
    }
    if files_now > files {
        return Some("its import leaves a file or a socket open".to_owned());
    }
    (said_now > said).then(|| "its import prints or warns, which each example is to see".to_owned())
}

/// Bytes that were written to standard output and standard error, which lead to the server's log.
fn said() -> io::Result<u64> {
    Ok(fs::metadata("/proc/self/fd/1")?.len())
}

/// What is loaded meanwhile computes with one thread.
fn single_threaded<T>(work: impl FnOnce() -> T) -> T {
    for name in SINGLE_THREADED {
        // SAFETY: the process has one thread, and both are strings.
        unsafe { libc::setenv(name.as_ptr(), c"1".as_ptr(), 0) };
    }
    let result = work();
    for name in SINGLE_THREADED {
        // SAFETY: as above. None was set before: the server's environment is its own.
        unsafe { libc::unsetenv(name.as_ptr()) };
    }
    result
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_module_is_named_by_a_word_of_its_own() {
        for code in ["import numpy", "import numpy as np", "from numpy.linalg import norm", "numpy", "x = ('numpy')"] {
            assert!(names(code, "numpy"), "{code}");
            assert!(names(code, "numpy.linalg"), "{code}");
        }
        for code in ["", "import numpydoc", "import my_numpy", "änumpy", "import num"] {
            assert!(!names(code, "numpy"), "{code}");
        }
    }
}
