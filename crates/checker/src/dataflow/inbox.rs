//! What a worker needs to understand what others send it, and what it owes them:
//! word that it has taken it.

use super::outbox::window;
use super::packet::{Packet, Record};
use super::place::Place;
use super::task::Task;
use crate::options::Dictionary;
use stateright::Model;

/// By worker, what it has told and what was taken from it.
pub(super) struct Inbox {
    place: Place,
    /// What each worker has told of what states refer to.
    dictionaries: Vec<Dictionary>,
    /// The bytes taken from it of which it does not know.
    taken: Vec<u64>,
}

impl Inbox {
    pub(super) fn new(place: Place) -> Self {
        Self {
            place,
            dictionaries: vec![Dictionary::new(); place.peers()],
            taken: vec![0; place.peers()],
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
        if from != self.place.index {
            *taken += packet.bytes();
        }
        packet.context.is_empty()
            || (task.storage.read_context)(&task.model, dictionary, &packet.context)
    }

    /// The state of a record of a packet that was opened; none if its bytes are
    /// no state.
    pub(super) fn state_of<M: Model>(
        &self,
        task: &Task<M>,
        packet: &Packet,
        record: &Record<'_>,
    ) -> Option<M::State> {
        let (from, mut bytes) = (packet.from as usize, record.state);
        if self.place.is_near(from) {
            (task.storage.read_own)(&task.model, &mut bytes)
        } else {
            (task.storage.read)(&task.model, self.dictionaries.get(from)?, &mut bytes)
        }
    }

    /// From whom a good deal was taken since he was told, and how much.
    pub(super) fn take_taken(&mut self) -> Vec<(usize, u64)> {
        let enough = window(self.place) / 16;
        let taken = self.taken.iter_mut().enumerate();
        let much = taken.filter(|(_, bytes)| **bytes >= enough);
        much.map(|(from, bytes)| (from, std::mem::take(bytes)))
            .collect()
    }
}
