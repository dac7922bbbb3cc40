//! The hash by which states are told apart.

use siphasher::sip::SipHasher13;
use std::hash::{BuildHasherDefault, Hash, Hasher};

/// The key of the hash: the first digits of π. Fixed, so that a state has the
/// same fingerprint in every run.
const KEY: (u64, u64) = (0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344);

/// A state's fingerprint: SipHash-1-3 of what its `Hash` writes, 64 bits.
///
/// Not the function that Stateright uses: a collision in one of them shows in
/// the other (see [`crate::Reason::Collision`]).
pub fn fingerprint<S: Hash>(state: &S) -> u64 {
    let mut hasher = SipHasher13::new_with_keys(KEY.0, KEY.1);
    state.hash(&mut hasher);
    hasher.finish()
}

/// An upper bound of the probability that two of `states` random 64-bit
/// fingerprints are equal: n(n−1)/2⁶⁵.
#[allow(clippy::cast_precision_loss)] // A probability needs no 53 bits.
pub fn collision_probability(states: u64) -> f64 {
    let n = states as f64;
    (n * (n - 1.0).max(0.0) / 2f64.powi(65)).min(1.0)
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
