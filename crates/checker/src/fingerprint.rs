//! Fingerprints: the hashes by which states are told apart.
//!
//! A run has a [`Hashing`], which gives each state a [`Fingerprint`].
//! [`collision_probability`] says how likely it is that two states got the same one.

use siphasher::sip::SipHasher13;
use siphasher::sip128::{Hasher128, SipHasher13 as SipHasher13Of128};
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::io::{self, ErrorKind, Read, Write};

/// The key of the hash: the first digits of π. Fixed, so that a state has the
/// same fingerprint in every run and on every machine.
const KEY: (u64, u64) = (0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344);

/// How many bits a fingerprint has. Chosen in [`Hashing::new`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Width {
    /// 64 bits, so 8 bytes a state.
    #[default]
    Bits64,
    /// 128 bits, so 16 bytes a state: a collision is practically excluded.
    Bits128,
}

impl Width {
    /// The number of bits.
    pub const fn bits(self) -> u32 {
        match self {
            Self::Bits64 => 64,
            Self::Bits128 => 128,
        }
    }
}

/// The fingerprint of a state. A fingerprint of 64 bits has a second half of zero.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct Fingerprint {
    /// Its first 64 bits.
    pub first: u64,
    /// Its other 64 bits, or zero.
    pub second: u64,
}

impl Fingerprint {
    /// The fingerprint whose bits are all zero.
    pub const ZERO: Self = Self::narrow(0);

    /// A fingerprint of 64 bits.
    pub const fn narrow(first: u64) -> Self {
        Self { first, second: 0 }
    }

    /// The fingerprint with these 128 bits.
    pub const fn of_bits(bits: u128) -> Self {
        Self {
            first: (bits >> 64) as u64,
            second: bits as u64,
        }
    }

    /// All its bits, the first ones first.
    pub const fn bits(self) -> u128 {
        (self.first as u128) << 64 | self.second as u128
    }

    /// Writes the 8 bytes of a fingerprint of 64 bits, or the 16 of a wide one; each
    /// half in little-endian order.
    ///
    /// # Errors
    /// The bytes cannot be written.
    #[inline]
    pub fn write_to(self, to: &mut impl Write, is_wide: bool) -> io::Result<()> {
        to.write_all(&self.first.to_le_bytes())?;
        if is_wide {
            to.write_all(&self.second.to_le_bytes())?;
        }
        Ok(())
    }

    /// Reads what [`Fingerprint::write_to`] has written.
    ///
    /// # Errors
    /// The bytes cannot be read, or there are too few.
    #[inline]
    pub fn read_from(from: &mut impl Read, is_wide: bool) -> io::Result<Self> {
        let mut half = || {
            let mut bytes = [0; 8];
            from.read_exact(&mut bytes)?;
            io::Result::Ok(u64::from_le_bytes(bytes))
        };
        Ok(Self {
            first: half()?,
            second: if is_wide { half()? } else { 0 },
        })
    }
}

/// The hash function of a run: SipHash-1-3 of what a state's `Hash` writes, with 64 or
/// 128 bits, and with a fixed key into which the seed is mixed. Runs with different seeds
/// have independent hash functions: two states that collide in one run are as unlikely as
/// any two to collide in another.
///
/// ```
/// use synod_checker::{Hashing, Width};
///
/// let [first, again, other] = [1, 1, 2].map(|seed| Hashing::new(seed, Width::Bits128));
/// assert_eq!(first.of(&"a state"), again.of(&"a state"));
/// assert_ne!(first.of(&"a state"), other.of(&"a state"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hashing {
    key: (u64, u64),
    width: Width,
}

impl Default for Hashing {
    /// The hash function with 64 bits and the seed 0.
    fn default() -> Self {
        Self::new(0, Width::Bits64)
    }
}

impl Hashing {
    /// The hash function with this seed and width.
    pub const fn new(seed: u64, width: Width) -> Self {
        Self {
            key: (KEY.0 ^ seed, KEY.1),
            width,
        }
    }

    /// The seed.
    pub const fn seed(self) -> u64 {
        self.key.0 ^ KEY.0
    }

    /// How many bits its fingerprints have.
    pub const fn width(self) -> Width {
        self.width
    }

    /// Whether its fingerprints have 128 bits.
    pub fn is_wide(self) -> bool {
        self.width == Width::Bits128
    }

    /// The fingerprint of a state.
    #[inline]
    pub fn of<S: Hash>(self, state: &S) -> Fingerprint {
        match self.width {
            Width::Bits64 => {
                let hasher = SipHasher13::new_with_keys(self.key.0, self.key.1);
                Fingerprint::narrow(Gathering::all_of(state, hasher).finish())
            }
            Width::Bits128 => {
                let hasher = SipHasher13Of128::new_with_keys(self.key.0, self.key.1);
                let hash = Gathering::all_of(state, hasher).finish128();
                Fingerprint {
                    first: hash.h1,
                    second: hash.h2,
                }
            }
        }
    }
}

/// Gathers what a state writes, mostly a few bytes at a time, and passes it on in large pieces,
/// since SipHash takes as long for one byte as for eight. Its hash is that of the bytes, in
/// whatever pieces they come.
struct Gathering<H> {
    bytes: [u8; 128],
    len: usize,
    hasher: H,
}

impl<H: Hasher + Clone> Gathering<H> {
    /// The hasher after everything that a state writes.
    #[inline]
    fn all_of<S: Hash>(state: &S, hasher: H) -> H {
        let (bytes, len) = ([0; 128], 0);
        let mut gathering = Self { bytes, len, hasher };
        state.hash(&mut gathering);
        gathering.pass_on();
        gathering.hasher
    }

    fn pass_on(&mut self) {
        self.hasher.write(&self.bytes[..self.len]);
        self.len = 0;
    }

    #[cold]
    fn write_beyond(&mut self, bytes: &[u8]) {
        self.pass_on();
        match self.bytes.get_mut(..bytes.len()) {
            Some(room) => {
                room.copy_from_slice(bytes);
                self.len = bytes.len();
            }
            None => self.hasher.write(bytes),
        }
    }
}

impl<H: Hasher + Clone> Hasher for Gathering<H> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let end = self.len + bytes.len();
        match self.bytes.get_mut(self.len..end) {
            Some(room) => {
                room.copy_from_slice(bytes);
                self.len = end;
            }
            None => self.write_beyond(bytes),
        }
    }

    fn finish(&self) -> u64 {
        let mut hasher = self.hasher.clone();
        hasher.write(&self.bytes[..self.len]);
        hasher.finish()
    }
}

/// The fewest bits of a spread number.
const FEWEST_BITS: u32 = 48;

/// The bits of a fingerprint that a number of so many bits is spread over.
pub(crate) const fn spread_bits(bits: u32) -> u32 {
    if bits < FEWEST_BITS {
        FEWEST_BITS
    } else {
        bits
    }
}

/// A number of so many bits as a fingerprint: spread evenly, in the first bits, so that
/// different numbers have different fingerprints. For it is made of the number by steps that
/// can be taken back: a factor that is odd, the exclusive or of one half with what is made of
/// the other.
#[inline]
pub(crate) fn spread(number: u128, bits: u32, seed: u64) -> Fingerprint {
    let bits = spread_bits(bits);
    // Not zero for the number zero, and another for numbers of other bits.
    let low = number as u64 ^ KEY.0.wrapping_mul(u64::from(bits)) ^ seed;
    if bits <= u64::BITS {
        let first = scrambled(low, bits);
        return Fingerprint::narrow(first << (u64::BITS - bits));
    }
    let unused = u128::BITS - bits;
    let high = (number >> u64::BITS) as u64;
    let first = scrambled(low ^ high.wrapping_mul(FACTORS[2]), u64::BITS);
    let second = high ^ first.wrapping_mul(FACTORS[3]) >> unused;
    Fingerprint {
        first,
        second: second << unused,
    }
}

/// A number of so many bits whose bits look like random ones; different for different numbers.
#[inline]
const fn scrambled(number: u64, bits: u32) -> u64 {
    let (all, half) = (u64::MAX >> (u64::BITS - bits), bits / 2);
    let mut number = number & all;
    number = (number ^ number >> half).wrapping_mul(FACTORS[0]) & all;
    number = (number ^ number >> half).wrapping_mul(FACTORS[1]) & all;
    number ^ number >> half
}

/// Odd factors: those of MurmurHash3, and the digits of the golden ratio.
const FACTORS: [u64; 4] = [
    0xff51_afd7_ed55_8ccd,
    0xc4ce_b9fe_1a85_ec53,
    0x9e37_79b9_7f4a_7c15,
    0xf39c_c060_5ced_c835,
];

/// The fingerprint of a state by the default [`Hashing`]: 64 bits, with the seed 0.
///
/// Stateright uses another hash function. So if two states collide in one of the two,
/// the other shows it (see [`crate::Reason::Collision`]).
///
/// ```
/// use synod_checker::fingerprint::fingerprint;
///
/// assert_eq!(fingerprint(&(1, "olives")), fingerprint(&(1, "olives")));
/// assert_ne!(fingerprint(&(1, "olives")), fingerprint(&(2, "olives")));
/// ```
pub fn fingerprint<S: Hash>(state: &S) -> u64 {
    Hashing::default().of(state).first
}

/// The hash of everything that a reader gives, in 64 bits. Reads 64 KiB at a time, so
/// the content need not fit in memory.
///
/// ```
/// use synod_checker::fingerprint::fingerprint_of_bytes;
///
/// let [build, other] = ["a build", "another build"];
/// assert_ne!(fingerprint_of_bytes(&mut build.as_bytes())?, fingerprint_of_bytes(&mut other.as_bytes())?);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// The reader fails.
pub fn fingerprint_of_bytes(from: &mut impl Read) -> io::Result<u64> {
    let mut hasher = SipHasher13::new_with_keys(KEY.0, KEY.1);
    let mut portion = vec![0; 1 << 16];
    loop {
        match from.read(&mut portion) {
            Ok(0) => return Ok(hasher.finish()),
            Ok(length) => hasher.write(&portion[..length]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// An upper bound of the probability that two of n random fingerprints are equal:
/// n(n−1)/2^(bits + 1), the birthday bound.
///
/// ```
/// use synod_checker::{Width, fingerprint::collision_probability};
///
/// let ten_million = 10_000_000;
/// assert!(collision_probability(ten_million, Width::Bits64) < 3e-6);
/// assert!(collision_probability(ten_million, Width::Bits128) < 2e-25);
/// ```
#[allow(clippy::cast_precision_loss)] // A probability does not need all the digits.
pub fn collision_probability(states: u64, width: Width) -> f64 {
    let n = states as f64;
    let pairs = n * (n - 1.0).max(0.0) / 2.0;
    (pairs / 2f64.powi(width.bits().cast_signed())).min(1.0)
}

/// A hasher for keys that are fingerprints already: it returns them unchanged.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PassThrough(u64);

/// Builds [`PassThrough`].
pub(crate) type BuildPassThrough = BuildHasherDefault<PassThrough>;

impl Hasher for PassThrough {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, fingerprint: u64) {
        self.0 = fingerprint;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
