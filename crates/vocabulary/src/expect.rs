//! What a run should find.

use serde::{Deserialize, Serialize};

/// What a run should find; a report compares it with what was found.
///
/// A run spec says it in its `[expect]` table, which `synod-specs` reads. Its
/// example `a_spec_of_ones_own` compares it with a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
        /// The number of steps of the shortest counterexample, if it is pinned.
        length: Option<u32>,
        /// Claims that hold nevertheless. If there are any, the whole space is
        /// explored, because only then do they hold.
        holds: Vec<String>,
    },
}
