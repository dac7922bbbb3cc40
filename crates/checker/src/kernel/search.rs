//! What is asked of a search level by level, whichever engine makes it.

use super::files::Checkpointing;
use super::memory::StateMemory;
use crate::fingerprint::Hashing;
use crate::problem::{Identity, Problem, Storage};
use stateright::Model;

/// Options of a search level by level.
#[derive(Clone, Debug, Default)]
pub struct SearchOptions {
    /// How states are told apart. A run with another seed is independent evidence.
    pub hashing: Hashing,
    /// What the fingerprints and the states that wait may take: past it states
    /// wait in a file if they can, and past what the fingerprints need the run
    /// ends inconclusive.
    pub memory: Option<StateMemory>,
    /// Checkpoints, for models whose states can be stored.
    pub checkpoint: Option<Checkpointing>,
}

impl SearchOptions {
    /// What a run must have in common with another one that goes on from its
    /// checkpoint, or works together with it.
    pub fn identity<M: Model>(&self, problem: &Problem<M>) -> Identity {
        let bits = self.hashing.width().bits();
        let identity = problem.identity().with("seed", &self.hashing.seed());
        identity.with("bits of a fingerprint", &bits)
    }

    /// Where checkpoints go, and how states become bytes, if there are any.
    pub fn checkpoints<M: Model>(
        &self,
        problem: &Problem<M>,
    ) -> Option<(&Checkpointing, Storage<M>)> {
        Some((self.checkpoint.as_ref()?, problem.extras.storage?))
    }
}
