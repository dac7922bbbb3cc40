//! What came out of a run, compared with what was expected, and told.
//!
//! | file | what |
//! |---|---|
//! | [`outcome`] | what the checker reports, in the words of the model |
//! | [`trace`] | a counterexample in the words of the model |
//! | [`comparison`] | an outcome beside what was expected |
//! | [`listener`] | what a format hears of each run |
//! | `human`, `json`, `junit`, `trace_file` | the formats |
//! | [`style`], [`plurals`] | colours, and numbers in sentences |
//!
//! Absent on purpose: models, run specs, searches.

pub mod comparison;
mod human;
mod json;
mod junit;
pub mod listener;
pub mod outcome;
pub mod plurals;
pub mod style;
pub mod trace;
mod trace_file;

pub use comparison::{Comparison, compare};
pub use human::Human;
pub use json::Json;
pub use junit::Junit;
pub use listener::{Checked, Listener, Subject, UnusableFile, WriteError};
pub use outcome::Outcome;
pub use trace::Trace;
pub use trace_file::TraceFile;
