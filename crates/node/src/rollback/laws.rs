//! [`Laws`]: a digest of the law at each of its lengths, for comparison with other laws.

use crate::{Decree, wire};
use siphasher::sip::SipHasher13;
use std::hash::Hasher;

/// The digest of the law after each decree: 8 bytes a decree.
#[derive(Debug, Default)]
pub(super) struct Laws(Vec<u64>);

impl Laws {
    /// How many decrees are law.
    pub(super) const fn length(&self) -> u64 {
        self.0.len() as u64
    }

    /// The digest of the first `length` decrees; `None` if there are fewer, or if `length` is 0.
    pub(super) fn at(&self, length: u64) -> Option<u64> {
        let last = usize::try_from(length).ok()?.checked_sub(1)?;
        self.0.get(last).copied()
    }

    /// Adds a decree. The new digest is a hash of the last one and of the decree's bytes, as they
    /// are on disk and in messages.
    pub(super) fn pass(&mut self, decree: Decree) {
        let mut hasher = SipHasher13::new();
        hasher.write(&self.0.last().copied().unwrap_or_default().to_le_bytes());
        hasher.write(&wire::encode_decree(decree));
        self.0.push(hasher.finish());
    }
}
