//! The reasons why an input changes nothing.

/// Why an input, or a part of it, changed nothing. This is normal, not an error: messages come
/// late or twice. It is the field [`synod_process::Outputs::ignored`] of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ignored {
    /// A NextBallot or BeginBallot below nextBal: a promise to a higher ballot forbids it.
    BelowNextBal,
    /// A NextBallot for a ballot in which this priest has already voted.
    AlreadyVoted,
    /// §3.1. A NextBallot that this legislator has already answered. The president does not need
    /// a second answer.
    AlreadyPromised,
    /// A BeginBallot for a ballot for which this priest has made no promise.
    NotPromised,
    /// A BeginBallot for a ballot whose quorum does not contain this priest.
    NotInQuorum,
    /// A LastVote or Voted for another ballot than lastTried.
    OtherBallot,
    /// A LastVote that arrives after polling began, or after a crash.
    NotTrying,
    /// A Voted that arrives before polling began, or after a crash.
    NotPolling,
    /// A Success, or a proposal, although the outcome is known.
    OutcomeKnown,
    /// A refusal that arrives too late: lastTried is at least as high as its nextBal.
    StaleRefusal,
    /// A timer or a refusal that concerns the president only; this priest is not president.
    NotPresident,
    /// §3.1. A NextBallot by a legislator who is too far behind. He is sent decrees instead of an
    /// answer.
    TooFarBehind,
    /// §3.1. A part of a LastVote before which another part is missing.
    MissingPart,
    /// §3.3.5. This legislator has lost his ledger: he neither votes nor presides.
    Learner,
    /// §3.3.2. A snapshot that is not newer than the law.
    OldSnapshot,
    /// §3.1. A BeginBallot that arrived before that of a lower decree number.
    OutOfOrder,
    /// §3.1. A request that waits already, or is being voted on.
    AlreadyUnderWay,
    /// A ballot or decree number so far beyond all known ones that no honest process can have
    /// reached it (see [`crate::horizon`]).
    BeyondHorizon,
    /// There is no larger ballot number in 64 bits.
    NoNumberLeft,
}
