//! The hash by which states are told apart.

use siphasher::sip::SipHasher13;
use siphasher::sip128::{Hasher128, SipHasher13 as SipHasher13Of128};
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::io::{self, ErrorKind, Read, Write};

/// The key of the hash: the first digits of π. Fixed, so that a state has the
/// same fingerprint in every run and on every machine.
const KEY: (u64, u64) = (0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344);

/// How many bits of a hash tell states apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Width {
    /// Eight bytes a state.
    #[default]
    Bits64,
    /// Sixteen, for those who want a collision out of sight.
    Bits128,
}

impl Width {
    /// How many.
    pub const fn bits(self) -> u32 {
        match self {
            Self::Bits64 => 64,
            Self::Bits128 => 128,
        }
    }
}

/// The fingerprint of a state. Its second half is zero where 64 bits are enough.
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
    /// All bits are zero.
    pub const ZERO: Self = Self::narrow(0);

    /// Of 64 bits.
    pub const fn narrow(first: u64) -> Self {
        Self { first, second: 0 }
    }

    /// Writes its 8 bytes, or all 16, the lowest first.
    ///
    /// # Errors
    /// They cannot be written.
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
    /// There is not all of it.
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

/// The hash of a run: SipHash-1-3 of what a state's `Hash` writes, of 64 or of
/// 128 bits, with a fixed key into which the seed goes. Runs with different
/// seeds have independent hashes: a collision in one is none in the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hashing {
    key: (u64, u64),
    width: Width,
}

impl Default for Hashing {
    /// Of 64 bits, with the seed 0.
    fn default() -> Self {
        Self::new(0, Width::Bits64)
    }
}

impl Hashing {
    /// The hash with this seed.
    pub const fn new(seed: u64, width: Width) -> Self {
        Self {
            key: (KEY.0 ^ seed, KEY.1),
            width,
        }
    }

    /// What goes into the key.
    pub const fn seed(self) -> u64 {
        self.key.0 ^ KEY.0
    }

    /// How many bits are kept.
    pub const fn width(self) -> Width {
        self.width
    }

    /// Whether a fingerprint has 128 bits.
    pub fn is_wide(self) -> bool {
        self.width == Width::Bits128
    }

    /// The fingerprint of a state.
    pub fn of<S: Hash>(self, state: &S) -> Fingerprint {
        match self.width {
            Width::Bits64 => {
                let mut hasher = SipHasher13::new_with_keys(self.key.0, self.key.1);
                state.hash(&mut hasher);
                Fingerprint::narrow(hasher.finish())
            }
            Width::Bits128 => {
                let mut hasher = SipHasher13Of128::new_with_keys(self.key.0, self.key.1);
                state.hash(&mut hasher);
                let hash = hasher.finish128();
                Fingerprint {
                    first: hash.h1,
                    second: hash.h2,
                }
            }
        }
    }
}

/// A state's fingerprint: SipHash-1-3 of what its `Hash` writes, 64 bits, with
/// the seed 0.
///
/// Not the function that Stateright uses: a collision in one of them shows in
/// the other (see [`crate::Reason::Collision`]).
pub fn fingerprint<S: Hash>(state: &S) -> u64 {
    Hashing::default().of(state).first
}

/// A fingerprint of all that can be read, of which it keeps nothing: SipHash-1-3,
/// 64 bits.
///
/// # Errors
/// It cannot be read.
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

/// An upper bound of the probability that two of `states` random fingerprints
/// are equal: n(n−1)/2^(bits + 1).
#[allow(clippy::cast_precision_loss)] // A probability needs no 53 bits.
pub fn collision_probability(states: u64, width: Width) -> f64 {
    let n = states as f64;
    let pairs = n * (n - 1.0).max(0.0) / 2.0;
    (pairs / 2f64.powi(width.bits().cast_signed())).min(1.0)
}

/// A hasher for keys that are fingerprints already: it passes them through.
#[derive(Clone, Copy, Debug, Default)]
pub struct PassThrough(u64);

/// Builds [`PassThrough`].
pub type BuildPassThrough = BuildHasherDefault<PassThrough>;

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
