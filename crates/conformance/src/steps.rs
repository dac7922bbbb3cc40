//! The steps that are possible in a state, by name; how states are told apart; and why a
//! search of them stops.

use stateright::Model;
use std::fmt;
use synod_checker::{Hashing, Reason, Width, catch};
use synod_vocabulary::Describe;

/// A step that is possible in a state.
pub(crate) struct Possible<M: Model> {
    /// The step.
    pub(crate) action: M::Action,
    /// Its name.
    pub(crate) name: String,
    /// Its kind: a position among those of the model.
    pub(crate) kind: usize,
    /// The state after it.
    pub(crate) next: M::State,
    /// Whether it changes nothing, so that the model leaves it out.
    pub(crate) is_idle: bool,
}

/// Why a search ended before it had an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// A limit was reached, or a person interrupted it.
    Limit(Reason),
    /// The model panics. The text is the message of the panic.
    Panic(String),
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limit(reason) => reason.fmt(f),
            Self::Panic(message) => write!(f, "the model panics: {message}"),
        }
    }
}

/// The steps that the model takes from a state.
pub(crate) fn steps_from<M>(model: &M, state: &M::State) -> Result<Vec<Possible<M>>, Stopped>
where
    M: Describe,
    M::State: Clone,
    M::Action: Clone,
{
    steps(model, state, false)
}

/// The steps from a state, those that change nothing included.
pub(crate) fn possible<M>(model: &M, state: &M::State) -> Result<Vec<Possible<M>>, Stopped>
where
    M: Describe,
    M::State: Clone,
    M::Action: Clone,
{
    steps(model, state, true)
}

fn steps<M>(model: &M, state: &M::State, with_idle: bool) -> Result<Vec<Possible<M>>, Stopped>
where
    M: Describe,
    M::State: Clone,
    M::Action: Clone,
{
    let step = |action: M::Action| {
        let next = model.next_state(state, action.clone());
        let next = next.filter(|next| model.within_boundary(next));
        let is_idle = with_idle && next.is_none() && model.changes_nothing(state, &action);
        Some(Possible {
            next: next.or_else(|| is_idle.then(|| state.clone()))?,
            name: model.step_name(&action),
            kind: model.kind(&action),
            action,
            is_idle,
        })
    };
    let steps = catch(|| {
        let mut actions = Vec::new();
        model.actions(state, &mut actions);
        actions.into_iter().filter_map(step).collect()
    });
    steps.map_err(Stopped::Panic)
}

/// A wide hash: of two states that collide, one would be left out without notice.
pub(crate) const fn hashing() -> Hashing {
    Hashing::new(0, Width::Bits128)
}
