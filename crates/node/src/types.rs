//! The types of the protocol, for a law that is a map from keys to values.

use synod_protocol::parliament;
use synod_protocol::state_machine::map;

pub use synod_trace::{Action, Command, Decree, Ledger, SharedCommand};

/// The state machine that nodes run: a map from keys to values.
pub type Map = map::Map;
/// What the map responds to a [`Command`].
pub type Response = map::Response;
/// A legislator whose law is a [`Map`].
pub type Legislator = parliament::Legislator<Map>;
/// What legislators send each other. [`wire`](crate::wire) writes it as bytes.
pub type Message = parliament::Message<Map>;
/// A change of the ledger. [`DiskLedger::commit`](crate::ledger::DiskLedger::commit) makes it
/// durable.
pub type Note = parliament::Note<Map>;
/// A command and the id of the request for it.
pub type Request = parliament::Request<SharedCommand>;
/// The answer to a [`Request`].
pub type Answer = parliament::Answer<Response>;
