//! The standard streams and the signals of a program: writing never panics, and
//! what was ignored when the program began stays ignored.
//!
//! | file | |
//! |---|---|
//! | `output` | results on standard output, notes on standard error |
//! | [`signals`] | SIGINT, SIGTERM and SIGHUP |
//!
//! Absent on purpose: what the results are.

mod output;
pub mod signals;

pub use output::{is_closed, lost, note, say};
