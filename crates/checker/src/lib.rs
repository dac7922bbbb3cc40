//! A verdict on a model never claims more than was explored: the model *holds*, is
//! *violated* with a shortest counterexample, or the run is *inconclusive* and says
//! why.
//!
//! This crate is for programs that check any [`::stateright::Model`]. It counts
//! exactly: distinct states, transitions, depth and the length of counterexamples do
//! not depend on the engine or on the number of threads. A panic of the model is a
//! violation with a path to it. Absent on purpose: Paxos, terminals, the network.
//! Claims of runs, such as that something happens eventually, are decided on the whole graph
//! of states ([`check_runs`]).
//!
//! # Where to begin
//!
//! A [`Problem`] is a model, its properties, and a [`Question`] about them. An
//! [`Engine`] explores the model in some order. [`check`] runs an engine on a problem
//! and returns a [`Report`].
//!
//! | to do this | begin with |
//! |---|---|
//! | check a model | [`Problem`], [`check`], and the example below |
//! | explore level by level, the fast way | [`Levels`] |
//! | compare with Stateright's own searches | [`Stateright`] |
//! | look into a space that is too large | [`Walks`] |
//! | limit a run, or end it at a violation | [`Question`], [`Until`] |
//! | watch or interrupt a run | [`Progress`] |
//! | use checkpoints, or files when memory is short | [`Extras::of`], [`SearchOptions`] |
//! | find a state by its fingerprint | [`Levels::find`] |
//! | show that something happens eventually, or find the cycle in which it never does | [`check_runs`], [`RunClaim`] |
//! | use symmetry, ranks and packed states | [`Explored`] |
//! | read the result | [`Report`], [`Verdict`], [`Reason`], [`Counterexample`] |
//! | write an engine | [`kernel`] |
//!
//! # Example
//!
//! ```
//! use stateright::{Model, Property};
//! use std::sync::Arc;
//! use synod_checker::{CheckError, Extras, Levels, Problem, Progress, Question, Verdict, check};
//!
//! /// Counts up from 0 to 9.
//! struct Counter;
//!
//! impl Model for Counter {
//!     type State = u8;
//!     type Action = ();
//!
//!     fn init_states(&self) -> Vec<u8> {
//!         vec![0]
//!     }
//!
//!     fn actions(&self, _: &u8, actions: &mut Vec<()>) {
//!         actions.push(());
//!     }
//!
//!     fn next_state(&self, count: &u8, (): ()) -> Option<u8> {
//!         (*count < 9).then_some(count + 1)
//!     }
//!
//!     fn properties(&self) -> Vec<Property<Self>> {
//!         vec![
//!             Property::always("below 7", |_, count| *count < 7),
//!             Property::sometimes("reaches 5", |_, count| *count == 5),
//!         ]
//!     }
//! }
//!
//! let progress = Arc::new(Progress::new());
//! let problem = Problem::new(Counter, Extras::default(), Question::default(), &progress)?;
//! let report = check(&problem, &Levels::default())?;
//! assert_eq!(report.verdict, Verdict::Violated);
//! let counterexample = report.counterexample("below 7").unwrap();
//! assert_eq!(counterexample.length(), 7);
//! assert_eq!(counterexample.steps.last().unwrap().state, 7);
//! # Ok::<(), CheckError>(())
//! ```
//!
//! `Counter` is the model of the other examples, too. The example
//! `a_model_of_ones_own` of this crate checks a broken lock and prints the
//! counterexample in words.
//!
//! # Modules
//!
//! Read them in this order; each uses only those before it.
//!
//! | file | what it holds |
//! |---|---|
//! | [`fingerprint`] | the hash of states |
//! | [`sketch`] | of a set, what tells it from another |
//! | [`report`] | verdicts, reasons and figures, as data |
//! | [`error`] | why a model cannot be checked, as data |
//! | [`panics`], `threads` | what protects every engine: panics are caught, and threads tried before use |
//! | [`property`] | a property, as the engines evaluate it |
//! | [`progress`] | what a run has seen so far, and how to interrupt it |
//! | [`problem`] | what is checked, its identity, its limits |
//! | [`kernel`] | the parts of which engines are made |
//! | [`engine`] | what an engine is |
//! | [`explored`] | a model as a search explores it: held in few bits, one state of each orbit |
//! | [`levels`], [`mod@stateright`], [`walks`] | the engines, each with its own options |
//! | [`liveness`] | claims of runs: progress, fairness, deadlock |

pub mod engine;
pub mod error;
pub mod explored;
pub mod fingerprint;
pub mod kernel;
pub mod levels;
pub mod liveness;
pub mod panics;
pub mod problem;
pub mod progress;
pub mod property;
pub mod report;
pub mod sketch;
pub mod stateright;
mod threads;
pub mod walks;

pub use engine::{Engine, check, check_so_far};
pub use error::{CheckError, Connecting, Difference, Differences, Mismatch, Unreachable, Unusable};
pub use explored::Explored;
pub use fingerprint::{Hashing, Width};
pub use kernel::files::Checkpointing;
pub use kernel::memory::StateMemory;
pub use kernel::search::SearchOptions;
pub use levels::{Found, FoundIn, Levels, Next};
pub use liveness::{
    Actions, Fairness, MAX_RUN_CLAIMS, NameOf, Picks, RunClaim, and_runs, check_runs, runs_so_far,
};
pub use panics::catch;
pub use problem::{
    Dictionary, Extras, HashOf, Identity, Initial, IsAlike, Judging, Kinds, MAX_PROPERTIES,
    Numbering, Problem, Question, Steps, Storage, Until, WithoutMarks,
};
pub use progress::{Finding, Phase, Progress, Snapshot};
pub use property::{Condition, Property};
pub use report::{
    ActionCoverage, Branching, Copies, Counterexample, Cycle, Distribution, During, Expectation,
    Exploration, LevelSketch, MemoryLimit, Method, ModelReport, Panic, Peer, PropertyReport,
    Reason, Report, SetFingerprint, Step, Verdict,
};
pub use stateright::{Order, Stateright};
pub use synod_vocabulary::PANIC_FREEDOM;
pub use walks::Walks;
