//! Which modules of packages servers import before their examples, where the configuration doesn't say.
//!
//! What an example imports it pays for in its own process. A server can do it once for all that follow; but each server must, and has to try it
//! in a process apart, which is in vain where the module isn't fit. So it's done for modules that enough runs are still to import: those that
//! the text of the examples names, and those that their packages import only when they are used, as soon as some runs have shown it.
//!
//! What a server says of a module is taken for a hint, and no more: what one has found to be fit, the next one imports without a trial. One
//! that doesn't survive that is replaced like any other, and then the module is left to the examples. Nobody waits for what another one finds:
//! by itself a server is done as soon.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Bound,
    sync::Mutex,
};

use camino::Utf8PathBuf;

use super::lock;
use crate::run::{
    circumstances::Circumstances,
    protocol::{Beforehand, Job, Limits, Loaded, Preloaded, package_of},
};

/// Modules that are remembered at most.
const MOST: usize = 100_000;
/// Modules that are imported before one job at most.
const MOST_AT_ONCE: usize = 64;
/// Seconds that a trial takes besides the import.
const TRIAL: f64 = 0.05;
/// Words of examples that may notice what was imported before them, though it's out of their sight.
const NOTICING: [&str; 6] = ["__subclasses__", "get_objects", "get_referrers", "getallocatedblocks", "ru_maxrss", "tracemalloc"];

/// By which names trees are found in the working folder: where that differs, so may the modules.
type Links = BTreeMap<Utf8PathBuf, Utf8PathBuf>;

/// What is known of the modules that examples import.
#[derive(Debug)]
pub(super) struct Packages {
    modules: Mutex<HashMap<Links, BTreeMap<String, Module>>>,
    /// How many servers share the runs.
    servers: u32,
}

#[derive(Debug, Default)]
struct Module {
    /// Runs to come that import it.
    expected: u32,
    known: Known,
    /// A server is asked for it, or soon will be.
    claimed: bool,
    /// Runs that imported it and are over.
    ended: u32,
    /// What these have loaded that the text of their examples doesn't name.
    loaded: BTreeMap<String, Loads>,
}

/// How often a module was loaded.
#[derive(Debug, Default, Clone, Copy)]
struct Loads {
    count: u32,
    /// Wall time of all of them.
    seconds: f64,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Known {
    #[default]
    Nothing,
    Fit,
    Unfit,
}

impl Packages {
    /// Nothing is known yet. So many servers share the runs.
    pub(super) fn new(servers: usize) -> Packages {
        Packages { modules: Mutex::default(), servers: u32::try_from(servers).unwrap_or(u32::MAX) }
    }

    /// Says that a run is to come that imports these modules.
    pub(super) fn expect<'n>(&self, links: &Links, names: impl IntoIterator<Item = &'n String>) {
        let mut modules = lock(&self.modules);
        if modules.values().map(BTreeMap::len).sum::<usize>() > MOST {
            return;
        }
        for name in names {
            let of_links = match modules.get_mut(links) {
                Some(known) => known,
                None => modules.entry(links.clone()).or_default(),
            };
            match of_links.get_mut(name) {
                Some(module) => module.expected += 1,
                None => drop(of_links.insert(name.clone(), Module { expected: 1, ..Module::default() })),
            }
        }
    }

    /// The modules that are worth being imported before a job that imports these; whether some server is asked for each of them.
    pub(super) fn worth(&self, links: &Links, names: &BTreeSet<String>) -> (BTreeSet<String>, bool) {
        let modules = lock(&self.modules);
        let Some(modules) = modules.get(links) else { return (BTreeSet::new(), true) };
        let worth = self.worthy(modules, names);
        let all_claimed = worth.iter().all(|name| modules.get(name).is_some_and(|module| module.claimed));
        (worth, all_claimed)
    }

    /// Says that a run is over that imported these modules, and what its examples have loaded.
    pub(super) fn ended<'n>(&self, links: &Links, names: &BTreeSet<String>, loaded: impl IntoIterator<Item = &'n Loaded>) {
        let mut modules = lock(&self.modules);
        let count = modules.values().map(BTreeMap::len).sum::<usize>();
        let Some(modules) = modules.get_mut(links) else { return };
        let is_new = |one: &&Loaded| !names.contains(&one.module) && !one.module.is_empty();
        let loaded: Vec<&Loaded> = loaded.into_iter().filter(is_new).take(MOST.saturating_sub(count)).collect();
        for one in &loaded {
            modules.entry(one.module.clone()).or_default();
        }
        let packages: BTreeSet<&str> = names.iter().map(|name| package_of(name)).collect();
        for package in packages {
            let Some(package) = modules.get_mut(package) else { continue };
            package.ended += 1;
            for Loaded { module, seconds } in &loaded {
                let loads = package.loaded.entry(module.clone()).or_default();
                loads.count += 1;
                loads.seconds += seconds.max(0.0);
            }
        }
    }

    /// Says that a server is going to be asked for what is worth being imported before such a job.
    pub(super) fn claim(&self, links: &Links, names: &BTreeSet<String>) {
        let mut modules = lock(&self.modules);
        let Some(modules) = modules.get_mut(links) else { return };
        for name in self.worthy(modules, names) {
            modules.get_mut(&name).into_iter().for_each(|module| module.claimed = true);
        }
    }

    /// All that is worth it of the packages that these modules are of, and what else runs of these packages load. Each of them imports its
    /// package first, and with it perhaps others.
    fn worthy(&self, modules: &BTreeMap<String, Module>, names: &BTreeSet<String>) -> BTreeSet<String> {
        let packages: BTreeSet<&str> = names.iter().map(|name| package_of(name)).collect();
        let mut worth = BTreeSet::new();
        for package in packages {
            let all = modules.range::<str, _>((Bound::Included(package), Bound::Unbounded));
            let of_package = all.take_while(|(name, _)| package_of(name) == package);
            worth.extend(of_package.filter(|(_, module)| self.is_worth(module)).map(|(name, _)| name.clone()));
            let Some(package) = modules.get(package) else { continue };
            let known = |name: &String| modules.get(name).map(|module| module.known).unwrap_or_default();
            let loaded = package.loaded.iter().filter(|(name, loads)| self.is_worth_loading(package, known(name), **loads));
            worth.extend(loaded.map(|(name, _)| name.clone()));
        }
        worth
    }

    /// Whether each server would save at least as much as it spends.
    fn is_worth(&self, module: &Module) -> bool {
        let each = module.expected / self.servers.max(1);
        match module.known {
            Known::Nothing => each >= 3,
            Known::Fit => each >= 2,
            Known::Unfit => false,
        }
    }

    /// The same for a module that runs of a package load, where those to come do so as often as those that are over.
    fn is_worth_loading(&self, package: &Module, known: Known, loads: Loads) -> bool {
        let count = f64::from(loads.count);
        let each = f64::from(package.expected) * count / f64::from(package.ended.max(1)) / f64::from(self.servers.max(1));
        let seconds = loads.seconds / count;
        match known {
            Known::Nothing => (each - 3.0) * seconds >= TRIAL,
            Known::Fit => each >= 2.0,
            Known::Unfit => false,
        }
    }

    /// Says what a server is to import before a job, if it hasn't been asked for that yet: of the packages that the job imports, all that is worth it
    /// for those to come, so that it's done at once.
    pub(super) fn decide(&self, job: &mut Job, links: &Links, asked: &BTreeSet<String>) {
        let mut modules = lock(&self.modules);
        let Some(modules) = modules.get_mut(links) else { return };
        for name in self.worthy(modules, &job.packages).into_iter().filter(|name| !asked.contains(name)).take(MOST_AT_ONCE) {
            let Some(module) = modules.get_mut(&name) else { continue };
            module.claimed = true;
            let beforehand = if module.known == Known::Fit { Beforehand::Import } else { Beforehand::Try };
            job.beforehand.insert(name, beforehand);
        }
        for name in &job.packages {
            if let Some(module) = modules.get_mut(name) {
                module.expected = module.expected.saturating_sub(1);
            }
        }
    }

    /// Takes a server's word.
    pub(super) fn learn(&self, links: &Links, preloaded: &Preloaded) {
        self.know(links, &preloaded.module, if preloaded.refused.is_none() { Known::Fit } else { Known::Unfit });
    }

    /// Leaves to the examples what a server was to import for a job when it was lost, and tells the job so.
    pub(super) fn give_up(&self, job: &mut Job, links: &Links) {
        for (name, _) in std::mem::take(&mut job.beforehand) {
            self.know(links, &name, Known::Unfit);
        }
    }

    fn know(&self, links: &Links, name: &str, known: Known) {
        if let Some(module) = lock(&self.modules).get_mut(links).and_then(|modules| modules.get_mut(name)) {
            module.known = known;
        }
    }
}

/// Whether a job wants a server that has imported nothing for it: its example may see a difference, or what it's given (files, variables, a
/// clock) is to be there when the module is imported.
pub(super) fn wants_none(job: &Job, circumstances: Circumstances) -> bool {
    let of_followers = job.followers.iter().flat_map(|one| std::iter::once(&one.code).chain(one.prelude.iter().map(|it| &it.code)));
    let mut codes = std::iter::once(&job.code).chain(job.prelude.iter().map(|it| &it.code)).chain(of_followers);
    circumstances != Circumstances::Usual
        || job.given.is_some()
        || job.provisions.is_some()
        || job.limits.memory < Limits::default().memory
        || codes.any(|code| NOTICING.iter().any(|word| code.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::pool::server::tests::job;

    fn names(words: &[&str]) -> BTreeSet<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    /// What a server is to import before a job that imports these modules.
    fn decided(packages: &Packages, links: &Links, modules: &[&str], asked: &[&str]) -> Vec<(String, Beforehand)> {
        let mut job = Job { packages: names(modules), ..job(1) };
        packages.decide(&mut job, links, &names(asked));
        job.beforehand.into_iter().collect()
    }

    fn preloaded(module: &str, refused: Option<&str>) -> Preloaded {
        Preloaded { module: module.to_owned(), refused: refused.map(str::to_owned) }
    }

    #[test]
    fn what_enough_runs_import_is_tried_by_one_server_and_imported_by_the_others() {
        use Beforehand::{Import, Try};
        let (packages, links) = (Packages::new(2), Links::new());
        (0..8).for_each(|_| packages.expect(&links, &names(&["a", "b.often"])));
        (0..5).for_each(|_| packages.expect(&links, &names(&["a.seldom", "c"])));
        (0..8).for_each(|_| packages.expect(&links, &names(&["a.often"])));
        let word = |name: &str, how| (name.to_owned(), how);
        // What else of the package is worth it is done in one go.
        assert_eq!(decided(&packages, &links, &["a", "a.seldom", "c", "unknown"], &[]), [word("a", Try), word("a.often", Try)]);
        // While it's tried, another server tries it as well.
        assert_eq!(decided(&packages, &links, &["a"], &[]), [word("a", Try), word("a.often", Try)]);
        packages.learn(&links, &preloaded("a", None));
        packages.learn(&links, &preloaded("a.often", None));
        assert!(decided(&packages, &links, &["a"], &["a", "a.often"]).is_empty());
        assert_eq!(decided(&packages, &links, &["a"], &[]), [word("a", Import), word("a.often", Import)]);
        // Four were left; then there are too few.
        decided(&packages, &links, &["a"], &["a", "a.often"]);
        assert!(decided(&packages, &links, &["a"], &["a.often"]).is_empty());
    }

    #[test]
    fn what_runs_load_is_imported_for_those_to_come_where_they_do_it_as_often() {
        use Beforehand::{Import, Try};
        let (packages, links) = (Packages::new(2), Links::new());
        (0..40).for_each(|_| packages.expect(&links, &names(&["a"])));
        (0..2).for_each(|_| packages.expect(&links, &names(&["b"])));
        let loaded = |module: &str, seconds| Loaded { module: module.to_owned(), seconds };
        let word = |name: &str, how| (name.to_owned(), how);
        // What the text names is counted by it.
        packages.ended(
            &links,
            &names(&["a", "a.named"]),
            &[loaded("a.named", 1.0), loaded("a.part", 0.1), loaded("c", 0.1), loaded("quick", 0.001)],
        );
        packages.ended(&links, &names(&["b"]), &[loaded("c", 9.0)]);
        assert_eq!(decided(&packages, &links, &["a.named"], &["a"]), [word("a.part", Try), word("c", Try)]);
        assert!(decided(&packages, &links, &["b"], &[]).is_empty());
        packages.learn(&links, &preloaded("a.part", None));
        packages.learn(&links, &preloaded("c", Some("its import warns")));
        assert_eq!(decided(&packages, &links, &["a"], &["a"]), [word("a.part", Import)]);
        // One of ten does it: there are too few left.
        (0..9).for_each(|_| packages.ended(&links, &names(&["a"]), &[]));
        assert!(decided(&packages, &links, &["a"], &["a"]).is_empty());
    }

    #[test]
    fn what_is_worth_it_is_claimed_by_a_server() {
        let (packages, links) = (Packages::new(2), Links::new());
        (0..6).for_each(|_| packages.expect(&links, &names(&["a", "b"])));
        packages.expect(&links, &names(&["seldom"]));
        let worth = |modules: &[&str]| packages.worth(&links, &names(modules));
        assert_eq!(worth(&["a", "seldom"]), (names(&["a"]), false));
        packages.claim(&links, &names(&["a.part", "seldom"]));
        assert_eq!(worth(&["a", "seldom"]), (names(&["a"]), true));
        assert_eq!(worth(&["a.other"]), (names(&["a"]), true));
        assert_eq!(worth(&["a", "b"]), (names(&["a", "b"]), false));
        assert_eq!(worth(&["seldom"]), (names(&[]), true));
        packages.learn(&links, &preloaded("b", Some("its import fails")));
        assert_eq!(worth(&["b", "unknown"]), (names(&[]), true));
    }

    #[test]
    fn what_is_not_fit_is_left_and_so_is_what_a_server_did_not_survive() {
        use Beforehand::{Import, Try};
        let (packages, links) = (Packages::new(1), Links::new());
        let others: Links = [("a".into(), "/srv/a".into())].into();
        for links in [&links, &others] {
            (0..20).for_each(|_| packages.expect(links, &names(&["a", "b"])));
        }
        let word = |name: &str, how| (name.to_owned(), how);
        assert_eq!(decided(&packages, &links, &["a", "b"], &[]), [word("a", Try), word("b", Try)]);
        packages.learn(&links, &preloaded("a", Some("its import fails")));
        packages.learn(&links, &preloaded("b", None));
        assert_eq!(decided(&packages, &links, &["a", "b"], &[]), [word("b", Import)]);
        let mut job = Job { beforehand: [("b".to_owned(), Import)].into(), ..job(1) };
        packages.give_up(&mut job, &links);
        assert!(job.beforehand.is_empty());
        assert!(decided(&packages, &links, &["a", "b"], &[]).is_empty());
        // Where the working folder holds other links, they may be others.
        assert_eq!(decided(&packages, &others, &["a", "b"], &[]), [word("a", Try), word("b", Try)]);
    }

    #[test]
    fn jobs_that_may_notice() {
        assert!(!wants_none(&job(1), Circumstances::Usual));
        assert!(wants_none(&job(1), Circumstances::Other { number: 0, crowded: false }));
        let small = Limits { memory: 1 << 20, ..Limits::default() };
        assert!(wants_none(&Job { limits: small, ..job(1) }, Circumstances::Usual));
        assert!(wants_none(&Job { code: "int.__subclasses__()".to_owned(), ..job(1) }, Circumstances::Usual));
        assert!(wants_none(&Job { given: Some(Box::default()), ..job(1) }, Circumstances::Usual));
    }
}
