//! §3.1, §4: the way of a request to the president, and of its answer to the client.

use super::{ANY, SMALL, all_decrees, at, beta_takes_over, gamma_presides, pass, preside};
use crate::chamber::{ALPHA, BETA, GAMMA};
use crate::legislators::{Legislators, Settings};
use crate::legislators::{Output, Turn, request};
use synod_protocol::parliament::{Answer, DecreeNumber, News};
use synod_protocol::state_machine::register::Response;
use synod_protocol::{Ignored, Timer};

/// The answers among the news.
fn answers(turn: &Turn) -> Vec<Answer<Response<char>>> {
    let told = turn.outputs.iter().filter_map(|output| match output {
        Output::Tell(News::Law { answer, .. }) => *answer,
        Output::Tell(News::Answered(answer)) => Some(*answer),
        _ => None,
    });
    told.collect()
}

fn written(letter: char, number: DecreeNumber) -> Answer<Response<char>> {
    let (id, response) = (request(letter).id, Response::Written);
    Answer {
        id,
        number,
        response,
    }
}

/// A legislator who is asked forwards the request to the president. When the decree is law he answers
/// with its number and the response of the machine. §3.1, §4
#[test]
fn a_request_is_forwarded_and_answered_with_its_number_and_reply() {
    let mut chamber = gamma_presides(SMALL);
    pass(&mut chamber, "a");
    let turn = chamber.ask(ALPHA, 'b');
    assert_eq!(turn.sent(), ["Forwarded(b) to Γ"]);
    for letter in ["Α→Γ Forwarded(b)", "Γ→Α BeginBallot", "Α→Γ Voted"] {
        chamber.deliver(letter);
    }
    let turn = chamber.deliver("Γ→Α Success(2: b)");
    assert_eq!(answers(&turn), [written('b', at(2))]);
}

/// The president answers his own clients as soon as he has passed their request.
#[test]
fn the_president_answers_his_own_clients() {
    let mut chamber = gamma_presides(SMALL);
    chamber.ask(GAMMA, 'a');
    chamber.deliver("Γ→Α BeginBallot");
    let turn = chamber.deliver("Α→Γ Voted");
    assert_eq!(answers(&turn), [written('a', at(1))]);
}

/// A request that is retried while it is in flight, or while it waits, is passed once. §4
#[test]
fn a_request_that_is_under_way_is_passed_once() {
    let mut chamber = gamma_presides(SMALL);
    for letter in ['a', 'b', 'c'] {
        chamber.ask(GAMMA, letter);
    }
    for letter in ['a', 'c'] {
        let turn = chamber.ask(GAMMA, letter);
        turn.changed_nothing(Ignored::AlreadyUnderWay);
        chamber.ask(ALPHA, letter);
    }
    chamber.deliver_all();
    assert_eq!(all_decrees(&chamber), ["abc"; 3]);
}

/// So is a request that is retried when the votes of an earlier ballot bind the president to it. §4
#[test]
fn a_request_that_binds_the_president_is_passed_once() {
    let mut chamber = gamma_presides(SMALL);
    chamber.ask(GAMMA, 'a');
    chamber.deliver("Γ→Α BeginBallot(2, 1: a)");
    chamber.crash(GAMMA);
    chamber.drop_all();
    chamber.time_out(BETA, Timer::Absence);
    chamber.ask(BETA, 'a');
    chamber.deliver_all();
    assert_eq!(all_decrees(&chamber), ["a", "a", ""]);
}

/// So is one for which he is bound at a number that he has not reached yet. §4
#[test]
fn a_request_that_will_be_proposed_is_passed_once() {
    let one_at_once = Settings {
        in_flight: 1,
        ..SMALL
    };
    let mut chamber = Legislators::with(&[SMALL, one_at_once, SMALL]);
    preside(&mut chamber, GAMMA, ALPHA);
    for letter in ['a', 'b'] {
        chamber.ask(GAMMA, letter);
        chamber.deliver("Γ→Α BeginBallot");
    }
    beta_takes_over(&mut chamber);
    assert_eq!(chamber.in_flight(), ["Β→Α BeginBallot(4, 1: a)"]);
    let turn = chamber.ask(BETA, 'b');
    turn.changed_nothing(Ignored::AlreadyUnderWay);
    chamber.deliver_all();
    assert_eq!(all_decrees(&chamber), ["ab", "ab", ""]);
}

/// So is one that is passed beyond a gap, and therefore not law yet. §4
#[test]
fn a_request_that_is_passed_beyond_a_gap_is_passed_once() {
    let mut chamber = gamma_presides(ANY);
    chamber.ask(GAMMA, 'a');
    chamber.drop("Γ→Α BeginBallot(2, 1: a)");
    pass(&mut chamber, "b");
    assert_eq!(chamber.decrees(GAMMA), "_b");
    let turn = chamber.ask(GAMMA, 'b');
    turn.changed_nothing(Ignored::AlreadyUnderWay);
    chamber.time_out(GAMMA, Timer::Round);
    chamber.deliver_all();
    assert_eq!(all_decrees(&chamber), ["ab"; 3]);
}

/// A request that the president has passed is not passed again. A forwarder who does not know that is
/// sent the decree. §4
#[test]
fn a_request_that_the_president_has_passed_is_answered_by_the_decree() {
    let mut chamber = gamma_presides(SMALL);
    chamber.ask(ALPHA, 'a');
    for letter in ["Α→Γ Forwarded(a)", "Γ→Α BeginBallot", "Α→Γ Voted"] {
        chamber.deliver(letter);
    }
    chamber.drop_all();
    chamber.ask(ALPHA, 'a');
    let turn = chamber.deliver("Α→Γ Forwarded(a)");
    assert_eq!(turn.sent(), ["Success(1: a) to Α"]);
    let turn = chamber.deliver("Γ→Α Success(1: a)");
    assert_eq!(answers(&turn), [written('a', at(1))]);
}

/// Once a request is law, every legislator answers it at once, with the same answer. §4
#[test]
fn a_request_that_is_law_is_answered_at_once() {
    let mut chamber = gamma_presides(SMALL);
    pass(&mut chamber, "ab");
    for who in [ALPHA, BETA, GAMMA] {
        let turn = chamber.ask(who, 'a');
        assert_eq!(answers(&turn), [written('a', at(1))]);
        assert_eq!(turn.sent(), [""; 0]);
    }
}

/// A legislator who knows no president declines a request, and keeps nothing of it. §3.1
#[test]
fn without_a_president_a_request_is_declined() {
    let mut chamber = Legislators::of(3, SMALL);
    let before = chamber.present(ALPHA).clone();
    let turn = chamber.ask(ALPHA, 'a');
    assert_eq!(turn.told(), ["declined a: NoPresident"]);
    assert_eq!(turn.sent(), [""; 0]);
    assert_eq!(chamber.present(ALPHA), &before);
}

/// No more requests wait than the limit allows. The next one is declined and not kept; the client may
/// try again.
#[test]
fn a_request_beyond_the_limit_is_declined() {
    let mut chamber = gamma_presides(SMALL);
    for letter in ['a', 'b', 'c', 'd'] {
        assert_eq!(chamber.ask(GAMMA, letter).told(), [""; 0]);
    }
    let before = chamber.present(GAMMA).clone();
    let turn = chamber.ask(GAMMA, 'e');
    assert_eq!(turn.told(), ["declined e: Full"]);
    assert_eq!(chamber.present(GAMMA), &before);
    chamber.deliver_all();
    pass(&mut chamber, "e");
    assert_eq!(all_decrees(&chamber), ["abcde"; 3]);
}

/// The forwarder of a declined request is told, and tells his client.
#[test]
fn the_forwarder_of_a_declined_request_is_told() {
    let mut chamber = gamma_presides(SMALL);
    for letter in ['a', 'b', 'c', 'd'] {
        chamber.ask(GAMMA, letter);
    }
    chamber.ask(ALPHA, 'e');
    let turn = chamber.deliver("Α→Γ Forwarded(e)");
    assert_eq!(turn.sent(), ["Declined(e, Full) to Α"]);
    let turn = chamber.deliver("Γ→Α Declined(e, Full)");
    assert_eq!(turn.told(), ["declined e: Full"]);
}

/// A request is superseded if a later one of the same client is law: `e` is the second request of the
/// client of `a`.
#[test]
fn an_older_request_than_the_last_is_superseded() {
    let mut chamber = gamma_presides(SMALL);
    pass(&mut chamber, "e");
    let before = chamber.present(GAMMA).clone();
    let turn = chamber.ask(GAMMA, 'a');
    assert_eq!(turn.told(), ["declined a: Superseded"]);
    assert_eq!(chamber.present(GAMMA), &before);
    assert_eq!(chamber.ask(ALPHA, 'a').told(), turn.told());
}

/// The president declines a forwarded request that is superseded.
#[test]
fn the_president_declines_a_superseded_request() {
    let mut chamber = gamma_presides(SMALL);
    chamber.ask(ALPHA, 'a');
    chamber.ask(GAMMA, 'e');
    chamber.deliver("Γ→Α BeginBallot(2, 1: e)");
    chamber.deliver("Α→Γ Voted");
    let turn = chamber.deliver("Α→Γ Forwarded(a)");
    assert_eq!(turn.sent(), ["Declined(a, Superseded) to Α"]);
}

/// A legislator who does not preside does not forward a forwarded request: it might go round in circles.
#[test]
fn a_request_is_forwarded_once() {
    let mut chamber = gamma_presides(SMALL);
    chamber.ask(ALPHA, 'a');
    chamber.crash(GAMMA);
    chamber.recover(GAMMA);
    let turn = chamber.deliver("Α→Γ Forwarded(a)");
    assert_eq!(turn.sent(), ["Declined(a, NoPresident) to Α"]);
}

/// A president who hears of a higher name leaves his office, and declines the waiting requests. §2.4
#[test]
fn a_president_who_hears_of_a_higher_name_declines_the_waiting_requests() {
    let mut chamber = Legislators::of(3, SMALL);
    preside(&mut chamber, BETA, ALPHA);
    for letter in ['a', 'b', 'c'] {
        chamber.ask(BETA, letter);
    }
    chamber.time_out(GAMMA, Timer::Presence);
    let turn = chamber.deliver("Γ→Β Present(0)");
    assert_eq!(turn.told(), ["declined c: NoPresident"]);
    assert!(!chamber.is_president(BETA));
    assert_eq!(chamber.set_for(BETA, Timer::Round), None);
    assert_eq!(chamber.set_for(BETA, Timer::Absence), Some(0));
    assert!(chamber.present(BETA).waiting().is_empty());
}

/// While the president waits for LastVotes, requests wait; then they are passed.
#[test]
fn requests_wait_for_the_ballot() {
    let mut chamber = Legislators::of(3, SMALL);
    chamber.time_out(GAMMA, Timer::Absence);
    chamber.ask(GAMMA, 'a');
    assert_eq!(chamber.present(GAMMA).waiting().len(), 1);
    chamber.deliver_all();
    assert_eq!(all_decrees(&chamber), ["a"; 3]);
}

/// A legislator whose NextBallot was lost is asked again when his Present shows that he has not
/// promised. So he learns to whom to forward requests. §2.4
#[test]
fn a_legislator_who_has_not_promised_is_asked_again() {
    let mut chamber = gamma_presides(SMALL);
    assert_eq!(chamber.present(BETA).president(), None);
    chamber.time_out(BETA, Timer::Presence);
    let turn = chamber.deliver("Β→Γ Present(0)");
    assert_eq!(turn.sent(), ["NextBallot(2, >0) to Β"]);
    chamber.deliver("Γ→Β NextBallot(2");
    assert_eq!(chamber.present(BETA).president(), Some(GAMMA));
    chamber.ask(BETA, 'b');
    chamber.deliver_all();
    assert_eq!(all_decrees(&chamber), ["b"; 3]);
}

/// A former president of a later ballot tells that his nextBal is higher: the president tries a larger
/// number. §2.4
#[test]
fn a_former_president_learns_the_new_president() {
    let mut chamber = gamma_presides(SMALL);
    chamber.time_out(BETA, Timer::Absence);
    chamber.time_out(BETA, Timer::Round);
    chamber.drop_all();
    chamber.time_out(GAMMA, Timer::Presence);
    chamber.deliver_all();
    assert!(!chamber.present(BETA).is_president());
    chamber.time_out(BETA, Timer::Presence);
    chamber.deliver_all();
    chamber.ask(BETA, 'b');
    chamber.deliver_all();
    assert_eq!(all_decrees(&chamber), ["b"; 3]);
}

/// A legislator also learns the new president from his NextBallot.
#[test]
fn a_legislator_learns_the_president_from_next_ballot() {
    let mut chamber = gamma_presides(SMALL);
    assert_eq!(chamber.present(ALPHA).president(), Some(GAMMA));
    chamber.time_out(GAMMA, Timer::Presence);
    chamber.deliver_all();
    beta_takes_over(&mut chamber);
    assert_eq!(chamber.present(ALPHA).president(), Some(BETA));
}
