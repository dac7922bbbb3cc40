//! Decrees, their numbers, and the requests that become decrees (§3.1, §4). The example of
//! [`Legislator`](super::Legislator) makes a request.

use crate::state_machine::StateMachine;
use std::fmt;

/// The number of a decree (log index, slot); the first is 1. "n" in §3.1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DecreeNumber(pub u64);

impl DecreeNumber {
    /// The number before the first: how far a ledger without decrees goes.
    pub const ZERO: Self = Self(0);

    /// The number after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for DecreeNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The identity of a request: its client, and its number among the requests of that client. A client
/// numbers its requests in ascending order and has one under way at a time. A request that it retries
/// keeps its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId {
    /// The client.
    pub client: u64,
    /// The number of the request among those of the client.
    pub sequence: u64,
}

/// A request of a client to the parliament: a command and its identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Request<C> {
    /// The identity of the request. A request with the same id is carried out once.
    pub id: RequestId,
    /// The command for the state machine.
    pub command: C,
}

/// A decree: the value that a ballot is held on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decree<C> {
    /// "The ides of February is national olive day": a traditional decree without consequence, which
    /// fills a gap (a no-op).
    OliveDay,
    /// The request of a client.
    Request(Request<C>),
}

impl<C> Decree<C> {
    /// The id of the request that the decree grants; none for the olive day.
    pub fn request_id(&self) -> Option<RequestId> {
        match self {
            Self::OliveDay => None,
            Self::Request(request) => Some(request.id),
        }
    }

    /// The size of the decree: that of its command, and 1 for the olive day.
    pub fn size<S: StateMachine<Command = C>>(&self) -> usize {
        match self {
            Self::OliveDay => 1,
            Self::Request(request) => S::size(&request.command),
        }
    }
}

/// Why a legislator declines a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Declined {
    /// The legislator knows no president. Try again soon.
    NoPresident,
    /// The president has as many waiting requests as he may keep. Try again later.
    Full,
    /// A later request of the same client has been passed. Do not try again.
    Superseded,
}

impl fmt::Display for Declined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoPresident => "no president is known: try again soon",
            Self::Full => "too many requests are waiting: try again later",
            Self::Superseded => "a later request of this client has been passed",
        })
    }
}
