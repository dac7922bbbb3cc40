//! The shipped process as an actor of Stateright's: another harness for the
//! same code, with sequence diagrams in the Explorer.
//!
//! `ActorModel` applies all outputs of a handler at once and keeps what is
//! volatile through a crash, so crashes are for [`crate::world`]; without them
//! the two reach the same processes, which a test shows.

use crate::bounds::{Bounds, Decree};
use stateright::Expectation;
use stateright::actor::{Actor, ActorModel, ActorModelState, Id, Network, Out, model_timeout};
use std::borrow::Cow;
use std::sync::Arc;
use synod_math::{Priest, Quorums};
use synod_protocol::{Complete, Input, Message, Output, Outputs, Timer};

/// One process of a parliament.
#[derive(Clone, Debug)]
pub struct Legislator {
    me: Priest,
    quorums: Arc<Quorums>,
    proposal: Decree,
    may_be_president: bool,
}

/// What every actor of a model shares: the bounds.
pub type Parliament = ActorModel<Legislator, Bounds, ()>;

/// A state of the model.
pub type ParliamentState = ActorModelState<Legislator, ()>;

/// The actors of these bounds, on a network that loses, duplicates, delays and
/// reorders: the tryers may become president, and each priest wants a decree
/// passed, in turn.
pub fn parliament(bounds: &Bounds) -> Parliament {
    let quorums = Arc::new(bounds.quorum_system().clone());
    let decrees = bounds.decrees().count();
    let owns_a_number = |p| bounds.ranks().any(|b| bounds.owner(b) == Some(p));
    let actors = bounds.priests().map(|me| Legislator {
        me,
        quorums: Arc::clone(&quorums),
        proposal: Decree((me.index() % decrees) as u8 + 1),
        may_be_president: owns_a_number(me),
    });
    ActorModel::new(bounds.clone(), ())
        .actors(actors)
        .init_network(Network::new_unordered_duplicating([]))
        .within_boundary(|bounds, state| {
            let tried = |process: &Arc<Complete<Decree>>| process.basic().ledger().last_tried;
            let mut numbers = state.actor_states.iter().filter_map(tried);
            numbers.all(|number| bounds.rank(number).is_some())
        })
        .property(Expectation::Always, "Consistency", |_, state| {
            let mut outcomes = outcomes(state);
            let first = outcomes.next();
            outcomes.all(|outcome| Some(outcome) == first)
        })
        .property(
            Expectation::Sometimes,
            "two ledgers hold a decree",
            |_, state| outcomes(state).nth(1).is_some(),
        )
}

fn outcomes(state: &ParliamentState) -> impl Iterator<Item = Decree> {
    let processes = state.actor_states.iter();
    processes.filter_map(|process| process.basic().ledger().outcome)
}

impl Actor for Legislator {
    type Msg = Message<Decree>;
    type Timer = Timer;
    type State = Complete<Decree>;
    type Storage = ();
    type Random = ();

    fn on_start(&self, _: Id, _: &Option<()>, out: &mut Out<Self>) -> Self::State {
        let (mut process, outputs) = Complete::start(self.me, Arc::clone(&self.quorums));
        self.carry_out(outputs, out);
        self.carry_out(process.handle(Input::Propose(self.proposal)), out);
        process
    }

    fn on_msg(
        &self,
        _: Id,
        state: &mut Cow<'_, Self::State>,
        from: Id,
        message: Self::Msg,
        out: &mut Out<Self>,
    ) {
        if let Some(from) = Priest::new(usize::from(from)) {
            self.take(state, Input::Receive { from, message }, out);
        }
    }

    fn on_timeout(
        &self,
        _: Id,
        state: &mut Cow<'_, Self::State>,
        timer: &Timer,
        out: &mut Out<Self>,
    ) {
        self.take(state, Input::Timeout(*timer), out);
    }

    fn name(&self) -> String {
        self.me.to_string()
    }
}

impl Legislator {
    fn take(
        &self,
        state: &mut Cow<'_, Complete<Decree>>,
        input: Input<Decree>,
        out: &mut Out<Self>,
    ) {
        let mut process = state.as_ref().clone();
        self.carry_out(process.handle(input), out);
        // Left borrowed where nothing changed: Stateright takes that for no step.
        if process != *state.as_ref() {
            *state.to_mut() = process;
        }
    }

    fn carry_out(&self, outputs: Outputs<Decree>, out: &mut Out<Self>) {
        for output in outputs.outputs {
            match output {
                Output::Send { to, message } => out.send(to.index().into(), message),
                Output::SetTimer(Timer::Absence) if !self.may_be_president => {}
                Output::SetTimer(timer) => out.set_timer(timer, model_timeout()),
                Output::CancelTimer(timer) => out.cancel_timer(timer),
                // What is recorded is in the state: there are no crashes here.
                Output::Record(_) | Output::Decided(_) | Output::Did(_) => {}
            }
        }
    }
}
