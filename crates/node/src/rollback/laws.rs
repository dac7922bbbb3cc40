//! Digests of the law at each of its lengths, by which laws are compared.

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

    /// The digest of the first so many decrees, if there are so many, and any.
    pub(super) fn at(&self, length: u64) -> Option<u64> {
        let last = usize::try_from(length).ok()?.checked_sub(1)?;
        self.0.get(last).copied()
    }

    /// One more decree: the digest follows from the one before, and from the
    /// decree as it is on disk and in messages.
    pub(super) fn pass(&mut self, decree: Decree) {
        let mut hasher = SipHasher13::new();
        hasher.write(&self.0.last().copied().unwrap_or_default().to_le_bytes());
        hasher.write(&wire::encode_decree(decree));
        self.0.push(hasher.finish());
    }
}
