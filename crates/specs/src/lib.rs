//! Run specs: a TOML file that names a protocol, its bounds and the expected result becomes a
//! model that any engine can check. Every error has a place in the file and a remedy.
//!
//! It is for programs that check specs: `synod` is one. `docs/run-specs.md` is the reference of
//! the format, with every key.
//!
//! | to | begin with |
//! |---|---|
//! | read a spec | [`parse`], which returns a [`RunSpec`] |
//! | check its model, or do anything else with it | a [`Visitor`], for [`RunSpec::visit`] |
//! | show its model to a person | a [`Viewer`], for [`RunSpec::view`] |
//! | pin other figures in its text | [`repin()`] |
//! | report a mistake in a spec | [`SpecError`] |
//! | judge ballots that somebody has drawn | [`judge()`] |
//! | list the protocols and their mutants | [`PROTOCOLS`] |
//!
//! The sources, in the order in which to read them: `run_spec` (from the text to a model and an
//! expectation), `protocols` (the registry: one line and one file for each protocol), `protocol`
//! and `registry` (what a protocol brings, and what a line of the registry becomes), `bounds` and
//! `expect` (keys that protocols share), `progress` (claims of runs), `repin` (new figures in the text of a spec), `read` and `error` (values from TOML), `visit`.
//!
//! Absent on purpose: searches, verdicts, terminals.
//!
//! # Examples
//! ```
//! use synod_specs::{Expect, parse};
//!
//! let spec = parse(
//!     r#"
//!     about    = "Two priests who compete pass one decree."
//!     protocol = "basic"
//!     priests  = 2
//!     decrees  = ["a", "b"]
//!
//!     [expect]
//!     verdict  = "holds"
//!     states   = 2259
//!     "#,
//! )?;
//! assert_eq!(spec.bounds, "2 priests, ballots 0 1, decrees a b");
//! assert!(matches!(spec.expect, Expect::Holds { states: Some(2259), .. }));
//!
//! let error = parse("preists = 2").err().ok_or("it is refused")?;
//! assert_eq!(error.to_string(), "unknown key `preists`; did you mean `priests`?");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The example `a_spec_of_ones_own` also checks the model.

mod bounds;
mod error;
mod expect;
mod judge;
mod progress;
mod protocol;
mod protocols;
mod read;
mod reductions;
mod registry;
mod repin;
mod run_spec;
mod visit;

pub use error::SpecError;
pub use judge::judge;
pub use progress::{Progress, ProgressClaim};
pub use protocols::{PROTOCOLS, Registered};
pub use repin::{Because, NotRewritten, repin};
pub use run_spec::{LONGEST_RUN, RunSpec, Size, parse};
pub use synod_vocabulary::Expect;
pub use visit::{Checkable, ViewError, Viewable, Viewer, Visitor};
