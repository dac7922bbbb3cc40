//! The steps that are possible in a state, by name; and how states are told apart.

use synod_checker::{Hashing, Width, catch};
use synod_vocabulary::Describe;

/// A step that is possible in a state.
pub(crate) struct Possible<S> {
    /// The name of the step.
    pub(crate) name: String,
    /// Its kind: a position among those of the model.
    pub(crate) kind: usize,
    /// The state after it.
    pub(crate) next: S,
    /// Whether it changes nothing, so that the model leaves it out.
    pub(crate) is_idle: bool,
}

/// The steps from a state, those that change nothing included. If a step panics, those
/// before it.
pub(crate) fn possible<M>(model: &M, state: &M::State) -> Vec<Possible<M::State>>
where
    M: Describe,
    M::State: Clone,
    M::Action: Clone,
{
    let mut steps = Vec::new();
    let _ = catch(|| {
        let mut actions = Vec::new();
        model.actions(state, &mut actions);
        for action in actions {
            let next = model.next_state(state, action.clone());
            let next = next.filter(|next| model.within_boundary(next));
            let is_idle = next.is_none() && model.changes_nothing(state, &action);
            let next = next.or_else(|| is_idle.then(|| state.clone()));
            steps.extend(next.map(|next| Possible {
                name: model.step_name(&action),
                kind: model.kind(&action),
                next,
                is_idle,
            }));
        }
    });
    steps
}

/// A wide hash: of two states that collide, one would be left out without notice.
pub(crate) const fn hashing() -> Hashing {
    Hashing::new(0, Width::Bits128)
}
