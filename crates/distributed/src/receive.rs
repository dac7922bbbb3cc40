//! The operator of the search that receives states, and that reports to the other workers.

use super::dataflow::{IsWhole, Receiving, Send};
use super::packet::Packet;
use super::partition::Partition;
use super::progress::{Level, Message, Stop, Update};
use super::worker::SharedWorker;
use stateright::Model;
use std::hash::Hash;
use synod_checker::report::Reason;
use timely::dataflow::operators::Capability;

/// The operator that receives states.
pub(super) struct Receive<M: Model> {
    shared: SharedWorker<M>,
    /// Allows to send messages of the round whose states arrive; none after the run.
    capability: Option<Capability<u32>>,
}

impl<M> Receiving for Receive<M>
where
    M: Model,
    M::State: Clone + Hash,
{
    fn take(&self, round: u32, packets: &mut Vec<Packet>) {
        let shared = &mut *self.shared.borrow_mut();
        if round > shared.decided + 1 {
            shared.early.append(packets);
            return;
        }
        for packet in packets.drain(..) {
            shared.partition.receive(&packet);
        }
    }

    fn work(&mut self, is_whole: IsWhole<'_>, tell: Send<'_, Message>) {
        self.acknowledge(tell);
        self.tell_that_stopped(tell);
        self.report_level(is_whole, tell);
    }
}

impl<M> Receive<M>
where
    M: Model,
    M::State: Clone + Hash,
{
    pub(super) fn new(shared: SharedWorker<M>, mut capability: Capability<u32>) -> Self {
        capability.downgrade(&1); // Nothing arrives in round 0.
        Self {
            shared,
            capability: Some(capability),
        }
    }

    /// Acknowledges the bytes that were taken in, to their senders.
    fn acknowledge(&self, tell: Send<'_, Message>) {
        let partition = &mut self.shared.borrow_mut().partition;
        let (taken, from) = (
            partition.inbox.take_unacknowledged(),
            partition.topology.index as u32,
        );
        let (false, Some(capability)) = (taken.is_empty(), &self.capability) else {
            return;
        };
        let messages = taken.into_iter().map(|(to, bytes)| Message {
            to: to as u32,
            from,
            update: Update::Acknowledged(bytes),
        });
        tell(capability, messages.collect());
    }

    /// Tells all workers, once, if the run was stopped in this process.
    fn tell_that_stopped(&mut self, tell: Send<'_, Message>) {
        let mut shared = self.shared.borrow_mut();
        if shared.final_decision.is_some() {
            self.capability = None;
        }
        let reason = shared.partition.task.problem.progress.stopped();
        let (Some(capability), Some(reason), false) =
            (&self.capability, reason, shared.has_told_stop)
        else {
            return;
        };
        shared.has_told_stop = true;
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
                process: shared.partition.topology.process() as u32,
                why: own.to_string(),
                is_interrupted: own == Reason::Interrupted,
            },
        };
        tell(
            capability,
            to_all(&shared.partition, &Update::Stopped(stop)),
        );
    }

    /// Sends the report of a level to all workers, once the level is complete.
    fn report_level(&mut self, is_whole: IsWhole<'_>, tell: Send<'_, Message>) {
        let Some(capability) = &mut self.capability else {
            return;
        };
        let round = *capability.time();
        if !is_whole(&round) {
            return;
        }
        let mut shared = self.shared.borrow_mut();
        let level = shared.partition.end_level(round);
        let level = Level {
            is_time_to_save: shared.checkpoints.is_time(shared.partition.topology),
            saved: shared.checkpoints.saved,
            resumed: shared.checkpoints.resumed.take(),
            ..level
        };
        tell(
            capability,
            to_all(&shared.partition, &Update::Level(Box::new(level))),
        );
        capability.downgrade(&(round + 1));
    }
}

/// A message to every worker, this one included.
fn to_all<M: Model>(partition: &Partition<M>, update: &Update) -> Vec<Message> {
    let topology = partition.topology;
    let message = |to: usize| Message {
        to: to as u32,
        from: topology.index as u32,
        update: update.clone(),
    };
    (0..topology.peers()).map(message).collect()
}
