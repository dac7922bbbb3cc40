//! Random runs of a parliament.

use crate::parliament::{Parliament, Step, priest};
use crate::safety::check_step;
use proptest::prelude::*;
use synod_math::Quorums;
use synod_protocol::Timer;

/// One thing that happens. Priests and letters are given by any number, taken
/// modulo how many there are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    Propose(usize, char),
    TimeOut(usize, Timer),
    Deliver(usize),
    Drop(usize),
    Duplicate(usize),
    Crash(usize),
    CrashAfter(usize, usize),
    Recover(usize),
}

#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) parliament: Parliament,
    pub(crate) events: Vec<Event>,
}

fn event() -> impl Strategy<Value = Event> {
    let who = 0..60_usize;
    let letter = prop_oneof![1 => Just(0), 2 => any::<usize>()];
    let timer = prop_oneof![
        1 => Just(Timer::Presence),
        2 => Just(Timer::Absence),
        2 => Just(Timer::Round),
    ];
    prop_oneof![
        4 => (who.clone(), prop::char::range('a', 'e')).prop_map(|(p, d)| Event::Propose(p, d)),
        4 => (who.clone(), timer).prop_map(|(p, timer)| Event::TimeOut(p, timer)),
        60 => letter.prop_map(Event::Deliver),
        2 => any::<usize>().prop_map(Event::Drop),
        4 => any::<usize>().prop_map(Event::Duplicate),
        1 => who.clone().prop_map(Event::Crash),
        2 => (who.clone(), 0..8_usize).prop_map(|(p, k)| Event::CrashAfter(p, k)),
        12 => who.prop_map(Event::Recover),
    ]
}

/// Majorities of 1 to 5 priests, by number or by weight.
fn quorums() -> impl Strategy<Value = Quorums> {
    let by_number = (1..=5_usize).prop_map(|n| Quorums::majority(n).unwrap());
    let weights = prop::collection::vec(0..3_u32, 1..=5);
    let by_weight = weights.prop_filter_map("no weight", |w| Quorums::weighted(w).ok());
    prop_oneof![3 => by_number, 1 => by_weight]
}

pub(crate) fn run(length: usize) -> impl Strategy<Value = Run> {
    let events = prop::collection::vec(event(), length / 2..=length);
    (quorums(), events).prop_map(|(quorums, events)| Run {
        parliament: Parliament::with(quorums),
        events,
    })
}

/// The step that the event makes, if it can.
pub(crate) fn happen(parliament: &mut Parliament, event: Event) -> Option<Step> {
    let priests = parliament.priests().count();
    let who = |number: usize| priest(number % priests);
    let letters = parliament.in_flight_numbers();
    let letter = |number: usize| letters.get(number % letters.len().max(1)).copied();
    match event {
        Event::Propose(p, decree) => return Some(parliament.propose(who(p), decree)),
        Event::TimeOut(p, timer) if parliament.has_set(who(p), timer) => {
            return Some(parliament.time_out(who(p), timer));
        }
        Event::TimeOut(..) => {}
        Event::Deliver(number) => return Some(parliament.deliver_number(letter(number)?)),
        Event::Drop(number) => drop(parliament.drop_number(letter(number)?)),
        Event::Duplicate(number) => drop(parliament.duplicate_number(letter(number)?)),
        Event::Crash(p) => parliament.crash(who(p)),
        Event::CrashAfter(p, outputs) => parliament.crash_after(who(p), outputs),
        Event::Recover(p) => return Some(parliament.recover(who(p))),
    }
    None
}

/// The parliament at the end, every step of it checked.
pub(crate) fn play(mut parliament: Parliament, events: &[Event]) -> Parliament {
    for &event in events {
        if let Some(step) = happen(&mut parliament, event) {
            check_step(&parliament, &step);
        }
    }
    parliament
}

/// As many cases, and no file of those that failed.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        // Each try plays a whole run: a failure is told within a minute.
        max_shrink_iters: 2000,
        ..ProptestConfig::default()
    }
}
