//! The history of a state of a parliament: for each decree number a state of the basic
//! protocol, and facts about all numbers together. `replay` extends it by each step.

use super::clients::Clients;
use super::instances::InstanceId;
use super::setting::{MAX_DECREE_NUMBERS, OLIVE, Setting};
use crate::basic::State;
use crate::bytes::fields_as_bytes;
use crate::refinement::Broken;
use crate::replay::Past;
use synod_world::digest::digest;

/// The history of a state of a parliament's [`world`](super::world).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(clippy::struct_excessive_bools)] // Each is a separate fact about the past.
pub struct History {
    /// For each decree number the state of `basic` after the actions so far. Once an
    /// action was not enabled, only the 𝓑s are kept up to date.
    pub(super) instances: [InstanceId; MAX_DECREE_NUMBERS],
    /// For each decree number, as bits, the decrees that were first proposed there
    /// after a request had been passed at a larger number.
    pub late: [u8; MAX_DECREE_NUMBERS],
    /// Facts about the past that are in no state of `basic`.
    pub past: Past,
    /// Whether a president proposed at a number while at some lower number he had neither
    /// proposed nor known the decree.
    pub passed_over: bool,
    /// Whether a president took up a request that he knew at another number.
    pub taken_up_twice: bool,
    /// Whether a decree was reported as law although it was not the next.
    pub law_out_of_order: bool,
    /// Whether a legislator asked for a decree that was cut off, and was sent no snapshot.
    pub asked_in_vain: bool,
    /// The refinements that the last step broke.
    pub broken: Broken,
    /// When clients asked and were answered; the default value if that is not remembered.
    pub clients: Clients,
}

fields_as_bytes!(History {
    instances,
    late,
    past,
    passed_over,
    taken_up_twice,
    law_out_of_order,
    asked_in_vain,
    broken,
    clients,
});

impl History {
    /// Translates the ids of another process into those of this process: id i becomes
    /// `own[i]`. `None` if one is missing.
    pub(super) fn with_parts(mut self, own: &[u32]) -> Option<Self> {
        for id in &mut self.instances {
            *id = id.among(own)?;
        }
        Some(self)
    }
}

impl Setting {
    /// The state of `basic` at a decree number.
    pub fn instance(&self, history: &History, number: usize) -> &State {
        self.instances.state(history.instances[number - 1])
    }

    /// The same history with these states of `basic` at its decree numbers.
    pub(super) fn with_instances(
        &self,
        history: History,
        states: &[State; MAX_DECREE_NUMBERS],
    ) -> History {
        let mut instances = history.instances;
        for (id, state) in instances.iter_mut().zip(states) {
            if self.instances.state(*id) != state {
                *id = self.instances.intern(*state);
            }
        }
        History {
            instances,
            ..history
        }
    }

    /// The states of `basic` of all decree numbers.
    pub(super) fn all_instances(&self, history: &History) -> [State; MAX_DECREE_NUMBERS] {
        history.instances.map(|id| *self.instances.state(id))
    }

    /// A digest of the history's contents, the same in every run, although ids differ.
    pub(super) fn history_digest(&self, history: &History) -> u128 {
        let digests = history.instances.map(|id| self.instances.digest(id));
        let rest = History {
            instances: Default::default(),
            ..*history
        };
        digest(&(digests, rest))
    }
}

/// Whether a request (not the olive-day decree) has been passed at a decree number,
/// whether or not a legislator knows it.
pub(crate) fn has_passed_a_request(instance: &State) -> bool {
    let mut successful = instance.ballots.successful();
    successful.any(|ballot| ballot.decree != OLIVE)
}
