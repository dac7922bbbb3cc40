//! Random runs of priests or legislators.

use crate::chamber::{Chamber, Step, Subject, priest};
use crate::safety::check_step;
use proptest::prelude::*;
use std::ops::RangeInclusive;
use synod_protocol::{Ignored, Timer};

/// One event of a run. Priests and letters are given by any number, taken modulo their count.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    Ask(usize, char),
    TimeOut(usize, Timer),
    Deliver(usize),
    Drop(usize),
    Duplicate(usize),
    Crash(usize),
    CrashAfter(usize, usize),
    Recover(usize),
}

/// A chamber at its beginning, and the events that follow.
#[derive(Clone, Debug)]
pub(crate) struct Run<P: Subject> {
    pub(crate) chamber: Chamber<P>,
    pub(crate) events: Vec<Event>,
}

/// How often each event happens, as far as priests and legislators differ.
pub(crate) struct Weights {
    /// The letters that are asked for.
    pub(crate) letters: RangeInclusive<char>,
    pub(crate) ask: u32,
    pub(crate) time_out: u32,
    /// Presence, absence, round.
    pub(crate) timers: [u32; 3],
    pub(crate) lose: u32,
    /// A crash comes after fewer outputs than this.
    pub(crate) outputs: usize,
}

/// A kind of process of which random runs are made.
pub(crate) trait Randomness: Subject {
    const WEIGHTS: Weights;

    fn settings() -> BoxedStrategy<Vec<Self::Settings>>;
}

fn event(weights: &Weights) -> impl Strategy<Value = Event> + use<> {
    let who = 0..60_usize;
    let number = prop_oneof![1 => Just(0), 2 => any::<usize>()];
    let [presence, absence, round] = weights.timers;
    let timer = prop_oneof![
        presence => Just(Timer::Presence),
        absence => Just(Timer::Absence),
        round => Just(Timer::Round),
    ];
    let letter = prop::char::range(*weights.letters.start(), *weights.letters.end());
    prop_oneof![
        weights.ask => (who.clone(), letter).prop_map(|(p, letter)| Event::Ask(p, letter)),
        weights.time_out => (who.clone(), timer).prop_map(|(p, timer)| Event::TimeOut(p, timer)),
        60 => number.prop_map(Event::Deliver),
        weights.lose => any::<usize>().prop_map(Event::Drop),
        4 => any::<usize>().prop_map(Event::Duplicate),
        1 => who.clone().prop_map(Event::Crash),
        2 => (who.clone(), 0..weights.outputs).prop_map(|(p, k)| Event::CrashAfter(p, k)),
        12 => who.prop_map(Event::Recover),
    ]
}

pub(crate) fn run<P: Randomness>(length: usize) -> impl Strategy<Value = Run<P>> {
    let events = prop::collection::vec(event(&P::WEIGHTS), length / 2..=length);
    (P::settings(), events).prop_map(|(settings, events)| Run {
        chamber: Chamber::convene(settings),
        events,
    })
}

/// Makes the event happen. Returns the step of a process, if the event leads to one.
pub(crate) fn happen<P: Subject>(chamber: &mut Chamber<P>, event: Event) -> Option<Step<P>> {
    let count = chamber.all().count();
    let who = |number: usize| priest(number % count);
    let numbers = chamber.in_flight_numbers();
    let letter = |number: usize| numbers.get(number % numbers.len().max(1)).copied();
    match event {
        Event::Ask(p, letter) => return Some(chamber.ask(who(p), letter)),
        Event::TimeOut(p, timer) if chamber.has_set(who(p), timer) => {
            return Some(chamber.time_out(who(p), timer));
        }
        Event::TimeOut(..) => {}
        Event::Deliver(number) => return Some(chamber.deliver_number(letter(number)?)),
        Event::Drop(number) => drop(chamber.drop_number(letter(number)?)),
        Event::Duplicate(number) => drop(chamber.duplicate_number(letter(number)?)),
        Event::Crash(p) => chamber.crash(who(p)),
        Event::CrashAfter(p, outputs) => chamber.crash_after(who(p), outputs),
        Event::Recover(p) => return Some(chamber.recover(who(p))),
    }
    None
}

/// Makes all events happen and checks every step. Returns the chamber at the end.
pub(crate) fn play<P: Subject>(mut chamber: Chamber<P>, events: &[Event]) -> Chamber<P> {
    for &event in events {
        if let Some(step) = happen(&mut chamber, event) {
            check_step(&chamber, &step);
            // Numbers of honest priests are always believed.
            assert_ne!(step.ignored, Some(Ignored::BeyondHorizon));
        }
    }
    chamber
}

/// So many cases, and no file of those that failed.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        // Each try plays a whole run. With this limit a failure is reported within a minute.
        max_shrink_iters: 2000,
        ..ProptestConfig::default()
    }
}
