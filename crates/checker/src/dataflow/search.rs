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

use super::packet::Packet;
use super::part::Part;
use super::saving::Saving;
use super::standing::{Decision, Hearing, Level, News, Told};
use crate::report::Reason;
use stateright::Model;
use std::cell::RefCell;
use std::hash::Hash;
use std::rc::Rc;
use std::sync::Arc;
use timely::container::CapacityContainerBuilder;
use timely::dataflow::channels::pact::Exchange;
use timely::dataflow::operators::generic::operator::Operator;
use timely::dataflow::operators::{Capability, ConnectLoop, Feedback};
use timely::scheduling::Activator;
use timely::worker::Worker;

/// What the operators of a worker share.
pub(super) struct Shared<M: Model> {
    pub(super) part: Part<M>,
    pub(super) hearing: Hearing,
    pub(super) saving: Saving<M>,
    /// Set when the run is over.
    pub(super) over: Option<Decision>,
    /// The round after which this worker has decided last.
    decided: u32,
    /// What arrived from workers that have decided earlier, of the round after:
    /// a checkpoint that is written meanwhile must not know of it.
    early: Vec<Packet>,
    /// Whether the others know that this worker has stopped.
    has_told: bool,
    /// Settle, which has to be asked to look around.
    settle: Option<Activator>,
}

type SharedPart<M> = Rc<RefCell<Shared<M>>>;

/// Builders of what goes along the edges.
type Packets = CapacityContainerBuilder<Vec<Packet>>;
type Tellings = CapacityContainerBuilder<Vec<Told>>;

impl<M: Model> Shared<M> {
    pub(super) const fn new(part: Part<M>, hearing: Hearing, saving: Saving<M>) -> Self {
        Self {
            part,
            hearing,
            saving,
            over: None,
            decided: 0,
            early: Vec::new(),
            has_told: false,
            settle: None,
        }
    }

    /// Somebody may have stopped the run: whoever does has to tell.
    pub(super) fn look_around(&self) {
        let must_tell = !self.has_told && self.part.task.progress.stopped().is_some();
        if let (true, Some(settle)) = (must_tell, &self.settle) {
            settle.activate();
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
                    input.for_each_stamp(|capability, packets| {
                        let round = capability.least().copied().unwrap_or_default();
                        packets.for_each(|packets| settle.take(round, packets));
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
                let again = Activator::new(info.address, activations);
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

/// The operator that takes states in.
struct Settle<M: Model> {
    shared: SharedPart<M>,
    /// For the round whose states arrive.
    capability: Option<Capability<u32>>,
}

impl<M> Settle<M>
where
    M: Model,
    M::State: Clone + Hash,
{
    fn new(shared: SharedPart<M>, mut capability: Capability<u32>) -> Self {
        capability.downgrade(&1); // Nothing arrives in round 0.
        Self {
            shared,
            capability: Some(capability),
        }
    }

    fn take(&self, round: u32, packets: &mut Vec<Packet>) {
        let shared = &mut *self.shared.borrow_mut();
        if round > shared.decided + 1 {
            shared.early.append(packets);
            return;
        }
        for packet in packets.drain(..) {
            shared.part.settle(&packet);
        }
    }

    fn tell_of_taken(&self, tell: impl FnOnce(&Capability<u32>, Vec<Told>)) {
        let part = &mut self.shared.borrow_mut().part;
        let (taken, from) = (part.take_taken(), part.place.index as u32);
        let (false, Some(capability)) = (taken.is_empty(), &self.capability) else {
            return;
        };
        let told = taken.into_iter().map(|(to, bytes)| Told {
            to: to as u32,
            from,
            news: News::Taken(bytes),
        });
        tell(capability, told.collect());
    }

    fn tell_that_stopped(&mut self, tell: impl FnOnce(&Capability<u32>, Vec<Told>)) {
        let mut shared = self.shared.borrow_mut();
        if shared.over.is_some() {
            self.capability = None;
        }
        let (Some(capability), Some(reason)) = (
            &self.capability,
            shared
                .part
                .task
                .progress
                .stopped()
                .filter(|_| !shared.has_told),
        ) else {
            return;
        };
        shared.has_told = true;
        let why = News::Stopped(*capability.time(), reason.to_string());
        tell(capability, to_all(&shared.part, &why));
    }

    fn tell_of_level(
        &mut self,
        is_whole: impl FnOnce(&u32) -> bool,
        tell: impl FnOnce(&Capability<u32>, Vec<Told>),
    ) {
        let Some(capability) = &mut self.capability else {
            return;
        };
        let round = *capability.time();
        if !is_whole(&round) {
            return;
        }
        let mut shared = self.shared.borrow_mut();
        let level = shared.part.end_level(round);
        let level = Level {
            is_time_to_save: shared.saving.is_time(shared.part.place),
            saved: shared.saving.saved,
            resumed: shared.saving.resumed.take(),
            ..level
        };
        tell(
            capability,
            to_all(&shared.part, &News::Level(Box::new(level))),
        );
        capability.downgrade(&(round + 1));
    }
}

/// The same news to every worker.
fn to_all<M: Model>(part: &Part<M>, news: &News) -> Vec<Told> {
    let place = part.place;
    let told = |to: usize| Told {
        to: to as u32,
        from: place.index as u32,
        news: news.clone(),
    };
    (0..place.peers()).map(told).collect()
}

/// The operator that expands states.
struct Expand<M: Model> {
    shared: SharedPart<M>,
    /// For the round whose states are expanded.
    capability: Option<Capability<u32>>,
    is_expanding: bool,
}

impl<M> Expand<M>
where
    M: Model,
    M::State: Clone + Hash,
{
    /// In round 0 the initial states are sent, or those of a checkpoint.
    const fn new(shared: SharedPart<M>, capability: Capability<u32>) -> Self {
        Self {
            shared,
            capability: Some(capability),
            is_expanding: true,
        }
    }

    fn hear(&self, tellings: &mut Vec<Told>) {
        let mut shared = self.shared.borrow_mut();
        for told in tellings.drain(..) {
            if let News::Taken(bytes) = told.news {
                shared.part.hear_of_taken(told.from as usize, bytes);
            }
            shared.hearing.hear(told);
        }
        let Shared { part, hearing, .. } = &*shared;
        if let Some((from, why)) = hearing.stopped() {
            let process = part.place.process_of(from as usize);
            let why = why.to_owned();
            part.task.progress.stop(Reason::Elsewhere { process, why });
        }
    }

    /// Does some of what there is to do; whether there is more.
    fn work(
        &mut self,
        is_whole: impl FnOnce(&u32) -> bool,
        send: impl FnOnce(&Capability<u32>, Vec<Packet>),
    ) -> bool {
        let Some(capability) = &mut self.capability else {
            return false;
        };
        let round = *capability.time();
        let mut shared = self.shared.borrow_mut();
        if !self.is_expanding {
            if !is_whole(&round) {
                return false;
            }
            if !decide(&mut shared, round) {
                self.capability = None;
                return false;
            }
            self.is_expanding = true;
            // What is expanded is sent when there is more of it.
            return true;
        }
        let goes_on = shared.part.task.limits.goes_on();
        if goes_on && shared.part.is_far_ahead() {
            return false; // Until somebody says that he has taken it.
        }
        let has_more = if round == 0 {
            begin(&mut shared)
        } else {
            goes_on && shared.part.expand_some()
        };
        if !has_more {
            shared.part.close_packets();
        }
        send(capability, shared.part.take_full().collect());
        if !has_more {
            capability.downgrade(&(round + 1));
            self.is_expanding = false;
        }
        has_more
    }
}

/// Sends what an earlier run has left, or the initial states; whether there is
/// more.
fn begin<M>(shared: &mut Shared<M>) -> bool
where
    M: Model,
    M::State: Clone + Hash,
{
    let Shared { part, saving, .. } = shared;
    if saving.is_resuming() {
        return saving.forward_some(part);
    }
    if part.place.index == 0 {
        part.begin();
    }
    false
}

/// After a level: whether the run goes on.
fn decide<M>(shared: &mut Shared<M>, round: u32) -> bool
where
    M: Model,
    M::State: Clone + Hash,
{
    let Shared {
        part,
        hearing,
        saving,
        ..
    } = &mut *shared;
    let task = Arc::clone(&part.task);
    let (decision, abroad) = hearing.conclude(round);
    part.open = hearing.open();
    if part.place.is_first_here() {
        saving.tell_of_others(&task.progress, abroad, hearing.standing.depth());
    }
    if let Decision::GoOn { save } = decision {
        if let Some(limit) = task.options.max_states
            && hearing.standing.states() > limit.get()
        {
            task.progress.stop(Reason::StateLimit(limit));
        }
        saving.tidy_up(hearing.saved, part.place);
        if save && let Err(error) = saving.save(part, &hearing.standing, round) {
            task.progress.stop(Reason::Checkpoint(error.kind()));
        }
        shared.decided = round;
        for packet in std::mem::take(&mut shared.early) {
            shared.part.settle(&packet);
        }
        return true;
    }
    shared.over = Some(decision);
    if let Some(settle) = &shared.settle {
        settle.activate();
    }
    false
}
