//! What a worker needs to understand what others send it, and what it has to
//! acknowledge.

use super::outbox::window;
use super::packet::Packet;
use super::task::Task;
use super::topology::Topology;
use stateright::Model;
use synod_checker::problem::Dictionary;

/// By worker, what it has told and what was taken from it.
pub(super) struct Inbox {
    topology: Topology,
    /// What each worker has told of what states refer to.
    dictionaries: Vec<Dictionary>,
    /// The bytes taken from it that were not acknowledged.
    taken: Vec<u64>,
}

impl Inbox {
    pub(super) fn new(topology: Topology) -> Self {
        Self {
            topology,
            dictionaries: vec![Dictionary::new(); topology.peers()],
            taken: vec![0; topology.peers()],
        }
    }

    /// Takes in what a packet tells of its states; whether it could.
    pub(super) fn open<M: Model>(&mut self, task: &Task<M>, packet: &Packet) -> bool {
        let from = packet.from as usize;
        let (Some(taken), Some(dictionary)) =
            (self.taken.get_mut(from), self.dictionaries.get_mut(from))
        else {
            return false; // There is no such worker.
        };
        if from != self.topology.index {
            *taken += packet.bytes();
        }
        packet.context.is_empty()
            || (task.storage.read_context)(&task.problem.model, dictionary, &packet.context)
    }

    /// The state of a record of a packet that was opened; none if its bytes are
    /// no state.
    pub(super) fn state_of<M: Model>(
        &self,
        task: &Task<M>,
        packet: &Packet,
        mut bytes: &[u8],
    ) -> Option<M::State> {
        let from = packet.from as usize;
        if self.topology.is_near(from) {
            (task.storage.read_own)(&task.problem.model, &mut bytes)
        } else {
            (task.storage.read)(
                &task.problem.model,
                self.dictionaries.get(from)?,
                &mut bytes,
            )
        }
    }

    /// The workers from which a good deal was taken since it was acknowledged, and how
    /// much.
    pub(super) fn take_unacknowledged(&mut self) -> Vec<(usize, u64)> {
        let enough = window(self.topology) / 16;
        let taken = self.taken.iter_mut().enumerate();
        let much = taken.filter(|(_, bytes)| **bytes >= enough);
        much.map(|(from, bytes)| (from, std::mem::take(bytes)))
            .collect()
    }
}
