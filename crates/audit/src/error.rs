//! Why an audit is impossible.

use crate::report::Location;
use std::path::PathBuf;
use synod_math::NoQuorum;
use synod_node::ledger::LedgerError;
use synod_trace::TraceError;

/// Why an audit is impossible: the input is unusable. Returned by
/// [`audit`](crate::audit()).
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
    /// No folder is named.
    #[error("no folder of a ledger is named")]
    Nothing,
    /// Two ledgers are of different clusters.
    #[error("{first} and {other} are not of the same cluster")]
    OtherCluster {
        /// The folder or file that was read first.
        first: PathBuf,
        /// The one that does not go with it.
        other: PathBuf,
    },
    /// Two ledgers are of the same legislator.
    #[error("{first} and {other} are ledgers of the same legislator")]
    SameLegislator {
        /// The folder or file that was read first.
        first: PathBuf,
        /// The one that does not go with it.
        other: PathBuf,
    },
    /// The legislator's number is larger than the number of legislators.
    #[error("{0} is the ledger of a legislator beyond the last")]
    Nobody(PathBuf),
    /// At the second reading, the folder held the ledger of another legislator.
    #[error("{0} became the ledger of another legislator during the audit")]
    Changed(PathBuf),
    /// Two traces are of the same legislator.
    #[error("{first} and {other} are traces of the same legislator")]
    SameTrace {
        /// The folder or file that was read first.
        first: PathBuf,
        /// The one that does not go with it.
        other: PathBuf,
    },
    /// The temporary file for what does not fit into memory cannot be used.
    #[error("a temporary file cannot be used: {0}")]
    Temporary(std::io::Error),
    /// There are no quorums for this number of legislators.
    #[error("{0}")]
    Quorums(NoQuorum),
}

/// Why traces cannot be merged: the input is unusable. A part of
/// [`AuditError`].
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// A trace cannot be read.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// A line is of another legislator or cluster than the trace.
    #[error("{0}: a line of another legislator or cluster")]
    Foreign(Location),
    /// The first line of a trace does not say where the legislator stands.
    #[error(
        "{0}: the first line is neither Recover nor Continue, so what came before it is not known"
    )]
    Begun(Location),
}
