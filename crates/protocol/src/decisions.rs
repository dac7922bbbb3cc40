//! The decisions of A.1, each in one place. The priest of one decree asks for them, and so does the
//! legislator, for each decree number.
//!
//! | action | decision |
//! |---|---|
//! | Receive NextBallot(b) | [`promise`] |
//! | Receive LastVote(b, v), Receive Voted(b, q) | [`is_about`] |
//! | Start Polling Q | [`majority_set`], [`larger`] |
//! | Receive BeginBallot(b, d) | [`vote`] |
//! | Succeed | [`has_passed`] |

use crate::seat::Seat;
use crate::{Ignored, Timer};
use synod_math::{BallotNumber, Cast, Priest, PriestSet, Quorums};
use synod_process::Outputs;

/// Why a priest does not do what a message asks him to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum No {
    /// b < nextBal: he refuses, so that the sender tries a larger number (§2.4).
    Refuse {
        /// His nextBal.
        next_bal: BallotNumber,
    },
    /// He ignores the message.
    Ignore(Ignored),
}

/// A type of messages that has a refusal.
pub(crate) trait RefusalMessage {
    fn refused(next_bal: BallotNumber) -> Self;
}

impl No {
    /// Sends a refusal to the sender of the message, unless the message is to be ignored.
    pub(crate) fn tell<M: RefusalMessage, R, N, A>(
        self,
        to: Priest,
        seat: &Seat,
        out: &mut Outputs<Priest, M, Timer, R, N, A, Ignored>,
    ) {
        match self {
            Self::Ignore(why) => out.ignore(why),
            Self::Refuse { next_bal } => {
                out.ignore(Ignored::BelowNextBal);
                if to != seat.me {
                    out.send(to, M::refused(next_bal));
                }
            }
        }
    }
}

/// Whether the priest does what a message asks now, or has done so for this ballot before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Yes {
    /// He does it now, and must record it.
    Now,
    /// He has done it: it is in the ledger.
    Already,
}

/// Whether he promises to vote in no ballot below b. He does if b ≥ nextBal.
pub(crate) fn promise(number: BallotNumber, next_bal: Option<BallotNumber>) -> Result<Yes, No> {
    match next_bal {
        Some(next_bal) if number < next_bal => Err(No::Refuse { next_bal }),
        Some(next_bal) if number == next_bal => Ok(Yes::Already),
        _ => Ok(Yes::Now),
    }
}

/// Whether he votes in b. He does if b = nextBal > prevBal and he belongs to the quorum.
pub(crate) fn vote(
    (number, quorum): (BallotNumber, PriestSet),
    me: Priest,
    next_bal: Option<BallotNumber>,
    prev_bal: Option<BallotNumber>,
) -> Result<Yes, No> {
    if !quorum.contains(me) {
        return Err(No::Ignore(Ignored::NotInQuorum));
    }
    match promise(number, next_bal)? {
        Yes::Now => Err(No::Ignore(Ignored::NotPromised)),
        Yes::Already if prev_bal < Some(number) => Ok(Yes::Now),
        Yes::Already => Ok(Yes::Already),
    }
}

/// Whether an answer counts. It does if b = lastTried.
pub(crate) fn is_about(number: BallotNumber, last_tried: Option<BallotNumber>) -> bool {
    last_tried == Some(number)
}

/// Q: all priests who answered, as soon as they are a majority set. Q has all of them, so that the
/// votes that are read are exactly those of Q, as B3 demands.
pub(crate) fn majority_set(
    quorums: &Quorums,
    answered: impl Iterator<Item = Priest>,
) -> Option<PriestSet> {
    let answered = answered.collect();
    quorums.is_quorum(answered).then_some(answered)
}

/// The larger of two votes. B3 demands that he proposes the decree of the largest vote in prevVotes.
pub(crate) fn larger<'a, D>(one: Option<&'a Cast<D>>, other: &'a Cast<D>) -> Option<&'a Cast<D>> {
    one.filter(|one| one.number > other.number).or(Some(other))
}

/// Whether the decree of a ballot is passed. It is if quorum ⊆ voters.
pub(crate) const fn has_passed(quorum: PriestSet, voters: PriestSet) -> bool {
    quorum.is_subset(voters)
}
