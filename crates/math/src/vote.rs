//! Votes, null votes, Votes(𝓑) and MaxVote (§2.1): what a set of ballots says of its
//! voters. Begin with [`Vote`] and [`max_vote`]; [`conditions`](crate::conditions) uses
//! them for B3.

use crate::ballot::{Ballot, BallotNumber};
use crate::priest::{Priest, PriestSet};
use std::fmt;

/// A vote v: the triple of a priest, a ballot number and a decree (in the field's
/// words, an accepted proposal).
///
/// `cast` is `None` in the null vote null_p, whose v_bal is −∞ and whose v_dec is
/// BLANK. The type is `Copy` if the decree is. [`max_vote`]'s example shows votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vote<D> {
    /// v_pst. The priest who voted.
    pub priest: Priest,
    /// v_bal and v_dec; `None` in a null vote.
    pub cast: Option<Cast<D>>,
}

/// The ballot number and the decree of a [`Vote`] that is not null.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cast<D> {
    /// v_bal ≠ −∞.
    pub number: BallotNumber,
    /// v_dec ≠ BLANK.
    pub decree: D,
}

impl<D> Vote<D> {
    /// null_p: the vote of a priest p that has not voted.
    pub const fn null(priest: Priest) -> Self {
        Self { priest, cast: None }
    }

    /// v_bal; `None` is −∞.
    pub fn number(&self) -> Option<BallotNumber> {
        self.cast.as_ref().map(|cast| cast.number)
    }

    /// The same vote with its decree replaced by what `map` returns for it.
    pub fn map<E>(&self, map: impl FnOnce(&D) -> E) -> Vote<E> {
        Vote {
            priest: self.priest,
            cast: self.cast.as_ref().map(|cast| Cast {
                number: cast.number,
                decree: map(&cast.decree),
            }),
        }
    }

    /// v_dec; `None` is BLANK.
    pub fn decree(&self) -> Option<&D> {
        self.cast.as_ref().map(|cast| &cast.decree)
    }
}

impl<D: fmt::Display> fmt::Display for Vote<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cast {
            None => write!(f, "null_{}", self.priest),
            Some(Cast { number, decree }) => write!(f, "({}, {number}, {decree})", self.priest),
        }
    }
}

/// Votes(𝓑): the vote of every voter of every ballot. With B1 all of them are
/// different. O(votes).
pub fn votes<D: Clone>(ballots: &[Ballot<D>]) -> impl Iterator<Item = Vote<D>> {
    ballots
        .iter()
        .flat_map(|ballot| ballot.voters().iter().map(|priest| vote_in(ballot, priest)))
}

fn vote_in<D: Clone>(ballot: &Ballot<D>, priest: Priest) -> Vote<D> {
    let cast = Cast {
        number: ballot.number(),
        decree: ballot.decree().clone(),
    };
    Vote {
        priest,
        cast: Some(cast),
    }
}

/// MaxVote(b, p, 𝓑): the largest vote of p in a ballot below b, or null_p.
///
/// `below` is b; `None` stands for ∞, which invariant I3 (A.2) needs. Votes are
/// ordered by number. Without B1 several votes of p may be the largest; then the one
/// of the first such ballot of the slice is returned. O(|𝓑|).
///
/// ```
/// use synod_math::{Ballot, BallotNumber, Priest, PriestSet, Vote, max_vote, max_vote_of};
///
/// let [a, b] = [0, 1].map(|index| Priest::new(index).unwrap());
/// let voted = |p| PriestSet::EMPTY.with(p);
/// let ballots = [
///     Ballot::new(BallotNumber(2), 'α', PriestSet::first(3), voted(a)).unwrap(),
///     Ballot::new(BallotNumber(5), 'β', PriestSet::first(3), voted(b)).unwrap(),
/// ];
/// let below_5 = Some(BallotNumber(5));
/// assert_eq!(max_vote(below_5, a, &ballots).to_string(), "(Α, 2, α)");
/// assert_eq!(max_vote(below_5, b, &ballots), Vote::null(b));
/// // Over both priests, below ∞: the vote of Β is the latest.
/// let latest = max_vote_of(None, PriestSet::first(2), &ballots).unwrap();
/// assert_eq!(latest.to_string(), "(Β, 5, β)");
/// ```
pub fn max_vote<D: Clone>(
    below: Option<BallotNumber>,
    priest: Priest,
    ballots: &[Ballot<D>],
) -> Vote<D> {
    let voter = PriestSet::EMPTY.with(priest);
    match latest_voted(below, voter, ballots) {
        Some(ballot) => vote_in(ballot, priest),
        None => Vote::null(priest),
    }
}

/// MaxVote(b, Q, 𝓑): the largest of MaxVote(b, p, 𝓑) over p ∈ Q.
///
/// `below` is as in [`max_vote`], whose example shows both. The result is `None` if Q
/// is ∅, and a null vote if no priest of Q voted below b. If several priests of Q voted
/// in the latest ballot, it is the vote of the first of them. O(|𝓑|).
pub fn max_vote_of<D: Clone>(
    below: Option<BallotNumber>,
    quorum: PriestSet,
    ballots: &[Ballot<D>],
) -> Option<Vote<D>> {
    let vote = match latest_voted(below, quorum, ballots) {
        Some(ballot) => {
            let voter = ballot.voters().intersection(quorum).iter().next()?;
            vote_in(ballot, voter)
        }
        None => Vote::null(quorum.iter().next()?),
    };
    Some(vote)
}

/// The latest ballot below `below` in which one of `priests` voted.
pub(crate) fn latest_voted<D>(
    below: Option<BallotNumber>,
    priests: PriestSet,
    ballots: &[Ballot<D>],
) -> Option<&Ballot<D>> {
    let mut latest: Option<&Ballot<D>> = None;
    for ballot in ballots {
        let is_below = below.is_none_or(|below| ballot.number() < below);
        let is_later = latest.is_none_or(|latest| latest.number() < ballot.number());
        if is_below && is_later && !ballot.voters().intersection(priests).is_empty() {
            latest = Some(ballot);
        }
    }
    latest
}
