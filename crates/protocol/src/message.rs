//! The messages of §2.2 and §2.3.
//!
//! The paper's words are used wherever it defines a concept. What the same
//! things are called elsewhere:
//!
//! | paper | elsewhere |
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

/// A message of the synod protocol, `D` being the type of decrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message<D> {
    /// Step 1: the owner of `number` asks for last votes.
    NextBallot {
        /// b.
        number: BallotNumber,
    },
    /// Step 2: the answer, and the promise not to vote in any ballot strictly
    /// between the vote's and `number`. To the owner of `number`.
    LastVote {
        /// b.
        number: BallotNumber,
        /// v: the largest vote of its priest below b, or the null vote.
        vote: Vote<D>,
    },
    /// Step 3: the ballot has begun. To its quorum, which it carries.
    BeginBallot {
        /// b.
        number: BallotNumber,
        /// d.
        decree: D,
        /// Q.
        quorum: PriestSet,
    },
    /// Step 4: the priest has voted in the ballot. To the owner of `number`.
    Voted {
        /// b.
        number: BallotNumber,
        /// q.
        priest: Priest,
    },
    /// Step 5: the decree is passed. To everybody.
    Success {
        /// d.
        decree: D,
    },
    /// §2.4: the answer to a NextBallot or BeginBallot below nextBal: try a
    /// larger number.
    Refused {
        /// The nextBal of the priest who refuses.
        next_bal: BallotNumber,
    },
    /// §2.4: this priest is present.
    Present {
        /// Whether he knows the outcome; if not, who does tells him.
        knows_outcome: bool,
    },
}

impl<D> Message<D> {
    /// The same message on the decrees that `map` makes of its own.
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
