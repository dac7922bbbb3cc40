//! Checks two models with Synod and with Stateright's breadth-first search, in turn, and prints
//! what each took.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement for people"
)]
#![allow(clippy::cast_precision_loss, reason = "three digits are printed")]

use flexible_paxos::{FlexiblePaxos, columns, rows, sets_of};
use stateright::{Checker, Model};
use std::time::{Duration, Instant};
use synod_harness::check_model;

const THREADS: usize = 2;
const TURNS: usize = 3;

fn synod(paxos: FlexiblePaxos) -> u64 {
    let checked = check_model(paxos).threads(THREADS).run();
    checked.assert_holds().report().unwrap().states
}

fn stateright(paxos: FlexiblePaxos) -> u64 {
    let checker = paxos.checker().threads(THREADS).spawn_bfs().join();
    checker.assert_properties();
    checker.unique_state_count() as u64
}

fn compare(name: &str, paxos: &FlexiblePaxos) {
    let searches = [
        ("Synod", synod as fn(_) -> _),
        ("Stateright", stateright as fn(_) -> _),
    ];
    let mut best = [Duration::MAX; 2];
    for turn in 1..=TURNS {
        for (best, (by, search)) in best.iter_mut().zip(searches) {
            let start = Instant::now();
            let states = search(paxos.clone());
            let took = start.elapsed();
            *best = took.min(*best);
            let rate = states as f64 / took.as_secs_f64();
            println!("{name}, {turn}. {by}: {states} states in {took:.2?}, {rate:.0} states/s");
        }
    }
    let [synod, stateright] = best.map(|time| time.as_secs_f64());
    let ratio = stateright / synod;
    println!("{name}: the best of Stateright took {ratio:.2} times as long as that of Synod");
}

fn main() {
    let paxos = |acceptors, ballots, phase1, phase2| FlexiblePaxos {
        acceptors,
        ballots,
        values: 2,
        phase1,
        phase2,
    };
    let majorities = paxos(3, 3, sets_of(2, 3), sets_of(2, 3));
    compare("majorities of 3", &majorities);
    let grid = paxos(4, 3, rows(2, 2), columns(2, 2));
    compare("a grid of 4", &grid);
}
