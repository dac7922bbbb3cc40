//! Why a step cannot be taken.

use crate::numbers::DecreeId;
use crate::state::Disallowed;
use std::fmt;
use synod_math::{BallotNumber, Priest, PriestSet};
use synod_protocol::parliament::DecreeNumber;

/// Why a step cannot be taken: not yet, or never.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hindrance {
    /// A message is not in 𝓜: it may be after others have taken steps.
    NotSent(Missing),
    /// The action is not enabled. What others do changes nothing.
    NotEnabled(Guard),
}

/// A message, or several, that nobody has sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    NextBallot(BallotNumber),
    /// What he sent instead, if anything.
    LastVote(BallotNumber, Priest, Option<String>),
    BeginBallot(DecreeNumber, BallotNumber),
    Voted(DecreeNumber, BallotNumber, PriestSet),
    Success(DecreeNumber),
    /// Of what would explain an outcome in the ledger.
    Outcome(DecreeNumber),
    /// Of what would explain a vote in a ballot of his own.
    OwnVote(DecreeNumber, BallotNumber),
}

/// What A.1 asks for and is not so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
    NotAbove(&'static str, Option<BallotNumber>),
    NotOwned(BallotNumber, Option<Priest>),
    Status(&'static str),
    NextBal(Option<BallotNumber>),
    PrevBal(Option<BallotNumber>),
    LastTried(Option<BallotNumber>),
    NotInQuorum(PriestSet),
    NoMajority(PriestSet),
    Polling(Disallowed, String),
    Voters {
        quorum: PriestSet,
        voters: PriestSet,
    },
    OutcomeKnown(DecreeId),
    OutcomeUnknown,
    NoVote,
    NotOfA1,
}

struct Bound(Option<BallotNumber>);

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(number) => number.fmt(f),
            None => f.write_str("−∞"),
        }
    }
}

impl fmt::Display for Hindrance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSent(missing) => missing.fmt(f),
            Self::NotEnabled(guard) => guard.fmt(f),
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NextBallot(b) => write!(f, "nobody sent NextBallot({b})"),
            Self::LastVote(b, q, None) => write!(f, "{q} sent no LastVote({b}, ·)"),
            Self::LastVote(b, q, Some(sent)) => {
                write!(f, "{q} sent LastVote({b}, ·) with other votes: {sent}")
            }
            Self::BeginBallot(_, b) => {
                write!(
                    f,
                    "nobody sent BeginBallot({b}, ·) with this decree and quorum"
                )
            }
            Self::Voted(_, b, q) => write!(f, "Voted({b}, ·) was not sent by {q}"),
            Self::Success(_) => f.write_str("nobody sent Success with this decree"),
            Self::Outcome(at) => write!(
                f,
                "nobody sent Success({at}, ·) with the decree in the ledger, nor can its votes \
                 have been known"
            ),
            Self::OwnVote(at, b) => write!(
                f,
                "he cannot have begun ballot {b} on the decree of his vote at {at}"
            ),
        }
    }
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAbove(what, than) => write!(f, "{what} is {} already", Bound(*than)),
            Self::NotOwned(b, Some(owner)) => write!(f, "ballot {b} belongs to {owner}"),
            Self::NotOwned(b, None) => write!(f, "ballot {b} belongs to nobody"),
            Self::Status(status) => write!(f, "status is not {status}"),
            Self::NextBal(is) => write!(f, "nextBal is {}", Bound(*is)),
            Self::PrevBal(is) => write!(f, "prevBal is {}", Bound(*is)),
            Self::LastTried(is) => write!(f, "lastTried is {}", Bound(*is)),
            Self::NotInQuorum(q) => write!(f, "he is not of the quorum {q}"),
            Self::NoMajority(q) => write!(f, "{q} is no majority set"),
            Self::Polling(Disallowed::Quorum { answered }, _) => {
                write!(f, "prevVotes has votes of {answered} only")
            }
            Self::Polling(Disallowed::Decree { number, .. }, name) => write!(
                f,
                "the largest vote in prevVotes is for another decree: {name}, in ballot {number}"
            ),
            Self::Voters { quorum, voters } => {
                write!(f, "of the quorum {quorum} voters has {voters} only")
            }
            Self::OutcomeKnown(_) => f.write_str("outcome is not BLANK"),
            Self::OutcomeUnknown => f.write_str("outcome is BLANK"),
            Self::NoVote => f.write_str("he has not voted"),
            Self::NotOfA1 => f.write_str("no legislator names this action"),
        }
    }
}
