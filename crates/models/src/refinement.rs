//! The chain basic ⊑ preliminary ⊑ ballots ⊑ consensus, checked step by step.
//!
//! A model checks its own steps against the model above it inside
//! `next_state` and leaves the result in the state ([`Broken`]), because a
//! Stateright property sees states only. A step that breaks a refinement
//! therefore leads to a state of its own even where it meets one that is
//! known, so that every explored transition is judged. In a protocol that
//! refines, the mark is never set and no state is counted twice.

use crate::ballots::{BallotKey, Ballots};
use crate::bounds::{Bounds, Decree};
use synod_math::{PriestSet, conditions};
use synod_vocabulary::{Witness, ensure};

/// What the last step broke that is said of steps: refinements, and that
/// ledgers never go back. One byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Broken(u8);

impl Broken {
    /// None.
    pub const NOTHING: Self = Self(0);
    /// The step is none of the preliminary protocol (§2.2).
    pub const PRELIMINARY: Self = Self(1);
    /// The step is none of ballots (§2.1).
    pub const BALLOTS: Self = Self(2);
    /// The step is none of consensus (§1.2).
    pub const CONSENSUS: Self = Self(4);

    /// Some variable has no value of its type any more.
    pub const TYPES: Self = Self(16);
    /// A variable of a ledger went back, or an outcome was overwritten (§2.3).
    pub const LEDGERS: Self = Self(8);

    /// This and, unless `kept`, the other.
    #[must_use]
    pub const fn unless(self, kept: bool, other: Self) -> Self {
        if kept { self } else { Self(self.0 | other.0) }
    }

    /// This and the other.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the last step broke this, or some of these.
    pub const fn has(self, which: Self) -> bool {
        self.0 & which.0 != 0
    }

    /// That the last step did not break the given refinement.
    ///
    /// # Errors
    /// A sentence that says what the step is not.
    pub fn check(self, which: Self) -> Result<(), Witness> {
        let above = match which {
            Self::PRELIMINARY => "the preliminary protocol (§2.2)",
            Self::BALLOTS => "ballots that keep B1–B3 (§2.1)",
            _ => "consensus: it changes what is chosen (§1.2)",
        };
        ensure!(!self.has(which), "the last step is no step of {above}");
        Ok(())
    }
}

/// What a step that changes 𝓑 like this breaks of ballots and of consensus.
pub fn above_ballots(bounds: &Bounds, from: &Ballots, to: &Ballots) -> Broken {
    if from == to {
        return Broken::NOTHING;
    }
    Broken::NOTHING
        .unless(is_step_of_ballots(bounds, from, to), Broken::BALLOTS)
        .unless(is_step_of_consensus(from, to), Broken::CONSENSUS)
}

/// Ballots: one ballot begins, without voters, or one vote is added; and
/// B1–B3 hold afterwards.
fn is_step_of_ballots(bounds: &Bounds, from: &Ballots, to: &Ballots) -> bool {
    (is_begun(from, to) || is_voted(from, to)) && conditions::all(&to.unpack(bounds)).is_ok()
}

fn is_begun(from: &Ballots, to: &Ballots) -> bool {
    let mut added = to.iter().filter(|ballot| !contains(from, *ballot));
    let is_one_without_voters =
        added.next().is_some_and(|(_, voters)| voters.is_empty()) && added.next().is_none();
    is_one_without_voters && from.iter().all(|ballot| contains(to, ballot))
}

fn is_voted(from: &Ballots, to: &Ballots) -> bool {
    let same_ballots = from
        .iter()
        .map(|(key, _)| key)
        .eq(to.iter().map(|(key, _)| key));
    let mut changed = from.iter().zip(to.iter()).filter(|(from, to)| from != to);
    let is_one_vote = changed.next().is_some_and(|((_, before), (_, after))| {
        before.is_subset(after) && after.len() == before.len() + 1
    });
    same_ballots && is_one_vote && changed.next().is_none()
}

fn contains(ballots: &Ballots, wanted: (BallotKey, PriestSet)) -> bool {
    ballots.iter().any(|ballot| ballot == wanted)
}

/// Consensus: at most one decree is ever chosen, and it stays chosen.
fn is_step_of_consensus(from: &Ballots, to: &Ballots) -> bool {
    match (chosen(from), chosen(to)) {
        (Ok(None), Ok(_)) => true,
        (Ok(before), Ok(after)) => before == after,
        _ => false,
    }
}

/// Two decrees are chosen.
struct Contradiction;

/// The decree of the successful ballots.
fn chosen(ballots: &Ballots) -> Result<Option<Decree>, Contradiction> {
    let mut decrees = ballots.successful().map(|key| key.decree);
    let first = decrees.next();
    if decrees.all(|decree| Some(decree) == first) {
        Ok(first)
    } else {
        Err(Contradiction)
    }
}

crate::bytes::fields_as_bytes!(Broken { 0 });
