//! Properties that are closures.
//!
//! A property of Stateright is a function pointer, which has no room for what a closure
//! captures. So [`WithProperties`] keeps the closures in a list, and there is one function
//! for each place in it.

use crate::at::At;
use crate::only::Only;
use stateright::{Expectation, Model, Path, Property};
use std::fmt::Debug;
use std::hash::Hash;
use std::ops::ControlFlow;
use synod_checker::fingerprint::Fingerprint;
use synod_checker::problem::MAX_PROPERTIES;
use synod_checker::{Hashing, Width};
use synod_vocabulary::{
    Claim, Deed, Describe, Field, Figure, Forbidden, Form, Message, Stored, Structure, Symmetric,
    Symmetry, Table, Witness,
};

/// Judges a state: the property holds in it, or there is a witness against it.
type Judge<M> = Box<dyn Fn(At<'_, M>) -> Result<(), Witness> + Send + Sync>;

/// A property.
pub(crate) struct Asked<M: Model> {
    name: &'static str,
    expectation: Expectation,
    judge: Judge<M>,
}

impl<M: Model> Asked<M> {
    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    /// Whether it is asked of every state.
    pub(crate) fn is_of_each_state(&self) -> bool {
        self.expectation == Expectation::Always
    }

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

/// Whether a state is within bounds.
type Bound<M> = Box<dyn Fn(At<'_, M>) -> bool + Send + Sync>;

/// The states that differ from a state only in names.
type Images<M> = Box<dyn Fn(At<'_, M>) -> Vec<<M as Model>::State> + Send + Sync>;

/// A number that every step makes larger.
type Rank<M> = Box<dyn Fn(At<'_, M>) -> u32 + Send + Sync>;

/// A model, and the properties and bounds that are asked of it beside its own.
pub struct WithProperties<M: Model> {
    pub(crate) model: M,
    pub(crate) asked: Vec<Asked<M>>,
    pub(crate) bounds: Vec<Bound<M>>,
    /// If it is set, one state of each orbit is explored.
    pub(crate) images: Option<Images<M>>,
    pub(crate) rank: Option<Rank<M>>,
    /// If it is set, only the steps of this run are taken.
    pub(crate) only: Option<Only>,
}

impl<M: Model> WithProperties<M> {
    pub(crate) const fn new(model: M, asked: Vec<Asked<M>>) -> Self {
        Self {
            model,
            asked,
            bounds: Vec::new(),
            images: None,
            rank: None,
            only: None,
        }
    }

    /// Judges the property at a place of the list.
    fn judge<const PLACE: usize>(&self, state: &M::State) -> Result<(), Witness> {
        let model = &self.model;
        (self.asked[PLACE].judge)(At { model, state })
    }

    fn holds<const PLACE: usize>(&self, state: &M::State) -> bool {
        self.judge::<PLACE>(state).is_ok()
    }

    fn rank(&self, state: &M::State) -> u32 {
        let model = &self.model;
        let rank = self.rank.as_ref();
        rank.map_or(0, |rank| rank(At { model, state }))
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

impl<M: Model<State: Hash>> Model for WithProperties<M> {
    type State = M::State;
    type Action = M::Action;

    fn init_states(&self) -> Vec<M::State> {
        let states = self.model.init_states().into_iter();
        let is_first = |state: &_| self.only.as_ref().is_none_or(|only| only.begins(state));
        states.filter(is_first).collect()
    }

    fn actions(&self, state: &M::State, actions: &mut Vec<M::Action>) {
        match &self.only {
            None => self.model.actions(state, actions),
            Some(only) => actions.extend(only.actions(&self.model, state)),
        }
    }

    fn next_state(&self, last_state: &M::State, action: M::Action) -> Option<M::State> {
        self.model.next_state(last_state, action)
    }

    fn within_boundary(&self, state: &M::State) -> bool {
        let model = &self.model;
        model.within_boundary(state)
            && self
                .bounds
                .iter()
                .all(|is_within| is_within(At { model, state }))
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

impl<M> Structure for WithProperties<M>
where
    M: Model + 'static,
    M::State: Clone + Debug + Eq + Hash + Send + Sync + 'static,
{
    type Held = M::State;

    fn form(&self) -> Form<Self> {
        Form {
            // The states of one run are taken as they are: each leads to the next.
            symmetry: (self.images.is_some() && self.only.is_none()).then(Symmetry::of_images),
            rank: self.rank.as_ref().map(|_| Self::rank as _),
            ..Form::WHOLE
        }
    }
}

impl<M> Symmetric for WithProperties<M>
where
    Self: Structure<Held = M::State, State = M::State>,
    M: Model<State: Clone + Hash>,
{
    type Key = Fingerprint;

    fn images(&self, state: &M::State, images: &mut Vec<M::State>) {
        let model = &self.model;
        images.push(state.clone());
        let others = self.images.as_ref();
        images.extend(others.into_iter().flat_map(|of| of(At { model, state })));
    }

    /// Users' states need no order, but they have a hash.
    fn key(&self, state: &M::State) -> Fingerprint {
        Hashing::new(0, Width::Bits128).of(state)
    }
}

impl<M: Describe<State: Hash>> Describe for WithProperties<M> {
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

    fn changes_nothing(&self, state: &M::State, action: &M::Action) -> bool {
        self.model.changes_nothing(state, action)
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
        self.model.for_each_initial(&mut |state| {
            if self.only.as_ref().is_none_or(|only| only.begins(&state)) {
                visit(state)
            } else {
                ControlFlow::Continue(())
            }
        });
    }

    fn begins(&self, state: &M::State) -> Vec<String> {
        self.model.begins(state)
    }

    fn figure(&self, state: &M::State) -> Option<Figure> {
        self.model.figure(state)
    }

    fn processes(&self) -> Vec<String> {
        self.model.processes()
    }

    fn may_arrive(&self, state: &M::State) -> Vec<Message> {
        self.model.may_arrive(state)
    }

    fn deed(&self, action: &M::Action) -> Deed {
        self.model.deed(action)
    }

    fn tables(&self, state: &M::State) -> Vec<Table> {
        self.model.tables(state)
    }

    fn forbidden(&self, state: &M::State) -> Vec<Forbidden> {
        self.model.forbidden(state)
    }

    fn objection(&self, state: &M::State, action: &M::Action) -> Option<String> {
        self.model.objection(state, action)
    }

    fn claims(&self) -> Vec<Claim<Self>> {
        let places = self.asked.iter().zip(functions());
        let claims = places.filter(|(asked, _)| asked.is_of_each_state());
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

impl<M: Stored<State: Hash>> Stored for WithProperties<M> {
    fn write_state(&self, state: &M::State, bytes: &mut Vec<u8>) {
        self.model.write_state(state, bytes);
    }

    fn read_state(&self, dictionary: &[Vec<u32>], bytes: &mut &[u8]) -> Option<M::State> {
        self.model.read_state(dictionary, bytes)
    }

    fn read_own_state(&self, bytes: &mut &[u8]) -> Option<M::State> {
        self.model.read_own_state(bytes)
    }

    fn write_context(&self, written: &mut Vec<u64>, bytes: &mut Vec<u8>) {
        self.model.write_context(written, bytes);
    }

    fn read_context(&self, dictionary: &mut Vec<Vec<u32>>, bytes: &[u8]) -> bool {
        self.model.read_context(dictionary, bytes)
    }
}
