//! Tests that a cluster of real `synod node` processes keeps its promises to clients
//! while processes, links, disks and clocks fail.
//!
//! A *trial* starts the processes, with real files. It kills and stops them, cuts and
//! delays their messages, and loses their ledgers, while clients read and write a
//! replicated map. Every call of a client is recorded. In the end the *judge*, a
//! linearizability checker, decides whether a single map that does one thing at a time
//! could have given the recorded answers.
//!
//! # Where to begin
//!
//! | to | use |
//! |---|---|
//! | run a trial with every kind of fault | [`trial::run`] (the program `scripts/faults`) |
//! | run a trial with faults of one's own | [`trial::run_with`] |
//! | judge a history | [`linearizability::check`] |
//! | start processes and clients without a trial | [`cluster::Cluster`], [`load::Load`] |
//!
//! A history of two clients is judged. The second one read a value that had been
//! overwritten:
//!
//! ```
//! use synod_trials::history::{Call, CallOutcome, Condition, Operation, Response};
//! use synod_trials::linearizability::check;
//!
//! let call = |client, invoked, operation, response| Call {
//!     client,
//!     node: 1,
//!     key: "key".to_owned(),
//!     operation,
//!     invoked,
//!     pipeline: None,
//!     outcome: CallOutcome::Answered { at: invoked + 1, response },
//! };
//! let set = |value: &str| Operation::Set {
//!     value: value.to_owned(),
//!     condition: Condition::Always,
//! };
//! let stale = Response::Value(Some("a".to_owned()));
//! let history = [
//!     call(1, 0, set("a"), Response::Stored(true)),
//!     call(1, 2, set("b"), Response::Stored(true)),
//!     call(2, 4, Operation::Get, stale),
//! ];
//! assert!(check(&history[..2]).is_linearizable());
//! assert_eq!(check(&history).violations[0].unexplained, history[2]);
//! ```
//!
//! The items without an example are parts of this one, or of the one of [`trial`].
//!
//! # The modules
//!
//! | file | contents |
//! |---|---|
//! | [`trial`], [`report`] | a whole trial, and its report |
//! | [`faults`] | the kinds of faults, and the schedule that a seed determines |
//! | `loss`, [`clock`] | lost ledgers; clocks that jump |
//! | [`cluster`], `setup`, [`process`], [`ports`] | the processes |
//! | [`proxy`] | the network between the processes |
//! | `connection`, [`client`], [`load`], `banks` | the clients |
//! | [`history`] | the record of what the clients did and saw |
//! | [`linearizability`], `search`, `object`, `map` | the judge |
//! | [`random`] | random numbers that a seed repeats |
//!
//! Absent on purpose: every other part of Synod, except the encoding of the client
//! protocol (`synod-resp`) and the standard streams. If the judge shared code with the
//! program under test, both could share an error.

mod banks;
pub mod client;
pub mod clock;
pub mod cluster;
mod connection;
pub mod faults;
pub mod history;
pub mod linearizability;
pub mod load;
mod loss;
mod map;
mod object;
pub mod ports;
pub mod process;
pub mod proxy;
pub mod random;
pub mod report;
mod search;
mod setup;
pub mod trial;
