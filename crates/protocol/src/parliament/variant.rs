//! What §3.1 leaves open: in which order a legislator votes in the ballots of
//! one president, which are many at once, and who hears of a vote.
//!
//! A legislator asks his [`Variant`] in one place each. The one that ships is a
//! type without state, so that nothing is chosen while it runs; those that are
//! only checked are [`Chosen`] at run time.

use super::decree::DecreeNumber;
use super::ledger::Ledger;
use crate::decisions;
use crate::seat::only;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::hash::Hash;
use synod_math::{BallotNumber, Priest, PriestSet};

/// A ballot of a decree number, and its quorum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ballot {
    /// Its number.
    pub number: BallotNumber,
    /// The decree number.
    pub at: DecreeNumber,
    /// Its quorum.
    pub quorum: PriestSet,
}

/// What a parliament makes of what §3.1 leaves open. It is the same for all
/// legislators, and on their slips.
pub trait Variant: Clone + Debug + Eq + Hash {
    /// Whether he may vote in a ballot that he has promised to vote in, every
    /// number up to `settled` having been passed.
    fn may_vote_in<C>(&self, ballot: Ballot, ledger: &Ledger<C>, settled: DecreeNumber) -> bool;

    /// To whom he says that he votes in it.
    fn voted_to(&mut self, ballot: Ballot, president: Priest, everybody: PriestSet) -> PriestSet;

    /// He hears of somebody's vote. Whether he knows by it that the decree he
    /// has voted for in this ballot is passed.
    fn hears(&mut self, number: BallotNumber, at: DecreeNumber, voter: Priest) -> bool;

    /// He knows the outcome.
    fn knows(&mut self, at: DecreeNumber);
}

/// What ships: [`Order::Ascending`], [`VotedTo::President`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shipped;

impl Variant for Shipped {
    /// Of every lower number he knows the outcome, or that it is passed, or has
    /// voted on it in this ballot. So whatever passes in this ballot, all below
    /// it has passed.
    ///
    /// Below the last number that he has voted on in this ballot it was so
    /// then, and still is: a president says that more and more is passed. So it
    /// is enough to look down to that number: O(decrees known beyond a gap),
    /// mostly O(1).
    fn may_vote_in<C>(&self, ballot: Ballot, ledger: &Ledger<C>, settled: DecreeNumber) -> bool {
        for lower in (settled.0 + 1..ballot.at.0).rev().map(DecreeNumber) {
            if ledger.prev_bal(lower) == Some(ballot.number) {
                return true;
            }
            if !ledger.decrees.contains_key(&lower) {
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
}

/// In which order a legislator votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// In any, as in the paper. A later president may find gaps, and a decree
    /// that was proposed after another was passed may get the lower number
    /// (§3.2.1 asks for the opposite): by a president who had lost his office
    /// without knowing, at a number that his successor had not yet passed.
    Any,
    /// By number: a BeginBallot that comes before that of a lower number is
    /// ignored, and comes again with the next ballot. Whatever is passed, all
    /// below it is passed; there are no gaps, and Ordering holds.
    Ascending,
}

/// Who hears of a vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VotedTo {
    /// The president: 3Δ from request to law, about two messages for each
    /// legislator and decree.
    President,
    /// Everybody: 2Δ for who is in the quorum, about n messages for each.
    Everybody,
}

/// What is chosen at run time, to be checked. What is chosen as it ships is
/// what ships.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Chosen {
    /// In which order he votes.
    pub order: Order,
    /// Who hears of it.
    pub voted_to: VotedTo,
    /// The ballots that he has voted in, if he hears of all votes, and who else
    /// has.
    heard: BTreeMap<DecreeNumber, (Ballot, PriestSet)>,
}

impl Chosen {
    /// This order, and these hear of a vote.
    pub const fn new(order: Order, voted_to: VotedTo) -> Self {
        Self {
            order,
            voted_to,
            heard: BTreeMap::new(),
        }
    }

    /// What ships.
    pub const SHIPPED: Self = Self::new(Order::Ascending, VotedTo::President);

    /// Begins to count the votes of a ballot that he votes in.
    fn listen(&mut self, ballot: Ballot) {
        let known = self.heard.get(&ballot.at);
        if known.is_none_or(|(known, _)| known.number < ballot.number) {
            self.heard.insert(ballot.at, (ballot, PriestSet::EMPTY));
        }
    }
}

impl Variant for Chosen {
    fn may_vote_in<C>(&self, ballot: Ballot, ledger: &Ledger<C>, settled: DecreeNumber) -> bool {
        match self.order {
            Order::Any => true,
            Order::Ascending => Shipped.may_vote_in(ballot, ledger, settled),
        }
    }

    fn voted_to(&mut self, ballot: Ballot, president: Priest, everybody: PriestSet) -> PriestSet {
        match self.voted_to {
            VotedTo::President => Shipped.voted_to(ballot, president, everybody),
            VotedTo::Everybody => {
                self.listen(ballot);
                everybody
            }
        }
    }

    /// Who has voted in a ballot and hears that its whole quorum has, knows the
    /// outcome.
    fn hears(&mut self, number: BallotNumber, at: DecreeNumber, voter: Priest) -> bool {
        let heard = self.heard.get_mut(&at);
        let Some((ballot, voters)) = heard.filter(|(ballot, _)| ballot.number == number) else {
            return false;
        };
        *voters = voters.with(voter);
        decisions::has_passed(ballot.quorum, *voters)
    }

    fn knows(&mut self, at: DecreeNumber) {
        self.heard.remove(&at);
    }
}
