//! [`Laws`]: a digest of the law at each of its lengths, for comparison with other laws.

use crate::{Decree, wire};
use siphasher::sip::SipHasher13;
use std::hash::Hasher;

/// The digest of the law after each decree since the last snapshot: 8 bytes a decree.
#[derive(Debug, Default)]
pub(super) struct Laws {
    /// How many decrees the snapshot has.
    through: u64,
    /// The digest of these.
    digest: u64,
    /// The digests after each later decree.
    later: Vec<u64>,
}

impl Laws {
    /// How many decrees are law.
    pub(super) const fn length(&self) -> u64 {
        self.through + self.later.len() as u64
    }

    /// The digest of the first `length` decrees; `None` if there are fewer, if the snapshot has
    /// more, or if `length` is 0.
    pub(super) fn at(&self, length: u64) -> Option<u64> {
        if length == self.through {
            return (length > 0).then_some(self.digest);
        }
        let after = length.checked_sub(self.through + 1)?;
        self.later.get(usize::try_from(after).ok()?).copied()
    }

    /// Adds a decree. The new digest is a hash of the last one and of the decree's bytes, as they
    /// are on disk and in messages.
    pub(super) fn pass(&mut self, decree: Decree) {
        let last = self.later.last().copied().unwrap_or(self.digest);
        self.later
            .push(next_digest(last, &wire::encode_decree(decree)));
    }

    /// Begins after a snapshot of the first `through` decrees, which have this digest. Forgets the
    /// digests of shorter laws. An older snapshot changes nothing.
    pub(super) fn begin_after(&mut self, through: u64, digest: u64) {
        if through <= self.through {
            return;
        }
        let shorter = usize::try_from(through - self.through).unwrap_or(usize::MAX);
        self.later.drain(..shorter.min(self.later.len()));
        (self.through, self.digest) = (through, digest);
    }
}

/// The digest of a law after one more decree, with these bytes. That of no decree is 0.
pub fn next_digest(last: u64, decree: &[u8]) -> u64 {
    let mut hasher = SipHasher13::new();
    hasher.write(&last.to_le_bytes());
    hasher.write(decree);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(decrees: u64) -> Laws {
        let mut laws = Laws::default();
        (0..decrees).for_each(|_| laws.pass(Decree::OliveDay));
        laws
    }

    #[test]
    fn digests_after_a_snapshot_are_those_of_the_whole_law() {
        let whole = after(10);
        // Of the law here, and of a longer one that was sent.
        for known in [10, 6, 3, 0] {
            let mut laws = after(known);
            laws.begin_after(6, whole.at(6).unwrap());
            while laws.length() < 10 {
                laws.pass(Decree::OliveDay);
            }
            assert_eq!((laws.at(0), laws.at(5)), (None, None));
            assert!((6..=10).all(|length| laws.at(length) == whole.at(length)));
            assert_eq!(laws.at(11), None);
            laws.begin_after(2, 0);
            assert_eq!(laws.at(6), whole.at(6));
        }
        assert_eq!(Laws::default().at(0), None);
    }
}
