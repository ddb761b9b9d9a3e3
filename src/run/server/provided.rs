//! What is started and made for an example before it runs: services, the web, and what is built of sources in other languages.
//!
//! All of it are children of the server, in the example's sandbox. They end as the example's own processes do, and have limits of their
//! own: the same ones for memory and processor time, for all of them together.

mod build;
mod confined;
mod postgresql;
mod service;
pub mod web;

use std::{
    collections::{HashMap, HashSet},
    fs, io,
    os::fd::BorrowedFd,
    path::PathBuf,
};

use nix::unistd::Pid;

use crate::run::{
    protocol::{FOLDER, Job, Provisions},
    sandbox::{Layer, Sandbox, Scratch},
};

use web::Web;

/// Processes and threads that come and go after the services were counted, above an example's own limit.
const SPARE_PROCESSES: u64 = 16;

/// Why an example's surroundings could not be made.
#[derive(Debug)]
pub enum NotProvided {
    /// A program isn't installed; which, and in what package.
    Lacks(String),
    /// It went wrong; what, and what was said.
    Failed(String),
    /// The parent is gone.
    Abandoned,
}

impl NotProvided {
    /// That `what` could not be done for this reason.
    fn at(what: impl std::fmt::Display) -> impl FnOnce(io::Error) -> NotProvided {
        move |error| NotProvided::Failed(format!("{what}: {error}"))
    }
}

/// What the example's surroundings are made in.
pub struct Site<'a> {
    /// What holds them.
    pub sandbox: &'a Sandbox,
    /// Where they may write.
    pub scratch: &'a Scratch,
    /// The answers' certificate and sockets, where the server was started with names to answer.
    pub web: Option<&'a Web>,
    /// The parent's pipe: when it's closed, nobody waits for the example.
    pub parent: BorrowedFd<'a>,
    /// The example that it's all for.
    pub job: &'a Job,
}

/// What was started.
#[derive(Debug, Default)]
pub struct Provided {
    roots: Vec<Pid>,
}

impl Site<'_> {
    /// Where services have their folders, and all that is run its logs.
    fn folder(&self) -> PathBuf {
        self.scratch.tmp.join(FOLDER)
    }
}

impl Provided {
    /// Makes and starts everything, and waits until all services listen. What was started when something fails is left for the
    /// caller to end.
    pub fn start(provisions: &Provisions, site: &Site<'_>) -> Result<Provided, NotProvided> {
        let mut provided = Provided::default();
        let serves = !(provisions.services.is_empty() && provisions.web.is_empty());
        if serves && !site.sandbox.has_own(Layer::Net) {
            let why = "services and web answers need a network namespace of their own, which this system (or --no-sandbox) doesn't give; see \
                       `verify doctor`";
            return Err(NotProvided::Failed(why.to_owned()));
        }
        let folder = site.folder();
        fs::create_dir_all(&folder).map_err(NotProvided::at(folder.display()))?;
        if !provisions.web.is_empty() {
            let web = site.web.ok_or_else(|| NotProvided::Failed("the web's names need a private root; see `verify doctor`".to_owned()))?;
            provided.roots.push(web.start(&provisions.web, site)?);
        }
        let mut starting = Vec::new();
        for service in &provisions.services {
            let started = service::start(service, site)?;
            provided.roots.push(started.process());
            starting.push(started);
        }
        for service in starting {
            service.wait(site)?;
        }
        build::build(&provisions.build, site)?;
        Ok(provided)
    }

    /// Whether nothing was started.
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    /// All of its processes that live, as far as `/proc` shows them.
    pub fn processes(&self) -> HashSet<Pid> {
        if self.roots.is_empty() {
            return HashSet::new();
        }
        let parents = parents();
        let mut owned: HashSet<Pid> = self.roots.iter().copied().collect();
        loop {
            let more: Vec<Pid> = parents
                .iter()
                .filter(|(child, parent)| owned.contains(parent) && !owned.contains(child))
                .map(|(child, _)| *child)
                .collect();
            if more.is_empty() {
                return owned;
            }
            owned.extend(more);
        }
    }

    /// Processes and threads that count against the examples' user besides the example.
    pub fn tasks(&self) -> u64 {
        if self.roots.is_empty() {
            return 0;
        }
        let threads = |process: &Pid| fs::read_dir(format!("/proc/{process}/task")).map_or(0, |tasks| tasks.count() as u64);
        self.processes().iter().map(threads).sum::<u64>() + SPARE_PROCESSES
    }
}

/// The processes that `/proc` shows, each with its parent.
fn parents() -> HashMap<Pid, Pid> {
    let Ok(entries) = fs::read_dir("/proc") else { return HashMap::new() };
    let numbers = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let parent = |number: i32| {
        let stat = fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
        // The name, in parentheses, may hold anything; behind the last one are the state and the parent.
        let (_, fields) = stat.rsplit_once(") ")?;
        fields.split(' ').nth(1)?.parse::<i32>().ok()
    };
    numbers.filter_map(|number| Some((Pid::from_raw(number), Pid::from_raw(parent(number)?)))).collect()
}
