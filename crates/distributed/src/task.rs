//! The task of a process: the problem and the options, the same for all its workers.

use super::failure::Failure;
use super::options::Timely;
use stateright::Model;
use std::sync::Arc;
use synod_checker::kernel::findings::awaited;
use synod_checker::{Hashing, Identity, Problem, Storage};

/// A problem with the options of the search.
pub(super) struct Task<M: Model> {
    pub(super) problem: Arc<Problem<M>>,
    /// The limit of memory in it is the share of one worker.
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

    /// The identity of the run: the same for all its processes, and for a checkpoint and a
    /// run that resumes from it.
    pub(super) fn identity(&self) -> Identity {
        self.options.search.identity(&self.problem)
    }

    pub(super) fn hashing(&self) -> Hashing {
        self.options.search.hashing
    }

    /// Whether fingerprints have more than 64 bits.
    pub(super) fn is_wide(&self) -> bool {
        self.problem.fingerprint_bits(self.hashing()) > u64::BITS
    }

    /// The position of this process among all.
    pub(super) fn process(&self) -> usize {
        let hosts = self.options.hosts.as_ref();
        hosts.map_or(0, |hosts| hosts.process())
    }
}
