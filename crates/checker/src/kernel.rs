//! What all engines are made of: it expands states, judges them, counts, and
//! keeps what was seen and what waits. In which order, and where, is an engine's.
//!
//! | file | |
//! |---|---|
//! | [`expand`] | the successors of states |
//! | [`findings`] | what properties and panics were found, and where |
//! | [`tally`] | counts |
//! | [`visited`], [`frontier`] | the states seen, and those that wait |
//! | [`memory`] | what these may take |
//! | [`intake`] | what becomes of states that are new |
//! | [`path`] | from fingerprints back to states and actions |
//! | [`search`] | what is asked of a search level by level |
//! | [`checkpoint`], [`files`] | what a checkpoint is made of, and its files |
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
pub mod search;
pub mod tally;
pub mod visited;
