//! How large a ballot number, and how large a decree number, a process believes.
//!
//! # Ballot numbers
//!
//! Whoever tries a ballot takes a number larger than all it knows of (§2.2,
//! step 1). So one message with a number near the largest that there is would
//! end a parliament for good: nobody could take a larger one any more. No
//! legislator sends it, but whoever can reach an unprotected network can.
//!
//! Numbers are counted in strides of [`STRIDE`]. A number is believed up to the
//! end of the stride after the one in which all are that the process knows of;
//! one beyond that is ignored, as if its message had been lost. What is known is
//! looked at when the process tells that it is present (§2.4), and if a number
//! beyond was ignored since the last time, the horizon is one stride further.
//!
//! - **Safety** is untouched: a message that is ignored is a message that is lost.
//! - **Liveness**: honest numbers grow by a few for each ballot that is tried, so
//!   that they come within a stride of each other wherever ballots are fewer
//!   than some hundred thousand. A process that was away for longer, or has an
//!   empty ledger, follows by a stride each time that it tells its presence, for
//!   as long as it hears of larger numbers; and it does: they come with each
//!   presence and each attempt.
//! - **A forger** moves a parliament by two strides at most for each presence of
//!   those it lies to, however many messages it sends: to the end of what is
//!   believed, which the next ballot of their own goes beyond. With ten presences
//!   in a second it takes 2⁴⁴ / 20 s, some 28,000 years, to the end of 64 bits, and
//!   109 years to 2⁵⁶, beyond which nodes read no number.
//! - **Models** have numbers far below the first stride: there a horizon never
//!   changes and nothing is ignored, so that it tells no states apart.
//!
//! # Decree numbers
//!
//! A president fills what is free below a vote or an outcome that he knows of with
//! olive days. So one outcome with a large number would have a parliament pass
//! nothing else for good. A legislator ignores what is about a decree more than
//! [`REACH`] beyond his law.
//!
//! - **Safety** is untouched, as above: a LastVote is ignored as a whole, and not
//!   without what is beyond.
//! - **Liveness**: what is under way is at most [`Settings::in_flight`] beyond the
//!   president's law, and he is at most [`Settings::batch`] behind those who answer
//!   him; together these must not be more than the reach. Whoever is further behind
//!   is sent what follows his law, a batch with each presence.
//! - **A forger** makes a parliament pass so many olive days at most for each
//!   message.
//!
//! [`Settings::in_flight`]: crate::parliament::Settings::in_flight
//! [`Settings::batch`]: crate::parliament::Settings::batch

use synod_math::BallotNumber;

/// How many numbers a stride has.
pub const STRIDE: u64 = 1 << 20;

/// How far beyond his law a legislator believes decree numbers.
pub const REACH: u64 = 1 << 16;

/// How far a process believes ballot numbers. On its slip: a crash brings it back to
/// what its ledger says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Horizon {
    /// The stride in which all numbers are that the process knows of.
    known: u64,
    /// Whether a number beyond was ignored since the last presence.
    heard_beyond: bool,
}

impl Horizon {
    /// Of a process that knows of this number and none larger; `None` is −∞.
    pub fn of(largest: Option<BallotNumber>) -> Self {
        Self {
            known: stride(largest),
            heard_beyond: false,
        }
    }

    /// Whether a number that another tells is believed. If not, that it was told
    /// is remembered.
    pub(crate) fn believes(&mut self, number: BallotNumber) -> bool {
        let is_within = stride(Some(number)) <= self.known.saturating_add(1);
        self.heard_beyond |= !is_within;
        is_within
    }

    /// The process tells that it is present, and knows of this number and none
    /// larger.
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
