//! Sketches: from those of two sets, elements that are in one of the sets only are read,
//! although neither set was kept.
//!
//! A sketch is a table of sums. It is small (at most a few KiB), it does not depend on the
//! order in which elements were added, and sketches of parts add up to the sketch of the
//! whole. The difference of two sketches is that of the elements in which their sets
//! differ. This is an ℓ₀-sampler: Cormode and Firmani, "A unifying framework for
//! ℓ₀-sampling algorithms" (2014).
//!
//! An element is a key with a weight. Each of three hash functions assigns a key to one
//! of 40 cells, to the first with probability 1/2, to the next with 1/4, and so on.
//! A cell has the sum of the weights of its elements, and the sum of their weights times
//! their keys. If two sets differ in a single element of a cell, the quotient of the two
//! differences is its key. However many elements differ, there is most often a cell of
//! which this is true: with two, all rows fail in one of 27 cases; with many, in about one
//! of 150. What is read from a cell in which several elements differ is a key of
//! no element, so a key counts only once an element with it is found.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// How many hash functions there are.
const ROWS: usize = 3;
/// How many cells each has. The last are in use only if there are 2⁴⁰ elements.
const STRATA: usize = 40;
/// All arithmetic is modulo this prime, so that there are quotients.
const PRIME: u64 = (1 << 61) - 1;
/// An odd factor for each hash function: a key is spread by multiplication.
const FACTORS: [u64; ROWS] = [1, 0x9e37_79b9_7f4a_7c15, 0xc2b2_ae3d_27d4_eb4f];

/// A sketch of a set of elements, each a key with a weight. Keys are fingerprints, which are
/// spread evenly; of keys, only the remainder by a prime of 61 bits is known afterwards.
///
/// ```
/// use synod_checker::sketch::{Sketch, remainder};
///
/// let (old, new) = ([11, 22, 33], [11, 33, 44]);
/// let sketch = |keys: [u64; 3]| {
///     let mut sketch = Sketch::default();
///     keys.map(|key| sketch.add(key << 32, 1));
///     sketch
/// };
/// let differing = sketch(new).differing(&sketch(old));
/// let gained = differing.iter().filter(|element| element.weight == 1);
/// assert!(gained.map(|element| element.key).all(|key| key == remainder(44 << 32)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch(
    /// Those of the first stratum, then those of the next. Empty if nothing was added.
    Vec<Cell>,
);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cell {
    /// The sum of the weights.
    weights: u64,
    /// The sum of the weights times the keys.
    products: u64,
}

/// An element in which two sets may differ: what [`Sketch::differing`] reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Differing {
    /// Its key, as [`remainder`] tells it.
    pub key: u64,
    /// Its weight in one set less that in the other, modulo the prime.
    pub weight: u64,
}

impl Differing {
    /// An element that only the other set has, in which its weight is 1.
    pub const LOST: u64 = PRIME - 1;
}

impl Sketch {
    /// Adds an element. A weight is less than 2⁶¹ − 1.
    #[inline]
    pub fn add(&mut self, key: u64, weight: u64) {
        if self.0.is_empty() {
            self.0 = vec![Cell::default(); ROWS * STRATA];
        }
        let product = times(weight, remainder(key));
        for (row, factor) in FACTORS.into_iter().enumerate() {
            let stratum = key.wrapping_mul(factor).leading_zeros() as usize;
            let cell = &mut self.0[stratum.min(STRATA - 1) * ROWS + row];
            cell.weights = plus(cell.weights, weight);
            cell.products = plus(cell.products, product);
        }
    }

    /// Adds the elements of another sketch.
    pub fn merge(&mut self, other: &Self) {
        self.combine(other, plus);
    }

    /// The sketch of the elements that were added since it was like the earlier one.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let mut since = self.clone();
        since.combine(earlier, minus);
        since
    }

    fn combine(&mut self, other: &Self, how: fn(u64, u64) -> u64) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), Cell::default());
        }
        for (here, there) in self.0.iter_mut().zip(&other.0) {
            here.weights = how(here.weights, there.weights);
            here.products = how(here.products, there.products);
        }
    }

    /// Elements in which this set may differ from another, in the order of their keys. Each
    /// is to be looked for: some are no elements at all.
    #[must_use]
    pub fn differing(&self, other: &Self) -> Vec<Differing> {
        let cells = self.since(other).0.into_iter();
        let differing = cells.filter(|cell| cell.weights != 0);
        let mut differing: Vec<_> = differing
            .map(|cell| Differing {
                key: times(cell.products, inverse(cell.weights)),
                weight: cell.weights,
            })
            .collect();
        differing.sort_unstable();
        differing.dedup();
        differing
    }

    /// Whether the weights and keys of two sets add up to the same. Then the sets are equal,
    /// but for a chance of one in 2⁶¹.
    #[must_use]
    pub fn is_alike(&self, other: &Self) -> bool {
        let is_zero = |cell: &Cell| *cell == Cell::default();
        self.since(other).0.iter().all(is_zero)
    }
}

/// The key of a fingerprint: its remainder by 2⁶¹ − 1.
#[inline]
pub const fn remainder(fingerprint: u64) -> u64 {
    let folded = (fingerprint & PRIME) + (fingerprint >> 61);
    if folded >= PRIME {
        folded - PRIME
    } else {
        folded
    }
}

/// A weight that stands for a fingerprint, so that the sum of some such weights tells which
/// they are: the finalizer of SplitMix64, by which the sum of two is that of no other two.
#[inline]
pub const fn weight(fingerprint: u64) -> u64 {
    let mixed = (fingerprint ^ (fingerprint >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    remainder(mixed ^ (mixed >> 31))
}

/// The sum of two weights.
#[inline]
pub const fn plus(one: u64, other: u64) -> u64 {
    remainder(one + other)
}

/// The difference of two weights.
#[inline]
pub const fn minus(one: u64, other: u64) -> u64 {
    remainder(one + (PRIME - other))
}

#[inline]
const fn times(one: u64, other: u64) -> u64 {
    let product = one as u128 * other as u128;
    plus((product as u64) & PRIME, (product >> 61) as u64)
}

/// The weight by which another has the product 1: its power of p − 2, as Fermat says.
fn inverse(weight: u64) -> u64 {
    let exponent = PRIME - 2;
    let powers = (0..61).scan(weight, |power, bit| {
        let now = (bit, *power);
        *power = times(*power, *power);
        Some(now)
    });
    let powers = powers.filter(|(bit, _)| exponent & (1 << bit) != 0);
    powers.fold(1, |product, (_, power)| times(product, power))
}

/// As text in Base64: 16 bytes for each cell, in little-endian order, without the empty strata
/// at the end.
impl Serialize for Sketch {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let is_used = |stratum: &[Cell]| stratum.iter().any(|cell| *cell != Cell::default());
        let used = self.0.chunks(ROWS).rposition(is_used);
        let used = &self.0[..used.map_or(0, |last| (last + 1) * ROWS)];
        let numbers = used.iter().flat_map(|cell| [cell.weights, cell.products]);
        let bytes: Vec<u8> = numbers.flat_map(u64::to_le_bytes).collect();
        to.serialize_str(&STANDARD_NO_PAD.encode(bytes))
    }
}

impl<'de> Deserialize<'de> for Sketch {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let bytes = STANDARD_NO_PAD.decode(text).map_err(de::Error::custom)?;
        let (numbers, rest) = bytes.as_chunks();
        let numbers: Vec<_> = numbers
            .iter()
            .map(|bytes| u64::from_le_bytes(*bytes))
            .collect();
        let is_whole = rest.is_empty() && numbers.len() % (2 * ROWS) == 0;
        let is_sketch = numbers.len() <= 2 * ROWS * STRATA && numbers.iter().all(|it| *it < PRIME);
        if !(is_whole && is_sketch) {
            return Err(de::Error::custom("these bytes are no sketch"));
        }
        let cells = numbers.chunks(2).map(|numbers| Cell {
            weights: numbers[0],
            products: numbers[1],
        });
        let mut cells: Vec<_> = cells.collect();
        if !cells.is_empty() {
            cells.resize(ROWS * STRATA, Cell::default());
        }
        Ok(Self(cells))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::fingerprint::fingerprint;
    use std::collections::BTreeSet;

    fn sketch(keys: impl IntoIterator<Item = u64>) -> Sketch {
        let mut sketch = Sketch::default();
        keys.into_iter()
            .for_each(|key| sketch.add(fingerprint(&key), 1));
        sketch
    }

    /// In how many of 2,000 trials no element is read of so many that only one set has.
    fn silent(differing: u64) -> u64 {
        let is_silent = |trial: &u64| {
            let common = trial << 20..(trial << 20) + 50;
            let gained = (trial << 20) + 1_000..(trial << 20) + 1_000 + differing;
            let old = sketch(common.clone());
            let new = sketch(common.chain(gained.clone()));
            let known: BTreeSet<_> = gained.map(|key| remainder(fingerprint(&key))).collect();
            let read = new.differing(&old);
            !read.iter().any(|one| known.contains(&one.key))
        };
        (0..2_000).filter(is_silent).count() as u64
    }

    #[test]
    fn an_element_of_one_set_only_is_read_nearly_always_however_many_differ() {
        assert_eq!(silent(1), 0);
        // One of 27 is 74, one of 150 is 13.
        assert!((50..100).contains(&silent(2)), "{}", silent(2));
        for differing in [10, 100, 1_000] {
            assert!(
                silent(differing) <= 25,
                "{differing}: {}",
                silent(differing)
            );
        }
    }

    #[test]
    fn an_element_that_is_gone_has_the_weight_of_a_lost_one() {
        let read = sketch(0..9).differing(&sketch(0..10));
        assert!(!read.is_empty() && read.iter().all(|one| one.weight == Differing::LOST));
    }

    #[test]
    fn equal_sets_are_alike_in_whatever_order_and_parts_they_came() {
        let (whole, mut parts) = (sketch(0..100), sketch((50..100).rev()));
        assert!(!whole.is_alike(&parts));
        parts.merge(&sketch(0..50));
        assert!(whole.is_alike(&parts));
        assert_eq!(whole.differing(&parts), []);
        assert!(whole.since(&sketch(0..90)).is_alike(&sketch(90..100)));
    }

    #[test]
    fn a_sketch_is_read_as_it_was_written_and_nothing_else_is() {
        for sketch in [Sketch::default(), sketch(0..1), sketch(0..1_000)] {
            let text = serde_json::to_string(&sketch).unwrap();
            let read: Sketch = serde_json::from_str(&text).unwrap();
            assert!(read.is_alike(&sketch), "{text}");
        }
        for wrong in ["7", "\"0\"", "\"AAAA\"", "\"é\""] {
            assert!(serde_json::from_str::<Sketch>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_arithmetic_is_that_of_a_field() {
        for one in [1, 2, PRIME - 1, remainder(u64::MAX), weight(7)] {
            assert_eq!(times(one, inverse(one)), 1);
            assert_eq!(plus(minus(5, one), one), 5);
        }
    }
}
