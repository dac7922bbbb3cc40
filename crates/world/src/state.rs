//! A state of a world: the numbers of its sites, its lists of messages and its history.

use crate::ids::{HistoryId, SentId, SiteId};
use std::hash::{Hash, Hasher};

/// The number of nodes that a [`State`] has room for, unless its type says otherwise.
pub const MAX_NODES: usize = 5;

/// A state of a [`World`](crate::World) of at most `N` nodes. The world tells what the
/// numbers in it stand for: [`World::site`](crate::World::site),
/// [`World::sent`](crate::World::sent), [`World::history`](crate::World::history); the
/// examples of the [crate] and of [`Lens`](crate::Lens) use them. Layout: `Copy`,
/// without pointers, 64 bytes for 5 nodes.
///
/// The hash of a state is the same in every run. It is computed from a digest of what
/// the state stands for: the sum of the 128-bit digests of the sites, the messages and
/// the history. The numbers differ from run to run: they depend on which thread is first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State<const N: usize = MAX_NODES> {
    pub(crate) digest: [u64; 2],
    pub(crate) sites: [SiteId; N],
    pub(crate) sent: [SentId; N],
    pub(crate) history: HistoryId,
    /// The number of crashes that may still happen.
    pub crashes_left: u8,
    /// The number of sessions that may still break.
    pub breaks_left: u8,
    /// The number of times that a process may still lose its ledger.
    pub losses_left: u8,
}

impl<const N: usize> Hash for State<N> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.digest[0]);
        hasher.write_u64(self.digest[1]);
        hasher.write_u8(self.crashes_left);
        // So the fingerprints of worlds in which no session breaks and no ledger is lost stay
        // what they are.
        if self.breaks_left > 0 || self.losses_left > 0 {
            hasher.write_u8(self.breaks_left);
        }
        if self.losses_left > 0 {
            hasher.write_u8(self.losses_left);
        }
    }
}
