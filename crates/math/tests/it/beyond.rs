//! Random ballot sets, larger than the small universe: up to 7 priests, 10
//! ballots and 4 decrees.

use crate::common::random::{
    any_set, decree, number, priest, quorum, quorum_that_meets_all, sound, with_b1,
};
use crate::common::words;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use synod_math::conditions::{self, Offence};
use synod_math::theorems::{Statement, lemma, theorem_1, theorem_2};
use synod_math::{Ballot, BallotNumber, BallotSet, Vote, max_vote, max_vote_of, votes};

/// Each claim is tried on 50,000 sets. A failure prints the smallest set that fails, and
/// leaves no file behind.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 50_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A set for which B1 holds; and its ballots in another order, one of them repeated.
fn with_b1_and_shuffled() -> impl Strategy<Value = (BallotSet<char>, Vec<Ballot<char>>)> {
    with_b1().prop_flat_map(|set| {
        let one_twice = set.iter().chain(set.first()).copied();
        let shuffled = Just(one_twice.collect::<Vec<_>>()).prop_shuffle();
        (Just(set), shuffled)
    })
}

/// Whether the witness consists of ballots of the set, and breaks the condition as
/// `words` defines it.
fn offends(offence: Offence<char>, ballots: &[Ballot<char>]) -> bool {
    match offence {
        Offence::B1(a, b) => ballots.contains(&a) && ballots.contains(&b) && !words::b1(&[a, b]),
        Offence::B2(a, b) => ballots.contains(&a) && ballots.contains(&b) && !words::b2(&[a, b]),
        Offence::B3(ballot, vote) => {
            let latest = max_vote_of(Some(ballot.number()), ballot.quorum(), ballots);
            let is_bound = latest == Some(vote) && vote.cast.is_some();
            ballots.contains(&ballot) && is_bound && vote.decree() != Some(ballot.decree())
        }
    }
}

/// Whether this vote was cast in the ballot.
fn has_vote(ballot: &Ballot<char>, vote: &Vote<char>) -> bool {
    ballot.voters().contains(vote.priest)
        && vote.number() == Some(ballot.number())
        && vote.decree() == Some(ballot.decree())
}

proptest! {
    #![proptest_config(config())]

    /// The Lemma and Theorem 1 hold for all sets for which B1–B3 hold. §2.1, Lemma and
    /// Theorem 1
    #[test]
    fn the_lemma_and_theorem_1_hold_for_sound_sets(ballots in sound()) {
        prop_assert_eq!(lemma(&ballots), Statement::Holds);
        prop_assert_eq!(theorem_1(&ballots), Statement::Holds);
        prop_assert!(words::lemma(&ballots) && words::theorem_1(&ballots));
    }

    /// The Lemma and Theorem 1 claim nothing of sets for which B1–B3 do not hold. §2.1,
    /// Lemma and Theorem 1
    #[test]
    fn the_lemma_and_theorem_1_are_vacuous_for_other_sets(ballots in any_set()) {
        let expected = match conditions::all(&ballots) {
            Ok(()) => Statement::Holds,
            Err(offence) => Statement::Vacuous(offence),
        };
        prop_assert_eq!(lemma(&ballots), expected);
        prop_assert_eq!(theorem_1(&ballots), expected);
    }

    /// B1–B3 hold for the set with the constructed ballot. §2.1, Theorem 2
    #[test]
    fn theorem_2_adds_a_ballot_to_sound_sets(
        ballots in sound(), gap in 1..5u64, quorum in quorum(), free in decree(),
    ) {
        let number = BallotNumber(gap + ballots.last().map_or(0, |last| last.number().0));
        let quorum = quorum_that_meets_all(quorum, &ballots);
        let next = theorem_2(&ballots, number, quorum, free).unwrap();
        prop_assert_eq!((next.number(), next.quorum(), next.voters()), (number, quorum, quorum));
        let extended = [&ballots[..], &[next]].concat();
        prop_assert_eq!(conditions::all(&extended), Ok(()));
    }

    /// Theorem 2 constructs a ballot exactly if its hypotheses hold for the set, the
    /// number and the quorum. §2.1, Theorem 2
    #[test]
    fn theorem_2_supposes_what_its_sentence_says(
        ballots in any_set(), number in number(), quorum in quorum(), free in decree(),
    ) {
        let supposed = words::all(&ballots) && words::may_follow(&ballots, number, quorum);
        prop_assert_eq!(theorem_2(&ballots, number, quorum, free).is_ok(), supposed);
    }

    /// B1: different ballots have different numbers. B2: quorums intersect. §2.1, B1 and
    /// B2
    #[test]
    fn b1_and_b2_are_what_their_sentences_say(ballots in any_set()) {
        prop_assert_eq!(conditions::b1(&ballots).is_ok(), words::b1(&ballots));
        prop_assert_eq!(conditions::b2(&ballots).is_ok(), words::b2(&ballots));
    }

    /// If any priest of B_qrm voted in an earlier ballot, then B_dec is the
    /// decree of the latest such ballot. The crate computes this by MaxVote. §2.1, B3
    #[test]
    fn b3_is_what_its_sentence_says(ballots in with_b1()) {
        prop_assert_eq!(conditions::b3(&ballots).is_ok(), words::b3(&ballots));
    }

    /// The witness that a condition returns breaks that condition. §2.1, B1, B2 and B3
    #[test]
    fn witnesses_offend(ballots in any_set()) {
        for check in [conditions::b1, conditions::b2, conditions::b3] {
            if let Err(offence) = check(&ballots) {
                prop_assert!(offends(offence, &ballots), "{}", offence);
            }
        }
    }

    /// Votes(𝓑) has one vote for every voter of every ballot, and no other. §2.1, Votes
    #[test]
    fn there_is_one_vote_for_every_voter(ballots in with_b1()) {
        let voters: usize = ballots.iter().map(|ballot| ballot.voters().len()).sum();
        prop_assert_eq!(votes(&ballots).count(), voters);
        prop_assert_eq!(votes(&ballots).collect::<BTreeSet<_>>().len(), voters);
        for vote in votes(&ballots) {
            prop_assert!(ballots.iter().any(|ballot| has_vote(ballot, &vote)), "{}", vote);
        }
    }

    /// MaxVote is the largest of null_p and the votes of p below b. §2.1, MaxVote(b, p, 𝓑)
    #[test]
    fn max_vote_is_the_largest_earlier_vote_of_a_priest(
        ballots in with_b1(), below in number(), priest in priest(),
    ) {
        let earlier = votes(&ballots)
            .filter(|vote| vote.priest == priest && vote.number() < Some(below));
        let largest = earlier.max_by_key(Vote::number);
        let expected = largest.unwrap_or(Vote::null(priest));
        prop_assert_eq!(max_vote(Some(below), priest, &ballots), expected);
    }

    /// MaxVote of Q is the largest of MaxVote(b, p, 𝓑) over p ∈ Q. Among votes in the same
    /// ballot, it is that of the first priest. §2.1, MaxVote(b, Q, 𝓑)
    #[test]
    fn max_vote_of_a_quorum_is_the_largest_over_its_priests(
        ballots in with_b1(), below in number(), quorum in quorum(),
    ) {
        let of_priests = quorum.iter().map(|priest| max_vote(Some(below), priest, &ballots));
        let largest = of_priests.min_by_key(|vote| Reverse(vote.number()));
        prop_assert_eq!(max_vote_of(Some(below), quorum, &ballots), largest);
    }

    /// 𝓑 is a set: with B1, nothing depends on the order of the slice, nor on
    /// repetitions. §2.1
    #[test]
    fn neither_order_nor_repetition_of_ballots_matters(
        (ballots, shuffled) in with_b1_and_shuffled(), number in number(), quorum in quorum(),
    ) {
        prop_assert_eq!(conditions::all(&ballots).is_ok(), conditions::all(&shuffled).is_ok());
        for below in [None, Some(number)] {
            let vote = max_vote_of(below, quorum, &ballots);
            prop_assert_eq!(vote, max_vote_of(below, quorum, &shuffled));
        }
        let next = theorem_2(&ballots, BallotNumber(100), quorum, 'α').ok();
        prop_assert_eq!(next, theorem_2(&shuffled, BallotNumber(100), quorum, 'α').ok());
        prop_assert_eq!(BallotSet::from_iter(shuffled), ballots);
    }
}

/// How many of 1000 sets have this property. The 1000 sets are the same in every run.
fn in_a_thousand(
    sets: impl Strategy<Value = BallotSet<char>>,
    has: impl Fn(&[Ballot<char>]) -> bool,
) -> usize {
    let mut runner = TestRunner::deterministic();
    let mut draw = || sets.new_tree(&mut runner).unwrap().current();
    (0..1000).filter(|_| has(&draw())).count()
}

fn successes(ballots: &[Ballot<char>]) -> usize {
    ballots.iter().filter(|b| b.is_successful()).count()
}

/// Many random sets satisfy the hypotheses of the Lemma and the theorems, and many are
/// larger than those of the small universe.
#[test]
fn random_sets_do_not_make_the_theorems_vacuous() {
    assert_eq!(in_a_thousand(sound(), words::all), 1000);
    assert!(in_a_thousand(sound(), |set| successes(set) > 1) > 300);
    assert!(in_a_thousand(sound(), |set| set.len() > 4) > 300);
    assert!(in_a_thousand(any_set(), words::all) > 300);
}

/// Many random sets break each of the conditions, and many break B3 alone.
#[test]
fn random_sets_break_each_of_the_conditions() {
    assert!(in_a_thousand(any_set(), |set| !words::b1(set)) > 80);
    assert!(in_a_thousand(with_b1(), |set| !words::b2(set)) > 150);
    let b3_alone = |set: &[Ballot<char>]| words::b2(set) && !words::b3(set);
    assert!(in_a_thousand(with_b1(), b3_alone) > 150);
}
