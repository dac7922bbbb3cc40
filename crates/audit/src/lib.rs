//! Checks after the fact that a cluster has kept to the paper: from the ledgers and
//! traces of its nodes, running or stopped, without changing them.
//!
//! It serves an operator or a test that has the folders of a cluster and asks whether
//! anything went wrong. The ledgers (durable records) of the legislators (replicas)
//! show Consistency, the votes, the promises and the laws (replicated states). The
//! traces of all legislators show more: that for each decree number (log slot) they
//! are together a run of the basic protocol (A.1), and that its ballots satisfy §2.1.
//!
//! # Where to begin
//!
//! [`audit()`] reads what an [`AuditScope`] names and returns an [`AuditReport`]: for
//! each [`Claim`] a [`Verdict`], and for each violation a [`Finding`].
//!
//! ```
//! use synod_audit::{AuditScope, Claim, Verdict, audit};
//! use synod_math::Priest;
//! use synod_node::{config::Identity, ledger::DiskLedger};
//! use synod_protocol::parliament::Order;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let parent = tempfile::tempdir()?;
//! let folder = parent.path().join("1");
//! let cluster = "paxos".to_owned();
//! let me = Priest::new(0).ok_or("there is a first legislator")?;
//! drop(DiskLedger::open(&folder, &Identity { cluster, me, legislators: 3 })?);
//!
//! let report = audit(&AuditScope {
//!     folders: vec![folder],
//!     traces: Vec::new(),
//!     with_traces: true,
//!     order: Order::Ascending,
//!     memory: AuditScope::MEMORY,
//! })?;
//! assert!(report.holds());
//! assert_eq!(report.verdict(Claim::Consistency), Verdict::Holds);
//! let why = "there are no traces".to_owned();
//! assert_eq!(report.verdict(Claim::Steps), Verdict::NotChecked(why));
//! # Ok(())
//! # }
//! ```
//!
//! The items without an example are parts of what this one shows.
//!
//! # The modules, in the order in which an audit uses them
//!
//! | file | contents |
//! |---|---|
//! | `scope`, `error` | what to read, and why an audit is impossible |
//! | [`report`] | the claims, and what was found |
//! | `ledgers` | the checks for which ledgers suffice |
//! | `laws` | reads the ledgers in step, decree by decree |
//! | `traces` | finds the traces, and the length of each that is read |
//! | `merge` | merges the traces into one run |
//! | `step` | the steps in a trace: actions of A.1, at one number or at many |
//! | `begins` | traces whose first files are gone |
//! | `crash_gap` | the actions of a process that its crash kept out of its trace |
//! | `state` | the state of A.1, where it is the same at all numbers |
//! | `numbers` | 𝓑 (the ballots) and 𝓜 (the messages sent) of each decree number |
//! | `store` | all numbers: those in use in memory, the others in a temporary file |
//! | `one_number` | one decree number of this state, for the actions of [`synod_paper`] |
//! | `intervals` | sets of numbers that are almost intervals |
//! | `ballots` | B1, B2, B3, Theorem 1 and Ordering |
//!
//! Absent on purpose: what the actions mean, which [`synod_paper`] defines, and the
//! formats of ledgers and traces, which [`synod_node::ledger`] and [`synod_trace`]
//! define.
//!
//! # Cost
//!
//! Memory: about 64 MiB, and the decrees in flight, however long the history is. Ledgers are
//! compared decree by decree, and what the traces show of numbers that are not in use is in a
//! temporary file: about 100 bytes for each number, and its decree. Time: linear in the
//! length of ledgers and traces; about 600,000 lines of a trace a second.

mod ballots;
mod begins;
mod crash_gap;
mod error;
mod intervals;
mod laws;
mod ledgers;
mod merge;
mod numbers;
mod one_number;
pub mod report;
mod scope;
mod state;
mod step;
mod store;
mod traces;

pub use error::{AuditError, MergeError};
pub use report::{AuditReport, Claim, Figures, Finding, Location, Verdict};
pub use scope::AuditScope;

use ledgers::Ledgers;
use synod_math::Quorums;
use synod_protocol::parliament::Order;

/// Reads the ledgers and traces of a scope, and checks every [`Claim`] for which they
/// suffice. Changes nothing. Shown in the [example of the crate](crate#where-to-begin).
///
/// # Errors
///
/// A file cannot be read, or the files are not those of one cluster.
pub fn audit(scope: &AuditScope) -> Result<AuditReport, AuditError> {
    let mut report = AuditReport::default();
    let mut ledgers = Ledgers::read(scope)?;
    let identity = match ledgers.found.first() {
        Some(found) => found.first.identity.clone(),
        None => return Err(AuditError::Nothing),
    };
    let quorums = Quorums::majority(identity.legislators).map_err(AuditError::Quorums)?;
    let traces = traces::find(scope, &ledgers, &mut report)?;
    let with_traces = traces::why_not(&traces, &ledgers, &quorums).is_none();
    ledgers.read_again(with_traces, &mut report)?;
    ledgers.check(&quorums, scope.order == Order::Ascending, &mut report);
    let mut numbers = traces::check(traces, ledgers, quorums, &mut report)?;
    ledgers::find_contradictions(&mut numbers, &mut report)?;
    Ok(report)
}
