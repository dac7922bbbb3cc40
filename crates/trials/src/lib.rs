//! Real processes put to the test.
//!
//! A trial starts a parliament of real processes with real files, kills them,
//! stops them, cuts and delays what they say to each other, and meanwhile asks
//! them to keep a map. Every call is written down, and in the end a judge says
//! whether one map, doing one thing at a time, could have answered so.
//!
//! | file | |
//! |---|---|
//! | [`history`] | what the clients did and saw |
//! | [`linearizability`], `search`, `map` | the judge |
//! | `connection`, [`load`] | the clients |
//! | [`proxy`] | the network |
//! | [`cluster`], `setup`, [`process`], [`ports`] | the processes |
//! | [`faults`] | what goes wrong, and when |
//! | `loss`, [`clock`] | ledgers that are lost, clocks that jump |
//! | [`trial`], [`report`] | all of it together |
//! | [`random`] | what a seed repeats |
//!
//! Absent on purpose: every other part of Synod but the bytes of the client
//! protocol. A judge that shared a line with what it judges might share its error.

pub mod clock;
pub mod cluster;
mod connection;
pub mod faults;
pub mod history;
pub mod linearizability;
pub mod load;
mod loss;
mod map;
pub mod ports;
pub mod process;
pub mod proxy;
pub mod random;
pub mod report;
mod search;
mod setup;
pub mod trial;
