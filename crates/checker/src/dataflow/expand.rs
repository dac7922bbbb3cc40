//! The operator of the search that expands states, once it has heard from all
//! that their level is whole and what follows.

use super::failure::Cause;
use super::packet::Packet;
use super::part::Part;
use super::search::{Shared, SharedPart};
use super::standing::{Decision, News, Told};
use crate::progress::Phase;
use crate::report::Reason;
use stateright::Model;
use std::hash::Hash;
use std::sync::Arc;
use timely::dataflow::operators::Capability;

/// The operator that expands states.
pub(super) struct Expand<M: Model> {
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
    pub(super) const fn new(shared: SharedPart<M>, capability: Capability<u32>) -> Self {
        Self {
            shared,
            capability: Some(capability),
            is_expanding: true,
        }
    }

    pub(super) fn hear(&self, tellings: &mut Vec<Told>) {
        let mut shared = self.shared.borrow_mut();
        for told in tellings.drain(..) {
            if let News::Taken(bytes) = told.news {
                shared.part.outbox.hear_of_taken(told.from as usize, bytes);
            }
            shared.hearing.hear(told);
        }
        let Shared { part, hearing, .. } = &*shared;
        if let Some(stop) = hearing.stopped() {
            part.task.progress.stop(Reason::Elsewhere {
                process: stop.process as usize,
                why: stop.why.clone(),
                is_interrupted: stop.is_interrupted,
            });
        }
    }

    /// Does some of what there is to do; whether there is more.
    pub(super) fn work(
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
            // Others come first: there may be something to tell, or to settle.
            return true;
        }
        if shared.is_beginning {
            send(capability, shared.part.outbox.take_closed());
            return false; // Until there are more initial states.
        }
        let goes_on = shared.part.task.limits.goes_on();
        if goes_on && shared.part.outbox.is_far_ahead() {
            return false; // Until somebody says that he has taken it.
        }
        let has_more = if round == 0 {
            shared.saving.is_resuming() && goes_on && forward_some(&mut shared)
        } else {
            goes_on && shared.part.expand_some()
        };
        if !has_more {
            let Part { task, outbox, .. } = &mut shared.part;
            outbox.close_all(task);
        }
        send(capability, shared.part.outbox.take_closed());
        if !has_more {
            capability.downgrade(&(round + 1));
            self.is_expanding = false;
        }
        has_more
    }
}

/// Sends some of what an earlier run has left; whether there is more.
fn forward_some<M>(shared: &mut Shared<M>) -> bool
where
    M: Model,
    M::State: Clone + Hash,
{
    shared.saving.forward_some(&mut shared.part)
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
    part.open = hearing.open(task.properties.len());
    for (property, nearest) in task.properties.iter().zip(&hearing.standing.nearest) {
        if let Some((depth, _)) = nearest {
            task.progress.found(property, depth - 1);
        }
    }
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
        if save {
            let save = || saving.save(part, &hearing.standing, round);
            if let Err(error) = task.progress.during(Phase::Saving, save) {
                task.progress.could_not_save(&error);
            }
        }
        shared.decided = round;
        for packet in std::mem::take(&mut shared.early) {
            shared.part.settle(&packet);
        }
        activate_settle(shared); // It has to say what was taken.
        return true;
    }
    if decision == Decision::Unfit {
        task.failure.set(Cause::Here(saving.unfit()));
    }
    shared.over = Some(decision);
    activate_settle(shared);
    false
}

fn activate_settle<M: Model>(shared: &Shared<M>) {
    if let Some(settle) = &shared.settle {
        settle.activate();
    }
}
