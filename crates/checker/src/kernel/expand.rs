//! The successors of states.

use super::tally::Tally;
use crate::panics;
use crate::problem::Problem;
use stateright::Model;

/// Expands states, and counts what leaves them.
pub struct Expander<M: Model> {
    actions: Vec<M::Action>,
    /// The transitions so far.
    pub tally: Tally,
}

impl<M: Model> Expander<M> {
    /// Nothing was expanded yet.
    pub fn new(problem: &Problem<M>) -> Self {
        Self {
            actions: Vec::new(),
            tally: Tally::new(problem.extras.names().len()),
        }
    }

    /// Shows each successor of a state with the kind of action that leads to it;
    /// how many there are.
    #[inline]
    pub fn expand(
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

/// Expands these states, unless the run is stopped meanwhile: how many, and those
/// in which a step panics.
pub fn expand_all<'s, M: Model>(
    problem: &Problem<M>,
    states: &'s [M::State],
    mut expand: impl FnMut(&M::State),
) -> (u64, Vec<&'s M::State>) {
    let mut expanded = 0;
    // Of some models a single state takes long.
    let states = states.iter().take_while(|_| problem.limits.goes_on());
    let unexpandable = panics::for_each(states, |state| {
        expanded += 1;
        expand(state);
    });
    (expanded, unexpandable)
}
