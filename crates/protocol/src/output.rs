//! What the priest of one decree answers to an input.

use crate::ledger::Note;
use crate::message::Message;
use crate::{Ignored, Timer};
use synod_math::{BallotNumber, Priest, PriestSet, Vote};

/// What can happen to a priest. A proposal is not forwarded: progress needs a
/// president who wants something. The first proposal counts.
pub type Input<D> = synod_process::Input<Priest, Message<D>, D, Timer>;

/// One thing that the driver of a priest has to do. What he tells is the decree
/// that is passed.
pub type Output<D> = synod_process::Output<Priest, Message<D>, Timer, Note<D>, D, Action<D>>;

/// What a priest answers to an input.
pub type Outputs<D> =
    synod_process::Outputs<Priest, Message<D>, Timer, Note<D>, D, Action<D>, Ignored>;

/// An action of A.1 by this process.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action<D> {
    /// Try New Ballot.
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
}
