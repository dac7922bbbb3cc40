//! The successors of states.

use super::tally::Tally;
use crate::fingerprint::{Fingerprint, Hashing};
use crate::panics;
use crate::problem::Problem;
use stateright::Model;
use std::hash::Hash;

/// Expands states, and counts what leaves them.
pub struct Expander<M: Model> {
    actions: Vec<M::Action>,
    /// The transitions so far.
    pub tally: Tally,
}

impl<M> Expander<M>
where
    M: Model,
    M::State: Hash,
{
    /// Nothing was expanded yet.
    pub fn new(problem: &Problem<M>) -> Self {
        Self {
            actions: Vec::new(),
            tally: Tally::new(problem.extras.names().len()),
        }
    }

    /// Expands these states, unless the run is stopped meanwhile. `reach` is shown each
    /// successor, after what `from` has said of the state and with the kind of action
    /// that leads to it; `left` is told how many successors a state has.
    pub fn expand_all<F: Copy>(
        &mut self,
        problem: &Problem<M>,
        hashing: Hashing,
        states: &[M::State],
        from: impl Fn(&M::State) -> F,
        mut reach: impl FnMut(F, M::State, Option<usize>),
        mut left: impl FnMut(&M::State, usize),
    ) -> Expanded {
        let mut expanded = 0;
        // Of some models a single state takes long.
        let states = states.iter().take_while(|_| problem.limits.goes_on());
        let unexpandable = panics::for_each(
            states,
            |state| *state,
            |state| {
                expanded += 1;
                let from = from(state);
                let successors = self.expand(problem, state, |next, kind| reach(from, next, kind));
                left(state, successors);
            },
        );
        let unexpandable = unexpandable.into_iter().map(|state| hashing.of(state));
        Expanded {
            states: expanded,
            unexpandable: unexpandable.collect(),
        }
    }

    /// Shows each successor of a state with the kind of action that leads to it;
    /// how many there are.
    #[inline]
    fn expand(
        &mut self,
        problem: &Problem<M>,
        state: &M::State,
        mut reach: impl FnMut(M::State, Option<usize>),
    ) -> usize {
        let model = &problem.model;
        let mut actions = std::mem::take(&mut self.actions);
        model.actions(state, &mut actions);
        let mut successors = 0;
        for action in actions.drain(..) {
            let kind = problem.extras.kind(model, &action);
            let Some(next) = model.next_state(state, action) else {
                continue;
            };
            if !model.within_boundary(&next) {
                continue;
            }
            successors += 1;
            if let Some(kind) = kind {
                self.tally.enabled[kind] += 1;
            }
            reach(next, kind);
        }
        self.actions = actions;
        self.tally.generated += successors as u64;
        self.tally.branching.add(successors);
        successors
    }
}

/// What became of states that were to be expanded.
#[derive(Default)]
pub struct Expanded {
    /// How many were.
    pub states: u64,
    /// Those in which a step panics.
    pub unexpandable: Vec<Fingerprint>,
}
