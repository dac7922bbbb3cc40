//! The reachable states of a Rust model and of its TLA+ twin are the same set,
//! or the difference is shown: which states, and how one of them is reached.
//!
//! | file | what |
//! |---|---|
//! | [`value`] | values of TLA+ and their one JSON form |
//! | [`twin`] | what a model needs to have a twin |
//! | `preliminary`, `basic`, `complete`, `paxos` | the states of each model, as its twin has them |

mod basic;
mod complete;
mod paxos;
mod preliminary;
pub mod twin;
pub mod value;
