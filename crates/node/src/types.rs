//! The types of the protocol, where the law is a map.

use synod_protocol::parliament;
use synod_protocol::state_machine::map;

pub use synod_trace::{Action, Command, Decree, Ledger};

/// The state machine that nodes run.
pub type Map = map::Map;
/// What it is answered.
pub type Response = map::Response;
/// A legislator whose law is a map.
pub type Legislator = parliament::Legislator<Map>;
/// What legislators send each other.
pub type Message = parliament::Message<Command>;
/// A change of the ledger.
pub type Note = parliament::Note<Command>;
/// A command and its name.
pub type Request = parliament::Request<Command>;
/// The answer to a request.
pub type Answer = parliament::Answer<Response>;
