//! Two lenses that need no implementation of traits: a history that a function keeps, and a
//! specification that every step must be a step of.

use crate::lens::{Observe, Observed, Plain, Reduce, Tell};
use crate::node::{Explorable, Shared};
use crate::state::State;
use crate::stored::Persist;
use crate::world::World;
use stateright::Model;
use std::fmt::Debug;
use std::hash::Hash;
use std::marker::PhantomData;
use synod_vocabulary::{Claim, Codec, Field, Serde, Value, Witness};

/// The lens of [`World::observing`].
pub struct Observing<H, F> {
    observe: F,
    history: PhantomData<fn() -> H>,
}

impl<P, H, F> Observe<P> for Observing<H, F>
where
    P: Explorable,
    H: Default + Eq + Hash + Shared,
    F: Fn(&H, &Observed<'_, P>) -> H + Shared,
{
    type History = H;

    fn observe(&self, history: &H, step: &Observed<'_, P>) -> H {
        (self.observe)(history, step)
    }

    fn is_seen(&self, _: &crate::Deeds<P>) -> bool {
        true
    }
}

impl<P, H, F> Reduce<P> for Observing<H, F>
where
    Self: Observe<P>,
    P: Explorable,
{
    type ReductionView = ();
}

impl<P, H, F> Tell<P> for Observing<H, F>
where
    Self: Observe<P, History = H>,
    P: Explorable,
    H: Debug,
{
    type ClaimView = ();

    fn history_fields(&self, history: &H) -> Vec<Field> {
        vec![Field::of_all("history", Value::One(format!("{history:?}")))]
    }
}

impl<P, H, F> Persist<P> for Observing<H, F>
where
    Self: Tell<P, History = H>,
    P: Explorable,
    Serde: Codec<P::Message> + Codec<P::Request> + Codec<P::Timer> + Codec<H>,
{
    type Codec = Serde;
}

/// The lens of [`World::refining`].
pub struct Refining<S, F> {
    specification: S,
    actions: F,
}

/// The states of a specification after the steps so far: the history of [`Refining`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Refined<S> {
    /// Nothing has happened in the specification: it is in its initial states.
    #[default]
    Initial,
    /// It may be in any of these.
    Any(Vec<S>),
    /// A step was none of the specification: why, in a sentence.
    Not(String),
}

impl<P, S, F> Observe<P> for Refining<S, F>
where
    P: Explorable,
    S: Model<State: Clone + Debug + Eq + Hash + Shared, Action: Clone + Debug + PartialEq> + Shared,
    F: Fn(&Observed<'_, P>) -> Vec<S::Action> + Shared,
{
    type History = Refined<S::State>;

    fn observe(&self, before: &Self::History, step: &Observed<'_, P>) -> Self::History {
        let mut history = before.clone();
        for action in (self.actions)(step) {
            let states = match history {
                Refined::Initial => self.specification.init_states(),
                Refined::Any(states) => states,
                Refined::Not(_) => break,
            };
            history = self.after(&states, &action);
        }
        history
    }

    fn is_seen(&self, _: &crate::Deeds<P>) -> bool {
        true
    }
}

impl<S, F> Refining<S, F>
where
    S: Model<State: Clone + Debug + PartialEq, Action: Clone + Debug + PartialEq>,
{
    fn after(&self, states: &[S::State], action: &S::Action) -> Refined<S::State> {
        let (mut next, mut possible): (Vec<S::State>, Vec<S::Action>) = (Vec::new(), Vec::new());
        for state in states {
            let mut actions = Vec::new();
            self.specification.actions(state, &mut actions);
            let after = actions.contains(action).then(|| action.clone());
            let after = after.and_then(|action| self.specification.next_state(state, action));
            next.extend(after.filter(|after| !next.contains(after)));
            possible.extend(actions);
        }
        if next.is_empty() {
            Refined::Not(format!(
                "the specification is in {states:?}, where {action:?} is not possible; {possible:?} \
                 are"
            ))
        } else {
            Refined::Any(next)
        }
    }
}

impl<P, S, F> Reduce<P> for Refining<S, F>
where
    Self: Observe<P>,
    P: Explorable,
{
    type ReductionView = ();
}

impl<P, S, F> Tell<P> for Refining<S, F>
where
    Self: Observe<P, History = Refined<S::State>>,
    P: Explorable,
    S: Model<State: Debug>,
{
    type ClaimView = ();

    fn history_fields(&self, history: &Self::History) -> Vec<Field> {
        let states = match history {
            Refined::Initial => format!("{:?}", self.specification.init_states()),
            Refined::Any(states) => format!("{states:?}"),
            Refined::Not(_) => "none".to_owned(),
        };
        vec![Field::of_all("specification", Value::One(states))]
    }
}

impl<P, S, F> Persist<P> for Refining<S, F>
where
    Self: Tell<P, History = Refined<S::State>>,
    P: Explorable,
    S: Model,
    Serde: Codec<P::Message> + Codec<P::Request> + Codec<P::Timer> + Codec<Refined<S::State>>,
{
    type Codec = Serde;
}

impl<P: Explorable, const N: usize> World<P, Plain, N> {
    /// The same world with a history: a value that begins as the default and is computed from
    /// each step. It is part of every state, and claims can look at it: at all leaders that
    /// there ever were, for example. Call it before claims and bounds are set.
    ///
    /// ```
    /// # use synod_process::{InputOf, Outputs, OutputsOf, Process};
    /// # #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    /// # struct Greeter;
    /// # impl Process for Greeter {
    /// #     type Id = u64;
    /// #     type Settings = ();
    /// #     type Ledger = ();
    /// #     type Message = char;
    /// #     type Request = char;
    /// #     type Timer = ();
    /// #     type Record = ();
    /// #     type News = ();
    /// #     type Action = char;
    /// #     type Ignored = ();
    /// #     fn recover((): &(), _: u64, (): ()) -> (Self, OutputsOf<Self>) {
    /// #         (Self, Outputs::new())
    /// #     }
    /// #     fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
    /// #         let mut out = Outputs::new();
    /// #         if let synod_process::Input::Propose(greeting) = input {
    /// #             out.send(2, greeting);
    /// #             out.did(greeting);
    /// #         }
    /// #         out
    /// #     }
    /// #     fn apply((): &mut (), (): ()) {}
    /// # }
    /// use stateright::Model;
    /// use synod_world::{ProcessSetup, World};
    ///
    /// // `Greeter` sends the greeting that a client requests to node 2.
    /// let greeters = [ProcessSetup::<Greeter>::new(1, ()).asked(['a']), ProcessSetup::new(2, ())];
    /// let world = World::<_>::of(greeters)
    ///     .observing(|greetings: &usize, step| greetings + step.sent().count());
    /// let begun = world.init_states()[0];
    /// let greeted = world.next_states(&begun)[0];
    /// assert_eq!((*world.history(&begun), *world.history(&greeted)), (0, 1));
    /// ```
    ///
    /// # Panics
    /// If claims, partners, bounds or a condition on timers are set.
    #[must_use]
    pub fn observing<H, F>(self, observe: F) -> World<P, Observing<H, F>, N>
    where
        H: Default + Debug + Eq + Hash + Shared,
        F: Fn(&H, &Observed<'_, P>) -> H + Shared,
    {
        let history = PhantomData;
        self.through(Observing { observe, history })
    }

    /// The same world, with the claim *refinement*: each step is a step, or several, of a
    /// specification, or none. The function says of which actions; each must be enabled in the
    /// state that the specification is in. A specification may have several initial states, and
    /// so be in several: it is enough if the action is enabled in one of them. What the
    /// specification claims is not asked here. Call it before other claims and bounds are set.
    ///
    /// ```
    /// # use synod_process::{InputOf, Outputs, OutputsOf, Process};
    /// # #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    /// # struct Greeter;
    /// # impl Process for Greeter {
    /// #     type Id = u64;
    /// #     type Settings = ();
    /// #     type Ledger = ();
    /// #     type Message = char;
    /// #     type Request = char;
    /// #     type Timer = ();
    /// #     type Record = ();
    /// #     type News = ();
    /// #     type Action = char;
    /// #     type Ignored = ();
    /// #     fn recover((): &(), _: u64, (): ()) -> (Self, OutputsOf<Self>) {
    /// #         (Self, Outputs::new())
    /// #     }
    /// #     fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
    /// #         let mut out = Outputs::new();
    /// #         if let synod_process::Input::Propose(greeting) = input {
    /// #             out.send(2, greeting);
    /// #             out.did(greeting);
    /// #         }
    /// #         out
    /// #     }
    /// #     fn apply((): &mut (), (): ()) {}
    /// # }
    /// use stateright::{Checker, Model};
    /// use synod_world::{ProcessSetup, World};
    ///
    /// /// Nobody is greeted twice.
    /// struct Once;
    ///
    /// impl Model for Once {
    ///     type State = Option<char>;
    ///     type Action = char;
    ///
    ///     fn init_states(&self) -> Vec<Option<char>> {
    ///         vec![None]
    ///     }
    ///
    ///     fn actions(&self, greeted: &Option<char>, actions: &mut Vec<char>) {
    ///         actions.extend(greeted.is_none().then_some('a'));
    ///     }
    ///
    ///     fn next_state(&self, _: &Option<char>, greeting: char) -> Option<Option<char>> {
    ///         Some(Some(greeting))
    ///     }
    /// }
    ///
    /// // `Greeter` sends the greeting that a client requests to node 2, any number of times.
    /// let greeters = [ProcessSetup::<Greeter>::new(1, ()).asked(['a']), ProcessSetup::new(2, ())];
    /// let world = World::<_>::of(greeters).refining(Once, |step| step.deeds.actions.clone());
    /// let checker = world.checker().spawn_bfs().join();
    /// assert_eq!(checker.discovery("refinement").unwrap().into_actions().len(), 2);
    /// ```
    ///
    /// # Panics
    /// As [`World::observing`].
    #[must_use]
    pub fn refining<S, F>(self, specification: S, actions: F) -> World<P, Refining<S, F>, N>
    where
        S: Model<State: Clone + Debug + Eq + Hash + Shared, Action: Clone + Debug + PartialEq>
            + Shared,
        F: Fn(&Observed<'_, P>) -> Vec<S::Action> + Shared,
    {
        let world = self.through(Refining {
            specification,
            actions,
        });
        world.claiming(Claim {
            name: "refinement",
            meaning: "Each step is one of the specification, or several, or none.",
            holds: |world, state| is_refined(world, state).is_ok(),
            check: is_refined,
            partner: None,
        })
    }
}

fn is_refined<P, S, F, const N: usize>(
    world: &World<P, Refining<S, F>, N>,
    state: &State<N>,
) -> Result<(), Witness>
where
    P: Explorable,
    S: Model,
    Refining<S, F>: Tell<P, History = Refined<S::State>>,
{
    match world.history(state) {
        Refined::Not(why) => Err(Witness(why.clone())),
        Refined::Initial | Refined::Any(_) => Ok(()),
    }
}
