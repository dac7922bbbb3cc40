//! [`KeptSnapshot`]: the file of a snapshot to which a ledger refers.

use super::{IDENTITY, LedgerError};
use crate::Map;
use crate::config::Identity;
use crate::snapshot::{SnapshotReader, file_in};
use crate::wire::{self, FileDigest, SnapshotSummary};
use redb::{ReadTransaction, WriteTransaction};
use std::path::Path;
use synod_protocol::parliament::{DecreeNumber, Law, LawEntry};

/// The key of a snapshot.
const SNAPSHOT: &str = "snapshot";

/// The file of a snapshot to which a ledger refers. Its law stands for the decrees up to its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptSnapshot {
    /// What identifies the file, which is in the folder of the ledger.
    pub summary: SnapshotSummary,
    /// The digest of the decrees up to its number (see [`crate::rollback`]).
    pub law_digest: u64,
}

impl KeptSnapshot {
    /// What the ledger refers to, if anything; an error if that cannot be read.
    pub(super) fn read(transaction: &ReadTransaction) -> Result<ReadSnapshot, redb::Error> {
        let identity = transaction.open_table(IDENTITY)?;
        let bytes = identity.get(SNAPSHOT)?;
        let kept = bytes.map(|bytes| Self::decode(bytes.value()).ok_or(UNREADABLE));
        Ok(kept.transpose())
    }

    /// Lets the ledger refer to this file, from this transaction on.
    pub(super) fn write(&self, transaction: &WriteTransaction) -> Result<(), redb::Error> {
        let mut identity = transaction.open_table(IDENTITY)?;
        identity.insert(SNAPSHOT, self.encode().as_slice())?;
        Ok(())
    }

    /// Reads and verifies the file, in the folder of a ledger with this owner.
    pub(crate) fn law(&self, folder: &Path, owner: &Identity) -> Result<Law<Map>, LedgerError> {
        let through = self.summary.through;
        self.read_file(folder, owner, |entries| Law::restore(through, entries))
    }

    /// Verifies the file, in the folder of a ledger with this owner. Blocks; takes bounded memory.
    /// O(size).
    ///
    /// # Errors
    ///
    /// If the file is missing, damaged, or another one.
    pub fn verify(&self, folder: &Path, owner: &Identity) -> Result<(), LedgerError> {
        self.read_file(folder, owner, |_| ())
    }

    fn read_file<T>(
        &self,
        folder: &Path,
        owner: &Identity,
        restore: impl FnOnce(&mut dyn Iterator<Item = LawEntry<Map>>) -> T,
    ) -> Result<T, LedgerError> {
        let file = file_in(folder, &self.summary);
        let reader = SnapshotReader::open(&file)?;
        reader.require_cluster_of(owner)?;
        let (found, restored) = reader.read(wire::decode_law_entry, restore)?;
        if found != self.summary {
            let why = "it is another snapshot than the one that the ledger refers to";
            return Err(LedgerError::damaged(&file, why));
        }
        Ok(restored)
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let SnapshotSummary {
            through,
            size,
            digest,
        } = self.summary;
        let numbers = [through.0, size, self.law_digest].map(u64::to_le_bytes);
        [numbers.as_flattened(), &digest.0].concat()
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (numbers, digest) = bytes.split_at_checked(24)?;
        let number = |at: usize| super::number_of(&numbers[8 * at..][..8]);
        Some(Self {
            summary: SnapshotSummary {
                through: DecreeNumber(number(0)?),
                size: number(1)?,
                digest: FileDigest(digest.try_into().ok()?),
            },
            law_digest: number(2)?,
        })
    }
}

/// A snapshot as it was read, or why it cannot be.
type ReadSnapshot = Result<Option<KeptSnapshot>, &'static str>;

const UNREADABLE: &str = "the entry of its snapshot cannot be read";
