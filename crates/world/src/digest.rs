//! The [`digest()`](digest()) of a value: 128 bits that are the same in every run. States
//! are told apart by the digests of their parts.

use siphasher::sip128::{Hasher128, SipHasher13};
use std::hash::Hash;

/// The key of the digests: the next digits of π after those of the checker's
/// fingerprints. Fixed, so that a state has the same digest in every run.
const KEY: (u64, u64) = (0xa409_3822_299f_31d0, 0x082e_fa98_ec4e_6c89);

/// SipHash-1-3, with 128 bits and a fixed key, of what a value's `Hash` writes.
///
/// ```
/// use synod_world::digest::digest;
///
/// assert_eq!(digest(&(1, 'a')), digest(&(1, 'a')));
/// assert_ne!(digest(&(1, 'a')), digest(&(2, 'a')));
/// ```
pub fn digest<T: Hash>(value: &T) -> u128 {
    let mut hasher = SipHasher13::new_with_keys(KEY.0, KEY.1);
    value.hash(&mut hasher);
    hasher.finish128().as_u128()
}
