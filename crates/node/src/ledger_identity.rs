//! The identity of a ledger, and how far it has come: its lives, and its marks.
//!
//! A *life* lasts from one opening of the ledger to the next. A [`Mark`] is a point in a
//! ledger's [`History`]: the ledger, a life, and the number of commits in that life. Peers
//! remember marks; [`History::covers`] tells whether a ledger still contains everything up to
//! one. [`crate::rollback`] says why.
//!
//! ```
//! use synod_node::ledger_identity::History;
//!
//! let mut history = History::new()?;
//! history.begin_life()?;
//! let copy = history.clone();
//! let life = history.lives.get_mut(&1).unwrap();
//! life.commits = 10;
//! assert!(history.covers(&copy.mark()));
//! assert!(!copy.covers(&history.mark()), "the older copy lacks ten commits");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// The identity of a ledger: 128 random bits, made in the transaction that makes the ledger.
/// Users see 32 hexadecimal digits.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LedgerId(pub u128);

impl LedgerId {
    /// A new identity. No other ledger has it, except with negligible probability.
    ///
    /// # Errors
    ///
    /// If the operating system has no random bytes.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(u128::from_le_bytes(bytes)))
    }
}

impl fmt::Display for LedgerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for LedgerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for LedgerId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_id = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let id = u128::from_str_radix(text, 16).ok().filter(|_| is_id);
        id.map(Self)
            .ok_or("it must be 32 hexadecimal digits, as the node shows them")
    }
}

/// How far a ledger has come, as other legislators remember it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The identity of the ledger.
    pub ledger: LedgerId,
    /// The number of its life, counted from 1.
    pub life: u64,
    /// A random number that identifies this life: two lives that both continue the same older
    /// copy have the same number, but different nonces.
    pub nonce: u64,
    /// How many commits of this life were durable.
    pub commits: u64,
}

impl Mark {
    /// Whether both marks are of the same life of the same ledger.
    pub(crate) fn is_same_life(&self, other: &Self) -> bool {
        (self.ledger, self.life, self.nonce) == (other.ledger, other.life, other.nonce)
    }
}

/// A life of a ledger: from one opening to the next. An entry of [`History::lives`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// A random number: see [`Mark::nonce`].
    pub nonce: u64,
    /// How many commits this life had.
    pub commits: u64,
}

/// The identity and all lives of a ledger, as the ledger itself records them. Shown in the
/// [module's](self) example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The identity of the ledger.
    pub ledger: LedgerId,
    /// The lives by their number, from 1; the last is the present one. They take a few bytes for
    /// each start of the node.
    pub lives: BTreeMap<u64, Life>,
    /// The lost ledgers that this one replaces, because their loss was accepted.
    pub accepted: BTreeSet<LedgerId>,
}

impl History {
    /// The history of a new ledger that was never opened.
    ///
    /// # Errors
    ///
    /// If the operating system has no random bytes.
    pub fn new() -> Result<Self, getrandom::Error> {
        Ok(Self {
            ledger: LedgerId::random()?,
            lives: BTreeMap::new(),
            accepted: BTreeSet::new(),
        })
    }

    /// Begins the next life.
    ///
    /// # Errors
    ///
    /// If the operating system has no random bytes.
    pub fn begin_life(&mut self) -> Result<(), getrandom::Error> {
        let last = self.lives.keys().next_back().copied().unwrap_or_default();
        let life = Life {
            nonce: getrandom::u64()?,
            commits: 0,
        };
        self.lives.insert(last + 1, life);
        Ok(())
    }

    /// How far the ledger has come. Before its first life, the mark has life 0.
    pub fn mark(&self) -> Mark {
        let last = self.lives.last_key_value();
        Mark {
            ledger: self.ledger,
            life: last.map_or(0, |(life, _)| *life),
            nonce: last.map_or(0, |(_, life)| life.nonce),
            commits: last.map_or(0, |(_, life)| life.commits),
        }
    }

    /// Whether everything up to this mark is in this ledger, or accepted as lost.
    pub fn covers(&self, mark: &Mark) -> bool {
        let has_come_so_far =
            |life: &Life| life.nonce == mark.nonce && life.commits >= mark.commits;
        self.accepted.contains(&mark.ledger)
            || (mark.ledger == self.ledger
                && self.lives.get(&mark.life).is_some_and(has_come_so_far))
    }

    /// Accepts the loss of ledgers: this one replaces them from now on. If this ledger is an older
    /// copy of one of them, it gets a new identity.
    ///
    /// # Errors
    ///
    /// If the operating system has no random bytes.
    pub fn accept(
        &mut self,
        lost: impl IntoIterator<Item = LedgerId>,
    ) -> Result<(), getrandom::Error> {
        self.accepted.extend(lost);
        if self.accepted.contains(&self.ledger) {
            self.ledger = LedgerId::random()?;
            self.lives.clear();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The history after further lives, with these numbers of commits.
    fn after(history: &History, lives: &[u64]) -> History {
        let mut history = history.clone();
        for commits in lives {
            history.begin_life().unwrap();
            let mut last = history.lives.last_entry().unwrap();
            last.get_mut().commits = *commits;
        }
        history
    }

    #[test]
    fn a_ledger_that_continued_covers_every_earlier_mark_of_it() {
        let old = after(&History::new().unwrap(), &[3, 5]);
        let new = after(&old, &[0, 0, 1]);
        assert!(old.covers(&old.mark()));
        assert!(new.covers(&old.mark()));
        assert!(!old.covers(&new.mark()));
    }

    #[test]
    fn an_old_copy_is_detected_however_much_was_written_to_it_since() {
        let copied = after(&History::new().unwrap(), &[3]);
        let lost = after(&copied, &[5]);
        for restored in [
            after(&copied, &[]),
            after(&copied, &[100]),
            after(&copied, &[1, 100]),
        ] {
            assert!(!restored.covers(&lost.mark()));
        }
        // Also within a life: the copy was taken while the node ran.
        let mut longer = copied.clone();
        longer.lives.get_mut(&1).unwrap().commits = 4;
        assert!(!after(&copied, &[100]).covers(&longer.mark()));
    }

    #[test]
    fn a_new_ledger_covers_nothing_of_a_lost_one_until_its_loss_is_accepted() {
        let lost = after(&History::new().unwrap(), &[1]);
        let mut new = after(&History::new().unwrap(), &[1]);
        assert!(!new.covers(&lost.mark()));
        new.accept([lost.ledger]).unwrap();
        assert!(new.covers(&lost.mark()));
    }

    #[test]
    fn an_old_copy_whose_loss_is_accepted_gets_a_new_identity() {
        let copied = after(&History::new().unwrap(), &[3]);
        let lost = after(&copied, &[5]);
        let mut restored = copied.clone();
        restored.accept([lost.ledger]).unwrap();
        assert!(restored.covers(&lost.mark()));
        assert_ne!(restored.ledger, lost.ledger);
        assert!(!lost.covers(&after(&restored, &[1]).mark()));
    }

    #[test]
    fn an_identity_is_parsed_as_it_is_printed() {
        let id = LedgerId::random().unwrap();
        assert_eq!(id.to_string().parse(), Ok(id));
        for wrong in ["", "7", "+0000000000000000000000000000000", &"g".repeat(32)] {
            assert!(wrong.parse::<LedgerId>().is_err(), "{wrong:?}");
        }
    }
}
