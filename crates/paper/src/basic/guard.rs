//! The reasons why an action of A.1 is not enabled.

use crate::message::Message;
use crate::variables::{OrMinusInfinity, Status};
use std::fmt;
use synod_math::{BallotNumber, Cast, Priest, PriestSet};

/// The guard that forbids an action, with the value of the variable that breaks it. An
/// error of [`step`](super::step) and [`enabled`](super::enabled); its `Display` is a
/// sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard<D> {
    /// The action needs b > lastTried; this is lastTried.
    LastTriedAlready(Option<BallotNumber>),
    /// The action needs owner(b) = p; these are b and owner(b).
    NotOwned(BallotNumber, Option<Priest>),
    /// The action needs this status.
    Status(Status),
    /// The action needs another status than idle.
    Idle,
    /// The action needs a certain nextBal; this is nextBal.
    NextBal(Option<BallotNumber>),
    /// The action needs a smaller prevBal; this is prevBal.
    PrevBal(Option<BallotNumber>),
    /// The action needs b = lastTried; this is lastTried.
    LastTried(Option<BallotNumber>),
    /// The message is addressed to this quorum, and the priest is not in it.
    NotInQuorum(PriestSet),
    /// This set is not a majority set.
    NoMajority(PriestSet),
    /// The action needs Q ⊆ {v_pst : v ∈ prevVotes}; these priests have answered.
    Answered(PriestSet),
    /// The action needs the decree of this vote, the largest in prevVotes.
    LargestVote(Cast<D>),
    /// The action needs quorum ⊆ voters.
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
    /// Whether steps of other priests may still enable the action: then a message is
    /// missing, which they may send. Otherwise the action depends on the variables of
    /// this priest alone.
    pub const fn depends_on_others(&self) -> bool {
        matches!(self, Self::NotSent(_) | Self::NotAllVoted(..))
    }

    /// The same guard with its decree replaced by what `map` returns for it.
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
            Self::NotOwned(b, None) => write!(f, "ballot {b} belongs to no priest"),
            Self::Status(status) => write!(f, "status is not {status}"),
            Self::Idle => f.write_str("status is idle"),
            Self::NextBal(is) => write!(f, "nextBal is {}", OrMinusInfinity(*is)),
            Self::PrevBal(is) => write!(f, "prevBal is {}", OrMinusInfinity(*is)),
            Self::LastTried(is) => write!(f, "lastTried is {}", OrMinusInfinity(*is)),
            Self::NotInQuorum(quorum) => write!(f, "he is not in the quorum {quorum}"),
            Self::NoMajority(set) => write!(f, "{set} is no majority set"),
            Self::Answered(by) if by.is_empty() => f.write_str("prevVotes has no votes"),
            Self::Answered(by) => write!(f, "prevVotes has votes of {by} only"),
            Self::LargestVote(Cast { number, decree }) => write!(
                f,
                "the largest vote in prevVotes is for another decree: {decree}, in ballot {number}"
            ),
            Self::Voters { quorum, voters } => {
                write!(f, "the quorum is {quorum}, but voters is {voters}")
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
        Message::NextBallot(b) => write!(f, "NextBallot({b}) was not sent"),
        Message::LastVote(b, vote) => write!(f, "{} sent no LastVote({b}, ·)", vote.priest),
        Message::BeginBallot(b, ..) => write!(
            f,
            "BeginBallot({b}, ·) with this decree and quorum was not sent"
        ),
        Message::Voted(b, q) => {
            let q = PriestSet::EMPTY.with(*q);
            write!(f, "Voted({b}, ·) was not sent by {q}")
        }
        Message::Success(_) => f.write_str("Success with this decree was not sent"),
    }
}
