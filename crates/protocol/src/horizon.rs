//! Limits on the ballot numbers and decree numbers that a process believes, against forged messages.
//!
//! # Ballot numbers
//!
//! A priest who tries a ballot takes a number larger than all that he knows of (§2.2, step 1). So one
//! message with a number near the largest of 64 bits would stop a parliament for good: no legislator
//! could take a larger number. Legislators do not send such a message, but anyone who can reach an
//! unprotected network can.
//!
//! Numbers are counted in strides of [`STRIDE`]. Let s be the stride of the largest number that the
//! process knows of: it believes numbers up to the end of stride s + 1, the horizon. It ignores a
//! message with a number beyond the horizon, as if it had been lost. The process moves the horizon
//! each time that it tells its presence (§2.4): s becomes the stride of the largest number that it
//! then knows of, or at least s + 1 if it has ignored a number since the last time.
//!
//! - **Safety** is not affected: an ignored message is like a lost message.
//! - **Liveness**: honest numbers grow by a few for each ballot that is tried. So the numbers of all
//!   processes stay within a stride of each other, unless some hundred thousand ballots separate
//!   them. A process that was away for longer, or has an empty ledger, catches up by one stride with
//!   each presence, for as long as it hears of larger numbers. It does hear of them: each presence
//!   and each attempt carries one.
//! - **A forger** moves a parliament by at most two strides for each presence of the processes that it
//!   lies to, however many messages it sends: by one to the end of what they believe, and by another
//!   with their own next ballot. At ten presences a second it takes 2⁴⁴ / 20 s (some 28,000 years) to
//!   the end of 64 bits, and 109 years to 2⁵⁶, the largest number that nodes read.
//! - **Models** have numbers far below the end of the first stride. Their horizon never changes and
//!   nothing is ignored, so the horizon makes no states different.
//!
//! # Decree numbers
//!
//! A president fills the free numbers below a vote or an outcome that he knows of with olive-day
//! decrees (no-ops). So one outcome with a large number would make a parliament pass nothing else
//! for good. A legislator ignores messages about decree numbers more than [`REACH`] beyond his law.
//!
//! - **Safety** is not affected, as above: such a LastVote is ignored as a whole, not only its part
//!   beyond the reach.
//! - **Liveness**: ballots are held on at most [`Settings::in_flight`] numbers beyond the president's
//!   law, and he is at most [`Settings::batch`] behind the legislators who answer him. The sum of the
//!   two must not exceed the reach. A legislator who is further behind is sent the decrees after his
//!   law, one batch with each presence.
//! - **A forger** makes a parliament pass at most [`REACH`] olive-day decrees with each message. A forged
//!   snapshot has no such limit, because an honest one may be any number of decrees ahead: like a forged
//!   Success it puts decrees into a ledger, and only TLS keeps it out.
//!
//! [`Settings::in_flight`]: crate::parliament::Settings::in_flight
//! [`Settings::batch`]: crate::parliament::Settings::batch

use synod_math::BallotNumber;

/// The length of a stride of ballot numbers.
pub const STRIDE: u64 = 1 << 20;

/// How far beyond his law a legislator believes decree numbers.
pub const REACH: u64 = 1 << 16;

/// The horizon of ballot numbers that a process believes. It is volatile: after a crash it begins
/// again with the numbers of the ledger. Both processes have one; the
/// [module's page](self) explains it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Horizon {
    /// The stride of the largest number that the process knows of, or a later one that it has moved
    /// on to.
    known: u64,
    /// Whether a number beyond the horizon was ignored since the last presence.
    heard_beyond: bool,
}

impl Horizon {
    /// The horizon of a process that knows of no larger number than this; `None` is −∞.
    pub(crate) fn of(largest: Option<BallotNumber>) -> Self {
        Self {
            known: stride(largest),
            heard_beyond: false,
        }
    }

    /// Whether the process believes a number from a message. A number that it does not believe is
    /// remembered until the horizon moves.
    pub(crate) fn believes(&mut self, number: BallotNumber) -> bool {
        let is_within = stride(Some(number)) <= self.known.saturating_add(1);
        self.heard_beyond |= !is_within;
        is_within
    }

    /// Moves the horizon: the process tells its presence, and knows of no larger number than this.
    pub(crate) fn move_on(&mut self, largest: Option<BallotNumber>) {
        let further = self.known + u64::from(self.heard_beyond);
        *self = Self {
            known: further.max(stride(largest)),
            heard_beyond: false,
        };
    }
}

fn stride(number: Option<BallotNumber>) -> u64 {
    number.map_or(0, |number| number.0 / STRIDE)
}
