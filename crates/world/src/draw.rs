//! What a page draws of a world: the messages that may arrive, and what a step does.

use crate::event::{Event, EventOf};
use crate::lens::Lens;
use crate::lives::losses;
use crate::network::Envelope;
use crate::node::Explorable;
use crate::state::State;
use crate::world::World;
use synod_process::{Input, InputOf};
use synod_vocabulary::{Deed, Happening, Message};

impl<P: Explorable, L: Lens<P>, const N: usize> World<P, L, N> {
    /// What is on its way, each copy once, and the heartbeats, which are taken as sent. Where
    /// the network keeps an order, the messages from one process to another are in that order.
    pub(crate) fn drawn_messages(&self, state: &State<N>) -> Vec<Message> {
        let mut sent: Vec<_> = self.messages(state).collect();
        if !self.network.keeps_order() {
            sent.sort(); // The order of the list depends on which thread was first.
        }
        let sent = sent
            .into_iter()
            .map(|Envelope { to, from, message }| self.drawn_message(*from, *to, message));
        sent.chain(self.drawn_heartbeats(state)).collect()
    }

    fn drawn_heartbeats(&self, state: &State<N>) -> impl Iterator<Item = Message> {
        let senders = state.sites.into_iter().take(self.nodes.len());
        let inputs = senders.flat_map(|site| self.known.facts(site).heartbeats.iter());
        inputs.flat_map(|&input| {
            let Input::Receive { from, message } = self.known.messages.input(input) else {
                return Vec::new();
            };
            let others = self.ids().filter(|to| to != from);
            others
                .map(|to| self.drawn_message(*from, to, message))
                .collect()
        })
    }

    fn drawn_message(&self, from: P::Id, to: P::Id, message: &P::Message) -> Message {
        Message::new(self.lens.message_name(message))
            .from(self.lens.node_name(from))
            .to([self.lens.node_name(to)])
    }

    pub(crate) fn drawn_deed(&self, event: &EventOf<P>) -> Deed {
        let deed = |id: P::Id, input: Option<&InputOf<P>>, happens| Deed {
            process: Some(self.lens.node_name(id)),
            receives: input.and_then(|input| match input {
                Input::Receive { from, message } => Some(self.drawn_message(*from, id, message)),
                Input::Timeout(_) | Input::Propose(_) => None,
            }),
            happens,
        };
        match event {
            Event::Handle(id, input) => deed(*id, Some(input), self.happening(*id, input)),
            Event::Crash { id, during, cuts } => {
                let happens = match losses(cuts) {
                    0 => Happening::Crash,
                    _ => Happening::LosesLedger,
                };
                deed(*id, during.as_ref(), happens)
            }
            Event::Break(..) => Deed {
                happens: Happening::SessionEnds,
                ..Deed::default()
            },
        }
    }

    fn happening(&self, id: P::Id, input: &InputOf<P>) -> Happening {
        match input {
            Input::Timeout(_) => Happening::Timer,
            Input::Propose(request) if self.nodes[self.position(id)].asked.contains(request) => {
                Happening::Request
            }
            // Other proposals tell the process of its sessions and its disk.
            Input::Propose(_) | Input::Receive { .. } => Happening::Acts,
        }
    }
}
