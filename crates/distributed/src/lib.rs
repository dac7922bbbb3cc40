//! The engine [`Timely`] searches state spaces that outgrow the memory of one machine, with
//! the same counts, verdicts and lengths of counterexamples as the engine `levels`
//! ([`synod_checker::Levels`]).
//!
//! It is for a user of [`synod_checker`] whose model is too large for one machine, and takes
//! the place of `levels`: a breadth-first search on Timely Dataflow, over the threads of
//! several processes. The states of the model must be writable as bytes
//! ([`synod_checker::Storage`]).
//!
//! | begin with | to |
//! |---|---|
//! | [`Timely`] | check a model with several workers |
//! | [`parse_hosts`], [`Hosts::listen`] | name the processes of a run, one on each machine |
//!
//! A model with 1000 states, checked by two workers of this process:
//!
//! ```
//! use stateright::{Model, Property};
//! use std::num::NonZeroUsize;
//! use std::sync::Arc;
//! use synod_checker::{
//!     Extras, Problem, Progress, Question, SearchOptions, Storage, Verdict, check,
//! };
//! use synod_distributed::Timely;
//!
//! struct Counter;
//!
//! impl Model for Counter {
//!     type State = u16;
//!     type Action = u16;
//!
//!     fn init_states(&self) -> Vec<u16> {
//!         vec![0]
//!     }
//!
//!     fn actions(&self, _: &u16, actions: &mut Vec<u16>) {
//!         actions.extend([1, 7]);
//!     }
//!
//!     fn next_state(&self, state: &u16, step: u16) -> Option<u16> {
//!         Some((state + step) % 1000)
//!     }
//!
//!     fn properties(&self) -> Vec<Property<Self>> {
//!         vec![Property::always("small", |_, state| *state < 1000)]
//!     }
//! }
//!
//! fn read(bytes: &mut &[u8]) -> Option<u16> {
//!     let (state, rest) = bytes.split_first_chunk()?;
//!     *bytes = rest;
//!     Some(u16::from_le_bytes(*state))
//! }
//!
//! let storage = Storage {
//!     write: |_: &Counter, state, bytes| bytes.extend(state.to_le_bytes()),
//!     read_own: |_, bytes| read(bytes),
//!     read: |_, _, bytes| read(bytes),
//!     write_context: |_, _, _| {}, // The bytes of a state refer to nothing else.
//!     read_context: |_, _, bytes| bytes.is_empty(),
//! };
//! let extras = Extras { storage: Some(storage), ..Extras::default() };
//! let progress = Arc::new(Progress::default());
//! let problem = Problem::new(Counter, extras, Question::default(), &progress).unwrap();
//! let engine = Timely {
//!     workers: NonZeroUsize::new(2).unwrap(),
//!     hosts: None,
//!     search: SearchOptions::default(),
//! };
//! let report = check(&problem, &engine).unwrap();
//! assert_eq!((report.verdict, report.states), (Verdict::Holds, 1000));
//! ```
//!
//! # How it works
//!
//! Each state has an owner, a worker that the state's fingerprint determines. Each worker
//! keeps the fingerprints of the states that it owns, in the same kind of visited set as
//! `levels`, and expands these states; each successor goes as flat bytes to its own owner
//! (`packet`). A level ends on all workers before the next begins (`dataflow`). So
//! everything that is counted by complete levels is the same as with `levels`, and so is
//! the length of each counterexample. The states on the path of a counterexample may
//! differ from run to run: the predecessor of a state is the one from which it was
//! reached first. Predecessors are kept in a file (`predecessors`).
//!
//! If a process or a connection is lost, the run ends on all processes, without a
//! verdict. A later run can resume from its checkpoint (`checkpoint`), with any number of
//! processes.
//!
//! | file | content |
//! |---|---|
//! | [`hosts`] | the addresses of the processes |
//! | `introduction`, `handshake`, `connect`, `connection` | connections between the processes |
//! | `topology`, `task`, `failure` | what all workers of a process share |
//! | `packet`, `outbox`, `inbox` | states on their way to their owners |
//! | `progress` | what each worker reports of a level, and what follows for all |
//! | `owned`, `partition` | the states that one worker owns, and its part of the search |
//! | `shards`, `predecessors`, `checkpoint` | checkpoints and other files |
//! | `worker`, `receive`, `expand`, `dataflow` | the operators of a worker |
//! | `backtrace` | the path from a violation back to an initial state |
//! | `pool` | the workers of a process |
//! | `options`, `engine` | the engine's options, and a run of it |
//!
//! Absent on purpose: Paxos, terminals, encryption.

mod backtrace;
mod checkpoint;
mod connect;
mod connection;
mod dataflow;
mod engine;
mod expand;
mod failure;
mod handshake;
pub mod hosts;
mod inbox;
mod introduction;
mod operators;
mod options;
mod outbox;
mod owned;
mod packet;
mod partition;
mod pool;
mod predecessors;
mod progress;
mod receive;
mod shards;
mod task;
mod topology;
mod worker;

pub use hosts::{Host, Hosts, HostsError, InvalidHosts, MAX_PROCESSES, parse_hosts};
pub use options::Timely;
