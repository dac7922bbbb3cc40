//! The model as Stateright sees it: the same graph, with one property that always holds.
//! So Stateright explores everything, and the labels evaluate the properties.

use super::labels::{Labels, Node};
use stateright::{Model, Property};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

pub(super) struct Labelled<M: Model>(pub(super) Arc<Labels<M>>);

/// A transition, as the state to which it leads. Successors are computed only once, when
/// they are labelled.
#[derive(Clone)]
pub(super) struct To<S>(Node<S>);

// Stateright tells states apart by this `Hash` and `PartialEq`. They use the whole state,
// not our fingerprint, so that Stateright's fingerprint is independent of ours.
impl<S: Hash> Hash for Node<S> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.state.hash(hasher);
    }
}

impl<S: PartialEq> PartialEq for Node<S> {
    fn eq(&self, other: &Self) -> bool {
        self.state == other.state
    }
}

impl<S: PartialEq> PartialEq for To<S> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<M> Model for Labelled<M>
where
    M: Model,
    M::State: Clone + Hash,
{
    type State = Node<M::State>;
    type Action = To<M::State>;

    fn init_states(&self) -> Vec<Self::State> {
        self.0.begin()
    }

    fn actions(&self, state: &Self::State, actions: &mut Vec<Self::Action>) {
        actions.extend(self.0.expand(state).into_iter().map(To));
    }

    fn next_state(&self, _: &Self::State, To(next): Self::Action) -> Option<Self::State> {
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("explored", |_, _| true)]
    }
}
