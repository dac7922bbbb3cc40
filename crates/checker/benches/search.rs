//! Measures the cost of the search itself, on a model whose own cost is negligible. Run it
//! with `cargo bench -p synod-checker`.

#![allow(clippy::unwrap_used)] // This model can be checked.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use stateright::{Model, Property};
use std::num::NonZeroUsize;
use std::sync::Arc;
use synod_checker::fingerprint::fingerprint;
use synod_checker::{
    Engine, Extras, Hashing, Levels, Order, Problem, Progress, Question, SearchOptions, Stateright,
    Width, check,
};

fn main() {
    divan::main();
}

/// Six counters, each from 0 to 7, that go up one at a time. So there are 8⁶ states, each
/// one word with a byte for each counter.
#[derive(Clone)]
struct Counters;

/// 8⁶.
const STATES: u64 = 1 << 18;

impl Model for Counters {
    type State = u64;
    type Action = u64;

    fn init_states(&self) -> Vec<u64> {
        vec![0]
    }

    fn actions(&self, _: &u64, actions: &mut Vec<u64>) {
        actions.extend((0..6).map(|counter| counter * 8));
    }

    fn next_state(&self, last_state: &u64, shift: u64) -> Option<u64> {
        let counter = last_state >> shift & 0xff;
        (counter < 7).then(|| last_state + (1 << shift))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("counts", |_, _| true)]
    }
}

fn explore(bencher: Bencher<'_, '_>, engine: &dyn Engine<Counters>) {
    bencher.counter(ItemsCount::new(STATES)).bench_local(|| {
        let (extras, progress) = (Extras::default(), Arc::new(Progress::new()));
        let problem = Problem::new(Counters, extras, Question::default(), &progress).unwrap();
        let report = check(&problem, engine).unwrap();
        assert_eq!(report.states, STATES);
    });
}

#[divan::bench(args = [1, 2], sample_count = 20)]
fn levels(bencher: Bencher<'_, '_>, threads: usize) {
    let engine = Levels {
        threads: NonZeroUsize::new(threads).unwrap(),
        ..Levels::default()
    };
    explore(bencher, &engine);
}

#[divan::bench(sample_count = 20)]
fn levels_with_128_bits(bencher: Bencher<'_, '_>) {
    let engine = Levels {
        search: SearchOptions {
            hashing: Hashing::new(0, Width::Bits128),
            ..SearchOptions::default()
        },
        ..Levels::default()
    };
    explore(bencher, &engine);
}

#[divan::bench(sample_count = 5)]
fn stateright_with_labels(bencher: Bencher<'_, '_>) {
    let engine = Stateright {
        threads: NonZeroUsize::MIN,
        order: Order::BreadthFirst,
    };
    explore(bencher, &engine);
}

#[divan::bench]
fn fingerprint_of_three_words() -> u64 {
    fingerprint(black_box(&(1_u64, 2_u64, 3_u64)))
}
