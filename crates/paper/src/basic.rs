//! §2.3 and A.1, the basic protocol: thirteen actions, as printed.
//!
//! [`step`] takes an [`Action`] in a [`State`], as the [crate]'s example shows.
//! [`enabled`] checks the guard of an action and [`take`] has its effect, in any state
//! that has the [variables](crate::variables) of A.1:
//!
//! ```
//! use synod_math::{BallotNumber, Priest, Quorums};
//! use synod_paper::basic::{Action, Guard, State, enabled, take};
//!
//! let beta = Priest::new(1).unwrap();
//! let mut state = State::<&str>::new(Quorums::majority(3).unwrap());
//! let attempt = Action::TryNewBallot(BallotNumber(4));
//! assert_eq!(enabled(&state, beta, &attempt), Ok(()));
//! take(&mut state, beta, &attempt);
//! // A priest tries a number only once.
//! let guard = Guard::LastTriedAlready(Some(BallotNumber(4)));
//! assert_eq!(enabled(&state, beta, &attempt), Err(guard));
//! ```
//!
//! [`actions`] has the guard and the effect of each action, in the order of A.1.
//!
//! The printed Start Polling takes the decree of the largest vote in prevVotes. B3,
//! however, is about the votes of the quorum only, so that the printed action can break
//! B3; three ballots are enough. Consistency holds all the same.
//!
//! Two actions are not in A.1. By Lose Slip a priest who leaves the Chamber loses his
//! slip of paper (in the field's words: a crash loses the volatile state), which the
//! paper allows. Learn From Votes is from §3.1: if Voted goes to all priests, a priest
//! who voted does not need Success.

pub mod actions;
mod guard;
mod state;

pub(crate) use actions::ensure;
pub use actions::{enabled, take};
pub use guard::Guard;
pub(crate) use state::ballot_set;
pub use state::{Legislator, Slip, State};

use crate::message::Message;
use std::fmt;
use synod_math::{BallotNumber, Priest, PriestSet, Vote};

/// An action of A.1, taken by one priest. [`step`] takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action<D> {
    /// Try New Ballot, with this number.
    TryNewBallot(BallotNumber),
    /// Send NextBallot.
    SendNextBallot,
    /// Receive NextBallot(b).
    ReceiveNextBallot(BallotNumber),
    /// Send LastVote.
    SendLastVote,
    /// Receive LastVote(b, v).
    ReceiveLastVote(BallotNumber, Vote<D>),
    /// Start Polling, with the quorum Q and this decree.
    StartPolling(PriestSet, D),
    /// Send BeginBallot.
    SendBeginBallot,
    /// Receive BeginBallot(b, d), which carries the quorum of the ballot.
    ReceiveBeginBallot(BallotNumber, D, PriestSet),
    /// Send Voted.
    SendVoted,
    /// Receive Voted(b, q).
    ReceiveVoted(BallotNumber, Priest),
    /// Succeed.
    Succeed,
    /// Send Success.
    SendSuccess,
    /// Receive Success(d).
    ReceiveSuccess(D),
    /// Not in A.1: Lose Slip.
    LoseSlip,
    /// Not in A.1: Learn From Votes.
    LearnFromVotes,
}

/// The state after the action of priest `by`. The [crate]'s example takes steps.
///
/// # Errors
/// The [`Guard`] that forbids the action.
pub fn step<D: Clone + Ord + fmt::Display>(
    state: &State<D>,
    by: Priest,
    action: &Action<D>,
) -> Result<State<D>, Guard<D>> {
    enabled(state, by, action)?;
    let mut next = state.clone();
    take(&mut next, by, action);
    Ok(next)
}

impl<D: fmt::Display> fmt::Display for Action<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TryNewBallot(b) => write!(f, "Try New Ballot {b}"),
            Self::SendNextBallot => f.write_str("Send NextBallot"),
            Self::ReceiveNextBallot(b) => write!(f, "Receive NextBallot({b})"),
            Self::SendLastVote => f.write_str("Send LastVote"),
            Self::ReceiveLastVote(b, vote) => {
                write!(f, "Receive LastVote({b}, ·) of {}", vote.priest)
            }
            Self::StartPolling(quorum, d) => write!(f, "Start Polling {quorum} on {d}"),
            Self::SendBeginBallot => f.write_str("Send BeginBallot"),
            Self::ReceiveBeginBallot(b, d, _) => write!(f, "Receive BeginBallot({b}, {d})"),
            Self::SendVoted => f.write_str("Send Voted"),
            Self::ReceiveVoted(b, q) => write!(f, "Receive Voted({b}, {q})"),
            Self::Succeed => f.write_str("Succeed"),
            Self::SendSuccess => f.write_str("Send Success"),
            Self::ReceiveSuccess(d) => write!(f, "Receive Success({d})"),
            Self::LoseSlip => f.write_str("Lose Slip"),
            Self::LearnFromVotes => f.write_str("Learn From Votes"),
        }
    }
}

impl<D: Clone> Action<D> {
    /// The message that the action receives, if it receives one.
    pub fn received(&self) -> Option<Message<D>> {
        Some(match self {
            Self::ReceiveNextBallot(b) => Message::NextBallot(*b),
            Self::ReceiveLastVote(b, vote) => Message::LastVote(*b, vote.clone()),
            Self::ReceiveBeginBallot(b, d, quorum) => Message::BeginBallot(*b, d.clone(), *quorum),
            Self::ReceiveVoted(b, q) => Message::Voted(*b, *q),
            Self::ReceiveSuccess(d) => Message::Success(d.clone()),
            _ => return None,
        })
    }
}

impl<D> Action<D> {
    /// The same action with its decree replaced by what `map` returns for it.
    pub fn map<E>(&self, map: impl FnOnce(&D) -> E) -> Action<E> {
        match self {
            Self::TryNewBallot(b) => Action::TryNewBallot(*b),
            Self::SendNextBallot => Action::SendNextBallot,
            Self::ReceiveNextBallot(b) => Action::ReceiveNextBallot(*b),
            Self::SendLastVote => Action::SendLastVote,
            Self::ReceiveLastVote(b, vote) => Action::ReceiveLastVote(*b, vote.map(map)),
            Self::StartPolling(quorum, d) => Action::StartPolling(*quorum, map(d)),
            Self::SendBeginBallot => Action::SendBeginBallot,
            Self::ReceiveBeginBallot(b, d, q) => Action::ReceiveBeginBallot(*b, map(d), *q),
            Self::SendVoted => Action::SendVoted,
            Self::ReceiveVoted(b, q) => Action::ReceiveVoted(*b, *q),
            Self::Succeed => Action::Succeed,
            Self::SendSuccess => Action::SendSuccess,
            Self::ReceiveSuccess(d) => Action::ReceiveSuccess(map(d)),
            Self::LoseSlip => Action::LoseSlip,
            Self::LearnFromVotes => Action::LearnFromVotes,
        }
    }
}
