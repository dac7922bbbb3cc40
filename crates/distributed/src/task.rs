//! What is searched for and how: the same for all workers of a process.

use super::failure::Failure;
use super::options::Timely;
use stateright::Model;
use std::sync::Arc;
use synod_checker::kernel::findings::awaited;
use synod_checker::{Hashing, Identity, Problem, Storage};

/// A problem, and what is asked of the search.
pub(super) struct Task<M: Model> {
    pub(super) problem: Arc<Problem<M>>,
    /// Of memory, that of one worker.
    pub(super) options: Timely,
    pub(super) storage: Storage<M>,
    /// The findings that end the run, as bits.
    pub(super) awaited: u64,
    pub(super) failure: Arc<Failure>,
}

impl<M: Model> Task<M> {
    pub(super) fn new(problem: &Arc<Problem<M>>, options: &Timely, storage: Storage<M>) -> Self {
        let mut options = options.clone();
        let workers = options.workers.get();
        let memory = options.search.memory.take();
        options.search.memory = memory.map(|memory| memory.share_of(workers));
        Self {
            awaited: awaited(problem),
            problem: Arc::clone(problem),
            options,
            storage,
            failure: Arc::new(Failure::default()),
        }
    }

    /// What processes must agree on to work together, and a checkpoint and the
    /// run that goes on from it.
    pub(super) fn identity(&self) -> Identity {
        self.options.search.identity(&self.problem)
    }

    pub(super) fn hashing(&self) -> Hashing {
        self.options.search.hashing
    }

    /// Which of the processes this is.
    pub(super) fn process(&self) -> usize {
        let hosts = self.options.hosts.as_ref();
        hosts.map_or(0, |hosts| hosts.process())
    }
}
