//! §2.3, A.1: the guards and effects of the actions. The steps are those of §2.2; these tests are about
//! what the table of A.1 adds to them.

use super::{ask, cast, gamma_presides, preside, vote};
use crate::parliament::{ALPHA, BETA, GAMMA, Parliament};
use std::collections::BTreeMap;
use synod_math::{BallotNumber, PriestSet, Quorums, Vote};
use synod_protocol::parliament::DecreeNumber;
use synod_protocol::{Ignored, Message, Output, Slip, Timer};

/// lastTried becomes a larger number, and prevVotes loses the answers about the smaller one. A.1, Try
/// New Ballot
#[test]
fn trying_again_forgets_the_answers_to_the_last_try() {
    let mut synod = Parliament::of(5);
    synod.time_out(GAMMA, Timer::Absence);
    ask(&mut synod, GAMMA, [ALPHA]);
    synod.time_out(GAMMA, Timer::Round);
    assert_eq!(synod.durable(GAMMA).last_tried, Some(BallotNumber(7)));
    let own = BTreeMap::from([(GAMMA, Vote::null(GAMMA))]);
    assert_eq!(synod.slip(GAMMA), &Slip::Trying { prev_votes: own });
}

/// A new number is larger than lastTried, even if all messages about lastTried were lost. A.1, Try New
/// Ballot
#[test]
fn a_number_is_never_tried_twice() {
    let mut synod = Parliament::of(3);
    synod.time_out(GAMMA, Timer::Absence);
    synod.drop_all();
    synod.crash(GAMMA);
    synod.recover(GAMMA);
    let step = synod.time_out(GAMMA, Timer::Absence);
    assert_eq!(step.sent(), ["NextBallot(5) to Α", "NextBallot(5) to Β"]);
}

/// If b is larger than nextBal, nextBal becomes b. A.1, Receive NextBallot
#[test]
fn a_larger_number_is_promised() {
    let mut synod = Parliament::of(3);
    for president in [BETA, GAMMA] {
        synod.time_out(president, Timer::Absence);
    }
    synod.deliver("Β→Α NextBallot(1)");
    synod.deliver("Γ→Α NextBallot(2)");
    assert_eq!(synod.durable(ALPHA).next_bal, Some(BallotNumber(2)));
}

/// If b is smaller than nextBal, the ledger stays unchanged. A.1, Receive NextBallot
#[test]
fn a_smaller_number_changes_nothing() {
    let mut synod = Parliament::of(3);
    for president in [BETA, GAMMA] {
        synod.time_out(president, Timer::Absence);
    }
    synod.deliver("Γ→Α NextBallot(2)");
    let step = synod.deliver("Β→Α NextBallot(1)");
    assert_eq!(step.ignored, Some(Ignored::BelowNextBal));
    assert_eq!(step.recorded(), []);
}

/// If b = nextBal, the answer is sent again and nothing is recorded: the first answer may be lost. A.1,
/// Receive NextBallot and Send LastVote
#[test]
fn the_same_number_is_answered_again() {
    let mut synod = gamma_presides();
    synod.duplicate_number(1);
    synod.deliver("Γ→Α NextBallot(2)");
    synod.drop("Α→Γ LastVote(2");
    let step = synod.deliver("Γ→Α NextBallot(2)");
    assert_eq!(step.recorded(), []);
    assert_eq!(step.sent(), ["LastVote(2, null_Α) to Γ"]);
}

/// A priest who has voted in ballot nextBal sends no LastVote about it. A.1, Send LastVote:
/// nextBal > prevBal
#[test]
fn a_priest_who_has_voted_in_a_ballot_sends_no_last_vote_for_it() {
    let mut synod = gamma_presides();
    synod.duplicate_number(1);
    ask(&mut synod, GAMMA, [ALPHA]);
    vote(&mut synod, GAMMA, [ALPHA]);
    let step = synod.deliver("Γ→Α NextBallot(2)");
    step.changed_nothing(Ignored::AlreadyVoted);
}

/// An answer about another number than lastTried does not count. A.1, Receive LastVote: b = lastTried
#[test]
fn an_answer_about_an_earlier_number_does_not_count() {
    let mut synod = gamma_presides();
    synod.deliver("Γ→Α NextBallot(2)");
    synod.time_out(GAMMA, Timer::Round);
    let step = synod.deliver("Α→Γ LastVote(2");
    step.changed_nothing(Ignored::OtherBallot);
}

/// A priest who answers after the ballot has begun does not join its quorum. A.1, Receive LastVote:
/// status = trying
#[test]
fn an_answer_after_the_beginning_does_not_count() {
    let mut synod = gamma_presides();
    ask(&mut synod, GAMMA, [ALPHA]);
    synod.deliver("Γ→Β NextBallot(2)");
    let step = synod.deliver("Β→Γ LastVote(2");
    step.changed_nothing(Ignored::NotTrying);
}

/// The same answer twice counts once. A.1, Receive LastVote: prevVotes is a set
#[test]
fn the_same_answer_twice_is_no_majority() {
    let mut synod = Parliament::of(5);
    preside(&mut synod, GAMMA, 'a');
    synod.deliver("Γ→Α NextBallot(2)");
    let (answer, _) = synod.letters().last().unwrap();
    synod.duplicate_number(answer);
    synod.deliver("Α→Γ LastVote(2");
    synod.deliver("Α→Γ LastVote(2");
    assert!(synod.ballots().is_empty());
}

/// A majority set may be defined by weight. A.1, Start Polling; §2.1
#[test]
fn a_ballot_begins_with_the_answers_of_more_than_half_of_the_weight() {
    let mut synod = Parliament::with(Quorums::weighted(vec![3, 1, 1]).unwrap());
    preside(&mut synod, GAMMA, 'a');
    ask(&mut synod, GAMMA, [BETA]);
    assert!(synod.ballots().is_empty());
    ask(&mut synod, GAMMA, [ALPHA]);
    assert_eq!(synod.ballots()[0].quorum(), PriestSet::first(3));
}

/// A president who may choose any decree, but wants none, waits. He begins the ballot as soon as he
/// wants a decree. A.1, Start Polling: any decree
#[test]
fn a_free_ballot_waits_for_a_decree() {
    let mut synod = Parliament::of(3);
    synod.time_out(GAMMA, Timer::Absence);
    ask(&mut synod, GAMMA, [ALPHA]);
    assert!(synod.ballots().is_empty());
    let step = synod.ask(GAMMA, 'a');
    assert_eq!(
        step.sent(),
        ["NextBallot(2) to Β", "BeginBallot(2, a) to {Α Γ} to Α"]
    );
}

/// A president who is bound to a decree begins the ballot without a decree of his own. A.1, Start
/// Polling: v_dec of the largest v ∈ prevVotes
#[test]
fn a_bound_ballot_does_not_wait_for_a_decree() {
    let mut synod = gamma_presides();
    ask(&mut synod, GAMMA, [ALPHA]);
    vote(&mut synod, GAMMA, [ALPHA]);
    synod.crash(GAMMA);
    synod.time_out(BETA, Timer::Absence);
    synod.drop("Β→Α NextBallot");
    synod.time_out(BETA, Timer::Round);
    ask(&mut synod, BETA, [ALPHA]);
    assert_eq!(synod.ballots()[1].decree(), &'a');
}

/// A priest who has received no NextBallot(b) does not vote in b. A.1, Receive BeginBallot: b = nextBal
#[test]
fn a_priest_does_not_vote_without_a_promise() {
    let mut synod = Parliament::of(3);
    let begin = Message::BeginBallot {
        number: BallotNumber(2),
        decree: 'a',
        quorum: PriestSet::first(3),
    };
    let step = synod.forge(GAMMA, ALPHA, begin);
    step.changed_nothing(Ignored::NotPromised);
}

/// A priest outside the quorum does not vote. A.1, Send BeginBallot: to any priest of quorum
#[test]
fn a_priest_outside_the_quorum_does_not_vote() {
    let mut synod = gamma_presides();
    ask(&mut synod, GAMMA, [ALPHA]);
    let (begin, _) = synod.letters().last().unwrap();
    let begin = synod.drop_number(begin);
    let step = synod.forge(GAMMA, BETA, begin);
    step.changed_nothing(Ignored::NotInQuorum);
}

/// A second BeginBallot leads to no second vote, but to a second Voted: the first one may be lost. A.1,
/// Receive BeginBallot: b > prevBal, and Send Voted
#[test]
fn a_vote_is_cast_once_and_reported_again() {
    let mut synod = gamma_presides();
    ask(&mut synod, GAMMA, [ALPHA]);
    let (begin, _) = synod.letters().last().unwrap();
    synod.duplicate_number(begin);
    vote(&mut synod, GAMMA, [ALPHA]);
    let step = synod.deliver("Γ→Α BeginBallot(2, a)");
    assert_eq!(step.recorded(), []);
    assert_eq!(step.sent(), ["Voted(2, Α) to Γ"]);
    assert_eq!(
        synod.votes(),
        [GAMMA, ALPHA].map(|who| (who, DecreeNumber(1), cast(2, 'a')))
    );
}

/// A vote in an earlier ballot does not count in this one. A.1, Receive Voted:
/// b = lastTried
#[test]
fn a_vote_in_an_earlier_ballot_does_not_count() {
    let mut synod = gamma_presides();
    ask(&mut synod, GAMMA, [ALPHA]);
    vote(&mut synod, GAMMA, [ALPHA]);
    synod.time_out(GAMMA, Timer::Round);
    let step = synod.deliver("Α→Γ Voted(2");
    step.changed_nothing(Ignored::OtherBallot);
}

/// The outcome is recorded once; further votes are counted, but do not change it. A.1, Succeed:
/// outcome = BLANK
#[test]
fn a_ballot_succeeds_once() {
    let mut synod = gamma_presides();
    ask(&mut synod, GAMMA, [ALPHA]);
    vote(&mut synod, GAMMA, [ALPHA]);
    let (voted, _) = synod.letters().last().unwrap();
    synod.duplicate_number(voted);
    let first = synod.deliver("Α→Γ Voted(2, Α)");
    assert!(first.has(&Output::Tell('a')));
    let second = synod.deliver("Α→Γ Voted(2, Α)");
    assert_eq!(second.recorded(), []);
    assert!(second.sent().is_empty() && !second.has(&Output::Tell('a')));
}

/// The outcome is recorded once, even if Success arrives several times. A.1, Receive Success:
/// outcome = BLANK
#[test]
fn success_is_recorded_once() {
    let mut synod = gamma_presides();
    synod.deliver_all();
    let step = synod.forge(GAMMA, ALPHA, Message::Success { decree: 'a' });
    step.changed_nothing(Ignored::OutcomeKnown);
}
