//! The Lemma and Theorem 1, on every ballot set of a small universe.
//!
//! By brute force, whether or not B1–B3 hold for the sets:
//! - 6,322,457 sets of at most 3 ballots over 3 priests, 3 numbers, 2 decrees;
//! - 17,676,661 sets of at most 4 ballots over 2 priests, 4 numbers, 3 decrees.
//!
//! With at most one ballot for each number, by growing sets:
//! - 163,047,361 sets over 3 priests, 4 numbers and 2 decrees, of which
//!   32,184,769 are visited;
//! - 111,284,641 sets over 4 priests, 3 numbers and 2 decrees, of which
//!   54,007,201 are visited.
//!
//! A set is grown by adding ballots in increasing order of number, and not extended
//! once it breaks B1–B3. No set for which they hold is lost by that. B1 holds for all of
//! these sets. B2 is about pairs of ballots, and the pair that breaks it stays
//! when ballots are added. B3 is about a ballot and the votes in earlier ballots,
//! and an added ballot is later than all of these. So a set that breaks B1–B3 has no
//! extension for which they hold; and for a set that breaks them, neither the Lemma nor
//! Theorem 1 claims anything.

use crate::common::universe::Universe;
use crate::common::{conditions_hold, drawn, words};
use synod_math::Ballot;
use synod_math::theorems::{lemma, successful_ballots_agree, theorem_1};

/// How many sets of a universe a test visited. The tests pin these counts, so that none
/// of them can pass because it visits nothing.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    /// The sets visited.
    visited: u64,
    /// The visited sets for which B1–B3 hold.
    sound: u64,
    /// The sound sets with a successful ballot.
    successful: u64,
    /// The sound sets with two successful ballots or more.
    twice_successful: u64,
}

impl Tally {
    /// Checks the Lemma and Theorem 1 for a set, and counts the set. Returns whether
    /// B1–B3 hold for it. To be fast, it evaluates them only once.
    fn check(&mut self, ballots: &[Ballot<char>]) -> bool {
        self.visited += 1;
        let sound = conditions_hold(lemma(ballots), ballots);
        if sound {
            assert_eq!(successful_ballots_agree(ballots), Ok(()));
            self.count_sound(ballots);
        }
        sound
    }

    fn count_sound(&mut self, ballots: &[Ballot<char>]) {
        let successes = ballots.iter().filter(|b| b.is_successful()).count();
        self.sound += 1;
        self.successful += u64::from(successes > 0);
        self.twice_successful += u64::from(successes > 1);
    }
}

/// Visits every set of at most `most` ballots.
fn by_brute_force(universe: Universe, most: usize) -> Tally {
    let mut tally = Tally::default();
    universe.each_set(most, |ballots| {
        let sound = tally.check(ballots);
        assert_eq!(conditions_hold(theorem_1(ballots), ballots), sound);
        assert_eq!(words::all(ballots), sound, "{}", drawn(ballots));
        assert!(!sound || words::lemma(ballots), "{}", drawn(ballots));
        assert!(!sound || words::theorem_1(ballots), "{}", drawn(ballots));
    });
    tally
}

/// Visits the sets with at most one ballot for each number, except the extensions of
/// sets that break B1–B3.
fn by_growing(universe: Universe) -> Tally {
    let mut tally = Tally::default();
    universe.grow(|ballots| tally.check(ballots));
    tally
}

/// The Lemma and Theorem 1 hold for all sets of at most 3 ballots. They and B1–B3 agree
/// with the definitions in `words`. §2.1, Lemma and Theorem 1
#[test]
fn they_hold_for_all_sets_of_3_ballots_of_3_priests() {
    let universe = Universe {
        priests: 3,
        numbers: 3,
        decrees: 2,
    };
    let expected = Tally {
        visited: 6_322_457,
        sound: 280_833,
        successful: 165_930,
        twice_successful: 43_264,
    };
    assert_eq!(by_brute_force(universe, 3), expected);
}

/// The same for all sets of at most 4 ballots. §2.1, Lemma and Theorem 1
#[test]
fn they_hold_for_all_sets_of_4_ballots_of_2_priests() {
    let universe = Universe {
        priests: 2,
        numbers: 4,
        decrees: 3,
    };
    let expected = Tally {
        visited: 17_676_661,
        sound: 116_233,
        successful: 77_733,
        twice_successful: 26_541,
    };
    assert_eq!(by_brute_force(universe, 4), expected);
}

/// Four ballots of three priests. §2.1, Lemma and Theorem 1
#[test]
fn they_hold_for_all_sets_with_4_numbers_of_3_priests() {
    let universe = Universe {
        priests: 3,
        numbers: 4,
        decrees: 2,
    };
    let expected = Tally {
        visited: 32_184_769,
        sound: 10_913_313,
        successful: 7_402_176,
        twice_successful: 2_721_746,
    };
    assert_eq!(universe.sets_with_one_ballot_a_number(), 163_047_361);
    assert_eq!(by_growing(universe), expected);
}

/// With four priests, two halves need not meet. §2.1, Lemma and Theorem 1
#[test]
fn they_hold_for_all_sets_with_3_numbers_of_4_priests() {
    let universe = Universe {
        priests: 4,
        numbers: 3,
        decrees: 2,
    };
    let expected = Tally {
        visited: 54_007_201,
        sound: 20_139_265,
        successful: 10_180_282,
        twice_successful: 2_107_808,
    };
    assert_eq!(universe.sets_with_one_ballot_a_number(), 111_284_641);
    assert_eq!(by_growing(universe), expected);
}

/// For the two universes of the brute-force tests, growing finds as many sound sets: B1
/// leaves at most one ballot for each number, so no sound set has more ballots than there
/// are numbers. §2.1, B1
#[test]
fn growing_sets_loses_none_for_which_the_conditions_hold() {
    for (priests, numbers, decrees, sound) in [(3, 3, 2, 280_833), (2, 4, 3, 116_233)] {
        let universe = Universe {
            priests,
            numbers,
            decrees,
        };
        assert_eq!(by_growing(universe).sound, sound);
    }
}
