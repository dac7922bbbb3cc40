//! The tests that need no TLC.

#![allow(clippy::unwrap_used, clippy::panic)] // Tests.

mod command;
mod compare;
mod in_time;
mod read;
mod recorded;
mod results;
mod search;
mod states;
mod tlc_output;
mod value;
