//! Random runs of a parliament, and what must hold of them.

use crate::legislators::{Legislators, Settings};
use crate::parliament::priest;
use crate::section_3::safety::check_turn;
use crate::turn::Turn;
use proptest::prelude::*;
use synod_protocol::parliament::{Order, VotedTo};
use synod_protocol::{Ignored, Timer};

/// One thing that happens. Legislators and messages are given by any number,
/// taken modulo how many there are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    Ask(usize, char),
    TimeOut(usize, Timer),
    Deliver(usize),
    Drop(usize),
    Duplicate(usize),
    Crash(usize),
    CrashAfter(usize, usize),
    Recover(usize),
}

#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) chamber: Legislators,
    pub(super) events: Vec<Event>,
}

fn event() -> impl Strategy<Value = Event> {
    let who = 0..60_usize;
    let message = prop_oneof![1 => Just(0), 2 => any::<usize>()];
    let timer = prop_oneof![
        2 => Just(Timer::Presence),
        2 => Just(Timer::Absence),
        2 => Just(Timer::Round),
    ];
    prop_oneof![
        24 => (who.clone(), prop::char::range('a', 'p')).prop_map(|(p, d)| Event::Ask(p, d)),
        3 => (who.clone(), timer).prop_map(|(p, timer)| Event::TimeOut(p, timer)),
        60 => message.prop_map(Event::Deliver),
        4 => any::<usize>().prop_map(Event::Drop),
        4 => any::<usize>().prop_map(Event::Duplicate),
        1 => who.clone().prop_map(Event::Crash),
        2 => (who.clone(), 0..12_usize).prop_map(|(p, k)| Event::CrashAfter(p, k)),
        12 => who.prop_map(Event::Recover),
    ]
}

/// Of 1 to 5 legislators, mostly 3: limits that are reached soon, and not the
/// same for all; either variant of both.
fn settings() -> impl Strategy<Value = Vec<Settings>> {
    let count = prop_oneof![6 => Just(3), 1 => 1..=5_usize];
    let limits = count.prop_flat_map(|count| {
        prop::collection::vec((1..=5_usize, 0..=2_usize, 1..=3_usize), count)
    });
    (limits, any::<[bool; 2]>()).prop_map(|(limits, [any_order, to_everybody])| {
        let settings = limits
            .into_iter()
            .map(|(in_flight, waiting, batch)| Settings {
                in_flight,
                waiting,
                batch,
                voted_to: if to_everybody {
                    VotedTo::Everybody
                } else {
                    VotedTo::President
                },
                order: if any_order {
                    Order::Any
                } else {
                    Order::Ascending
                },
            });
        settings.collect()
    })
}

pub(super) fn run(length: usize) -> impl Strategy<Value = Run> {
    let events = prop::collection::vec(event(), length / 2..=length);
    (settings(), events).prop_map(|(settings, events)| Run {
        chamber: Legislators::with(settings),
        events,
    })
}

/// What the event makes somebody do, if it can.
pub(super) fn happen(chamber: &mut Legislators, event: Event) -> Option<Turn> {
    let numbers = chamber.in_flight_numbers();
    let count = chamber.all().count();
    let who = |number: usize| priest(number % count);
    let message = |number: usize| numbers.get(number % numbers.len().max(1)).copied();
    match event {
        Event::Ask(p, letter) => return Some(chamber.ask(who(p), letter)),
        Event::TimeOut(p, timer) if chamber.set_for(who(p), timer).is_some() => {
            return Some(chamber.time_out(who(p), timer));
        }
        Event::TimeOut(..) => {}
        Event::Deliver(number) => return Some(chamber.deliver_number(message(number)?)),
        Event::Drop(number) => drop(chamber.drop_number(message(number)?)),
        Event::Duplicate(number) => chamber.duplicate_number(message(number)?),
        Event::Crash(p) => chamber.crash(who(p)),
        Event::CrashAfter(p, outputs) => chamber.crash_after(who(p), outputs),
        Event::Recover(p) => return Some(chamber.recover(who(p))),
    }
    None
}

/// The parliament at the end, every turn of it checked.
pub(super) fn play(mut chamber: Legislators, events: &[Event]) -> Legislators {
    for &event in events {
        if let Some(turn) = happen(&mut chamber, event) {
            check_turn(&chamber, &turn);
            // What honest legislators say is always believed.
            assert_ne!(turn.ignored, Some(Ignored::BeyondHorizon));
        }
    }
    chamber
}
