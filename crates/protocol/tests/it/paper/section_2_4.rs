//! §2.4: the president (leader), and when he begins ballots.

use super::{ask, gamma_presides, preside, vote};
use crate::parliament::{ALPHA, BETA, GAMMA, Parliament};
use synod_math::BallotNumber;
use synod_protocol::horizon::STRIDE;
use synod_protocol::{Ignored, Message, Output, Slip, Timer};

const NEWS: Message<char> = Message::Present {
    knows_outcome: false,
};

/// A priest who enters the Chamber sends no message; he waits for T to hear of a priest with a higher
/// name. §2.4, president
#[test]
fn a_priest_who_enters_waits_for_higher_names() {
    let synod = Parliament::of(3);
    for priest in synod.all() {
        assert!(synod.has_set(priest, Timer::Absence));
        assert!(synod.has_set(priest, Timer::Presence));
        assert!(!synod.is_president(priest));
    }
    assert!(synod.in_flight().is_empty());
}

/// Each priest tells the others regularly that he is present. §2.4, presence
#[test]
fn presence_is_told_regularly() {
    let mut synod = Parliament::of(3);
    for _ in 0..2 {
        let step = synod.time_out(BETA, Timer::Presence);
        assert_eq!(step.sent(), ["Present to Α", "Present to Γ"]);
    }
    assert!(synod.has_set(BETA, Timer::Presence));
}

/// A priest who has not heard of a higher name for T considers himself president and begins a ballot.
/// §2.4, president
#[test]
fn a_priest_who_hears_of_no_higher_name_for_t_begins_a_ballot() {
    let mut synod = Parliament::of(3);
    let step = synod.time_out(BETA, Timer::Absence);
    assert!(synod.is_president(BETA));
    assert_eq!(step.sent(), ["NextBallot(1) to Α", "NextBallot(1) to Γ"]);
    assert!(step.has(&Output::SetTimer(Timer::Round)));
}

/// When a priest hears of a higher name, T begins anew. §2.4, president
#[test]
fn a_higher_name_begins_the_wait_anew() {
    let mut synod = Parliament::of(3);
    let step = synod.forge(GAMMA, BETA, NEWS);
    assert_eq!(step.outputs, [Output::SetTimer(Timer::Absence)]);
}

/// A lower name does not change the president. §2.4, president
#[test]
fn a_lower_name_changes_nothing() {
    let mut synod = gamma_presides();
    let step = synod.forge(BETA, GAMMA, NEWS);
    assert_eq!(step.outputs, []);
    assert!(synod.is_president(GAMMA));
}

/// A president who hears of a higher name is not president any more. §2.4, president
#[test]
fn a_president_gives_way_to_a_higher_name() {
    let mut synod = Parliament::of(3);
    synod.time_out(BETA, Timer::Absence);
    let step = synod.forge(GAMMA, BETA, NEWS);
    assert!(step.has(&Output::CancelTimer(Timer::Round)));
    assert!(step.has(&Output::SetTimer(Timer::Absence)));
    assert!(!synod.is_president(BETA));
    assert!(!synod.has_set(BETA, Timer::Round));
}

/// A priest who was president still completes his ballot: only step 1 is reserved for the president.
/// §2.4, steps 2–6
#[test]
fn a_former_president_completes_his_ballot() {
    let mut synod = Parliament::of(3);
    preside(&mut synod, BETA, 'b');
    synod.forge(GAMMA, BETA, NEWS);
    synod.deliver_all();
    assert_eq!(synod.outcomes(), [Some('b'); 3]);
}

/// A priest who is not president begins no ballot, whatever he wants passed. §2.4, step 1
#[test]
fn only_the_president_begins_ballots() {
    let mut synod = Parliament::of(3);
    let step = synod.ask(GAMMA, 'a');
    assert_eq!(step.outputs, []);
    assert_eq!(synod.slip(GAMMA), &Slip::Idle);
    let refused = Message::Refused {
        next_bal: BallotNumber(7),
    };
    let step = synod.forge(ALPHA, GAMMA, refused);
    assert_eq!(step.ignored, Some(Ignored::NotPresident));
}

/// A president who has not reached step 3 within the time of a round begins a ballot with a larger
/// number. §2.4, new ballots
#[test]
fn a_president_without_answers_tries_a_larger_number() {
    let mut synod = gamma_presides();
    synod.drop_all();
    let step = synod.time_out(GAMMA, Timer::Round);
    assert_eq!(step.sent(), ["NextBallot(5) to Α", "NextBallot(5) to Β"]);
    assert!(synod.has_set(GAMMA, Timer::Round));
}

/// So does a president who has not reached step 5. §2.4, new ballots
#[test]
fn a_president_without_votes_tries_a_larger_number() {
    let mut synod = gamma_presides();
    ask(&mut synod, GAMMA, [ALPHA]);
    synod.drop_all();
    synod.time_out(GAMMA, Timer::Round);
    assert_eq!(synod.durable(GAMMA).last_tried, Some(BallotNumber(5)));
    synod.deliver_all();
    assert_eq!(synod.outcomes(), [Some('a'); 3]);
}

/// NextBallot(b) with b < nextBal is answered with nextBal. §2.4, refusal
#[test]
fn a_next_ballot_below_the_promise_is_refused() {
    let mut synod = gamma_presides();
    synod.time_out(BETA, Timer::Absence);
    synod.deliver("Γ→Α NextBallot(2)");
    let step = synod.deliver("Β→Α NextBallot(1)");
    assert_eq!(step.sent(), ["Refused(2) to Β"]);
}

/// BeginBallot(b, d) with b < nextBal is answered with nextBal. §2.4, refusal
#[test]
fn a_begin_ballot_below_the_promise_is_refused() {
    let mut synod = Parliament::of(3);
    preside(&mut synod, BETA, 'b');
    ask(&mut synod, BETA, [ALPHA]);
    preside(&mut synod, GAMMA, 'a');
    synod.deliver("Γ→Α NextBallot(2)");
    let step = synod.deliver("Β→Α BeginBallot(1, b)");
    assert_eq!(step.sent(), ["Refused(2) to Β"]);
}

/// A president who learns of a higher nextBal begins a ballot above it. §2.4,
/// new ballots
#[test]
fn a_refused_president_tries_a_number_above_the_promise() {
    let mut synod = gamma_presides();
    synod.time_out(BETA, Timer::Absence);
    for _ in 0..2 {
        synod.time_out(BETA, Timer::Round);
    }
    synod.deliver("Β→Α NextBallot(7)");
    synod.deliver("Γ→Α NextBallot(2)");
    let step = synod.deliver("Α→Γ Refused(7)");
    assert_eq!(step.sent(), ["NextBallot(8) to Α", "NextBallot(8) to Β"]);
    assert!(step.has(&Output::SetTimer(Timer::Round)));
}

/// A priest who promises a larger ballot refuses the smaller one from then on, and tells its owner so
/// at once. §2.4, refusal
#[test]
fn a_larger_promise_is_told_to_whom_the_smaller_was_made() {
    let mut synod = gamma_presides();
    try_as_beta(&mut synod, 2);
    synod.deliver("Γ→Α NextBallot(2)");
    let step = synod.deliver("Β→Α NextBallot(4)");
    assert_eq!(step.sent(), ["LastVote(4, null_Α) to Β", "Refused(4) to Γ"]);
    let step = synod.deliver("Α→Γ Refused(4)");
    assert_eq!(step.sent(), ["NextBallot(5) to Α", "NextBallot(5) to Β"]);
}

/// Who promises a larger ballot to the owner of the smaller one tells nobody. §2.4, refusal
#[test]
fn a_larger_promise_to_the_same_priest_is_no_refusal() {
    let mut synod = gamma_presides();
    synod.time_out(GAMMA, Timer::Round);
    synod.deliver("Γ→Α NextBallot(2)");
    let step = synod.deliver("Γ→Α NextBallot(5)");
    assert_eq!(step.sent(), ["LastVote(5, null_Α) to Γ"]);
}

/// A president who has promised another's ballot cannot vote in his own any more, and it does not pass:
/// he does not give the votes more time. §2.4, new ballots
#[test]
fn a_president_does_not_wait_for_votes_in_a_ballot_in_which_he_cannot_vote() {
    let mut synod = gamma_presides();
    try_as_beta(&mut synod, 2);
    synod.deliver("Γ→Α NextBallot(2)");
    synod.deliver("Β→Γ NextBallot(4)");
    let step = synod.deliver("Α→Γ LastVote(2, null_Α)");
    assert!(!step.has(&Output::SetTimer(Timer::Round)));
    let step = synod.time_out(GAMMA, Timer::Round);
    assert_eq!(
        step.sent(),
        [
            "NextBallot(5) to Α",
            "NextBallot(5) to Β",
            "Refused(5) to Β"
        ]
    );
}

/// A president who begins to poll asks those who have not answered once more: if they refuse, he hears
/// of it before his next ballot. The votes have as much time as the answers had. §2.4, new ballots
#[test]
fn a_president_who_polls_asks_the_others_again() {
    let mut synod = gamma_presides();
    synod.deliver("Γ→Α NextBallot(2)");
    let step = synod.deliver("Α→Γ LastVote(2, null_Α)");
    assert_eq!(
        step.sent(),
        ["NextBallot(2) to Β", "BeginBallot(2, a) to {Α Γ} to Α"]
    );
    assert!(step.has(&Output::SetTimer(Timer::Round)));
}

/// Β presides, and tries this often.
fn try_as_beta(synod: &mut Parliament, times: usize) {
    synod.time_out(BETA, Timer::Absence);
    for _ in 1..times {
        synod.time_out(BETA, Timer::Round);
    }
}

/// A refusal that arrives twice or late is ignored. §2.4, new ballots
#[test]
fn a_refusal_below_the_last_try_is_ignored() {
    let mut synod = gamma_presides();
    let next_bal = BallotNumber(4);
    for (sent, ignored) in [(2, None), (0, Some(Ignored::StaleRefusal))] {
        let step = synod.forge(ALPHA, GAMMA, Message::Refused { next_bal });
        assert_eq!((step.sent().len(), step.ignored), (sent, ignored));
    }
}

/// A number that no honest priest can have reached is ignored. §2.4, new ballots
#[test]
fn a_number_beyond_the_horizon_is_ignored() {
    let mut synod = gamma_presides();
    for number in [BallotNumber(u64::MAX), BallotNumber(2 * STRIDE)] {
        for (to, message) in [
            (GAMMA, Message::Refused { next_bal: number }),
            (BETA, Message::NextBallot { number }),
        ] {
            let step = synod.forge(ALPHA, to, message);
            assert_eq!(step.ignored, Some(Ignored::BeyondHorizon));
            assert_eq!(step.outputs, []);
        }
    }
    synod.time_out(BETA, Timer::Presence);
    let number = BallotNumber(2 * STRIDE);
    let step = synod.forge(ALPHA, BETA, Message::NextBallot { number });
    assert_eq!(step.ignored, None);
}

/// A refusal because of the president's own last try is ignored: an earlier NextBallot of his arrived
/// after the later one. §2.4, new ballots
#[test]
fn a_refusal_because_of_the_president_s_own_last_try_is_ignored() {
    let mut synod = gamma_presides();
    synod.time_out(GAMMA, Timer::Round);
    synod.deliver("Γ→Α NextBallot(5)");
    synod.deliver("Γ→Α NextBallot(2)");
    let step = synod.deliver("Α→Γ Refused(5)");
    assert_eq!(step.ignored, Some(Ignored::StaleRefusal));
    assert_eq!(synod.durable(GAMMA).last_tried, Some(BallotNumber(5)));
}

/// A priest who knows the outcome answers every request for a last vote or for a vote with it. §2.4,
/// Success
#[test]
fn late_ballots_are_answered_with_success() {
    let mut synod = Parliament::of(3);
    preside(&mut synod, BETA, 'b');
    ask(&mut synod, BETA, [GAMMA]);
    preside(&mut synod, GAMMA, 'a');
    ask(&mut synod, GAMMA, [ALPHA]);
    vote(&mut synod, GAMMA, [ALPHA]);
    synod.deliver("Α→Γ Voted(2, Α)");
    synod.deliver("Γ→Α Success(a)");
    let to_next_ballot = synod.deliver("Β→Α NextBallot(1)");
    assert_eq!(to_next_ballot.sent(), ["Success(a) to Β"]);
    let to_begin_ballot = synod.deliver("Β→Γ BeginBallot(1, b)");
    assert_eq!(to_begin_ballot.sent(), ["Success(a) to Β"]);
}

/// A priest who tells his presence, and does not know the outcome, is told it. §2.4, Success
#[test]
fn a_priest_who_missed_the_success_is_told_when_he_tells_his_presence() {
    let mut synod = gamma_presides();
    synod.crash(BETA);
    synod.deliver_all();
    synod.recover(BETA);
    synod.time_out(BETA, Timer::Presence);
    let step = synod.deliver("Β→Α Present");
    assert_eq!(step.sent(), ["Success(a) to Β"]);
    synod.deliver("Α→Β Success(a)");
    assert_eq!(synod.outcomes(), [Some('a'); 3]);
}

/// A priest who knows the outcome is not told it again. §2.4, Success
#[test]
fn a_priest_who_knows_the_outcome_is_not_told_again() {
    let mut synod = gamma_presides();
    synod.deliver_all();
    synod.time_out(BETA, Timer::Presence);
    let step = synod.deliver("Β→Α Present(knows the outcome)");
    assert!(step.sent().is_empty());
}

/// A priest who knows the outcome begins no ballot. §2.4, new ballots
#[test]
fn a_president_who_knows_the_outcome_begins_no_ballot() {
    let mut synod = gamma_presides();
    synod.deliver_all();
    for (priest, timer) in [(GAMMA, Timer::Round), (BETA, Timer::Absence)] {
        let step = synod.time_out(priest, timer);
        assert_eq!(step.ignored, Some(Ignored::OutcomeKnown));
        assert!(step.sent().is_empty());
    }
}

/// No other decree can be passed once the outcome is known. §2.3, outcome
#[test]
fn a_proposal_after_the_outcome_is_ignored() {
    let mut synod = gamma_presides();
    synod.deliver_all();
    let step = synod.ask(GAMMA, 'b');
    assert_eq!(step.ignored, Some(Ignored::OutcomeKnown));
    assert_eq!(step.outputs, []);
}
