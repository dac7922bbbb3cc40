//! The options of a search level by level, whichever engine makes it.

use super::files::Checkpointing;
use super::memory::StateMemory;
use crate::fingerprint::Hashing;
use crate::problem::{Identity, Problem, Storage};
use stateright::Model;

/// The options of a search level by level. [`Levels`](crate::Levels) and [`Checkpointing`]
/// have examples. The default is 64-bit fingerprints, no memory limit and no checkpoints.
#[derive(Clone, Debug, Default)]
pub struct SearchOptions {
    /// The hash by which states are told apart. A run with another seed is independent
    /// evidence.
    pub hashing: Hashing,
    /// The memory limit of the fingerprints and the frontiers. Beyond it states wait in a
    /// file, if they can be stored; if the fingerprints alone exceed it, the run ends as
    /// inconclusive.
    pub memory: Option<StateMemory>,
    /// Where checkpoints are written. Ignored if the model's states cannot be stored.
    pub checkpoint: Option<Checkpointing>,
}

impl SearchOptions {
    /// The identity of a run with these options. Two runs with the same identity can work
    /// together, or resume each other's checkpoints.
    pub fn identity<M: Model>(&self, problem: &Problem<M>) -> Identity {
        let bits = self.hashing.width().bits();
        let identity = problem.identity().with("seed", &self.hashing.seed());
        let identity = identity.with("bits of a fingerprint", &bits);
        let exact = problem.extras.numbering.map(|numbering| numbering.bits);
        let identity = identity.with("bits of a state", &exact);
        identity.with("symmetry", &problem.extras.stands_for.is_some())
    }

    /// Where checkpoints are written, and how states become bytes. None if there are no
    /// checkpoints.
    pub fn checkpoints<M: Model>(
        &self,
        problem: &Problem<M>,
    ) -> Option<(&Checkpointing, Storage<M>)> {
        Some((self.checkpoint.as_ref()?, problem.extras.storage?))
    }
}
