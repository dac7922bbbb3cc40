//! What needs no TLC.

mod command;
mod compare;
mod read;
mod recorded;
mod results;
mod says;
mod search;
mod states;
mod value;
