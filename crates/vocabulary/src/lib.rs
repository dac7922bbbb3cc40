//! How a model describes itself to searches, reports and people: what it claims,
//! what its states and steps are called, and how its states become bytes.
//!
//! | file | what |
//! |---|---|
//! | [`mod@claim`] | a property, its witness and its partner |
//! | [`describe`] | states and steps in words |
//! | `expect` | what a person expects of a run |
//! | `named` | choices that run specs know by name |
//! | [`stored`] | states as bytes, for checkpoints and other processes |
//!
//! Absent on purpose: Paxos, searches, terminals.

pub mod claim;
pub mod describe;
mod expect;
mod named;
pub mod stored;

pub use claim::{Claim, PANIC_FREEDOM, Partner, Witness};
pub use describe::{Describe, Field, Figure, Value};
pub use expect::Expect;
pub use stored::{Codec, Serde, Stored, StoredBy};
