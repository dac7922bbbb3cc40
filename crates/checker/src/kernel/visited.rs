//! The visited set: which states were seen. It holds their fingerprints, of 64 or 128 bits; or
//! the states themselves, if they are numbers.
//!
//! The first bits of a fingerprint choose one of `SHARDS` shards. A shard is a table (`table`),
//! which keeps of a fingerprint only what its place does not tell: six or seven bytes a state
//! where there are millions, of 64 bits. If the model tells the rank of its states, a
//! shard has a table for each rank, and those of the ranks that no state can reach any more are
//! forgotten.
//!
//! Threads look up a batch of fingerprints at once ([`Visited::look_up`]). They are sorted by
//! shard; a shard is locked once for all of its fingerprints in the batch, and one that
//! another thread has locked is put off until the others are done. So a thread takes a lock once
//! for a dozen fingerprints, and hardly ever waits for one. Within a shard the homes of all
//! are read before the first is inserted, so that their memory accesses overlap.
//!
//! **With more threads.** `cargo bench -p synod-checker --bench visited` lets threads do nothing but
//! look up, and stops each at random moments while it has a lock, so that the others are somewhere
//! in their own work whenever one comes to a lock, as on processors of their own:
//!
//! | threads | locks taken | put off, as another thread had the lock |
//! |---|---|---|
//! | 1 | 262,144 | 0 |
//! | 2 | 262,144 | 3,807 (1.5 %) |
//! | 4 | 262,144 | 10,410 (4.0 %) |
//! | 8 | 262,144 | 23,112 (8.8 %) |
//! | 16 | 262,144 | 40,655 (15.5 %) |
//! | 32 | 262,144 | 66,541 (25.4 %) |
//!
//! Each lock is for 16 of 4,194,304 look-ups. Threads of a search also expand states, and have a
//! lock for a small part of their time, so that they meet more seldom.
//!
//! A test (`under_loom`) tries every order in which two and three threads take the locks of
//! batches that overlap: no fingerprint is lost, and none is new to two of them.

use super::sync::{AtomicU64, Mutex, MutexGuard};
use super::table::{FEWEST, MOST, Table};
use crate::fingerprint::Fingerprint;
use std::hint::black_box;
use std::sync::PoisonError;
use std::sync::atomic::Ordering::Relaxed;

/// The number of shards: a power of two.
pub const SHARDS: usize = 1 << SHARD_BITS;
const SHARD_BITS: u32 = 6;

/// How many fingerprints are usually looked up together.
pub const TOGETHER: usize = 1024;

/// How many states of this type are looked up together: fewer if they own memory, which is best
/// given back while it is in the processor's cache.
pub const fn together<S>() -> usize {
    if std::mem::needs_drop::<S>() {
        64
    } else {
        TOGETHER
    }
}

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
