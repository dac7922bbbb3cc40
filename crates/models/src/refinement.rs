//! The chain of refinements basic ⊑ preliminary ⊑ ballots ⊑ consensus, checked step by
//! step: each step of the lower protocol is a step of the upper one, or changes nothing in
//! it.
//!
//! A model checks its own steps against the model above it inside
//! `next_state` and leaves the result as a mark in the state ([`Broken`]), because a
//! Stateright property can only be about states. With the mark, a step that breaks a
//! refinement leads to a new state even if the same state without the mark is known, so
//! that every explored step is judged. In a protocol that refines the one above it, the
//! mark is never set and no state is counted twice.
//!
//! ```
//! use synod_models::refinement::Broken;
//!
//! let broken = Broken::NOTHING.unless(false, Broken::CONSENSUS);
//! let witness = broken.check(Broken::CONSENSUS).unwrap_err();
//! assert!(witness.to_string().starts_with("the last step is no step of consensus"));
//! assert!(broken.check(Broken::BALLOTS).is_ok());
//! ```

use crate::ballots::{BallotKey, Ballots};
use crate::bounds::{Bounds, Decree};
use synod_math::{PriestSet, conditions};
use synod_vocabulary::{Witness, ensure};

/// The claims about steps that the last step broke: refinements, and that ledgers never
/// go back. One byte. The [module](self)'s example has one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Broken(u8);

impl Broken {
    /// No claim is broken.
    pub const NOTHING: Self = Self(0);
    /// The step is not a step of the preliminary protocol (§2.2).
    pub const PRELIMINARY: Self = Self(1);
    /// The step is not a step of ballots (§2.1).
    pub const BALLOTS: Self = Self(2);
    /// The step is not a step of consensus (§1.2).
    pub const CONSENSUS: Self = Self(4);

    /// The state after the step is not type-correct.
    pub const TYPES: Self = Self(16);
    /// A variable of a ledger went back, or an outcome was overwritten (§2.3).
    pub const LEDGERS: Self = Self(8);

    /// The number of bits of [`bits`](Self::bits).
    pub(crate) const BITS: u32 = 5;

    /// The claims as bits.
    pub(crate) const fn bits(self) -> u8 {
        self.0
    }

    /// The claims of these bits.
    pub(crate) const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// These claims and, unless `kept`, the others.
    #[must_use]
    pub const fn unless(self, kept: bool, other: Self) -> Self {
        if kept { self } else { Self(self.0 | other.0) }
    }

    /// These claims and the others.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the last step broke at least one of these claims.
    pub const fn has(self, which: Self) -> bool {
        self.0 & which.0 != 0
    }

    /// Checks that the last step did not break the given refinement.
    ///
    /// # Errors
    /// A sentence that names the protocol of which the step is not a step.
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

/// Which of [`Broken::BALLOTS`] and [`Broken::CONSENSUS`] a step breaks that changes 𝓑
/// from `from` to `to`.
pub(crate) fn above_ballots(bounds: &Bounds, from: &Ballots, to: &Ballots) -> Broken {
    if from == to {
        return Broken::NOTHING;
    }
    Broken::NOTHING
        .unless(is_step_of_ballots(bounds, from, to), Broken::BALLOTS)
        .unless(is_step_of_consensus(from, to), Broken::CONSENSUS)
}

/// A step of ballots: one ballot begins, without voters, or one vote is added; and
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

/// A step of consensus: at most one decree is ever chosen, and it stays chosen.
fn is_step_of_consensus(from: &Ballots, to: &Ballots) -> bool {
    match (chosen(from), chosen(to)) {
        (Ok(None), Ok(_)) => true,
        (Ok(before), Ok(after)) => before == after,
        _ => false,
    }
}

/// Two decrees are chosen.
struct Contradiction;

/// The decree of the successful ballots, if there is one.
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
