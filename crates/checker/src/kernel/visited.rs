//! The visited set: the fingerprints of the states seen, 8 bytes each (or 16).
//!
//! Layout: `SHARDS` tables of 64-bit slots, with open addressing and linear probing; a zero
//! is an empty slot. The first bits of a fingerprint choose its shard, and the other bits
//! its home slot, *in order*: a larger fingerprint has a home further back. So a table grows
//! in place, in one pass from its end to its beginning, and never needs a second table. Each
//! shard grows at another load, between 0.70 and 0.80, to 1.25 times its size. In all a state
//! takes between 10 and 14 bytes, and there are no long pauses.
//!
//! Insertion is lock-free, with one compare-and-swap for each new fingerprint. Growth needs
//! exclusive access, and happens between rounds.

use crate::fingerprint::Fingerprint;
use std::hint::black_box;
use std::sync::atomic::{
    AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};

/// The number of tables: a power of two.
const SHARDS: usize = 64;

/// How far from its home a fingerprint may lie. With linear probing at a load of 0.8 the
/// chance to come near this is one in millions. If it happens, the table grows.
const REACH: usize = 1024;

/// How many fingerprints are looked up together, so that their memory accesses overlap.
pub const TOGETHER: usize = 64;

/// The number of homes of an empty table.
const SMALLEST: usize = 64;

/// The outcome of inserting a fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inserted {
    /// The fingerprint was not in the set, and is now.
    New,
    /// The fingerprint was in the set already.
    Known,
    /// Its table is too full. Insert it again after the set has grown.
    Full,
}

/// A set of fingerprints.
pub struct Visited {
    shards: Vec<Shard>,
    is_wide: bool,
}

/// One of the tables.
struct Shard {
    /// The number of homes. After the last home there are [`REACH`] more slots.
    homes: usize,
    /// The slots: the first 64 bits of the fingerprints.
    first: Vec<AtomicU64>,
    /// The second 64 bits, slot by slot. Empty if fingerprints have 64 bits.
    second: Vec<AtomicU64>,
    /// The number of fingerprints in the table, as counted so far.
    used: AtomicU64,
}

impl Visited {
    /// An empty set, of fingerprints with 64 bits, or with 128 if `is_wide`.
    pub fn new(is_wide: bool) -> Self {
        let shard = || Shard::new(is_wide);
        Self {
            shards: std::iter::repeat_with(shard).take(SHARDS).collect(),
            is_wide,
        }
    }

    /// An empty set with room for this number of fingerprints.
    pub(crate) fn with_room_for(fingerprints: u64, is_wide: bool) -> Self {
        let mut set = Self::new(is_wide);
        // At a load of 0.68 no shard is crowded, even with somewhat more than its share.
        let homes = usize::try_from(fingerprints).unwrap_or(usize::MAX) / SHARDS / 68 * 100;
        for shard in &mut set.shards {
            if homes > SMALLEST {
                shard.resize(homes, is_wide);
            }
        }
        set
    }

    /// Inserts a fingerprint, and grows the set if necessary. Returns whether the
    /// fingerprint is new.
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

    /// Inserts a fingerprint, without counting it: see [`Visited::count`]. O(1) expected.
    pub(crate) fn insert(&self, fingerprint: Fingerprint) -> Inserted {
        let fingerprint = without_zeros(fingerprint);
        self.shards[shard_of(fingerprint)].insert(fingerprint)
    }

    /// Reads the home slots of fingerprints, usually [`TOGETHER`] at once. Then their memory
    /// is in the cache when they are inserted.
    #[inline]
    pub fn touch(&self, fingerprints: impl Iterator<Item = Fingerprint>) {
        let homes = fingerprints.map(|fingerprint| {
            let shard = &self.shards[shard_of(fingerprint)];
            shard.first[shard.home(fingerprint.first)].load(Relaxed)
        });
        black_box(homes.fold(0, |all, home| all ^ home));
    }

    /// Counts the fingerprints that a thread has inserted, and returns whether the set should
    /// grow.
    pub(crate) fn count(&self, inserted: &mut Counts) -> bool {
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

    /// Grows every crowded shard.
    pub(crate) fn grow(&mut self) {
        for (position, shard) in self.shards.iter_mut().enumerate() {
            shard.grow_if_crowded(position);
        }
    }

    /// Grows the shard of a fingerprint if it has no slot for it.
    pub(crate) fn grow_for(&mut self, fingerprint: Fingerprint) {
        let shard = &mut self.shards[shard_of(fingerprint)];
        let home = shard.home(without_zeros(fingerprint).first);
        let mut slots = shard.first[home..home + REACH].iter_mut();
        if slots.all(|slot| *slot.get_mut() != 0) {
            shard.grow(larger(shard.homes));
        }
    }

    /// The bytes that the set will take after its crowded shards have grown.
    pub(crate) fn bytes_if_grown(&self) -> u64 {
        let shards = self.shards.iter().enumerate();
        shards
            .map(|(position, shard)| {
                let slots = (shard.wanted(position) + REACH) as u64;
                slots * if self.is_wide { 16 } else { 8 }
            })
            .sum()
    }

    /// The number of fingerprints, as counted so far.
    pub fn len(&self) -> u64 {
        let shards = self.shards.iter();
        shards.map(|shard| shard.used.load(Relaxed)).sum()
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All fingerprints, shard by shard.
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

/// How many fingerprints a thread has inserted since it last called [`Visited::count`], by
/// shard.
pub(crate) struct Counts([u32; SHARDS]);

impl Counts {
    /// Counts of zero.
    pub(crate) const fn none() -> Self {
        Self([0; SHARDS])
    }

    /// Counts a fingerprint that was inserted.
    pub(crate) fn add(&mut self, fingerprint: Fingerprint) {
        self.0[shard_of(fingerprint)] += 1;
    }
}

const SHARD_BITS: u32 = SHARDS.trailing_zeros();

/// The shard of a fingerprint. [`without_zeros`] does not change it.
const fn shard_of(fingerprint: Fingerprint) -> usize {
    (fingerprint.first >> (64 - SHARD_BITS)) as usize
}

/// The fingerprint with each half that is zero replaced by one, because zero stands for an
/// empty slot. So a half of zero and a half of one are taken for the same.
const fn without_zeros(fingerprint: Fingerprint) -> Fingerprint {
    let Fingerprint { first, second } = fingerprint;
    Fingerprint {
        first: if first == 0 { 1 } else { first },
        second: if second == 0 { 1 } else { second },
    }
}

/// How many fingerprints a shard with this number of homes holds before it should grow. The
/// load differs by shard, so that they do not all grow at once.
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

    /// How many homes the shard should have for the fingerprints in it.
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

    /// The home slot of a fingerprint, by its first 64 bits.
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

    /// The second half of a fingerprint whose first half is in a slot. The thread that wrote
    /// the first half is about to write the second.
    fn second_at(&self, slot: usize) -> u64 {
        loop {
            match self.second[slot].load(Acquire) {
                0 => std::hint::spin_loop(),
                second => return second,
            }
        }
    }

    /// Grows in place to this number of homes, and further if some fingerprint still finds
    /// no slot.
    fn grow(&mut self, mut homes: usize) {
        let mut overflow = Vec::new();
        loop {
            let old_slots = self.first.len();
            self.resize(homes, self.is_wide());
            homes = larger(homes);
            // From the last slot to the first, every fingerprint moves to its new home or
            // behind it, where the old fingerprints have left already. For a home moves back
            // by a quarter of its position, and from slot 6·REACH on that is more than the
            // REACH by which a fingerprint may lie behind its home. The fingerprints in the
            // slots before are taken out first, and put back last.
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
    fn the_set_keeps_its_fingerprints_whenever_it_grows() {
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
    fn the_set_grows_if_many_fingerprints_have_the_same_home() {
        let mut set = Visited::new(false);
        let crowd = |number: u64| Fingerprint {
            first: (1_u64 << 63) | number,
            second: 0,
        };
        for number in 0..3000 {
            // Homes differ only in the first bits, so these need a large table.
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
    fn with_128_bits_fingerprints_that_differ_in_one_half_are_different() {
        let mut set = Visited::new(true);
        let pair = |first, second| Fingerprint { first, second };
        assert!(set.is_new(pair(7, 8)));
        assert!(set.is_new(pair(7, 9)));
        assert!(set.is_new(pair(8, 8)));
        assert!(!set.is_new(pair(7, 9)));
    }

    #[test]
    fn of_several_threads_that_insert_a_fingerprint_exactly_one_is_told_that_it_is_new() {
        for is_wide in [false, true] {
            let mut set = Visited::new(is_wide);
            for number in 100_000..200_000 {
                set.is_new(nth(number, is_wide)); // Grows, so that the threads find room.
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
