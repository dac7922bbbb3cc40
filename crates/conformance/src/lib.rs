//! Whether another implementation, in any language, does what a model does: test traces of
//! the model to drive it through, and a judge of what it says it did.
//!
//! It is for the author of an implementation that is not a process of Synod's worlds, and
//! for any model that describes itself ([`Describe`](synod_vocabulary::Describe)).
//!
//! | to | begin with |
//! |---|---|
//! | have test traces that cover every action and every branch | [`cover()`], [`Coverage`] |
//! | write them as ITF or JSON lines | [`Coverage::files`], [`Form`] |
//! | read what an implementation wrote, as JSON lines | [`Log::read`] |
//! | know whether it is a run of the model | [`judge()`], [`Judgement`] |
//!
//! `docs/conformance.md` has the schema, and says what is judged and what is not.
//!
//! # Example
//! An implementation of a counter logs what it does. The model counts to 3:
//!
//! ```
//! use stateright::Model;
//! use synod_checker::{Extras, Problem, Question};
//! use synod_conformance::{Log, Outcome, Unlogged, cover, judge};
//! use synod_vocabulary::{Describe, Field, Value};
//!
//! #[derive(Clone)]
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
//!     fn actions(&self, count: &u8, actions: &mut Vec<()>) {
//!         actions.extend((*count < 3).then_some(()));
//!     }
//!
//!     fn next_state(&self, count: &u8, (): ()) -> Option<u8> {
//!         Some(count + 1)
//!     }
//! }
//!
//! impl Describe for Counter {
//!     fn fields(&self, count: &u8) -> Vec<Field> {
//!         vec![Field::of("p0", "count", Value::one(count))]
//!     }
//!
//!     fn step_name(&self, (): &()) -> String {
//!         "p0: Count".to_owned()
//!     }
//! }
//!
//! let problem = |model| {
//!     Problem::new(model, Extras::default(), Question::default(), &Default::default())
//! };
//! let coverage = cover(&*problem(Counter)?, 1.try_into()?);
//! assert_eq!((coverage.actions, coverage.branches, coverage.traces.len()), (1, 1, 1));
//!
//! let right = r#"{"process": "p0", "action": "Count", "state": {"p0": {"count": 1}}}"#;
//! let wrong = right.replace('1', "2");
//! let judged = |text: &str| -> Result<_, Box<dyn std::error::Error>> {
//!     let log = Log::read("p0.jsonl", text)?;
//!     Ok(judge(&*problem(Counter)?, &[log], &Unlogged::default())?.outcome)
//! };
//! assert_eq!(judged(right)?, Outcome::Run);
//! assert!(matches!(judged(&wrong)?, Outcome::NoRun(_)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Modules
//!
//! | file | what it holds |
//! |---|---|
//! | [`mod@cover`] | test traces: the search for all branches, and which traces are kept |
//! | `choice` | few paths that cover every branch |
//! | [`write`](mod@write) | test traces as files |
//! | [`log`], `expected` | the lines of an implementation, read; what they say of the model's variables |
//! | `steps` | the steps that are possible in a state, and how states are told apart; why a search stops |
//! | [`mod@judge`] | the search for a run that explains the lines |
//! | [`refusal`] | where no run goes on, and what the model allows there |
//!
//! Absent on purpose: run specs, command lines, and the connection to an implementation.

mod choice;
pub mod cover;
mod expected;
pub mod judge;
pub mod log;
pub mod refusal;
mod steps;
pub mod write;

pub use cover::{Coverage, TestTrace, cover};
pub use judge::{Judgement, Outcome, UnknownSteps, Unlogged, judge};
pub use log::{Log, LogError};
pub use refusal::{Allowed, Difference, Refusal, Stuck, Waits};
pub use steps::Stopped;
pub use write::Form;
