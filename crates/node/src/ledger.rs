//! The ledger on disk: one redb file, in a folder of its own.
//!
//! [`DiskLedger`] is the writer's side, [`read()`] the reader's:
//!
//! ```
//! use synod_math::{BallotNumber, Priest};
//! use synod_node::config::Identity;
//! use synod_node::ledger::{self, DiskLedger};
//! use synod_node::Note;
//!
//! let folder = tempfile::tempdir()?;
//! let folder = folder.path().join("node-1");
//! let me = Priest::new(0).unwrap();
//! let identity = Identity { cluster: "demo".to_owned(), me, legislators: 3 };
//!
//! let (mut disk, _) = DiskLedger::open(&folder, &identity)?;
//! disk.commit(vec![Note::NextBal(BallotNumber(7))])?;
//! drop(disk);
//!
//! assert_eq!(ledger::read(&folder)?.ledger.next_bal, Some(BallotNumber(7)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | table | key | value |
//! |---|---|---|
//! | `identity` | `format`, `cluster`, `id`, `legislators` | the owner of this ledger |
//! | | `ledger` | the identity of the ledger itself, 128 random bits |
//! | | `lost` | if the ledger lacks something: the mark that it lacks, and the legislator that remembers it |
//! | `lives` | number, from 1 | the nonce of this life and the number of its commits |
//! | `accepted` | a ledger's identity | empty: the loss of that ledger was accepted, and this one replaces it |
//! | `met` | index of a legislator | how far his ledger was seen |
//! | `promises` | `lastTried`, `nextBal` | a ballot number |
//! | `votes` | decree number | prevBal and prevDec, as [`crate::wire`] writes them |
//! | `decrees` | decree number | outcome |
//!
//! A life of a ledger lasts from one opening to the next; [`crate::ledger_identity`] defines
//! lives and marks.
//!
//! A [`Note`] changes one entry. The notes of a batch are one transaction, which is on the disk
//! (fsync) when [`DiskLedger::commit`] returns. The same transaction writes what
//! [`crate::rollback`] has to keep.
//!
//! Only one process can have the file open. (redb could share it with readers, at the price of
//! a second fsync for each commit.) So a running node shows its ledger through a socket in
//! the folder, and [`read()`] uses the socket if the file is in use.
//!
//! | module | contents |
//! |---|---|
//! | `open` | opens a ledger, or makes an empty one |
//! | `contents` | reads all entries |
//! | `parts` | reads a ledger in parts of bounded size, as bytes |
//! | `metadata` | reads and writes what rollback detection keeps |
//! | `read`, `socket` | readers: of a closed ledger, and of a running node |
//! | `accept_loss` | accepts that a ledger is lost |
//! | `error` | [`LedgerError`] |

mod accept_loss;
mod contents;
mod error;
mod metadata;
mod open;
mod parts;
mod read;
mod socket;

pub use accept_loss::accept_loss;
pub use contents::Contents;
pub use error::LedgerError;
pub use parts::Head;
pub use read::{LedgerReader, read};

use crate::rollback::{RollbackDetector, Unsaved};
use crate::{Note, wire};
use metadata::write_unsaved;
use redb::{Database, TableDefinition};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The name of the ledger's file in its folder.
pub const FILE: &str = "ledger.redb";

/// The version of the format: the tables and their values.
const FORMAT: u64 = 2;

/// The version of the format before ledgers had an identity. Such a ledger can be read, and gets
/// an identity when its node starts. A loss before that time cannot be detected.
const FORMAT_WITHOUT_IDENTITY: u64 = 1;

/// The size of redb's page cache, in bytes. The legislator has the whole ledger in memory
/// himself, so that the cache serves writes only.
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

/// A ledger that is open for writing. No other process can open the file meanwhile.
///
/// Shown in the [module's](self) example.
#[derive(Debug)]
pub struct DiskLedger {
    database: Arc<Database>,
    file: PathBuf,
    detector: RollbackDetector,
}

impl DiskLedger {
    /// The path of the file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Detects whether this is still the ledger that the other legislators have met.
    pub const fn detector(&self) -> &RollbackDetector {
        &self.detector
    }

    /// Writes notes in this order, all of them or none. They are durable when this returns.
    /// O(log decrees) for each note, and one fsync.
    ///
    /// # Errors
    ///
    /// If the disk fails. Then the file holds the ledger either before or after the commit, and
    /// it is unknown which: the only safe continuation is to end the process and to recover.
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
                    // No node takes snapshots yet.
                    Note::Snapshot(_) | Note::Cut(_) | Note::Learner(_) | Note::Readmitted(_) => {}
                }
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Serves [`read()`] in other processes while the ledger is open, through a socket in the
    /// folder.
    ///
    /// # Errors
    ///
    /// If the socket or its thread cannot be made. The ledger can be used without them.
    pub fn serve_readers(&self) -> std::io::Result<()> {
        let folder = self.file.parent().unwrap_or(Path::new("."));
        socket::serve(folder, self.file.clone(), Arc::downgrade(&self.database))
    }
}

fn number_of(bytes: &[u8]) -> Option<u64> {
    bytes.try_into().ok().map(u64::from_le_bytes)
}
