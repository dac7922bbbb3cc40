//! The visited set under every order in which threads can take its locks, as loom finds them.
//!
//! The source of the set is compiled once more, with loom's locks. Its tables are the real ones,
//! and grow meanwhile. Between two locks a thread touches nothing that others see, so an order of
//! the locks (and of the counters) is an order of everything.

use super::table;

#[path = "."]
mod source {
    pub(super) mod sync {
        pub(in super::super) use loom::sync::atomic::AtomicU64;
        pub(in super::super) use loom::sync::{Mutex, MutexGuard};
    }
    use super::table;

    #[allow(dead_code, clippy::duplicate_mod)] // It is meant to be, without what engines use.
    pub(super) mod visited;
}

use crate::fingerprint::Fingerprint;
use loom::sync::Arc;
use source::visited::{Key, SHARDS, Sorting, Visited};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// How many fingerprints make a table of a shard grow twice: when there is one, and when there
/// are more than its first size holds.
const GROWING: u64 = 20;

/// Fingerprints of two shards, as many of each. Several have the same home.
fn keys(numbers: Range<u64>, rank: u32) -> Vec<Key> {
    let shards = [5, 6].map(|shard| shard << (u64::BITS - SHARDS.trailing_zeros()));
    let spread = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 8;
    let of_both = |number| shards.map(|shard| (Fingerprint::narrow(shard | spread(number)), rank));
    numbers.flat_map(of_both).collect()
}

/// Looks up a batch for each thread at the same time. Returns how often each key was new.
fn round(set: &Arc<Visited>, batches: &[Vec<Key>]) -> BTreeMap<Key, u32> {
    let look_up = |batch: &Vec<Key>| {
        let (set, batch) = (Arc::clone(set), batch.clone());
        move || {
            let mut new = Vec::new();
            set.look_up(&batch, &mut Sorting::default(), |at| new.push(batch[at]));
            new
        }
    };
    let (first, others) = (look_up(&batches[0]), &batches[1..]);
    let others: Vec<_> = others
        .iter()
        .map(|it| loom::thread::spawn(look_up(it)))
        .collect();
    let mut new = first();
    for other in others {
        new.extend(other.join().expect("no thread panics"));
    }
    let mut times = BTreeMap::new();
    for key in new {
        *times.entry(key).or_default() += 1;
    }
    times
}

/// Claims that each key of the batches was new to one thread, once, and that the set holds
/// these keys and those.
fn expect(set: &Visited, times: &BTreeMap<Key, u32>, batches: &[Vec<Key>], and: &[Key]) {
    let once: BTreeMap<_, _> = batches.iter().flatten().map(|key| (*key, 1)).collect();
    assert_eq!(*times, once, "a fingerprint is lost, or new to two threads");
    let mut all: Vec<_> = once.into_keys().chain(and.iter().copied()).collect();
    let mut held = Vec::new();
    let Ok(()) = set.for_each(|key| {
        held.push(key);
        Ok::<_, std::convert::Infallible>(())
    });
    held.sort_unstable();
    all.sort_unstable();
    assert_eq!(held, all, "the set holds each fingerprint once");
}

/// Runs something in every order of its threads' steps; if a bound is given, in those in which no
/// more threads are interrupted where they could go on. Returns how many orders these are.
fn in_every_order(interruptions: Option<usize>, run: impl Fn() + Sync + Send + 'static) -> usize {
    let orders = std::sync::Arc::new(AtomicUsize::new(0));
    let counted = std::sync::Arc::clone(&orders);
    let mut every = loom::model::Builder::new();
    every.preemption_bound = interruptions;
    every.check(move || {
        counted.fetch_add(1, Relaxed);
        run();
    });
    orders.load(Relaxed)
}

#[test]
fn two_threads_lose_and_double_nothing_while_tables_grow_and_ranks_are_forgotten() {
    let orders = in_every_order(None, || {
        let mut set = Arc::new(Visited::new(u64::BITS));
        let batches = [keys(0..GROWING, 0), keys(GROWING / 2..3 * GROWING / 2, 0)];
        let times = round(&set, &batches);
        expect(&set, &times, &batches, &[]);
        // The next round begins while rank 1 has fingerprints already.
        let early = keys(0..2, 1);
        let times = round(&set, &[early.clone(), early.clone()]);
        assert_eq!(times.len(), early.len());
        let alone = Arc::get_mut(&mut set).expect("the threads have ended");
        alone.forget_through(0);
        let batches = [keys(2..GROWING, 1), keys(GROWING / 2..GROWING + 2, 1)];
        let times = round(&set, &batches);
        expect(&set, &times, &batches, &early);
    });
    assert!(orders > 10_000, "{orders} are too few to be all");
}

#[test]
fn three_threads_lose_and_double_nothing_while_tables_grow() {
    let orders = in_every_order(Some(5), || {
        let set = Arc::new(Visited::new(u64::BITS));
        let from = |begin| keys(begin..begin + GROWING, 0);
        let batches = [from(0), from(GROWING / 3), from(2 * GROWING / 3)];
        let times = round(&set, &batches);
        expect(&set, &times, &batches, &[]);
    });
    assert!(orders > 10_000, "{orders} are too few to be all");
}
