//! A state that was found by its fingerprint, in the words of its model.

use crate::json::Step;
use crate::trace::TraceStep;
use serde::{Deserialize, Serialize};
use synod_checker::{FoundIn, SetFingerprint};
use synod_vocabulary::Describe;

/// A state that was found by its fingerprint: a part of what `synod find --format json`
/// prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundState {
    /// The fingerprint, the first 64 bits.
    pub fingerprint: SetFingerprint,
    /// The steps that can be taken from the state.
    pub next: Vec<NextStep>,
    /// A shortest path to it: the initial state, then each step with the state after it.
    pub steps: Vec<Step>,
}

/// A step that can be taken from a [`FoundState`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextStep {
    /// The fingerprint of the state after it.
    pub fingerprint: SetFingerprint,
    /// The kind of the step; none if the steps of the model have no kinds.
    pub kind: Option<String>,
    /// The step, with the state after it. In JSON its fields stand beside the others.
    #[serde(flatten)]
    pub step: Step,
}

impl FoundState {
    /// Puts a state that was found into the words of its model.
    pub fn of<M: Describe>(model: &M, found: FoundIn<M>) -> Self {
        let mut path = found.path;
        let told = TraceStep::all(model, &path);
        let next = found.next.into_iter().map(|next| {
            path.push(next.step);
            let last = path.len().saturating_sub(2);
            let step = TraceStep::all(model, &path[last..]).pop();
            path.pop();
            step.map(|step| NextStep {
                fingerprint: next.fingerprint,
                kind: step.kind.clone(),
                step: Step::of(&step),
            })
        });
        Self {
            fingerprint: found.fingerprint,
            next: next.flatten().collect(),
            steps: told.iter().map(Step::of).collect(),
        }
    }
}

impl From<Step> for TraceStep {
    /// A step that was read, to be told again. Programs have its state in the JSON.
    fn from(step: Step) -> Self {
        Self {
            action: step.action,
            kind: None,
            changes: step.changes,
            state: Vec::new(),
        }
    }
}
