//! Paths: from fingerprints back to states and actions.

use crate::fingerprint::Fingerprint;
use crate::panics;
use crate::problem::Problem;
use crate::report::Step;
use stateright::Model;
use std::hash::Hash;

/// The states and actions of a path, the initial state first. Empty if the path was not
/// found.
pub type Steps<M> = Vec<Step<<M as Model>::State, <M as Model>::Action>>;

/// A path to a violation.
pub struct Path<M: Model> {
    /// Its states and actions.
    pub steps: Steps<M>,
    /// The seed, if the path is a random walk.
    pub seed: Option<u64>,
}

/// The initial states within the boundary. Not all of them if the run is stopped meanwhile.
pub fn initial_states<M: Model>(problem: &Problem<M>) -> Vec<M::State> {
    let mut initial = Vec::new();
    problem.extras.for_each_initial(problem.model(), |state| {
        initial.push(state);
        problem.limits.flow()
    });
    initial
}

/// The steps from a state. If a step panics, those before it.
pub(crate) fn steps_from<M: Model>(model: &M, state: &M::State) -> Vec<(M::Action, M::State)> {
    let mut steps = Vec::new();
    let _ = panics::catch(|| {
        for (action, again) in actions_twice(model, state) {
            let next = model.next_state(state, action);
            let next = next.filter(|next| model.within_boundary(next));
            steps.extend(next.map(|next| (again, next)));
        }
    });
    steps
}

/// The actions of a state, each as two equal values: one to take, which uses it up, and one
/// to keep. (Actions need not be `Clone`.)
pub(crate) fn actions_twice<M: Model>(
    model: &M,
    state: &M::State,
) -> impl Iterator<Item = (M::Action, M::Action)> + use<M> {
    let [mut actions, mut again] = [Vec::new(), Vec::new()];
    model.actions(state, &mut actions);
    model.actions(state, &mut again);
    actions.into_iter().zip(again)
}

/// For each list of fingerprints the path along them, which begins in an initial state.
/// `fingerprint` gives those of states.
pub fn follow_all<'f, M>(
    problem: &Problem<M>,
    fingerprint: &impl Fn(&M::State) -> Fingerprint,
    paths: impl IntoIterator<Item = &'f [Fingerprint]>,
) -> Vec<Path<M>>
where
    M: Model,
    M::State: Clone + Hash,
{
    let mut initial = None;
    let paths = paths.into_iter().map(|fingerprints| {
        let initial = initial.get_or_insert_with(|| initial_states(problem));
        let steps = follow(problem, fingerprint, initial, fingerprints);
        Path { steps, seed: None }
    });
    paths.collect()
}

/// The path along a list of fingerprints. Empty if a collision has hidden one of its states,
/// or the run is stopped.
fn follow<M>(
    problem: &Problem<M>,
    fingerprint: &impl Fn(&M::State) -> Fingerprint,
    initial: &[M::State],
    fingerprints: &[Fingerprint],
) -> Steps<M>
where
    M: Model,
    M::State: Clone + Hash,
{
    let mut fingerprints = fingerprints.iter();
    let first = fingerprints.next();
    let is_first = |state: &&M::State| Some(&fingerprint(state)) == first;
    let Some(first) = initial.iter().find(is_first) else {
        return Vec::new();
    };
    let mut steps = vec![Step {
        action: None,
        state: first.clone(),
    }];
    for sought in fingerprints {
        let last = &steps[steps.len() - 1].state;
        let next = steps_from(problem.model(), last).into_iter();
        let mut next = next.filter(|(_, state)| fingerprint(state) == *sought);
        let next = next.next().filter(|_| problem.limits.goes_on());
        let Some((action, state)) = next else {
            return Vec::new();
        };
        steps.push(Step {
            action: Some(action),
            state,
        });
    }
    steps
}
