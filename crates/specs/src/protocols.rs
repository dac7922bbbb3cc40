//! The protocols that run specs can name. Each line below registers one; there is no other list
//! of them.

mod basic;
mod complete;
mod parliament;
mod paxos;
mod preliminary;
mod shipped;
mod time;

use crate::error::SpecError;
use crate::protocol::{Asked, Instead, Protocol};
use crate::read::{Key, SpecTable};
use crate::registry::protocols;
use crate::visit::{ViewError, Viewer, Visit, Visitor};
use synod_vocabulary::time::Elapsed;

protocols! {
    preliminary::Preliminary,
    basic::Basic,
    complete::Complete,
    parliament::Parliament,
    paxos::Paxos,
}

/// A protocol that run specs can name: an entry of [`PROTOCOLS`].
#[derive(Clone, Copy)]
pub struct Registered {
    /// Its stem, which is its name in run specs.
    pub name: &'static str,
    /// The names of its mutants.
    pub mutants: fn() -> Vec<&'static str>,
    /// The keys that decide its model.
    pub(crate) keys: &'static [Key],
    /// The help on keys that only other protocols have.
    pub(crate) instead: Instead,
    /// Reads a run spec of the protocol.
    pub(crate) read: fn(&SpecTable<'_>) -> Result<Asked<Model>, SpecError>,
}

impl Registered {
    /// Whether a run spec of the protocol may have this key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|known| known.name == key)
    }
}
