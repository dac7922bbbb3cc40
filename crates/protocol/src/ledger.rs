//! What is on durable storage, and what is on a slip of paper (§2.3).

use crate::presidency::Numbers;
use std::collections::BTreeMap;
use synod_math::{BallotNumber, Cast, Priest, PriestSet, Vote};

/// A priest's ledger: all that survives a crash. Changed by [`Note`]s only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ledger<D> {
    /// outcome. The decree that was passed, once known; `None` is BLANK.
    pub outcome: Option<D>,
    /// lastTried. The last ballot number tried; `None` is −∞.
    pub last_tried: Option<BallotNumber>,
    /// prevBal and prevDec. The last vote cast; `None` is −∞ and BLANK.
    pub prev_vote: Option<Cast<D>>,
    /// nextBal. The promise: no vote below this; `None` is −∞.
    pub next_bal: Option<BallotNumber>,
}

impl<D> Ledger<D> {
    /// The ledger of a priest who has done nothing.
    pub const fn new() -> Self {
        Self {
            outcome: None,
            last_tried: None,
            prev_vote: None,
            next_bal: None,
        }
    }

    /// prevBal; `None` is −∞.
    pub fn prev_bal(&self) -> Option<BallotNumber> {
        self.prev_vote.as_ref().map(|cast| cast.number)
    }

    pub(crate) const fn numbers(&self) -> Numbers {
        Numbers {
            last_tried: self.last_tried,
            next_bal: self.next_bal,
        }
    }

    /// Writes a note down.
    pub fn record(&mut self, note: Note<D>) {
        match note {
            Note::LastTried(number) => self.last_tried = Some(number),
            Note::NextBal(number) => self.next_bal = Some(number),
            Note::PrevVote(cast) => self.prev_vote = Some(cast),
            Note::Outcome(decree) => self.outcome = Some(decree),
        }
    }
}

impl<D> Default for Ledger<D> {
    fn default() -> Self {
        Self::new()
    }
}

/// A change of the ledger: one variable of it and its new value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Note<D> {
    /// lastTried grows.
    LastTried(BallotNumber),
    /// nextBal grows.
    NextBal(BallotNumber),
    /// prevBal grows, and prevDec is the decree voted for.
    PrevVote(Cast<D>),
    /// outcome is written, once.
    Outcome(D),
}

/// A slip of paper: what a crash loses. It is about the ballot lastTried.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slip<D> {
    /// No ballot of this priest is under way.
    Idle,
    /// He asks for LastVotes.
    Trying {
        /// prevVotes, by the priest who answered.
        prev_votes: BTreeMap<Priest, Vote<D>>,
    },
    /// He asks for votes.
    Polling {
        /// prevVotes, as they were when the ballot began.
        prev_votes: BTreeMap<Priest, Vote<D>>,
        /// quorum.
        quorum: PriestSet,
        /// voters.
        voters: PriestSet,
        /// decree.
        decree: D,
    },
}
