//! Random ballot sets of up to 7 priests, 10 ballots and 4 decrees.

use super::{DECREES, words};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use synod_math::theorems::theorem_2;
use synod_math::{Ballot, BallotNumber, BallotSet, Priest, PriestSet};

const PRIESTS: usize = 7;
const BALLOTS: usize = 10;

/// B_bal.
pub(crate) fn number() -> impl Strategy<Value = BallotNumber> {
    (1..=2 * BALLOTS as u64).prop_map(BallotNumber)
}

/// B_dec.
pub(crate) fn decree() -> impl Strategy<Value = char> {
    select(&DECREES[..])
}

/// B_qrm.
pub(crate) fn quorum() -> impl Strategy<Value = PriestSet> {
    (1..1u64 << PRIESTS).prop_map(PriestSet::from_bits)
}

/// p.
pub(crate) fn priest() -> impl Strategy<Value = Priest> {
    (0..PRIESTS).prop_map(|index| Priest::new(index).unwrap())
}

/// B_vot. One set in four has all priests, so that enough ballots succeed.
fn voters() -> impl Strategy<Value = PriestSet> {
    prop_oneof![
        3 => (0..1u64 << PRIESTS).prop_map(PriestSet::from_bits),
        1 => Just(PriestSet::first(PRIESTS)),
    ]
}

/// A set for which B1–B3 hold: each ballot is the one that Theorem 2
/// constructs, with other voters. B1–B3 of a ballot do not depend on its own voters, and
/// these are drawn before any later ballot is constructed.
pub(crate) fn sound() -> impl Strategy<Value = BallotSet<char>> {
    let drafts = vec((1..=2u64, decree(), quorum(), voters()), 0..=BALLOTS);
    drafts.prop_map(|drafts| {
        let mut ballots = BallotSet::new();
        for (gap, free, quorum, voters) in drafts {
            let number = BallotNumber(gap + ballots.last().map_or(0, |last| last.number().0));
            let quorum = quorum_that_meets_all(quorum, &ballots);
            let full = theorem_2(&ballots, number, quorum, free).unwrap();
            ballots.insert(Ballot::new(number, *full.decree(), quorum, voters).unwrap());
        }
        ballots
    })
}

/// The quorum, extended by a priest of each quorum of `ballots` that it does not meet.
pub(crate) fn quorum_that_meets_all(quorum: PriestSet, ballots: &[Ballot<char>]) -> PriestSet {
    ballots.iter().fold(quorum, |quorum, ballot| {
        if words::meet(quorum, ballot.quorum()) {
            quorum
        } else {
            quorum.with(ballot.quorum().iter().next().unwrap())
        }
    })
}

/// A random set with at most one ballot for each number, so that B1 holds.
fn numbered() -> impl Strategy<Value = BallotSet<char>> {
    btree_map(number(), (decree(), quorum(), voters()), 0..=BALLOTS).prop_map(|ballots| {
        let ballot =
            |(number, (decree, quorum, voters))| Ballot::new(number, decree, quorum, voters);
        ballots.into_iter().map(|b| ballot(b).unwrap()).collect()
    })
}

/// A set for which B1–B3 hold, in which the decree and the voters of one ballot are
/// then replaced by random ones.
fn nearly_sound() -> impl Strategy<Value = BallotSet<char>> {
    (sound(), any::<Index>(), decree(), voters()).prop_map(|(ballots, index, decree, voters)| {
        let mut ballots = ballots.to_vec();
        if !ballots.is_empty() {
            let changed = index.get_mut(&mut ballots);
            *changed = Ballot::new(changed.number(), decree, changed.quorum(), voters).unwrap();
        }
        ballots.into_iter().collect()
    })
}

/// A set for which B1 holds, and for which B2 and B3 may or may not hold.
pub(crate) fn with_b1() -> impl Strategy<Value = BallotSet<char>> {
    prop_oneof![sound(), nearly_sound(), numbered()]
}

/// Any set. The union of two of the sets above often breaks B1.
pub(crate) fn any_set() -> impl Strategy<Value = BallotSet<char>> {
    let clashing = (sound(), numbered()).prop_map(|(a, b)| {
        let both = a.iter().chain(b.iter()).take(BALLOTS);
        both.copied().collect()
    });
    prop_oneof![3 => with_b1(), 1 => clashing]
}
