//! Run specs: what to check and what to expect, as files.
//!
//! The format is TOML. Every error says where it is and what would be right.
//!
//! | file | what |
//! |---|---|
//! | `run_spec` | from the text of a spec to a model and an expectation |
//! | `protocols` | the registry: one line a protocol, and what its specs say in a file of its own |
//! | `protocol`, `registry` | what a protocol brings along, and what becomes of the line |
//! | `bounds`, `expect` | the keys that protocols share, and the table `[expect]` |
//! | `read`, `error` | values out of TOML, with errors that help |
//! | `visit` | what may be done with a model, whatever its type |
//!
//! Absent on purpose: searches, verdicts, terminals.

mod bounds;
mod error;
mod expect;
mod protocol;
mod protocols;
mod read;
mod registry;
mod run_spec;
mod visit;

pub use error::SpecError;
pub use protocols::{PROTOCOLS, Registered};
pub use run_spec::{RunSpec, Size, parse};
pub use synod_vocabulary::Expect;
pub use visit::{Checkable, ViewError, Viewable, Viewer, Visitor};
