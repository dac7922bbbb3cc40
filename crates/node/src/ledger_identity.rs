//! The identity of a ledger, and how far it has come.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// The identity of a ledger: 128 random bits, made in the transaction that
/// makes the ledger. A user sees 32 hexadecimal digits.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LedgerId(pub u128);

impl LedgerId {
    /// One that no other ledger has.
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
            .ok_or("it must be the 32 hexadecimal digits that the node names")
    }
}

/// How far a ledger has come, as others remember it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Which ledger.
    pub ledger: LedgerId,
    /// Which of its lives, counted from 1.
    pub life: u64,
    /// A random number of this life: two lives that both follow from the same
    /// older copy have different ones.
    pub nonce: u64,
    /// How many commits of this life were durable.
    pub commits: u64,
}

impl Mark {
    /// Whether both are of one life of one ledger.
    pub(crate) fn is_same_life(&self, other: &Self) -> bool {
        (self.ledger, self.life, self.nonce) == (other.ledger, other.life, other.nonce)
    }
}

/// A life of a ledger: from when it is opened until it is opened again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// See [`Mark::nonce`].
    pub nonce: u64,
    /// How many commits there were.
    pub commits: u64,
}

/// What a ledger knows of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// Its identity.
    pub ledger: LedgerId,
    /// Its lives by their number, from 1; the last is the present one. A few
    /// bytes for each start of the node.
    pub lives: BTreeMap<u64, Life>,
    /// The ledgers that it stands for since somebody accepted their loss.
    pub accepted: BTreeSet<LedgerId>,
}

impl History {
    /// That of a new ledger, which nobody has opened yet.
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

    /// The next life begins.
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

    /// How far it has come; before its first life, nowhere.
    pub fn mark(&self) -> Mark {
        let last = self.lives.last_key_value();
        Mark {
            ledger: self.ledger,
            life: last.map_or(0, |(life, _)| *life),
            nonce: last.map_or(0, |(_, life)| life.nonce),
            commits: last.map_or(0, |(_, life)| life.commits),
        }
    }

    /// Whether everything up to this mark is in this ledger, or accepted as
    /// lost.
    pub fn covers(&self, mark: &Mark) -> bool {
        let has_come_so_far =
            |life: &Life| life.nonce == mark.nonce && life.commits >= mark.commits;
        self.accepted.contains(&mark.ledger)
            || (mark.ledger == self.ledger
                && self.lives.get(&mark.life).is_some_and(has_come_so_far))
    }

    /// Stands for a lost ledger from now on; if that is this one, which went
    /// back, it becomes another.
    ///
    /// # Errors
    ///
    /// If the operating system has no random bytes.
    pub fn accept(&mut self, lost: LedgerId) -> Result<(), getrandom::Error> {
        self.accepted.insert(lost);
        if lost == self.ledger {
            self.ledger = LedgerId::random()?;
            self.lives.clear();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ledger after a life of so many commits each.
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
    fn a_ledger_that_went_on_covers_whatever_was_seen_of_it() {
        let old = after(&History::new().unwrap(), &[3, 5]);
        let new = after(&old, &[0, 0, 1]);
        assert!(old.covers(&old.mark()));
        assert!(new.covers(&old.mark()));
        assert!(!old.covers(&new.mark()));
    }

    #[test]
    fn an_old_copy_is_found_out_however_much_it_has_written_since() {
        let copied = after(&History::new().unwrap(), &[3]);
        let lost = after(&copied, &[5]);
        for restored in [
            after(&copied, &[]),
            after(&copied, &[100]),
            after(&copied, &[1, 100]),
        ] {
            assert!(!restored.covers(&lost.mark()));
        }
        // Within a life as well: the copy was taken while the node ran.
        let mut longer = copied.clone();
        longer.lives.get_mut(&1).unwrap().commits = 4;
        assert!(!after(&copied, &[100]).covers(&longer.mark()));
    }

    #[test]
    fn a_new_ledger_covers_nothing_of_a_lost_one_until_its_loss_is_accepted() {
        let lost = after(&History::new().unwrap(), &[1]);
        let mut new = after(&History::new().unwrap(), &[1]);
        assert!(!new.covers(&lost.mark()));
        new.accept(lost.ledger).unwrap();
        assert!(new.covers(&lost.mark()));
    }

    #[test]
    fn a_ledger_whose_own_past_is_accepted_as_lost_is_another_one() {
        let copied = after(&History::new().unwrap(), &[3]);
        let lost = after(&copied, &[5]);
        let mut restored = copied.clone();
        restored.accept(lost.ledger).unwrap();
        assert!(restored.covers(&lost.mark()));
        assert_ne!(restored.ledger, lost.ledger);
        assert!(!lost.covers(&after(&restored, &[1]).mark()));
    }

    #[test]
    fn an_identity_is_read_as_it_is_written() {
        let id = LedgerId::random().unwrap();
        assert_eq!(id.to_string().parse(), Ok(id));
        for wrong in ["", "7", "+0000000000000000000000000000000", &"g".repeat(32)] {
            assert!(wrong.parse::<LedgerId>().is_err(), "{wrong:?}");
        }
    }
}
