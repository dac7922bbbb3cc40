//! The messages of §2.2 and §2.3, for one decree; those for many decrees are in
//! [`crate::parliament::message`].
//!
//! This crate uses the paper's word for every concept that the paper defines. The table has the
//! field's words for the same concepts:
//!
//! | paper | field |
//! |---|---|
//! | priest, legislator | process, replica, acceptor and proposer in one |
//! | decree | value, command |
//! | ballot number | round, term, view, proposal number |
//! | president | leader |
//! | ledger | durable log, stable storage |
//! | slip of paper | volatile state |
//! | NextBallot(b) | prepare, phase 1a |
//! | LastVote(b, v) | promise, phase 1b |
//! | BeginBallot(b, d) | accept, propose, phase 2a |
//! | Voted(b, q) | accepted, phase 2b |
//! | Success(d) | learn, commit, decision |
//! | Refused(nextBal) | nack, reject (the paper has no name for it) |
//! | Present | heartbeat (the paper has no name for it) |
//! | majority set | quorum |
//! | decree number | slot, index, instance |
//! | olive-day decree | no-op |
//! | law | state of the replicated state machine |
//! | to become law | to be applied |
//! | request, answer | command with its id, response (§4) |
//! | Forwarded, Declined | redirect, rejection (the paper has no names for them) |

use std::fmt;
use synod_math::{BallotNumber, Priest, PriestSet, Vote};

/// A message of the synod protocol, from one priest to another. `D` is the type of decrees.
///
/// # Examples
/// ```
/// use synod_math::BallotNumber;
/// use synod_protocol::Message;
///
/// let asks: Message<char> = Message::NextBallot { number: BallotNumber(2) };
/// assert_eq!(asks.to_string(), "NextBallot(2)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message<D> {
    /// Step 1: the owner of `number` asks for last votes.
    NextBallot {
        /// b.
        number: BallotNumber,
    },
    /// Step 2: the answer to NextBallot. It promises not to vote in any ballot strictly between
    /// that of `vote` and `number`. Sent to the owner of `number`.
    LastVote {
        /// b.
        number: BallotNumber,
        /// v: the largest vote of its priest below b, or the null vote.
        vote: Vote<D>,
    },
    /// Step 3: the ballot has begun. Sent to its quorum, which is in the message.
    BeginBallot {
        /// b.
        number: BallotNumber,
        /// d.
        decree: D,
        /// Q.
        quorum: PriestSet,
    },
    /// Step 4: the priest has voted in the ballot. Sent to the owner of `number`.
    Voted {
        /// b.
        number: BallotNumber,
        /// q.
        priest: Priest,
    },
    /// Step 5: the decree is passed. Sent to all priests.
    Success {
        /// d.
        decree: D,
    },
    /// §2.4: the answer to a NextBallot or BeginBallot below nextBal. Its receiver should try a
    /// larger number.
    Refused {
        /// The nextBal of the priest who refuses.
        next_bal: BallotNumber,
    },
    /// §2.4: the sender is present.
    Present {
        /// Whether the sender knows the outcome. If not, a priest who does sends him Success.
        knows_outcome: bool,
    },
}

impl<D> Message<D> {
    /// The same message with each decree replaced by what `map` makes of it.
    pub fn map<E>(&self, map: impl Fn(&D) -> E) -> Message<E> {
        match self {
            Self::NextBallot { number } => Message::NextBallot { number: *number },
            Self::LastVote { number, vote } => Message::LastVote {
                number: *number,
                vote: vote.map(map),
            },
            Self::BeginBallot {
                number,
                decree,
                quorum,
            } => Message::BeginBallot {
                number: *number,
                decree: map(decree),
                quorum: *quorum,
            },
            Self::Voted { number, priest } => Message::Voted {
                number: *number,
                priest: *priest,
            },
            Self::Success { decree } => Message::Success {
                decree: map(decree),
            },
            Self::Refused { next_bal } => Message::Refused {
                next_bal: *next_bal,
            },
            Self::Present { knows_outcome } => Message::Present {
                knows_outcome: *knows_outcome,
            },
        }
    }
}

impl<D: fmt::Display> fmt::Display for Message<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NextBallot { number } => write!(f, "NextBallot({number})"),
            Self::LastVote { number, vote } => write!(f, "LastVote({number}, {vote})"),
            Self::BeginBallot {
                number,
                decree,
                quorum,
            } => write!(f, "BeginBallot({number}, {decree}) to {quorum}"),
            Self::Voted { number, priest } => write!(f, "Voted({number}, {priest})"),
            Self::Success { decree } => write!(f, "Success({decree})"),
            Self::Refused { next_bal } => write!(f, "Refused({next_bal})"),
            Self::Present {
                knows_outcome: true,
            } => f.write_str("Present(knows the outcome)"),
            Self::Present {
                knows_outcome: false,
            } => f.write_str("Present"),
        }
    }
}
