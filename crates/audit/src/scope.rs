//! The ledgers and traces of an audit.

use std::path::PathBuf;
use synod_protocol::parliament::Order;

/// The ledgers and traces that an audit reads, and the order of votes that it expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditScope {
    /// The folders of the ledgers, each with its trace if it has one.
    pub folders: Vec<PathBuf>,
    /// Traces that lie elsewhere.
    pub traces: Vec<PathBuf>,
    /// Whether to look at traces at all.
    pub with_traces: bool,
    /// In which order legislators vote.
    pub order: Order,
}
