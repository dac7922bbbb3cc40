//! The search as a dataflow: a loop of two operators.
//!
//! ```text
//!        packets of states, to their owners           each worker's report of
//!   ┌──────────────────────────────────▶ Receive ────────────────────────────┐
//!   │                                                   the level, to all    │
//!   └───── + 1 ◀───────────────────────── Expand ◀───────────────────────────┘
//! ```
//!
//! The time of the dataflow is the round, and each round is a level of the search.
//! *Receive* takes states that were reached; the new ones join the frontier. Timely's
//! progress tracking tells when no state of the round can arrive any more: then the level
//! is complete on all workers, and each worker sends its report of the level to all.
//! *Expand* waits for the reports of all workers. So all workers have the same data and
//! make the same decision. Then it expands the frontier, a chunk at a time, so that
//! packets that arrive meanwhile are received and do not pile up. It pauses while too
//! many bytes are on their way to a slower worker.

use super::packet::Packet;
use super::progress::Message;
use std::rc::Rc;
use timely::container::CapacityContainerBuilder;
use timely::dataflow::channels::pact::Exchange;
use timely::dataflow::operators::generic::operator::Operator;
use timely::dataflow::operators::{Capability, ConnectLoop, Feedback};
use timely::scheduling::Activator;
use timely::worker::Worker;

/// Builders of the batches that go along the two edges.
type Packets = CapacityContainerBuilder<Vec<Packet>>;
type Messages = CapacityContainerBuilder<Vec<Message>>;

/// A worker of the search, of whatever model. Timely's code is compiled for every type of
/// operator; behind this border it is compiled once, and not once for each model.
pub(super) trait Search {
    /// The operator Receive, and what activates it.
    fn receive(&self, activator: Activator, capability: Capability<u32>) -> Box<dyn Receiving>;
    /// The operator Expand, and what activates it.
    fn expand(&self, activator: Activator, capability: Capability<u32>) -> Box<dyn Expanding>;
}

/// Sends items with a capability.
pub(super) type Send<'s, T> = &'s mut dyn FnMut(&Capability<u32>, Vec<T>);

/// Whether nothing can arrive any more at a round.
pub(super) type IsWhole<'s> = &'s dyn Fn(&u32) -> bool;

/// The operator Receive.
pub(super) trait Receiving {
    /// Receives packets; those of the next round wait.
    fn take(&self, round: u32, packets: &mut Vec<Packet>);
    /// Sends what the worker has to say: which bytes were taken in, that the run was stopped
    /// in this process, and its report of a level, once that is whole.
    fn work(&mut self, is_whole: IsWhole<'_>, tell: Send<'_, Message>);
}

/// The operator Expand.
pub(super) trait Expanding {
    /// Takes in the messages of all workers.
    fn receive(&self, messages: &mut Vec<Message>);
    /// Does a part of the work of the round; returns whether more can be done at once.
    fn work(&mut self, is_whole: IsWhole<'_>, send: Send<'_, Packet>) -> bool;
}

/// Builds the dataflow of a worker. It runs when the worker steps.
pub(super) fn build(worker: &mut Worker, search: &dyn Search) {
    let activations = worker.activations();
    worker.dataflow::<u32, _, _>(|scope| {
        let (back, packets) = scope.feedback::<Vec<Packet>>(1);
        let to_owner = Exchange::new(|packet: &Packet| u64::from(packet.to));
        let messages =
            packets.unary_frontier::<Messages, _, _, _>(to_owner, "Receive", |capability, info| {
                let activator = Activator::new(info.address, Rc::clone(&activations));
                let mut receive = search.receive(activator, capability);
                move |(input, frontier), output| {
                    // In the order of arrival: the states of a packet may refer to the
                    // context of earlier ones.
                    input.for_each(|capability, packets| {
                        let round = capability.least().copied().unwrap_or_default();
                        receive.take(round, packets);
                    });
                    let mut tell = |capability: &Capability<u32>, messages: Vec<Message>| {
                        let mut session = output.session(capability);
                        session.give_iterator(messages.into_iter());
                    };
                    receive.work(&|round| !frontier.less_equal(round), &mut tell);
                }
            });
        let to_each = Exchange::new(|message: &Message| u64::from(message.to));
        let reached =
            messages.unary_frontier::<Packets, _, _, _>(to_each, "Expand", |capability, info| {
                let again = Activator::new(Rc::clone(&info.address), Rc::clone(&activations));
                let activator = Activator::new(info.address, activations);
                let mut expand = search.expand(activator, capability);
                move |(input, frontier), output| {
                    input.for_each(|_, messages| expand.receive(messages));
                    let is_whole = |round: &u32| !frontier.less_equal(round);
                    let has_more = expand.work(&is_whole, &mut |capability, packets| {
                        output
                            .session(capability)
                            .give_iterator(packets.into_iter());
                    });
                    if has_more {
                        again.activate();
                    }
                }
            });
        reached.connect_loop(back);
    });
}
