//! One run of a model.

use stateright::Model;
use std::collections::HashMap;
use std::hash::Hash;
use synod_checker::fingerprint::fingerprint;

/// The steps of one run.
pub(crate) struct Only {
    pub(crate) first: u64,
    /// For each state of the run, which of its steps is taken.
    pub(crate) steps: HashMap<u64, usize>,
    /// The state whose next step panics.
    pub(crate) last: Option<u64>,
}

impl Only {
    pub(crate) fn begins(&self, state: &impl Hash) -> bool {
        fingerprint(state) == self.first
    }

    /// The action that the run takes in a state.
    pub(crate) fn actions<M>(&self, model: &M, state: &M::State) -> Vec<M::Action>
    where
        M: Model<State: Hash>,
    {
        let fingerprint = fingerprint(state);
        let mut actions = Vec::new();
        if self.last == Some(fingerprint) {
            model.actions(state, &mut actions);
            return actions;
        }
        let Some(&position) = self.steps.get(&fingerprint) else {
            return actions;
        };
        model.actions(state, &mut actions);
        actions.into_iter().skip(position).take(1).collect()
    }
}
