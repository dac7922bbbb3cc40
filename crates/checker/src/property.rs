//! A property of a model, as the engines evaluate it.

use crate::report::Expectation;
use stateright::Model;
use std::sync::Arc;

/// What is asked of the states of a model. Stateright's own type has a function, and this one a
/// closure, so that a property can be asked of the states of another model.
pub struct Property<M: Model> {
    /// Its name.
    pub name: &'static str,
    /// Whether each state should meet it, or some state.
    pub expectation: Expectation,
    /// Whether a state meets it.
    pub is_met: Condition<M>,
}

/// Whether a state of a model meets a property.
pub type Condition<M> = Arc<dyn Fn(&M, &<M as Model>::State) -> bool + Send + Sync>;

impl<M: Model> Property<M> {
    /// Whether a state is a finding: it violates an `always` property, or meets a `sometimes`
    /// property.
    pub(crate) fn is_found(&self, model: &M, state: &M::State) -> bool {
        (self.is_met)(model, state) == (self.expectation == Expectation::Sometimes)
    }
}

impl<M: Model> Clone for Property<M> {
    fn clone(&self) -> Self {
        Self {
            is_met: Arc::clone(&self.is_met),
            ..*self
        }
    }
}

impl<M: Model> From<stateright::Property<M>> for Property<M>
where
    M: 'static,
{
    /// [`Problem::new`](crate::Problem::new) refuses `eventually` properties, so there are two
    /// kinds.
    fn from(property: stateright::Property<M>) -> Self {
        Self {
            name: property.name,
            expectation: match property.expectation {
                stateright::Expectation::Sometimes => Expectation::Sometimes,
                stateright::Expectation::Always | stateright::Expectation::Eventually => {
                    Expectation::Always
                }
            },
            is_met: Arc::new(property.condition),
        }
    }
}
