//! The shipped process as an actor of Stateright's: another harness for the
//! same code, with sequence diagrams in the Explorer.
//!
//! `ActorModel` applies all outputs of a handler at once and keeps what is
//! volatile through a crash, so crashes are for [`crate::world`]; without them
//! the two reach the same processes, which a test shows.

use super::mutants::Mutant;
use super::tell::{named, site_fields};
use super::{Candidate, proposal};
use crate::bounds::{Bounds, Decree};
use crate::narrate::{Field, Tell, Value};
use crate::world::{Process, input_name};
use stateright::Expectation;
use stateright::actor::{
    Actor, ActorModel, ActorModelAction, ActorModelState, Id, Network, Out, model_timeout,
};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use synod_math::{Priest, Quorums};
use synod_protocol::{Input, Ledger, Message, Output, Outputs, Timer};

/// One process of a parliament.
#[derive(Clone)]
pub struct Legislator {
    me: Priest,
    quorums: Arc<Quorums>,
    mutant: Option<Mutant>,
    proposal: Decree,
    may_be_president: bool,
    bounds: Arc<Bounds>,
}

/// A message as the actors exchange it: its `Debug`, which Stateright's
/// sequence diagrams print, is in the paper's words.
#[derive(Clone)]
pub struct Letter {
    message: Message<Decree>,
    bounds: Arc<Bounds>,
}

/// What every actor of a model shares: the bounds.
pub type Parliament = ActorModel<Legislator, Bounds, ()>;

/// A state of the model.
pub type ParliamentState = ActorModelState<Legislator, ()>;

/// The actors of these bounds, on a network that loses, duplicates, delays and
/// reorders: the tryers may become president, and each priest wants a decree
/// passed, in turn. A mutant may be one that needs no crashes.
pub fn parliament(bounds: &Bounds, mutant: Option<Mutant>) -> Parliament {
    let quorums = Arc::new(bounds.quorum_system().clone());
    let shared = Arc::new(bounds.clone());
    let owns_a_number = |p| bounds.ranks().any(|b| bounds.owner(b) == Some(p));
    let actors = bounds.priests().map(|me| Legislator {
        me,
        quorums: Arc::clone(&quorums),
        mutant,
        proposal: proposal(bounds, me),
        may_be_president: owns_a_number(me),
        bounds: Arc::clone(&shared),
    });
    let (partner, ledgers): (_, fn(&Parliament, &ParliamentState) -> bool) =
        if bounds.priest_count() > 1 {
            ("two ledgers hold a decree", |_, state| {
                outcomes(state).nth(1).is_some()
            })
        } else {
            ("a ledger holds a decree", |_, state| {
                outcomes(state).next().is_some()
            })
        };
    ActorModel::new(bounds.clone(), ())
        .actors(actors)
        .init_network(Network::new_unordered_duplicating([]))
        .within_boundary(|bounds, state| {
            let tried = |process: &Arc<Candidate>| process.shipped().basic().ledger().last_tried;
            let mut numbers = state.actor_states.iter().filter_map(tried);
            numbers.all(|number| bounds.rank(number).is_some())
        })
        .property(
            Expectation::Always,
            "Consistency",
            |_, state: &ParliamentState| {
                let mut outcomes = outcomes(state);
                let first = outcomes.next();
                outcomes.all(|outcome| Some(outcome) == first)
            },
        )
        .property(Expectation::Sometimes, partner, ledgers)
}

fn outcomes(state: &ParliamentState) -> impl Iterator<Item = Decree> {
    let processes = state.actor_states.iter();
    processes.filter_map(|process| process.shipped().basic().ledger().outcome)
}

impl Actor for Legislator {
    type Msg = Letter;
    type Timer = Timer;
    type State = Candidate;
    type Storage = ();
    type Random = ();

    fn on_start(&self, _: Id, _: &Option<()>, out: &mut Out<Self>) -> Candidate {
        let quorums = &self.quorums;
        let (mut process, outputs) =
            Candidate::with_ledger(self.mutant, self.me, quorums, Ledger::new());
        self.carry_out(outputs, out);
        self.carry_out(process.handle(Input::Propose(self.proposal)), out);
        process
    }

    fn on_msg(
        &self,
        _: Id,
        state: &mut Cow<'_, Candidate>,
        from: Id,
        letter: Letter,
        out: &mut Out<Self>,
    ) {
        if let Some(from) = Priest::new(usize::from(from)) {
            let message = letter.message;
            self.take(state, Input::Receive { from, message }, out);
        }
    }

    fn on_timeout(
        &self,
        _: Id,
        state: &mut Cow<'_, Candidate>,
        timer: &Timer,
        out: &mut Out<Self>,
    ) {
        self.take(state, Input::Timeout(*timer), out);
    }

    fn name(&self) -> String {
        format!("({})", self.me) // Stateright puts the position before it.
    }
}

impl Legislator {
    fn take(&self, state: &mut Cow<'_, Candidate>, input: Input<Decree>, out: &mut Out<Self>) {
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
                Output::Send { to, message } => {
                    let bounds = Arc::clone(&self.bounds);
                    out.send(to.index().into(), Letter { message, bounds });
                }
                Output::SetTimer(Timer::Absence) if !self.may_be_president => {}
                Output::SetTimer(timer) => out.set_timer(timer, model_timeout()),
                Output::CancelTimer(timer) => out.cancel_timer(timer),
                // What is recorded is in the state: there are no crashes here.
                Output::Record(_) | Output::Decided(_) | Output::Did(_) => {}
            }
        }
    }
}

impl Tell for Parliament {
    fn fields(&self, state: &ParliamentState) -> Vec<Field> {
        let bounds = &self.cfg;
        let sites = state.actor_states.iter().zip(&state.timers_set);
        let of_priests = sites.flat_map(|(process, timers)| {
            let mut timers: Vec<_> = timers.iter().copied().collect();
            timers.sort();
            site_fields(
                bounds,
                process.as_ref(),
                process.shipped().basic().ledger(),
                &timers,
            )
        });
        let sent: BTreeSet<_> = state.network.iter_all().collect();
        let sent = sent.into_iter().map(|envelope| {
            let name = |id: Id| &self.actors[usize::from(id)].me;
            let (from, to) = (name(envelope.src), name(envelope.dst));
            format!("{:?} from {from} to {to}", envelope.msg)
        });
        let network = Field {
            variable: "network",
            priest: None,
            value: Value::Set(sent.collect()),
        };
        of_priests.chain([network]).collect()
    }

    fn step_name(&self, action: &Self::Action) -> String {
        let name = |id: &Id| &self.actors[usize::from(*id)].me;
        match action {
            ActorModelAction::Deliver { src, dst, msg } => {
                let (from, message) = (*name(src), msg.message);
                let input = Input::Receive { from, message };
                format!(
                    "{}: {}",
                    name(dst),
                    input_name::<Candidate>(&self.cfg, &input)
                )
            }
            ActorModelAction::Timeout(id, timer) => {
                let input = Input::Timeout(*timer);
                format!(
                    "{}: {}",
                    name(id),
                    input_name::<Candidate>(&self.cfg, &input)
                )
            }
            // The network neither drops, crashes nor draws lots.
            other => format!("{other:?}"),
        }
    }
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", named(&self.bounds, &self.message))
    }
}

// The bounds are the same in all letters of a run: they tell none apart.
impl PartialEq for Letter {
    fn eq(&self, other: &Self) -> bool {
        self.message == other.message
    }
}

impl Eq for Letter {}

impl PartialOrd for Letter {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Letter {
    fn cmp(&self, other: &Self) -> Ordering {
        self.message.cmp(&other.message)
    }
}

impl Hash for Letter {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.message.hash(hasher);
    }
}
