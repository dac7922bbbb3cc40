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
//! | | `snapshot` | the number, size and digest of the last [snapshot](crate::snapshot), and the digest of its law |
//! | | `cut` | a decree number: the decrees up to it are cut off |
//! | `lives` | number, from 1 | the nonce of this life and the number of its commits |
//! | `accepted` | a ledger's identity | empty: the loss of that ledger was accepted, and this one replaces it |
//! | `met` | index of a legislator | how far his ledger was seen |
//! | `promises` | `lastTried`, `nextBal` | a ballot number |
//! | | `life` | if the ledger replaces a lost one: its identity |
//! | | `learner` | 1 if the legislator is a learner |
//! | `votes` | decree number | prevBal and prevDec, as [`crate::wire`] writes them |
//! | `decrees` | decree number | outcome; those up to `cut` are not part of the ledger, and are removed little by little |
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
//! | `cut` | removes decrees that are cut off |
//! | `snapshot` | the snapshot to which the ledger refers |
//! | `metadata` | reads and writes what rollback detection keeps |
//! | `read`, `socket` | readers: of a closed ledger, and of a running node |
//! | `accept_loss` | accepts that a ledger is lost |
//! | `error` | [`LedgerError`] |

mod accept_loss;
mod contents;
mod cut;
mod error;
mod metadata;
mod open;
mod parts;
mod read;
mod snapshot;
mod socket;

pub use accept_loss::accept_loss;
pub use contents::Contents;
pub use error::LedgerError;
pub(crate) use open::{files_of_new, make_from_snapshot};
pub use parts::Head;
pub use read::{LedgerReader, read};
pub use snapshot::KeptSnapshot;

use crate::rollback::{RollbackDetector, Unsaved};
use crate::{Note, wire};
use cut::Cut;
use metadata::write_unsaved;
use redb::{Database, ReadableTable, TableDefinition};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The name of the ledger's file in its folder.
pub const FILE: &str = "ledger.redb";

/// The version of the format: the tables and their values.
const FORMAT: u64 = 6;

/// The version of the format before lifetimes could begin at the clock of the node that was asked. Such a ledger is
/// one whose decrees have none of these.
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
    database: Arc<Database>,
    file: PathBuf,
    detector: RollbackDetector,
    cut: Cut,
    snapshot: Option<KeptSnapshot>,
    /// The snapshot to which the next note of one refers.
    next_snapshot: Option<KeptSnapshot>,
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

    /// The snapshot to which the ledger refers, if it refers to one.
    pub const fn snapshot(&self) -> Option<&KeptSnapshot> {
        self.snapshot.as_ref()
    }

    /// Tells which file the next [`Note::Snapshot`] refers to. It must be durable in the folder of
    /// the ledger. The file of the last snapshot must stay until that note is committed.
    pub const fn refer_to(&mut self, snapshot: KeptSnapshot) {
        self.next_snapshot = Some(snapshot);
    }

    /// Writes notes in this order, all of them or none. They are durable when this returns.
    /// O(log decrees) for each note, and one fsync.
    ///
    /// # Errors
    ///
    /// If the disk fails. Then the file holds the ledger either before or after the commit, and
    /// it is unknown which: the only safe continuation is to end the process and to recover. Or if
    /// [`refer_to`](Self::refer_to) has not told the file of a snapshot; then nothing is written.
    pub fn commit(&mut self, notes: Vec<Note>) -> Result<(), LedgerError> {
        let snapshot = self.snapshot_of(&notes)?;
        let is_readmission = |note: &Note| matches!(note, Note::Readmitted(_));
        let unsaved = self
            .detector
            .unsaved(notes.iter().any(is_readmission))
            .map_err(LedgerError::NoRandom)?;
        let written = self.write(notes, snapshot.as_ref(), &unsaved);
        self.cut = written.map_err(|error| LedgerError::not_written(&self.file, error))?;
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

    fn write(
        &self,
        notes: Vec<Note>,
        snapshot: Option<&KeptSnapshot>,
        unsaved: &Unsaved,
    ) -> Result<Cut, redb::Error> {
        let is_outcome = |note: &&Note| matches!(note, Note::Outcome(..));
        let added = match notes.iter().filter(is_outcome).count() as u64 {
            _ if notes.is_empty() => cut::AT_REST,
            added => added,
        };
        let mut cut = self.cut;
        let transaction = self.database.begin_write()?;
        write_unsaved(&transaction, unsaved)?;
        if let Some(snapshot) = snapshot {
            snapshot.write(&transaction)?;
        }
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
                    Note::Snapshot(law) => {
                        votes.retain_in(..=law.through().0, |_, _| false)?;
                    }
                    // Decrees that are cut off once may be in the file no more.
                    Note::Cut(through) if through.0 <= cut.through => {}
                    Note::Cut(through) => {
                        cut = Cut::at(through.0);
                        cut.write(&transaction)?;
                    }
                    Note::Learner(life) => {
                        promises.insert(LIFE, life.0)?;
                        promises.insert(LEARNER, 1)?;
                    }
                    Note::Readmitted(number) => {
                        promises.remove(LEARNER)?;
                        let last = promises.get(NEXT_BAL)?.map(|last| last.value());
                        promises.insert(NEXT_BAL, number.0.max(last.unwrap_or_default()))?;
                    }
                }
            }
            cut.remove_some(&mut decrees, added)?;
        }
        transaction.commit()?;
        Ok(cut)
    }

    /// Whether decrees that are cut off may still be in the file. Each commit removes some, also one
    /// without notes.
    pub const fn has_remains(&self) -> bool {
        self.cut.has_remains()
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
