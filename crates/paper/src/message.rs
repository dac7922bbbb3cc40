//! The messages of §2.2 and §2.3.

use std::fmt;
use synod_math::{BallotNumber, Priest, PriestSet, Vote};

/// An element of 𝓜.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message<D> {
    /// NextBallot(b), to any priest.
    NextBallot(BallotNumber),
    /// LastVote(b, v), to owner(b).
    LastVote(BallotNumber, Vote<D>),
    /// BeginBallot(b, d), to the quorum of the ballot, which it carries.
    BeginBallot(BallotNumber, D, PriestSet),
    /// Voted(b, q), to owner(b).
    Voted(BallotNumber, Priest),
    /// Success(d), to any priest.
    Success(D),
}

impl<D> Message<D> {
    /// The same message on the decree that `map` makes of its own.
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
