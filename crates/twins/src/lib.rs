//! The reachable states of a Rust model and of its TLA+ twin are the same set,
//! or the difference is shown: which states, and how one of them is reached.
//!
//! | file | what |
//! |---|---|
//! | [`value`] | values of TLA+ and their one JSON form |
//! | `twin` | what a model needs to have a twin |
//! | `preliminary`, `basic`, `complete`, `paxos` | the states of each model, as its twin has them |
//! | `registry` | the models that have a twin, a line each |
//! | [`search`] | every reachable state of a model, and how it is reached |
//! | [`read`], [`dump`] | what TLC writes, read back |
//! | [`tlc`] | TLC: where it is, how it is run, what it says |
//! | [`compare`] | two sets of states |
//! | [`instance`] | a run spec and the configuration of TLC that goes with it |
//! | [`mod@judge`] | an instance, explored by both and compared |
//! | [`results`] | what was found when TLC was last run |
//!
//! Absent on purpose: the checker. What it says is among what is judged here.

mod basic;
pub mod compare;
mod complete;
pub mod dump;
pub mod instance;
pub mod judge;
mod paxos;
mod preliminary;
pub mod read;
mod registry;
pub mod results;
pub mod search;
pub mod tlc;
mod twin;
pub mod value;
