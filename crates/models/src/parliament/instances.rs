//! The states of `basic` at decree numbers, each kept once and identified by an id. A
//! [`History`](super::history::History) has an id for each decree number, because few
//! states of one number make up many histories.

use crate::basic::State;
use crate::bytes::{Bytes, fields_as_bytes};
use std::ops::Range;
use std::sync::OnceLock;
use synod_world::digest::digest;
use synod_world::interner::Interner;

/// The id of a state of `basic` in [`Instances`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct InstanceId(u32);

fields_as_bytes!(InstanceId { 0 });

impl InstanceId {
    /// The id in this process of another process's id i: `own[i]`.
    pub(super) fn among(self, own: &[u32]) -> Option<Self> {
        own.get(self.0 as usize).copied().map(Self)
    }
}

/// All states of `basic` that were found at some decree number. Id 0 is the initial
/// state.
pub(super) struct Instances {
    states: Interner<State, Facts>,
}

/// What is computed once for a state.
struct Facts {
    digest: u128,
    /// The state without the messages that are useless.
    useful: OnceLock<InstanceId>,
}

impl Instances {
    /// The initial state alone.
    pub(super) fn new() -> Self {
        let instances = Self {
            states: Interner::new(),
        };
        let first = instances.intern(State::default());
        debug_assert_eq!(first, InstanceId::default(), "the initial state has id 0");
        instances
    }

    /// The id of a state; a new one if the state is new.
    pub(super) fn intern(&self, state: State) -> InstanceId {
        let facts = |state: &State| Facts {
            digest: digest(state),
            useful: OnceLock::new(),
        };
        InstanceId(self.states.intern(state, facts))
    }

    /// The state with this id.
    pub(super) fn state(&self, id: InstanceId) -> &State {
        self.states.value(id.0)
    }

    /// A digest of the state, the same in every run.
    pub(super) fn digest(&self, id: InstanceId) -> u128 {
        self.states.facts(id.0).digest
    }

    /// The state without the messages that are useless, which are found once for each state.
    pub(super) fn useful(&self, id: InstanceId, find: impl FnOnce(&State) -> State) -> InstanceId {
        let useful = &self.states.facts(id.0).useful;
        *useful.get_or_init(|| self.intern(find(self.state(id))))
    }

    /// The ids from this one on: see [`Interner::since`].
    pub(super) fn since(&self, from: u32) -> Range<u32> {
        self.states.since(from)
    }

    /// Appends the state with this id to the bytes.
    pub(super) fn write(&self, id: u32, bytes: &mut Vec<u8>) {
        self.states.value(id).write(bytes);
    }

    /// Reads a state from the front of the bytes. Returns its id in this process.
    pub(super) fn read(&self, bytes: &mut &[u8]) -> Option<u32> {
        Some(self.intern(State::read(bytes)?).0)
    }
}

impl Default for Instances {
    fn default() -> Self {
        Self::new()
    }
}
