//! Runs the Parliament (§3) on a real network with real disks.
//!
//! The logic is [`synod_protocol::parliament`], the very code that is
//! model-checked. This crate gives it what it has not: a clock, a disk, a
//! network and clients. It decides nothing that the protocol decides: what it does
//! to a legislator (withhold a message, end a timer early, begin anew from the
//! ledger) a network, a clock and a crash can do as well.
//!
//! ```text
//! clients ─→ resp ─┐                        ┌─→ ledger (redb, fsync)
//!                  ├─→ driver ─→ Legislator ┼─→ trace (JSON lines)
//! peers ─→ transport ┘                      └─→ transport ─→ peers
//! ```
//!
//! | file | what |
//! |---|---|
//! | [`driver`] | the one task that owns a process: inputs in, outputs out in order |
//! | `host` | what the legislator lives in: disk, network, clients, whether he may take part |
//! | [`event`] | what reaches a node, and what it replies |
//! | [`handle`] | the way to the driver |
//! | [`ledger`] | the legislator's ledger on disk |
//! | [`ledger_identity`] | which ledger it is, and how far it has come |
//! | [`rollback`] | whether that ledger is the one that the others have met |
//! | [`wire`] | messages and notes as bytes |
//! | [`transport`] | frames between legislators |
//! | [`certificates`] | who may take part, where TLS is used |
//! | [`timers`] | the times of the protocol's timers |
//! | [`status`] | what a node shows of itself |
//! | [`config`] | what it has to be told |
//! | [`clients`] | the Redis protocol: requests in, replies out |
//! | [`http`] | health and metrics |
//! | `accept` | connections, however many come |
//! | [`files`] | how many files may be open |
//! | `private` | what others must not read or point elsewhere |
//! | [`node`] | all of it put together |
//! | `types` | the protocol's types, of a map |

mod accept;
pub mod certificates;
pub mod clients;
pub mod config;
pub mod driver;
pub mod event;
pub mod files;
pub mod handle;
mod host;
pub mod http;
pub mod ledger;
pub mod ledger_identity;
pub mod node;
pub mod private;
pub mod rollback;
pub mod status;
pub mod timers;
pub mod transport;
mod types;
pub mod wire;

pub use types::{
    Action, Answer, Command, Decree, Ledger, Legislator, Map, Message, Note, Request, Response,
};
