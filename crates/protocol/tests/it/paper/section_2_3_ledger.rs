//! §2.3: what is in the ledger, and what is on a slip of paper.

use super::{ask, cast, gamma_presides, preside, vote};
use crate::parliament::{ALPHA, BETA, GAMMA, Parliament};
use synod_math::BallotNumber;
use synod_protocol::{Ignored, Ledger, Output, Slip, Timer};

/// At first the numbers are −∞, outcome and prevDec are BLANK, and the status
/// is idle. §2.3, initially
#[test]
fn at_first_the_ledger_is_blank_and_the_priest_idle() {
    let synod = Parliament::of(3);
    for priest in synod.all() {
        assert_eq!(synod.durable(priest), &Ledger::new());
        assert_eq!(synod.slip(priest), &Slip::Idle);
    }
}

/// The ledger is all that a priest comes back with. §2.3, ledger
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

/// A promise is kept through a crash. §2.3, nextBal
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

/// A vote is kept through a crash: later ballots hear of it. §2.3, prevBal and
/// prevDec
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

/// An outcome is kept through a crash. §2.3, outcome
#[test]
fn an_outcome_is_kept_through_a_crash() {
    let mut synod = gamma_presides();
    synod.deliver_all();
    synod.crash(GAMMA);
    let step = synod.recover(GAMMA);
    assert!(!step.has(&Output::Tell('a')));
    assert_eq!(synod.durable(GAMMA).outcome, Some('a'));
}

/// Who loses his slip is idle: the answers he waits for do not count any more.
/// §2.3, status and prevVotes
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

/// Who loses his slip does not know which votes his ballot needed: it cannot
/// succeed any more. §2.3, quorum, voters and decree
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

/// A ballot all of whose quorum voted is successful though nobody knows: the
/// next one carries its decree. §2.3, with the Lemma of §2.1
#[test]
fn what_was_passed_before_a_crash_stays_passed() {
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

/// A crash after the record of a vote and before its telling: it is a vote.
/// §2.3: the ledger is written first
#[test]
fn a_vote_that_was_recorded_and_not_told_is_a_vote() {
    let mut synod = gamma_presides();
    ask(&mut synod, GAMMA, [ALPHA]);
    synod.crash_after(ALPHA, 1);
    let step = synod.deliver("Γ→Α BeginBallot(2, a)");
    assert_eq!(step.sent(), Vec::<String>::new());
    assert!(synod.ballots()[0].is_successful());
    synod.recover(ALPHA);
    assert_eq!(synod.durable(ALPHA).prev_vote, Some(cast(2, 'a')));
}

/// A crash before the record of a promise: nothing was promised, and nobody
/// was told that it was. §2.3: the ledger is written first
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

/// A message may come twice and out of order: what is passed is the same. §1.2,
/// network
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
