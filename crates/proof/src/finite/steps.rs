//! The steps of a system in a universe.

use super::evaluate::{enabled, instances, successor};
use super::state::State;
use super::universe::Universe;
use crate::system::System;

/// The states after all steps from a state, each with the name of its action.
pub fn steps(universe: &Universe, system: &System, state: &State) -> Vec<(&'static str, State)> {
    let mut after = vec![];
    for action in &system.actions {
        for values in instances(universe, action) {
            if enabled(universe, state, action, &values) {
                after.push((action.name, successor(universe, state, action, &values)));
            }
        }
    }
    after
}
