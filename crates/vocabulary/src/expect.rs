//! What a run should find.

use crate::time::Elapsed;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
        /// The number of states of the whole space, if it is pinned: of a run that explores one
        /// state of each orbit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unreduced: Option<u64>,
        /// The depth, if it is pinned.
        depth: Option<u32>,
        /// The number of distinct states on each level, if they are pinned; the initial
        /// states first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        levels: Option<Vec<u64>>,
        /// The number of transitions by each kind of action, if they are pinned. What is not
        /// named is never taken.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        actions: Option<BTreeMap<String, u64>>,
        /// The worst case, if it is pinned: of a model in which time passes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        worst: Option<Elapsed>,
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

impl Expect {
    /// That every property holds; no figure is pinned.
    pub const HOLDS: Self = Self::Holds {
        states: None,
        unreduced: None,
        depth: None,
        levels: None,
        actions: None,
        worst: None,
    };

    /// Whether any figure is pinned.
    pub const fn pins_a_figure(&self) -> bool {
        match self {
            Self::Holds {
                states,
                unreduced,
                depth,
                levels,
                actions,
                worst,
            } => {
                states.is_some()
                    || unreduced.is_some()
                    || depth.is_some()
                    || levels.is_some()
                    || actions.is_some()
                    || worst.is_some()
            }
            Self::Violated { length, .. } => length.is_some(),
        }
    }
}
