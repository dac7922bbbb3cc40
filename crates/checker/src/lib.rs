//! Verdicts over Stateright: *holds*, *violated* with a shortest
//! counterexample, or *inconclusive* and why.
//!
//! [`check`] explores any [`stateright::Model`] with one of Stateright's
//! searches and reports what it may honestly say. Stateright decides which
//! state comes next; what is said about the states comes from labels that this
//! crate keeps beside it (see [`labels`]), so that counts, depth and the length
//! of counterexamples do not depend on the order of exploration, and so not on
//! the search or the number of threads.
//!
//! | file | |
//! |---|---|
//! | [`options`] | what to check with, and when to stop |
//! | [`report`] | verdicts and figures |
//! | [`progress`] | what is seen so far; interruption |
//! | [`labels`] | the distance of every state, kept exact |
//! | `watched` | the model as Stateright sees it |
//! | `conclude` | from labels to a report |
//! | [`fingerprint`] | the hash of states |
//!
//! Absent on purpose: Paxos, files, terminals. `eventually` properties are
//! refused, because Stateright cannot decide them.

mod conclude;
mod engine;
pub mod fingerprint;
pub mod labels;
mod levels;
pub mod options;
pub mod progress;
pub mod report;
mod watched;

pub use engine::{CheckError, check};
pub use options::{Engine, Options, Until};
pub use progress::{Progress, Snapshot};
pub use report::{Counterexample, PropertyReport, Reason, Report, Step, Verdict};
