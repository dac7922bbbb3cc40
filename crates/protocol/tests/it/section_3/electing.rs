//! §3.1: steps 1 and 2, once for all decree numbers, and what follows from the answers.

use super::{
    ANY, SMALL, SMALL_ANY, all_decrees, answer, at, ballot, beta_takes_over, gamma_presides, pass,
};
use crate::chamber::{ALPHA, BETA, EPSILON, GAMMA};
use crate::legislators::{Legislators, Settings};
use crate::legislators::{Message, Note};
use synod_protocol::{Ignored, Timer};

/// A new president sends one NextBallot for all numbers above those that his
/// ledger holds. §3.1
#[test]
fn next_ballot_goes_out_once_for_all_numbers() {
    let mut chamber = gamma_presides(Settings::DEFAULT);
    pass(&mut chamber, "ab");
    chamber.crash(GAMMA);
    chamber.recover(GAMMA);
    let turn = chamber.time_out(GAMMA, Timer::Absence);
    let asked = ["NextBallot(5, >2) to Α", "NextBallot(5, >2) to Β"];
    assert_eq!(turn.sent(), asked);
}

/// The answer is a promise for all numbers, which is recorded first. §3.1
#[test]
fn the_promise_is_recorded_once_for_all_numbers() {
    let mut chamber = Legislators::of(3, SMALL);
    chamber.time_out(GAMMA, Timer::Absence);
    let turn = chamber.deliver("Γ→Α NextBallot(2, >0)");
    assert_eq!(turn.recorded(), [Note::NextBal(ballot(2))]);
    assert_eq!(turn.sent(), ["LastVote(2, >0) to Γ"]);
}

/// The answer contains, for every number > n, the decree if the ledger holds it, and otherwise the vote
/// if there is one. §3.1
#[test]
fn last_vote_tells_the_decree_or_else_the_vote() {
    let mut chamber = gamma_presides(Settings::DEFAULT);
    chamber.crash(BETA);
    pass(&mut chamber, "a");
    chamber.ask(GAMMA, 'b');
    chamber.deliver("Γ→Α BeginBallot(2, 2: b)");
    chamber.recover(BETA);
    chamber.time_out(BETA, Timer::Absence);
    chamber.time_out(BETA, Timer::Round);
    let turn = chamber.deliver("Β→Α NextBallot(4, >0)");
    assert_eq!(turn.recorded(), [Note::NextBal(ballot(4))]);
    let told = ["LastVote(4, >0; 1: a; 2: b in 2) to Β"];
    assert_eq!(turn.sent(), told);
    chamber.deliver("Α→Β LastVote(4");
    assert_eq!(chamber.decrees(BETA), "a");
}

/// The answer asks for the missing decrees ≤ n, and they are sent. §3.1
#[test]
fn missing_decrees_are_asked_for_and_sent() {
    let mut chamber = gamma_presides(Settings::DEFAULT);
    chamber.crash(BETA);
    for letter in ['a', 'b'] {
        chamber.ask(GAMMA, letter);
        chamber.deliver("Γ→Α BeginBallot");
        chamber.deliver("Α→Γ Voted");
        chamber.drop_all();
    }
    chamber.crash(GAMMA);
    chamber.recover(GAMMA);
    chamber.time_out(GAMMA, Timer::Absence);
    let turn = chamber.deliver("Γ→Α NextBallot(5, >2)");
    // The vote on b told him that a is passed.
    assert_eq!(turn.sent(), ["LastVote(5, >2; lacks 2) to Γ"]);
    let turn = chamber.deliver("Α→Γ LastVote(5");
    assert_eq!(turn.sent(), ["Success(2: b) to Α"]);
    chamber.deliver("Γ→Α Success(2: b)");
    assert_eq!(chamber.decrees(ALPHA), "ab");
}

/// The answers of a majority tell the president which decrees he must propose at which numbers; new
/// decrees get the next numbers. §3.1
#[test]
fn votes_bind_at_their_numbers_and_new_decrees_come_after() {
    let mut chamber = gamma_presides(Settings::DEFAULT);
    for letter in ['a', 'b'] {
        chamber.ask(GAMMA, letter);
        chamber.deliver("Γ→Α BeginBallot");
    }
    beta_takes_over(&mut chamber);
    let begun = ["Β→Α BeginBallot(4, 1: a)", "Β→Α BeginBallot(4, 2: b)"];
    assert_eq!(chamber.in_flight(), begun);
    let turn = chamber.ask(BETA, 'c');
    assert_eq!(turn.sent(), ["BeginBallot(4, 3: c) to Α"]);
    chamber.deliver_all();
    assert_eq!(chamber.decrees(BETA), "abc");
}

/// If several legislators have voted at a number, the largest vote binds. §2.2, step 3
#[test]
fn the_largest_vote_at_a_number_binds() {
    let mut chamber = gamma_presides(Settings::DEFAULT);
    chamber.ask(GAMMA, 'a');
    beta_takes_over(&mut chamber);
    chamber.ask(BETA, 'b');
    chamber.drop_all();
    chamber.recover(GAMMA);
    chamber.time_out(GAMMA, Timer::Absence);
    chamber.drop_all();
    chamber.time_out(GAMMA, Timer::Round);
    answer(&mut chamber, GAMMA, BETA);
    assert_eq!(chamber.in_flight(), ["Γ→Β BeginBallot(8, 1: b)"]);
    let drawn = format!("\n{}\n", chamber.ballots(at(1)));
    let expected = "
#  decree  quorum and voters
2  a        Α    [Γ]
4  b        Α [Β]
8  b           Β [Γ]
";
    assert_eq!(drawn, expected);
}

/// Free numbers below the highest bound one are filled with the olive-day decree. §3.1
#[test]
fn a_gap_gets_the_olive_day() {
    let mut chamber = gamma_presides(ANY);
    chamber.ask(GAMMA, 'a');
    chamber.drop("Γ→Α BeginBallot(2, 1: a)");
    chamber.ask(GAMMA, 'b');
    chamber.deliver("Γ→Α BeginBallot(2, 2: b)");
    beta_takes_over(&mut chamber);
    let begun = ["Β→Α BeginBallot(4, 1: -)", "Β→Α BeginBallot(4, 2: b)"];
    assert_eq!(chamber.in_flight(), begun);
    chamber.ask(BETA, 'c');
    chamber.deliver_all();
    assert_eq!(chamber.decrees(BETA), "-bc");
}

/// So are free numbers below a decree that was passed. §3.1
#[test]
fn a_gap_below_a_passed_decree_gets_the_olive_day() {
    let mut chamber = gamma_presides(ANY);
    chamber.ask(GAMMA, 'a');
    chamber.drop("Γ→Α BeginBallot(2, 1: a)");
    pass(&mut chamber, "b");
    assert_eq!(chamber.decrees(BETA), "_b");
    beta_takes_over(&mut chamber);
    assert_eq!(chamber.in_flight(), ["Β→Α BeginBallot(4, 1: -)"]);
}

/// A refusal makes the president take a larger number. §2.4
#[test]
fn a_refused_president_takes_a_larger_number() {
    let mut chamber = gamma_presides(Settings::DEFAULT);
    chamber.time_out(BETA, Timer::Absence);
    chamber.time_out(BETA, Timer::Round);
    chamber.deliver("Β→Α NextBallot(4");
    chamber.drop_all();
    chamber.ask(GAMMA, 'a');
    let turn = chamber.deliver("Γ→Α BeginBallot(2, 1: a)");
    assert_eq!(turn.ignored, Some(Ignored::BelowNextBal));
    assert_eq!(turn.sent(), ["Refused(4) to Γ"]);
    let turn = chamber.deliver("Α→Γ Refused(4)");
    assert_eq!(turn.sent()[0], "NextBallot(5, >0) to Α");
    chamber.deliver_all();
    assert_eq!(chamber.decrees(GAMMA), "a");
}

/// A refusal that arrives late changes nothing. §2.4
#[test]
fn a_late_refusal_is_ignored() {
    let mut chamber = gamma_presides(Settings::DEFAULT);
    chamber.time_out(BETA, Timer::Absence);
    chamber.deliver("Β→Α NextBallot(1");
    let turn = chamber.deliver("Α→Β Refused(2)");
    assert_eq!(turn.sent()[0], "NextBallot(4, >0) to Α");
    let late = Message::Refused {
        next_bal: ballot(2),
    };
    let turn = chamber.forge(ALPHA, BETA, late);
    turn.changed_nothing(Ignored::StaleRefusal);
}

/// A legislator who lacks more than a batch is sent a batch instead of an answer, and no promise: he
/// could not preside before he has caught up, and the president goes on. §3.1
#[test]
fn a_legislator_who_is_too_far_behind_gets_decrees_and_no_promise() {
    let mut chamber = gamma_presides(SMALL);
    chamber.crash(BETA);
    pass(&mut chamber, "abc");
    chamber.recover(BETA);
    chamber.time_out(BETA, Timer::Absence);
    chamber.drop_all();
    chamber.time_out(BETA, Timer::Round);
    let turn = chamber.deliver("Β→Α NextBallot(4, >0)");
    assert_eq!(turn.sent(), ["Success(1: a) to Β", "Success(2: b) to Β"]);
    assert_eq!(turn.ignored, Some(Ignored::TooFarBehind));
    assert_eq!(turn.recorded(), []);
    chamber.deliver_all();
    chamber.ask(GAMMA, 'd');
    chamber.deliver_all();
    assert_eq!(chamber.decrees(GAMMA), "abcd");
    chamber.time_out(BETA, Timer::Round);
    let turn = chamber.deliver("Β→Α NextBallot(7, >2)");
    assert_eq!(turn.sent(), ["LastVote(7, >2; 3: c; 4: d) to Β"]);
}

/// If every ledger has the same gap, with more than a batch of decrees beyond it, every legislator still
/// answers: none of them is behind the others. §3.1
#[test]
fn a_gap_in_every_ledger_is_filled_by_the_next_president() {
    let many_in_flight = Settings {
        in_flight: 3,
        batch: 1,
        ..SMALL_ANY
    };
    let mut chamber = gamma_presides(many_in_flight);
    chamber.ask(GAMMA, 'a');
    chamber.drop("Γ→Α BeginBallot(2, 1: a)");
    pass(&mut chamber, "bc");
    assert_eq!(all_decrees(&chamber), ["_bc"; 3]);
    chamber.time_out(GAMMA, Timer::Round);
    chamber.deliver_all();
    assert_eq!(all_decrees(&chamber), ["abc"; 3]);
}

/// A single legislator is a majority of one.
#[test]
fn a_single_legislator_passes_requests() {
    let mut chamber = Legislators::of(1, SMALL);
    chamber.time_out(ALPHA, Timer::Absence);
    let turn = chamber.ask(ALPHA, 'a');
    assert_eq!(turn.told(), ["law 1: a"]);
}

/// A legislator presides only with the answers of a majority. §3.1
#[test]
fn no_ballot_begins_before_a_majority_has_answered() {
    let mut chamber = Legislators::of(5, SMALL);
    chamber.time_out(EPSILON, Timer::Absence);
    chamber.ask(EPSILON, 'a');
    chamber.deliver("Ε→Α NextBallot(4");
    chamber.deliver("Α→Ε LastVote(4");
    assert!(chamber.numbers().is_empty());
    chamber.deliver("Ε→Β NextBallot(4");
    chamber.deliver("Β→Ε LastVote(4");
    let quorum = [ALPHA, BETA, EPSILON].into_iter().collect();
    assert_eq!(chamber.ballots(at(1))[0].quorum(), quorum);
}

/// A legislator who has promised a number does not answer it again, whether he has voted in the ballot
/// or not: the president does not need a second answer, and after a vote there must be none. A.1, Send
/// LastVote: nextBal > prevBal
#[test]
fn the_same_number_is_answered_once() {
    let mut chamber = Legislators::of(3, SMALL);
    chamber.time_out(GAMMA, Timer::Absence);
    chamber.duplicate("Γ→Α NextBallot(2");
    chamber.duplicate("Γ→Α NextBallot(2");
    answer(&mut chamber, GAMMA, ALPHA);
    let turn = chamber.deliver("Γ→Α NextBallot(2");
    turn.changed_nothing(Ignored::AlreadyPromised);
    chamber.ask(GAMMA, 'a');
    chamber.deliver("Γ→Α BeginBallot(2, 1: a)");
    let turn = chamber.deliver("Γ→Α NextBallot(2");
    turn.changed_nothing(Ignored::AlreadyPromised);
}

/// An answer that arrives twice or late changes nothing. A.1
#[test]
fn a_late_answer_does_not_count() {
    let mut chamber = Legislators::of(3, SMALL);
    chamber.time_out(GAMMA, Timer::Absence);
    chamber.deliver("Γ→Α NextBallot(2");
    chamber.duplicate("Α→Γ LastVote(2");
    chamber.deliver("Α→Γ LastVote(2");
    let turn = chamber.deliver("Α→Γ LastVote(2");
    turn.changed_nothing(Ignored::NotTrying);
}
