//! Verdicts: *holds*, *violated* with a shortest counterexample, or
//! *inconclusive* and why; for any [`::stateright::Model`].
//!
//! A [`Problem`] is a model, its properties and what is asked of them. A
//! [`kernel`] expands, judges and counts. An [`Engine`] says in which order, and
//! where: [`Levels`] explores level by level, [`Stateright`] with one of
//! Stateright's searches, [`Walks`] at random. [`check`] runs one, and reports what
//! may honestly be said. Counts, depth and the length of counterexamples do not
//! depend on the engine, or on the number of threads.
//!
//! | file | |
//! |---|---|
//! | [`fingerprint`] | the hash of states |
//! | [`report`] | verdicts, reasons and figures: data |
//! | [`error`] | why a model cannot be checked: data |
//! | [`panics`], `threads` | what all engines are safe from |
//! | [`progress`] | what is seen so far; interruption |
//! | [`problem`] | what is checked, its identity, its limits |
//! | [`kernel`] | what all engines are made of |
//! | [`engine`] | what an engine is |
//! | [`levels`], [`mod@stateright`], [`walks`] | the engines, each with its own options |
//!
//! Absent on purpose: Paxos, terminals, the network. `eventually` properties are
//! refused.

pub mod engine;
pub mod error;
pub mod fingerprint;
pub mod kernel;
pub mod levels;
pub mod panics;
pub mod problem;
pub mod progress;
pub mod report;
pub mod stateright;
mod threads;
pub mod walks;

pub use engine::{Engine, check, check_so_far};
pub use error::{CheckError, Connecting, Difference, Differences, Mismatch, Unreachable, Unusable};
pub use fingerprint::{Hashing, Width};
pub use kernel::files::Checkpointing;
pub use kernel::memory::StateMemory;
pub use kernel::search::SearchOptions;
pub use levels::Levels;
pub use panics::catch;
pub use problem::{
    Dictionary, Extras, Identity, Initial, Kinds, MAX_PROPERTIES, Problem, Question, Storage,
    Until, WithoutMarks,
};
pub use progress::{Finding, Phase, Progress, Snapshot};
pub use report::{
    ActionCoverage, Branching, Copies, Counterexample, Distribution, During, Expectation,
    Exploration, MemoryLimit, Method, ModelReport, Panic, Peer, PropertyReport, Reason, Report,
    Step, Verdict,
};
pub use stateright::{Order, Stateright};
pub use synod_vocabulary::PANIC_FREEDOM;
pub use walks::Walks;
