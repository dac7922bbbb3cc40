//! The memory of a search: past the limit states wait in a file if they can, and past
//! what the fingerprints need the run ends.

use super::frontier::Waiting;
use super::visited::Visited;
use crate::problem::Problem;
use crate::report::{MemoryLimit, Reason};
use stateright::Model;

/// The memory that there is for states.
#[derive(Clone, Debug)]
pub struct StateMemory {
    /// So many bytes.
    pub bytes: u64,
    /// The limit of the process that they are a part of.
    pub limit: MemoryLimit,
}

impl StateMemory {
    /// What each of so many has of it.
    #[must_use]
    pub fn share_of(mut self, workers: usize) -> Self {
        self.bytes /= workers as u64;
        self
    }

    /// Whether there are so many bytes; stops the run if not.
    pub fn suffices<M: Model>(&self, problem: &Problem<M>, needed: u64) -> bool {
        let suffices = needed <= self.bytes;
        if !suffices {
            let reason = Reason::MemoryLimit(self.limit.clone());
            problem.progress.stop(reason);
        }
        suffices
    }

    /// Whether there is none for the fingerprints and so many bytes of states that wait.
    pub fn is_short(&self, visited: &Visited, waiting: u64) -> bool {
        visited.bytes_if_grown() + waiting > self.bytes
    }

    /// Makes states wait in the file where there is no memory for them, the
    /// fingerprints and so many bytes more. Whether the fingerprints may grow: if not
    /// the run is stopped.
    pub fn make_room<M: Model>(
        &self,
        problem: &Problem<M>,
        visited: &Visited,
        waiting: &Waiting<M>,
        more: u64,
    ) -> bool {
        let fingerprints = visited.bytes_if_grown();
        let all = fingerprints + waiting.bytes() + more;
        if !waiting.next.can_store() {
            return self.suffices(problem, all);
        }
        let suffices = self.suffices(problem, fingerprints);
        if suffices && all > self.bytes {
            waiting.store_all(problem);
        }
        suffices
    }
}
