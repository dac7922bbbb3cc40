//! What a process answers to an input.

use crate::ledger::Note;
use crate::message::Message;
use std::collections::VecDeque;
use synod_math::{BallotNumber, Priest, PriestSet, Vote};

/// One thing that the driver of a process has to do.
///
/// **Record before send.** Outputs are ordered, and the driver must carry them
/// out in this order: a `Record` comes before every `Send` that depends on it,
/// and must be durable when that message leaves. A crash may fall between any
/// two outputs; the process then goes on from its ledger, in which exactly the
/// `Record`s before the crash are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Output<D> {
    /// Write this to the ledger, durably.
    Record(Note<D>),
    /// Send this. It may be lost, duplicated, delayed; never changed.
    Send {
        /// To whom; never the process itself.
        to: Priest,
        /// What.
        message: Message<D>,
    },
    /// Give [`crate::Input::Timeout`] back after the timer's time. A timer that
    /// is set already begins anew.
    SetTimer(Timer),
    /// Do not.
    CancelTimer(Timer),
    /// The decree is passed. Comes after its `Record`, once for each life of
    /// the process in which it learns it.
    Decided(D),
    /// An action of A.1 took place. For traces and proofs: a driver may ignore
    /// it.
    Did(Action<D>),
}

/// The timers of the complete protocol (§2.4). The driver knows their times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// Tell the others that this priest is present. Shorter than `Absence`.
    Presence,
    /// T: nobody with a higher name has been heard of for this long.
    Absence,
    /// The time that a round needs: the ballot under way has not come to its
    /// end.
    Round,
}

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

/// Why an input changed nothing: a normal event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ignored {
    /// A NextBallot below nextBal: a higher promise forbids it.
    BelowNextBal,
    /// A NextBallot for a ballot in which this priest has voted already.
    AlreadyVoted,
    /// A BeginBallot for a ballot that this priest made no promise for.
    NotPromised,
    /// A BeginBallot by somebody who left this priest out of the quorum.
    NotInQuorum,
    /// A LastVote or Voted for another ballot than lastTried.
    OtherBallot,
    /// A LastVote that comes after polling began, or after a crash.
    NotTrying,
    /// A Voted that comes before polling began, or after a crash.
    NotPolling,
    /// A Success, and the outcome is known.
    OutcomeKnown,
    /// A refusal that is no news: lastTried is higher.
    StaleRefusal,
    /// A timer of an office this priest has not.
    NotPresident,
}

/// The ordered outputs of one input, and why it was ignored if it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs<D> {
    /// In this order.
    pub outputs: Vec<Output<D>>,
    /// Set if the input, or a part of it, changed nothing.
    pub ignored: Option<Ignored>,
    /// What the process sent to itself and has not received yet.
    pub(crate) to_self: VecDeque<Message<D>>,
}

impl<D> Outputs<D> {
    /// Nothing yet.
    pub(crate) const fn new() -> Self {
        Self {
            outputs: Vec::new(),
            ignored: None,
            to_self: VecDeque::new(),
        }
    }

    pub(crate) fn did(&mut self, action: Action<D>) {
        self.outputs.push(Output::Did(action));
    }

    pub(crate) fn set_timer(&mut self, timer: Timer) {
        self.outputs.push(Output::SetTimer(timer));
    }

    pub(crate) fn cancel_timer(&mut self, timer: Timer) {
        self.outputs.push(Output::CancelTimer(timer));
    }

    pub(crate) const fn ignore(&mut self, why: Ignored) {
        self.ignored = Some(why);
    }
}
