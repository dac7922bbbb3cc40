//! The visited set: it keeps what is put into it, and tells once of each that it is new.

use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use synod_checker::fingerprint::{Fingerprint, fingerprint};
use synod_checker::kernel::visited::{Key, Sorting, TOGETHER, Visited};

fn nth(number: u64, bits: u32) -> Fingerprint {
    let all = u128::from(fingerprint(&number)) << 64 | u128::from(fingerprint(&!number));
    Fingerprint::of_bits(all >> (128 - bits) << (128 - bits))
}

fn all(set: &Visited) -> Vec<Key> {
    let mut all = Vec::new();
    let Ok(()) = set.for_each(|key| {
        all.push(key);
        Ok::<_, Infallible>(())
    });
    all
}

#[test]
fn the_set_keeps_its_fingerprints_whenever_it_grows() {
    for bits in [48, 64, 90, 128] {
        let mut set = Visited::new(bits);
        for number in 0..100_000 {
            assert!(set.is_new(nth(number, bits)), "{bits}");
            assert!(!set.is_new(nth(number / 2, bits)), "{bits}");
        }
        assert_eq!(set.len(), 100_000, "{bits}");
        let expected: HashSet<_> = (0..100_000).map(|n| (nth(n, bits), 0)).collect();
        let kept = all(&set);
        assert_eq!(kept.len(), 100_000, "{bits}");
        assert_eq!(kept.into_iter().collect::<HashSet<_>>(), expected, "{bits}");
    }
}

#[test]
fn zero_is_a_fingerprint_like_any_other() {
    let mut set = Visited::new(64);
    assert!(set.is_new(Fingerprint::ZERO));
    assert!(!set.is_new(Fingerprint::ZERO));
}

#[test]
fn with_128_bits_fingerprints_that_differ_in_one_half_are_different() {
    let mut set = Visited::new(128);
    let pair = |first, second| Fingerprint { first, second };
    assert!(set.is_new(pair(7, 8)));
    assert!(set.is_new(pair(7, 9)));
    assert!(set.is_new(pair(8, 8)));
    assert!(!set.is_new(pair(7, 9)));
}

#[test]
fn equal_fingerprints_of_one_batch_are_new_once() {
    let set = Visited::new(64);
    let keys = [3, 5, 3, 3, 5].map(|number| (nth(number, 64), 0));
    let mut new = Vec::new();
    set.look_up(&keys, &mut Sorting::default(), |at| new.push(at));
    new.sort_unstable();
    assert_eq!(new, [0, 1]);
}

#[test]
fn ranks_up_to_one_are_forgotten_and_the_others_are_kept() {
    let mut set = Visited::new(64);
    let key = |number: u64| (nth(number, 64), (number % 10) as u32);
    for number in 0..1_000 {
        assert!(set.is_new_of(key(number)));
    }
    let bytes = set.bytes();
    set.forget_through(3);
    assert_eq!(set.len(), 600);
    assert!(set.bytes() < bytes);
    let is_known = |number: u64| number % 10 > 3;
    let kept: HashSet<_> = all(&set).into_iter().collect();
    let expected: HashSet<_> = (0..1_000).filter(|n| is_known(*n)).map(key).collect();
    assert_eq!(kept, expected);
    set.forget_through(u32::from(u8::MAX));
    assert_eq!((set.len(), set.bytes()), (0, 0));
}

#[test]
fn of_several_threads_that_insert_a_fingerprint_exactly_one_is_told_that_it_is_new() {
    for bits in [64, 100] {
        let (set, new) = (Visited::new(bits), AtomicUsize::new(0));
        let keys: Vec<_> = (0..50_000).map(|number| (nth(number, bits), 0)).collect();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut sorting = Sorting::default();
                    for keys in keys.chunks(TOGETHER) {
                        set.look_up(keys, &mut sorting, |_| {
                            new.fetch_add(1, Relaxed);
                        });
                    }
                });
            }
        });
        assert_eq!(new.into_inner(), 50_000);
        assert_eq!(set.len(), 50_000);
    }
}
