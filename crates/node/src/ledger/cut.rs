//! [`Cut`]: the decrees that are cut off from a ledger, because a snapshot stands for them.
//!
//! The number is written first. From then on, the decrees up to it are not read any more, so a crash
//! at any later moment is harmless. To remove all of them at once would delay the next commit (by
//! 40 ms for 100,000 small decrees, by 90 ms for 1,000 of the largest). So each commit to the redb file removes
//! some, the lowest numbers first: more than it adds, so that removing keeps up. A node at rest commits
//! nothing but that. What is left at the start of a node is removed there.

use super::{DECREES, IDENTITY, number_of};
use redb::{ReadTransaction, ReadableTable, Table, WriteTransaction};

/// The key of the number.
const CUT: &str = "cut";

/// How many decrees each commit removes, beside twice as many as it adds.
const REMOVED: u64 = 64;

/// As many decrees as this are added, for the rule above, by a commit without notes: it has more time.
pub(super) const AT_REST: u64 = 128;

/// Which decrees are cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// The number of the last one; 0 if there is none.
    pub(super) through: u64,
    /// Whether none of them is in the file any more.
    is_removed: bool,
}

impl Cut {
    /// Cut at this number; the decrees may still be in the file.
    pub(super) const fn at(through: u64) -> Self {
        Self {
            through,
            is_removed: false,
        }
    }

    /// Whether decrees that are cut off may still be in the file.
    pub(super) const fn has_remains(self) -> bool {
        !self.is_removed
    }

    /// Reads the number. `None` if it cannot be read.
    pub(super) fn read(transaction: &ReadTransaction) -> Result<Option<Self>, redb::Error> {
        let identity = transaction.open_table(IDENTITY)?;
        Ok(match identity.get(CUT)? {
            None => Some(Self::at(0)),
            Some(bytes) => number_of(bytes.value()).map(Self::at),
        })
    }

    /// Writes the number.
    pub(super) fn write(self, transaction: &WriteTransaction) -> Result<(), redb::Error> {
        let mut identity = transaction.open_table(IDENTITY)?;
        identity.insert(CUT, self.through.to_le_bytes().as_slice())?;
        Ok(())
    }

    /// Removes some of the decrees, in a commit that adds this many.
    pub(super) fn remove_some(
        &mut self,
        decrees: &mut Table<'_, u64, &'static [u8]>,
        added: u64,
    ) -> Result<(), redb::Error> {
        if self.is_removed {
            return Ok(());
        }
        let first = decrees.first()?.map(|(number, _)| number.value());
        let last = first.map_or(self.through, |first| first + 2 * added + REMOVED - 1);
        let last = last.min(self.through);
        decrees.retain_in(..=last, |_, _| false)?;
        self.is_removed = last == self.through;
        Ok(())
    }

    /// Removes all of the decrees.
    pub(super) fn remove_all(&mut self, transaction: &WriteTransaction) -> Result<(), redb::Error> {
        let mut decrees = transaction.open_table(DECREES)?;
        decrees.retain_in(..=self.through, |_, _| false)?;
        self.is_removed = true;
        Ok(())
    }
}
