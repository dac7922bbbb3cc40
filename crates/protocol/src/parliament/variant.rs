//! The choices that §3.1 leaves open: in which order a legislator votes in the ballots of a president, who
//! holds many at once, and to whom he sends Voted.
//!
//! Each method of [`Variant`] is called in one place. [`Shipped`] is the variant that ships; it has no
//! state, so that nothing is chosen at run time. The variants that are only checked are made with
//! [`Chosen`]. The example of [`Legislator`](super::Legislator) uses `Shipped`.

use super::decree::DecreeNumber;
use super::ledger::Ledger;
use crate::decisions;
use crate::seat::only;
use crate::state_machine::StateMachine;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::hash::Hash;
use synod_math::{BallotNumber, Priest, PriestSet};

/// A ballot for one decree number, as a [`Variant`] is asked about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ballot {
    /// The ballot number.
    pub number: BallotNumber,
    /// The decree number.
    pub at: DecreeNumber,
    /// The quorum.
    pub quorum: PriestSet,
}

/// A way to make the choices that §3.1 leaves open. All legislators of a parliament have the same one. Its
/// state is volatile.
pub trait Variant: Clone + Debug + Eq + Hash {
    /// Whether a legislator may vote in a ballot that he has promised. Every number up to `settled` is
    /// known to be passed.
    fn may_vote_in<S: StateMachine>(
        &self,
        ballot: Ballot,
        ledger: &Ledger<S>,
        settled: DecreeNumber,
    ) -> bool;

    /// The receivers of his Voted. `everybody` is the set of all legislators.
    fn voted_to(&mut self, ballot: Ballot, president: Priest, everybody: PriestSet) -> PriestSet;

    /// He receives the Voted of `voter`. Returns whether he knows now that the decree for which he has
    /// voted in this ballot is passed.
    fn hears(&mut self, number: BallotNumber, at: DecreeNumber, voter: Priest) -> bool;

    /// He knows the outcome of this number: the votes for it need not be counted any more.
    fn knows(&mut self, at: DecreeNumber);

    /// He knows the outcome of every number up to this one.
    fn knows_all(&mut self, through: DecreeNumber);
}

/// The variant that ships: [`Order::Ascending`], [`VotedTo::President`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shipped;

impl Variant for Shipped {
    /// He may vote if for every lower number he knows the outcome, or knows that it is passed, or has
    /// voted in this ballot. So when a decree passes in this ballot, every lower number has passed.
    ///
    /// The condition held below the last number for which he voted in this ballot, and it still does: a
    /// president never takes back that a number is passed. So it is enough to look down to that number:
    /// O(decrees known beyond a gap), which is mostly O(1).
    fn may_vote_in<S: StateMachine>(
        &self,
        ballot: Ballot,
        ledger: &Ledger<S>,
        settled: DecreeNumber,
    ) -> bool {
        for lower in (settled.0 + 1..ballot.at.0).rev().map(DecreeNumber) {
            if ledger.prev_bal(lower) == Some(ballot.number) {
                return true;
            }
            if !ledger.knows(lower) {
                return false;
            }
        }
        true
    }

    fn voted_to(&mut self, _: Ballot, president: Priest, _: PriestSet) -> PriestSet {
        only(president)
    }

    fn hears(&mut self, _: BallotNumber, _: DecreeNumber, _: Priest) -> bool {
        false
    }

    fn knows(&mut self, _: DecreeNumber) {}

    fn knows_all(&mut self, _: DecreeNumber) {}
}

/// In which order a legislator votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// In any order, as in the paper. A later president may find gaps. And a decree that was proposed
    /// after another one was passed may get the lower number, although §3.2.1 excludes it: a president
    /// who has lost his office without knowing it proposes it at a number that his successor has not
    /// passed yet.
    Any,
    /// In ascending order of decree numbers. A BeginBallot that arrives before that of a lower number is
    /// ignored; the next ballot brings it again. When a number is passed, every lower one is passed: there
    /// are no gaps, and Ordering (§3.2.1) holds.
    Ascending,
}

/// The receivers of Voted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VotedTo {
    /// The president: 3Δ from request to law, and about two messages for each legislator and decree.
    President,
    /// All legislators: 2Δ from request to law for those in the quorum, and about n messages for each
    /// legislator and decree, where n is the number of legislators.
    Everybody,
}

/// A variant that is chosen at run time, to be checked. [`Chosen::SHIPPED`] does the same as [`Shipped`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Chosen {
    /// The order of votes.
    pub order: Order,
    /// The receivers of Voted.
    pub voted_to: VotedTo,
    /// The largest ballot for each number of whose votes he has heard: its quorum, if he has voted in it
    /// himself, and the legislators who have voted. Empty if only the president hears of votes.
    heard: BTreeMap<DecreeNumber, Heard>,
}

impl Chosen {
    /// A variant with this order and these receivers.
    pub const fn new(order: Order, voted_to: VotedTo) -> Self {
        Self {
            order,
            voted_to,
            heard: BTreeMap::new(),
        }
    }

    /// The same choices as [`Shipped`].
    pub const SHIPPED: Self = Self::new(Order::Ascending, VotedTo::President);

    /// What he has heard of the ballot of this number; none if he has heard of a larger one.
    fn heard_of(&mut self, number: BallotNumber, at: DecreeNumber) -> Option<&mut Heard> {
        let heard = self.heard.entry(at).or_insert_with(|| Heard::of(number));
        if heard.number < number {
            *heard = Heard::of(number);
        }
        Some(heard).filter(|heard| heard.number == number)
    }
}

/// What a legislator has heard of a ballot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Heard {
    number: BallotNumber,
    quorum: Option<PriestSet>,
    voters: PriestSet,
}

impl Heard {
    const fn of(number: BallotNumber) -> Self {
        Self {
            number,
            quorum: None,
            voters: PriestSet::EMPTY,
        }
    }
}

impl Variant for Chosen {
    fn may_vote_in<S: StateMachine>(
        &self,
        ballot: Ballot,
        ledger: &Ledger<S>,
        settled: DecreeNumber,
    ) -> bool {
        match self.order {
            Order::Any => true,
            Order::Ascending => Shipped.may_vote_in(ballot, ledger, settled),
        }
    }

    fn voted_to(&mut self, ballot: Ballot, president: Priest, everybody: PriestSet) -> PriestSet {
        match self.voted_to {
            VotedTo::President => Shipped.voted_to(ballot, president, everybody),
            VotedTo::Everybody => {
                if let Some(heard) = self.heard_of(ballot.number, ballot.at) {
                    heard.quorum = Some(ballot.quorum);
                }
                everybody
            }
        }
    }

    /// A legislator who has voted in a ballot, and hears that its whole quorum has, knows the outcome. He
    /// may hear of votes before he is asked for his own.
    fn hears(&mut self, number: BallotNumber, at: DecreeNumber, voter: Priest) -> bool {
        if self.voted_to == VotedTo::President {
            return false;
        }
        let Some(heard) = self.heard_of(number, at) else {
            return false;
        };
        heard.voters = heard.voters.with(voter);
        let voters = heard.voters;
        heard
            .quorum
            .is_some_and(|quorum| decisions::has_passed(quorum, voters))
    }

    fn knows(&mut self, at: DecreeNumber) {
        self.heard.remove(&at);
    }

    fn knows_all(&mut self, through: DecreeNumber) {
        self.heard = self.heard.split_off(&through.next());
    }
}
