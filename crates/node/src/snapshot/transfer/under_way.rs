//! [`UnderWay`]: the transfers of a node, for its status.

use crate::wire::SnapshotSummary;
use std::fmt;
use synod_math::Priest;

/// The transfers that are under way. [`TransferService::under_way`](super::TransferService::under_way)
/// returns it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnderWay {
    /// The snapshot that is being received.
    pub receiving: Option<TransferProgress>,
    /// The snapshots that are being sent, each to a peer that has asked for it.
    pub sending: Vec<TransferProgress>,
}

/// How far a transfer has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransferProgress {
    /// The peer at the other end; `None` if it is not known, after a restart.
    pub peer: Option<Priest>,
    /// The file.
    pub file: SnapshotSummary,
    /// How many bytes of it the receiver has, as far as this node knows.
    pub received: u64,
}

impl fmt::Display for TransferProgress {
    /// As in INFO: `legislator=2,through=1000,bytes=65536,size=1048576`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(peer) = self.peer {
            write!(f, "legislator={},", peer.index() + 1)?;
        }
        let SnapshotSummary { through, size, .. } = self.file;
        write!(f, "through={through},bytes={},size={size}", self.received)
    }
}
