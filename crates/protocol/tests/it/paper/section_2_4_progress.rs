//! §2.4: how long it takes to pass a decree, counted in message delays Δ. Actions take no time.

use super::preside;
use crate::parliament::{ALPHA, BETA, GAMMA, Parliament, priest};
use crate::runs::{Run, config, play, run};
use proptest::prelude::*;
use synod_math::Priest;
use synod_protocol::{Complete, Message, Output, Timer};

/// The number of delays until all present priests know the outcome.
fn delays(synod: &mut Parliament) -> usize {
    let know = |synod: &Parliament| {
        let mut present = synod.all().filter(|&p| synod.process(p).is_some());
        present.all(|p| synod.durable(p).outcome.is_some())
    };
    let mut delays = 0;
    while !know(synod) {
        assert!(delays < 100 && !synod.in_flight().is_empty(), "no progress");
        synod.one_delay();
        delays += 1;
    }
    delays
}

/// An undisturbed ballot takes at most 5Δ, one for each of the five messages. A single priest needs
/// none. §2.4, timing
#[test]
fn an_undisturbed_ballot_takes_five_delays() {
    for priests in 1..=9 {
        let mut synod = Parliament::of(priests);
        preside(&mut synod, priest(priests - 1), 'a');
        let expected = if priests == 1 { 0 } else { 5 };
        assert_eq!(delays(&mut synod), expected);
        assert_eq!(synod.outcomes(), vec![Some('a'); priests]);
    }
}

/// A present majority is enough, whichever priests are absent. §1.2, Progress
#[test]
fn a_present_majority_takes_five_delays_too() {
    for absent in 0..1_usize << 4 {
        if absent.count_ones() > 2 {
            continue;
        }
        let mut synod = Parliament::of(5);
        for index in (0..4).filter(|index| absent >> index & 1 == 1) {
            synod.crash(priest(index));
        }
        preside(&mut synod, priest(4), 'a');
        assert_eq!(delays(&mut synod), 5);
    }
}

/// Less than a majority passes nothing. §2.1, majority set
#[test]
fn a_minority_passes_nothing() {
    let mut synod = Parliament::of(4);
    synod.crash(ALPHA);
    synod.crash(BETA);
    preside(&mut synod, priest(3), 'a');
    for _ in 0..3 {
        synod.deliver_all();
        synod.time_out(priest(3), Timer::Round);
    }
    assert!(synod.ballots().is_empty());
}

/// Γ is the single president from T_el on. At that moment a NextBallot of another priest with a larger
/// number is on its way; it reaches Α just after Γ's. Α tells Γ of it at once, and so Γ tries again. All
/// priests know the outcome 7Δ after Α's answer, which is within 9Δ. §2.4, timing
#[test]
fn all_priests_know_the_outcome_within_nine_delays_of_the_election() {
    let mut synod = Parliament::of(3);
    synod.time_out(BETA, Timer::Absence);
    synod.time_out(BETA, Timer::Round);
    synod.drop("Β→Γ NextBallot(4)");
    preside(&mut synod, GAMMA, 'a');
    let present = Message::Present {
        knows_outcome: false,
    };
    synod.forge(GAMMA, BETA, present);
    synod.drop("Γ→Β NextBallot(2)");
    synod.deliver("Γ→Α NextBallot(2)");
    assert_eq!(delays(&mut synod), 7);
    assert_eq!(synod.ballots().len(), 2);
}

/// The time of a round in which nothing is lost, in delays: a message and its answer.
const ROUND: usize = 2;

/// The number of delays until all priests know the outcome, after this run: from then on all priests are
/// present, they have heard of the highest one, and no message is lost.
fn delays_until_all_know_after(run: Run<Complete<char>>) -> usize {
    let mut synod = play(run.chamber, &run.events);
    synod.recover_all();
    let president = synod.all().last().unwrap();
    elect(&mut synod, president);
    let (mut delays, mut since_round) = (0, 0);
    while synod.outcomes().contains(&None) {
        assert!(delays < 100, "no progress");
        assert!(synod.letters().count() < 1000, "too many letters");
        let begun = pass_one_delay(&mut synod, president);
        (delays, since_round) = (delays + 1, if begun { 0 } else { since_round + 1 });
        if since_round == ROUND && synod.has_set(president, Timer::Round) {
            synod.time_out(president, Timer::Round);
            since_round = 0;
        }
    }
    delays
}

/// Tells the other priests that the president is present, and has him want a decree.
fn elect(synod: &mut Parliament, president: Priest) {
    let present = Message::Present {
        knows_outcome: synod.durable(president).outcome.is_some(),
    };
    for other in synod.all().filter(|&other| other != president) {
        synod.forge(president, other, present);
    }
    synod.ask(president, 'p');
    if !synod.is_president(president) {
        synod.time_out(president, Timer::Absence);
    }
}

/// Has every priest tell his presence, and delivers all letters in flight. Returns whether the president
/// began a round.
fn pass_one_delay(synod: &mut Parliament, president: Priest) -> bool {
    for priest in synod.all() {
        synod.time_out(priest, Timer::Presence);
    }
    let round = Output::SetTimer(Timer::Round);
    let letters = synod.in_flight_numbers().into_iter().rev();
    let steps: Vec<_> = letters.map(|letter| synod.deliver_number(letter)).collect();
    let mut own = steps.iter().filter(|step| step.who == president);
    own.any(|step| step.has(&round))
}

proptest! {
    #![proptest_config(config(3000))]

    /// Whatever happened before, a single president passes a decree, and it reaches all priests. He needs
    /// at most a round that was lost before (2Δ), one in which he hears of larger ballots (2Δ) and a ballot
    /// (5Δ).
    /// §1.2, Progress; §2.4, timing
    #[test]
    fn after_any_trouble_a_single_president_passes_a_decree(run in run::<Complete<char>>(150)) {
        let delays = delays_until_all_know_after(run);
        prop_assert!(delays <= 2 * ROUND + 5, "{} delays", delays);
    }
}
