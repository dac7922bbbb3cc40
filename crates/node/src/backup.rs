//! Backups: the law of a cluster as of some decree, in one file, and new clusters that begin with it.
//!
//! A backup is a [`snapshot`](mod@crate::snapshot) of the law as of the last commit of one node, with the
//! last answers to clients. It has no promises and no votes.
//!
//! So a backup cannot be restored into the cluster that it comes from. The nodes of that cluster have
//! promised and voted since, and their majorities count on it: a ledger without these promises could
//! let two decrees pass with one number. [`restore()`] makes the ledgers of a new cluster, all of them
//! with the same law.
//!
//! ```
//! use synod_math::Priest;
//! use synod_node::config::Identity;
//! use synod_node::ledger::{self, DiskLedger};
//! use synod_node::{Decree, Note, backup};
//! use synod_protocol::parliament::DecreeNumber;
//!
//! let folder = tempfile::tempdir()?;
//! let node = folder.path().join("node-1");
//! let me = Priest::new(0).unwrap();
//! let identity = Identity { cluster: "demo".to_owned(), me, legislators: 3 };
//! let (mut disk, _) = DiskLedger::open(&node, &identity)?;
//! disk.commit(vec![Note::Outcome(DecreeNumber(1), Decree::OliveDay)])?;
//! drop(disk);
//!
//! let file = folder.path().join("backup");
//! let made = backup::make(&node, &file)?;
//! assert_eq!(made.header.through, DecreeNumber(1));
//! assert_eq!(backup::verify(&file)?, made);
//!
//! let folders = [folder.path().join("new-1"), folder.path().join("new-2")];
//! backup::restore(&file, "demo-2", 2, &folders)?;
//! let restored = ledger::read(&folders[1])?;
//! assert_eq!(restored.identity.cluster, "demo-2");
//! assert_eq!(restored.snapshot.unwrap().summary.through, DecreeNumber(1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | module | contents |
//! |---|---|
//! | `law` | reads the law of a node, which may be running |
//! | `restore` | makes the ledgers of a new cluster |
//! | `made` | removes what was made, if a later step fails |
//! | `error` | [`BackupError`] |

mod error;
mod law;
mod made;
mod restore;

pub use error::BackupError;
pub use restore::restore;

use crate::snapshot::{self, SnapshotHeader, SnapshotReader};
use crate::wire::{self, SnapshotSummary};
use law::LawOfNode;
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use synod_protocol::parliament::LawEntry;
use synod_protocol::state_machine::map::Entry;
use tempfile::TempPath;

/// The contents of a backup. Shown in the [module's](self) example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The cluster, the number of the last decree, and the digest of the decrees.
    pub header: SnapshotHeader,
    /// The size and the digest of the file.
    pub summary: SnapshotSummary,
    /// How many keys have a value.
    pub keys: u64,
    /// How many clients have a last answer.
    pub clients: u64,
}

/// Writes a backup of the law in the ledger of one node, whether the node runs or not, and verifies
/// it. Memory: the law. O(law + decrees after the last snapshot).
///
/// # Errors
///
/// If the ledger cannot be read, if the file exists or cannot be written, or if it is not read again
/// as it was written. Then there is no file.
pub fn make(folder: &Path, file: &Path) -> Result<Backup, BackupError> {
    refuse_existing(file)?;
    let parent = parent(file);
    refuse_within(folder, parent, file)?;
    let LawOfNode {
        owner,
        law,
        law_digest,
    } = law::read(folder)?;
    let header = SnapshotHeader {
        cluster: owner.cluster,
        legislators: owner.legislators,
        through: law.through(),
        law_digest,
    };
    // Written in a folder beside the file, so that the file appears complete.
    let mut beside = file.file_name().unwrap_or_default().to_owned();
    beside.push(".unfinished-");
    let beside = tempfile::Builder::new().prefix(&beside).tempdir_in(parent);
    let beside = beside.map_err(BackupError::io(parent))?;
    let entries = law.entries().map(wire::encode_law_entry);
    let summary = snapshot::write(beside.path(), &header, entries)?;
    drop(law);
    let written = snapshot::file_in(beside.path(), &summary);
    let backup = verify(&written)?;
    if (&backup.header, backup.summary) != (&header, summary) {
        return Err(BackupError::damaged(file, "it is not what was written"));
    }
    publish(written, file)?;
    Ok(backup)
}

/// Reads and verifies a backup. Takes bounded memory. O(size).
///
/// # Errors
///
/// If the file cannot be read, is damaged, or has another version.
pub fn verify(file: &Path) -> Result<Backup, BackupError> {
    let reader = SnapshotReader::open(file).map_err(BackupError::of_file)?;
    let header = reader.header.clone();
    let count = |entries: &mut dyn Iterator<Item = _>| {
        let (mut keys, mut clients) = (0, 0);
        for entry in entries {
            match entry {
                LawEntry::State(Entry::Value(..)) => keys += 1,
                LawEntry::State(_) => {}
                LawEntry::Answer(_) => clients += 1,
            }
        }
        (keys, clients)
    };
    let read = reader.read(wire::decode_law_entry, count);
    let (summary, (keys, clients)) = read.map_err(BackupError::of_file)?;
    Ok(Backup {
        header,
        summary,
        keys,
        clients,
    })
}

fn refuse_existing(file: &Path) -> Result<(), BackupError> {
    match file.symlink_metadata() {
        Ok(_) => Err(BackupError::Exists {
            file: file.to_owned(),
        }),
        Err(_) => Ok(()),
    }
}

/// A backup in the folder of the node would be lost with it, or be taken for a snapshot of it.
fn refuse_within(folder: &Path, parent: &Path, file: &Path) -> Result<(), BackupError> {
    let parent = parent.canonicalize().map_err(BackupError::io(parent))?;
    match folder.canonicalize() {
        Ok(folder) if parent.starts_with(&folder) => Err(BackupError::Within {
            file: file.to_owned(),
            folder,
        }),
        // That there is no ledger is reported when it is read.
        _ => Ok(()),
    }
}

fn parent(file: &Path) -> &Path {
    let parent = file.parent().filter(|path| !path.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

/// Gives a complete file its name, durably. Never takes the place of another file.
fn publish(written: PathBuf, file: &Path) -> Result<(), BackupError> {
    let written = TempPath::try_from_path(written).map_err(BackupError::io(file))?;
    written
        .persist_noclobber(file)
        .map_err(|error| match error.error.kind() {
            ErrorKind::AlreadyExists => BackupError::Exists {
                file: file.to_owned(),
            },
            _ => BackupError::io(file)(error.error),
        })?;
    sync(parent(file))
}

fn sync(folder: &Path) -> Result<(), BackupError> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(BackupError::io(folder))
}
