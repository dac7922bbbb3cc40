//! The states of `basic` that decree numbers are in, each kept once and known
//! by its number. A history is made of them: few states of one number make up
//! many histories of all.

use crate::basic::State;
use crate::bytes::{Bytes, fields_as_bytes};
use std::ops::Range;
use synod_world::digest::digest;
use synod_world::interner::Interner;

/// The number of a state of `basic`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct InstanceId(u32);

fields_as_bytes!(InstanceId { 0 });

impl InstanceId {
    /// The number in this process that is another's, which has these here.
    pub(super) fn among(self, own: &[u32]) -> Option<Self> {
        own.get(self.0 as usize).copied().map(Self)
    }
}

/// Every state of `basic` that some decree number was in. Number 0 is the
/// first: where nothing has happened.
pub struct Instances {
    states: Interner<State, u128>,
}

impl Instances {
    /// The first alone.
    pub fn new() -> Self {
        let instances = Self {
            states: Interner::new(),
        };
        let first = instances.intern(State::default());
        debug_assert_eq!(first, InstanceId::default(), "the first has number 0");
        instances
    }

    /// The number of a state.
    pub fn intern(&self, state: State) -> InstanceId {
        InstanceId(self.states.intern(state, digest))
    }

    /// The state with a number.
    pub fn state(&self, id: InstanceId) -> &State {
        self.states.value(id.0)
    }

    /// A digest of the state, the same in every run.
    pub fn digest(&self, id: InstanceId) -> u128 {
        *self.states.facts(id.0)
    }

    /// The numbers from this one on: see [`Interner::since`].
    pub(super) fn since(&self, from: u32) -> Range<u32> {
        self.states.since(from)
    }

    /// Appends the state with a number.
    pub(super) fn write(&self, id: u32, bytes: &mut Vec<u8>) {
        self.states.value(id).write(bytes);
    }

    /// Takes a state off the front; its number here.
    pub(super) fn read(&self, bytes: &mut &[u8]) -> Option<u32> {
        Some(self.intern(State::read(bytes)?).0)
    }
}

impl Default for Instances {
    fn default() -> Self {
        Self::new()
    }
}
