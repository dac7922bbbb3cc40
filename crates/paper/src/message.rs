//! The messages of §2.2 and §2.3, which the preliminary and the basic protocol send.
//!
//! ```
//! use synod_math::{BallotNumber, Priest};
//! use synod_paper::Message;
//!
//! let voted = Message::<&str>::Voted(BallotNumber(3), Priest::new(1).unwrap());
//! assert_eq!(voted.to_string(), "Voted(3, Β)");
//! ```

use std::fmt;
use synod_math::{BallotNumber, Priest, PriestSet, Vote};

/// A message: an element of 𝓜, the set of all messages ever sent. The two protocols
/// that send them are [`preliminary`](crate::preliminary) and [`basic`](crate::basic).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message<D> {
    /// NextBallot(b), to any priest (the field's prepare, or phase 1a).
    NextBallot(BallotNumber),
    /// LastVote(b, v), to owner(b) (promise, phase 1b).
    LastVote(BallotNumber, Vote<D>),
    /// BeginBallot(b, d), to the quorum of the ballot, which the message carries (accept,
    /// phase 2a).
    BeginBallot(BallotNumber, D, PriestSet),
    /// Voted(b, q), to owner(b) (accepted, phase 2b).
    Voted(BallotNumber, Priest),
    /// Success(d), to any priest (decision, learn).
    Success(D),
}

impl<D> Message<D> {
    /// The same message with its decree replaced by what `map` returns for it.
    pub fn map<E>(&self, map: impl FnOnce(&D) -> E) -> Message<E> {
        match self {
            Self::NextBallot(b) => Message::NextBallot(*b),
            Self::LastVote(b, vote) => Message::LastVote(*b, vote.map(map)),
            Self::BeginBallot(b, d, quorum) => Message::BeginBallot(*b, map(d), *quorum),
            Self::Voted(b, q) => Message::Voted(*b, *q),
            Self::Success(d) => Message::Success(map(d)),
        }
    }
}

impl<D: fmt::Display> fmt::Display for Message<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NextBallot(b) => write!(f, "NextBallot({b})"),
            Self::LastVote(b, vote) => write!(f, "LastVote({b}, {vote})"),
            Self::BeginBallot(b, d, quorum) => write!(f, "BeginBallot({b}, {d}) to {quorum}"),
            Self::Voted(b, q) => write!(f, "Voted({b}, {q})"),
            Self::Success(d) => write!(f, "Success({d})"),
        }
    }
}
