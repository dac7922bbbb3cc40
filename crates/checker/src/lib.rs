//! Verdicts: *holds*, *violated* with a shortest counterexample, or
//! *inconclusive* and why; for any [`stateright::Model`].
//!
//! [`check`] explores a model with a search of its own, level by level (see
//! `levels`), or with one of Stateright's, and reports what it may honestly
//! say. Of Stateright's searches only the order is used: what is said about the
//! states comes from labels that this crate keeps beside it (see [`labels`]).
//! So counts, depth and the length of counterexamples do not depend on the
//! search, or on the number of threads.
//!
//! | file | |
//! |---|---|
//! | [`options`] | what to check with, and when to stop |
//! | `identity` | what decides a run |
//! | [`report`] | verdicts and figures |
//! | [`coverage`] | levels, branching, kinds of actions |
//! | [`progress`] | what is seen so far; interruption |
//! | `levels` | our own search |
//! | `unfinished` | the files of checkpoints |
//! | `dataflow` | the same on Timely Dataflow, over several processes |
//! | [`mod@simulate`] | random walks |
//! | `limits`, `properties`, `panics`, `threads` | what all searches share |
//! | [`labels`], `watched` | Stateright's searches, watched |
//! | `conclude` | from what was found to a report |
//! | `given_up` | the same of a run that does not end |
//! | [`fingerprint`] | the hash of states |
//!
//! Absent on purpose: Paxos, terminals. `eventually` properties are refused.

mod conclude;
pub mod coverage;
mod dataflow;
mod described;
mod engine;
pub mod fingerprint;
mod given_up;
mod identity;
pub mod labels;
mod levels;
mod limits;
pub mod options;
mod panics;
pub mod progress;
mod properties;
pub mod report;
pub mod simulate;
mod threads;
mod unfinished;
mod watched;

pub use coverage::{ActionCoverage, Branching, Copies, Distribution, Exploration, Kinds};
pub use dataflow::hosts::{Host, Hosts, HostsError, MAX_PROCESSES, parse_hosts};
pub use engine::{CheckError, check, check_with};
pub use fingerprint::Width;
pub use given_up::given_up;
pub use identity::Identity;
pub use options::{
    Checkpointing, Dictionary, Engine, Extras, Initial, Options, Simulation, Storage, Until,
    WithoutMarks,
};
pub use panics::{PANIC_FREEDOM, catch};
pub use progress::{Finding, Phase, Progress, Snapshot};
pub use report::{Counterexample, During, Panic, PropertyReport, Reason, Report, Step, Verdict};
pub use simulate::simulate;
