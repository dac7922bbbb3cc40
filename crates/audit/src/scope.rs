//! The ledgers and traces of an audit.

use std::path::PathBuf;
use synod_protocol::parliament::Order;

/// The ledgers and traces that an audit reads, and the order of votes that it expects.
/// The argument of [`audit`](crate::audit()).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditScope {
    /// The folders of the ledgers. A trace in such a folder is read too.
    pub folders: Vec<PathBuf>,
    /// Traces in other places.
    pub traces: Vec<PathBuf>,
    /// Whether traces are read at all.
    pub with_traces: bool,
    /// The order in which legislators vote: [`Claim::NoGaps`](crate::Claim::NoGaps) is
    /// checked only for the ascending order.
    pub order: Order,
    /// The bytes, about, that decree numbers may take in memory: [`MEMORY`](Self::MEMORY). Above
    /// this they are moved to a temporary file.
    pub memory: usize,
}

impl AuditScope {
    /// Enough for all decree numbers that are in use at the same time.
    pub const MEMORY: usize = 32 << 20;
}
