//! B1, B2 and B3. Each returns the ballots that offend it.

use crate::ballot::{Ballot, BallotNumber};
use crate::vote::{Vote, max_vote_of};
use std::fmt;

/// How a set of ballots breaks one of the conditions: the witness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offence<D> {
    /// B1: two different ballots have the same number.
    B1(Ballot<D>, Ballot<D>),
    /// B2: the quorums of two ballots have no priest in common.
    B2(Ballot<D>, Ballot<D>),
    /// B3: the ballot's decree is not that of the latest earlier vote of its
    /// quorum, which is given with it.
    B3(Ballot<D>, Vote<D>),
}

impl<D> Offence<D> {
    /// The same offence with the decrees that `map` makes of its own.
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
/// The first two ballots whose quorums do not.
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
/// The first ballot whose decree is not bound so, and the vote that binds it.
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

/// B1, B2 and B3, in that order.
///
/// # Errors
/// What the first of them that does not hold returns.
pub fn all<D: Clone + Eq>(ballots: &[Ballot<D>]) -> Result<(), Offence<D>> {
    b1(ballots)?;
    b2(ballots)?;
    b3(ballots)
}

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
