//! A state of a world: numbers of what it is made of.

use crate::ids::{HistoryId, SentId, SiteId};
use std::hash::{Hash, Hasher};

/// A state has room for this many nodes, unless its type says otherwise.
pub const MAX_NODES: usize = 5;

/// A state of a world of at most `N` nodes; [`World::site`](crate::World::site) and
/// [`World::history`](crate::World::history) say what the numbers in it stand for. Layout: `Copy`,
/// without pointers, 64 bytes for 5 nodes.
///
/// Its hash is that of a digest of what it stands for, the same in every run:
/// the sum of 128-bit digests of the sites and the history. The numbers are
/// not: they depend on which thread comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State<const N: usize = MAX_NODES> {
    pub(crate) digest: [u64; 2],
    pub(crate) sites: [SiteId; N],
    pub(crate) sent: [SentId; N],
    pub(crate) history: HistoryId,
    /// Crashes that may still happen.
    pub crashes_left: u8,
}

impl<const N: usize> Hash for State<N> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.digest[0]);
        hasher.write_u64(self.digest[1]);
        hasher.write_u8(self.crashes_left);
    }
}
