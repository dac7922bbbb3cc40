//! What a run has explored, as an object.

use crate::outcome::never_taken;
use serde::{Deserialize, Serialize};

/// What the run has explored: the checker's counts, and the actions that were never
/// taken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Exploration {
    /// What the checker counts. In JSON its fields stand beside `never_taken`.
    #[serde(flatten)]
    pub counts: synod_checker::Exploration,
    /// The kinds of actions that could be taken in no state.
    pub never_taken: Vec<String>,
}

impl Exploration {
    pub(super) fn of(counts: &synod_checker::Exploration) -> Self {
        let never_taken = never_taken(counts).into_iter().map(str::to_owned);
        Self {
            never_taken: never_taken.collect(),
            counts: counts.clone(),
        }
    }
}
