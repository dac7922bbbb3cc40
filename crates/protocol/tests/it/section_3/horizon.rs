//! The effects of forged ballot and decree numbers: they cannot bring a parliament to the end of all
//! numbers.

use super::progress::{all_present_have, has_one_president, pass_one_delay};
use super::{all_decrees, at, ballot, gamma_presides, pass};
use crate::chamber::{ALPHA, BETA, GAMMA, priest};
use crate::legislators::{Law, Ledger, Legislator, Legislators, Message, Note, Settings};
use crate::runs::{Event, config, happen, run};
use crate::safety::check_step;
use proptest::prelude::*;
use std::sync::Arc;
use synod_math::{BallotNumber, Cast, Quorums};
use synod_process::Process as _;
use synod_protocol::horizon::{REACH, STRIDE};
use synod_protocol::parliament::{self, Decree, DecreeNumber, Input, Parliament, Shipped, Told};
use synod_protocol::{Ignored, Timer};

/// The messages that tell a legislator that this number was tried or promised.
fn forged(number: BallotNumber) -> [Message; 3] {
    [
        Message::NextBallot {
            number,
            known: at(0),
            life: None,
        },
        Message::Refused { next_bal: number },
        Message::Present {
            known: at(0),
            next_bal: Some(number),
        },
    ]
}

fn largest_number(chamber: &Legislators) -> u64 {
    let numbers = chamber
        .all()
        .map(|who| chamber.durable(who).largest_number());
    numbers.flatten().max().map_or(0, |number| number.0)
}

/// A number that no honest process can have reached is not recorded, whatever message has it, and the
/// parliament goes on with the next small number.
#[test]
fn a_forged_number_near_the_top_is_ignored() {
    for number in [u64::MAX, u64::MAX - 1, 1 << 56, 1 << 32, 2 * STRIDE] {
        let mut chamber = gamma_presides(Settings::DEFAULT);
        chamber.deliver_all();
        for message in forged(ballot(number)) {
            for (from, to) in [(ALPHA, GAMMA), (ALPHA, BETA), (BETA, ALPHA)] {
                let turn = chamber.forge(from, to, message.clone());
                assert_eq!(turn.recorded(), [], "{number}");
            }
        }
        let [next_ballot, refused, _] = forged(ballot(number));
        let turn = chamber.forge(ALPHA, BETA, next_ballot);
        turn.changed_nothing(Ignored::BeyondHorizon);
        let turn = chamber.forge(ALPHA, GAMMA, refused);
        turn.changed_nothing(Ignored::BeyondHorizon);
        pass(&mut chamber, "ab");
        assert_eq!(all_decrees(&chamber), ["ab"; 3]);
        chamber.crash(GAMMA);
        chamber.recover(GAMMA);
        chamber.time_out(GAMMA, Timer::Absence);
        chamber.deliver_all();
        assert_eq!(largest_number(&chamber), 5);
    }
}

/// A number in the next stride is believed: honest numbers are never further apart.
#[test]
fn a_number_in_the_next_stride_is_believed() {
    let number = ballot(2 * STRIDE - 1);
    for (to, which) in [(ALPHA, 0), (GAMMA, 1), (GAMMA, 2)] {
        let mut chamber = gamma_presides(Settings::DEFAULT);
        let message = forged(number)[which].clone();
        let turn = chamber.forge(BETA, to, message);
        assert!(!turn.recorded().is_empty(), "{which}");
        assert_eq!(turn.ignored, None);
    }
}

/// A parliament in which one legislator has reached a number many strides beyond those of the others.
fn far_ahead(who: usize, strides: u64) -> Legislators {
    let mut chamber = Legislators::of(3, Settings::DEFAULT);
    let (who, other) = (priest(who), priest((who + 1) % 3));
    for stride in 1..=strides {
        let message = forged(ballot(stride * STRIDE))[0].clone();
        chamber.forge(other, who, message);
        chamber.time_out(who, Timer::Presence);
    }
    chamber.drop_all();
    assert_eq!(
        chamber.durable(who).next_bal,
        Some(ballot(strides * STRIDE))
    );
    chamber
}

/// The other legislators follow one that has come further, by one stride with each presence: a legislator
/// with an empty ledger, or one that was away for long, is not left behind for good.
#[test]
fn legislators_who_are_far_behind_follow_stride_by_stride() {
    for who in 0..3 {
        let strides = 20;
        let mut chamber = far_ahead(who, strides);
        let mut delays = 0;
        while !all_present_have(&chamber, 'q') || !has_one_president(&chamber) {
            chamber.ask(ALPHA, 'q');
            pass_one_delay(&mut chamber);
            delays += 1;
            assert!(
                delays < 30 + 2 * strides,
                "{who}: {:?}",
                chamber.in_flight()
            );
        }
    }
}

/// The messages that tell a legislator that a decree number was passed or voted on.
fn about(at: DecreeNumber, number: BallotNumber) -> [Message; 3] {
    let decree = Decree::OliveDay;
    let everybody = Quorums::majority(3).unwrap().priests();
    let cast = Cast {
        number: ballot(0),
        decree,
    };
    [
        Message::Success { at, decree },
        Message::BeginBallot {
            number,
            at,
            decree,
            quorum: everybody,
            passed: DecreeNumber(at.0 - 1),
        },
        Message::LastVote {
            number,
            life: None,
            above: DecreeNumber::ZERO,
            through: None,
            told: [(at, Told::Voted(cast))].into(),
            missing: Vec::new(),
        },
    ]
}

/// An outcome or a vote at a number that no honest legislator can have reached is ignored: no president
/// fills all numbers below it with olive-day decrees.
#[test]
fn a_message_about_a_decree_far_beyond_the_law_is_ignored() {
    for beyond in [REACH + 1, 1 << 50, u64::MAX - 8] {
        let mut chamber = gamma_presides(Settings::DEFAULT);
        chamber.deliver_all();
        let through = chamber.process(GAMMA).unwrap().law().through().0;
        let at = DecreeNumber(through + beyond);
        let number = chamber.durable(GAMMA).last_tried.unwrap();
        for message in about(at, number) {
            for to in [ALPHA, BETA, GAMMA] {
                let from = if to == GAMMA { ALPHA } else { GAMMA };
                let turn = chamber.forge(from, to, message.clone());
                turn.changed_nothing(Ignored::BeyondHorizon);
            }
        }
        pass(&mut chamber, "ab");
        assert_eq!(all_decrees(&chamber), ["ab"; 3]);
    }
}

/// A decree number is believed as far beyond the law as ballots may be in progress.
#[test]
fn a_decree_within_reach_is_believed() {
    let settings = Settings::DEFAULT;
    assert!(settings.in_flight + settings.batch <= REACH as usize);
    let mut chamber = gamma_presides(settings);
    chamber.deliver_all();
    let through = chamber.process(ALPHA).unwrap().law().through().0;
    let [success, ..] = about(DecreeNumber(through + REACH), ballot(0));
    let turn = chamber.forge(GAMMA, ALPHA, success);
    assert_eq!(turn.ignored, None);
    assert_eq!(turn.recorded().len(), 1);
}

/// At the largest number of 64 bits nothing overflows, and nothing is recorded.
#[test]
fn there_is_no_number_beyond_the_last() {
    let parliament = Parliament {
        quorums: Arc::new(Quorums::majority(1).unwrap()),
        settings: parliament::Settings::DEFAULT,
        variant: Shipped,
    };
    for last in [u64::MAX, u64::MAX - 1] {
        let mut ledger = Ledger::new();
        ledger.record(Note::NextBal(ballot(last)));
        let (mut alone, _) = parliament::Legislator::<Law>::recover(&parliament, ALPHA, ledger);
        let mut tried = alone.handle(Input::Timeout(Timer::Absence));
        if last < u64::MAX {
            assert_eq!(tried.ignored, None);
            tried = alone.handle(Input::Timeout(Timer::Round));
        }
        assert_eq!(
            (tried.outputs, tried.ignored),
            (vec![], Some(Ignored::NoNumberLeft))
        );
    }
}

proptest! {
    #![proptest_config(config(1000))]

    /// Whatever else happens: each presence and each recovery moves the numbers by a bounded number of
    /// strides, and afterwards a request is passed.
    #[test]
    fn whatever_is_forged_a_request_is_passed_afterwards(
        run in run::<Legislator>(150),
        lies in prop::collection::vec((0..150_usize, 0..60_usize, 0..3_usize, any::<u64>()), 0..30),
    ) {
        let (mut chamber, mut strides) = (run.chamber, 2);
        let count = chamber.all().count();
        for (position, &event) in run.events.iter().enumerate() {
            for &(_, to, which, number) in lies.iter().filter(|lie| lie.0 == position) {
                let (to, from) = (priest(to % count), priest((to + 1) % count));
                if to != from && chamber.process(to).is_some() {
                    let message = forged(ballot(number >> (number % 44)))[which].clone();
                    let turn = chamber.forge(from, to, message);
                    check_step(&chamber, &turn);
                    prop_assert!(largest_number(&chamber) < STRIDE * strides);
                }
            }
            if let Some(turn) = happen(&mut chamber, event) {
                check_step(&chamber, &turn);
            }
            let moves = matches!(event, Event::TimeOut(_, Timer::Presence) | Event::Recover(_));
            strides += u64::from(moves);
        }
        chamber.recover_all();
        let mut delays = 0;
        while !all_present_have(&chamber, 'q') || !has_one_president(&chamber) {
            chamber.ask(ALPHA, 'q');
            pass_one_delay(&mut chamber);
            delays += 1;
            prop_assert!(delays <= 100, "{:?}", chamber.in_flight());
        }
    }
}
