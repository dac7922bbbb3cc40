//! The types of the protocol, where the law is a map.

use synod_protocol::parliament;
use synod_protocol::state_machine::map;

/// What a client asks for.
pub type Command = map::Command;
/// What a ballot is held on.
pub type Decree = parliament::Decree<Command>;
/// What is durable.
pub type Ledger = parliament::Ledger<Command>;
/// An action of A.1.
pub type Action = parliament::Action<Command>;
