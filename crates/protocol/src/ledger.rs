//! The durable state of a priest (his ledger) and the volatile one (his slip of paper), §2.3.

use std::collections::BTreeMap;
use synod_math::{BallotNumber, Cast, Priest, PriestSet, Vote};

/// A priest's ledger: the state that survives a crash. Only [`Note`]s change it.
///
/// # Examples
/// ```
/// use synod_math::BallotNumber;
/// use synod_protocol::{Ledger, Note};
///
/// let mut ledger = Ledger::<char>::new();
/// ledger.record(Note::NextBal(BallotNumber(2)));
/// assert_eq!(ledger.next_bal, Some(BallotNumber(2)));
/// ```
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
    /// The ledger of a priest who has done nothing yet.
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

    /// The largest ballot number that this priest has tried or promised; `None` is −∞.
    pub fn largest_number(&self) -> Option<BallotNumber> {
        self.last_tried.max(self.next_bal)
    }

    /// Applies a note.
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

/// A change of the [`Ledger`], whose example shows one: a variable and its new value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Note<D> {
    /// lastTried grows.
    LastTried(BallotNumber),
    /// nextBal grows.
    NextBal(BallotNumber),
    /// prevBal grows, and prevDec becomes the decree voted for.
    PrevVote(Cast<D>),
    /// outcome is written; this happens once.
    Outcome(D),
}

/// A slip of paper: the state that a crash loses. It is about the ballot lastTried. Read with
/// [`Basic::slip`](crate::basic::Basic::slip).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slip<D> {
    /// No ballot of this priest is under way.
    Idle,
    /// He collects LastVotes (phase 1).
    Trying {
        /// prevVotes, by the priest who answered.
        prev_votes: BTreeMap<Priest, Vote<D>>,
    },
    /// He collects votes (phase 2).
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
