//! Modules of packages that the server imports for its examples: those that the configuration names (`preload`), or where it doesn't say,
//! those that a job tells of.
//!
//! A module that the configuration names is imported when the second example comes that names it; a single one is as quick by itself. When
//! it's time for the others, the parent knows, which sees all that is to come. What an import does can't be undone, so it's tried in a fork
//! first. One that fails, never ends, says something, starts threads or processes, leaves a file or socket open, or changes what all examples
//! see, is refused: they import it themselves, and the parent is told why.

use std::{collections::BTreeMap, io};

use super::{
    ServerArgs,
    caches::Caches,
    memory, python,
    trial::{self, Tried},
};
use crate::run::{
    protocol::{Beforehand, Job, Preloaded},
    python::Places,
    sandbox::{Sandbox, Scratch},
};

/// A module that the configuration names is imported for the example that is the so-many-th to name it.
const TIME: u32 = 2;
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
    /// chose as soon as they were tried, so that other servers needn't wait for the import here. Where this returns, the server may be
    /// another process than before. An error is the server's end: what it has imported isn't what it was to be.
    pub(super) fn before(
        &mut self,
        job: &Job,
        sandbox: &Sandbox,
        scratch: &Scratch,
        mut say: impl FnMut(Preloaded) -> Result<(), String>,
    ) -> Result<bool, String> {
        let told = |which| job.beforehand.iter().filter(move |(_, beforehand)| **beforehand == which).map(|(module, _)| module.clone());
        let (to_try, known): (Vec<String>, Vec<String>) = match &self.places {
            Some(_) => (told(Beforehand::Try).collect(), told(Beforehand::Import).collect()),
            None => (self.due(job), Vec::new()),
        };
        if to_try.is_empty() && known.is_empty() {
            return Ok(false);
        }
        let fit = |module: &String| Preloaded { module: module.clone(), refused: None };
        let tried = self.tried(&to_try, job, sandbox, scratch);
        let tried = tried.unwrap_or_else(|error| Tried::Apart(vec![Some(format!("it can't be tried: {error}")); to_try.len()]));
        let is_here = matches!(tried, Tried::Here(_));
        let mut preloaded: Vec<Preloaded> = match tried {
            Tried::Here(taken) => {
                self.imported.extend(to_try.iter().cloned().zip(taken));
                to_try.iter().map(fit).collect()
            }
            Tried::Apart(all) => to_try.iter().zip(all).map(|(module, refused)| Preloaded { refused, ..fit(module) }).collect(),
        };
        let is_told = self.places.is_some();
        if is_told {
            preloaded.iter().cloned().chain(known.iter().map(fit)).try_for_each(&mut say)?;
        }
        if is_here {
            preloaded.clear();
        }
        preloaded.extend(known.iter().map(fit));
        self.import(&mut preloaded)?;
        self.cleared(&known, scratch).map_err(|error| format!("what an import has left can't be taken away: {error}"))?;
        let is_imported = is_here || preloaded.iter().any(|module| module.refused.is_none());
        if !is_told {
            preloaded.into_iter().try_for_each(&mut say)?;
        }
        Ok(is_imported)
    }

    /// Lays out in the home folder what the job's imports are to find there.
    pub(super) fn lay_caches(&self, job: &Job, scratch: &Scratch) -> io::Result<()> {
        self.caches.lay(&job.packages, &scratch.home)
    }

    /// Tries imports, and once more those that have left something for the next one.
    fn tried(&mut self, modules: &[String], job: &Job, sandbox: &Sandbox, scratch: &Scratch) -> io::Result<Tried> {
        let places = self.places.clone();
        let places = places.as_ref();
        // The former one was taken away when the last example was over.
        std::env::set_current_dir(&scratch.work)?;
        let may_stay = places.is_some();
        let first = trial::tried(modules, places, job, sandbox, may_stay)?;
        let is_kept = self.cleared(modules, scratch)?;
        match first {
            Tried::Apart(first) if is_kept && first.iter().any(is_refused) => {}
            first => return Ok(first),
        }
        self.caches.lay(modules, &scratch.home)?;
        let second = trial::tried(modules, places, job, sandbox, may_stay)?;
        // Nothing is to be left of it, either.
        self.cleared(modules, scratch)?;
        Ok(second)
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

/// Whether a module is there, and isn't fit.
fn is_refused(refused: &Option<String>) -> bool {
    refused.as_ref().is_some_and(|why| !why.is_empty())
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

/// What is loaded meanwhile computes with one thread.
pub(super) fn single_threaded<T>(work: impl FnOnce() -> T) -> T {
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
