//! Whose node it is.

use synod_math::Priest;

/// Which legislator of which parliament this is. It is written into the ledger,
/// because a ledger in other hands breaks every promise in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name of the cluster.
    pub cluster: String,
    /// Who this is; users count from 1.
    pub me: Priest,
    /// How many legislators there are. Ballot numbers are dealt out among
    /// them (b mod n), so that it cannot change.
    pub legislators: usize,
}
