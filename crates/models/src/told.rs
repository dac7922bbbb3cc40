//! A model as the Explorer shows it: states in the paper's words, and only
//! steps that are steps.

use crate::narrate::Tell;
use stateright::{Model, Path, Property};
use std::fmt;
use std::hash::{Hash, Hasher};

/// Wraps a model for Stateright's Explorer. The graph of states is the same,
/// and so are the properties.
pub struct Told<M: Model> {
    model: M,
    properties: Vec<Property<M>>,
}

/// A state of the model and its variables as text, which `Debug` prints.
#[derive(Clone)]
pub struct ToldState<S> {
    state: S,
    text: String,
}

/// A step of the model; `Debug` prints it in the paper's words.
#[derive(Clone)]
pub struct ToldAction<A> {
    action: A,
    text: String,
}

impl<M: Tell> Told<M> {
    /// The model, to be shown.
    pub fn new(model: M) -> Self {
        let properties = model.properties();
        Self { model, properties }
    }

    fn tell(&self, state: M::State) -> ToldState<M::State> {
        let fields = self.model.fields(&state).into_iter();
        let text = fields.flat_map(|field| [field.to_string(), "\n".to_owned()]);
        let text = text.collect();
        ToldState { state, text }
    }
}

impl<M> Model for Told<M>
where
    M: Tell,
    M::State: PartialEq,
    M::Action: Clone + PartialEq,
{
    type State = ToldState<M::State>;
    type Action = ToldAction<M::Action>;

    fn init_states(&self) -> Vec<Self::State> {
        let states = self.model.init_states().into_iter();
        states.map(|state| self.tell(state)).collect()
    }

    fn actions(&self, state: &Self::State, actions: &mut Vec<Self::Action>) {
        let steps = self.model.next_steps(&state.state).into_iter();
        // The Explorer would let a person walk out of the boundary.
        let within = steps.filter(|(_, next)| self.model.within_boundary(next));
        actions.extend(within.map(|(action, _)| ToldAction {
            text: self.model.step_name(&action),
            action,
        }));
    }

    fn next_state(&self, last_state: &Self::State, action: Self::Action) -> Option<Self::State> {
        let next = self.model.next_state(&last_state.state, action.action)?;
        Some(self.tell(next))
    }

    fn format_step(&self, last_state: &Self::State, action: Self::Action) -> Option<String> {
        let next = self.model.next_state(&last_state.state, action.action)?;
        Some(self.model.changes(&last_state.state, &next).join("\n"))
    }

    fn as_svg(&self, path: Path<Self::State, Self::Action>) -> Option<String> {
        let init = self.model.init_states().into_iter();
        let (mut states, actions): (Vec<_>, Vec<_>) = path.into_vec().into_iter().unzip();
        let first = states.swap_remove(0).state; // A path has a first state.
        let init = init.into_iter().find(|state| *state == first)?;
        let actions: Vec<_> = actions
            .into_iter()
            .flatten()
            .map(|told| told.action)
            .collect();
        let path = Path::from_actions(&self.model, init, &actions)?;
        self.model.as_svg(path)
    }

    fn within_boundary(&self, state: &Self::State) -> bool {
        self.model.within_boundary(&state.state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let named = self.properties.iter().zip(by_position::<M>());
        named
            .map(|(property, condition)| Property {
                expectation: property.expectation.clone(),
                name: property.name,
                condition,
            })
            .collect()
    }
}

type Condition<M> = fn(&Told<M>, &ToldState<<M as Model>::State>) -> bool;

/// Stateright's conditions are plain functions: one for each position.
fn by_position<M>() -> impl Iterator<Item = Condition<M>>
where
    M: Tell,
    M::State: PartialEq,
    M::Action: Clone + PartialEq,
{
    macro_rules! conditions {
        ($($position:literal)+) => {
            [$(
                |told: &Told<M>, state: &ToldState<M::State>| {
                    (told.properties[$position].condition)(&told.model, &state.state)
                },
            )+]
        };
    }
    let conditions: [Condition<M>; 48] = conditions!(
        0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23
        24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47
    );
    conditions.into_iter()
}

impl<S: PartialEq> PartialEq for ToldState<S> {
    fn eq(&self, other: &Self) -> bool {
        self.state == other.state
    }
}

impl<S: Eq> Eq for ToldState<S> {}

impl<S: Hash> Hash for ToldState<S> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.state.hash(hasher);
    }
}

impl<S> fmt::Debug for ToldState<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<A: PartialEq> PartialEq for ToldAction<A> {
    fn eq(&self, other: &Self) -> bool {
        self.action == other.action
    }
}

impl<A> fmt::Debug for ToldAction<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
