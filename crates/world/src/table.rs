//! The [`Table`] remembers a number for each of some numbers. [`World`](crate::World) has one
//! for every list of messages and for every history, and looks up in it what it has computed
//! once: many times in each step.

use super::sync::{AtomicU64, OnceLock};
use std::array;
use std::sync::atomic::Ordering;

/// How many entries a bucket has: those of one cache line.
const SLOTS: usize = 8;

/// What a slot without an entry holds.
const FREE: u64 = 0;

/// A map from numbers to numbers that only grows, shared by threads. No call waits for another
/// thread, apart from one that is allocating memory.
///
/// Layout: a bucket, and parts, of which each has twice as many buckets as the one before it and
/// is allocated when it is needed first; 80 bytes without any. The bits of a key select one
/// bucket of each part. An entry is in the first of these buckets that had a free slot, and in
/// the first slot there that was free. A slot that is taken never changes again.
///
/// So all threads that look for a key pass the same slots in the same order, up to the entry or
/// to the first free slot. Who adds a key takes that slot by one atomic exchange, and if another
/// thread was faster, looks at what that thread has put there and goes on. Hence no entry is
/// lost, and no key has two.
///
/// # Examples
///
/// ```
/// use synod_world::table::Table;
///
/// let squares = Table::new();
/// assert_eq!(squares.get(3), None);
/// assert_eq!(squares.add(3, 9), 9);
/// assert_eq!(squares.get(3), Some(9));
/// assert_eq!(squares.add(3, 10), 9); // The first value stays.
/// ```
pub struct Table {
    first: Bucket,
    rest: Rest,
}

/// The parts that follow a part, if there are any.
type Rest = OnceLock<Box<Part>>;

struct Part {
    buckets: Box<[Bucket]>,
    rest: Rest,
}

/// Each taken slot holds a key in its upper half, and one more than the value in its lower half.
struct Bucket([AtomicU64; SLOTS]);

/// What a walk finds at a slot.
enum Seen {
    Value(u32),
    Free,
    OtherKey,
}

impl Default for Table {
    fn default() -> Self {
        Self::new()
    }
}

impl Table {
    /// An empty table.
    pub fn new() -> Self {
        Self {
            first: Bucket::free(),
            rest: Rest::new(),
        }
    }

    /// The value of a key, if it has one. O(1) on average. What the thread that added the value
    /// did before is visible to the caller.
    #[inline]
    pub fn get(&self, key: u32) -> Option<u32> {
        let (mut bucket, mut rest, mut depth) = (&self.first, &self.rest, 0);
        loop {
            for slot in &bucket.0 {
                match seen(slot.load(Ordering::Acquire), key) {
                    Seen::Value(value) => return Some(value),
                    Seen::Free => return None,
                    Seen::OtherKey => {}
                }
            }
            depth += 1;
            let part = rest.get()?;
            (bucket, rest) = (part.bucket(key, depth), &part.rest);
        }
    }

    /// Gives a key this value, unless it has one. Returns the value that it has from then on,
    /// the same to all threads.
    ///
    /// # Panics
    /// If the value is `u32::MAX`.
    pub fn add(&self, key: u32, value: u32) -> u32 {
        assert!(value < u32::MAX, "the largest value has no room in a slot");
        let entry = u64::from(key) << 32 | u64::from(value + 1);
        let (mut bucket, mut rest, mut depth) = (&self.first, &self.rest, 0);
        loop {
            for slot in &bucket.0 {
                let taken =
                    slot.compare_exchange(FREE, entry, Ordering::Release, Ordering::Acquire);
                match taken.map_err(|there| seen(there, key)) {
                    Ok(_) => return value,
                    Err(Seen::Value(known)) => return known,
                    Err(_) => {}
                }
            }
            depth += 1;
            let part = rest.get_or_init(|| Box::new(Part::of_depth(depth)));
            (bucket, rest) = (part.bucket(key, depth), &part.rest);
        }
    }
}

impl Part {
    fn of_depth(depth: u32) -> Self {
        let buckets = 0..1_u64 << depth;
        Self {
            buckets: buckets.map(|_| Bucket::free()).collect(),
            rest: Rest::new(),
        }
    }

    /// The bucket in which a key may be. The multiplier, 2³² divided by the golden ratio,
    /// spreads keys that follow each other.
    #[inline]
    fn bucket(&self, key: u32, depth: u32) -> &Bucket {
        let spread = u64::from(key.wrapping_mul(0x9e37_79b9)) << depth >> 32;
        &self.buckets[spread as usize]
    }
}

impl Bucket {
    fn free() -> Self {
        Self(array::from_fn(|_| AtomicU64::new(FREE)))
    }
}

#[inline]
const fn seen(slot: u64, key: u32) -> Seen {
    if slot == FREE {
        Seen::Free
    } else if (slot >> 32) as u32 == key {
        Seen::Value(slot as u32 - 1)
    } else {
        Seen::OtherKey
    }
}
