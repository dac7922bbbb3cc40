//! Tells what a run of the checker found, and whether that is what its run spec
//! expects: as a table, as JSON, as JUnit XML, or as a file of counterexamples.
//!
//! It is for programs that run specs (`synod check` is one) and for programs that read
//! what `synod check --format json` prints.
//!
//! | to | begin with |
//! |---|---|
//! | read a result or a counterexample from JSON | [`json::Line`] |
//! | put a checker's report into the words of its model | [`Outcome::of`] |
//! | compare a report with what its spec expects | [`compare`] |
//! | write results in a format | [`Human`], [`Json`], [`Junit`], [`TraceFile`] |
//! | write runs for programs that drive an implementation | [`Itf`] |
//! | add a format | [`Listener`], which each of these four is |
//!
//! The path of a result, module by module: [`outcome`] (the checker's report, its
//! counterexamples as a [`trace`]), [`comparison`] (beside what was expected),
//! [`listener`] (what a format is told), then the format. [`style`] has the colours and
//! [`plurals`] the nouns beside numbers.
//!
//! Absent on purpose: models, run specs, searches.
//!
//! # Examples
//! A line of `synod check --format json` is read:
//!
//! ```
//! use synod_report::json::{Line, Verdict};
//!
//! # let text = include_str!("../examples/counterexample.json");
//! let line = Line::read(text)?; // text: what `synod check --format json SPEC` printed
//! assert_eq!(line.verdict, Verdict::Violated);
//! let found = line.counterexample.ok_or("a violation has a counterexample")?;
//! assert_eq!((found.property.as_str(), found.length), ("I7", 5));
//! assert_eq!(found.steps[1].action.as_deref(), Some("Α: Try New Ballot 0"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod change;
pub mod comparison;
mod human;
mod itf;
pub mod json;
mod junit;
pub mod listener;
pub mod outcome;
pub mod plurals;
pub mod style;
pub mod trace;
mod trace_file;

pub use change::{Change, Parting};
pub use comparison::{Comparison, compare, unchecked};
pub use human::{Human, coverage, told};
pub use itf::Itf;
pub use json::Json;
pub use junit::Junit;
pub use listener::{Checked, Listener, Place, Subject, UnusableFile, WriteError};
pub use outcome::Outcome;
pub use trace::Trace;
pub use trace_file::TraceFile;
