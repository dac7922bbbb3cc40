//! The processes of a [`World`] as Stateright's actors: a second, independent harness for
//! the same code, with sequence diagrams in the Explorer.
//!
//! [`ActorModel`] applies all outputs of a handler at once, and keeps volatile state
//! through a crash. So there are no crashes here: they are for the [`World`]. Without
//! crashes and reductions the two models reach the same processes, as tests show. The
//! actors keep no history. They also differ in two points:
//!
//! - **Heartbeats** are sent when their timer fires, each time that it does.
//! - **Clients** that may make a request at any time are actors too. When the run begins,
//!   each has sent its request to all nodes that it may ask. Like any message, the request
//!   arrives at any time, any number of times, or never.
//!
//! [`World::as_actors`] makes the actors, [`processes`] reads their states, and
//! [`DescribedActors`] adds names for people:
//!
//! ```
//! # use synod_process::{Input, InputOf, Outputs, OutputsOf, Process};
//! # #[derive(Clone, Debug, PartialEq, Eq, Hash)]
//! # struct Greeter(usize);
//! # impl Process for Greeter {
//! #     type Id = u64;
//! #     type Settings = ();
//! #     type Ledger = ();
//! #     type Message = char;
//! #     type Request = char;
//! #     type Timer = ();
//! #     type Record = ();
//! #     type News = ();
//! #     type Action = ();
//! #     type Ignored = ();
//! #     fn recover((): &(), _: u64, (): ()) -> (Self, OutputsOf<Self>) {
//! #         (Self(0), Outputs::new())
//! #     }
//! #     fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
//! #         let mut out = Outputs::new();
//! #         match input {
//! #             Input::Propose(greeting) => out.send(2, greeting),
//! #             Input::Receive { .. } => self.0 = 1,
//! #             Input::Timeout(()) => {}
//! #         }
//! #         out
//! #     }
//! #     fn apply((): &mut (), (): ()) {}
//! # }
//! use stateright::Model;
//! use synod_world::actors::processes;
//! use synod_world::{ProcessSetup, World};
//!
//! // `Greeter` sends the greeting that a client requests to node 2.
//! let greeters = [ProcessSetup::<Greeter>::new(1, ()).asked(['a']), ProcessSetup::new(2, ())];
//! let actors = World::<_>::of(greeters).as_actors(|_, _| true);
//! let state = &actors.init_states()[0];
//! assert_eq!(processes(state).count(), 2);
//! assert_eq!(actors.next_states(state).len(), 1, "the client's request arrives");
//! ```

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
use synod_vocabulary::{Deed, Describe, Field, Happening, Message, Value};

/// The processes of a world and their clients, as a Stateright model, on a network that
/// loses, duplicates, delays and reorders messages. Shown in the [module](self)'s example.
pub type Actors<P, L = Plain, const N: usize = MAX_NODES> =
    ActorModel<Member<P, L, N>, Arc<World<P, L, N>>, ()>;

/// A state of [`Actors`]; [`processes`] reads it.
pub type ActorsState<P, L = Plain, const N: usize = MAX_NODES> =
    ActorModelState<Member<P, L, N>, ()>;

/// One actor of [`Actors`]: a node or a client. The nodes come first, so that a node has
/// the same position here as in the world.
pub struct Member<P: Explorable, L: Lens<P> = Plain, const N: usize = MAX_NODES> {
    role: Role<P::Request>,
    world: Arc<World<P, L, N>>,
}

/// The role of an actor; `R` is the type of requests.
#[derive(Clone)]
enum Role<R> {
    /// The process of the node at this position.
    Node(usize),
    /// A client that makes this request to the nodes at these positions.
    Client(R, Vec<usize>),
}

/// A message or a request between [`Actors`]. Its `Debug`, which Stateright's sequence
/// diagrams print, is the name that the lens gives it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Letter<M, R> {
    content: Content<M, R>,
    /// The name of the content.
    text: Arc<str>,
}

/// The [`Letter`] of processes of type `P`.
type LetterOf<P> = Letter<<P as Process>::Message, <P as Process>::Request>;

/// The content of a letter.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Content<M, R> {
    /// A message of the protocol.
    Message(M),
    /// A request of a client.
    Request(R),
}

/// The processes of the nodes in a state, in their order. Shown in the [module](self)'s
/// example.
pub fn processes<P: Explorable, L: Lens<P>, const N: usize>(
    state: &ActorsState<P, L, N>,
) -> impl Iterator<Item = &P> {
    let members = state.actor_states.iter();
    members.filter_map(|member| member.as_ref().as_ref().map(|(process, _)| process))
}

impl<P: Explorable, L: Lens<P>, const N: usize> World<P, L, N> {
    /// The processes of this world and their clients as Stateright's actors, without the
    /// world's claims. States for which `within_boundary` does not hold are left out.
    /// Shown in the example of [`actors`](crate::actors).
    pub fn as_actors(
        &self,
        within_boundary: fn(&Arc<Self>, &ActorsState<P, L, N>) -> bool,
    ) -> Actors<P, L, N> {
        let world = Arc::new(self.clone());
        let nodes = (0..self.nodes.len()).map(Role::Node);
        let members = nodes.chain(self.clients()).map(|role| Member {
            role,
            world: Arc::clone(&world),
        });
        let members: Vec<_> = members.collect();
        ActorModel::new(world, ())
            .actors(members)
            .init_network(Network::new_unordered_duplicating([]))
            .within_boundary(within_boundary)
    }

    /// The clients: one for each request.
    fn clients(&self) -> impl Iterator<Item = Role<P::Request>> {
        let mut asked = BTreeMap::<_, Vec<usize>>::new();
        for (position, node) in self.nodes.iter().enumerate() {
            for request in &node.asked {
                asked.entry(request.clone()).or_default().push(position);
            }
        }
        let asked = asked.into_iter();
        asked.map(|(request, of)| Role::Client(request, of))
    }
}

/// The state of an actor: a node's process and its ledger. A client has none: its request
/// is in the network.
type NodeState<P> = Option<(P, <P as Process>::Ledger)>;

impl<P: Explorable, L: Lens<P>, const N: usize> Actor for Member<P, L, N> {
    type Msg = LetterOf<P>;
    type Timer = P::Timer;
    type State = NodeState<P>;
    type Storage = ();
    type Random = ();

    fn on_start(&self, _: Id, _: &Option<()>, out: &mut Out<Self>) -> NodeState<P> {
        match &self.role {
            Role::Node(me) => Some(self.begin(&self.world.nodes[*me], out)),
            Role::Client(request, asked) => {
                for &to in asked {
                    self.send(to, Content::Request(request.clone()), out);
                }
                None
            }
        }
    }

    fn on_msg(
        &self,
        _: Id,
        state: &mut Cow<'_, NodeState<P>>,
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
        state: &mut Cow<'_, NodeState<P>>,
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

    fn take(&self, state: &mut Cow<'_, NodeState<P>>, input: InputOf<P>, out: &mut Out<Self>) {
        let Some((mut process, mut ledger)) = state.as_ref().clone() else {
            return; // A client: no process sends it anything.
        };
        self.carry_out(process.handle(input), &mut ledger, out);
        let next = Some((process, ledger));
        // If nothing has changed the state stays borrowed: to Stateright it is no step then.
        if next != *state.as_ref() {
            *state.to_mut() = next;
        }
    }

    fn carry_out(&self, outputs: OutputsOf<P>, ledger: &mut P::Ledger, out: &mut Out<Self>) {
        for output in outputs.outputs {
            match output {
                Output::Send { to, message } => {
                    if let Some(to) = self.world.ids().position(|id| id == to) {
                        self.send(to, Content::Message(message), out);
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

    fn send(&self, to: usize, content: Content<P::Message, P::Request>, out: &mut Out<Self>) {
        let text = match &content {
            Content::Message(message) => self.world.lens.message_name(message),
            Content::Request(request) => self.world.lens.request_name(request),
        };
        let text = text.into();
        out.send(to.into(), Letter { content, text });
    }

    fn may_fire(&self, timer: P::Timer) -> bool {
        matches!(self.role, Role::Node(me) if self.world.nodes[me].may_fire(timer))
    }
}

impl<P: Explorable, L: Lens<P>, const N: usize> World<P, L, N> {
    /// The input that a letter is when it arrives.
    fn arrives(&self, from: Id, letter: &LetterOf<P>) -> Option<InputOf<P>> {
        Some(match letter.content.clone() {
            Content::Message(message) => Input::Receive {
                from: self.nodes.get(usize::from(from))?.id,
                message,
            },
            Content::Request(request) => Input::Propose(request),
        })
    }
}

/// [`Actors`] with a description for people ([`Describe`]): the names are those of the
/// lens.
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
                not_durable: Vec::new(),
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

    fn processes(&self) -> Vec<String> {
        let world = &self.0.cfg;
        world.ids().map(|id| world.lens.node_name(id)).collect()
    }

    fn may_arrive(&self, state: &Self::State) -> Vec<Message> {
        let sent: BTreeSet<_> = state.network.iter_all().collect();
        let sent = sent.into_iter();
        sent.filter_map(|sent| self.drawn(sent.src, sent.dst, sent.msg))
            .collect()
    }

    fn deed(&self, action: &Self::Action) -> Deed {
        let (id, receives, happens) = match action {
            ActorModelAction::Deliver { src, dst, msg } => {
                let receives = self.drawn(*src, *dst, msg);
                let happens = match receives {
                    Some(_) => Happening::Acts,
                    None => Happening::Request,
                };
                (dst, receives, happens)
            }
            ActorModelAction::Timeout(id, _) => (id, None, Happening::Timer),
            _ => return Deed::default(),
        };
        Deed {
            process: Some(self.0.actors[usize::from(*id)].to_string()),
            receives,
            happens,
        }
    }

    fn step_name(&self, action: &Self::Action) -> String {
        let (id, input) = match action {
            ActorModelAction::Deliver { src, dst, msg } => (dst, self.0.cfg.arrives(*src, msg)),
            ActorModelAction::Timeout(id, timer) => (id, Some(Input::Timeout(*timer))),
            // Other actions are drops, crashes and random choices: this model has none.
            other => return format!("{other:?}"),
        };
        let name = input.map(|input| self.0.cfg.input_name(&input));
        let to = &self.0.actors[usize::from(*id)];
        format!("{to}: {}", name.unwrap_or_default())
    }
}

impl<P: Explorable, L: Lens<P>, const N: usize> DescribedActors<P, L, N> {
    /// A message for a page; none if the letter is a request of a client.
    fn drawn(&self, from: Id, to: Id, letter: &LetterOf<P>) -> Option<Message> {
        let name = |id: Id| self.0.actors[usize::from(id)].to_string();
        match letter.content {
            Content::Message(_) => {
                Some(Message::new(&*letter.text).from(name(from)).to([name(to)]))
            }
            Content::Request(_) => None,
        }
    }
}

impl<P: Explorable, L: Lens<P>, const N: usize> fmt::Display for Member<P, L, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lens = &self.world.lens;
        match &self.role {
            Role::Node(me) => f.write_str(&lens.node_name(self.world.nodes[*me].id)),
            Role::Client(request, _) => write!(f, "client of {}", lens.request_name(request)),
        }
    }
}

impl<M, R> fmt::Debug for Letter<M, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

// Not derived: a derived `Clone` would require `L: Clone`.
impl<P: Explorable, L: Lens<P>, const N: usize> Clone for Member<P, L, N> {
    fn clone(&self) -> Self {
        Self {
            role: self.role.clone(),
            world: Arc::clone(&self.world),
        }
    }
}
