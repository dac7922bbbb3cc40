//! The processes of a world as actors of Stateright's: another harness for the
//! same code, with sequence diagrams in the Explorer.
//!
//! `ActorModel` applies all outputs of a handler at once and keeps what is
//! volatile through a crash, so crashes are for the [`World`]; without them,
//! and without reductions, the two reach the same processes, which tests show.
//! There is no history. What else differs:
//!
//! - **Presence** is told when its timer fires, as often as it does.
//! - **Clients** who may ask at any time are actors too. Each has sent his
//!   request to all whom he may ask when the run begins; like any message it
//!   arrives at any time, any number of times, or never.

use super::{InputOf, OutputsOf, Process, Site, World, input_name};
use crate::bounds::Bounds;
use crate::narrate::{Field, Tell, Value};
use stateright::actor::{
    Actor, ActorModel, ActorModelAction, ActorModelState, Id, Network, Out, model_timeout,
};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use synod_math::{Priest, PriestSet};
use synod_process::{Input, Output};
use synod_protocol::Timer;

/// The processes of a world, and those who ask them, on a network that loses,
/// duplicates, delays and reorders.
pub type Actors<P> = ActorModel<Member<P>, Arc<World<P>>, ()>;

/// A state of the actors.
pub type ActorsState<P> = ActorModelState<Member<P>, ()>;

/// What is claimed of the actors, as Stateright wants it.
pub(crate) type Holds<P> = fn(&Actors<P>, &ActorsState<P>) -> bool;

/// An actor. The priests come first, so that each has the place of his name.
#[derive(Clone)]
pub struct Member<P: Process> {
    who: Who<P::Request>,
    world: Arc<World<P>>,
    bounds: Arc<Bounds>,
}

/// Who an actor is, `R` being the type of requests.
#[derive(Clone)]
enum Who<R> {
    /// The process of a priest.
    Priest(Priest),
    /// A client who asks all of these for something.
    Client(R, PriestSet),
}

/// What the actors send each other: its `Debug`, which Stateright's sequence
/// diagrams print, is in the paper's words.
#[derive(Clone)]
pub struct Letter<P: Process> {
    says: Says<P::Message, P::Request>,
    bounds: Arc<Bounds>,
}

/// What a letter says.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Says<M, R> {
    /// A message of the protocol.
    Message(M),
    /// What a client asks for.
    Request(R),
}

/// The processes of the priests, in their order.
pub fn processes<P: Process>(state: &ActorsState<P>) -> impl Iterator<Item = &P> {
    let members = state.actor_states.iter();
    members.filter_map(|process| process.as_ref().as_ref())
}

/// Whether all ballot numbers that were tried are within the bounds.
pub(crate) fn tries_within<P: Process>(world: &Arc<World<P>>, state: &ActorsState<P>) -> bool {
    let mut tried = processes(state).filter_map(P::last_tried);
    tried.all(|number| world.bounds.rank(number).is_some())
}

impl<P: Process> World<P> {
    /// Its processes, and who asks them, as actors: without what is claimed of
    /// them.
    pub(crate) fn actors(
        &self,
        within_boundary: fn(&Arc<Self>, &ActorsState<P>) -> bool,
    ) -> Actors<P> {
        let world = Arc::new(self.clone());
        let bounds = Arc::new(self.bounds.clone());
        let priests = self.bounds.priests().map(Who::Priest);
        let members = priests.chain(self.clients()).map(|who| Member {
            who,
            world: Arc::clone(&world),
            bounds: Arc::clone(&bounds),
        });
        let members: Vec<_> = members.collect();
        ActorModel::new(world, ())
            .actors(members)
            .init_network(Network::new_unordered_duplicating([]))
            .within_boundary(within_boundary)
    }

    /// Each request has a client of its own.
    fn clients(&self) -> impl Iterator<Item = Who<P::Request>> {
        let mut asked = BTreeMap::new();
        for me in self.bounds.priests() {
            for request in P::asked_later(&self.setting, &self.bounds, me) {
                let of = asked.entry(request).or_insert(PriestSet::EMPTY);
                *of = of.with(me);
            }
        }
        let asked = asked.into_iter();
        asked.map(|(request, of)| Who::Client(request, of))
    }
}

impl<P: Process> Actor for Member<P> {
    type Msg = Letter<P>;
    type Timer = Timer;
    /// None for a client: what he has sent is in the network.
    type State = Option<P>;
    type Storage = ();
    type Random = ();

    fn on_start(&self, _: Id, _: &Option<()>, out: &mut Out<Self>) -> Option<P> {
        match &self.who {
            Who::Priest(me) => Some(self.begin(*me, out)),
            Who::Client(request, asked) => {
                for to in asked.iter() {
                    self.send(to, Says::Request(request.clone()), out);
                }
                None
            }
        }
    }

    fn on_msg(
        &self,
        _: Id,
        state: &mut Cow<'_, Option<P>>,
        from: Id,
        letter: Letter<P>,
        out: &mut Out<Self>,
    ) {
        if let Some(input) = letter.arrives(from) {
            self.take(state, input, out);
        }
    }

    fn on_timeout(
        &self,
        _: Id,
        state: &mut Cow<'_, Option<P>>,
        timer: &Timer,
        out: &mut Out<Self>,
    ) {
        self.take(state, Input::Timeout(*timer), out);
    }

    fn name(&self) -> String {
        format!("({self})") // Stateright puts the position before it.
    }
}

impl<P: Process> Member<P> {
    fn begin(&self, me: Priest, out: &mut Out<Self>) -> P {
        let World {
            setting,
            bounds,
            quorums,
            ..
        } = &*self.world;
        let (mut process, outputs) = P::recover(setting, me, quorums, P::Ledger::default());
        self.carry_out(outputs, out);
        for request in P::asked_at_once(setting, bounds, me) {
            self.carry_out(process.handle(Input::Propose(request)), out);
        }
        process
    }

    fn take(&self, state: &mut Cow<'_, Option<P>>, input: InputOf<P>, out: &mut Out<Self>) {
        let Some(mut process) = state.as_ref().clone() else {
            return; // Nobody writes to clients.
        };
        self.carry_out(process.handle(input), out);
        // Left borrowed where nothing changed: Stateright takes that for no step.
        if Some(&process) != state.as_ref().as_ref() {
            *state.to_mut() = Some(process);
        }
    }

    fn carry_out(&self, outputs: OutputsOf<P>, out: &mut Out<Self>) {
        for output in outputs.outputs {
            match output {
                Output::Send { to, message } => self.send(to, Says::Message(message), out),
                Output::SetTimer(Timer::Absence) if !self.may_be_president() => {}
                Output::SetTimer(timer) => out.set_timer(timer, model_timeout()),
                Output::CancelTimer(timer) => out.cancel_timer(timer),
                // What is recorded is in the state: there are no crashes here.
                Output::Record(_) | Output::Tell(_) | Output::Did(_) => {}
            }
        }
    }

    fn send(&self, to: Priest, says: Says<P::Message, P::Request>, out: &mut Out<Self>) {
        let bounds = Arc::clone(&self.bounds);
        out.send(to.index().into(), Letter { says, bounds });
    }

    fn may_be_president(&self) -> bool {
        let presidents = &self.world.presidents;
        matches!(&self.who, Who::Priest(me) if presidents.contains(me))
    }
}

impl<P: Process> Letter<P> {
    /// The input that it is to its addressee.
    fn arrives(&self, from: Id) -> Option<InputOf<P>> {
        Some(match self.says.clone() {
            Says::Message(message) => Input::Receive {
                from: Priest::new(usize::from(from))?,
                message,
            },
            Says::Request(request) => Input::Propose(request),
        })
    }
}

impl<P: Process> Tell for Actors<P> {
    fn fields(&self, state: &ActorsState<P>) -> Vec<Field> {
        let sites = processes(state).zip(&state.timers_set);
        let of_priests = self.cfg.bounds.priests().zip(sites);
        let of_priests = of_priests.flat_map(|(me, (process, timers))| {
            let site = Site::alone(process.clone(), timers.iter().copied());
            P::site_fields(&self.cfg, me, &site)
        });
        let sent: BTreeSet<_> = state.network.iter_all().collect();
        let sent = sent.into_iter().map(|envelope| {
            let name = |id: Id| &self.actors[usize::from(id)];
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
        let (id, input) = match action {
            ActorModelAction::Deliver { src, dst, msg } => (dst, msg.arrives(*src)),
            ActorModelAction::Timeout(id, timer) => (id, Some(Input::Timeout(*timer))),
            // The network neither drops, crashes nor draws lots.
            other => return format!("{other:?}"),
        };
        let name = input.map(|input| input_name::<P>(&self.cfg.bounds, &input));
        let to = &self.actors[usize::from(*id)];
        format!("{to}: {}", name.unwrap_or_default())
    }
}

impl<P: Process> fmt::Display for Member<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.who {
            Who::Priest(me) => write!(f, "{me}"),
            Who::Client(request, _) => {
                let request = P::request_name(&self.bounds, request);
                write!(f, "client of {request}")
            }
        }
    }
}

impl<P: Process> fmt::Debug for Letter<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bounds = &self.bounds;
        f.write_str(&match &self.says {
            Says::Message(message) => P::message_name(bounds, message),
            Says::Request(request) => P::request_name(bounds, request),
        })
    }
}

// The bounds are the same in all letters of a run: they tell none apart.
impl<P: Process> PartialEq for Letter<P> {
    fn eq(&self, other: &Self) -> bool {
        self.says == other.says
    }
}

impl<P: Process> Eq for Letter<P> {}

impl<P: Process> PartialOrd for Letter<P> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<P: Process> Ord for Letter<P> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.says.cmp(&other.says)
    }
}

impl<P: Process> Hash for Letter<P> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.says.hash(hasher);
    }
}
