//! §2.2: the six steps of a ballot.

use super::{ask, cast, gamma_presides, preside, vote};
use crate::parliament::{ALPHA, BETA, DELTA, EPSILON, GAMMA, Parliament};
use synod_math::BallotNumber;
use synod_protocol::{Ignored, Note, Timer};

/// A priest begins a ballot: he chooses a new number and asks the other priests about it. §2.2, step 1
#[test]
fn a_new_number_is_chosen_and_all_priests_are_asked() {
    let mut synod = Parliament::of(3);
    let step = synod.time_out(GAMMA, Timer::Absence);
    assert_eq!(step.recorded()[0], Note::LastTried(BallotNumber(2)));
    let asked = ["NextBallot(2) to Α", "NextBallot(2) to Β"];
    assert_eq!(step.sent(), asked);
}

/// A priest chooses numbers of his own only: two priests never choose the same number. §2.2, step 1
#[test]
fn no_two_priests_choose_the_same_number() {
    let mut synod = Parliament::of(3);
    let mut chosen = Vec::new();
    for priest in [ALPHA, BETA, GAMMA] {
        synod.time_out(priest, Timer::Absence);
        chosen.push(synod.durable(priest).last_tried);
        synod.time_out(priest, Timer::Round);
        chosen.push(synod.durable(priest).last_tried);
    }
    assert_eq!(chosen, [0, 3, 1, 4, 2, 5].map(|b| Some(BallotNumber(b))));
}

/// A priest who has not voted answers with the null vote. §2.2, step 2
#[test]
fn a_priest_who_has_not_voted_answers_with_the_null_vote() {
    let mut synod = gamma_presides();
    let step = synod.deliver("Γ→Α NextBallot(2)");
    assert_eq!(step.sent(), ["LastVote(2, null_Α) to Γ"]);
}

/// A priest who has voted answers with the latest of his votes. §2.2, step 2
#[test]
fn a_priest_who_has_voted_answers_with_his_latest_vote() {
    let mut synod = gamma_presides();
    ask(&mut synod, GAMMA, [ALPHA]);
    vote(&mut synod, GAMMA, [ALPHA]);
    synod.time_out(GAMMA, Timer::Round);
    let step = synod.deliver("Γ→Α NextBallot(5)");
    assert_eq!(step.sent(), ["LastVote(5, (Α, 2, a)) to Γ"]);
    synod.deliver("Α→Γ LastVote(5");
    vote(&mut synod, GAMMA, [ALPHA]);
    synod.time_out(GAMMA, Timer::Round);
    let step = synod.deliver("Γ→Α NextBallot(8)");
    assert_eq!(step.sent(), ["LastVote(8, (Α, 5, a)) to Γ"]);
}

/// The answer is a promise, which is recorded first. §2.2, step 2
#[test]
fn the_promise_is_recorded_before_the_answer_leaves() {
    let mut synod = gamma_presides();
    let step = synod.deliver("Γ→Α NextBallot(2)");
    assert_eq!(step.recorded(), [Note::NextBal(BallotNumber(2))]);
    assert_eq!(synod.durable(ALPHA).next_bal, Some(BallotNumber(2)));
}

/// A priest who has answered NextBallot(4) votes in no ballot between his last vote and 4, not even in
/// one that he had promised before. §2.2, step 2
#[test]
fn a_promise_forbids_to_vote_in_ballots_before_it() {
    let mut synod = gamma_presides();
    ask(&mut synod, GAMMA, [ALPHA]);
    preside(&mut synod, BETA, 'b');
    synod.time_out(BETA, Timer::Round);
    synod.deliver("Β→Α NextBallot(4)");
    let step = synod.deliver("Γ→Α BeginBallot(2, a)");
    assert_eq!(step.ignored, Some(Ignored::BelowNextBal));
    assert_eq!(synod.durable(ALPHA).prev_vote, None);
}

/// The ballot begins when every priest of a majority set has answered, and not before. §2.2, step 3
#[test]
fn a_ballot_begins_with_the_answers_of_a_majority() {
    let mut synod = Parliament::of(5);
    preside(&mut synod, EPSILON, 'e');
    ask(&mut synod, EPSILON, [BETA]);
    assert!(synod.ballots().is_empty());
    ask(&mut synod, EPSILON, [DELTA]);
    let begun = synod.ballots();
    assert_eq!(
        begun[0].quorum(),
        [BETA, DELTA, EPSILON].into_iter().collect()
    );
}

/// If no priest of the quorum has voted before, the president may choose any decree: B3 allows it.
/// §2.2, step 3
#[test]
fn without_votes_the_decree_is_free() {
    let mut synod = gamma_presides();
    ask(&mut synod, GAMMA, [ALPHA]);
    assert_eq!(synod.ballots()[0].decree(), &'a');
}

/// If a priest of the quorum has voted before, the decree is that of the latest of these votes, whatever
/// the president wants: B3 demands it. §2.2, step 3
#[test]
fn the_latest_vote_of_the_quorum_decides_the_decree() {
    let mut synod = Parliament::of(5);
    preside(&mut synod, DELTA, 'd');
    ask(&mut synod, DELTA, [ALPHA, BETA]);
    preside(&mut synod, EPSILON, 'e');
    ask(&mut synod, EPSILON, [BETA, GAMMA]);
    synod.drop_all();
    preside(&mut synod, GAMMA, 'c');
    ask(&mut synod, GAMMA, [DELTA, EPSILON]);
    let drawn = format!("\n{}\n", synod.ballots());
    let expected = "
#  decree  quorum and voters
3  d        Α  Β    [Δ]
4  e           Β  Γ    [Ε]
7  e             [Γ] Δ  Ε
";
    assert_eq!(drawn, expected);
}

/// Votes of priests outside the quorum do not bind the president. §2.2, step 3
#[test]
fn a_vote_outside_the_quorum_does_not_decide_the_decree() {
    let mut synod = Parliament::of(5);
    preside(&mut synod, DELTA, 'd');
    ask(&mut synod, DELTA, [ALPHA, BETA]);
    synod.drop_all();
    preside(&mut synod, EPSILON, 'e');
    ask(&mut synod, EPSILON, [ALPHA, BETA]);
    assert_eq!(synod.ballots()[1].decree(), &'e');
}

/// BeginBallot goes to the priests of the quorum only. §2.2, step 3
#[test]
fn begin_ballot_goes_to_the_quorum() {
    let mut synod = gamma_presides();
    synod.deliver("Γ→Α NextBallot(2)");
    let step = synod.deliver("Α→Γ LastVote(2, null_Α)");
    assert_eq!(
        step.sent(),
        ["NextBallot(2) to Β", "BeginBallot(2, a) to {Α Γ} to Α"]
    );
}

/// A priest who may vote records his vote, then reports it. §2.2, step 4
#[test]
fn a_vote_is_recorded_and_reported() {
    let mut synod = gamma_presides();
    ask(&mut synod, GAMMA, [ALPHA]);
    let step = synod.deliver("Γ→Α BeginBallot(2, a)");
    assert_eq!(step.recorded(), [Note::PrevVote(cast(2, 'a'))]);
    assert_eq!(step.sent(), ["Voted(2, Α) to Γ"]);
}

/// The decree is recorded when every priest of the quorum has voted, and not before. §2.2, step 5
#[test]
fn a_decree_is_passed_by_the_votes_of_the_whole_quorum() {
    let mut synod = Parliament::of(5);
    preside(&mut synod, EPSILON, 'e');
    ask(&mut synod, EPSILON, [ALPHA, BETA]);
    vote(&mut synod, EPSILON, [ALPHA, BETA]);
    synod.deliver("Α→Ε Voted(4, Α)");
    assert_eq!(synod.durable(EPSILON).outcome, None);
    synod.deliver("Β→Ε Voted(4, Β)");
    assert_eq!(synod.durable(EPSILON).outcome, Some('e'));
}

/// A priest who has passed a decree tells all priests, including those outside the quorum. §2.2, step 5
#[test]
fn success_goes_to_all_priests() {
    let mut synod = gamma_presides();
    ask(&mut synod, GAMMA, [ALPHA]);
    vote(&mut synod, GAMMA, [ALPHA]);
    let step = synod.deliver("Α→Γ Voted(2, Α)");
    assert_eq!(step.recorded(), [Note::Outcome('a')]);
    assert_eq!(step.sent(), ["Success(a) to Α", "Success(a) to Β"]);
}

/// A priest who receives Success writes the decree in his ledger. §2.2, step 6
#[test]
fn a_priest_who_receives_success_records_the_decree() {
    let mut synod = gamma_presides();
    ask(&mut synod, GAMMA, [ALPHA]);
    vote(&mut synod, GAMMA, [ALPHA]);
    synod.deliver("Α→Γ Voted(2, Α)");
    let step = synod.deliver("Γ→Β Success(a)");
    assert_eq!(step.recorded(), [Note::Outcome('a')]);
    assert_eq!(synod.outcomes(), [None, Some('a'), Some('a')]);
}
