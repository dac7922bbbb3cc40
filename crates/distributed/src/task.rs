//! What is searched for and how: the same for all workers of a process.

use super::Timely;
use super::failure::Failure;
use super::topology::Topology;
use stateright::Model;
use std::sync::Arc;
use synod_checker::kernel::findings::awaited;
use synod_checker::{Hashing, Identity, Problem, Storage};

/// A problem, and what is asked of the search.
pub(super) struct Task<M: Model> {
    pub(super) problem: Arc<Problem<M>>,
    pub(super) options: Timely,
    pub(super) storage: Storage<M>,
    /// The findings that end the run, as bits.
    pub(super) awaited: u64,
    pub(super) failure: Arc<Failure>,
}

impl<M: Model> Task<M> {
    pub(super) fn new(problem: &Arc<Problem<M>>, options: &Timely, storage: Storage<M>) -> Self {
        Self {
            awaited: awaited(problem),
            problem: Arc::clone(problem),
            options: options.clone(),
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

    /// The bytes that one worker may take.
    pub(super) fn memory_of(&self, topology: Topology) -> Option<u64> {
        let all = self.options.search.max_memory()?;
        Some(all / topology.workers as u64)
    }
}
