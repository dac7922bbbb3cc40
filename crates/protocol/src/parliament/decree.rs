//! Decrees, their numbers, and the requests that become decrees (§3.1, §4).

use std::fmt;

/// The number of a decree; the first is 1. "n" in §3.1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DecreeNumber(pub u64);

impl DecreeNumber {
    /// Below the first: of a ledger without decrees.
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

/// Who asks, and which of his requests it is. A client numbers his requests
/// upwards, and has one under way at a time; one that is retried keeps its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId {
    /// The client.
    pub client: u64,
    /// The number of the request among his.
    pub sequence: u64,
}

/// What somebody asks the parliament for: a command, and how to know it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Request<C> {
    /// Which request this is.
    pub id: RequestId,
    /// A command of the state machine.
    pub command: C,
}

/// What a ballot is held on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decree<C> {
    /// "The ides of February is national olive day": a traditional decree of
    /// no consequence, which fills a gap. No-op elsewhere.
    OliveDay,
    /// What was asked for.
    Request(Request<C>),
}

impl<C> Decree<C> {
    /// The request that it grants; none for the olive day.
    pub fn request_id(&self) -> Option<RequestId> {
        match self {
            Self::OliveDay => None,
            Self::Request(request) => Some(request.id),
        }
    }
}

/// Why a request will not be passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Declined {
    /// Nobody is known who presides: try again soon.
    NoPresident,
    /// As many requests as he may keep are waiting: try again later.
    Full,
    /// A later request of the same client has been passed.
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
