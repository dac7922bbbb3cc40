//! §3.1: a legislator who was away learns what was passed.

use super::progress::{everybody_has, pass_one_delay};
use super::{SMALL, all_decrees, gamma_presides, pass, preside};
use crate::chamber::{ALPHA, BETA, GAMMA};
use crate::legislators::{Legislators, Settings};
use crate::legislators::{Message, Output, request};
use synod_math::Priest;
use synod_protocol::Timer;
use synod_protocol::parliament::{Decree, DecreeNumber};

/// He tells how far he has come, and the president sends a batch of what
/// follows; then the next. §3.1
#[test]
fn who_was_away_catches_up_by_batches() {
    let mut chamber = gamma_presides(SMALL);
    chamber.crash(BETA);
    pass(&mut chamber, "abcd");
    chamber.recover(BETA);
    for expected in ["ab", "abcd"] {
        chamber.time_out(BETA, Timer::Presence);
        chamber.drop("Β→Α Present");
        let turn = chamber.deliver("Β→Γ Present");
        let batch = turn
            .sent()
            .iter()
            .filter(|sent| sent.starts_with("Success"))
            .count();
        assert_eq!(batch, 2);
        chamber.drop("Γ→Β NextBallot");
        chamber.deliver_all();
        assert_eq!(chamber.decrees(BETA), expected);
    }
    chamber.time_out(BETA, Timer::Presence);
    assert_eq!(
        chamber.deliver("Β→Γ Present(4)").sent(),
        ["NextBallot(2, >4) to Β"]
    );
}

/// The president sends him a batch of what follows what he has; nobody else does.
#[test]
fn a_learner_is_taught_by_the_president() {
    let mut chamber = gamma_presides(SMALL);
    pass(&mut chamber, "abcd");
    let taught = |who, known| {
        let outputs = chamber.present(who).teach(BETA, DecreeNumber(known));
        let sent = outputs
            .outputs
            .into_iter()
            .filter_map(|output| match output {
                Output::Send { to, message } => Some((to, message)),
                _ => None,
            });
        sent.collect::<Vec<_>>()
    };
    let success = |at, letter| {
        let (at, decree) = (DecreeNumber(at), Decree::Request(request(letter)));
        (BETA, Message::Success { at, decree })
    };
    assert_eq!(taught(GAMMA, 1), [success(2, 'b'), success(3, 'c')]);
    assert_eq!(taught(ALPHA, 1), []);
}

/// A president waits for those whose votes he needs, everybody else for the
/// president; so does who presided before.
#[test]
fn a_timer_is_set_because_of_another() {
    let mut chamber = Legislators::of(3, SMALL);
    preside(&mut chamber, BETA, GAMMA);
    let waits_for = |chamber: &Legislators, who, other| chamber.present(who).waits_for(other);
    assert_eq!(waits_for(&chamber, BETA, GAMMA), Some(Timer::Round));
    assert_eq!(waits_for(&chamber, BETA, ALPHA), None);
    assert_eq!(waits_for(&chamber, GAMMA, BETA), Some(Timer::Absence));
    preside(&mut chamber, GAMMA, BETA);
    chamber.time_out(GAMMA, Timer::Presence);
    chamber.deliver("Γ→Β Present");
    assert_eq!(waits_for(&chamber, BETA, GAMMA), Some(Timer::Absence));
}

/// Β presides and has passed three decrees; Γ, who was away, lacks more than a
/// batch.
fn gamma_was_away() -> Legislators {
    let mut chamber = Legislators::of(3, SMALL);
    chamber.crash(GAMMA);
    preside(&mut chamber, BETA, ALPHA);
    for letter in ['a', 'b', 'c'] {
        chamber.ask(BETA, letter);
        chamber.deliver_all();
    }
    chamber.recover(GAMMA);
    chamber
}

/// A higher name who is more than a batch behind does not depose the president
/// before he has caught up. §2.4, §3.1
#[test]
fn who_is_far_behind_deposes_nobody() {
    let mut chamber = gamma_was_away();
    chamber.time_out(GAMMA, Timer::Presence);
    let turn = chamber.deliver("Γ→Β Present(0)");
    assert!(chamber.is_president(BETA));
    let sent = turn.sent();
    assert_eq!(sent[..2], ["Success(1: a) to Γ", "Success(2: b) to Γ"]);
    chamber.deliver_all();
    chamber.time_out(GAMMA, Timer::Presence);
    chamber.deliver("Γ→Β Present(3");
    assert!(!chamber.is_president(BETA));
}

/// He gives way to whoever is far ahead, whatever his name. §3.1
#[test]
fn who_is_far_behind_gives_way_to_a_lower_name() {
    let mut chamber = gamma_was_away();
    chamber.time_out(GAMMA, Timer::Absence);
    chamber.drop_all();
    chamber.time_out(BETA, Timer::Presence);
    chamber.deliver("Β→Γ Present(3");
    assert!(!chamber.is_president(GAMMA));
}

/// A decree that he missed among others is sent, too.
#[test]
fn a_gap_is_filled() {
    let mut chamber = gamma_presides(SMALL);
    chamber.ask(GAMMA, 'a');
    chamber.deliver("Γ→Α BeginBallot");
    chamber.deliver("Α→Γ Voted");
    chamber.drop("Γ→Β Success(1: a)");
    pass(&mut chamber, "b");
    assert_eq!(chamber.decrees(BETA), "_b");
    chamber.time_out(BETA, Timer::Presence);
    chamber.deliver_all();
    assert_eq!(all_decrees(&chamber), ["ab"; 3]);
}

/// He has these decrees in his ledger.
fn has(chamber: &mut Legislators, who: Priest, letters: &str) {
    for (number, letter) in (1..).map(DecreeNumber).zip(letters.chars()) {
        let decree = Decree::Request(request(letter));
        let success = Message::Success { at: number, decree };
        chamber.forge(GAMMA, who, success);
    }
}

/// The number of delays until all ledgers have the same decrees.
fn delays(chamber: &mut Legislators, last: char) -> usize {
    let mut delays = 0;
    while !everybody_has(chamber, last) {
        assert!(delays < 100, "nobody presides");
        pass_one_delay(chamber);
        delays += 1;
    }
    delays
}

/// Α gives way to Β, who is not far behind; Β to Γ for the same reason; and Γ
/// to Α, who is far ahead. One of them comes to preside all the same.
#[test]
fn no_circle_of_giving_way_lasts() {
    let mut chamber = Legislators::of(3, SMALL);
    has(&mut chamber, ALPHA, "abcd");
    has(&mut chamber, BETA, "ab");
    assert!(delays(&mut chamber, 'd') < 20);
}

/// The same if the limits differ: Α thinks that Γ is not far behind, and Γ
/// thinks that Α is far ahead.
#[test]
fn batches_may_differ() {
    let batch = |batch| Settings { batch, ..SMALL };
    let mut chamber = Legislators::with(&[batch(8), batch(8), batch(1)]);
    has(&mut chamber, ALPHA, "abcd");
    assert!(delays(&mut chamber, 'd') < 20);
}
