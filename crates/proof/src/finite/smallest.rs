//! Counterexamples with as little in them as possible.

use super::evaluate::{enabled, holds, holds_across, successor};
use super::state::State;
use super::universe::Universe;
use crate::obligation::Obligation;

/// A state in which the assumptions of an obligation hold, and the claim does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counterexample {
    /// The state.
    pub state: State,
    /// The values of the parameters of the step.
    pub values: Vec<usize>,
    /// The state after the step; the same if there is no step.
    pub next: State,
}

/// Whether what the obligation assumes holds in the state, its step can be taken, and what it
/// claims does not hold.
pub fn refutes(
    universe: &Universe,
    obligation: &Obligation,
    state: &State,
    values: &[usize],
) -> bool {
    let mut assumed = obligation.assumed.iter();
    let is_broken = || match &obligation.step {
        Some(step) => {
            enabled(universe, state, step, values)
                && !holds_across(universe, state, (step, values), obligation.claim)
        }
        None => !holds(universe, state, obligation.claim),
    };
    is_broken() && assumed.all(|assumed| holds(universe, state, assumed.holds))
}

/// A counterexample of the same step in which nothing can be left out: no value can become
/// false, −∞, BLANK or the empty set.
pub(super) fn smallest(
    universe: &Universe,
    obligation: &Obligation,
    found: Counterexample,
) -> Counterexample {
    let mut found = found;
    while let Some(smaller) = smaller(universe, obligation, &found) {
        found.state = smaller;
    }
    if let Some(step) = &obligation.step {
        found.next = successor(universe, &found.state, step, &found.values);
    } else {
        found.next = found.state.clone();
    }
    found
}

/// The same state without one thing, or without two that depend on each other, such as a number
/// and a decree.
fn smaller(universe: &Universe, obligation: &Obligation, found: &Counterexample) -> Option<State> {
    let cells = found.state.cells();
    let without = |left_out: &[usize]| {
        let mut state = found.state.clone();
        for place in left_out {
            let (symbol, arguments) = &cells[*place];
            state.set(symbol, arguments, 0);
        }
        refutes(universe, obligation, &state, &found.values).then_some(state)
    };
    let one = (0..cells.len()).find_map(|place| without(&[place]));
    one.or_else(|| {
        let pairs = (0..cells.len()).flat_map(|left| (0..left).map(move |right| [left, right]));
        pairs.into_iter().find_map(|pair| without(&pair))
    })
}
