//! What an action asks for and does not find.

use crate::message::Message;
use crate::variables::{OrMinusInfinity, Status};
use std::fmt;
use synod_math::{BallotNumber, Cast, Priest, PriestSet};

/// The guard that forbids an action, with the variable that breaks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard<D> {
    /// b > lastTried is asked for, and lastTried is this.
    LastTriedAlready(Option<BallotNumber>),
    /// owner(b) = p is asked for, and this is owner(b).
    NotOwned(BallotNumber, Option<Priest>),
    /// This status is asked for.
    Status(Status),
    /// Any status but idle is asked for.
    Idle,
    /// nextBal is this, and below what is asked for, or another.
    NextBal(Option<BallotNumber>),
    /// prevBal is this, and not below what is asked for.
    PrevBal(Option<BallotNumber>),
    /// b = lastTried is asked for, and lastTried is this.
    LastTried(Option<BallotNumber>),
    /// The message is not addressed to this priest, but to this quorum.
    NotInQuorum(PriestSet),
    /// This set is no majority set.
    NoMajority(PriestSet),
    /// Q ⊆ {v_pst : v ∈ prevVotes} is asked for, and these have answered.
    Answered(PriestSet),
    /// The largest vote in prevVotes is this one, and for another decree.
    LargestVote(Cast<D>),
    /// quorum ⊆ voters is asked for.
    Voters {
        /// quorum.
        quorum: PriestSet,
        /// voters.
        voters: PriestSet,
    },
    /// outcome is not BLANK.
    OutcomeKnown,
    /// outcome is BLANK.
    OutcomeBlank,
    /// prevBal is −∞.
    NotVoted,
    /// This message is not in 𝓜.
    NotSent(Message<D>),
    /// Voted(b, q) is not in 𝓜 for these q of the quorum.
    NotAllVoted(BallotNumber, PriestSet),
}

impl<D> Guard<D> {
    /// Whether what others do may still enable the action: a message is
    /// missing, and 𝓜 grows. Otherwise it depends on this priest alone.
    pub const fn depends_on_others(&self) -> bool {
        matches!(self, Self::NotSent(_) | Self::NotAllVoted(..))
    }

    /// The same guard on the decree that `map` makes of its own.
    pub fn map<E>(&self, map: impl FnOnce(&D) -> E) -> Guard<E> {
        match self {
            Self::LastTriedAlready(is) => Guard::LastTriedAlready(*is),
            Self::NotOwned(b, owner) => Guard::NotOwned(*b, *owner),
            Self::Status(status) => Guard::Status(*status),
            Self::Idle => Guard::Idle,
            Self::NextBal(is) => Guard::NextBal(*is),
            Self::PrevBal(is) => Guard::PrevBal(*is),
            Self::LastTried(is) => Guard::LastTried(*is),
            Self::NotInQuorum(quorum) => Guard::NotInQuorum(*quorum),
            Self::NoMajority(set) => Guard::NoMajority(*set),
            Self::Answered(by) => Guard::Answered(*by),
            Self::LargestVote(cast) => Guard::LargestVote(Cast {
                number: cast.number,
                decree: map(&cast.decree),
            }),
            Self::Voters { quorum, voters } => Guard::Voters {
                quorum: *quorum,
                voters: *voters,
            },
            Self::OutcomeKnown => Guard::OutcomeKnown,
            Self::OutcomeBlank => Guard::OutcomeBlank,
            Self::NotVoted => Guard::NotVoted,
            Self::NotSent(message) => Guard::NotSent(message.map(map)),
            Self::NotAllVoted(b, missing) => Guard::NotAllVoted(*b, *missing),
        }
    }
}

impl<D: fmt::Display> fmt::Display for Guard<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LastTriedAlready(is) => {
                write!(f, "lastTried is {} already", OrMinusInfinity(*is))
            }
            Self::NotOwned(b, Some(owner)) => write!(f, "ballot {b} belongs to {owner}"),
            Self::NotOwned(b, None) => write!(f, "ballot {b} belongs to nobody"),
            Self::Status(status) => write!(f, "status is not {status}"),
            Self::Idle => f.write_str("status is idle"),
            Self::NextBal(is) => write!(f, "nextBal is {}", OrMinusInfinity(*is)),
            Self::PrevBal(is) => write!(f, "prevBal is {}", OrMinusInfinity(*is)),
            Self::LastTried(is) => write!(f, "lastTried is {}", OrMinusInfinity(*is)),
            Self::NotInQuorum(quorum) => write!(f, "he is not of the quorum {quorum}"),
            Self::NoMajority(set) => write!(f, "{set} is no majority set"),
            Self::Answered(by) => write!(f, "prevVotes has votes of {by} only"),
            Self::LargestVote(Cast { number, decree }) => write!(
                f,
                "the largest vote in prevVotes is for another decree: {decree}, in ballot {number}"
            ),
            Self::Voters { quorum, voters } => {
                write!(f, "of the quorum {quorum} voters has {voters} only")
            }
            Self::OutcomeKnown => f.write_str("outcome is not BLANK"),
            Self::OutcomeBlank => f.write_str("outcome is BLANK"),
            Self::NotVoted => f.write_str("he has not voted"),
            Self::NotSent(message) => not_sent(message, f),
            Self::NotAllVoted(b, missing) => write!(f, "Voted({b}, ·) was not sent by {missing}"),
        }
    }
}

fn not_sent<D>(message: &Message<D>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match message {
        Message::NextBallot(b) => write!(f, "nobody sent NextBallot({b})"),
        Message::LastVote(b, vote) => write!(f, "{} sent no LastVote({b}, ·)", vote.priest),
        Message::BeginBallot(b, ..) => write!(
            f,
            "nobody sent BeginBallot({b}, ·) with this decree and quorum"
        ),
        Message::Voted(b, q) => {
            let q = PriestSet::EMPTY.with(*q);
            write!(f, "Voted({b}, ·) was not sent by {q}")
        }
        Message::Success(_) => f.write_str("nobody sent Success with this decree"),
    }
}
