//! What a run has been through: its levels, how its states branch, and what
//! each kind of action has led to.

use serde::{Deserialize, Serialize};

/// What a run has been through.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Exploration {
    /// Distinct states at each distance from the initial ones: those first.
    pub levels: Vec<u64>,
    /// How many transitions leave a state, over all states that were expanded;
    /// none if there were none.
    pub branching: Option<Branching>,
    /// What each kind of action led to; empty if the kinds are not known.
    pub actions: Vec<ActionCoverage>,
    /// The depth at which this run took over from a checkpoint.
    pub resumed_at: Option<u32>,
    /// What is counted more than once because of marks, if there are any. Of a run
    /// of [`crate::Levels`] that has seen everything.
    pub copies: Option<Copies>,
    /// How many states waited in a file, because memory was short.
    pub stored: u64,
    /// How it was spread over workers, if the engine does that.
    pub distribution: Option<Distribution>,
}

/// States that differ from others in nothing but a mark: what a step has left in
/// them so that a property of states can judge the step. They count among the
/// distinct states, but the protocol does not have them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copies {
    /// How many.
    pub states: u64,
    /// The transitions that leave them.
    pub transitions: u64,
}

/// How a run was spread over processes and their workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distribution {
    /// How many processes.
    pub processes: usize,
    /// How many workers in all of them.
    pub workers: usize,
    /// Distinct states that this process owns.
    pub states_here: u64,
    /// States that were sent to another worker, repetitions included.
    pub states_exchanged: u64,
    /// Their bytes, with fingerprints, predecessors and what they refer to.
    pub bytes_exchanged: u64,
    /// Of these bytes, those that went to another process.
    pub bytes_abroad: u64,
}

/// How many transitions leave a state.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Branching {
    /// The fewest.
    pub min: u64,
    /// On average.
    pub mean: f64,
    /// At most so many in 95 of 100 states.
    pub percentile_95: u64,
    /// The most.
    pub max: u64,
}

/// What a kind of action led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionCoverage {
    /// Its name.
    pub name: String,
    /// In how many states, over all its parameters, it could be taken. Each is
    /// a transition.
    pub enabled: u64,
    /// How many distinct states were first reached by it. Of actions that reach
    /// the same state from the same level one is first: which, depends on the
    /// order of exploration, and so on the number of threads. None of random
    /// walks.
    pub new_states: Option<u64>,
}
