//! The states of `basic` that decree numbers are in, each kept once and known
//! by its number. A history is made of them: few states of one number make up
//! many histories of all.

use crate::basic::State;
use crate::bytes::{Bytes, fields_as_bytes};
use crate::world::digest;
use crate::world::interner::Interner;

/// The number of a state of `basic`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct InstanceId(u32);

fields_as_bytes!(InstanceId { 0 });

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

    /// Appends all of them, in their order.
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        let count = self.states.len() as u32;
        count.write(bytes);
        (0..count).for_each(|id| self.states.value(id).write(bytes));
    }

    /// Takes them in again; whether it could. Only before there are any but the
    /// first.
    pub(super) fn read(&self, bytes: &mut &[u8]) -> bool {
        let Some(count) = u32::read(bytes) else {
            return false;
        };
        self.states.len() == 1
            && (0..count).all(|id| {
                State::read(bytes).map(|state| self.intern(state)) == Some(InstanceId(id))
            })
    }
}

impl Default for Instances {
    fn default() -> Self {
        Self::new()
    }
}
