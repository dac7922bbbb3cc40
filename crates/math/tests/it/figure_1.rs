//! Figure 1, the paper's example of a set of ballots: what holds for it, and how sets are
//! drawn.

use crate::common::{ballot, drawn, priest, priests};
use synod_math::conditions::{self, Offence};
use synod_math::{Ballot, BallotNumber, BallotSet, Cast, Vote, max_vote, max_vote_of};

const FIGURE_1: &str = "
 #  decree  quorum and voters
 2  α        Α  Β  Γ [Δ]
 5  β        Α  Β [Γ]    Ε
14  α          [Β]    Δ [Ε]
27  β       [Α]   [Γ][Δ]
29  β          [Β] Γ  Δ
";

fn figure_1() -> BallotSet<char> {
    BallotSet::from_iter([
        ballot(2, 'α', "ΑΒΓΔ", "Δ"),
        ballot(5, 'β', "ΑΒΓΕ", "Γ"),
        ballot(14, 'α', "ΒΔΕ", "ΒΕ"),
        ballot(27, 'β', "ΑΓΔ", "ΑΓΔ"),
        ballot(29, 'β', "ΒΓΔ", "Β"),
    ])
}

fn numbered(number: u64) -> Ballot<char> {
    let ballots = figure_1();
    let found = ballots.iter().find(|b| b.number() == BallotNumber(number));
    *found.unwrap()
}

/// Figure 1 with the decree of one ballot changed.
fn with_decree(number: u64, decree: char) -> (Ballot<char>, BallotSet<char>) {
    let old = numbered(number);
    let new = Ballot::new(old.number(), decree, old.quorum(), old.voters()).unwrap();
    (new, replaced(old, new))
}

/// Figure 1 with these voters added to a ballot.
fn with_voters(number: u64, voters: &str) -> BallotSet<char> {
    let old = numbered(number);
    let voters = old.voters().union(priests(voters));
    let new = Ballot::new(old.number(), *old.decree(), old.quorum(), voters).unwrap();
    replaced(old, new)
}

fn replaced(old: Ballot<char>, new: Ballot<char>) -> BallotSet<char> {
    let exchange = |&ballot: &Ballot<char>| if ballot == old { new } else { ballot };
    figure_1().iter().map(exchange).collect()
}

fn vote(name: char, number: u64, decree: char) -> Vote<char> {
    let cast = Cast {
        number: BallotNumber(number),
        decree,
    };
    Vote {
        priest: priest(name),
        cast: Some(cast),
    }
}

fn null(name: char) -> Vote<char> {
    Vote::null(priest(name))
}

/// MaxVote(B_bal, B_qrm, 𝓑) of the ballot with this number.
fn binding_vote(number: u64) -> Vote<char> {
    let ballot = numbered(number);
    max_vote_of(Some(ballot.number()), ballot.quorum(), &figure_1()).unwrap()
}

fn successful(ballots: &[Ballot<char>]) -> Vec<u64> {
    let successful = ballots.iter().filter(|ballot| ballot.is_successful());
    successful.map(|ballot| ballot.number().0).collect()
}

/// The five ballots satisfy B1, B2 and B3. §2.1, Figure 1
#[test]
fn satisfies_b1_b2_and_b3() {
    assert_eq!(conditions::b1(&figure_1()), Ok(()));
    assert_eq!(conditions::b2(&figure_1()), Ok(()));
    assert_eq!(conditions::b3(&figure_1()), Ok(()));
    assert_eq!(conditions::all(&figure_1()), Ok(()));
}

/// Only in ballot 27 did every priest of the quorum vote. §2.1, Figure 1
#[test]
fn only_27_is_successful() {
    assert_eq!(successful(&figure_1()), [27]);
}

/// No priest of the quorums of 2 and 5 voted before: their decrees are free.
/// §2.1, Figure 1
#[test]
fn nothing_binds_2_and_5() {
    assert_eq!(binding_vote(2), null('Α'));
    assert_eq!(binding_vote(5), null('Α'));
}

/// Of its quorum Β Δ Ε only Δ voted before, in ballot 2. §2.1, Figure 1
#[test]
fn ballot_14_must_carry_the_decree_of_2() {
    assert_eq!(binding_vote(14), vote('Δ', 2, 'α'));
}

/// Of its quorum Α Γ Δ the latest vote before was Γ's in ballot 5. §2.1,
/// Figure 1
#[test]
fn ballot_27_must_carry_the_decree_of_5() {
    assert_eq!(binding_vote(27), vote('Γ', 5, 'β'));
}

/// Of its quorum Β Γ Δ the latest votes before were those of Γ and Δ in
/// ballot 27. §2.1, Figure 1
#[test]
fn ballot_29_must_carry_the_decree_of_27() {
    assert_eq!(binding_vote(29), vote('Γ', 27, 'β'));
}

/// If ballot 14, 27 or 29 has another decree, that ballot breaks B3. §2.1, Figure 1
#[test]
fn no_other_decree_could_be_in_14_27_or_29() {
    for (number, others) in [(14, "βγδ"), (27, "αγδ"), (29, "αγδ")] {
        for other in others.chars() {
            let (changed, ballots) = with_decree(number, other);
            let witness = Offence::B3(changed, binding_vote(number));
            assert_eq!(conditions::b3(&ballots), Err(witness));
            assert_eq!(conditions::all(&ballots), Err(witness));
        }
    }
}

/// If ballot 2 or 5 has another decree, the ballot that must carry it breaks B3.
/// §2.1, Figure 1
#[test]
fn another_decree_in_2_or_5_must_be_carried_on() {
    let (_, ballots) = with_decree(2, 'γ');
    let witness = Offence::B3(numbered(14), vote('Δ', 2, 'γ'));
    assert_eq!(conditions::all(&ballots), Err(witness));

    let (_, ballots) = with_decree(5, 'γ');
    let witness = Offence::B3(numbered(27), vote('Γ', 5, 'γ'));
    assert_eq!(conditions::all(&ballots), Err(witness));
}

/// MaxVote(∞, p, 𝓑): the last vote of each priest. §2.1, MaxVote
#[test]
fn max_vote_below_infinity_is_the_last_vote_of_each_priest() {
    let last_votes = "ΑΒΓΔΕ"
        .chars()
        .map(|p| max_vote(None, priest(p), &figure_1()));
    let expected = [
        vote('Α', 27, 'β'),
        vote('Β', 29, 'β'),
        vote('Γ', 27, 'β'),
        vote('Δ', 27, 'β'),
        vote('Ε', 14, 'α'),
    ];
    assert!(last_votes.eq(expected));
}

/// MaxVote(14, p, 𝓑): votes in ballot 14 itself do not count. §2.1, MaxVote
#[test]
fn max_vote_below_14_is_cast_in_2_or_5_or_null() {
    let below = Some(BallotNumber(14));
    let earlier_votes = "ΑΒΓΔΕ"
        .chars()
        .map(|p| max_vote(below, priest(p), &figure_1()));
    let expected = [
        null('Α'),
        null('Β'),
        vote('Γ', 5, 'β'),
        vote('Δ', 2, 'α'),
        null('Ε'),
    ];
    assert!(earlier_votes.eq(expected));
}

/// Each ballot has a line: number, decree, quorum, with the voters in brackets. §2.1,
/// Figure 1
#[test]
fn is_drawn_as_in_the_paper() {
    assert_eq!(drawn(&figure_1()), FIGURE_1);
    assert_eq!(format!("\n{}\n", figure_1()), FIGURE_1);
}

/// A voter outside the quorum does not change whether a ballot is successful.
/// §2.1, "successful"
#[test]
fn voters_outside_the_quorum_do_not_count_for_success() {
    for ballots in [with_voters(14, "ΑΓ"), with_voters(27, "ΒΕ")] {
        assert_eq!(successful(&ballots), [27]);
    }
}

/// A voter outside the quorum is in round brackets. §2.1, Figure 1
#[test]
fn voters_outside_the_quorum_are_drawn_in_round_brackets() {
    let expected = "
 #  decree  quorum and voters
 2  α        Α  Β  Γ [Δ]
 5  β        Α  Β [Γ]    Ε
14  α          [Β]    Δ [Ε]
27  β       [Α](Β)[Γ][Δ](Ε)
29  β          [Β] Γ  Δ
";
    assert_eq!(drawn(&with_voters(27, "ΒΕ")), expected);
}

/// Votes(𝓑) has the votes of all of B_vot, so a vote from outside the quorum of its own
/// ballot binds later ballots like any other vote. §2.1, Votes
#[test]
fn votes_from_outside_the_quorum_bind_later_ballots() {
    let witness = Offence::B3(numbered(5), vote('Ε', 2, 'α'));
    assert_eq!(conditions::all(&with_voters(2, "Ε")), Err(witness));
}

/// The empty set of ballots satisfies all conditions. §2.1
#[test]
fn the_empty_set_satisfies_the_conditions_and_is_drawn_as_no_ballots() {
    let empty = BallotSet::<char>::new();
    assert_eq!(empty.to_string(), "no ballots");
    assert_eq!(conditions::all(&empty), Ok(()));
}
