//! All legislators have the same law, whatever crashes, if their driver writes what it is told to.

#![allow(clippy::unwrap_used)] // Tests.

use legislator_driver::{Driven, Forgetful, Node};
use std::collections::BTreeMap;
use std::sync::Arc;
use synod_harness::{Check, Explorable, ProcessSetup, World, check, ensure};
use synod_math::{BallotNumber, Priest, Quorums};
use synod_protocol::Timer;
use synod_protocol::parliament::{Decree, DecreeNumber, Parliament, Request, RequestId};
use synod_protocol::parliament::{Settings, Shipped};
use synod_protocol::state_machine::register::Command;

/// The bounds of a check. Each president tries one ballot.
#[derive(Clone, Copy)]
struct Bounds {
    legislators: usize,
    /// How many of them may become president.
    presidents: usize,
    /// How many of them are asked to write their own letter.
    requests: usize,
    crashes: u8,
}

fn request(legislator: usize) -> Request<Command<char>> {
    let id = RequestId {
        client: legislator as u64,
        sequence: 1,
    };
    let letter = ['a', 'b', 'c'][legislator];
    Request {
        id,
        command: Command::Write(letter),
    }
}

fn parliament<P: Driven + Explorable>(bounds: Bounds) -> Check<World<P>> {
    let all = Parliament {
        quorums: Arc::new(Quorums::majority(bounds.legislators).unwrap()),
        settings: Settings::DEFAULT,
        variant: Shipped,
    };
    let legislators = (0..bounds.legislators).map(|name| {
        let mut legislator = ProcessSetup::new(Priest::new(name).unwrap(), all.clone())
            // Heartbeats and new rounds are for progress only.
            .without_timer(Timer::Presence)
            .without_timer(Timer::Round);
        if name < bounds.requests {
            legislator = legislator.asked([request(name)]);
        }
        if name >= bounds.presidents {
            legislator = legislator.without_timer(Timer::Absence);
        }
        legislator
    });
    check(World::<P>::of(legislators).crashing(bounds.crashes))
        .within(|at| {
            let mut legislators = at.processes().map(|(_, process)| process.legislator());
            legislators.all(|legislator| legislator.ledger().last_tried <= Some(BallotNumber(1)))
        })
        .always("one decree for each number", |at| {
            let mut decrees = BTreeMap::new();
            for (id, site) in at.sites() {
                for (number, decree) in &site.ledger.decrees {
                    let known = decrees.entry(number).or_insert(decree);
                    ensure!(
                        *known == decree,
                        "decree {number} is {decree:?} for {id}, and {known:?} for another"
                    );
                }
            }
            Ok(())
        })
        .always("all laws are prefixes of the longest", |at| {
            let laws: Vec<Vec<_>> = at
                .processes()
                .map(|(_, process)| {
                    let legislator = process.legislator();
                    let through = legislator.law().through();
                    let decrees = legislator.ledger().decrees.range(..=through);
                    decrees.map(|(_, decree)| decree).collect()
                })
                .collect();
            let longest = laws.iter().max_by_key(|law| law.len()).unwrap();
            ensure!(
                laws.iter().all(|law| longest.starts_with(law)),
                "laws: {laws:?}"
            );
            Ok(())
        })
        .always("only what was requested is passed", move |at| {
            let requested: Vec<_> = (0..bounds.requests)
                .map(request)
                .map(Decree::Request)
                .collect();
            for (_, site) in at.sites() {
                for decree in site.ledger.decrees.values() {
                    ensure!(
                        *decree == Decree::OliveDay || requested.contains(decree),
                        "passed: {decree:?}"
                    );
                }
            }
            Ok(())
        })
        .sometimes("all requests are law everywhere", move |at| {
            let all = DecreeNumber(bounds.requests as u64);
            at.processes()
                .all(|(_, process)| process.legislator().law().through() >= all)
        })
}

/// Two presidents of three compete for one request, and one of the three may crash.
const A_CRASH: Bounds = Bounds {
    legislators: 3,
    presidents: 2,
    requests: 1,
    crashes: 1,
};

/// Two presidents of three compete, each with a request of its own.
const TWO_REQUESTS: Bounds = Bounds {
    requests: 2,
    crashes: 0,
    ..A_CRASH
};

/// And one of the three may crash.
const TWO_REQUESTS_AND_A_CRASH: Bounds = Bounds {
    crashes: 1,
    ..TWO_REQUESTS
};

/// One president passes two requests, and any two may crash, or one twice.
const TWO_CRASHES: Bounds = Bounds {
    presidents: 1,
    crashes: 2,
    ..TWO_REQUESTS
};

#[test]
fn all_legislators_have_the_same_law() {
    for (bounds, states) in [
        (A_CRASH, 26_276),
        (TWO_REQUESTS, 468_511),
        (TWO_CRASHES, 8_956),
    ] {
        let checked = parliament::<Node>(bounds).run();
        checked.assert_holds().assert_states(states);
    }
}

#[test]
#[ignore = "takes ten seconds"]
fn all_legislators_have_the_same_law_in_larger_bounds() {
    let checked = parliament::<Node>(TWO_REQUESTS_AND_A_CRASH).run();
    checked.assert_holds().assert_states(3_943_800);
}

#[test]
fn a_driver_that_does_not_write_promises_makes_different_laws() {
    let checked = parliament::<Forgetful<true>>(TWO_REQUESTS_AND_A_CRASH).run();
    checked.assert_violated("one decree for each number", 14);
}

#[test]
fn a_driver_that_does_not_write_votes_makes_different_laws() {
    let checked = parliament::<Forgetful<false>>(TWO_REQUESTS_AND_A_CRASH).run();
    checked.assert_violated("one decree for each number", 13);
    let told = checked.counterexample().unwrap();
    assert!(told.contains("Crash"), "{told}");
}
