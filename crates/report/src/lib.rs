//! Tells what a run of the checker found, and whether that is what its run spec
//! expects: as a table, as JSON, as JUnit XML, for code hosts, or as a file of counterexamples.
//!
//! It is for programs that run specs (`synod check` is one) and for programs that read
//! what `synod check --format json` prints.
//!
//! | to | begin with |
//! |---|---|
//! | read a result or a counterexample from JSON | [`json::Line`] |
//! | put a checker's report into the words of its model | [`Outcome::of`] |
//! | compare a report with what its spec expects | [`compare`] |
//! | write results as specs are done | [`Human`], [`Json`] |
//! | write results in the end | [`Junit`], [`JsonLines`], [`TraceLines`], [`OfSummary`], each [`InFile`] or [`Printed`] |
//! | write runs for programs that drive an implementation | [`Itf`] |
//! | add a format | [`Listener`], or [`Document`] if it is one text in the end |
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
pub mod difference;
mod document;
pub mod found;
mod github;
mod gitlab;
mod human;
mod itf;
pub mod json;
mod junit;
pub mod listener;
mod markdown;
mod of_summary;
pub mod outcome;
mod places;
pub mod plurals;
pub mod style;
pub mod summary;
pub mod trace;
pub mod whole_file;

pub use change::{Change, Parting};
pub use comparison::{Comparison, compare, unchecked, worst_case};
pub use document::{Document, InFile, Printed};
pub use found::{FoundState, NextStep};
pub use github::stop_commands;
pub use human::{Human, Verbosity, coverage, since, told, told_steps};
pub use itf::Itf;
pub use json::{Json, JsonLines, TraceLines};
pub use junit::Junit;
pub use listener::{Checked, Listener, Place, Subject, UnusableFile, WriteError};
pub use of_summary::OfSummary;
pub use outcome::Outcome;
pub use summary::Summary;
pub use trace::Trace;
pub use whole_file::WholeFile;
