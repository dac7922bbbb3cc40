//! §3.1: a legislator who was away learns the decrees that were passed.

use super::progress::{all_present_have, pass_one_delay};
use super::{SMALL, all_decrees, gamma_presides, pass, preside};
use crate::chamber::{ALPHA, BETA, GAMMA};
use crate::legislators::{Legislators, Settings};
use crate::legislators::{Message, Output, request};
use synod_math::Priest;
use synod_process::{Input, Process as _};
use synod_protocol::Timer;
use synod_protocol::parliament::{Decree, DecreeNumber, Life};

/// His Present tells how far he has come, and the president sends the next batch of decrees, each time.
/// §3.1
#[test]
fn a_legislator_who_was_away_catches_up_by_batches() {
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

/// The president sends a learner the batch after his last decree; the other legislators send no decrees.
#[test]
fn a_learner_is_taught_by_the_president() {
    let mut chamber = gamma_presides(SMALL);
    pass(&mut chamber, "abcd");
    let taught = |who, known| {
        let (life, known) = (Life(7), DecreeNumber(known));
        let message = Message::Lost { life, known };
        let mut legislator = chamber.present(who).clone();
        let outputs = legislator.handle(Input::Receive {
            from: BETA,
            message,
        });
        let sent = outputs
            .outputs
            .into_iter()
            .filter_map(|output| match output {
                Output::Send { to, message } => Some((to, message)),
                _ => None,
            });
        let is_decree = |(_, message): &(_, _)| matches!(message, Message::Success { .. });
        sent.filter(is_decree).collect::<Vec<_>>()
    };
    let success = |at, letter| {
        let (at, decree) = (DecreeNumber(at), Decree::Request(request(letter)));
        (BETA, Message::Success { at, decree })
    };
    assert_eq!(taught(GAMMA, 1), [success(2, 'b'), success(3, 'c')]);
    assert_eq!(taught(ALPHA, 1), []);
}

/// A president waits for the legislators of his quorum; all others, a former president included, wait
/// for the president.
#[test]
fn a_timer_runs_because_of_another_legislator() {
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

/// A parliament in which Β presides and has passed three decrees, while Γ was away: he lacks more than a
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

/// A legislator with a higher name who is more than a batch behind does not depose the president before
/// he has caught up. §2.4, §3.1
#[test]
fn a_legislator_who_is_far_behind_does_not_depose_the_president() {
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

/// A legislator gives way to one who is far ahead, even if that one has a lower name. §3.1
#[test]
fn a_legislator_who_is_far_behind_gives_way_to_a_lower_name() {
    let mut chamber = gamma_was_away();
    chamber.time_out(GAMMA, Timer::Absence);
    chamber.drop_all();
    chamber.time_out(BETA, Timer::Presence);
    chamber.deliver("Β→Γ Present(3");
    assert!(!chamber.is_president(GAMMA));
}

/// A decree that a legislator lacks among others is sent, too.
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

/// Puts these decrees into the ledger of a legislator.
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
    while !all_present_have(chamber, last) {
        assert!(delays < 100, "there is no president");
        pass_one_delay(chamber);
        delays += 1;
    }
    delays
}

/// Α gives way to Β, who is not far behind; Β to Γ for the same reason; and Γ to Α, who is far ahead.
/// Nevertheless one of them becomes president.
#[test]
fn no_circle_of_giving_way_lasts() {
    let mut chamber = Legislators::of(3, SMALL);
    has(&mut chamber, ALPHA, "abcd");
    has(&mut chamber, BETA, "ab");
    assert!(delays(&mut chamber, 'd') < 20);
}

/// The same if the limits differ: Α considers Γ not far behind, and Γ considers Α far ahead.
#[test]
fn batches_may_differ() {
    let batch = |batch| Settings { batch, ..SMALL };
    let mut chamber = Legislators::with(&[batch(8), batch(8), batch(1)]);
    has(&mut chamber, ALPHA, "abcd");
    assert!(delays(&mut chamber, 'd') < 20);
}
