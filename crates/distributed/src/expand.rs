//! The operator of the search that expands the states of a level, once all workers have
//! reported that the level is complete.

use super::dataflow::{Expanding, IsWhole, Send};
use super::failure::Cause;
use super::packet::Packet;
use super::partition::Partition;
use super::progress::{Decision, Message, Update};
use super::worker::{SharedWorker, WorkerState};
use stateright::Model;
use std::hash::Hash;
use std::sync::Arc;
use synod_checker::kernel::findings::{open_at, tell_nearest};
use synod_checker::progress::Phase;
use synod_checker::report::Reason;
use timely::dataflow::operators::Capability;

/// The operator that expands states.
pub(super) struct Expand<M: Model> {
    shared: SharedWorker<M>,
    /// Allows to send states of the round that is being expanded.
    capability: Option<Capability<u32>>,
    is_expanding: bool,
}

impl<M: Model> Expand<M> {
    /// The operator begins in round 0, in which the initial states are sent, or the states
    /// of a checkpoint.
    pub(super) const fn new(shared: SharedWorker<M>, capability: Capability<u32>) -> Self {
        Self {
            shared,
            capability: Some(capability),
            is_expanding: true,
        }
    }
}

impl<M> Expanding for Expand<M>
where
    M: Model,
    M::State: Clone + Hash,
{
    fn receive(&self, messages: &mut Vec<Message>) {
        let mut shared = self.shared.borrow_mut();
        for message in messages.drain(..) {
            if let Update::Acknowledged(bytes) = message.update {
                shared
                    .partition
                    .outbox
                    .acknowledge(message.from as usize, bytes);
            }
            shared.tracker.receive(message);
        }
        let WorkerState {
            partition, tracker, ..
        } = &*shared;
        if let Some(stop) = tracker.stopped() {
            partition.task.problem.progress.stop(Reason::Elsewhere {
                process: stop.process as usize,
                why: stop.why.clone(),
                is_interrupted: stop.is_interrupted,
            });
        }
    }

    fn work(&mut self, is_whole: IsWhole<'_>, send: Send<'_, Packet>) -> bool {
        let Some(capability) = &mut self.capability else {
            return false;
        };
        let round = *capability.time();
        let mut shared = self.shared.borrow_mut();
        let shared = &mut *shared;
        if !self.is_expanding {
            if !is_whole(&round) {
                return false;
            }
            if !decide(shared, round) {
                self.capability = None;
                return false;
            }
            self.is_expanding = true;
            // The other operator comes first: it may have messages to send or packets to
            // receive.
            return true;
        }
        if shared.is_beginning {
            send(capability, shared.partition.outbox.take_closed());
            return false; // Until more initial states are made.
        }
        let goes_on = shared.partition.task.problem.limits.goes_on();
        if goes_on && shared.partition.outbox.is_far_ahead() {
            return false; // Until other workers acknowledge bytes.
        }
        let has_more = if round == 0 {
            shared.checkpoints.is_resuming()
                && goes_on
                && shared.checkpoints.forward_some(&mut shared.partition)
        } else {
            goes_on && shared.partition.expand_some()
        };
        if !has_more {
            let Partition { task, outbox, .. } = &mut shared.partition;
            outbox.close_all(task);
        }
        send(capability, shared.partition.outbox.take_closed());
        if !has_more {
            capability.downgrade(&(round + 1));
            self.is_expanding = false;
        }
        has_more
    }
}

/// Decides after a level whether the run goes on; if so, saves a checkpoint when it is
/// time.
fn decide<M>(shared: &mut WorkerState<M>, round: u32) -> bool
where
    M: Model,
    M::State: Clone + Hash,
{
    let WorkerState {
        partition,
        tracker,
        checkpoints,
        ..
    } = &mut *shared;
    let task = Arc::clone(&partition.task);
    let (decision, remote) = tracker.conclude(round);
    let (nearest, intake) = (&tracker.progress.nearest, &mut partition.owned.intake);
    intake.open = open_at(intake.depth, &task.problem, nearest);
    tell_nearest(&task.problem, &tracker.progress.nearest);
    if partition.topology.is_first_here() {
        checkpoints.report_others(&task.problem.progress, remote, tracker.progress.depth());
    }
    if let Decision::GoOn { save } = decision {
        if let Some(limit) = task.problem.limits.max_states()
            && tracker.progress.states() > limit.get()
        {
            task.problem.progress.stop(Reason::StateLimit(limit));
        }
        checkpoints.tidy_up(tracker.saved, partition.topology);
        if save {
            let save = || checkpoints.save(partition, &tracker.progress, round);
            if let Err(error) = task.problem.progress.during(Phase::Saving, save) {
                task.problem.progress.could_not_save(&error);
            }
        }
        shared.decided = round;
        for packet in std::mem::take(&mut shared.early) {
            shared.partition.receive(&packet);
        }
        shared.activate_receive(); // It acknowledges those packets.
        return true;
    }
    if decision == Decision::Inconsistent {
        task.failure.set(Cause::Here(checkpoints.inconsistent()));
    }
    shared.final_decision = Some(decision);
    shared.activate_receive();
    false
}
