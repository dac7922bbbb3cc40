//! The ledger on disk: one redb file and its journal, in a folder of their own.
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
//! | | `snapshot` | the number, size and digest of the last [snapshot](crate::snapshot), and the digest of its law |
//! | | `cut` | a decree number: the decrees up to it are cut off |
//! | | `journal` | the number of the journal, 128 random bits |
//! | `lives` | number, from 1 | the nonce of this life and the number of its commits |
//! | `accepted` | a ledger's identity | empty: the loss of that ledger was accepted, and this one replaces it |
//! | `met` | index of a legislator | how far his ledger was seen |
//! | `promises` | `lastTried`, `nextBal` | a ballot number |
//! | | `life` | if the ledger replaces a lost one: its identity |
//! | | `learner` | 1 if the legislator is a learner |
//! | | `applied` | the sequence number of the last commit of the journal that the file has |
//! | `votes` | decree number | prevBal and prevDec, as [`crate::wire`] writes them |
//! | `decrees` | decree number | outcome; those up to `cut` are not part of the ledger, and are removed little by little |
//!
//! A life of a ledger lasts from one opening to the next; [`crate::ledger_identity`] defines
//! lives and marks.
//!
//! Most kinds of [`Note`] change one entry. The notes of a batch are one commit, which is on the disk
//! (fsync) when [`DiskLedger::commit`] returns: in the journal, from where it comes to the file later, or in the file
//! itself. The same commit has what [`crate::rollback`] has to keep.
//!
//! Only one process can have the file open. So a running node shows its ledger through a socket in
//! the folder, and [`read()`] uses the socket if the file is in use.
//!
//! | module | contents |
//! |---|---|
//! | `open` | opens a ledger, or makes an empty one |
//! | `contents` | reads all entries |
//! | `parts`, `entry` | reads a ledger in parts of bounded size, as bytes; what these consist of |
//! | `journal` | the file of the commits that the redb file does not have yet |
//! | `changes` | the entries that commits have written, each with its last value |
//! | `store` | brings them to the redb file |
//! | `cut` | removes decrees that are cut off |
//! | `snapshot` | the snapshot to which the ledger refers |
//! | `metadata` | reads and writes what rollback detection keeps |
//! | `read`, `socket` | readers: of a closed ledger, and of a running node |
//! | `accept_loss` | accepts that a ledger is lost |
//! | `error` | [`LedgerError`] |

mod accept_loss;
mod changes;
mod contents;
mod cut;
mod entry;
mod error;
mod journal;
mod metadata;
mod open;
mod parts;
mod read;
mod snapshot;
mod socket;
mod store;

pub use accept_loss::accept_loss;
pub use contents::Contents;
pub use error::LedgerError;
pub(crate) use open::{files_of_new, make_from_snapshot};
pub use parts::Head;
pub use read::{LedgerReader, read};
pub use snapshot::KeptSnapshot;

use crate::Note;
use crate::rollback::{RollbackDetector, Unsaved};
use journal::Journal;
use redb::TableDefinition;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Applier, Direct, Store};

/// The name of the ledger's file in its folder.
pub const FILE: &str = "ledger.redb";

/// The name of the journal's file in its folder: the last commits, which the ledger's file may not have yet.
pub const JOURNAL: &str = "ledger.journal";

/// The version of the format: the tables and their values.
const FORMAT: u64 = 6;

/// The version of the format before lifetimes could begin at the clock of the node that was asked, and before there
/// were journals. Such a ledger is one that has neither.
const FORMAT_WITHOUT_LEAST_LIFETIMES: u64 = 5;

/// The version of the format before there were commands of parts of values, and of conditions on deadlines.
/// Such a ledger is one whose decrees have none.
const FORMAT_WITHOUT_PARTS: u64 = 4;

/// The version of the format before there were transactions, and commands of many keys. Such a ledger is
/// one whose decrees have none.
const FORMAT_WITHOUT_TRANSACTIONS: u64 = 3;

/// The version of the format before ledgers could refer to a snapshot. Such a ledger is one that
/// refers to none.
const FORMAT_WITHOUT_SNAPSHOT: u64 = 2;

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
const LIFE: &str = "life";
const LEARNER: &str = "learner";

/// A ledger that is open for writing. No other process can open the file meanwhile.
///
/// Shown in the [module's](self) example.
#[derive(Debug)]
pub struct DiskLedger {
    // Dropped first: its thread uses the store.
    applier: Applier,
    store: Arc<Store>,
    journal: Journal,
    file: PathBuf,
    detector: RollbackDetector,
    snapshot: Option<KeptSnapshot>,
    /// The snapshot to which the next note of one refers.
    next_snapshot: Option<KeptSnapshot>,
}

impl DiskLedger {
    /// The path of the redb file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Detects whether this is still the ledger that the other legislators have met.
    pub const fn detector(&self) -> &RollbackDetector {
        &self.detector
    }

    /// The snapshot to which the ledger refers, if it refers to one.
    pub const fn snapshot(&self) -> Option<&KeptSnapshot> {
        self.snapshot.as_ref()
    }

    /// Tells which file the next [`Note::Snapshot`] refers to. It must be durable in the folder of
    /// the ledger. The file of the last snapshot must stay until that note is committed.
    pub const fn refer_to(&mut self, snapshot: KeptSnapshot) {
        self.next_snapshot = Some(snapshot);
    }

    /// Writes notes in this order, all of them or none. They are durable when this returns: one fsync, of the journal,
    /// or of the redb file if they change more than one entry each. O(notes), or O(log decrees) for each.
    ///
    /// # Errors
    ///
    /// If the disk fails. Then the ledger is either as before or as after the commit, and
    /// it is unknown which: the only safe continuation is to end the process and to recover. Or if
    /// [`refer_to`](Self::refer_to) has not told the file of a snapshot; then nothing is written.
    pub fn commit(&mut self, notes: Vec<Note>) -> Result<(), LedgerError> {
        let snapshot = self.snapshot_of(&notes)?;
        let is_readmission = |note: &Note| matches!(note, Note::Readmitted(_));
        let unsaved = self
            .detector
            .unsaved(notes.iter().any(is_readmission))
            .map_err(LedgerError::NoRandom)?;
        self.write(notes, snapshot.as_ref(), &unsaved)
            .map_err(|error| LedgerError::not_written(&self.file, error))?;
        self.detector.saved(&unsaved);
        if let Some(kept) = snapshot {
            self.snapshot = snapshot;
            self.detector
                .begin_after(kept.summary.through, kept.law_digest);
        }
        Ok(())
    }

    /// The file of the last snapshot among these notes.
    fn snapshot_of(&self, notes: &[Note]) -> Result<Option<KeptSnapshot>, LedgerError> {
        let through = notes.iter().rev().find_map(|note| match note {
            Note::Snapshot(law) => Some(law.through()),
            _ => None,
        });
        match (through, self.next_snapshot) {
            (None, _) => Ok(None),
            (Some(through), Some(known)) if known.summary.through == through => Ok(Some(known)),
            (Some(through), _) => Err(LedgerError::NoSnapshot {
                file: self.file.clone(),
                through,
            }),
        }
    }

    /// Writes to the journal if there is room and the notes are of its kinds, and otherwise to the redb file.
    fn write(
        &mut self,
        notes: Vec<Note>,
        snapshot: Option<&KeptSnapshot>,
        unsaved: &Unsaved,
    ) -> Result<(), redb::Error> {
        let applied = self.store.applied()?;
        let entries = match changes::entries_of(notes, unsaved) {
            Ok(entries) => entries,
            Err(notes) => {
                return self.store.commit(Direct {
                    sequence: self.journal.skip(),
                    notes,
                    snapshot,
                    unsaved,
                });
            }
        };
        let Some(appended) = self.journal.append(&entries, applied)? else {
            self.store.add(entries, self.journal.skip());
            return self.store.apply();
        };
        self.store.add(entries, appended.sequence);
        if appended.is_turn {
            self.applier.wake();
        }
        Ok(())
    }

    /// Whether decrees that are cut off may still be in the file. Each commit to the redb file removes some, also one
    /// without notes.
    pub fn has_remains(&self) -> bool {
        self.store.has_remains()
    }

    /// Serves [`read()`] in other processes while the ledger is open, through a socket in the
    /// folder.
    ///
    /// # Errors
    ///
    /// If the socket or its thread cannot be made. The ledger can be used without them.
    pub fn serve_readers(&self) -> std::io::Result<()> {
        let folder = self.file.parent().unwrap_or(Path::new("."));
        socket::serve(folder, self.file.clone(), Arc::downgrade(&self.store))
    }
}

impl Drop for DiskLedger {
    /// Brings all commits to the redb file. A process that is killed does not, and then the journal has them.
    fn drop(&mut self) {
        if let Err(error) = self.store.apply() {
            tracing::warn!(
                "{}: {error}; the journal has what is missing",
                self.file.display()
            );
        }
    }
}

fn number_of(bytes: &[u8]) -> Option<u64> {
    bytes.try_into().ok().map(u64::from_le_bytes)
}
