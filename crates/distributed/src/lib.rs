//! The engine [`Timely`]: the search of [`synod_checker::Levels`] on Timely
//! Dataflow, over the threads of several processes, for spaces that outgrow the
//! memory of one machine.
//!
//! Each state has an owner, which its fingerprint names. Each worker keeps the
//! fingerprints of the states that it owns, in the set that the engine `levels`
//! has, and expands those; what it reaches goes to the owner as flat bytes
//! (`packet`). A level ends everywhere before the next begins (`dataflow`), so
//! every count that is made of whole levels is that of any other engine, and so
//! is the length of each counterexample. Which states are on the path to it may
//! differ from run to run: the first that reaches a state is its predecessor,
//! and is kept in a file (`predecessors`).
//!
//! If a process is lost, or a connection, the run is over for all and has no
//! verdict; from a checkpoint (`checkpoint`) it goes on, with as many processes
//! as there are then.
//!
//! | file | |
//! |---|---|
//! | [`hosts`] | the other processes |
//! | `introduction`, `handshake`, `connect`, `connection` | how they are connected |
//! | `topology`, `task`, `failure` | what all workers of a process share |
//! | `packet`, `dedup`, `outbox`, `inbox` | states on their way to their owners |
//! | `progress` | what all workers tell of each level, and what follows |
//! | `owned`, `partition` | the states that one worker owns, and its part of the search |
//! | `shards`, `predecessors`, `checkpoint` | checkpoints and other files |
//! | `worker`, `receive`, `expand`, `dataflow` | the operators of a worker |
//! | `backtrace` | from a violation to an initial state |
//! | `pool` | the workers of a process |
//! | `options`, `engine` | what is asked of the engine, and a run of it |
//!
//! Absent on purpose: Paxos, terminals, encryption.

mod backtrace;
mod checkpoint;
mod connect;
mod connection;
mod dataflow;
mod dedup;
mod engine;
mod expand;
mod failure;
mod handshake;
pub mod hosts;
mod inbox;
mod introduction;
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
