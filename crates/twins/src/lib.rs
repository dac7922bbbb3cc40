//! Checks that a Rust model and its TLA+ twin have the same set of reachable states, and
//! otherwise shows the difference: a state that only one of them reaches, and the steps
//! that lead to it.
//!
//! A *twin* is the same protocol, stated a second time in TLA+, in the folder `tla/`. TLC,
//! the checker of TLA+, explores the twin; a simple search explores the model. The crate
//! is for everyone who changes a model or its twin; the program `scripts/tla` runs it. An
//! *instance* is a run spec (`specs/basic/NAME.toml`) and the configuration of TLC with
//! the same bounds (`tla/instances/basic/NAME.cfg`).
//!
//! # Where to begin
//!
//! [`judge::judge`] explores an instance on both sides and compares them.
//! [`instance::Project`] finds the instances, [`tlc::Program`] finds TLC, and
//! [`judge::dump`] shows the states of a model without TLC:
//!
//! ```
//! use synod_twins::instance::Project;
//! use synod_twins::judge::{dump, figures};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let checkout = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
//! let project = Project(checkout.into()); // The folder with specs/ and tla/.
//! let name = "preliminary/one-ballot-of-three-priests-holds".to_owned();
//! let instance = project.instance(name)?;
//!
//! assert_eq!(figures(&instance)?.explored, Some((129, 12))); // States, depth.
//! assert_eq!(dump(&instance)?.len(), 129); // Each as canonical JSON.
//! # Ok(())
//! # }
//! ```
//!
//! The items without an example are parts of [`judge`](mod@judge), which this one shows.
//!
//! # The modules
//!
//! | file | contents |
//! |---|---|
//! | [`mod@judge`] | an instance, explored on both sides and compared |
//! | [`instance`] | the instances of the project |
//! | `registry` | the models that have a twin, a line each |
//! | `twin` | the trait of a model that has a twin |
//! | `preliminary`, `basic`, `complete`, `parliament`, `paxos` | the states of each model, in the variables of its twin |
//! | [`value`] | values of TLA+, and their canonical JSON |
//! | [`search`] | every reachable state of a model, and the steps that lead to it |
//! | [`tlc`] | TLC: finds it, runs it, reads its output |
//! | [`read`], [`dump`] | reads values and states that TLC writes |
//! | [`compare`] | compares two sets of states |
//! | [`results`] | what was found when TLC was last run |
//!
//! Absent on purpose: the checker. Its state counts are among the results that this crate
//! verifies, so it must not share the checker's search.

mod basic;
pub mod compare;
mod complete;
pub mod dump;
pub mod instance;
pub mod judge;
mod parliament;
mod paxos;
mod preliminary;
pub mod read;
mod registry;
pub mod results;
pub mod search;
pub mod tlc;
mod twin;
pub mod value;
