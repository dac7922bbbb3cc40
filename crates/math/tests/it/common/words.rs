//! The definitions of §2.1 restated from the paper's sentences, independently of the
//! functions of the crate that the tests compare with them.

use synod_math::{Ballot, BallotNumber, PriestSet};

/// B1: different ballots have different numbers.
pub(crate) fn b1(ballots: &[Ballot<char>]) -> bool {
    every_two(ballots, |a, b| a == b || a.number() != b.number())
}

/// B2: any two quorums have a priest in common.
pub(crate) fn b2(ballots: &[Ballot<char>]) -> bool {
    every_two(ballots, |a, b| meet(a.quorum(), b.quorum()))
}

/// B3: if any priest of B_qrm voted in an earlier ballot, then B_dec is the
/// decree of the latest of those ballots. This function supposes B1, by which there is
/// only one latest.
pub(crate) fn b3(ballots: &[Ballot<char>]) -> bool {
    ballots.iter().all(|ballot| {
        let earlier = |other: &&Ballot<char>| {
            other.number() < ballot.number() && meet(other.voters(), ballot.quorum())
        };
        let latest = ballots.iter().filter(earlier).max_by_key(|b| b.number());
        latest.is_none_or(|latest| latest.decree() == ballot.decree())
    })
}

/// B1, B2 and B3.
pub(crate) fn all(ballots: &[Ballot<char>]) -> bool {
    b1(ballots) && b2(ballots) && b3(ballots)
}

/// The Lemma's conclusion: every ballot later than a successful one has its decree.
pub(crate) fn lemma(ballots: &[Ballot<char>]) -> bool {
    every_two(ballots, |a, b| {
        !a.is_successful() || b.number() <= a.number() || a.decree() == b.decree()
    })
}

/// Theorem 1's conclusion: successful ballots have the same decree.
pub(crate) fn theorem_1(ballots: &[Ballot<char>]) -> bool {
    let successful = ballots.iter().filter(|ballot| ballot.is_successful());
    let mut decrees = successful.map(Ballot::decree);
    let first = decrees.next();
    decrees.all(|decree| Some(decree) == first)
}

/// Whether some priest is in both sets.
pub(crate) fn meet(a: PriestSet, b: PriestSet) -> bool {
    a.iter().any(|priest| b.contains(priest))
}

/// The hypotheses of Theorem 2 about b and Q: b is above every number of 𝓑, and Q meets
/// every quorum of 𝓑.
pub(crate) fn may_follow(
    ballots: &[Ballot<char>],
    number: BallotNumber,
    quorum: PriestSet,
) -> bool {
    ballots
        .iter()
        .all(|ballot| ballot.number() < number && meet(ballot.quorum(), quorum))
}

fn every_two(
    ballots: &[Ballot<char>],
    related: impl Fn(&Ballot<char>, &Ballot<char>) -> bool,
) -> bool {
    ballots
        .iter()
        .all(|a| ballots.iter().all(|b| related(a, b)))
}
