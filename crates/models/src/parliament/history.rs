//! What has happened, in terms of the basic protocol, for each decree number;
//! and what is said of all numbers together. How it goes on is in `replay`.

use super::clients::Clients;
use super::instances::InstanceId;
use super::setting::{MAX_DECREE_NUMBERS, OLIVE, Setting};
use crate::basic::State;
use crate::bytes::fields_as_bytes;
use crate::refinement::Broken;
use crate::replay::Past;
use synod_world::digest::digest;

/// The history of a state of a parliament.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct History {
    /// For each decree number the state of `basic` that the actions so far lead
    /// to. Once one of them was not enabled, only the 𝓑s go on.
    pub(super) instances: [InstanceId; MAX_DECREE_NUMBERS],
    /// For each decree number, as bits, the decrees that were proposed there
    /// for the first time when a request had been passed at a larger number.
    pub late: [u8; MAX_DECREE_NUMBERS],
    /// What is remembered beside.
    pub past: Past,
    /// Whether a president proposed something and had proposed nothing at a
    /// lower number whose decree he did not know.
    pub passed_over: bool,
    /// Whether a president took up a request that he knew at another number.
    pub taken_up_twice: bool,
    /// Whether a law was told that is not the next.
    pub told_out_of_order: bool,
    /// What the last step broke of the chain above.
    pub broken: Broken,
    /// When clients asked and were answered; if that is not remembered, blank.
    pub clients: Clients,
}

fields_as_bytes!(History {
    instances,
    late,
    past,
    passed_over,
    taken_up_twice,
    told_out_of_order,
    broken,
    clients,
});

impl History {
    /// The same, but that its numbers are another process's, which has these
    /// here; none if one is missing.
    pub(super) fn with_parts(mut self, own: &[u32]) -> Option<Self> {
        for id in &mut self.instances {
            *id = id.among(own)?;
        }
        Some(self)
    }
}

impl Setting {
    /// The state of `basic` that a decree number is in.
    pub fn instance(&self, history: &History, number: usize) -> &State {
        self.instances.state(history.instances[number - 1])
    }

    /// The same history, but that these are the states of `basic` of its decree
    /// numbers.
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

    /// A digest of what the history stands for, the same in every run.
    pub(super) fn history_digest(&self, history: &History) -> u128 {
        let digests = history.instances.map(|id| self.instances.digest(id));
        let rest = History {
            instances: Default::default(),
            ..*history
        };
        digest(&(digests, rest))
    }
}

/// Whether a request has been passed at a decree number: not the olive day,
/// and whoever knows.
pub(crate) fn has_passed_a_request(instance: &State) -> bool {
    let mut successful = instance.ballots.successful();
    successful.any(|ballot| ballot.decree != OLIVE)
}
