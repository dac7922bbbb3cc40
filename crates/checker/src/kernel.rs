//! The kernel: the parts of which engines are made. It expands states, evaluates the
//! properties in them, counts, and keeps the visited set and the frontier. The engine
//! decides in which order states are expanded, and in which threads or processes.
//!
//! A program that only checks models needs nothing of this but [`files::Checkpointing`],
//! [`memory::StateMemory`] and [`search::SearchOptions`], the options of
//! [`Levels`](crate::Levels). The other items have no examples of their own: `levels.rs`
//! uses all of them, in the order of a run, and the engine of `synod-distributed` uses
//! them in several processes.
//!
//! Read the modules in this order.
//!
//! | file | what it holds |
//! |---|---|
//! | [`expand`] | the successors of states |
//! | [`findings`] | which properties and panics were found, and in which states |
//! | [`tally`] | counts |
//! | [`recent`] | the states that were reached a moment ago |
//! | `sync`, `table`, [`visited`], [`frontier`] | the fingerprints of the states seen, and the states that wait to be expanded |
//! | [`memory`] | how much memory these two may use |
//! | [`intake`] | new states: counted, checked, and added to the frontier |
//! | [`path`] | from fingerprints back to states and actions |
//! | [`search`] | the options of a search level by level |
//! | [`checkpoint`], [`files`] | the content of a checkpoint, and its files |
//! | [`conclude`] | from findings to a report |

pub mod checkpoint;
pub mod conclude;
pub mod expand;
pub mod files;
pub mod findings;
pub mod frontier;
pub mod intake;
pub mod memory;
pub mod path;
pub mod recent;
pub mod search;
mod sync;
mod table;
pub mod tally;
#[cfg(test)]
mod under_loom;
pub mod visited;
