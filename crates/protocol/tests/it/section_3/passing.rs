//! §3.1: steps 3 to 6, for each decree number.

use super::{ANY, SMALL, SMALL_ANY, all_decrees, at, ballot, gamma_presides, pass};
use crate::chamber::{ALPHA, BETA, EPSILON, GAMMA};
use crate::legislators::{Legislators, Settings};
use crate::legislators::{Message, Note, letter};
use synod_math::Priest;
use synod_protocol::parliament::{Decree, VotedTo};
use synod_protocol::{Ignored, Timer};

/// Several decrees are voted on at once, but no more than the limit; further requests wait. §3.1
#[test]
fn several_are_in_flight_and_no_more_than_the_limit() {
    let mut chamber = gamma_presides(SMALL);
    for letter in ['a', 'b', 'c'] {
        chamber.ask(GAMMA, letter);
    }
    let begun = ["Γ→Α BeginBallot(2, 1: a)", "Γ→Α BeginBallot(2, 2: b)"];
    assert_eq!(chamber.in_flight(), begun);
    assert_eq!(chamber.present(GAMMA).waiting().len(), 1);
    chamber.deliver_all();
    assert_eq!(all_decrees(&chamber), ["abc"; 3]);
}

/// A decree that passes beyond a gap makes no room for another one: so the decrees beyond the law are
/// bounded, too. §3.1
#[test]
fn no_number_is_begun_far_beyond_the_law() {
    let mut chamber = gamma_presides(SMALL_ANY);
    chamber.ask(GAMMA, 'a');
    chamber.drop("Γ→Α BeginBallot(2, 1: a)");
    pass(&mut chamber, "bc");
    assert_eq!(chamber.decrees(GAMMA), "_b");
    assert_eq!(chamber.present(GAMMA).waiting().len(), 1);
    chamber.time_out(GAMMA, Timer::Round);
    chamber.deliver_all();
    assert_eq!(all_decrees(&chamber), ["abc"; 3]);
}

/// Step 3 goes to the quorum. §2.2, step 3
#[test]
fn begin_ballot_goes_to_the_quorum() {
    let mut chamber = gamma_presides(SMALL);
    let turn = chamber.ask(GAMMA, 'a');
    assert_eq!(turn.sent(), ["BeginBallot(2, 1: a) to Α"]);
}

/// Success rides on the next BeginBallot if a request waits; legislators outside the quorum get it as a
/// message of its own. §3.1
#[test]
fn success_rides_on_the_next_begin_ballot() {
    let mut chamber = gamma_presides(SMALL);
    for letter in ['a', 'b', 'c'] {
        chamber.ask(GAMMA, letter);
    }
    chamber.deliver("Γ→Α BeginBallot(2, 1: a)");
    let turn = chamber.deliver("Α→Γ Voted(2, 1, Α)");
    let sent = ["BeginBallot(2, 3: c) to Α", "Success(1: a) to Β"];
    assert_eq!(turn.sent(), sent);
    assert_eq!(chamber.decrees(ALPHA), "");
    chamber.deliver("Γ→Α BeginBallot(2, 2: b)");
    chamber.deliver("Γ→Α BeginBallot(2, 3: c)");
    assert_eq!(chamber.decrees(ALPHA), "a");
}

/// If no request waits, Success is a message of its own, and is sent at once. §3.1
#[test]
fn success_is_a_message_of_its_own_if_no_request_waits() {
    let mut chamber = gamma_presides(SMALL);
    chamber.ask(GAMMA, 'a');
    chamber.deliver("Γ→Α BeginBallot(2, 1: a)");
    let turn = chamber.deliver("Α→Γ Voted(2, 1, Α)");
    assert_eq!(turn.sent(), ["Success(1: a) to Α", "Success(1: a) to Β"]);
}

/// Α has voted for a in ballot 2. Γ has promised ballot 4 to Β, and does not know that Β passed b in it.
/// When Γ learns it and goes on, he must not tell Α that the decree of ballot 2 is passed. §3.1;
/// Consistency
#[test]
fn success_rides_only_if_the_decree_of_this_ballot_was_passed() {
    let mut chamber = gamma_presides(Settings::DEFAULT);
    chamber.time_out(BETA, Timer::Absence);
    chamber.drop_all();
    chamber.time_out(BETA, Timer::Round);
    chamber.deliver("Β→Γ NextBallot(4");
    chamber.drop("Β→Α NextBallot(4");
    chamber.ask(GAMMA, 'a');
    chamber.deliver("Γ→Α BeginBallot(2, 1: a)");
    chamber.ask(BETA, 'b');
    chamber.deliver("Γ→Β LastVote(4");
    chamber.deliver("Β→Γ BeginBallot(4, 1: b)");
    chamber.deliver("Γ→Β Voted(4, 1, Γ)");
    chamber.deliver("Β→Γ Success(1: b)");
    chamber.drop("Β→Α Success(1: b)");
    chamber.ask(GAMMA, 'c');
    chamber.deliver_all();
    assert_eq!(chamber.decrees(ALPHA), "");
    chamber.time_out(GAMMA, Timer::Round);
    chamber.deliver_all();
    assert_eq!(all_decrees(&chamber), ["bc"; 3]);
}

/// The number of delays from the request to the law, for each of five legislators. Ε presides, and the
/// quorum is {Α Β Ε}.
fn delays(voted_to: VotedTo) -> Vec<usize> {
    let mut chamber = Legislators::of(5, Settings { voted_to, ..SMALL });
    chamber.time_out(EPSILON, Timer::Absence);
    chamber.deliver_all();
    chamber.ask(EPSILON, 'a');
    let mut delays = vec![0; 5];
    while chamber.all().any(|who| chamber.decrees(who).is_empty()) {
        for who in chamber.all() {
            delays[who.index()] += usize::from(chamber.decrees(who).is_empty());
        }
        chamber.one_delay();
    }
    delays
}

/// A decree is law 3Δ after the request; the president knows it after 2Δ. §3.1
#[test]
fn a_decree_is_law_three_delays_after_the_request() {
    assert_eq!(delays(VotedTo::President), [3, 3, 3, 3, 2]);
}

/// If Voted goes to all legislators, those in the quorum have the law after 2Δ. §3.1
#[test]
fn a_decree_is_law_after_two_delays_if_voted_goes_to_all() {
    assert_eq!(delays(VotedTo::Everybody), [2, 2, 3, 3, 2]);
}

/// If Success rides, each decree takes two messages for each legislator of the quorum, and one for each
/// other legislator. §3.1
#[test]
fn under_load_a_decree_takes_two_messages_to_each_of_the_quorum() {
    let one_at_once = Settings {
        in_flight: 1,
        waiting: 10,
        ..SMALL
    };
    let mut chamber = gamma_presides(one_at_once);
    let mut sent = 0;
    for letter in ['a', 'b', 'c', 'd'] {
        sent += chamber.ask(GAMMA, letter).sent().len();
    }
    while let Some(&number) = chamber.in_flight_numbers().first() {
        sent += chamber.deliver_number(number).sent().len();
    }
    assert_eq!(all_decrees(&chamber), ["abcd"; 3]);
    // One more for the last Success, which does not ride.
    assert_eq!(sent, 4 * (2 + 1) + 1);
}

/// A late BeginBallot of a former president is refused. §2.2, step 4
#[test]
fn a_late_begin_ballot_of_a_former_president_is_refused() {
    let mut chamber = gamma_presides(SMALL);
    chamber.ask(GAMMA, 'a');
    chamber.time_out(BETA, Timer::Absence);
    chamber.time_out(BETA, Timer::Round);
    chamber.deliver("Β→Α NextBallot(4");
    let turn = chamber.deliver("Γ→Α BeginBallot(2, 1: a)");
    assert_eq!(turn.ignored, Some(Ignored::BelowNextBal));
    assert_eq!(turn.recorded(), []);
    assert_eq!(turn.sent(), ["Refused(4) to Γ"]);
}

/// A legislator does not vote in a ballot that he has not promised, or whose quorum does not contain
/// him. A.1, Receive BeginBallot: b = nextBal
#[test]
fn a_legislator_does_not_vote_without_a_promise() {
    let mut chamber = gamma_presides(SMALL);
    let begin = |quorum: [Priest; 2], number| Message::BeginBallot {
        number: ballot(number),
        at: at(1),
        decree: Decree::OliveDay,
        quorum: quorum.into_iter().collect(),
        passed: at(0),
    };
    let turn = chamber.forge(GAMMA, BETA, begin([BETA, GAMMA], 2));
    turn.changed_nothing(Ignored::NotPromised);
    let turn = chamber.forge(GAMMA, ALPHA, begin([ALPHA, GAMMA], 5));
    turn.changed_nothing(Ignored::NotPromised);
    let turn = chamber.forge(GAMMA, ALPHA, begin([BETA, GAMMA], 2));
    turn.changed_nothing(Ignored::NotInQuorum);
}

/// When Voted goes to all legislators, one who has not voted himself does not learn the decree, even if
/// he hears of the votes of the whole quorum. §3.1
#[test]
fn a_legislator_who_has_not_voted_learns_nothing_from_votes() {
    let voted_to = VotedTo::Everybody;
    let mut chamber = gamma_presides(Settings { voted_to, ..SMALL });
    chamber.ask(GAMMA, 'a');
    chamber.deliver("Γ→Β Voted(2, 1, Γ)");
    chamber.deliver("Γ→Α BeginBallot(2, 1: a)");
    let turn = chamber.deliver("Α→Β Voted(2, 1, Α)");
    turn.changed_nothing(Ignored::OtherBallot);
    chamber.deliver("Γ→Α Voted(2, 1, Γ)");
    assert_eq!(all_decrees(&chamber), ["a", "", ""]);
}

/// A vote is recorded, then reported. If it is asked for again, it is only reported. §2.2, step 4
#[test]
fn a_vote_is_cast_once_and_reported_each_time() {
    let mut chamber = gamma_presides(SMALL);
    chamber.ask(GAMMA, 'a');
    chamber.duplicate("Γ→Α BeginBallot(2, 1: a)");
    let turn = chamber.deliver("Γ→Α BeginBallot(2, 1: a)");
    let [Note::PrevVote(number, cast)] = &turn.recorded()[..] else {
        panic!("{turn:?}");
    };
    let vote = (*number, cast.number, letter(&cast.decree));
    assert_eq!(vote, (at(1), ballot(2), 'a'));
    let again = chamber.deliver("Γ→Α BeginBallot(2, 1: a)");
    assert_eq!(again.recorded(), []);
    assert_eq!(again.sent(), turn.sent());
}

/// A legislator who knows the outcome tells it to a president who asks for a vote. §2.4
#[test]
fn a_legislator_who_knows_the_outcome_tells_it() {
    let mut chamber = gamma_presides(SMALL);
    chamber.ask(GAMMA, 'a');
    chamber.duplicate("Γ→Α BeginBallot(2, 1: a)");
    chamber.deliver("Γ→Α BeginBallot(2, 1: a)");
    chamber.deliver("Α→Γ Voted(2, 1, Α)");
    chamber.deliver("Γ→Α Success(1: a)");
    let turn = chamber.deliver("Γ→Α BeginBallot(2, 1: a)");
    assert_eq!(turn.sent(), ["Success(1: a) to Γ"]);
    let turn = chamber.deliver("Α→Γ Success(1: a)");
    turn.changed_nothing(Ignored::OutcomeKnown);
}

/// In ascending order, a BeginBallot that arrives too early is ignored; it comes again with the next
/// ballot.
#[test]
fn in_ascending_order_an_early_begin_ballot_is_ignored() {
    let mut chamber = gamma_presides(SMALL);
    chamber.ask(GAMMA, 'a');
    chamber.ask(GAMMA, 'b');
    let turn = chamber.deliver("Γ→Α BeginBallot(2, 2: b)");
    turn.changed_nothing(Ignored::OutOfOrder);
    chamber.deliver_all();
    assert_eq!(all_decrees(&chamber), ["a"; 3]);
    chamber.time_out(GAMMA, Timer::Round);
    chamber.deliver_all();
    assert_eq!(all_decrees(&chamber), ["ab"; 3]);
}

/// In any order, a legislator votes on such a BeginBallot. §3.1
#[test]
fn in_any_order_an_early_begin_ballot_is_voted_on() {
    let mut chamber = gamma_presides(ANY);
    chamber.ask(GAMMA, 'a');
    chamber.ask(GAMMA, 'b');
    let turn = chamber.deliver("Γ→Α BeginBallot(2, 2: b)");
    assert_eq!(turn.sent(), ["Voted(2, 2, Α) to Γ"]);
    chamber.deliver("Α→Γ Voted(2, 2, Α)");
    assert_eq!(chamber.decrees(GAMMA), "_b");
    assert_eq!(chamber.present(GAMMA).law().through(), at(0));
}

/// While no decree is being voted on, no round is running. A round is as long for the first of many
/// requests as for a single one. §2.4
#[test]
fn later_requests_do_not_prolong_the_round() {
    let mut chamber = gamma_presides(SMALL);
    assert_eq!(chamber.set_for(GAMMA, Timer::Round), None);
    chamber.ask(GAMMA, 'a');
    chamber.drop_all();
    chamber.one_delay();
    chamber.ask(GAMMA, 'b');
    assert_eq!(chamber.set_for(GAMMA, Timer::Round), Some(1));
    chamber.time_out(GAMMA, Timer::Round);
    chamber.deliver_all();
    assert_eq!(all_decrees(&chamber), ["ab"; 3]);
    assert_eq!(chamber.set_for(GAMMA, Timer::Round), None);
}

/// A Voted about a number that is not being voted on changes nothing. A.1
#[test]
fn a_late_vote_does_not_count() {
    let mut chamber = gamma_presides(SMALL);
    chamber.ask(GAMMA, 'a');
    chamber.deliver("Γ→Α BeginBallot(2, 1: a)");
    chamber.duplicate("Α→Γ Voted(2, 1, Α)");
    chamber.deliver("Α→Γ Voted(2, 1, Α)");
    let turn = chamber.deliver("Α→Γ Voted(2, 1, Α)");
    turn.changed_nothing(Ignored::NotPolling);
}
