//! The conditions B1, B2 and B3 on a set of ballots (§2.1). Each is a function that
//! returns a witness, the ballots that break the condition, as an [`Offence`].
//!
//! ```
//! use synod_math::conditions::{self, Offence};
//! use synod_math::{Ballot, BallotNumber, PriestSet};
//!
//! let (two, none) = (PriestSet::first(2), PriestSet::EMPTY);
//! let first = Ballot::new(BallotNumber(1), 'α', two, two)?;
//! let same_number = Ballot::new(BallotNumber(1), 'β', two, none)?;
//! let unbound = Ballot::new(BallotNumber(2), 'β', two, none)?;
//!
//! let witness = Offence::B1(first, same_number);
//! assert_eq!(conditions::b1(&[first, same_number]), Err(witness));
//! // Α and Β voted for α in ballot 1, so ballot 2 of the same quorum must carry α.
//! assert!(matches!(conditions::all(&[first, unbound]), Err(Offence::B3(..))));
//! # Ok::<(), synod_math::EmptyQuorum>(())
//! ```
//!
//! What follows from the conditions is in [`theorems`](crate::theorems).

use crate::ballot::{Ballot, BallotNumber};
use crate::vote::{Vote, max_vote_of};
use std::fmt;

/// How a set of ballots breaks one of the conditions: the witness. Its `Display` is a
/// sentence that names the ballots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offence<D> {
    /// B1: two different ballots have the same number.
    B1(Ballot<D>, Ballot<D>),
    /// B2: the quorums of two ballots have no priest in common.
    B2(Ballot<D>, Ballot<D>),
    /// B3: the ballot's decree is not that of the given vote, the latest earlier
    /// vote of its quorum.
    B3(Ballot<D>, Vote<D>),
}

impl<D> Offence<D> {
    /// The same offence with each decree replaced by what `map` returns for it, for
    /// instance by a name that can be shown.
    pub fn map<E>(&self, map: impl Fn(&D) -> E) -> Offence<E> {
        match self {
            Self::B1(a, b) => Offence::B1(a.map(&map), b.map(&map)),
            Self::B2(a, b) => Offence::B2(a.map(&map), b.map(&map)),
            Self::B3(ballot, vote) => Offence::B3(ballot.map(&map), vote.map(&map)),
        }
    }
}

/// B1(𝓑): different ballots have different numbers. O(|𝓑|²).
///
/// # Errors
/// The first two ballots with the same number.
pub fn b1<D: Clone + Eq>(ballots: &[Ballot<D>]) -> Result<(), Offence<D>> {
    let offends = |a: &Ballot<D>, b: &Ballot<D>| a.number() == b.number() && a != b;
    match find_pair(ballots, offends) {
        Some((a, b)) => Err(Offence::B1(a, b)),
        None => Ok(()),
    }
}

/// B2(𝓑): any two quorums intersect. O(|𝓑|²).
///
/// # Errors
/// The first two ballots whose quorums do not intersect.
pub fn b2<D: Clone + Eq>(ballots: &[Ballot<D>]) -> Result<(), Offence<D>> {
    let offends = |a: &Ballot<D>, b: &Ballot<D>| a.quorum().intersection(b.quorum()).is_empty();
    match find_pair(ballots, offends) {
        Some((a, b)) => Err(Offence::B2(a, b)),
        None => Ok(()),
    }
}

/// B3(𝓑): ∀ B ∈ 𝓑: MaxVote(B_bal, B_qrm, 𝓑)_bal ≠ −∞ ⇒
/// B_dec = MaxVote(B_bal, B_qrm, 𝓑)_dec. O(|𝓑|²).
///
/// # Errors
/// The first ballot that has another decree than the vote that binds it, and that
/// vote.
pub fn b3<D: Clone + Eq>(ballots: &[Ballot<D>]) -> Result<(), Offence<D>> {
    ballots.iter().try_for_each(
        |ballot| match binding_vote(ballot.number(), ballot, ballots) {
            Some(vote) if vote.decree() != Some(ballot.decree()) => {
                Err(Offence::B3(ballot.clone(), vote))
            }
            _ => Ok(()),
        },
    )
}

/// B1, B2 and B3, in that order. O(|𝓑|²).
///
/// # Errors
/// The offence of the first condition that does not hold.
pub fn all<D: Clone + Eq>(ballots: &[Ballot<D>]) -> Result<(), Offence<D>> {
    b1(ballots)?;
    b2(ballots)?;
    b3(ballots)
}

/// The latest vote below `below` of the ballot's quorum, unless it is a null vote.
fn binding_vote<D: Clone>(
    below: BallotNumber,
    ballot: &Ballot<D>,
    ballots: &[Ballot<D>],
) -> Option<Vote<D>> {
    max_vote_of(Some(below), ballot.quorum(), ballots).filter(|vote| vote.cast.is_some())
}

fn find_pair<D: Clone>(
    ballots: &[Ballot<D>],
    offends: impl Fn(&Ballot<D>, &Ballot<D>) -> bool,
) -> Option<(Ballot<D>, Ballot<D>)> {
    ballots.iter().enumerate().find_map(|(position, a)| {
        let b = ballots[position + 1..].iter().find(|b| offends(a, b))?;
        Some((a.clone(), b.clone()))
    })
}

impl<D: fmt::Display> fmt::Display for Offence<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::B1(a, b) => write!(f, "{a} and {b} have the same number"),
            Self::B2(a, b) => write!(f, "the quorums of {a} and {b} do not intersect"),
            Self::B3(ballot, vote) => write!(
                f,
                "{ballot} does not carry the decree of {vote}, the latest earlier vote of its quorum"
            ),
        }
    }
}
