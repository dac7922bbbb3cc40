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

use super::expand::Expand;
use super::packet::Packet;
use super::progress::Message;
use super::receive::Receive;
use super::worker::SharedWorker;
use stateright::Model;
use std::hash::Hash;
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

/// Builds the dataflow of a worker. It runs when the worker steps.
pub(super) fn build<M>(worker: &mut Worker, shared: &SharedWorker<M>)
where
    M: Model + 'static,
    M::State: Clone + Hash,
{
    let activations = worker.activations();
    worker.dataflow::<u32, _, _>(|scope| {
        let (back, packets) = scope.feedback::<Vec<Packet>>(1);
        let receiving = Rc::clone(shared);
        let to_owner = Exchange::new(|packet: &Packet| u64::from(packet.to));
        let messages =
            packets.unary_frontier::<Messages, _, _, _>(to_owner, "Receive", |capability, info| {
                let activator = Activator::new(info.address, Rc::clone(&activations));
                receiving.borrow_mut().receive = Some(activator);
                let mut receive = Receive::new(receiving, capability);
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
                    receive.acknowledge(&mut tell);
                    receive.tell_that_stopped(&mut tell);
                    receive.report_level(|round| !frontier.less_equal(round), tell);
                }
            });
        let expanding = Rc::clone(shared);
        let to_each = Exchange::new(|message: &Message| u64::from(message.to));
        let reached =
            messages.unary_frontier::<Packets, _, _, _>(to_each, "Expand", |capability, info| {
                let again = Activator::new(Rc::clone(&info.address), Rc::clone(&activations));
                expanding.borrow_mut().expand = Some(Activator::new(info.address, activations));
                let mut expand = Expand::new(expanding, capability);
                move |(input, frontier), output| {
                    input.for_each(|_, messages| expand.receive(messages));
                    let is_whole = |round: &u32| !frontier.less_equal(round);
                    let has_more = expand.work(is_whole, |capability, packets| {
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
