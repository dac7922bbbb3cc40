//! The ledger on disk: one redb file in a folder that is nobody else's.
//!
//! | table | key | value |
//! |---|---|---|
//! | `identity` | `format`, `cluster`, `id`, `legislators` | whose ledger this is |
//! | | `ledger` | its own identity, 128 random bits |
//! | | `lost` | the mark that it lacks and the legislator who remembers it, if there is one |
//! | `lives` | number, from 1 | the nonce of this life and the number of its commits |
//! | `accepted` | an identity | that this ledger stands for since its loss was accepted |
//! | `met` | index of a legislator | how far his ledger was seen |
//! | `promises` | `lastTried`, `nextBal` | a ballot number |
//! | `votes` | decree number | prevBal and prevDec, as [`crate::wire`] writes them |
//! | `decrees` | decree number | outcome |
//!
//! A [`Note`] changes one entry. Notes of a batch are one transaction, which is
//! on the disk (fsync) when [`DiskLedger::commit`] returns. With it is written
//! what [`crate::rollback`] has to keep.
//!
//! The file is open in one process only. (redb could share it with readers, at
//! the price of a second fsync for each commit.) So a running node shows its
//! ledger itself to whoever asks in its folder: [`read()`] does.

mod accept_loss;
mod contents;
mod error;
mod metadata;
mod open;
mod read;
mod socket;

pub use accept_loss::accept_loss;
pub use contents::Contents;
pub use error::LedgerError;
pub use read::read;

use crate::rollback::{RollbackDetector, Unsaved};
use crate::{Note, wire};
use metadata::write_unsaved;
use redb::{Database, TableDefinition};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The name of the file in its folder.
pub const FILE: &str = "ledger.redb";

/// The version of the tables and what they hold.
const FORMAT: u64 = 2;

/// The version before ledgers had an identity. Such a ledger is read, and gets
/// one when its node starts: what it lost before then nobody can know.
const UNNAMED: u64 = 1;

/// How much of the file redb keeps in memory, in bytes. The legislator has the
/// whole ledger in memory himself, so that only what is written counts.
const CACHE: usize = 64 << 20;

const IDENTITY: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("identity");
const PROMISES: TableDefinition<'_, &str, u64> = TableDefinition::new("promises");
const VOTES: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("votes");
const DECREES: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("decrees");
const LIVES: TableDefinition<'_, u64, (u64, u64)> = TableDefinition::new("lives");
const ACCEPTED: TableDefinition<'_, u128, ()> = TableDefinition::new("accepted");
const MET: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("met");

const LAST_TRIED: &str = "lastTried";
const NEXT_BAL: &str = "nextBal";

/// A ledger that is open for writing: nobody else can write to it.
#[derive(Debug)]
pub struct DiskLedger {
    database: Arc<Database>,
    file: PathBuf,
    detector: RollbackDetector,
}

impl DiskLedger {
    /// The file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Whether it is the ledger that the others have met.
    pub const fn detector(&self) -> &RollbackDetector {
        &self.detector
    }

    /// Writes notes down, in this order and all or none of them. They are
    /// durable when this returns. O(log decrees) for each, and one fsync.
    ///
    /// # Errors
    ///
    /// If the disk does not take them. What is on it then is not known, but
    /// that it is the ledger before or after the commit; the only safe
    /// continuation is to end and to recover.
    pub fn commit(&mut self, notes: Vec<Note>) -> Result<(), LedgerError> {
        let unsaved = self.detector.unsaved();
        self.write(notes, &unsaved)
            .map_err(|error| LedgerError::not_written(&self.file, error))?;
        self.detector.saved(&unsaved);
        Ok(())
    }

    fn write(&self, notes: Vec<Note>, unsaved: &Unsaved) -> Result<(), redb::Error> {
        let transaction = self.database.begin_write()?;
        write_unsaved(&transaction, unsaved)?;
        {
            let mut promises = transaction.open_table(PROMISES)?;
            let mut votes = transaction.open_table(VOTES)?;
            let mut decrees = transaction.open_table(DECREES)?;
            for note in notes {
                match note {
                    Note::LastTried(number) => {
                        promises.insert(LAST_TRIED, number.0)?;
                    }
                    Note::NextBal(number) => {
                        promises.insert(NEXT_BAL, number.0)?;
                    }
                    Note::PrevVote(number, cast) => {
                        votes.insert(number.0, wire::encode_vote(cast).as_slice())?;
                    }
                    Note::Outcome(number, decree) => {
                        votes.remove(number.0)?;
                        decrees.insert(number.0, wire::encode_decree(decree).as_slice())?;
                    }
                }
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Shows the ledger to whoever asks in its folder (see [`read()`]), for as
    /// long as it is open.
    ///
    /// # Errors
    ///
    /// If the system does not allow it; everything else works all the same.
    pub fn serve_readers(&self) -> std::io::Result<()> {
        let folder = self.file.parent().unwrap_or(Path::new("."));
        socket::serve(folder, self.file.clone(), Arc::downgrade(&self.database))
    }
}

fn number_of(bytes: &[u8]) -> Option<u64> {
    bytes.try_into().ok().map(u64::from_le_bytes)
}
