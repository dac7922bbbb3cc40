//! What may be done with the model of a run spec, whatever its type.

use std::hash::Hash;
use synod_vocabulary::{Describe, Stored};

/// A model that a person can look at, state by state.
pub trait Viewable:
    Describe<
        State: Clone + Hash + PartialEq + Send + Sync + 'static,
        Action: Clone + PartialEq + Send + Sync + 'static,
    > + Send
    + Sync
    + 'static
{
}

impl<M> Viewable for M
where
    M: Describe + Send + Sync + 'static,
    M::State: Clone + Hash + PartialEq + Send + Sync + 'static,
    M::Action: Clone + PartialEq + Send + Sync + 'static,
{
}

/// A model that any engine can check.
pub trait Checkable: Viewable + Describe<State: Eq> + Stored + Clone {}

impl<M> Checkable for M
where
    M: Viewable + Stored + Clone,
    M::State: Eq,
{
}

/// Something to be done with the model of a run spec.
pub trait Visitor {
    /// What comes out.
    type Output;

    /// Does it.
    fn visit<M: Checkable>(self, model: &M) -> Self::Output;
}

/// Something that shows a model to a person.
pub trait Viewer {
    /// What comes out.
    type Output;

    /// Shows it.
    fn view<M: Viewable>(self, model: M) -> Self::Output;
}

/// Why a model cannot be shown, and what to do instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewError {
    /// Why.
    pub message: &'static str,
    /// What to do instead.
    pub help: &'static str,
}

/// One of the models of a protocol.
pub(crate) trait Visit: Clone {
    /// Has it visited.
    fn visit<V: Visitor>(&self, visitor: V) -> V::Output;
}

impl<M: Checkable> Visit for M {
    fn visit<V: Visitor>(&self, visitor: V) -> V::Output {
        visitor.visit(self)
    }
}

/// Shows a copy of the model that is visited.
pub(crate) struct ViewCopy<V>(pub(crate) V);

impl<V: Viewer> Visitor for ViewCopy<V> {
    type Output = V::Output;

    fn visit<M: Checkable>(self, model: &M) -> V::Output {
        self.0.view(model.clone())
    }
}
