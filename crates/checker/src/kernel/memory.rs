//! The memory of a search: past the limit states wait in a file if they can, and past
//! what the fingerprints need the run ends.

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
}
