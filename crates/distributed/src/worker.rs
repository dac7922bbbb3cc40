//! The state of a worker, which its operators share.

use super::checkpoint::Checkpoints;
use super::packet::Packet;
use super::partition::Partition;
use super::progress::{Decision, Tracker};
use stateright::Model;
use std::cell::RefCell;
use std::rc::Rc;
use timely::scheduling::Activator;

/// The state of a worker.
pub(super) struct WorkerState<M: Model> {
    pub(super) partition: Partition<M>,
    pub(super) tracker: Tracker,
    pub(super) checkpoints: Checkpoints<M>,
    /// Whether this worker is still making the initial states.
    pub(super) is_beginning: bool,
    /// The decision by which the run has ended; none while it goes on.
    pub(super) final_decision: Option<Decision>,
    /// The last round after which this worker has decided.
    pub(super) decided: u32,
    /// Packets of the next round, from workers that have decided earlier than this one.
    /// They wait, because a checkpoint that is written meanwhile must not include them.
    pub(super) early: Vec<Packet>,
    /// Whether this worker has told the others that it has stopped.
    pub(super) has_told_stop: bool,
    /// Activates the operator that receives, when it has a message to send.
    pub(super) receive: Option<Activator>,
    /// Activates the operator that expands, when it has initial states to send.
    pub(super) expand: Option<Activator>,
}

pub(super) type SharedWorker<M> = Rc<RefCell<WorkerState<M>>>;

impl<M: Model> WorkerState<M> {
    pub(super) const fn new(
        partition: Partition<M>,
        tracker: Tracker,
        checkpoints: Checkpoints<M>,
        is_beginning: bool,
    ) -> Self {
        Self {
            is_beginning,
            partition,
            tracker,
            checkpoints,
            final_decision: None,
            decided: 0,
            early: Vec::new(),
            has_told_stop: false,
            receive: None,
            expand: None,
        }
    }

    /// If the run was stopped in this process and the others do not know it yet, makes this
    /// worker tell them.
    pub(super) fn notice_stop(&self) {
        let must_tell =
            !self.has_told_stop && self.partition.task.problem.progress.stopped().is_some();
        if must_tell {
            self.activate_receive();
        }
    }

    /// Activates the operator that receives: it has to acknowledge packets, to say that the
    /// worker has stopped, or to end.
    pub(super) fn activate_receive(&self) {
        self.receive.iter().for_each(Activator::activate);
    }

    /// Activates the operator that expands: there are initial states to send, or the last
    /// one was made.
    pub(super) fn activate_expand(&self) {
        self.expand.iter().for_each(Activator::activate);
    }
}
