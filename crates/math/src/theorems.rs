//! The Lemma and Theorems 1 and 2 (§2.1), as functions that evaluate them for one set
//! of ballots. They rest on the [`conditions`] B1–B3.
//!
//! ```
//! use synod_math::theorems::{Statement, lemma, theorem_2};
//! use synod_math::{Ballot, BallotNumber, PriestSet};
//!
//! let two = PriestSet::first(2);
//! let ballots = [Ballot::new(BallotNumber(1), 'α', two, two).unwrap()];
//! // Theorem 2: a ballot 2 can be begun. The votes in ballot 1 bind its decree.
//! let next = theorem_2(&ballots, BallotNumber(2), PriestSet::first(3), 'β').unwrap();
//! assert_eq!(*next.decree(), 'α');
//! assert_eq!(lemma(&[ballots[0], next]), Statement::Holds);
//!
//! let broken = Ballot::new(BallotNumber(2), 'β', two, two).unwrap();
//! assert!(matches!(lemma(&[ballots[0], broken]), Statement::Vacuous(_)));
//! ```

use crate::ballot::{Ballot, BallotNumber};
use crate::conditions::{self, Offence};
use crate::priest::PriestSet;
use crate::vote::max_vote_of;

/// The result of evaluating a statement "B1, B2, B3 ⇒ …" for one set of ballots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statement<D> {
    /// B1, B2 or B3 does not hold, so the statement claims nothing.
    Vacuous(Offence<D>),
    /// The conditions hold, and the conclusion holds too.
    Holds,
    /// The conditions hold, and these two ballots contradict the conclusion.
    Refuted(Ballot<D>, Ballot<D>),
}

/// Lemma: B1, B2, B3 ⇒ for all B, B' ∈ 𝓑:
/// (B successful and B'_bal > B_bal) ⇒ B'_dec = B_dec. O(|𝓑|²).
pub fn lemma<D: Clone + Eq>(ballots: &[Ballot<D>]) -> Statement<D> {
    implied_by_conditions(ballots, successful_and_a_later_one_disagrees)
}

/// The conclusion of the Lemma alone, whether or not B1–B3 hold: every ballot
/// after a successful one has its decree. O(|𝓑|²).
///
/// # Errors
/// A successful ballot and a later one with another decree.
pub fn later_ballots_agree<D: Clone + Eq>(
    ballots: &[Ballot<D>],
) -> Result<(), (Ballot<D>, Ballot<D>)> {
    match find(ballots, successful_and_a_later_one_disagrees) {
        Some(pair) => Err(pair),
        None => Ok(()),
    }
}

/// Theorem 1: B1, B2, B3 ⇒ any two successful ballots have the same decree.
/// O(|𝓑|²).
pub fn theorem_1<D: Clone + Eq>(ballots: &[Ballot<D>]) -> Statement<D> {
    implied_by_conditions(ballots, both_successful_and_disagree)
}

/// The conclusion of Theorem 1 alone, whether or not B1–B3 hold: any two
/// successful ballots have the same decree. O(|𝓑|²).
///
/// # Errors
/// The first two successful ballots with different decrees.
pub fn successful_ballots_agree<D: Clone + Eq>(
    ballots: &[Ballot<D>],
) -> Result<(), (Ballot<D>, Ballot<D>)> {
    match find(ballots, both_successful_and_disagree) {
        Some(pair) => Err(pair),
        None => Ok(()),
    }
}

/// The hypothesis of [`theorem_2`] that the given 𝓑, b and Q do not meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hypothesis<D> {
    /// B1, B2 or B3 does not hold for 𝓑.
    Conditions(Offence<D>),
    /// Q is ∅, and so is 𝓑. (If 𝓑 has a ballot, one of the variants with a ballot is
    /// returned instead.)
    EmptyQuorum,
    /// b is not above the number of this ballot.
    NotAbove(Ballot<D>),
    /// Q and the quorum of this ballot have no priest in common.
    NoCommonPriest(Ballot<D>),
}

/// Theorem 2: if b is above every number of 𝓑, Q meets every quorum of 𝓑 and
/// B1–B3 hold, there is a B' with B'_bal = b and B'_qrm = B'_vot = Q such that
/// they hold for 𝓑 ∪ {B'}. This function constructs B'.
///
/// `free` becomes the decree of B' if no vote in 𝓑 binds it. O(|𝓑|²). The
/// [module](self)'s example calls it.
///
/// # Errors
/// The [`Hypothesis`] that is not met.
pub fn theorem_2<D: Clone + Eq>(
    ballots: &[Ballot<D>],
    number: BallotNumber,
    quorum: PriestSet,
    free: D,
) -> Result<Ballot<D>, Hypothesis<D>> {
    conditions::all(ballots).map_err(Hypothesis::Conditions)?;
    for ballot in ballots {
        if number <= ballot.number() {
            return Err(Hypothesis::NotAbove(ballot.clone()));
        }
        if quorum.intersection(ballot.quorum()).is_empty() {
            return Err(Hypothesis::NoCommonPriest(ballot.clone()));
        }
    }
    let bound = max_vote_of(Some(number), quorum, ballots)
        .and_then(|vote| vote.cast)
        .map(|cast| cast.decree);
    Ballot::new(number, bound.unwrap_or(free), quorum, quorum).map_err(|_| Hypothesis::EmptyQuorum)
}

fn successful_and_a_later_one_disagrees<D: Eq>(a: &Ballot<D>, b: &Ballot<D>) -> bool {
    a.is_successful() && b.number() > a.number() && a.decree() != b.decree()
}

fn both_successful_and_disagree<D: Eq>(a: &Ballot<D>, b: &Ballot<D>) -> bool {
    a.is_successful() && b.is_successful() && a.decree() != b.decree()
}

fn implied_by_conditions<D: Clone + Eq>(
    ballots: &[Ballot<D>],
    contradicts: impl Fn(&Ballot<D>, &Ballot<D>) -> bool,
) -> Statement<D> {
    if let Err(offence) = conditions::all(ballots) {
        return Statement::Vacuous(offence);
    }
    match find(ballots, contradicts) {
        Some((a, b)) => Statement::Refuted(a, b),
        None => Statement::Holds,
    }
}

fn find<D: Clone>(
    ballots: &[Ballot<D>],
    related: impl Fn(&Ballot<D>, &Ballot<D>) -> bool,
) -> Option<(Ballot<D>, Ballot<D>)> {
    ballots.iter().find_map(|a| {
        let b = ballots.iter().find(|b| related(a, b))?;
        Some((a.clone(), b.clone()))
    })
}
