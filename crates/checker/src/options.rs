//! What to check with, and when to stop.

use std::num::{NonZeroU64, NonZeroUsize};
use std::time::Duration;

/// Which of Stateright's searches decides what comes next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// Breadth-first search. Labels are rarely corrected: the fast one.
    #[default]
    Stateright,
    /// Depth-first search: the same results, by another order.
    StaterightDfs,
}

impl Engine {
    /// The name by which a person chooses it.
    pub const fn name(self) -> &'static str {
        match self {
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

/// How to check.
#[derive(Clone, Debug)]
pub struct Options {
    /// The search.
    pub engine: Engine,
    /// How many threads explore.
    pub threads: NonZeroUsize,
    /// Distinct states at which the run ends inconclusive.
    pub max_states: Option<NonZeroU64>,
    /// Time after which the run ends inconclusive.
    pub timeout: Option<Duration>,
    /// When the run ends early.
    pub until: Until,
}

impl Default for Options {
    /// Breadth-first search on one thread, without limits, until the first
    /// violation.
    fn default() -> Self {
        Self {
            engine: Engine::default(),
            threads: NonZeroUsize::MIN,
            max_states: None,
            timeout: None,
            until: Until::default(),
        }
    }
}
