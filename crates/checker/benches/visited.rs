//! How the visited set scales: threads that do nothing but look up, more of them than there are
//! processors. Run it with `cargo bench -p synod-checker --bench visited`.
//!
//! The stream of fingerprints is synthetic: two of three were looked up before, mostly by another
//! thread. A lock is taken for each shard of a batch; it is *contended* if another thread has it.
//!
//! Threads that share a processor take turns, so they would seldom meet: one is stopped while it
//! has a lock only if its time is up then. Therefore a thread gives its processor away after one
//! of some new fingerprints, while it has a lock. So whenever a thread comes to a lock, each of
//! the others is somewhere in its own work, as if all ran at the same time on processors of their
//! own. That is the worst case: threads of a search spend most of their time without a lock.

#![allow(clippy::print_stdout, clippy::cast_precision_loss)] // It prints figures to read.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};
use synod_checker::fingerprint::{Fingerprint, fingerprint};
use synod_checker::kernel::visited::{Key, SHARDS, Sorting, TOGETHER, Visited};

/// How many fingerprints all threads look up together.
const LOOK_UPS: u64 = 1 << 22;
/// From so many, with repetitions.
const STATES: u64 = LOOK_UPS / 3;
/// Of so many new fingerprints a thread gives its processor away after one.
const GIVING: u64 = 64;

/// The fingerprints that one thread looks up, in their order.
fn stream(thread: u64, threads: u64) -> Vec<Key> {
    let each = LOOK_UPS / threads;
    let key = |number: u64| {
        let state = fingerprint(&number) % STATES;
        (Fingerprint::narrow(fingerprint(&state)), 0)
    };
    (thread * each..(thread + 1) * each).map(key).collect()
}

/// The locks that a batch needs: one for each of its shards.
fn locks(keys: &[Key]) -> u64 {
    let shard = |key: &Key| key.0.first >> (u64::BITS - SHARDS.trailing_zeros());
    let mut shards: Vec<_> = keys.iter().map(shard).collect();
    shards.sort_unstable();
    shards.dedup();
    shards.len() as u64
}

/// How often the threads took a lock and found it taken, and how long they ran.
struct Figures {
    taken: u64,
    contended: u64,
    elapsed: Duration,
}

fn run(threads: u64, is_giving: bool) -> Figures {
    let set = Visited::new(u64::BITS);
    let streams: Vec<_> = (0..threads).map(|thread| stream(thread, threads)).collect();
    let batches = || streams.iter().flat_map(|stream| stream.chunks(TOGETHER));
    let begin = Barrier::new(streams.len() + 1);
    let look_up = |stream: &[Key]| {
        let (mut sorting, mut new) = (Sorting::default(), 0_u64);
        begin.wait();
        for keys in stream.chunks(TOGETHER) {
            set.look_up(keys, &mut sorting, |_| {
                new += 1;
                if is_giving && new.is_multiple_of(GIVING) {
                    thread::yield_now();
                }
            });
        }
    };
    let begun = thread::scope(|scope| {
        for stream in &streams {
            scope.spawn(|| look_up(stream));
        }
        begin.wait();
        Instant::now()
    });
    Figures {
        elapsed: begun.elapsed(),
        taken: batches().map(locks).sum(),
        contended: set.contended(),
    }
}

fn main() {
    // Tests of benches only compile this.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    println!("threads  locks taken  contended, giving away     and not  ns a look-up");
    for threads in [1, 2, 4, 8, 16, 32] {
        let (giving, not) = (run(threads, true), run(threads, false));
        let share = 100.0 * giving.contended as f64 / giving.taken as f64;
        let each = not.elapsed.as_nanos() as f64 / LOOK_UPS as f64;
        println!(
            "{threads:7}  {:11}  {:9} ({share:4.1} %)  {:16}  {each:12.1}",
            giving.taken, giving.contended, not.contended
        );
    }
}
