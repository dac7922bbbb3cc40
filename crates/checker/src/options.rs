//! What to check with, and when to stop.

use crate::coverage::Kinds;
use crate::dataflow::hosts::Hosts;
use crate::fingerprint::Width;
use crate::identity::Identity;
use stateright::Model;
use std::num::{NonZeroU64, NonZeroUsize};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Which search explores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// Our own breadth-first search, level by level: the fast one, and sparing.
    #[default]
    Levels,
    /// The same search on Timely Dataflow, over workers of one process or of
    /// several.
    Timely,
    /// Stateright's breadth-first search, the reference. Labels are rarely
    /// corrected.
    Stateright,
    /// Stateright's depth-first search: the same results, by another order.
    StaterightDfs,
}

impl Engine {
    /// The name by which a person chooses it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Levels => "levels",
            Self::Timely => "timely",
            Self::Stateright => "stateright",
            Self::StaterightDfs => "stateright-dfs",
        }
    }
}

/// When a run may end before the whole space is explored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Until {
    /// At the first `always` property that is violated.
    #[default]
    FirstViolation,
    /// When this `always` property is violated, whatever else is.
    Violation(String),
    /// Never: every property gets its verdict.
    Exhausted,
}

/// What the numbers of another process, or of an earlier run, are in this one:
/// by tables, in their order. Empty before anything was told.
pub type Dictionary = Vec<Vec<u32>>;

/// How states become bytes: for those that wait in a file when memory is short,
/// and for checkpoints.
pub struct Storage<M: Model> {
    /// Appends a state.
    pub write: fn(&M, &M::State, &mut Vec<u8>),
    /// Takes a state off the front that this very process wrote; none if the
    /// bytes are no state.
    pub read_own: fn(&M, &mut &[u8]) -> Option<M::State>,
    /// Takes a state off the front that another process wrote, by the
    /// dictionary of what it told.
    pub read: fn(&M, &Dictionary, &mut &[u8]) -> Option<M::State>,
    /// Appends what the bytes of the states in hand refer to, but for what a
    /// reader was told before; then he was told more. At first, nothing.
    pub write_context: fn(&M, &mut Vec<u64>, &mut Vec<u8>),
    /// Takes in what another process told, by a dictionary for it alone; whether
    /// it could.
    pub read_context: fn(&M, &mut Dictionary, &[u8]) -> bool,
}

impl<M: Model> Clone for Storage<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Model> Copy for Storage<M> {}

/// Shows every initial state of a model, until there is none or it is told to
/// break off.
pub type Initial<M> = fn(&M, &mut dyn FnMut(<M as Model>::State) -> ControlFlow<()>);

/// A state without its marks; none if it has none.
pub type WithoutMarks<M> = fn(&M, &<M as Model>::State) -> Option<<M as Model>::State>;

/// What a model can tell the checker beside what Stateright asks of it.
pub struct Extras<M: Model> {
    /// Its initial states one by one, where there are too many to be made at
    /// once: within the limits of the run.
    pub initial: Option<Initial<M>>,
    /// The kinds of its actions, for coverage.
    pub kinds: Option<Kinds<M>>,
    /// Its states as bytes.
    pub storage: Option<Storage<M>>,
    /// The state without the marks that a step has left in it for properties of
    /// steps; none if it has none. See [`crate::Copies`].
    pub without_marks: Option<WithoutMarks<M>>,
}

impl<M: Model> Clone for Extras<M> {
    fn clone(&self) -> Self {
        Self {
            initial: self.initial,
            kinds: self.kinds.clone(),
            storage: self.storage,
            without_marks: self.without_marks,
        }
    }
}

impl<M: Model> Extras<M> {
    /// Shows the initial states within the boundary, until `visit` breaks off.
    pub(crate) fn for_each_initial(
        &self,
        model: &M,
        mut visit: impl FnMut(M::State) -> ControlFlow<()>,
    ) {
        let mut visit = |state| {
            if model.within_boundary(&state) {
                visit(state)
            } else {
                ControlFlow::Continue(())
            }
        };
        match self.initial {
            Some(initial) => initial(model, &mut visit),
            None => {
                let _ = model.init_states().into_iter().try_for_each(visit);
            }
        }
    }

    /// The kinds of actions that are told apart.
    pub(crate) fn names(&self) -> &[String] {
        let kinds = self.kinds.as_ref();
        kinds.map_or(&[], |kinds| &kinds.names)
    }

    /// The kind of an action, where kinds are told apart.
    pub(crate) fn kind(&self, model: &M, action: &M::Action) -> Option<usize> {
        let kinds = self.kinds.as_ref()?;
        Some((kinds.of)(model, action))
    }
}

impl<M: Model> Default for Extras<M> {
    /// Nothing.
    fn default() -> Self {
        Self {
            initial: None,
            kinds: None,
            storage: None,
            without_marks: None,
        }
    }
}

/// Where and when a run writes down where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpointing {
    /// The file. If it is there the run goes on from it; when the run is done
    /// it is removed.
    pub file: PathBuf,
    /// How much time passes at least from one to the next; they are written
    /// between two levels.
    pub every: Duration,
}

/// Random walks instead of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Simulation {
    /// How many walks.
    pub walks: u64,
    /// The seed of the first; each walk after it has one more.
    pub seed: u64,
    /// How many steps a walk takes at most.
    pub steps: u32,
}

/// How to check.
#[derive(Clone, Debug)]
pub struct Options {
    /// The search.
    pub engine: Engine,
    /// What is checked: a checkpoint of something else is refused, and so is a
    /// process that checks something else.
    pub identity: Identity,
    /// The processes of the run. [`Engine::Timely`] only; without, one process.
    pub hosts: Option<Arc<Hosts>>,
    /// How many threads explore; of [`Engine::Timely`] the workers of each
    /// process.
    pub threads: NonZeroUsize,
    /// Distinct states at which the run ends inconclusive.
    pub max_states: Option<NonZeroU64>,
    /// Time after which the run ends inconclusive.
    pub timeout: Option<Duration>,
    /// Bytes that the fingerprints and the states that wait may take: past it
    /// states wait in a file if they can, and past what the fingerprints need
    /// the run ends inconclusive. [`Engine::Levels`] and
    /// [`Engine::Timely`] only.
    pub max_memory: Option<u64>,
    /// When the run ends early.
    pub until: Until,
    /// Goes into the hash of states: a run with another seed is independent
    /// evidence. [`Engine::Levels`] and
    /// [`Engine::Timely`] only.
    pub seed: u64,
    /// How many bits of the hash tell states apart. [`Engine::Levels`] and
    /// [`Engine::Timely`] only.
    pub fingerprint: Width,
    /// Checkpoints, for models whose states can be stored. [`Engine::Levels`]
    /// and [`Engine::Timely`] only.
    pub checkpoint: Option<Checkpointing>,
}

impl Default for Options {
    /// Our own search on one thread, without limits, until the first
    /// violation.
    fn default() -> Self {
        Self {
            engine: Engine::default(),
            identity: Identity::default(),
            hosts: None,
            threads: NonZeroUsize::MIN,
            max_states: None,
            timeout: None,
            max_memory: None,
            until: Until::default(),
            seed: 0,
            fingerprint: Width::default(),
            checkpoint: None,
        }
    }
}
