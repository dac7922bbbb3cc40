//! §2.3: the ledger (durable state) and the slip of paper (volatile state).

use super::{ask, cast, gamma_presides, preside, vote};
use crate::parliament::{ALPHA, BETA, GAMMA, Parliament};
use synod_math::BallotNumber;
use synod_protocol::{Ignored, Ledger, Output, Slip, Timer};

/// Initially the numbers are −∞, outcome and prevDec are BLANK, and the status is idle. §2.3, initially
#[test]
fn at_first_the_ledger_is_blank_and_the_priest_idle() {
    let synod = Parliament::of(3);
    for priest in synod.all() {
        assert_eq!(synod.durable(priest), &Ledger::new());
        assert_eq!(synod.slip(priest), &Slip::Idle);
    }
}

/// A priest recovers with his ledger and nothing else. §2.3, ledger
#[test]
fn a_priest_comes_back_with_his_ledger() {
    let mut synod = gamma_presides();
    ask(&mut synod, GAMMA, [ALPHA]);
    vote(&mut synod, GAMMA, [ALPHA]);
    for priest in [ALPHA, GAMMA] {
        let kept = synod.process(priest).unwrap().basic().ledger().clone();
        assert_eq!(kept.prev_vote, Some(cast(2, 'a')));
        synod.crash(priest);
        synod.recover(priest);
        assert_eq!(synod.process(priest).unwrap().basic().ledger(), &kept);
    }
}

/// A promise survives a crash. §2.3, nextBal
#[test]
fn a_promise_is_kept_through_a_crash() {
    let mut synod = gamma_presides();
    synod.deliver("Γ→Α NextBallot(2)");
    synod.crash(ALPHA);
    synod.recover(ALPHA);
    synod.time_out(BETA, Timer::Absence);
    let step = synod.deliver("Β→Α NextBallot(1)");
    assert_eq!(step.sent(), ["Refused(2) to Β"]);
}

/// A vote survives a crash: later ballots are told of it. §2.3, prevBal and prevDec
#[test]
fn a_vote_is_kept_through_a_crash() {
    let mut synod = gamma_presides();
    ask(&mut synod, GAMMA, [ALPHA]);
    vote(&mut synod, GAMMA, [ALPHA]);
    synod.crash(ALPHA);
    synod.recover(ALPHA);
    synod.time_out(GAMMA, Timer::Round);
    let step = synod.deliver("Γ→Α NextBallot(5)");
    assert_eq!(step.sent(), ["LastVote(5, (Α, 2, a)) to Γ"]);
}

/// An outcome survives a crash. §2.3, outcome
#[test]
fn an_outcome_is_kept_through_a_crash() {
    let mut synod = gamma_presides();
    synod.deliver_all();
    synod.crash(GAMMA);
    let step = synod.recover(GAMMA);
    assert!(!step.has(&Output::Tell('a')));
    assert_eq!(synod.durable(GAMMA).outcome, Some('a'));
}

/// A priest who loses his slip is idle: answers to his last try do not count any more. §2.3, status and
/// prevVotes
#[test]
fn a_lost_slip_loses_the_answers() {
    let mut synod = gamma_presides();
    synod.deliver("Γ→Α NextBallot(2)");
    synod.crash(GAMMA);
    synod.recover(GAMMA);
    assert_eq!(synod.slip(GAMMA), &Slip::Idle);
    let step = synod.deliver("Α→Γ LastVote(2, null_Α)");
    assert_eq!(step.ignored, Some(Ignored::NotTrying));
}

/// A priest who loses his slip does not know which votes his ballot needs: he cannot pass its decree any
/// more. §2.3, quorum, voters and decree
#[test]
fn a_lost_slip_loses_the_ballot() {
    let mut synod = gamma_presides();
    ask(&mut synod, GAMMA, [ALPHA]);
    vote(&mut synod, GAMMA, [ALPHA]);
    synod.crash(GAMMA);
    synod.recover(GAMMA);
    let step = synod.deliver("Α→Γ Voted(2, Α)");
    assert_eq!(step.ignored, Some(Ignored::NotPolling));
    assert_eq!(synod.durable(GAMMA).outcome, None);
}

/// A ballot is successful when its whole quorum has voted, even if no priest knows it: the next ballot
/// has its decree. §2.3, with the Lemma of §2.1
#[test]
fn a_decree_that_was_passed_before_a_crash_stays_passed() {
    let mut synod = gamma_presides();
    ask(&mut synod, GAMMA, [ALPHA]);
    vote(&mut synod, GAMMA, [ALPHA]);
    synod.crash(GAMMA);
    synod.drop_all();
    synod.crash(ALPHA);
    synod.recover(ALPHA);
    preside(&mut synod, BETA, 'b');
    synod.drop_all();
    synod.time_out(BETA, Timer::Round);
    synod.deliver_all();
    assert_eq!(synod.outcomes(), [Some('a'), Some('a'), None]);
}

/// If a priest crashes after he has recorded a vote and before he has sent Voted, the vote counts.
/// §2.3: the ledger is written first
#[test]
fn a_vote_that_was_recorded_and_not_reported_counts() {
    let mut synod = gamma_presides();
    ask(&mut synod, GAMMA, [ALPHA]);
    synod.crash_after(ALPHA, 1);
    let step = synod.deliver("Γ→Α BeginBallot(2, a)");
    assert_eq!(step.sent(), Vec::<String>::new());
    assert!(synod.ballots()[0].is_successful());
    synod.recover(ALPHA);
    assert_eq!(synod.durable(ALPHA).prev_vote, Some(cast(2, 'a')));
}

/// If a priest crashes before he has recorded a promise, he has made none, and no message says that he
/// has. §2.3: the ledger is written first
#[test]
fn a_promise_that_was_not_recorded_was_not_made() {
    let mut synod = gamma_presides();
    synod.crash_after(ALPHA, 0);
    let step = synod.deliver("Γ→Α NextBallot(2)");
    assert!(step.outputs.is_empty());
    synod.recover(ALPHA);
    assert_eq!(synod.durable(ALPHA).next_bal, None);
    synod.time_out(BETA, Timer::Absence);
    let step = synod.deliver("Β→Α NextBallot(1)");
    assert_eq!(step.recorded().len(), 1);
    assert_eq!(synod.durable(ALPHA).next_bal, Some(BallotNumber(1)));
}

/// Messages may arrive twice and out of order: the same decree is passed. §1.2, network
#[test]
fn duplicates_and_reordering_are_harmless() {
    let mut synod = gamma_presides();
    for _ in 0..8 {
        for number in synod.in_flight_numbers().into_iter().rev() {
            synod.duplicate_number(number);
            synod.deliver_number(number);
        }
    }
    assert_eq!(synod.outcomes(), [Some('a'); 3]);
    assert_eq!(synod.ballots().len(), 1);
}
