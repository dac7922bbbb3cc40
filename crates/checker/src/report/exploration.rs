//! Figures of a run beyond the counts: its levels, how its states branch, and what each
//! kind of action has led to.

use serde::{Deserialize, Serialize};

/// Figures of a run beyond the counts.
///
/// ```
/// # mod model { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/counter.rs")); }
/// # use model::Counter;
/// # use synod_checker::{CheckError, Extras, Levels, Problem, Question, check};
/// # let question = Question::default();
/// # let problem = Problem::new(Counter, Extras::default(), question, &Default::default())?;
/// let exploration = check(&problem, &Levels::default())?.exploration.unwrap();
/// assert_eq!(exploration.levels, [1; 8]);
/// assert_eq!(exploration.branching.unwrap().max, 1);
/// # Ok::<(), CheckError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Exploration {
    /// The number of distinct states at each distance from the initial states, which
    /// come first.
    pub levels: Vec<u64>,
    /// How many transitions leave a state, over all states that were expanded; none if
    /// no state was.
    pub branching: Option<Branching>,
    /// What each kind of action led to; empty if the model does not tell kinds apart.
    pub actions: Vec<ActionCoverage>,
    /// The depth at which this run resumed from a checkpoint, if it did.
    pub resumed_at: Option<u32>,
    /// The states that exist only because of marks, if there are any. Known only for a
    /// run of [`crate::Levels`] that explored everything.
    pub copies: Option<Copies>,
    /// How many states waited in a file because memory was short.
    pub stored: u64,
    /// How the run was spread over workers, if the engine does that.
    pub distribution: Option<Distribution>,
}

/// States that differ from other states only in their *marks*: what a step has left in a
/// state so that a property, which sees states only, can judge the step. They count as
/// distinct states, although they are no further states of the protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Copies {
    /// The number of these states.
    pub states: u64,
    /// The number of transitions that leave them.
    pub transitions: u64,
}

/// How a run was spread over processes and their workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Distribution {
    /// The number of processes.
    pub processes: usize,
    /// The number of workers in all processes together.
    pub workers: usize,
    /// The number of distinct states that this process owns.
    pub states_here: u64,
    /// The number of states that were sent to another worker, repetitions included.
    pub states_exchanged: u64,
    /// The bytes of these states, with their fingerprints, predecessors and context.
    pub bytes_exchanged: u64,
    /// Those of these bytes that were sent to another process.
    pub bytes_abroad: u64,
}

/// How many transitions leave a state.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Branching {
    /// The fewest.
    pub min: u64,
    /// The average.
    pub mean: f64,
    /// The smallest number that 95 % of the states do not exceed.
    pub percentile_95: u64,
    /// The most.
    pub max: u64,
}

/// What a kind of action led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ActionCoverage {
    /// Its name.
    pub name: String,
    /// The number of transitions by actions of this kind.
    pub enabled: u64,
    /// The number of distinct states that an action of this kind reached first. If
    /// several actions reach a state from the same level, the order of exploration
    /// decides which is the first, so this depends on the number of threads. None for
    /// random walks.
    pub new_states: Option<u64>,
}
