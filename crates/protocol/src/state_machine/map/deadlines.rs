//! [`Deadlines`]: when keys expire.
//!
//! The machine never reads a clock: its time is what a decree has last said. A key whose deadline that time
//! has reached is removed by that decree, so every copy of the map removes it at the same place in the law,
//! and no other command has to ask for the time.

use super::Bytes;
use imbl::{OrdMap, OrdSet};
use std::fmt;

/// How long the value of a key lasts. Times are in milliseconds, since 1970 or since then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lifetime {
    /// As long as the value before it.
    Keep,
    /// For so many milliseconds from the time of the law, which may have been told some time ago. Only decrees of
    /// older programs say so: see [`AtLeast`](Self::AtLeast).
    For {
        /// How many.
        milliseconds: u64,
        /// The clock of the node that was asked. It is the time of the law if no key has a deadline:
        /// then nobody has told the law the time for long.
        now: u64,
    },
    /// Until this time.
    Until {
        /// The time.
        at: u64,
    },
    /// Until this time; and as in [`For`](Self::For), the clock of the node that was asked is the time of the law if
    /// no key has a deadline. So what is over already is gone at once.
    UntilFrom {
        /// The time.
        at: u64,
        /// The clock of the node that was asked.
        now: u64,
    },
    /// For so many milliseconds from the clock of the node that was asked, or from the time of the law if that is
    /// later. So no value is gone early because the law has not been told the time for a while, nor because the
    /// clock of the node that was asked is behind.
    AtLeast {
        /// How many.
        milliseconds: u64,
        /// The clock of the node that was asked. As in [`For`](Self::For), it is the time of the law if no key has a
        /// deadline.
        now: u64,
    },
}

/// A condition on the deadline that a key has, on which it gets another one. A key that lasts for ever lasts
/// longer than any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Only {
    /// It has none.
    WithoutOne,
    /// It has one.
    WithOne,
    /// The new one is later.
    Later,
    /// The new one is earlier.
    Earlier,
    /// It has one, and the new one is earlier.
    EarlierThanOne,
}

impl fmt::Display for Only {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WithoutOne => "if it does not yet",
            Self::WithOne => "if it does already",
            Self::Later => "if that is later",
            Self::Earlier => "if that is earlier",
            Self::EarlierThanOne => "if it does already, and that is earlier",
        })
    }
}

impl Only {
    /// Whether it holds if a key has one deadline and is to get another.
    pub(super) fn holds(self, before: Option<u64>, after: u64) -> bool {
        match self {
            Self::WithoutOne => before.is_none(),
            Self::WithOne => before.is_some(),
            Self::Later => before.is_some_and(|before| after > before),
            Self::Earlier => before.is_none_or(|before| after < before),
            Self::EarlierThanOne => before.is_some_and(|before| after < before),
        }
    }
}

/// The deadlines of keys, and the time.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Deadlines {
    /// The time of the law.
    now: u64,
    of_keys: OrdMap<Bytes, u64>,
    in_order: OrdSet<(u64, Bytes)>,
}

impl Deadlines {
    pub(super) const fn now(&self) -> u64 {
        self.now
    }

    pub(super) fn len(&self) -> usize {
        self.of_keys.len()
    }

    pub(super) fn of(&self, key: &[u8]) -> Option<u64> {
        self.of_keys.get(key).copied()
    }

    /// Sets the time. It does not go back while a key has a deadline: a key that was to expire later than
    /// another one would expire first.
    pub(super) fn set_time(&mut self, now: u64) {
        if now > self.now || self.of_keys.is_empty() {
            self.now = now;
        }
    }

    /// The time at which a lifetime ends that begins now; `None` if it is the one before.
    pub(super) fn end_of(&mut self, lifetime: Lifetime) -> Option<u64> {
        match lifetime {
            Lifetime::Keep => None,
            Lifetime::Until { at } => Some(at),
            Lifetime::UntilFrom { at, now } => {
                self.begin(now);
                Some(at)
            }
            Lifetime::For { milliseconds, now } => {
                self.begin(now);
                Some(self.now.saturating_add(milliseconds))
            }
            Lifetime::AtLeast { milliseconds, now } => {
                self.begin(now);
                Some(self.now.max(now).saturating_add(milliseconds))
            }
        }
    }

    /// If no key has a deadline, it is now.
    fn begin(&mut self, now: u64) {
        if self.of_keys.is_empty() {
            self.now = now;
        }
    }

    pub(super) fn set(&mut self, key: Bytes, at: u64) {
        self.clear(&key);
        self.in_order.insert((at, key.clone()));
        self.of_keys.insert(key, at);
    }

    /// Returns whether the key had a deadline.
    pub(super) fn clear(&mut self, key: &[u8]) -> bool {
        if self.of_keys.is_empty() {
            return false;
        }
        let removed = self.of_keys.remove_with_key(key);
        if let Some((key, at)) = &removed {
            self.in_order.remove(&(*at, key.clone()));
        }
        removed.is_some()
    }

    /// A key whose deadline the time has reached.
    pub(super) fn due(&self) -> Option<Bytes> {
        let (at, key) = self.in_order.get_min()?;
        (*at <= self.now).then(|| key.clone())
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (Bytes, u64)> {
        self.of_keys.iter().map(|(key, at)| (key.clone(), *at))
    }
}
