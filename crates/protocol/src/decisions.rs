//! A.1: what a priest decides, each decision once. The priest of one decree and
//! the legislator ask here, the latter for each decree number.
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

/// Why a priest does not do what a message asks of him.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum No {
    /// b < nextBal: he refuses, so that a larger number is tried (§2.4).
    Refuse {
        /// His nextBal.
        next_bal: BallotNumber,
    },
    /// He ignores it.
    Ignore(Ignored),
}

/// A message that may be a refusal.
pub(crate) trait RefusalMessage {
    fn refused(next_bal: BallotNumber) -> Self;
}

impl No {
    /// Tells whoever asked, if he is to know.
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

/// Whether what is asked is new, or was done for this ballot before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Yes {
    /// It is to be recorded.
    Now,
    /// It is in the ledger.
    Already,
}

/// Whether he promises to vote in b: if b ≥ nextBal.
pub(crate) fn promise(number: BallotNumber, next_bal: Option<BallotNumber>) -> Result<Yes, No> {
    match next_bal {
        Some(next_bal) if number < next_bal => Err(No::Refuse { next_bal }),
        Some(next_bal) if number == next_bal => Ok(Yes::Already),
        _ => Ok(Yes::Now),
    }
}

/// Whether he votes in b, of whose quorum he must be: if b = nextBal > prevBal.
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

/// Whether an answer counts: if b = lastTried.
pub(crate) fn is_about(number: BallotNumber, last_tried: Option<BallotNumber>) -> bool {
    last_tried == Some(number)
}

/// Q: all who answered, as soon as they are a majority set. All, so that what
/// is read are the votes of Q, as B3 asks.
pub(crate) fn majority_set(
    quorums: &Quorums,
    answered: impl Iterator<Item = Priest>,
) -> Option<PriestSet> {
    let answered = answered.collect();
    quorums.is_quorum(answered).then_some(answered)
}

/// The larger of two votes: the decree of the largest in prevVotes is the one
/// that B3 lets him propose.
pub(crate) fn larger<'a, D>(one: Option<&'a Cast<D>>, other: &'a Cast<D>) -> Option<&'a Cast<D>> {
    one.filter(|one| one.number > other.number).or(Some(other))
}

/// Whether the decree of a ballot is passed: if quorum ⊆ voters.
pub(crate) const fn has_passed(quorum: PriestSet, voters: PriestSet) -> bool {
    quorum.is_subset(voters)
}
