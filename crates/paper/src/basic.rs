//! §2.3 and A.1, the basic protocol: thirteen actions, as printed.
//!
//! [`actions`] has for each action its guard and its effect, in the order of
//! A.1. [`step`] takes an action in a [`State`]; [`enabled`] and [`take`] do
//! the two halves in any state that has the [variables](crate::variables) of
//! A.1.
//!
//! As printed: Start Polling takes the decree of the largest vote of all
//! prevVotes. B3 speaks of the votes of the quorum, and three ballots are
//! enough to break it so; Consistency holds all the same.
//!
//! Two actions are not in A.1. Lose Slip is what the paper allows of a priest
//! who leaves the Chamber. Learn From Votes is §3.1: where Voted goes to
//! everybody, a priest who voted needs no Success.

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

/// An action of A.1, by one priest.
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
    /// Start Polling Q, on this decree.
    StartPolling(PriestSet, D),
    /// Send BeginBallot.
    SendBeginBallot,
    /// Receive BeginBallot(b, d) with its quorum.
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

/// What the action leads to.
///
/// # Errors
/// The [`Guard`] that forbids it.
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
    /// The same action on the decree that `map` makes of its own.
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
