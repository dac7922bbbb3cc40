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
//! | `crash_gap` | what a process did and did not live to trace |
//! | `merge` | traces become one run |
//! | `traces` | which there are, and how long they are |
//! | `ballots` | B1, B2, B3, Theorem 1, Ordering |
//! | `scope`, `error` | what to look at, and why nothing can be said |
//!
//! Memory: one ledger, and for each decree number about 300 bytes and its
//! decree: with short commands 380 MB for 575,000 decrees of three
//! legislators. Time: linear in the length of ledgers and traces; of traces,
//! some 600,000 lines a second.

mod ballots;
mod crash_gap;
mod error;
mod ledgers;
mod merge;
mod numbers;
mod one_number;
pub mod report;
mod scope;
mod state;
mod step;
mod traces;

pub use error::AuditError;
pub use merge::MergeError;
pub use report::{AuditReport, Claim, Figures, Finding, Location, Verdict};
pub use scope::AuditScope;

use ledgers::Ledgers;
use synod_math::Quorums;
use synod_protocol::parliament::Order;

/// Looks at ledgers and traces. Changes nothing.
///
/// # Errors
///
/// If something cannot be read, or does not belong together.
pub fn audit(scope: &AuditScope) -> Result<AuditReport, AuditError> {
    let mut report = AuditReport::default();
    let mut ledgers = Ledgers::read(&scope.folders)?;
    let identity = match ledgers.found.first() {
        Some(found) => found.first.identity.clone(),
        None => return Err(AuditError::Nothing),
    };
    let quorums = Quorums::majority(identity.legislators).map_err(AuditError::Quorums)?;
    let traces = traces::find(scope, &ledgers, &mut report)?;
    ledgers.read_again()?;
    ledgers.look(&quorums, scope.order == Order::Ascending, &mut report);
    let numbers = traces::look(traces, ledgers, quorums, &mut report)?;
    ledgers::look_for_contradictions(&numbers, &mut report);
    Ok(report)
}
