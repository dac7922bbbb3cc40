//! The types of the protocol for one state machine: the map from keys to values that
//! Synod's nodes replicate.

use synod_protocol::parliament;
use synod_protocol::state_machine::map;

/// A command of the map.
pub type Command = map::Command;
/// A command that its clones share.
pub type SharedCommand = map::SharedCommand;
/// A decree: the value of a ballot, here a request of a client or the olive day (no-op).
pub type Decree = parliament::Decree<SharedCommand>;
/// A ledger: the durable record of a legislator.
pub type Ledger = parliament::Ledger<map::Map>;
/// An action of A.1, as legislators name it.
pub type Action = parliament::Action<SharedCommand>;
