//! What a legislator has on durable storage, and on his slip of paper, for all
//! decree numbers at once (§3.1).

use super::decree::{Decree, DecreeNumber};
use std::collections::BTreeMap;
use std::sync::Arc;
use synod_math::{BallotNumber, Cast, Priest, PriestSet};

/// A legislator's ledger: all that survives a crash. Changed by [`Note`]s only.
///
/// It stands for a ledger of §2.3 for each decree number: lastTried and
/// nextBal are the same in all of them, prevBal and prevDec are in `votes`,
/// outcome is in `decrees`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ledger<C> {
    /// lastTried. The last ballot number tried; `None` is −∞.
    pub last_tried: Option<BallotNumber>,
    /// nextBal. The promise for all decree numbers: no vote below this; `None`
    /// is −∞.
    pub next_bal: Option<BallotNumber>,
    /// prevBal and prevDec: the last vote cast for each number whose outcome
    /// is not known. Where it is known nobody needs the vote.
    pub votes: BTreeMap<DecreeNumber, Cast<Decree<C>>>,
    /// outcome. The decrees that were passed, as far as known.
    pub decrees: BTreeMap<DecreeNumber, Decree<C>>,
}

impl<C> Ledger<C> {
    /// The ledger of a legislator who has done nothing.
    pub const fn new() -> Self {
        Self {
            last_tried: None,
            next_bal: None,
            votes: BTreeMap::new(),
            decrees: BTreeMap::new(),
        }
    }

    /// prevBal for a decree number; `None` is −∞, or forgotten because the
    /// outcome is known.
    pub fn prev_bal(&self, number: DecreeNumber) -> Option<BallotNumber> {
        self.votes.get(&number).map(|cast| cast.number)
    }

    /// The largest ballot number that was tried or promised; `None` is −∞.
    pub fn largest_number(&self) -> Option<BallotNumber> {
        self.last_tried.max(self.next_bal)
    }

    /// The last number of the longest prefix without gaps. O(its length).
    pub fn known(&self) -> DecreeNumber {
        let numbers = self.decrees.keys().zip(1..);
        let in_order = numbers.take_while(|(number, position)| number.0 == *position);
        DecreeNumber(in_order.count() as u64)
    }

    /// Writes a note down.
    pub fn record(&mut self, note: Note<C>) {
        match note {
            Note::LastTried(number) => self.last_tried = Some(number),
            Note::NextBal(number) => self.next_bal = Some(number),
            Note::PrevVote(number, cast) => {
                self.votes.insert(number, cast);
            }
            Note::Outcome(number, decree) => {
                self.votes.remove(&number);
                self.decrees.insert(number, decree);
            }
        }
    }
}

impl<C> Default for Ledger<C> {
    fn default() -> Self {
        Self::new()
    }
}

/// A change of the ledger: one variable of it and its new value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Note<C> {
    /// lastTried grows.
    LastTried(BallotNumber),
    /// nextBal grows.
    NextBal(BallotNumber),
    /// For a decree number, prevBal grows, and prevDec is the decree voted for.
    PrevVote(DecreeNumber, Cast<Decree<C>>),
    /// For a decree number, outcome is written, once.
    Outcome(DecreeNumber, Decree<C>),
}

/// The votes that a legislator told of, by decree number.
pub type Votes<C> = BTreeMap<DecreeNumber, Cast<Decree<C>>>;

/// A slip of paper: what a crash loses. It is about the ballot lastTried.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slip<C> {
    /// No ballot of this legislator is under way.
    Idle,
    /// He asks for LastVotes.
    Trying {
        /// prevVotes, by the legislator who answered. Where one told of a
        /// passed decree instead, it is in the ledger now.
        answers: BTreeMap<Priest, Arc<Votes<C>>>,
    },
    /// He presides: he asks for votes, on as many decrees as may be in flight.
    Presiding(Presiding<C>),
}

impl<C> Slip<C> {
    /// That of a president.
    pub const fn presiding(&self) -> Option<&Presiding<C>> {
        match self {
            Self::Presiding(office) => Some(office),
            Self::Idle | Self::Trying { .. } => None,
        }
    }
}

/// The slip of a president.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Presiding<C> {
    /// quorum, of every number's ballot.
    pub quorum: PriestSet,
    /// The decrees that are voted on now.
    pub polls: BTreeMap<DecreeNumber, Poll<C>>,
    /// What B3 asks him to propose at numbers that he has not come to.
    pub bound: BTreeMap<DecreeNumber, Decree<C>>,
    /// The largest number at which a LastVote bound him; below it, what is
    /// free is a gap.
    pub last_bound: DecreeNumber,
    /// The number that he comes to next.
    pub next: DecreeNumber,
    /// Whether another decree was passed at a number where he asked for votes.
    /// Then there is a larger ballot: he proposes nothing more in this one.
    pub is_succeeded: bool,
}

/// A decree that is voted on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Poll<C> {
    /// decree.
    pub decree: Decree<C>,
    /// voters.
    pub voters: PriestSet,
}
