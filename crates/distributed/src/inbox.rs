//! The inbox of a worker: the dictionaries by which it decodes the packets of other
//! workers, and the bytes that it has to acknowledge.

use super::outbox::window;
use super::packet::Packet;
use super::task::Task;
use super::topology::Topology;
use stateright::Model;
use synod_checker::problem::Dictionary;

/// By worker, its dictionary and the bytes that were taken in from it.
pub(super) struct Inbox {
    topology: Topology,
    /// By worker, the dictionary of the contexts that it has sent.
    dictionaries: Vec<Dictionary>,
    /// By worker, the number of bytes that were taken in and not acknowledged.
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

    /// Reads the context of a packet. False if the packet is invalid.
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
            || (task.storage.read_context)(task.problem.model(), dictionary, &packet.context)
    }

    /// Decodes a state of a packet that was opened; none if the bytes are no state.
    pub(super) fn state_of<M: Model>(
        &self,
        task: &Task<M>,
        packet: &Packet,
        mut bytes: &[u8],
    ) -> Option<M::State> {
        let from = packet.from as usize;
        if self.topology.is_local(from) {
            (task.storage.read_own)(task.problem.model(), &mut bytes)
        } else {
            (task.storage.read)(
                task.problem.model(),
                self.dictionaries.get(from)?,
                &mut bytes,
            )
        }
    }

    /// The workers to which an acknowledgement is due, with the numbers of bytes. It is due
    /// once a sixteenth of the window was taken in.
    pub(super) fn take_unacknowledged(&mut self) -> Vec<(usize, u64)> {
        let enough = window(self.topology) / 16;
        let taken = self.taken.iter_mut().enumerate();
        let much = taken.filter(|(_, bytes)| **bytes >= enough);
        much.map(|(from, bytes)| (from, std::mem::take(bytes)))
            .collect()
    }
}
