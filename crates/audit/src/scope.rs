//! What to look at.

use std::path::PathBuf;
use synod_protocol::parliament::Order;

/// What to look at.
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
