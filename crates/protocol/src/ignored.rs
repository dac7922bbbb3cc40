//! Inputs that change nothing.

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
