//! Expanding states: computing their successors.

use super::tally::Tally;
use crate::fingerprint::{Fingerprint, Hashing};
use crate::panics;
use crate::problem::Problem;
use crate::report::SetFingerprint;
use crate::sketch;
use stateright::Model;
use std::hash::Hash;

/// Expands states, and counts the transitions that leave them.
pub struct Expander<M: Model> {
    /// Reused for each state, so that its memory is allocated once.
    actions: Vec<M::Action>,
    /// The counts of the transitions so far.
    pub tally: Tally,
}

impl<M> Expander<M>
where
    M: Model,
    M::State: Hash,
{
    /// An expander that has not expanded anything.
    pub fn new(problem: &Problem<M>) -> Self {
        Self {
            actions: Vec::new(),
            tally: Tally::new(problem.extras.names().len()),
        }
    }

    /// Expands these states, or as many as the limits of the run allow. `from` computes
    /// something of each state, such as its fingerprint. `reach` is called with this, each
    /// successor, and the kind of action that leads to it, and returns the fingerprint of the
    /// successor. At the end `left` is called with the state and the number of its
    /// successors.
    pub fn expand_all<F: Copy>(
        &mut self,
        problem: &Problem<M>,
        hashing: Hashing,
        states: &[M::State],
        from: impl Fn(&M::State) -> F,
        mut reach: impl FnMut(F, M::State, Option<usize>) -> Fingerprint,
        mut left: impl FnMut(&M::State, usize),
    ) -> Expanded {
        let mut expanded = 0;
        // Checked before each state, since some models take long for a single one.
        let states = states.iter().take_while(|_| problem.limits.goes_on());
        let unexpandable = panics::for_each(
            states,
            |state| *state,
            |state| {
                expanded += 1;
                let from = from(state);
                let reach = |next, kind| reach(from, next, kind);
                let (successors, weight) = self.expand(problem, state, reach);
                if problem.sketches {
                    self.tally.steps.add(hashing.of(state).first, weight);
                }
                left(state, successors);
            },
        );
        let unexpandable = unexpandable.into_iter().map(|state| hashing.of(state));
        Expanded {
            states: expanded,
            unexpandable: unexpandable.collect(),
        }
    }

    /// Passes each successor of a state to `reach`, with the kind of action that leads to
    /// it. Returns their number, and the sum of their weights in a sketch.
    #[inline]
    fn expand(
        &mut self,
        problem: &Problem<M>,
        state: &M::State,
        mut reach: impl FnMut(M::State, Option<usize>) -> Fingerprint,
    ) -> (usize, u64) {
        let model = problem.model();
        let mut actions = std::mem::take(&mut self.actions);
        model.actions(state, &mut actions);
        let (mut successors, mut weight) = (0, 0);
        for action in actions.drain(..) {
            let kind = problem.extras.kind(model, &action);
            let Some(next) = model.next_state(state, action) else {
                continue;
            };
            if !model.within_boundary(&next) {
                continue;
            }
            successors += 1;
            let fingerprint = reach(next, kind).first;
            if let Some(kind) = kind {
                self.tally.enabled[kind] += 1;
                self.tally.led_to[kind].merge(SetFingerprint(fingerprint));
            }
            if problem.sketches {
                weight = sketch::plus(weight, sketch::weight(fingerprint));
            }
        }
        self.actions = actions;
        self.tally.generated += successors as u64;
        self.tally.branching.add(successors);
        (successors, weight)
    }
}

/// The outcome of [`Expander::expand_all`].
#[derive(Default)]
pub struct Expanded {
    /// The number of states that were expanded.
    pub states: u64,
    /// The states from which a step panics.
    pub unexpandable: Vec<Fingerprint>,
}
