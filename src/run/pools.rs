//! The servers of a run: a pool for each interpreter that some example runs on, and whose turn it is.
//!
//! So many examples as there are *turns* (`--jobs`) use the processor at once, whichever interpreters they run on; one that only waits
//! (sleeps, waits for a child) gives its turn back, so that sleepers never hold up the others. A pool is made when the first example
//! needs it. An environment with packages is an interpreter of its own.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    sync::{Arc, Condvar, Mutex, PoisonError, RwLock, atomic::AtomicBool},
};

use camino::Utf8PathBuf;

use super::{
    pool::{Pool, PoolError, ServerCommand, lock},
    tasks::Tasks,
};
use crate::environment::Interpreter;

/// Examples in flight at most, the waiting ones included.
const IN_FLIGHT: usize = 48;

/// The servers of a run, of all interpreters.
pub struct Pools<'a> {
    pools: Mutex<HashMap<Interpreter, Arc<Pool<'a>>>>,
    turns: Turns,
    /// Held by each run of a job; by one that is tried once more, alone.
    beside: Arc<RwLock<()>>,
    no_sandbox: bool,
    preload: Option<BTreeSet<String>>,
    changed: Vec<Utf8PathBuf>,
    stop: &'a AtomicBool,
}

impl<'a> Pools<'a> {
    /// Pools that share `jobs` turns, in the sandbox or (as the user's own word is) without, whose servers import these modules before the
    /// examples that name them; where that's `None`, what is worth it, but nothing from the trees in `changed`, which some examples may
    /// change. Nothing is started yet. When `stop` becomes true, running examples are cut off.
    pub fn new(
        jobs: usize,
        no_sandbox: bool,
        preload: Option<BTreeSet<String>>,
        changed: Vec<Utf8PathBuf>,
        stop: &'a AtomicBool,
    ) -> Pools<'a> {
        Pools { pools: Mutex::default(), turns: Turns::new(jobs), beside: Arc::default(), no_sandbox, preload, changed, stop }
    }

    /// The pool of an interpreter, made where it's the first time that one is asked for.
    pub fn of(&self, interpreter: &Interpreter) -> Result<Arc<Pool<'a>>, PoolError> {
        let mut pools = lock(&self.pools);
        if let Some(pool) = pools.get(interpreter) {
            return Ok(Arc::clone(pool));
        }
        let command = ServerCommand::new(interpreter, self.no_sandbox, self.preload.as_ref(), &self.changed)?;
        let finds_packages = self.preload.is_none();
        let pool = Pool::new(&interpreter.version, command, self.turns.all, finds_packages, Arc::clone(&self.beside), self.stop);
        let pool = Arc::new(pool);
        pools.insert(interpreter.clone(), Arc::clone(&pool));
        Ok(pool)
    }

    /// Does `work` for each of `tasks`, and for those that were put behind them meanwhile, each with a turn; on as many threads as may be in
    /// flight. `next` gives the place of the one to begin, of those that wait. `at_most` is how many tasks there may be in all.
    pub fn each<T: Send>(
        &self,
        tasks: Tasks<T>,
        at_most: usize,
        next: impl Fn(&VecDeque<T>) -> usize + Sync,
        work: impl Fn(T, &mut Turn, &Tasks<T>) + Sync,
    ) -> Result<(), PoolError> {
        let threads = rayon::ThreadPoolBuilder::new().num_threads(IN_FLIGHT.max(self.turns.all).min(at_most.max(1))).build()?;
        threads.broadcast(|_| {
            while tasks.wait() {
                // In the order of the turns: who waits longest has the task that is next.
                let mut turn = self.turns.take();
                if let Some((task, _begun)) = tasks.begin(&next) {
                    work(task, &mut turn, &tasks);
                }
            }
        });
        Ok(())
    }

    /// What the sandbox of later servers lacks that the first one's of the same interpreter has, and which modules aren't imported beforehand,
    /// in words for people; each is given once.
    pub fn new_shortcomings(&self) -> Vec<String> {
        lock(&self.pools).values().flat_map(|pool| pool.new_shortcomings()).collect()
    }

    /// A turn, as soon as one is free.
    pub fn turn(&self) -> Turn<'_> {
        self.turns.take()
    }
}

impl Drop for Pools<'_> {
    fn drop(&mut self) {
        // All servers of all pools are told before the first is waited for.
        lock(&self.pools).values().for_each(|pool| pool.end());
    }
}

/// The turns of a run.
pub(super) struct Turns {
    all: usize,
    free: Mutex<usize>,
    freed: Condvar,
}

impl Turns {
    pub(super) fn new(all: usize) -> Turns {
        Turns { all: all.max(1), free: Mutex::new(all.max(1)), freed: Condvar::new() }
    }

    pub(super) fn take(&self) -> Turn<'_> {
        let mut free = lock(&self.free);
        while *free == 0 {
            free = self.freed.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
        *free -= 1;
        Turn { turns: self, held: true }
    }
}

/// The right to use a processor; given back when dropped.
pub struct Turn<'a> {
    turns: &'a Turns,
    held: bool,
}

impl Turn<'_> {
    /// Gives the processor to another example before this one is done.
    pub fn give_back(&mut self) {
        if std::mem::take(&mut self.held) {
            *lock(&self.turns.free) += 1;
            self.turns.freed.notify_one();
        }
    }

    /// Takes it again where no other example uses the processor instead.
    pub(super) fn take_back(&mut self) -> bool {
        let mut free = lock(&self.turns.free);
        if !self.held && *free > 0 {
            *free -= 1;
            self.held = true;
        }
        self.held
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.give_back();
    }
}
