//! The protocols that run specs can name. A line below registers one; nothing
//! else lists them.

mod basic;
mod complete;
mod parliament;
mod paxos;
mod preliminary;
mod shipped;

use crate::error::SpecError;
use crate::protocol::{Asked, Instead, Protocol};
use crate::read::{Key, SpecTable};
use crate::registry::protocols;
use crate::visit::{ViewError, Viewer, Visit, Visitor};

protocols! {
    preliminary::Preliminary,
    basic::Basic,
    complete::Complete,
    parliament::Parliament,
    paxos::Paxos,
}

/// A protocol as it is registered.
#[derive(Clone, Copy)]
pub struct Registered {
    /// Its stem, which is its name in run specs.
    pub name: &'static str,
    /// The names of its mutants.
    pub mutants: fn() -> Vec<&'static str>,
    /// The keys that say what its model is.
    pub(crate) keys: &'static [Key],
    /// What to do instead of using a key of other protocols.
    pub(crate) instead: Instead,
    /// What a run spec asks for.
    pub(crate) read: fn(&SpecTable<'_>) -> Result<Asked<Model>, SpecError>,
}

impl Registered {
    /// Whether a run spec of it may have the key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|known| known.name == key)
    }
}
