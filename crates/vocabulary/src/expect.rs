//! What a person expects of a run, to be compared with what came out.

use serde::{Deserialize, Serialize};

/// What should come out of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "lowercase")]
pub enum Expect {
    /// Every property holds.
    Holds {
        /// The number of distinct states, if it is pinned.
        states: Option<u64>,
        /// The depth, if it is pinned.
        depth: Option<u32>,
    },
    /// A property is violated.
    Violated {
        /// Its name.
        property: String,
        /// The steps of the shortest counterexample, if they are pinned.
        length: Option<u32>,
        /// Claims that hold all the same. The whole space is explored for them.
        holds: Vec<String>,
    },
}
