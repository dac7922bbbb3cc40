//! The durable state of a legislator (his ledger) and the volatile one (his slip of paper), for all decree
//! numbers at once (§3.1). [`Legislator`](super::Legislator) has methods that read both; its example
//! recovers from a ledger.

use super::decree::{Decree, DecreeNumber};
use super::law::Law;
use crate::state_machine::StateMachine;
use std::collections::BTreeMap;
use std::sync::Arc;
use synod_math::{BallotNumber, Cast, Priest, PriestSet};

/// A legislator's ledger: the state that survives a crash. Only [`Note`]s change it.
///
/// It combines a ledger of §2.3 for each decree number: lastTried and nextBal are the same in all of
/// them, prevBal and prevDec are in `votes`, outcome is in `decrees`, or else in `snapshot`, which stands
/// for all decrees up to its number (§3.3.2).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ledger<S: StateMachine> {
    /// lastTried. The last ballot number tried; `None` is −∞.
    pub last_tried: Option<BallotNumber>,
    /// nextBal. The promise for all decree numbers: no vote below this; `None`
    /// is −∞.
    pub next_bal: Option<BallotNumber>,
    /// prevBal and prevDec: the last vote cast for each number whose outcome is not known. Once the
    /// outcome is known, the vote is not needed any more.
    pub votes: Votes<S::Command>,
    /// outcome. The passed decrees that this legislator knows, except those that are cut off because
    /// the snapshot stands for them.
    pub decrees: BTreeMap<DecreeNumber, Decree<S::Command>>,
    /// The law as of the last snapshot.
    pub snapshot: Law<S>,
    /// Set if this ledger replaces one that is lost (§3.3.5).
    pub life: Option<Life>,
    /// Whether this ledger lacks something that was recorded: then its legislator is a learner, who
    /// neither votes nor presides until he is readmitted.
    pub is_learner: bool,
}

/// The identity of a ledger that replaces a lost one. No two losses of a legislator have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Life(pub u64);

impl<S: StateMachine> Ledger<S> {
    /// The ledger of a legislator who has done nothing yet.
    pub fn new() -> Self {
        Self {
            last_tried: None,
            next_bal: None,
            votes: BTreeMap::new(),
            decrees: BTreeMap::new(),
            snapshot: Law::default(),
            life: None,
            is_learner: false,
        }
    }

    /// The ledger of a legislator who has lost his own.
    pub fn lost(life: Life) -> Self {
        Self {
            life: Some(life),
            is_learner: true,
            ..Self::new()
        }
    }

    /// Whether the outcome of this number is known, from a decree or from the snapshot.
    pub fn knows(&self, number: DecreeNumber) -> bool {
        number <= self.snapshot.through() || self.decrees.contains_key(&number)
    }

    /// The last number whose outcome is known; the numbers below it may have gaps.
    pub fn last_known(&self) -> DecreeNumber {
        let last = self.decrees.keys().next_back();
        last.copied()
            .unwrap_or_default()
            .max(self.snapshot.through())
    }

    /// Whether a decree after `known` is cut off, so that a legislator who knows the decrees up to
    /// `known` needs the snapshot. O(decrees between `known` and the snapshot).
    pub fn is_cut_after(&self, known: DecreeNumber) -> bool {
        let through = self.snapshot.through();
        known < through && {
            let kept = self.decrees.range(known.next()..=through);
            (kept.count() as u64) < through.0 - known.0
        }
    }

    /// prevBal for a decree number. `None` is −∞, or the vote is forgotten because the outcome is
    /// known.
    pub fn prev_bal(&self, number: DecreeNumber) -> Option<BallotNumber> {
        self.votes.get(&number).map(|cast| cast.number)
    }

    /// The largest ballot number that this legislator has tried or promised; `None` is −∞.
    pub fn largest_number(&self) -> Option<BallotNumber> {
        self.last_tried.max(self.next_bal)
    }

    /// The last number of the longest prefix of decrees without a gap. O(decrees after the snapshot).
    pub fn known(&self) -> DecreeNumber {
        let snapshot = self.snapshot.through();
        let numbers = self.decrees.range(snapshot.next()..).zip(snapshot.0 + 1..);
        let in_order = numbers.take_while(|((number, _), position)| number.0 == *position);
        DecreeNumber(snapshot.0 + in_order.count() as u64)
    }

    /// Applies a note.
    pub fn record(&mut self, note: Note<S>) {
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
            Note::Snapshot(law) => {
                self.votes = self.votes.split_off(&law.through().next());
                self.snapshot = law;
            }
            Note::Cut(through) => self.decrees = self.decrees.split_off(&through.next()),
            Note::Learner(life) => {
                self.life = Some(life);
                self.is_learner = true;
            }
            Note::Readmitted(number) => {
                self.is_learner = false;
                self.next_bal = self.next_bal.max(Some(number));
            }
        }
    }
}

impl<S: StateMachine> Default for Ledger<S> {
    fn default() -> Self {
        Self::new()
    }
}

/// A change of the [`Ledger`]: a variable and its new value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Note<S: StateMachine> {
    /// lastTried grows.
    LastTried(BallotNumber),
    /// nextBal grows.
    NextBal(BallotNumber),
    /// For a decree number, prevBal grows, and prevDec becomes the decree voted for.
    PrevVote(DecreeNumber, Cast<Decree<S::Command>>),
    /// For a decree number, outcome is written; this happens once.
    Outcome(DecreeNumber, Decree<S::Command>),
    /// A newer snapshot replaces the last one. Votes for the numbers in it are not needed any more.
    Snapshot(Law<S>),
    /// The decrees up to this number, which are in the snapshot, are cut off.
    Cut(DecreeNumber),
    /// The ledger is found to lack something: its legislator is a learner.
    Learner(Life),
    /// The learner takes part again, and has promised this ballot.
    Readmitted(BallotNumber),
}

/// The votes in a LastVote, by decree number.
pub type Votes<C> = BTreeMap<DecreeNumber, Cast<Decree<C>>>;

/// A slip of paper: the state that a crash loses. It is about the ballot lastTried.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slip<C> {
    /// No ballot of this legislator is under way.
    Idle,
    /// He collects LastVotes (phase 1).
    Trying {
        /// prevVotes, by the legislator who answered. Decrees that an answer reports as passed are in
        /// the ledger instead.
        answers: BTreeMap<Priest, Arc<Votes<C>>>,
        /// LastVotes of which further parts are to come: the last number that they are about so far,
        /// and their votes.
        parts: BTreeMap<Priest, (DecreeNumber, Votes<C>)>,
    },
    /// He presides: he collects votes (phase 2), on as many decrees as may be in flight.
    Presiding(Presiding<C>),
}

impl<C> Slip<C> {
    /// The slip of a president, if it is one.
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
    /// quorum, the same in the ballots of all numbers.
    pub quorum: PriestSet,
    /// The decrees that are being voted on.
    pub polls: BTreeMap<DecreeNumber, Poll<C>>,
    /// The size of these decrees together.
    pub polls_size: usize,
    /// The decrees that B3 demands at numbers for which he has not begun a ballot yet.
    pub bound: BTreeMap<DecreeNumber, Decree<C>>,
    /// The largest number with a vote in the answers; free numbers below it are gaps.
    pub last_bound: DecreeNumber,
    /// The number of his next proposal.
    pub next: DecreeNumber,
    /// Whether another decree was passed at a number for which he had begun a ballot. Then there is a
    /// larger ballot, and he proposes nothing more in this one.
    pub is_succeeded: bool,
}

/// A decree that is being voted on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Poll<C> {
    /// decree.
    pub decree: Decree<C>,
    /// voters.
    pub voters: PriestSet,
}
