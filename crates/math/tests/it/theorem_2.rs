//! Theorem 2, on every ballot set of a small universe.
//!
//! The construction is checked on the 1,442,897 sets with at most one ballot for each
//! number over 3 priests, 3 numbers and 2 decrees, of which 280,833 satisfy B1–B3.
//! The hypotheses are checked on the 62,269 sets of at most 3 ballots over 2 priests, 3
//! numbers and 2 decrees, whether or not B1–B3 hold for them, with each of 4 numbers and
//! each of the 4 sets of priests as Q.

use crate::common::universe::Universe;
use crate::common::{drawn, words};
use synod_math::theorems::{Hypothesis, theorem_2};
use synod_math::{Ballot, BallotNumber, PriestSet, conditions};

/// Checks the ballot that Theorem 2 constructs. Returns whether a vote binds its decree.
fn check_theorem_2(
    ballots: &[Ballot<char>],
    number: BallotNumber,
    quorum: PriestSet,
    free: char,
) -> bool {
    let next = theorem_2(ballots, number, quorum, free).unwrap();
    assert_eq!(next.number(), number);
    assert_eq!((next.quorum(), next.voters()), (quorum, quorum));
    let bound = ballots.iter().any(|b| words::meet(b.voters(), quorum));
    assert!(bound || *next.decree() == free);
    let extended = [ballots, &[next]].concat();
    assert_eq!(conditions::all(&extended), Ok(()), "{}", drawn(&extended));
    bound
}

/// For every set for which B1–B3 hold, every larger number and every Q that meets all
/// quorums, B1–B3 also hold for the set with the constructed ballot. That ballot has the
/// decree that the caller passes, unless a vote binds it. §2.1, Theorem 2
#[test]
fn theorem_2_holds_for_all_sets_with_3_numbers_of_3_priests() {
    let universe = Universe {
        priests: 3,
        numbers: 3,
        decrees: 2,
    };
    let mut free_and_bound = [0, 0];
    universe.grow(|ballots| {
        let sound = conditions::all(ballots).is_ok();
        if sound {
            each_next(universe, ballots, |number, quorum, decree| {
                let is_bound = check_theorem_2(ballots, number, quorum, decree);
                free_and_bound[usize::from(is_bound)] += 1;
            });
        }
        sound
    });
    assert_eq!(universe.sets_with_one_ballot_a_number(), 1_442_897);
    assert_eq!(free_and_bound, [180_560, 2_367_208]);
}

/// Visits every number, quorum and decree to which Theorem 2 applies; the numbers go
/// to one above those of the universe.
fn each_next(
    universe: Universe,
    ballots: &[Ballot<char>],
    mut visit: impl FnMut(BallotNumber, PriestSet, char),
) {
    for number in universe.numbers_and_one_above() {
        for quorum in universe.quorums() {
            if words::may_follow(ballots, number, quorum) {
                for &decree in universe.decrees() {
                    visit(number, quorum, decree);
                }
            }
        }
    }
}

/// How often each hypothesis of Theorem 2 did not hold, and how often all of them did.
#[derive(Debug, Default, PartialEq, Eq)]
struct Answers {
    conditions: u64,
    not_above: u64,
    no_common_priest: u64,
    empty_quorum: u64,
    constructed: u64,
}

impl Answers {
    /// Asks Theorem 2 for a ballot, counts the answer, and checks that it is
    /// true.
    fn ask(&mut self, ballots: &[Ballot<char>], number: BallotNumber, quorum: PriestSet) {
        let (count, is_true) = match theorem_2(ballots, number, quorum, 'α') {
            Err(Hypothesis::Conditions(offence)) => {
                let is_true = conditions::all(ballots) == Err(offence);
                (&mut self.conditions, is_true)
            }
            Err(Hypothesis::NotAbove(ballot)) => {
                let is_true = ballots.contains(&ballot) && number <= ballot.number();
                (&mut self.not_above, is_true)
            }
            Err(Hypothesis::NoCommonPriest(ballot)) => {
                let is_apart = !words::meet(quorum, ballot.quorum());
                let is_true = ballots.contains(&ballot) && is_apart;
                (&mut self.no_common_priest, is_true)
            }
            Err(Hypothesis::EmptyQuorum) => (&mut self.empty_quorum, quorum.is_empty()),
            Ok(_) => {
                let may_follow = words::may_follow(ballots, number, quorum);
                (&mut self.constructed, words::all(ballots) && may_follow)
            }
        };
        assert!(is_true, "{number} and {quorum} after {}", drawn(ballots));
        *count += 1;
    }
}

/// If a hypothesis is not met, Theorem 2 names it, with the ballot that is the reason;
/// if all are met, it constructs a ballot. An empty Q is apart from every quorum, so only
/// an empty 𝓑 shows the hypothesis that Q is not empty. §2.1, Theorem 2
#[test]
fn theorem_2_says_which_hypothesis_is_not_met() {
    let universe = Universe {
        priests: 2,
        numbers: 3,
        decrees: 2,
    };
    let mut answers = Answers::default();
    universe.each_set(3, |ballots| {
        for number in universe.numbers_and_one_above() {
            answers.ask(ballots, number, PriestSet::EMPTY);
            for quorum in universe.quorums() {
                answers.ask(ballots, number, quorum);
            }
        }
    });
    let expected = Answers {
        conditions: 928_704,
        not_above: 36_448,
        no_common_priest: 21_536,
        empty_quorum: 4,
        constructed: 9_612,
    };
    assert_eq!(answers, expected);
}
