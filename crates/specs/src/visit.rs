//! The model of a run spec as a type parameter: its type depends on the protocol that the spec
//! names, so a caller passes a [`Visitor`] or a [`Viewer`], which takes a model of any type.

use std::hash::Hash;
use synod_vocabulary::{Describe, Stored, Structure};

/// A model that can be shown to a person, state by state: what a [`Viewer`] is called with.
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

/// A model that any engine can check: what a [`Visitor`] is called with.
pub trait Checkable: Viewable + Describe<State: Eq> + Stored + Structure + Clone {}

impl<M> Checkable for M
where
    M: Viewable + Stored + Structure + Clone,
    M::State: Eq,
{
}

/// Something to be done with the model of a run spec, whatever its type. The example
/// `a_spec_of_ones_own` has one that checks the model.
///
/// # Examples
/// ```
/// use synod_specs::{Checkable, Visitor, parse};
///
/// /// How many initial states a model has.
/// struct InitialStates;
///
/// impl Visitor for InitialStates {
///     type Output = usize;
///
///     fn visit<M: Checkable>(self, model: &M) -> usize {
///         model.init_states().len()
///     }
/// }
///
/// let text = "about = \"One.\"\nprotocol = \"basic\"\npriests = 1\ndecrees = [\"a\"]";
/// assert_eq!(parse(text)?.visit(InitialStates), 1);
/// # Ok::<(), synod_specs::SpecError>(())
/// ```
pub trait Visitor {
    /// The result of [`Self::visit`].
    type Output;

    /// Uses the model.
    fn visit<M: Checkable>(self, model: &M) -> Self::Output;
}

/// Something that shows a model to a person, whatever its type. It is like a [`Visitor`], whose
/// example applies, but takes the model by value and needs less of it.
pub trait Viewer {
    /// The result of [`Self::view`].
    type Output;

    /// Shows the model.
    fn view<M: Viewable>(self, model: M) -> Self::Output;
}

/// Why a model cannot be shown, and the remedy: the error of
/// [`RunSpec::view`](crate::RunSpec::view) and
/// [`RunSpec::view_actors`](crate::RunSpec::view_actors).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewError {
    /// The reason.
    pub message: &'static str,
    /// What to do instead.
    pub help: &'static str,
}

/// A model of a protocol, or an enum of its models.
pub(crate) trait Visit: Clone {
    /// Calls the visitor with the model.
    fn visit<V: Visitor>(&self, visitor: V) -> V::Output;
}

impl<M: Checkable> Visit for M {
    fn visit<V: Visitor>(&self, visitor: V) -> V::Output {
        visitor.visit(self)
    }
}

/// Calls a viewer with a copy of the model that is visited.
pub(crate) struct ViewCopy<V>(pub(crate) V);

impl<V: Viewer> Visitor for ViewCopy<V> {
    type Output = V::Output;

    fn visit<M: Checkable>(self, model: &M) -> V::Output {
        self.0.view(model.clone())
    }
}
