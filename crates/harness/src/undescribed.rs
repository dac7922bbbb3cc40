//! Models of Stateright that do not describe themselves.

use crate::at::At;
use crate::check::{Check, check};
use crate::properties::Asked;
use stateright::{Expectation, Model, Path};
use std::fmt::Debug;
use std::hash::Hash;
use synod_vocabulary::{Describe, Field, Value};

/// Begins the check of any model of Stateright. Its own properties are asked; states are
/// described by their `Debug`. An `eventually` property is asked of every run
/// ([`Check::eventually`]), and not as Stateright's own checker does.
///
/// ```
/// use stateright::{Model, Property};
///
/// /// Counts to 9, although it should stop before 7.
/// struct Counter;
///
/// impl Model for Counter {
///     type State = u8;
///     type Action = ();
///
///     fn init_states(&self) -> Vec<u8> {
///         vec![0]
///     }
///
///     fn actions(&self, count: &u8, actions: &mut Vec<()>) {
///         actions.extend((*count < 9).then_some(()));
///     }
///
///     fn next_state(&self, count: &u8, (): ()) -> Option<u8> {
///         Some(count + 1)
///     }
///
///     fn properties(&self) -> Vec<Property<Self>> {
///         vec![Property::always("below 7", |_, count| *count < 7)]
///     }
/// }
///
/// synod_harness::check_model(Counter).run().assert_violated("below 7", 7);
/// ```
pub fn check_model<M>(model: M) -> Check<Undescribed<M>>
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Debug + Eq + Hash + Send + Sync + 'static,
    M::Action: Debug,
{
    let own = model.properties();
    let mut check = check(Undescribed(model));
    for property in own {
        let condition = property.condition;
        let holds = move |at: At<'_, Undescribed<M>>| condition(&at.model.0, at.state);
        if property.expectation == Expectation::Eventually {
            check = check.eventually(property.name, holds);
        } else {
            let asked = Asked::new(property.name, property.expectation, holds);
            check.model.asked.push(asked);
        }
    }
    check
}

/// A model that is described by the `Debug` of its states and actions: see [`check_model`].
pub struct Undescribed<M>(pub M);

impl<M: Model + 'static> Model for Undescribed<M> {
    type State = M::State;
    type Action = M::Action;

    fn init_states(&self) -> Vec<M::State> {
        self.0.init_states()
    }

    fn actions(&self, state: &M::State, actions: &mut Vec<M::Action>) {
        self.0.actions(state, actions);
    }

    fn next_state(&self, last_state: &M::State, action: M::Action) -> Option<M::State> {
        self.0.next_state(last_state, action)
    }

    fn within_boundary(&self, state: &M::State) -> bool {
        self.0.within_boundary(state)
    }

    fn as_svg(&self, path: Path<M::State, M::Action>) -> Option<String> {
        self.0.as_svg(path)
    }
}

impl<M> Describe for Undescribed<M>
where
    M: Model + 'static,
    M::State: Debug,
    M::Action: Debug,
{
    fn fields(&self, state: &M::State) -> Vec<Field> {
        vec![Field::of_all("state", Value::one(format!("{state:?}")))]
    }

    fn step_name(&self, action: &M::Action) -> String {
        self.0.format_action(action)
    }
}
