//! The set of states seen: their fingerprints, eight bytes each (or sixteen).
//!
//! Layout: `SHARDS` tables of 64-bit slots, open addressing with linear
//! probing, zero for empty. The first bits of a fingerprint choose its shard
//! and the rest its home slot, *in order*: a larger fingerprint has a home
//! further back. So a table grows where it is, from its end to its beginning,
//! in one pass over memory, and never needs a second table beside it. Shards
//! grow at different loads, between 0.70 and 0.80, each to 1.25 times its size:
//! between 10 and 14 bytes a state in all, and no long pauses.
//!
//! Insertion is lock-free: one compare-and-swap a new fingerprint. Growth needs
//! the set to itself, and happens between rounds.

use crate::fingerprint::Fingerprint;
use std::hint::black_box;
use std::sync::atomic::{
    AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};

/// How many tables: a power of two.
const SHARDS: usize = 64;

/// How far from its home a fingerprint may lie. Linear probing at a load of 0.8
/// comes near this only by a chance of one in millions, and then the table
/// grows.
const REACH: usize = 1024;

/// How many fingerprints are looked up together, so that the memory answers for all
/// of them at once.
pub const TOGETHER: usize = 64;

/// Homes of a table that has nothing in it yet.
const SMALLEST: usize = 64;

/// What became of a fingerprint that was to be inserted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// It was not there.
    New,
    /// It was.
    Known,
    /// Its table is too full: insert it again when the set has grown.
    Full,
}

/// The set.
pub struct Visited {
    shards: Vec<Shard>,
    is_wide: bool,
}

struct Shard {
    /// Homes; there are [`REACH`] more slots after the last.
    homes: usize,
    first: Vec<AtomicU64>,
    /// As long, or empty if 64 bits are enough.
    second: Vec<AtomicU64>,
    used: AtomicU64,
}

impl Visited {
    /// An empty set of fingerprints of 64 bits, or of 128.
    pub fn new(is_wide: bool) -> Self {
        let shard = || Shard::new(is_wide);
        Self {
            shards: std::iter::repeat_with(shard).take(SHARDS).collect(),
            is_wide,
        }
    }

    /// An empty set that has room for so many fingerprints.
    pub fn with_room_for(fingerprints: u64, is_wide: bool) -> Self {
        let mut set = Self::new(is_wide);
        // A load of 0.7 at which none is crowded, and a bit.
        let homes = usize::try_from(fingerprints).unwrap_or(usize::MAX) / SHARDS / 68 * 100;
        for shard in &mut set.shards {
            if homes > SMALLEST {
                shard.resize(homes, is_wide);
            }
        }
        set
    }

    /// Inserts a fingerprint, and makes room as need be; whether it was not there.
    pub fn is_new(&mut self, fingerprint: Fingerprint) -> bool {
        loop {
            match self.insert(fingerprint) {
                Inserted::Known => return false,
                Inserted::Full => self.grow_for(fingerprint),
                Inserted::New => {
                    let position = shard_of(fingerprint);
                    let shard = &mut self.shards[position];
                    *shard.used.get_mut() += 1;
                    shard.grow_if_crowded(position);
                    return true;
                }
            }
        }
    }

    /// Inserts a fingerprint. O(1) expected.
    pub fn insert(&self, fingerprint: Fingerprint) -> Inserted {
        let fingerprint = without_zeros(fingerprint);
        self.shards[shard_of(fingerprint)].insert(fingerprint)
    }

    /// Reads the home slots of fingerprints, of [`TOGETHER`] as a rule: the memory is
    /// near when [`Visited::insert`] comes.
    #[inline]
    pub fn touch(&self, fingerprints: impl Iterator<Item = Fingerprint>) {
        let homes = fingerprints.map(|fingerprint| {
            let shard = &self.shards[shard_of(fingerprint)];
            shard.first[shard.home(fingerprint.first)].load(Relaxed)
        });
        black_box(homes.fold(0, |all, home| all ^ home));
    }

    /// Says that so many fingerprints were inserted, by shard, and whether the
    /// set should grow.
    pub fn count(&self, inserted: &mut Counts) -> bool {
        let mut is_crowded = false;
        for (position, (shard, more)) in self.shards.iter().zip(&mut inserted.0).enumerate() {
            let more = u64::from(std::mem::take(more));
            if more > 0 {
                let used = shard.used.fetch_add(more, Relaxed) + more;
                is_crowded |= used as usize > comfortable(shard.homes, position);
            }
        }
        is_crowded
    }

    /// Makes room: every shard that is crowded grows, and those that are full.
    pub fn grow(&mut self) {
        for (position, shard) in self.shards.iter_mut().enumerate() {
            shard.grow_if_crowded(position);
        }
    }

    /// Makes room where a fingerprint found none, unless there is some by now.
    pub fn grow_for(&mut self, fingerprint: Fingerprint) {
        let shard = &mut self.shards[shard_of(fingerprint)];
        let home = shard.home(without_zeros(fingerprint).first);
        let mut slots = shard.first[home..home + REACH].iter_mut();
        if slots.all(|slot| *slot.get_mut() != 0) {
            shard.grow(larger(shard.homes));
        }
    }

    /// Bytes once the shards that are crowded have grown.
    pub fn bytes_if_grown(&self) -> u64 {
        let shards = self.shards.iter().enumerate();
        shards
            .map(|(position, shard)| {
                let slots = (shard.wanted(position) + REACH) as u64;
                slots * if self.is_wide { 16 } else { 8 }
            })
            .sum()
    }

    /// How many fingerprints there are.
    pub fn len(&self) -> u64 {
        let shards = self.shards.iter();
        shards.map(|shard| shard.used.load(Relaxed)).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All fingerprints, in ascending order of shards.
    pub fn iter(&self) -> impl Iterator<Item = Fingerprint> {
        let is_wide = self.is_wide;
        self.shards.iter().flat_map(move |shard| {
            let slots = shard.first.iter().enumerate();
            slots.filter_map(move |(slot, first)| {
                let first = first.load(Relaxed);
                let second = if is_wide && first != 0 {
                    shard.second[slot].load(Relaxed)
                } else {
                    0
                };
                (first != 0).then_some(Fingerprint { first, second })
            })
        })
    }
}

/// How many fingerprints one thread has inserted since it last said so.
pub struct Counts([u32; SHARDS]);

impl Counts {
    /// None was inserted.
    pub const fn none() -> Self {
        Self([0; SHARDS])
    }

    /// One was inserted.
    pub fn add(&mut self, fingerprint: Fingerprint) {
        self.0[shard_of(fingerprint)] += 1;
    }
}

const SHARD_BITS: u32 = SHARDS.trailing_zeros();

/// Never zero in the first bits alone, so the same with and without
/// [`without_zeros`].
const fn shard_of(fingerprint: Fingerprint) -> usize {
    (fingerprint.first >> (64 - SHARD_BITS)) as usize
}

/// Zero stands for an empty slot: one stands for both zero and one.
const fn without_zeros(fingerprint: Fingerprint) -> Fingerprint {
    let Fingerprint { first, second } = fingerprint;
    Fingerprint {
        first: if first == 0 { 1 } else { first },
        second: if second == 0 { 1 } else { second },
    }
}

/// How many fingerprints a shard of so many homes holds before it should grow:
/// at another load in each, so that they do not all grow at once.
const fn comfortable(homes: usize, position: usize) -> usize {
    let per_mille = 700 + 100 * position / SHARDS;
    homes / 1000 * per_mille + homes % 1000 * per_mille / 1000
}

/// The next size of a shard.
const fn larger(homes: usize) -> usize {
    homes + homes / 4
}

impl Shard {
    fn new(is_wide: bool) -> Self {
        let mut shard = Self {
            homes: 0,
            first: Vec::new(),
            second: Vec::new(),
            used: AtomicU64::new(0),
        };
        shard.resize(SMALLEST, is_wide);
        shard
    }

    fn resize(&mut self, homes: usize, is_wide: bool) {
        self.homes = homes;
        let slots = homes + REACH;
        let empty = || AtomicU64::new(0);
        self.first.reserve_exact(slots - self.first.len());
        self.first.resize_with(slots, empty);
        if is_wide {
            self.second.reserve_exact(slots - self.second.len());
            self.second.resize_with(slots, empty);
        }
    }

    const fn is_wide(&self) -> bool {
        !self.second.is_empty()
    }

    /// How many homes a shard should have.
    fn wanted(&self, position: usize) -> usize {
        let used = self.used.load(Relaxed) as usize;
        let mut homes = self.homes;
        while used > comfortable(homes, position) {
            homes = larger(homes);
        }
        homes
    }

    #[inline]
    fn grow_if_crowded(&mut self, position: usize) {
        let wanted = self.wanted(position);
        if wanted > self.homes {
            self.grow(wanted);
        }
    }

    fn home(&self, first: u64) -> usize {
        let rest = u128::from(first << SHARD_BITS);
        ((rest * self.homes as u128) >> 64) as usize
    }

    fn insert(&self, fingerprint: Fingerprint) -> Inserted {
        let home = self.home(fingerprint.first);
        for (offset, slot) in self.first[home..home + REACH].iter().enumerate() {
            let mut there = slot.load(Relaxed);
            if there == 0 {
                match slot.compare_exchange(0, fingerprint.first, Relaxed, Relaxed) {
                    Ok(_) => {
                        if self.is_wide() {
                            self.second[home + offset].store(fingerprint.second, Release);
                        }
                        return Inserted::New;
                    }
                    Err(other) => there = other,
                }
            }
            if there == fingerprint.first
                && (!self.is_wide() || self.second_at(home + offset) == fingerprint.second)
            {
                return Inserted::Known;
            }
        }
        Inserted::Full
    }

    /// The second half of a fingerprint whose first is there: who has put that
    /// one down is about to put this one.
    fn second_at(&self, slot: usize) -> u64 {
        loop {
            match self.second[slot].load(Acquire) {
                0 => std::hint::spin_loop(),
                second => return second,
            }
        }
    }

    /// Grows where it is, to 1.25 times its size or more; again if some
    /// fingerprint finds no room then.
    fn grow(&mut self, mut homes: usize) {
        let mut overflow = Vec::new();
        loop {
            let old_slots = self.first.len();
            self.resize(homes, self.is_wide());
            homes = larger(homes);
            // From the end on, every fingerprint moves to its new home or after
            // it, where the old ones have left already: a home moves back by a
            // quarter of its place, which from slot 6·REACH on is more than the
            // REACH that a fingerprint lies from it. Those before are taken out
            // first and come last.
            let near = old_slots.min(6 * REACH);
            let mut nearest = Vec::new();
            for slot in 0..near {
                nearest.extend(self.take(slot));
            }
            for slot in (near..old_slots).rev() {
                if let Some(fingerprint) = self.take(slot) {
                    self.put(fingerprint, &mut overflow);
                }
            }
            let again = std::mem::take(&mut overflow);
            for fingerprint in nearest.into_iter().chain(again) {
                self.put(fingerprint, &mut overflow);
            }
            if overflow.is_empty() {
                return;
            }
        }
    }

    fn take(&mut self, slot: usize) -> Option<Fingerprint> {
        let first = std::mem::take(self.first[slot].get_mut());
        let second = match self.second.get_mut(slot) {
            Some(second) => std::mem::take(second.get_mut()),
            None => 0,
        };
        (first != 0).then_some(Fingerprint { first, second })
    }

    fn put(&mut self, fingerprint: Fingerprint, overflow: &mut Vec<Fingerprint>) {
        let home = self.home(fingerprint.first);
        let mut slots = self.first[home..home + REACH].iter_mut();
        let Some(offset) = slots.position(|slot| *slot.get_mut() == 0) else {
            return overflow.push(fingerprint);
        };
        *self.first[home + offset].get_mut() = fingerprint.first;
        if let Some(second) = self.second.get_mut(home + offset) {
            *second.get_mut() = fingerprint.second;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::fingerprint::fingerprint;
    use std::collections::HashSet;
    use std::sync::atomic::AtomicUsize;

    fn nth(number: u64, is_wide: bool) -> Fingerprint {
        Fingerprint {
            first: fingerprint(&number),
            second: if is_wide { fingerprint(&!number) } else { 0 },
        }
    }

    #[test]
    fn it_holds_what_was_inserted_through_every_growth() {
        for is_wide in [false, true] {
            let mut set = Visited::new(is_wide);
            for number in 0..200_000 {
                assert!(set.is_new(nth(number, is_wide)));
                assert!(!set.is_new(nth(number / 2, is_wide)));
            }
            assert_eq!(set.len(), 200_000);
            let all: HashSet<_> = set.iter().collect();
            assert!((0..200_000).all(|number| all.contains(&nth(number, is_wide))));
            assert_eq!(all.len(), 200_000);
            let bytes = set.bytes_if_grown() / if is_wide { 2 } else { 1 };
            assert!(bytes < 200_000 * 8 * 2, "{bytes}");
        }
    }

    #[test]
    fn fingerprints_that_crowd_at_one_home_make_it_grow() {
        let mut set = Visited::new(false);
        let crowd = |number: u64| Fingerprint {
            first: (1_u64 << 63) | number,
            second: 0,
        };
        for number in 0..3000 {
            // Homes differ in the first bits: these need a large table.
            assert!(set.is_new(crowd(number << 40)));
        }
        assert!((0..3000).all(|number| !set.is_new(crowd(number << 40))));
    }

    #[test]
    fn zero_is_a_fingerprint_like_any_other() {
        let zero = Fingerprint {
            first: 0,
            second: 0,
        };
        for is_wide in [false, true] {
            let mut set = Visited::new(is_wide);
            assert!(set.is_new(zero));
            assert!(!set.is_new(zero));
        }
    }

    #[test]
    fn with_128_bits_equal_halves_do_not_make_two_equal() {
        let mut set = Visited::new(true);
        let pair = |first, second| Fingerprint { first, second };
        assert!(set.is_new(pair(7, 8)));
        assert!(set.is_new(pair(7, 9)));
        assert!(set.is_new(pair(8, 8)));
        assert!(!set.is_new(pair(7, 9)));
    }

    #[test]
    fn of_threads_that_insert_the_same_one_is_first() {
        for is_wide in [false, true] {
            let mut set = Visited::new(is_wide);
            for number in 100_000..200_000 {
                set.is_new(nth(number, is_wide)); // Until there is room.
            }
            let new = AtomicUsize::new(0);
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        let inserted = (0..5_000).map(|number| set.insert(nth(number, is_wide)));
                        let of_this = inserted.filter(|inserted| *inserted == Inserted::New);
                        new.fetch_add(of_this.count(), Relaxed);
                    });
                }
            });
            assert_eq!(new.into_inner(), 5_000);
        }
    }
}
