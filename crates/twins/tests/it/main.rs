//! What needs no TLC.

#![allow(clippy::unwrap_used, clippy::panic)] // Tests.

mod command;
mod compare;
mod read;
mod recorded;
mod results;
mod says;
mod search;
mod states;
mod value;
