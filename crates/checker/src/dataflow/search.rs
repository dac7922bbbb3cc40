//! The search as a dataflow: a loop of two operators.
//!
//! ```text
//!        packets of states, to their owners            what each worker knows
//!   ┌──────────────────────────────────▶ Settle ─────────────────────────────┐
//!   │                                                  of the level, to all  │
//!   └───── + 1 ◀───────────────────────── Expand ◀───────────────────────────┘
//! ```
//!
//! The time of the dataflow is the round, and each round is a level. *Settle*
//! takes states that were reached: the new ones wait. When no state of the
//! round can arrive any more, which is what Timely's progress tracking tells,
//! the level is whole everywhere, and each worker tells all what it knows of
//! it. *Expand* waits until it has heard of the round from everybody: so all
//! workers decide the same. Then it expands what waits, a chunk at a time, so
//! that what arrives meanwhile is settled and does not pile up; and it pauses
//! while too much is on its way to somebody who is slower.

use super::expand::Expand;
use super::packet::Packet;
use super::part::Part;
use super::saving::Saving;
use super::settle::Settle;
use super::standing::{Decision, Hearing, Told};
use stateright::Model;
use std::cell::RefCell;
use std::hash::Hash;
use std::rc::Rc;
use timely::container::CapacityContainerBuilder;
use timely::dataflow::channels::pact::Exchange;
use timely::dataflow::operators::generic::operator::Operator;
use timely::dataflow::operators::{ConnectLoop, Feedback};
use timely::scheduling::Activator;
use timely::worker::Worker;

/// What the operators of a worker share.
pub(super) struct Shared<M: Model> {
    pub(super) part: Part<M>,
    pub(super) hearing: Hearing,
    pub(super) saving: Saving<M>,
    /// Whether initial states are still being made, by this worker.
    pub(super) is_beginning: bool,
    /// Set when the run is over.
    pub(super) over: Option<Decision>,
    /// The round after which this worker has decided last.
    pub(super) decided: u32,
    /// What arrived from workers that have decided earlier, of the round after:
    /// a checkpoint that is written meanwhile must not know of it.
    pub(super) early: Vec<Packet>,
    /// Whether the others know that this worker has stopped.
    pub(super) has_told: bool,
    /// Settle, which has to be asked to look around.
    pub(super) settle: Option<Activator>,
    /// Expand, which has to be asked to send initial states.
    pub(super) expand: Option<Activator>,
}

pub(super) type SharedPart<M> = Rc<RefCell<Shared<M>>>;

/// Builders of what goes along the edges.
type Packets = CapacityContainerBuilder<Vec<Packet>>;
type Tellings = CapacityContainerBuilder<Vec<Told>>;

impl<M: Model> Shared<M> {
    pub(super) const fn new(
        part: Part<M>,
        hearing: Hearing,
        saving: Saving<M>,
        is_beginning: bool,
    ) -> Self {
        Self {
            is_beginning,
            part,
            hearing,
            saving,
            over: None,
            decided: 0,
            early: Vec::new(),
            has_told: false,
            settle: None,
            expand: None,
        }
    }

    /// Somebody may have stopped the run: whoever does has to tell.
    pub(super) fn look_around(&self) {
        let must_tell = !self.has_told && self.part.task.progress.stopped().is_some();
        if let (true, Some(settle)) = (must_tell, &self.settle) {
            settle.activate();
        }
    }

    /// There are initial states to send, or the last was made.
    pub(super) fn activate_expand(&self) {
        if let Some(expand) = &self.expand {
            expand.activate();
        }
    }
}

/// Builds the dataflow; it runs as the worker steps.
pub(super) fn build<M>(worker: &mut Worker, shared: &SharedPart<M>)
where
    M: Model + 'static,
    M::State: Clone + Hash,
{
    let activations = worker.activations();
    worker.dataflow::<u32, _, _>(|scope| {
        let (back, packets) = scope.feedback::<Vec<Packet>>(1);
        let settling = Rc::clone(shared);
        let to_owner = Exchange::new(|packet: &Packet| u64::from(packet.to));
        let tellings =
            packets.unary_frontier::<Tellings, _, _, _>(to_owner, "Settle", |capability, info| {
                let activator = Activator::new(info.address, Rc::clone(&activations));
                settling.borrow_mut().settle = Some(activator);
                let mut settle = Settle::new(settling, capability);
                move |(input, frontier), output| {
                    // In the order in which they came: later packets refer to
                    // what earlier ones have told.
                    input.for_each(|capability, packets| {
                        let round = capability.least().copied().unwrap_or_default();
                        settle.take(round, packets);
                    });
                    settle.tell_of_taken(|capability, told| {
                        output.session(capability).give_iterator(told.into_iter());
                    });
                    settle.tell_that_stopped(|capability, told| {
                        output.session(capability).give_iterator(told.into_iter());
                    });
                    let is_whole = |round: &u32| !frontier.less_equal(round);
                    settle.tell_of_level(is_whole, |capability, told| {
                        output.session(capability).give_iterator(told.into_iter());
                    });
                }
            });
        let expanding = Rc::clone(shared);
        let to_each = Exchange::new(|told: &Told| u64::from(told.to));
        let reached =
            tellings.unary_frontier::<Packets, _, _, _>(to_each, "Expand", |capability, info| {
                let again = Activator::new(Rc::clone(&info.address), Rc::clone(&activations));
                expanding.borrow_mut().expand = Some(Activator::new(info.address, activations));
                let mut expand = Expand::new(expanding, capability);
                move |(input, frontier), output| {
                    input.for_each(|_, tellings| expand.hear(tellings));
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
