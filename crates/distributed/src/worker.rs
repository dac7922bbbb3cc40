//! What the operators of a worker share.

use super::checkpoint::Checkpoints;
use super::packet::Packet;
use super::partition::Partition;
use super::progress::{Decision, Tracker};
use stateright::Model;
use std::cell::RefCell;
use std::rc::Rc;
use timely::scheduling::Activator;

/// What the operators of a worker share.
pub(super) struct WorkerState<M: Model> {
    pub(super) partition: Partition<M>,
    pub(super) tracker: Tracker,
    pub(super) checkpoints: Checkpoints<M>,
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
    /// The operator that receives, which has to be asked to look around.
    pub(super) receive: Option<Activator>,
    /// The operator that expands, which has to be asked to send initial states.
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
            over: None,
            decided: 0,
            early: Vec::new(),
            has_told: false,
            receive: None,
            expand: None,
        }
    }

    /// The run may have been stopped here: then this worker has to tell the others.
    pub(super) fn look_around(&self) {
        let must_tell = !self.has_told && self.partition.task.problem.progress.stopped().is_some();
        if must_tell {
            self.activate_receive();
        }
    }

    /// There is something to tell: what was received, or that the run is over.
    pub(super) fn activate_receive(&self) {
        self.receive.iter().for_each(Activator::activate);
    }

    /// There are initial states to send, or the last was made.
    pub(super) fn activate_expand(&self) {
        self.expand.iter().for_each(Activator::activate);
    }
}
