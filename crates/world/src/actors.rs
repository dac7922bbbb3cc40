//! The processes of a world as actors of Stateright's: another harness for the
//! same code, with sequence diagrams in the Explorer.
//!
//! `ActorModel` applies all outputs of a handler at once and keeps what is
//! volatile through a crash, so crashes are for the [`World`]; without them,
//! and without reductions, the two reach the same processes, which tests show.
//! There is no history. What else differs:
//!
//! - **Heartbeats** are sent when their timer fires, as often as it does.
//! - **Clients** who may ask at any time are actors too. Each has sent its
//!   request to all whom it may ask when the run begins; like any message it
//!   arrives at any time, any number of times, or never.

use crate::lens::{Lens, Plain};
use crate::node::{Explorable, ProcessSetup};
use crate::site::Site;
use crate::state::MAX_NODES;
use crate::world::World;
use stateright::actor::{
    Actor, ActorModel, ActorModelAction, ActorModelState, Id, Network, Out, model_timeout,
};
use stateright::{Model, Path};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use synod_process::{Input, InputOf, Output, OutputsOf, Process};
use synod_vocabulary::{Describe, Field, Value};

/// The processes of a world, and those who ask them, on a network that loses,
/// duplicates, delays and reorders.
pub type Actors<P, L = Plain, const N: usize = MAX_NODES> =
    ActorModel<Member<P, L, N>, Arc<World<P, L, N>>, ()>;

/// A state of the actors.
pub type ActorsState<P, L = Plain, const N: usize = MAX_NODES> =
    ActorModelState<Member<P, L, N>, ()>;

/// An actor. The nodes come first, so that each has its own position.
pub struct Member<P: Explorable, L: Lens<P> = Plain, const N: usize = MAX_NODES> {
    who: Who<P::Request>,
    world: Arc<World<P, L, N>>,
}

/// Who an actor is, `R` being the type of requests.
#[derive(Clone)]
enum Who<R> {
    /// The process of the node at a position.
    Node(usize),
    /// A client who asks the nodes at all these positions for something.
    Client(R, Vec<usize>),
}

/// What the actors send each other: its `Debug`, which Stateright's sequence
/// diagrams print, is in the words of the lens.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Letter<M, R> {
    says: Says<M, R>,
    /// What it says in words.
    text: Arc<str>,
}

/// A letter where processes are of this kind.
type LetterOf<P> = Letter<<P as Process>::Message, <P as Process>::Request>;

/// What a letter says.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Says<M, R> {
    /// A message of the protocol.
    Message(M),
    /// What a client asks for.
    Request(R),
}

/// The processes of the nodes, in their order.
pub fn processes<P: Explorable, L: Lens<P>, const N: usize>(
    state: &ActorsState<P, L, N>,
) -> impl Iterator<Item = &P> {
    let members = state.actor_states.iter();
    members.filter_map(|member| member.as_ref().as_ref().map(|(process, _)| process))
}

impl<P: Explorable, L: Lens<P>, const N: usize> World<P, L, N> {
    /// Its processes, and who asks them, as actors: without what is claimed of
    /// them.
    pub fn as_actors(
        &self,
        within_boundary: fn(&Arc<Self>, &ActorsState<P, L, N>) -> bool,
    ) -> Actors<P, L, N> {
        let world = Arc::new(self.clone());
        let nodes = (0..self.nodes.len()).map(Who::Node);
        let members = nodes.chain(self.clients()).map(|who| Member {
            who,
            world: Arc::clone(&world),
        });
        let members: Vec<_> = members.collect();
        ActorModel::new(world, ())
            .actors(members)
            .init_network(Network::new_unordered_duplicating([]))
            .within_boundary(within_boundary)
    }

    /// Each request has a client of its own.
    fn clients(&self) -> impl Iterator<Item = Who<P::Request>> {
        let mut asked = BTreeMap::<_, Vec<usize>>::new();
        for (position, node) in self.nodes.iter().enumerate() {
            for request in &node.asked {
                asked.entry(request.clone()).or_default().push(position);
            }
        }
        let asked = asked.into_iter();
        asked.map(|(request, of)| Who::Client(request, of))
    }
}

/// The process of a node and its ledger; none for a client: what it has sent is
/// in the network.
type Living<P> = Option<(P, <P as Process>::Ledger)>;

impl<P: Explorable, L: Lens<P>, const N: usize> Actor for Member<P, L, N> {
    type Msg = LetterOf<P>;
    type Timer = P::Timer;
    type State = Living<P>;
    type Storage = ();
    type Random = ();

    fn on_start(&self, _: Id, _: &Option<()>, out: &mut Out<Self>) -> Living<P> {
        match &self.who {
            Who::Node(me) => Some(self.begin(&self.world.nodes[*me], out)),
            Who::Client(request, asked) => {
                for &to in asked {
                    self.send(to, Says::Request(request.clone()), out);
                }
                None
            }
        }
    }

    fn on_msg(
        &self,
        _: Id,
        state: &mut Cow<'_, Living<P>>,
        from: Id,
        letter: LetterOf<P>,
        out: &mut Out<Self>,
    ) {
        if let Some(input) = self.world.arrives(from, &letter) {
            self.take(state, input, out);
        }
    }

    fn on_timeout(
        &self,
        _: Id,
        state: &mut Cow<'_, Living<P>>,
        timer: &P::Timer,
        out: &mut Out<Self>,
    ) {
        self.take(state, Input::Timeout(*timer), out);
    }

    fn name(&self) -> String {
        format!("({self})") // Stateright puts the position before it.
    }
}

impl<P: Explorable, L: Lens<P>, const N: usize> Member<P, L, N> {
    fn begin(&self, node: &ProcessSetup<P>, out: &mut Out<Self>) -> (P, P::Ledger) {
        let mut ledger = P::Ledger::default();
        let (mut process, outputs) = P::recover(&node.settings, node.id, ledger.clone());
        self.carry_out(outputs, &mut ledger, out);
        for request in node.asked_at_once.iter().cloned() {
            self.carry_out(process.handle(Input::Propose(request)), &mut ledger, out);
        }
        (process, ledger)
    }

    fn take(&self, state: &mut Cow<'_, Living<P>>, input: InputOf<P>, out: &mut Out<Self>) {
        let Some((mut process, mut ledger)) = state.as_ref().clone() else {
            return; // Nobody writes to clients.
        };
        self.carry_out(process.handle(input), &mut ledger, out);
        let next = Some((process, ledger));
        // Left borrowed where nothing changed: Stateright takes that for no step.
        if next != *state.as_ref() {
            *state.to_mut() = next;
        }
    }

    fn carry_out(&self, outputs: OutputsOf<P>, ledger: &mut P::Ledger, out: &mut Out<Self>) {
        for output in outputs.outputs {
            match output {
                Output::Send { to, message } => {
                    if let Some(to) = self.world.ids().position(|id| id == to) {
                        self.send(to, Says::Message(message), out);
                    }
                }
                Output::SetTimer(timer) if !self.may_fire(timer) => {}
                Output::SetTimer(timer) => out.set_timer(timer, model_timeout()),
                Output::CancelTimer(timer) => out.cancel_timer(timer),
                Output::Record(record) => P::apply(ledger, record),
                Output::Tell(_) | Output::Did(_) => {}
            }
        }
    }

    fn send(&self, to: usize, says: Says<P::Message, P::Request>, out: &mut Out<Self>) {
        let text = match &says {
            Says::Message(message) => self.world.lens.message_name(message),
            Says::Request(request) => self.world.lens.request_name(request),
        };
        let text = text.into();
        out.send(to.into(), Letter { says, text });
    }

    fn may_fire(&self, timer: P::Timer) -> bool {
        matches!(self.who, Who::Node(me) if self.world.nodes[me].may_fire(timer))
    }
}

impl<P: Explorable, L: Lens<P>, const N: usize> World<P, L, N> {
    /// The input that a letter is to its addressee.
    fn arrives(&self, from: Id, letter: &LetterOf<P>) -> Option<InputOf<P>> {
        Some(match letter.says.clone() {
            Says::Message(message) => Input::Receive {
                from: self.nodes.get(usize::from(from))?.id,
                message,
            },
            Says::Request(request) => Input::Propose(request),
        })
    }
}

/// The same actors, which describe themselves.
#[derive(Clone)]
pub struct DescribedActors<P: Explorable, L: Lens<P> = Plain, const N: usize = MAX_NODES>(
    pub Actors<P, L, N>,
);

impl<P: Explorable, L: Lens<P>, const N: usize> Model for DescribedActors<P, L, N> {
    type State = ActorsState<P, L, N>;
    type Action = ActorModelAction<LetterOf<P>, P::Timer, ()>;

    fn init_states(&self) -> Vec<Self::State> {
        self.0.init_states()
    }

    fn actions(&self, state: &Self::State, actions: &mut Vec<Self::Action>) {
        self.0.actions(state, actions);
    }

    fn next_state(&self, last_state: &Self::State, action: Self::Action) -> Option<Self::State> {
        self.0.next_state(last_state, action)
    }

    fn as_svg(&self, path: Path<Self::State, Self::Action>) -> Option<String> {
        let (states, actions): (Vec<_>, Vec<_>) = path.into_vec().into_iter().unzip();
        let init = states.into_iter().next()?;
        let actions: Vec<_> = actions.into_iter().flatten().collect();
        self.0.as_svg(Path::from_actions(&self.0, init, &actions)?)
    }

    fn within_boundary(&self, state: &Self::State) -> bool {
        Model::within_boundary(&self.0, state)
    }
}

impl<P: Explorable, L: Lens<P>, const N: usize> Describe for DescribedActors<P, L, N> {
    fn fields(&self, state: &Self::State) -> Vec<Field> {
        let world = &self.0.cfg;
        let members = state.actor_states.iter().zip(&state.timers_set);
        let sites = world.ids().zip(members);
        let sites = sites.filter_map(|(id, (member, timers))| {
            let (process, ledger) = member.as_ref().clone()?;
            let timers = timers.iter().copied().collect();
            Some(Site {
                id,
                process,
                ledger,
                timers,
            })
        });
        let of_nodes = sites.flat_map(|site| world.lens.site_fields(site.id, &site));
        let sent: BTreeSet<_> = state.network.iter_all().collect();
        let sent = sent.into_iter().map(|envelope| {
            let name = |id: Id| &self.0.actors[usize::from(id)];
            let (from, to) = (name(envelope.src), name(envelope.dst));
            format!("{:?} from {from} to {to}", envelope.msg)
        });
        let network = Field::of_all("network", Value::set(sent));
        of_nodes.chain([network]).collect()
    }

    fn step_name(&self, action: &Self::Action) -> String {
        let (id, input) = match action {
            ActorModelAction::Deliver { src, dst, msg } => (dst, self.0.cfg.arrives(*src, msg)),
            ActorModelAction::Timeout(id, timer) => (id, Some(Input::Timeout(*timer))),
            // The network neither drops, crashes nor draws lots.
            other => return format!("{other:?}"),
        };
        let name = input.map(|input| self.0.cfg.input_name(&input));
        let to = &self.0.actors[usize::from(*id)];
        format!("{to}: {}", name.unwrap_or_default())
    }
}

impl<P: Explorable, L: Lens<P>, const N: usize> fmt::Display for Member<P, L, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lens = &self.world.lens;
        match &self.who {
            Who::Node(me) => f.write_str(&lens.node_name(self.world.nodes[*me].id)),
            Who::Client(request, _) => write!(f, "client of {}", lens.request_name(request)),
        }
    }
}

impl<M, R> fmt::Debug for Letter<M, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

// Not derived: that would ask for `L: Clone`.
impl<P: Explorable, L: Lens<P>, const N: usize> Clone for Member<P, L, N> {
    fn clone(&self) -> Self {
        Self {
            who: self.who.clone(),
            world: Arc::clone(&self.world),
        }
    }
}
