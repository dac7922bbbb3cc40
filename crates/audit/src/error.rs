//! Why nothing can be said.

use crate::merge::MergeError;
use std::path::PathBuf;
use synod_math::NoQuorum;
use synod_node::ledger::LedgerError;
use synod_trace::TraceError;

/// Why nothing can be said: bad input.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// A ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A trace cannot be read.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// Traces cannot be merged.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// No ledgers.
    #[error("no folder of a ledger is named")]
    Nothing,
    /// Ledgers of two clusters.
    #[error("{first} and {other} are not of the same cluster")]
    OtherCluster {
        /// The first.
        first: PathBuf,
        /// The other.
        other: PathBuf,
    },
    /// Two ledgers of the same legislator.
    #[error("{first} and {other} are ledgers of the same legislator")]
    SameLegislator {
        /// The first.
        first: PathBuf,
        /// The other.
        other: PathBuf,
    },
    /// A ledger of nobody.
    #[error("{0} is the ledger of a legislator beyond the last")]
    Nobody(PathBuf),
    /// Another ledger has taken its place.
    #[error("{0} has become the ledger of somebody else meanwhile")]
    Changed(PathBuf),
    /// Two traces of the same legislator.
    #[error("{first} and {other} are traces of the same legislator")]
    SameTrace {
        /// The first.
        first: PathBuf,
        /// The other.
        other: PathBuf,
    },
    /// So many legislators do not make a parliament.
    #[error("{0}")]
    Quorums(NoQuorum),
}
