//! What changed since a baseline, as an object.

use super::counterexample::Step;
use crate::change;
use serde::{Deserialize, Serialize};

/// How a run differs from an earlier one, its baseline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Change {
    /// What is different, a sentence each, the first level that differs first. Never empty.
    pub differences: Vec<String>,
    /// Where the two runs part; empty if that cannot be told.
    pub partings: Vec<Parting>,
    /// The baseline, as a person would name it.
    pub since: String,
}

/// A state in which two runs part. A part of [`Change`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Parting {
    /// What is different about the last state of the path, in a sentence.
    pub about: String,
    /// The initial state, then each step with the state after it.
    pub steps: Vec<Step>,
}

impl Change {
    /// A change, as an object.
    pub fn of(change: &change::Change) -> Self {
        let partings = change.partings.iter().map(|parting| Parting {
            about: parting.about.clone(),
            steps: parting.steps.iter().map(Step::of).collect(),
        });
        Self {
            differences: change.differences.clone(),
            partings: partings.collect(),
            since: change.since.clone(),
        }
    }
}
