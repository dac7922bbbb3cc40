//! A compact set of numbers that are spread evenly: of each, only the part is kept that its
//! place does not tell.
//!
//! **Layout.** A table has `homes` buckets of 64 bytes (128 if slots are longer than 8), and a
//! few more behind them. A number has `bits` bits. Its first 32 bits, h, tell its home, the
//! bucket ⌊h · homes / 2³²⌋. The numbers of one home have their first 32 bits in common, but for
//! an offset from the smallest such h, which is ⌈home · 2³² / homes⌉. So a slot holds this
//! offset, and the bits behind the first 32: together the *remainder*. A number whose home is
//! full lies in one of the next buckets, so a slot also holds, in three bits, how far from its
//! home it lies, plus one. A slot of zeros is empty.
//!
//! **Why the set is exact.** From a bucket and one of its slots the number can be computed: the
//! distance gives the home, the home and the offset give h, and h with the rest of the remainder
//! is the number. So two numbers are never taken for the same. Nothing is ever removed, and a
//! number is put into the first empty slot from its home on. So a number that is in the set is
//! found before an empty slot is.
//!
//! **Bytes.** With n homes an offset has at most 32 − ⌊log₂ n⌋ bits. With 64 bits a number and
//! 2²⁰ homes of ten slots that is 12 + 32 + 3 bits: six bytes a slot. The table grows at a load
//! of 0.88, to 1.25 times its homes.
//!
//! Growth makes a new table; a set consists of many tables ([`super::visited`]), so that this
//! costs little memory. A large table asks the system for huge pages, because every look-up goes
//! to another page.

use crate::fingerprint::Fingerprint;
use memmap2::{Advice, MmapMut};
use std::ops::{Deref, DerefMut};

/// How many of the first bits of a number tell its home.
const TELLING: u32 = 32;
/// The fewest bits that a number may have.
pub(super) const FEWEST: u32 = TELLING + 1;
/// The most bits that a number may have: with them a slot of the smallest table has 16 bytes.
pub(super) const MOST: u32 = 122;
/// How many buckets from its home a number may lie.
const FURTHEST: usize = 6;
/// The bits of a slot that tell the distance from home.
const DISTANCE: u32 = 3;
/// The homes of the smallest table that has any.
const SMALLEST: usize = 2;
/// Below this number of homes a table doubles when it grows: that is faster, and the memory is
/// small.
const SMALL: usize = 1 << 12;
/// From this size on a table asks for huge pages.
const HUGE: usize = 2 << 20;
/// The bytes of a bucket of slots with at most 8 bytes, and of others.
const BUCKET: usize = 64;
const WIDE_BUCKET: usize = 128;
/// The bytes behind the last bucket, which are read with its last slot.
const BEHIND: usize = size_of::<u128>();

/// A set of numbers. A number is given by a fingerprint whose first bits it is; the other bits
/// of the fingerprint are zero.
pub(super) struct Table {
    shape: Shape,
    memory: Memory,
    len: usize,
}

/// How a table of some size is laid out.
#[derive(Clone, Copy)]
struct Shape {
    homes: usize,
    /// ⌈2⁶⁴ / homes⌉, by which one multiplies instead of dividing by the homes. That is exact for
    /// numbers of 32 bits (Lemire, Kaser, Kurz, "Faster remainder by direct computation", 2019).
    inverse: u64,
    /// The bits of a number behind the first 32.
    rest: u32,
    /// The bytes of a slot.
    slot: usize,
}

impl Shape {
    const fn new(homes: usize, bits: u32) -> Self {
        let rest = bits - TELLING;
        let offset = TELLING - homes.ilog2();
        Self {
            homes,
            inverse: (u64::MAX / homes as u64).wrapping_add(1),
            rest,
            slot: (offset + rest + DISTANCE).div_ceil(8) as usize,
        }
    }

    /// The bytes of a bucket.
    const fn bucket(&self) -> usize {
        if self.slot <= size_of::<u64>() {
            BUCKET
        } else {
            WIDE_BUCKET
        }
    }

    /// The home of a number, and the offset of its first bits from the smallest ones there.
    #[inline]
    const fn home(&self, number: Fingerprint) -> (usize, u64) {
        // Of the numbers with one home, the next one's product is larger by `homes`.
        let product = (number.first >> TELLING) * self.homes as u64;
        let behind = product & u32::MAX as u64;
        let offset = (behind as u128 * self.inverse as u128) >> 64;
        ((product >> TELLING) as usize, offset as u64)
    }

    /// The number with this home and remainder.
    const fn number(&self, home: usize, remainder: u128) -> Fingerprint {
        let smallest = ((home as u64) << TELLING).div_ceil(self.homes as u64);
        let bits = ((smallest as u128) << self.rest) + remainder;
        Fingerprint::of_bits(bits << (u128::BITS - TELLING - self.rest))
    }

    /// How many numbers the table holds before it should grow.
    const fn comfortable(&self) -> usize {
        self.homes * (self.bucket() / self.slot) * 88 / 100
    }

    const fn bytes(&self) -> usize {
        (self.homes + FURTHEST) * self.bucket() + BEHIND
    }
}

/// The outcome of looking for a number in buckets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Put {
    New,
    Known,
    Full,
}

impl Table {
    /// An empty set of numbers with so many bits, from [`FEWEST`] to [`MOST`]. Takes no memory
    /// yet.
    pub(super) fn new(bits: u32) -> Self {
        Self {
            shape: Shape {
                homes: 0,
                ..Shape::new(1, bits)
            },
            memory: Memory::Few(Vec::new()),
            len: 0,
        }
    }

    /// The number of numbers.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// The bytes that the set takes.
    pub(super) fn bytes(&self) -> usize {
        self.memory.len()
    }

    /// Reads the home of a number, so that its memory is in the cache when it is inserted.
    #[inline]
    pub(super) fn touch(&self, number: Fingerprint) -> u8 {
        let (home, _) = self.shape.home(number);
        let at = home * self.shape.bucket();
        self.memory.get(at).copied().unwrap_or_default()
    }

    /// Adds a number, and grows if necessary. Returns whether it is new. O(1) expected.
    #[inline]
    pub(super) fn insert(&mut self, number: Fingerprint) -> bool {
        loop {
            match self.put(number) {
                Put::Known => return false,
                Put::New => {
                    if self.len > self.shape.comfortable() {
                        self.grow();
                    }
                    return true;
                }
                Put::Full => self.grow(),
            }
        }
    }

    /// Makes room for so many numbers altogether.
    pub(super) fn reserve(&mut self, numbers: usize) {
        let mut shape = self.shape;
        let bits = shape.rest + TELLING;
        while numbers > 0 && (shape.homes == 0 || numbers > shape.comfortable()) {
            shape = Shape::new(larger(shape.homes), bits);
        }
        if shape.homes > self.shape.homes {
            self.grow_to(shape);
        }
    }

    /// Passes each number to `visit`, until it fails.
    ///
    /// # Errors
    /// That of `visit`.
    pub(super) fn for_each<E>(
        &self,
        mut visit: impl FnMut(Fingerprint) -> Result<(), E>,
    ) -> Result<(), E> {
        let (shape, bucket_bytes) = (self.shape, self.shape.bucket());
        let mask = u128::MAX >> (u128::BITS as usize - 8 * shape.slot);
        for bucket in 0..self.memory.len() / bucket_bytes {
            let begin = bucket * bucket_bytes;
            let slots = (0..bucket_bytes / shape.slot).map(|place| begin + place * shape.slot);
            for at in slots {
                let mut bytes = [0; size_of::<u128>()];
                bytes.copy_from_slice(&self.memory[at..at + size_of::<u128>()]);
                let held = u128::from_le_bytes(bytes) & mask;
                if held == 0 {
                    break;
                }
                let distance = (held & ((1 << DISTANCE) - 1)) as usize - 1;
                visit(shape.number(bucket - distance, held >> DISTANCE))?;
            }
        }
        Ok(())
    }

    #[inline]
    fn put(&mut self, number: Fingerprint) -> Put {
        if self.shape.homes == 0 {
            return Put::Full;
        }
        let rest = self.shape.rest;
        let (home, offset) = self.shape.home(number);
        let put = if self.shape.slot <= size_of::<u64>() {
            // The 64 bits behind the first 32; they are enough, since `rest` is at most 61.
            let behind = number.first << TELLING | number.second >> TELLING;
            let remainder = offset << rest | behind >> (u64::BITS - rest);
            self.put_narrow(home, remainder << DISTANCE)
        } else {
            let behind = number.bits() << TELLING;
            let remainder = u128::from(offset) << rest | behind >> (u128::BITS - rest);
            self.put_wide(home, remainder << DISTANCE)
        };
        self.len += usize::from(put == Put::New);
        put
    }

    fn grow(&mut self) {
        let bits = self.shape.rest + TELLING;
        self.grow_to(Shape::new(larger(self.shape.homes), bits));
    }

    /// Moves all numbers to a table of this shape, or to a larger one if one of them does not
    /// find a place.
    fn grow_to(&mut self, mut shape: Shape) {
        loop {
            let mut grown = Self {
                shape,
                memory: Memory::new(shape.bytes()),
                len: 0,
            };
            // In this order the homes in the new table ascend, too.
            let moved = self.for_each(|number| match grown.put(number) {
                Put::New => Ok(()),
                Put::Known | Put::Full => Err(()),
            });
            if moved.is_ok() {
                *self = grown;
                return;
            }
            shape = Shape::new(larger(shape.homes), shape.rest + TELLING);
        }
    }
}

const fn larger(homes: usize) -> usize {
    if homes < SMALLEST {
        SMALLEST
    } else if homes < SMALL {
        2 * homes
    } else {
        homes + homes.div_ceil(4)
    }
}

/// Makes a function that puts a remainder, shifted to its place in a slot, into the first empty
/// slot from its home on, unless it is there already. It has a loop for each number of bytes
/// that a slot can have, because a loop over constant places needs no checks.
macro_rules! put {
    ($name:ident: $Word:ty, $bucket:expr, $($slot:literal)+) => {
        #[inline]
        fn $name(&mut self, home: usize, remainder: $Word) -> Put {
            const WORD: usize = size_of::<$Word>();
            for distance in 0..=FURTHEST {
                let begin = (home + distance) * $bucket;
                let Some(bucket) = self.memory[begin..].first_chunk_mut::<{ $bucket + BEHIND }>()
                else {
                    return Put::Full; // It is not: there are buckets behind the last home.
                };
                let wanted = remainder | (distance as $Word + 1);
                let put = match self.shape.slot {
                    $($slot => {
                        let mask = <$Word>::MAX >> (8 * (WORD - $slot));
                        let mut put = Put::Full;
                        for at in (0..$bucket / $slot).map(|place| place * $slot) {
                            let mut bytes = [0; WORD];
                            bytes.copy_from_slice(&bucket[at..at + WORD]);
                            let read = <$Word>::from_le_bytes(bytes);
                            if read & mask == wanted {
                                put = Put::Known;
                                break;
                            }
                            if read & mask == 0 {
                                // The bytes of the slot are zero; those behind stay as they are.
                                let bytes = (read | wanted).to_le_bytes();
                                bucket[at..at + WORD].copy_from_slice(&bytes);
                                put = Put::New;
                                break;
                            }
                        }
                        put
                    })+
                    _ => Put::Full, // `Shape::new` makes no other slots.
                };
                if put != Put::Full {
                    return put;
                }
            }
            Put::Full
        }
    };
}

impl Table {
    put!(put_narrow: u64, BUCKET, 1 2 3 4 5 6 7 8);
    put!(put_wide: u128, WIDE_BUCKET, 9 10 11 12 13 14 15 16);
}

/// Bytes that begin as zeros.
enum Memory {
    Few(Vec<u8>),
    Huge(MmapMut),
}

impl Memory {
    fn new(bytes: usize) -> Self {
        if bytes < HUGE {
            return Self::Few(vec![0; bytes]);
        }
        let Ok(memory) = MmapMut::map_anon(bytes) else {
            return Self::Few(vec![0; bytes]);
        };
        // Without huge pages the table is slower, and nothing else.
        #[cfg(target_os = "linux")]
        let _ = memory.advise(Advice::HugePage);
        Self::Huge(memory)
    }
}

impl Deref for Memory {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            Self::Few(bytes) => bytes,
            Self::Huge(bytes) => bytes,
        }
    }
}

impl DerefMut for Memory {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        match self {
            Self::Few(bytes) => bytes,
            Self::Huge(bytes) => bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// The number of so many bits that is made of the last bits of this one.
    fn of(number: u128, bits: u32) -> Fingerprint {
        Fingerprint::of_bits(number << (128 - bits))
    }

    /// Spreads a number over so many bits; different numbers stay different.
    fn spread(number: u64, bits: u32) -> Fingerprint {
        let factor = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
        of(u128::from(number).wrapping_mul(factor), bits)
    }

    fn all_of(table: &Table) -> BTreeSet<Fingerprint> {
        let mut all = BTreeSet::new();
        let Ok(()) = table.for_each(|number| {
            assert!(all.insert(number), "{number:?} is in it once");
            Ok::<_, std::convert::Infallible>(())
        });
        all
    }

    #[test]
    fn a_table_of_any_width_keeps_its_numbers_whenever_it_grows() {
        for bits in [FEWEST, 34, 40, 48, 57, 58, 64, 80, 100, MOST] {
            let mut table = Table::new(bits);
            let mut all = BTreeSet::new();
            for number in 0..60_000 {
                let spread = spread(number, bits);
                assert_eq!(table.insert(spread), all.insert(spread), "{bits}");
                assert!(!table.insert(spread), "{bits}");
            }
            assert_eq!(table.len(), all.len(), "{bits}");
            assert_eq!(all_of(&table), all, "{bits}");
        }
    }

    #[test]
    fn numbers_with_the_same_home_make_the_table_grow() {
        let mut table = Table::new(64);
        for number in 0..500 {
            assert!(table.insert(of(1 << 63 | number << 40, 64)));
        }
        assert!((0..500).all(|number| !table.insert(of(1 << 63 | number << 40, 64))));
        assert_eq!(all_of(&table).len(), 500);
    }

    #[test]
    fn a_million_numbers_of_64_bits_take_at_most_nine_bytes_each() {
        let mut table = Table::new(58);
        for number in 0..1_000_000 {
            table.insert(spread(number, 58));
        }
        let bytes = table.bytes();
        assert!(bytes < 9_000_000, "{bytes}");
    }

    #[test]
    fn room_that_was_made_changes_nothing() {
        let mut table = Table::new(64);
        table.insert(of(7, 64));
        table.reserve(10_000);
        let bytes = table.bytes();
        for number in 0..9_999 {
            table.insert(spread(number, 64));
        }
        assert!(!table.insert(of(7, 64)));
        assert!(table.bytes() < bytes * 3 / 2, "it has grown hardly at all");
    }

    proptest! {
        #[test]
        fn a_table_is_a_set(
            bits in FEWEST..=MOST,
            numbers in proptest::collection::vec(any::<u128>(), 0..400),
        ) {
            let mut table = Table::new(bits);
            let mut set = BTreeSet::new();
            for number in numbers {
                let number = of(number, bits);
                prop_assert_eq!(table.insert(number), set.insert(number));
            }
            prop_assert_eq!(all_of(&table), set);
        }
    }
}
