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
    /// Reused in the same way, for models that give their steps at once.
    steps: Vec<(usize, M::State)>,
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
            steps: Vec::new(),
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
                    self.tally
                        .steps
                        .add(problem.fingerprint(hashing, state).first, weight);
                }
                left(state, successors);
            },
        );
        let fingerprint = |state| problem.fingerprint(hashing, state);
        let unexpandable = unexpandable.into_iter().map(fingerprint);
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
        let mut sum = Sum::default();
        let tally = &mut self.tally;
        let mut arrive = |next, kind| {
            let fingerprint = reach(next, kind).first;
            sum.successors += 1;
            if let Some(kind) = kind {
                tally.enabled[kind] += 1;
                tally.led_to[kind].merge(SetFingerprint(fingerprint));
            }
            if problem.sketches {
                sum.weight = sketch::plus(sum.weight, sketch::weight(fingerprint));
            }
        };
        let model = problem.model();
        if let Some(steps) = problem.extras.steps {
            self.steps.clear(); // A panic may have left some.
            steps(model, state, &mut self.steps);
            for (kind, next) in self.steps.drain(..) {
                arrive(next, Some(kind));
            }
        } else {
            self.actions.clear();
            model.actions(state, &mut self.actions);
            for action in self.actions.drain(..) {
                let kind = problem.extras.kind(model, &action);
                let next = model.next_state(state, action);
                if let Some(next) = next.filter(|next| model.within_boundary(next)) {
                    arrive(next, kind);
                }
            }
        }
        self.tally.generated += sum.successors as u64;
        self.tally.branching.add(sum.successors);
        (sum.successors, sum.weight)
    }
}

/// What is counted of the steps from one state.
#[derive(Default)]
struct Sum {
    successors: usize,
    /// Of the weights of the successors in a sketch.
    weight: u64,
}

/// The outcome of [`Expander::expand_all`].
#[derive(Default)]
pub struct Expanded {
    /// The number of states that were expanded.
    pub states: u64,
    /// The states from which a step panics.
    pub unexpandable: Vec<Fingerprint>,
}
