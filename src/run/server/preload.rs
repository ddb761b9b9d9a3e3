//! Modules of packages that the server imports for its examples: those that the configuration names (`preload`), or where it doesn't say,
//! those that a job tells of.
//!
//! A module that the configuration names is imported when the second example comes that names it; a single one is as quick by itself. When
//! it's time for the others, the parent knows, which sees all that is to come. What an import does can't be undone, so it's tried in a fork
//! first. One that fails, never ends, says something, starts threads or processes, leaves a file or socket open, or changes what all examples
//! see, is refused: they import it themselves, and the parent is told why.

use std::{
    collections::BTreeMap,
    fs, io,
    io::{Read, Write},
    os::fd::AsFd,
};

use nix::{
    errno::Errno,
    fcntl::OFlag,
    poll::{PollFd, PollFlags, PollTimeout, poll},
    sys::{
        resource::{Resource, getrlimit, setrlimit},
        wait::{WaitPidFlag, WaitStatus, waitpid},
    },
    unistd::{Pid, pipe2},
};

use super::{ServerArgs, caches::Caches, example, memory, python};
use crate::run::{
    protocol::{Beforehand, Job, Preloaded},
    python::{Fork, Places},
    sandbox::{Sandbox, Scratch},
};

/// How long an import may take, seconds.
const LIMIT: u16 = 20;
/// A module that the configuration names is imported for the example that is the so-many-th to name it.
const TIME: u32 = 2;
/// Bytes of address space that a module may take which nobody chose.
const LARGEST: u64 = 256 << 20;
/// What tells libraries of linear algebra how many threads to start: a fork has only the thread that forks.
const SINGLE_THREADED: [&std::ffi::CStr; 3] = [c"OPENBLAS_NUM_THREADS", c"OMP_NUM_THREADS", c"MKL_NUM_THREADS"];

/// The modules that are still to be imported, and what was.
#[derive(Debug)]
pub(super) struct Preload {
    /// How many examples have named each module that the configuration names.
    named: BTreeMap<String, u32>,
    /// Where others may come from; `None` where the configuration chooses.
    places: Option<Places>,
    /// Modules that a job told of and that are there, each with the address space that its import took.
    imported: Vec<(String, u64)>,
    /// What their imports have left in the home folder.
    caches: Caches,
}

impl Preload {
    pub(super) fn new(args: &ServerArgs, scratch: &Scratch) -> Preload {
        let named: BTreeMap<_, _> = args.preload.iter().map(|module| (module.clone(), 0)).collect();
        // Without a sandbox, examples may change whatever the caller may.
        let counts = !args.no_sandbox && args.write.is_empty();
        let places = Places {
            folder: counts.then(|| scratch.work.clone()),
            links: scratch.links.iter().cloned().collect(),
            changed: args.changed.iter().map(Into::into).collect(),
        };
        Preload { places: named.is_empty().then_some(places), named, imported: Vec::new(), caches: Caches::default() }
    }

    /// Imports what it is time for, as this job says, in these folders; whether anything was imported. `say` is told of each module: of those that nobody
    /// chose as soon as they were tried, so that other servers needn't wait for the import here. An error is the server's end: what it has imported
    /// isn't what it was to be.
    pub(super) fn before(
        &mut self,
        job: &Job,
        sandbox: &Sandbox,
        scratch: &Scratch,
        mut say: impl FnMut(Preloaded) -> Result<(), String>,
    ) -> Result<bool, String> {
        let told = |which| job.beforehand.iter().filter(move |(_, beforehand)| **beforehand == which).map(|(module, _)| module.clone());
        let (to_try, known) = match &self.places {
            Some(_) => (told(Beforehand::Try).collect(), told(Beforehand::Import).collect()),
            None => (self.due(job), Vec::new()),
        };
        if to_try.is_empty() && known.is_empty() {
            return Ok(false);
        }
        let tried = self.tried(&to_try, job, sandbox, scratch);
        let tried = tried.unwrap_or_else(|error| vec![Some(format!("it can't be tried: {error}")); to_try.len()]);
        let mut preloaded: Vec<Preloaded> = to_try.into_iter().zip(tried).map(|(module, refused)| Preloaded { module, refused }).collect();
        preloaded.extend(known.iter().map(|module| Preloaded { module: module.clone(), refused: None }));
        let is_told = self.places.is_some();
        if is_told {
            preloaded.iter().cloned().try_for_each(&mut say)?;
        }
        self.import(&mut preloaded)?;
        self.cleared(&known, scratch).map_err(|error| format!("what an import has left can't be taken away: {error}"))?;
        let is_imported = preloaded.iter().any(|module| module.refused.is_none());
        if !is_told {
            preloaded.into_iter().try_for_each(&mut say)?;
        }
        Ok(is_imported)
    }

    /// Lays out in the home folder what the job's imports are to find there.
    pub(super) fn lay_caches(&self, job: &Job, scratch: &Scratch) -> io::Result<()> {
        self.caches.lay(&job.packages, &scratch.home)
    }

    /// Tries imports, and once more those that have left something for the next one. For each what [`tried`] gives.
    fn tried(&mut self, modules: &[String], job: &Job, sandbox: &Sandbox, scratch: &Scratch) -> io::Result<Vec<Option<String>>> {
        let places = self.places.clone();
        let places = places.as_ref();
        // The former one was taken away when the last example was over.
        std::env::set_current_dir(&scratch.work)?;
        let mut first = tried(modules, places, job, sandbox)?;
        if self.cleared(modules, scratch)? {
            self.caches.lay(modules, &scratch.home)?;
            let is_refused = |(_, refused): &(&String, &Option<String>)| refused.as_ref().is_some_and(|why| !why.is_empty());
            let again: Vec<String> = modules.iter().zip(&first).filter(is_refused).map(|(module, _)| module.clone()).collect();
            let mut second = tried(&again, places, job, sandbox)?.into_iter();
            for (module, refused) in modules.iter().zip(&mut first) {
                if again.contains(module) {
                    *refused = second.next().unwrap_or_default();
                }
            }
        }
        Ok(first)
    }

    /// Keeps what imports of these modules have left in the home folder, and takes all away that they have left; whether something was kept.
    fn cleared(&mut self, modules: &[String], scratch: &Scratch) -> io::Result<bool> {
        if self.places.is_none() || modules.is_empty() {
            return Ok(false);
        }
        let is_kept = self.caches.take(modules, &scratch.home)?;
        scratch.renew()?;
        std::env::set_current_dir(&scratch.work)?;
        Ok(is_kept)
    }

    /// Bytes of address space that modules took which a job told of, for examples that import others than this one does.
    pub(super) fn taken_for_others(&self, job: &Job) -> u64 {
        let is_own = |module: &str| {
            job.packages.iter().any(|own| own.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
        };
        self.imported.iter().filter(|(module, _)| !is_own(module)).map(|(_, bytes)| bytes).sum()
    }

    /// The modules of the configuration that it's time for.
    fn due(&mut self, job: &Job) -> Vec<String> {
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
        let due: Vec<String> = due.collect();
        self.named.retain(|module, _| !due.contains(module));
        due
    }

    /// Imports those that weren't refused.
    fn import(&mut self, modules: &mut [Preloaded]) -> Result<(), String> {
        let mut fit: Vec<&mut Preloaded> = modules.iter_mut().filter(|module| module.refused.is_none()).collect();
        if fit.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = fit.iter().map(|module| module.module.clone()).collect();
        let mut before = memory::address_space();
        let mut others = fit.iter_mut();
        let places = self.places.as_ref();
        let done = single_threaded(|| {
            python::preload_packages(&names, places, false, |refused| {
                let Some(module) = others.next() else { return false };
                let now = memory::address_space();
                if places.is_some() {
                    self.imported.push((module.module.clone(), now.saturating_sub(before)));
                }
                before = now;
                module.refused = refused;
                true
            })
        });
        if let Err(why) = done {
            // Those that weren't come to.
            others.for_each(|module| module.refused = Some(why.clone()));
        }
        // One that others found to be fit, or that was so when it was tried.
        let unfit = fit.iter().filter(|_| places.is_some()).find_map(|module| {
            let why = module.refused.as_ref().filter(|why| !why.is_empty())?;
            Some(format!("{} isn't fit to be imported before the examples: {why}", module.module))
        });
        unfit.map_or(Ok(()), Err)
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

/// Tries imports in forks. For each: `None` where all is well; empty where there is no such module; else why it isn't fit.
fn tried(modules: &[String], places: Option<&Places>, job: &Job, sandbox: &Sandbox) -> io::Result<Vec<Option<String>>> {
    let mut all = Vec::with_capacity(modules.len());
    // What one has left behind that isn't fit is nothing for the next one.
    while all.len() < modules.len() {
        all.extend(tried_in_turn(&modules[all.len()..], places, job, sandbox)?);
    }
    Ok(all)
}

/// Tries imports in a fork, up to the first one that isn't fit.
fn tried_in_turn(modules: &[String], places: Option<&Places>, job: &Job, sandbox: &Sandbox) -> io::Result<Vec<Option<String>>> {
    let (reader, writer) = pipe2(OFlag::O_CLOEXEC)?;
    let child = match python::fork()? {
        Fork::Child => {
            let mut writer = fs::File::from(writer);
            // Whether it arrives can't be told to anybody.
            let mut say = |refused: &Option<String>| {
                let line = refused.as_ref().map_or("+\n".to_owned(), |why| format!("-{}\n", why.replace('\n', " ")));
                writer.write_all(line.as_bytes()).is_ok()
            };
            // What somebody chose is his own matter.
            let limited = places.map_or(Ok(()), |_| limit(job, sandbox)).map_err(|error| format!("it can't be limited: {error}"));
            if let Err(why) = limited.and_then(|()| single_threaded(|| try_here(modules, places, &mut say))) {
                say(&Some(why));
            }
            // SAFETY: ends this copy of the server, with nothing of the server's own being run.
            unsafe { libc::_exit(0) }
        }
        Fork::Parent(child) => Pid::from_raw(child),
    };
    drop(writer);
    let mut reader = fs::File::from(reader);
    let (mut said, mut in_time) = (Vec::new(), true);
    while said.iter().filter(|byte| **byte == b'\n').count() < modules.len() {
        let timeout = PollTimeout::try_from(u32::from(LIMIT) * 1000).unwrap_or(PollTimeout::MAX);
        let mut buffer = [0; 2048];
        match poll(&mut [PollFd::new(reader.as_fd(), PollFlags::POLLIN)], timeout) {
            Err(Errno::EINTR) => continue,
            ended => in_time = ended? != 0,
        }
        if !in_time {
            break;
        }
        match reader.read(&mut buffer)? {
            0 => break,
            length => said.extend_from_slice(&buffer[..length]),
        }
    }
    example::end(child, sandbox)?;
    let said = String::from_utf8_lossy(&said).into_owned();
    let complete = said.split_inclusive('\n').take(modules.len()).filter_map(|line| line.strip_suffix('\n'));
    let mut all: Vec<Option<String>> = complete.map(|line| line.strip_prefix('-').map(str::to_owned)).collect();
    if all.len() < modules.len() && !all.iter().any(|one| one.as_ref().is_some_and(|why| !why.is_empty())) {
        let why = if in_time { "its import ends the process".to_owned() } else { format!("its import takes more than {LIMIT} s") };
        all.push(Some(why));
    }
    Ok(all)
}

/// Holds this process to the limits of an example.
fn limit(job: &Job, sandbox: &Sandbox) -> nix::Result<()> {
    let processes = sandbox.processes_besides().map(|others| others.saturating_add(job.limits.processes.max(1)));
    let mut limits = vec![
        (Resource::RLIMIT_AS, job.limits.memory),
        (Resource::RLIMIT_FSIZE, job.limits.file_size),
        (Resource::RLIMIT_CPU, u64::from(LIMIT)),
    ];
    limits.extend(processes.map(|processes| (Resource::RLIMIT_NPROC, processes)));
    limits.into_iter().try_for_each(|(resource, limit)| {
        // A limit that the caller has already can't be raised.
        let limit = limit.min(getrlimit(resource)?.1);
        setrlimit(resource, limit, limit)
    })
}

/// Imports modules in this process, which is a copy that ends thereafter, and looks at what that leaves, up to the first one that isn't fit.
fn try_here(modules: &[String], places: Option<&Places>, say: &mut impl FnMut(&Option<String>) -> bool) -> Result<(), String> {
    let look = || Ok::<_, io::Error>((fs::read_dir("/proc/self/fd")?.count(), said()?));
    let mut before = (look(), memory::address_space());
    python::preload_packages(modules, places, true, |refused| {
        let now = (look(), memory::address_space());
        let refused = refused.or_else(|| left(&before.0, &now.0)).or_else(|| {
            let grown = now.1.saturating_sub(before.1);
            (places.is_some() && grown > LARGEST).then(|| format!("its import takes {} MiB", grown >> 20))
        });
        before = now;
        say(&refused) && refused.is_none_or(|why| why.is_empty())
    })
}

/// Why an import isn't fit by what it left: descriptors and bytes of output were counted before and behind it.
fn left(before: &io::Result<(usize, u64)>, now: &io::Result<(usize, u64)>) -> Option<String> {
    let (Ok((files, said)), Ok((files_now, said_now)), Ok(threads)) = (before, now, fs::read_dir("/proc/self/task")) else {
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
