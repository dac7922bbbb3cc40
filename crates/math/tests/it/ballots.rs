//! Single ballots, votes and ballot sets: edge cases, and how they print.

use crate::common::{ballot, priest, priests};
use synod_math::conditions::{b1, b2, b3};
use synod_math::theorems::later_ballots_agree;
use synod_math::{
    Ballot, BallotNumber, BallotSet, EmptyQuorum, Figure, Priest, PriestSet, Vote, max_vote,
    max_vote_of, votes,
};

/// B_qrm is not empty: otherwise a ballot would succeed without votes. §2.1, B_qrm
#[test]
fn a_ballot_has_a_quorum() {
    let made = Ballot::new(BallotNumber(1), 'α', PriestSet::EMPTY, priests("Α"));
    assert_eq!(made, Err(EmptyQuorum));
}

/// 𝓑 is a set: a ballot cannot be added twice. §2.1
#[test]
fn a_set_has_each_ballot_once() {
    let (first, second) = (ballot(1, 'α', "Α", ""), ballot(1, 'α', "Α", "Α"));
    let mut set = BallotSet::new();
    assert!(set.insert(second));
    assert!(set.insert(first));
    assert!(!set.insert(second));
    assert_eq!(set[..], [first, second]);
}

/// ∅ has no largest vote, not even a null one. §2.1, MaxVote(b, Q, 𝓑)
#[test]
fn no_priests_have_no_max_vote() {
    for ballots in [vec![], vec![ballot(1, 'α', "Α", "Α")]] {
        assert_eq!(max_vote_of(None, PriestSet::EMPTY, &ballots), None);
    }
}

/// Votes in ballots of the same number, which B1 forbids, are equally large.
/// §2.1, MaxVote(b, p, 𝓑)
#[test]
fn without_b1_the_first_of_equal_votes_is_the_max_vote() {
    let (first, second) = (ballot(1, 'α', "Α", "Α"), ballot(1, 'β', "Α", "Α"));
    for ballots in [[first, second], [second, first]] {
        let vote = max_vote(None, priest('Α'), &ballots);
        assert_eq!(vote.decree(), Some(ballots[0].decree()));
    }
}

/// −∞ is below every number. §2.1, null votes
#[test]
fn a_null_vote_is_below_every_vote() {
    let ballots = [ballot(0, 'α', "Α", "Α")];
    let null = Vote::<char>::null(priest('Α'));
    assert_eq!((null.number(), null.decree()), (None, None));
    assert!(votes(&ballots).all(|vote| null.number() < vote.number()));
    assert_eq!(max_vote(Some(BallotNumber(0)), priest('Α'), &ballots), null);
}

/// A vote prints as the triple of its priest, number and decree. §2.1, votes
#[test]
fn votes_print_as_triples() {
    let ballots = [ballot(5, 'β', "ΑΒΓΕ", "Γ")];
    assert_eq!(
        max_vote(None, priest('Γ'), &ballots).to_string(),
        "(Γ, 5, β)"
    );
    assert_eq!(max_vote(None, priest('Α'), &ballots).to_string(), "null_Α");
}

/// A witness prints as a sentence with the ballots that offend. §2.1, B1, B2
/// and B3
#[test]
fn witnesses_print_as_sentences() {
    let first = ballot(1, 'α', "Α", "Α");
    let same_number = b1(&[first, ballot(1, 'β', "ΑΒ", "")]).unwrap_err();
    let apart = b2(&[first, ballot(2, 'β', "ΒΓ", "")]).unwrap_err();
    let unbound = b3(&[first, ballot(2, 'β', "ΑΒ", "")]).unwrap_err();
    let expected = "
ballot 1 (decree α, quorum {Α}, voters {Α}) and ballot 1 (decree β, quorum {Α Β}, voters ∅) have the same number
the quorums of ballot 1 (decree α, quorum {Α}, voters {Α}) and ballot 2 (decree β, quorum {Β Γ}, voters ∅) do not intersect
ballot 2 (decree β, quorum {Α Β}, voters ∅) does not carry the decree of (Α, 1, α), the latest earlier vote of its quorum
";
    assert_eq!(format!("\n{same_number}\n{apart}\n{unbound}\n"), expected);
}

/// A priest has the same column in every line, however long numbers, decrees
/// and names are. §2.1, Figure 1
#[test]
fn a_priest_has_the_same_column_in_every_line() {
    let [x, y, z] = [23, 24, 25].map(|index| PriestSet::EMPTY.with(Priest::new(index).unwrap()));
    let first = Ballot::new(BallotNumber(9), "α", x.union(z), y).unwrap();
    let second = Ballot::new(BallotNumber(10), "no decree", x.union(y).union(z), x).unwrap();
    let figure = Figure(&[first, second]).to_string();
    let lines: Vec<_> = figure.lines().collect();
    assert!(lines[1].ends_with(" Ω (P25) P26"), "{figure}");
    assert!(lines[2].ends_with("[Ω] P25  P26"), "{figure}");
    let [first, second] = [1, 2].map(|line| lines[line].chars().count());
    assert_eq!(first, second, "{figure}");
}

/// The conclusion of the Lemma is about ballots after a successful one, and
/// only about those. §2.1, Lemma
#[test]
fn only_ballots_after_a_successful_one_must_agree_with_it() {
    let (success, other) = (ballot(2, 'α', "Α", "Α"), |number| {
        ballot(number, 'β', "Α", "")
    });
    assert_eq!(
        later_ballots_agree(&[success, other(3)]),
        Err((success, other(3)))
    );
    assert_eq!(later_ballots_agree(&[other(1), success]), Ok(()));
    assert_eq!(
        later_ballots_agree(&[ballot(2, 'α', "Α", ""), other(3)]),
        Ok(())
    );
}
