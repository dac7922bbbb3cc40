//! The visited set: which states were seen. It holds their fingerprints, of 64 or 128 bits; or
//! the states themselves, if they are numbers.
//!
//! The first bits of a fingerprint choose one of `SHARDS` shards. A shard is a
//! [`Table`], which keeps of a fingerprint only what its place does not tell: six or seven bytes
//! a state where there are millions, of 64 bits. If the model tells the rank of its states, a
//! shard has a table for each rank, and those of the ranks that no state can reach any more are
//! forgotten.
//!
//! Threads look up a batch of fingerprints at once ([`Visited::look_up`]). They are sorted by
//! shard; a shard is locked once for all of its fingerprints in the batch, and one that
//! another thread has locked is put off until the others are done. So a thread takes a lock once
//! for a dozen fingerprints, and hardly ever waits for one. Within a shard the homes of all
//! are read before the first is inserted, so that their memory accesses overlap.

use super::table::{FEWEST, MOST, Table};
use crate::fingerprint::Fingerprint;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The number of shards: a power of two.
const SHARDS: usize = 1 << SHARD_BITS;
const SHARD_BITS: u32 = 6;

/// How many fingerprints are usually looked up together.
pub const TOGETHER: usize = 1024;

/// A set of fingerprints.
pub struct Visited {
    shards: Vec<Mutex<Shard>>,
    /// The bits of a fingerprint.
    bits: u32,
    /// The bytes of all tables.
    bytes: AtomicU64,
    /// How often a thread found a shard locked by another.
    contended: AtomicU64,
}

/// The fingerprints with the same first bits.
#[derive(Default)]
struct Shard {
    /// Those of each rank, in the order of ranks.
    tables: Vec<(u32, Table)>,
    /// How many there were of the last rank that was forgotten.
    forgotten: usize,
}

/// A fingerprint that is looked up, and the rank of its state; 0 if states have no ranks.
pub type Key = (Fingerprint, u32);

/// What a thread needs to look up fingerprints, and reuses.
#[derive(Default)]
pub struct Sorting {
    /// The positions of the keys, by shard.
    order: Vec<u32>,
    /// The shards that are put off.
    later: Vec<usize>,
}

impl Visited {
    /// An empty set of fingerprints with so many bits, which are the first of their 128.
    pub fn new(bits: u32) -> Self {
        let is_possible = (FEWEST..=MOST).contains(&(bits - SHARD_BITS));
        debug_assert!(is_possible, "fingerprints have from 48 to 128 bits");
        let shards = std::iter::repeat_with(Mutex::default);
        Self {
            shards: shards.take(SHARDS).collect(),
            bits,
            bytes: AtomicU64::new(0),
            contended: AtomicU64::new(0),
        }
    }

    /// Whether fingerprints have more than 64 bits.
    pub const fn is_wide(&self) -> bool {
        self.bits > u64::BITS
    }

    /// Makes room for so many fingerprints of a rank.
    pub(crate) fn reserve(&mut self, rank: u32, fingerprints: u64) {
        // Somewhat more than its share for each shard.
        let each = usize::try_from(fingerprints).unwrap_or(usize::MAX) / SHARDS;
        let (each, bits) = (each + each / 50, self.bits);
        for shard in &mut self.shards {
            let shard = shard.get_mut().unwrap_or_else(PoisonError::into_inner);
            shard.grows(&self.bytes, |shard| {
                shard.table(rank, bits).reserve(each);
            });
        }
    }

    /// Inserts the fingerprint of a state without a rank, or of rank 0. Returns whether it is
    /// new.
    pub fn is_new(&mut self, fingerprint: Fingerprint) -> bool {
        self.is_new_of((fingerprint, 0))
    }

    /// Inserts a fingerprint. Returns whether it is new.
    pub fn is_new_of(&mut self, (fingerprint, rank): Key) -> bool {
        let (bits, number) = (self.bits, within(fingerprint));
        let shard = self.shards[shard_of(fingerprint)].get_mut();
        let shard = shard.unwrap_or_else(PoisonError::into_inner);
        shard.grows(&self.bytes, |shard| shard.table(rank, bits).insert(number))
    }

    /// Inserts fingerprints, usually [`TOGETHER`] at once. `is_new` is called with the position
    /// of each that was not in the set, in some order. If several are equal, one of them is new.
    /// Of several threads that insert the same fingerprint, one is told that it is new.
    pub fn look_up(&self, keys: &[Key], sorting: &mut Sorting, mut is_new: impl FnMut(usize)) {
        let Sorting { order, later } = sorting;
        let ends = sort(keys, order);
        let part = |shard: usize| {
            let begin = if shard == 0 { 0 } else { ends[shard - 1] };
            begin as usize..ends[shard] as usize
        };
        // A thread begins where another is least likely to be: at the first of its keys.
        let first = keys
            .first()
            .map_or(0, |(key, _)| key.first as usize % SHARDS);
        for shard in (first..SHARDS).chain(0..first) {
            let part = &order[part(shard)];
            if part.is_empty() {
                continue;
            }
            match self.shards[shard].try_lock() {
                Ok(guard) => self.insert(guard, keys, part, &mut is_new),
                Err(_) => later.push(shard),
            }
        }
        for shard in later.drain(..) {
            self.contended.fetch_add(1, Relaxed);
            let guard = self.shards[shard].lock();
            let guard = guard.unwrap_or_else(PoisonError::into_inner);
            self.insert(guard, keys, &order[part(shard)], &mut is_new);
        }
    }

    /// Inserts some of the keys, all of one shard.
    fn insert(
        &self,
        mut shard: MutexGuard<'_, Shard>,
        keys: &[Key],
        part: &[u32],
        is_new: &mut impl FnMut(usize),
    ) {
        shard.grows(&self.bytes, |shard| {
            let sought = part.iter().map(|&at| {
                let (fingerprint, rank) = keys[at as usize];
                (at, within(fingerprint), rank)
            });
            let homes = sought
                .clone()
                .map(|(_, number, rank)| shard.table(rank, self.bits).touch(number));
            black_box(homes.fold(0, |all, home| all ^ home));
            for (at, number, rank) in sought {
                if shard.table(rank, self.bits).insert(number) {
                    is_new(at as usize);
                }
            }
        });
    }

    /// Forgets the fingerprints of ranks up to this one. They are not looked up again.
    pub fn forget_through(&mut self, rank: u32) {
        for shard in &mut self.shards {
            let shard = shard.get_mut().unwrap_or_else(PoisonError::into_inner);
            shard.grows(&self.bytes, |shard| {
                let kept = shard.tables.partition_point(|(of, _)| *of <= rank);
                if let Some((_, last)) = shard.tables.drain(..kept).next_back() {
                    shard.forgotten = last.len();
                }
            });
        }
    }

    /// The bytes that the set takes.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Relaxed)
    }

    /// How often a thread has found a shard locked by another one.
    pub fn contended(&self) -> u64 {
        self.contended.load(Relaxed)
    }

    /// The number of fingerprints.
    pub fn len(&self) -> u64 {
        let lens = self.shards.iter().map(|shard| {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            shard
                .tables
                .iter()
                .map(|(_, table)| table.len())
                .sum::<usize>()
        });
        lens.sum::<usize>() as u64
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Passes each fingerprint, with its rank, to `visit`, until it fails.
    ///
    /// # Errors
    /// That of `visit`.
    pub fn for_each<E>(&self, mut visit: impl FnMut(Key) -> Result<(), E>) -> Result<(), E> {
        for (position, shard) in self.shards.iter().enumerate() {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            for (rank, table) in &shard.tables {
                table.for_each(|number| visit((with_shard(position, number), *rank)))?;
            }
        }
        Ok(())
    }
}

/// A fingerprint without the bits that tell its shard.
#[inline]
const fn within(fingerprint: Fingerprint) -> Fingerprint {
    let Fingerprint { first, second } = fingerprint;
    Fingerprint {
        first: first << SHARD_BITS | second >> (64 - SHARD_BITS),
        second: second << SHARD_BITS,
    }
}

/// The fingerprint that has this number within this shard.
const fn with_shard(shard: usize, number: Fingerprint) -> Fingerprint {
    let shard = (shard as u128) << (128 - SHARD_BITS);
    Fingerprint::of_bits(shard | number.bits() >> SHARD_BITS)
}

impl Shard {
    #[inline]
    fn table(&mut self, rank: u32, bits: u32) -> &mut Table {
        // There are few, and most look-ups are of the first ones.
        let place = self.tables.iter().position(|(of, _)| *of >= rank);
        let place = place.unwrap_or(self.tables.len());
        let is_there = self.tables.get(place).is_some_and(|(of, _)| *of == rank);
        if !is_there {
            let mut table = Table::new(bits - SHARD_BITS);
            // There will be about as many as of the rank before it, or somewhat more.
            let before = place.checked_sub(1).map(|at| self.tables[at].1.len());
            let before = before.unwrap_or(self.forgotten);
            table.reserve(before + before / 4);
            self.tables.insert(place, (rank, table));
        }
        &mut self.tables[place].1
    }

    /// Does something that may change how many bytes the shard takes.
    fn grows<R>(&mut self, bytes: &AtomicU64, run: impl FnOnce(&mut Self) -> R) -> R {
        let of = |shard: &Self| {
            let tables = shard.tables.iter();
            tables.map(|(_, table)| table.bytes()).sum::<usize>() as u64
        };
        let before = of(self);
        let result = run(self);
        let after = of(self);
        if after != before {
            bytes.fetch_add(after.wrapping_sub(before), Relaxed);
        }
        result
    }
}

/// Sorts the positions of keys by shard, in linear time. Returns for each shard the end of its
/// part.
fn sort(keys: &[Key], order: &mut Vec<u32>) -> [u32; SHARDS] {
    let mut ends = [0; SHARDS];
    for (key, _) in keys {
        ends[shard_of(*key)] += 1;
    }
    let mut begin = 0;
    for end in &mut ends {
        begin += std::mem::replace(end, begin);
    }
    order.clear();
    order.resize(keys.len(), 0);
    for (position, (key, _)) in (0..).zip(keys) {
        let end = &mut ends[shard_of(*key)];
        order[*end as usize] = position;
        *end += 1;
    }
    ends
}

/// The shard of a fingerprint.
const fn shard_of(fingerprint: Fingerprint) -> usize {
    (fingerprint.first >> (64 - SHARD_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::fingerprint;
    use std::collections::HashSet;
    use std::convert::Infallible;
    use std::sync::atomic::AtomicUsize;

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
}
