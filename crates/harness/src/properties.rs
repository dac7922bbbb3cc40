//! Properties that are closures.
//!
//! A property of Stateright is a function pointer, which has no room for what a closure
//! captures. So [`WithProperties`] keeps the closures in a list, and there is one function
//! for each place in it.

use crate::at::At;
use stateright::{Expectation, Model, Path, Property};
use std::ops::ControlFlow;
use synod_checker::problem::MAX_PROPERTIES;
use synod_vocabulary::{Claim, Describe, Field, Figure, Witness};

/// Judges a state: the property holds in it, or there is a witness against it.
type Judge<M> = Box<dyn Fn(At<'_, M>) -> Result<(), Witness> + Send + Sync>;

/// A property.
pub(crate) struct Asked<M: Model> {
    name: &'static str,
    expectation: Expectation,
    judge: Judge<M>,
}

impl<M: Model> Asked<M> {
    pub(crate) fn always(
        name: &'static str,
        holds: impl Fn(At<'_, M>) -> Result<(), Witness> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            expectation: Expectation::Always,
            judge: Box::new(holds),
        }
    }

    /// A property without a witness.
    pub(crate) fn new(
        name: &'static str,
        expectation: Expectation,
        holds: impl Fn(At<'_, M>) -> bool + Send + Sync + 'static,
    ) -> Self {
        let why = || Witness("it does not hold in this state".to_owned());
        let judge = move |at: At<'_, M>| holds(at).then_some(()).ok_or_else(why);
        Self {
            name,
            expectation,
            judge: Box::new(judge),
        }
    }

    /// A property of the model itself. If it is a claim, the claim has the witness.
    pub(crate) fn own(property: Property<M>, claim: Option<Claim<M>>) -> Self
    where
        M: 'static,
    {
        let condition = property.condition;
        match claim {
            Some(claim) => Self::always(claim.name, move |at| (claim.check)(at.model, at.state)),
            None => Self::new(property.name, property.expectation, move |at| {
                condition(at.model, at.state)
            }),
        }
    }
}

/// A model, and the properties that are asked of it instead of its own.
pub struct WithProperties<M: Model> {
    pub(crate) model: M,
    pub(crate) asked: Vec<Asked<M>>,
}

impl<M: Model> WithProperties<M> {
    /// Judges the property at a place of the list.
    fn judge<const PLACE: usize>(&self, state: &M::State) -> Result<(), Witness> {
        let model = &self.model;
        (self.asked[PLACE].judge)(At { model, state })
    }

    fn holds<const PLACE: usize>(&self, state: &M::State) -> bool {
        self.judge::<PLACE>(state).is_ok()
    }
}

/// The functions of one place.
type Functions<M> = (
    fn(&WithProperties<M>, &<M as Model>::State) -> bool,
    fn(&WithProperties<M>, &<M as Model>::State) -> Result<(), Witness>,
);

/// The functions for each place, in order. The places are written as digits of base 8, so that
/// no list of 62 numbers has to be written.
macro_rules! functions {
    ($M:ty; $($eights:literal)+) => {
        [$(functions!(@ $M, $eights)),+].concat()
    };
    (@ $M:ty, $eights:literal) => {
        functions!(@ $M, $eights; 0 1 2 3 4 5 6 7)
    };
    (@ $M:ty, $eights:literal; $($ones:literal)+) => {
        [$((
            WithProperties::<$M>::holds::<{ $eights * 8 + $ones }> as _,
            WithProperties::<$M>::judge::<{ $eights * 8 + $ones }> as _,
        )),+]
    };
}

const _: () = assert!(MAX_PROPERTIES <= 64, "there are functions for 64 places");

fn functions<M: Model>() -> Vec<Functions<M>> {
    functions!(M; 0 1 2 3 4 5 6 7)
}

impl<M: Model> Model for WithProperties<M> {
    type State = M::State;
    type Action = M::Action;

    fn init_states(&self) -> Vec<M::State> {
        self.model.init_states()
    }

    fn actions(&self, state: &M::State, actions: &mut Vec<M::Action>) {
        self.model.actions(state, actions);
    }

    fn next_state(&self, last_state: &M::State, action: M::Action) -> Option<M::State> {
        self.model.next_state(last_state, action)
    }

    fn within_boundary(&self, state: &M::State) -> bool {
        self.model.within_boundary(state)
    }

    fn format_action(&self, action: &M::Action) -> String
    where
        M::Action: std::fmt::Debug,
    {
        self.model.format_action(action)
    }

    fn as_svg(&self, path: Path<M::State, M::Action>) -> Option<String> {
        self.model.as_svg(path)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let places = self.asked.iter().zip(functions());
        let properties = places.map(|(asked, (condition, _))| Property {
            expectation: asked.expectation.clone(),
            name: asked.name,
            condition,
        });
        properties.collect()
    }
}

impl<M: Describe> Describe for WithProperties<M> {
    fn fields(&self, state: &M::State) -> Vec<Field> {
        self.model.fields(state)
    }

    fn step_name(&self, action: &M::Action) -> String {
        self.model.step_name(action)
    }

    fn kinds(&self) -> Vec<String> {
        self.model.kinds()
    }

    fn kind(&self, action: &M::Action) -> usize {
        self.model.kind(action)
    }

    fn made_of(&self) -> Vec<(&'static str, usize)> {
        self.model.made_of()
    }

    fn without_marks(&self, state: &M::State) -> Option<M::State> {
        self.model.without_marks(state)
    }

    fn try_steps(&self, state: &M::State, tell: &mut dyn FnMut(String)) {
        self.model.try_steps(state, tell);
    }

    fn for_each_initial(&self, visit: &mut dyn FnMut(M::State) -> ControlFlow<()>) {
        self.model.for_each_initial(visit);
    }

    fn begins(&self, state: &M::State) -> Vec<String> {
        self.model.begins(state)
    }

    fn figure(&self, state: &M::State) -> Option<Figure> {
        self.model.figure(state)
    }

    fn claims(&self) -> Vec<Claim<Self>> {
        let places = self.asked.iter().zip(functions());
        let claims = places.filter(|(asked, _)| asked.expectation == Expectation::Always);
        let claims = claims.map(|(asked, (holds, check))| Claim {
            name: asked.name,
            meaning: "",
            holds,
            check,
            partner: None,
        });
        claims.collect()
    }
}
