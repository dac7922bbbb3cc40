//! The border of every process: what goes in, what comes out. It is the same
//! for all protocols of this crate; what is recorded, sent and told differs,
//! and is a parameter.
//!
//! | parameter | stands for |
//! |---|---|
//! | `M` | messages |
//! | `N` | notes, which change the ledger |
//! | `R` | what a process is asked for |
//! | `T` | what it tells whoever drives it |
//! | `A` | actions, for traces and proofs |

use std::collections::VecDeque;
use synod_math::Priest;

/// What can happen to a process.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Input<M, R> {
    /// A message arrived. Once, twice or never, late or out of order: all the
    /// same.
    Receive {
        /// Who sent it.
        from: Priest,
        /// The message.
        message: M,
    },
    /// The time of a timer that was set has passed.
    Timeout(Timer),
    /// Somebody asks for this. Remembered on the slip only: who wants it after
    /// a crash asks again.
    Propose(R),
}

/// One thing that the driver of a process has to do.
///
/// **Record before send.** Outputs are ordered, and the driver must carry them
/// out in this order: a `Record` comes before every `Send` that depends on it,
/// and must be durable when that message leaves. A crash may fall between any
/// two outputs; the process then goes on from its ledger, in which exactly the
/// `Record`s before the crash are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Output<M, N, T, A> {
    /// Write this to the ledger, durably.
    Record(N),
    /// Send this. It may be lost, duplicated, delayed; never changed.
    Send {
        /// To whom; never the process itself.
        to: Priest,
        /// What.
        message: M,
    },
    /// Give [`Input::Timeout`] back after the timer's time. A timer that is
    /// set already begins anew.
    SetTimer(Timer),
    /// Do not.
    CancelTimer(Timer),
    /// What the process has to tell. Comes after every `Record` that it says
    /// something of. A crash may lose it: what the ledger says is not told again.
    Decided(T),
    /// An action of A.1 took place. For traces and proofs: a driver may ignore
    /// it.
    Did(A),
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

/// Why an input, or a part of it, changed nothing: a normal event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ignored {
    /// A NextBallot or BeginBallot below nextBal: a higher promise forbids it.
    BelowNextBal,
    /// A NextBallot for a ballot in which this priest has voted already.
    AlreadyVoted,
    /// §3.1. A NextBallot that this legislator has answered: who asks does not ask
    /// twice.
    AlreadyPromised,
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
    /// A timer, or a request, for an office this priest has not.
    NotPresident,
    /// §3.1. A NextBallot by somebody who is too far behind: he gets decrees
    /// instead of an answer.
    TooFarBehind,
    /// §3.1. A BeginBallot that came before that of a lower number.
    OutOfOrder,
    /// §3.1. A request that is on its way to be passed.
    AlreadyUnderWay,
    /// A ballot or decree number so far beyond all known ones that nobody can have
    /// come to it (see [`crate::horizon`]).
    BeyondHorizon,
    /// There is no larger ballot number.
    NoNumberLeft,
}

/// The ordered outputs of one input, and why it was ignored if it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs<M, N, T, A> {
    /// In this order.
    pub outputs: Vec<Output<M, N, T, A>>,
    /// Set if the input, or a part of it, changed nothing.
    pub ignored: Option<Ignored>,
    /// What the process sent to itself and has not received yet.
    pub(crate) to_self: VecDeque<M>,
}

impl<M, N, T, A> Outputs<M, N, T, A> {
    /// Nothing yet.
    pub(crate) const fn new() -> Self {
        Self {
            outputs: Vec::new(),
            ignored: None,
            to_self: VecDeque::new(),
        }
    }

    pub(crate) fn did(&mut self, action: A) {
        self.outputs.push(Output::Did(action));
    }

    pub(crate) fn tell(&mut self, news: T) {
        self.outputs.push(Output::Decided(news));
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
