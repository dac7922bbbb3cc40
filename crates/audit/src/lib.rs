//! Whether ledgers and traces are those of a parliament.
//!
//! From the ledgers of a cluster, stopped or running: Consistency, the votes,
//! the promises, the laws. From the traces of all of its legislators as well:
//! that together they are a run of the basic protocol (A.1), for each decree
//! number; and that its ballots are as §2.1 wants them.
//!
//! | file | what |
//! |---|---|
//! | [`report`] | what is claimed, and what was found |
//! | `ledgers` | what ledgers alone show |
//! | `numbers` | 𝓑 and 𝓜 of each decree number |
//! | `state` | the rest of A.1's state, for all numbers at once |
//! | `one_number` | one number of it, as [`synod_paper`]'s A.1 sees it |
//! | `step` | what lines tell of: actions of A.1, at one number or at many |
//! | `lost` | what a process did not live to tell |
//! | [`merge`] | traces become one run |
//! | `traces` | which there are, and how long they are |
//! | `ballots` | B1, B2, B3, Theorem 1, Ordering |
//!
//! Memory: one ledger, and for each decree number about 300 bytes and its
//! decree: with short commands 380 MB for 575,000 decrees of three
//! legislators. Time: linear in the length of ledgers and traces; of traces,
//! some 600,000 lines a second.

mod ballots;
mod ledgers;
mod lost;
pub mod merge;
mod numbers;
mod one_number;
pub mod report;
mod state;
mod step;
mod traces;

pub use merge::MergeError;
pub use report::{Claim, Figures, Finding, Location, Report, Verdict};

use ledgers::Ledgers;
use std::path::PathBuf;
use synod_math::{NoQuorum, Quorums};
use synod_node::ledger::LedgerError;
use synod_protocol::parliament::Order;
use synod_trace::TraceError;

/// What to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The folders of the ledgers, each with its trace if it has one.
    pub folders: Vec<PathBuf>,
    /// Traces that lie elsewhere.
    pub traces: Vec<PathBuf>,
    /// Whether to look at traces at all.
    pub with_traces: bool,
    /// In which order legislators vote.
    pub order: Order,
}

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

/// Looks at ledgers and traces. Changes nothing.
///
/// # Errors
///
/// If something cannot be read, or does not belong together.
pub fn audit(options: &Options) -> Result<Report, AuditError> {
    let mut report = Report::default();
    let mut ledgers = Ledgers::read(&options.folders)?;
    let identity = match ledgers.found.first() {
        Some(found) => found.first.identity.clone(),
        None => return Err(AuditError::Nothing),
    };
    let quorums = Quorums::majority(identity.legislators).map_err(AuditError::Quorums)?;
    let traces = traces::find(options, &ledgers, &mut report)?;
    ledgers.read_again()?;
    ledgers.look(&quorums, options.order == Order::Ascending, &mut report);
    let numbers = traces::look(traces, ledgers, quorums, &mut report)?;
    ledgers::look_for_contradictions(&numbers, &mut report);
    Ok(report)
}
