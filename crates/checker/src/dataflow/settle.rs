//! The operator of the search that takes states in.

use super::packet::Packet;
use super::part::Part;
use super::search::SharedPart;
use super::standing::{Level, News, Stop, Told};
use crate::report::Reason;
use stateright::Model;
use std::hash::Hash;
use timely::dataflow::operators::Capability;

/// The operator that takes states in.
pub(super) struct Settle<M: Model> {
    shared: SharedPart<M>,
    /// For the round whose states arrive.
    capability: Option<Capability<u32>>,
}

impl<M> Settle<M>
where
    M: Model,
    M::State: Clone + Hash,
{
    pub(super) fn new(shared: SharedPart<M>, mut capability: Capability<u32>) -> Self {
        capability.downgrade(&1); // Nothing arrives in round 0.
        Self {
            shared,
            capability: Some(capability),
        }
    }

    pub(super) fn take(&self, round: u32, packets: &mut Vec<Packet>) {
        let shared = &mut *self.shared.borrow_mut();
        if round > shared.decided + 1 {
            shared.early.append(packets);
            return;
        }
        for packet in packets.drain(..) {
            shared.part.settle(&packet);
        }
    }

    pub(super) fn tell_of_taken(&self, tell: impl FnOnce(&Capability<u32>, Vec<Told>)) {
        let part = &mut self.shared.borrow_mut().part;
        let (taken, from) = (part.inbox.take_taken(), part.place.index as u32);
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

    pub(super) fn tell_that_stopped(&mut self, tell: impl FnOnce(&Capability<u32>, Vec<Told>)) {
        let mut shared = self.shared.borrow_mut();
        if shared.over.is_some() {
            self.capability = None;
        }
        let reason = shared.part.task.progress.stopped();
        let (Some(capability), Some(reason), false) = (&self.capability, reason, shared.has_told)
        else {
            return;
        };
        shared.has_told = true;
        let round = *capability.time();
        let stop = match reason {
            Reason::Elsewhere {
                process,
                why,
                is_interrupted,
            } => Stop {
                round,
                process: process as u32,
                why,
                is_interrupted,
            },
            own => Stop {
                round,
                process: shared.part.place.process() as u32,
                why: own.to_string(),
                is_interrupted: own == Reason::Interrupted,
            },
        };
        tell(capability, to_all(&shared.part, &News::Stopped(stop)));
    }

    pub(super) fn tell_of_level(
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
