//! Opens a ledger, and makes an empty one in a new folder.

use super::changes::Changes;
use super::contents::{Contents, read_identity};
use super::cut::Cut;
use super::error::file_in;
use super::journal::{self, Journal};
use super::metadata::{self, begin_life};
use super::store::{self, Applier, Store};
use super::{CACHE, DECREES, DiskLedger, IDENTITY, KeptSnapshot, LedgerError, PROMISES, VOTES};
use crate::Ledger;
use crate::config::Identity;
use crate::ledger_identity::LedgerId;
use crate::rollback::RollbackDetector;
use crate::stage::Stage;
use crate::{private, snapshot};
use nix::fcntl::{Flock, FlockArg};
use redb::backends::FileBackend;
use redb::{Builder, ConcurrencyMode, Database};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The name of a ledger's file while it is being made. It gets its final name when it is
/// complete.
const UNFINISHED: &str = "ledger.unfinished";

/// The name of the marker, an empty file beside each ledger. It is made before the ledger gets
/// its final name. So if the marker exists, but neither a ledger nor an unfinished one does, the
/// ledger was lost.
const MARKER: &str = "synod";

impl DiskLedger {
    /// Opens the ledger in a folder, and returns its contents too. Makes an empty ledger if the
    /// folder has never held one. O(decrees): the whole file is verified and read.
    ///
    /// # Errors
    ///
    /// If the ledger is in use, damaged, lost, or that of another legislator. Then no decree, vote or promise is
    /// written or removed; but redb repairs a file when it opens it, so a damaged one may be changed.
    pub fn open(folder: &Path, identity: &Identity) -> Result<(Self, Ledger), LedgerError> {
        Self::open_and_tell(folder, identity, &|_| {})
    }

    /// Like [`open`](Self::open), and tells each [`Stage`] that it reaches.
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open).
    pub fn open_and_tell(
        folder: &Path,
        identity: &Identity,
        tell: &dyn Fn(Stage),
    ) -> Result<(Self, Ledger), LedgerError> {
        tell(Stage::Opening);
        private::refuse_special_files_in(folder).map_err(|e| LedgerError::io(folder, e))?;
        make_folder(folder)?;
        let file = file_in(folder);
        if file.try_exists().map_err(|e| LedgerError::io(&file, e))? {
            write_marker(folder)?;
        } else {
            make(folder, identity, None)?;
        }
        let (
            database,
            Contents {
                ledger,
                snapshot,
                mut metadata,
                ..
            },
        ) = open_own(&file, identity, tell)?;
        let cut = begin_life(&database, &mut metadata, &file)?;
        snapshot::remove_unreferenced(folder, snapshot.as_ref().map(|kept| &kept.summary))?;
        let detector = RollbackDetector::new(identity, metadata);
        if let Some(kept) = snapshot {
            detector.begin_after(kept.summary.through, kept.law_digest);
        }
        let after = ledger.snapshot.through();
        let law = ledger.decrees.range(after.next()..).zip(after.0 + 1..);
        let law = law.take_while(|((at, _), position)| at.0 == *position);
        law.for_each(|((_, decree), _)| detector.pass(decree.clone()));
        let journal = Journal::open(&database, &file)?;
        let store = Arc::new(Store::new(database, cut, journal.last()));
        let disk = Self {
            applier: Applier::start(&store).map_err(|e| LedgerError::io(&file, e))?,
            store,
            journal,
            file,
            detector,
            snapshot,
            next_snapshot: None,
        };
        Ok((disk, ledger))
    }
}

/// Opens the ledger in a file and reads it. Fails unless it is this legislator's.
pub(super) fn open_own(
    file: &Path,
    identity: &Identity,
    tell: &dyn Fn(Stage),
) -> Result<(Database, Contents), LedgerError> {
    let bytes = fs::metadata(file)
        .map_err(|e| LedgerError::io(file, e))?
        .len();
    tell(Stage::Verifying { bytes });
    let database = open_file(file).map_err(|e| LedgerError::reading(file, e))?;
    let found = read_identity(&database, file)?;
    if found != *identity {
        return Err(LedgerError::Foreign {
            file: file.to_owned(),
            found: describe(&found),
            expected: describe(identity),
        });
    }
    apply_journal(&database, file, journal::read(file)?.as_deref())?;
    let contents = Contents::read(&database, file, tell)?;
    Ok((database, contents))
}

/// Brings the commits that only the journal has, of which these are the bytes, to a redb file, which is this file or a
/// copy of it.
pub(super) fn apply_journal(
    database: &Database,
    file: &Path,
    bytes: Option<&[u8]>,
) -> Result<(), LedgerError> {
    let (entries, last) = journal::not_applied(database, file, bytes)?;
    if entries.is_empty() {
        return Ok(());
    }
    let mut changes = Changes::default();
    for entry in entries {
        let added = changes.add(entry);
        added.ok_or_else(|| {
            let why = "an entry of a kind that no journal has";
            LedgerError::damaged(&journal::path(file), why)
        })?;
    }
    let applied = || -> Result<(), redb::Error> {
        let transaction = database.begin_write()?;
        store::apply(&transaction, changes, last)?;
        Ok(transaction.commit()?)
    };
    applied().map_err(|error| LedgerError::not_written(file, error))
}

/// The options for all redb files here: one process at a time.
pub(super) fn builder() -> Builder {
    let mut builder = Builder::new();
    builder
        .set_cache_size(CACHE)
        .set_concurrency_mode(ConcurrencyMode::ExclusiveWriter);
    builder
}

/// Opens a file and verifies every page: a page that something other than redb has changed is
/// reported as damage.
fn open_file(file: &Path) -> Result<Database, redb::Error> {
    let database = builder().set_check_integrity_on_open(true).open(file)?;
    Ok(database)
}

fn describe(identity: &Identity) -> String {
    format!(
        "legislator {} of {} in cluster {}",
        identity.me.index() + 1,
        identity.legislators,
        identity.cluster
    )
}

fn make_folder(folder: &Path) -> Result<(), LedgerError> {
    let io = |error| LedgerError::io(folder, error);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(io)?;
    let mode = fs::metadata(folder).map_err(io)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(LedgerError::OpenToOthers {
            folder: folder.to_owned(),
            mode,
        });
    }
    Ok(())
}

/// Makes a new ledger, without promises and votes, that refers to a snapshot. The file of the snapshot
/// must be durable in the folder, which holds no ledger.
pub(crate) fn make_from_snapshot(
    folder: &Path,
    identity: &Identity,
    snapshot: &KeptSnapshot,
) -> Result<(), LedgerError> {
    make(folder, identity, Some(snapshot))
}

/// The files that are made with a new ledger, or may be left if that fails.
pub(crate) fn files_of_new(folder: &Path) -> [PathBuf; 3] {
    [super::FILE, UNFINISHED, MARKER].map(|name| folder.join(name))
}

/// Makes a ledger that is empty or refers to a snapshot. A crash at any moment leaves either no ledger
/// (with an unfinished one beside the marker, if there is a marker) or a complete ledger with its
/// marker.
fn make(
    folder: &Path,
    identity: &Identity,
    kept: Option<&KeptSnapshot>,
) -> Result<(), LedgerError> {
    let (marker, unfinished, file) = (
        folder.join(MARKER),
        folder.join(UNFINISHED),
        file_in(folder),
    );
    let is_there = |path: &Path| path.try_exists().map_err(|e| LedgerError::io(path, e));
    if is_there(&marker)? && !is_there(&unfinished)? {
        return Err(LedgerError::damaged(
            &file,
            "there was a ledger here, and it is gone",
        ));
    }
    // A new ledger would forget what these remember.
    let remains = snapshot::find(folder)?.or_else(|| journal::find(&file));
    if let (None, Some(remains)) = (kept, remains) {
        let why = format!("it is gone, and {} is still there", remains.display());
        return Err(LedgerError::damaged(&file, why));
    }
    let io = |error| LedgerError::io(&unfinished, error);
    let new = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&unfinished)
        .map_err(io)?;
    // Another process may be making the same ledger, or may just have made it. The lock belongs
    // to the open file description, which redb locks again.
    let lock = new.try_clone().map_err(io)?;
    let lock = Flock::lock(lock, FlockArg::LockExclusiveNonblock);
    let (Ok(_lock), false) = (lock, is_there(&file)?) else {
        return Err(LedgerError::InUse { file });
    };
    new.set_len(0).map_err(io)?;
    let database = builder()
        .create_with_backend(
            FileBackend::new(new).map_err(|e| LedgerError::reading(&unfinished, e.into()))?,
        )
        .map_err(|e| LedgerError::reading(&unfinished, e.into()))?;
    let ledger = LedgerId::random().map_err(LedgerError::NoRandom)?;
    write_identity(&database, identity, ledger, kept)
        .map_err(|e| LedgerError::reading(&unfinished, e))?;
    drop(database);
    write_marker(folder)?;
    fs::rename(&unfinished, &file).map_err(io)?;
    sync(folder)
}

fn sync(folder: &Path) -> Result<(), LedgerError> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|e| LedgerError::io(folder, e))
}

/// Makes the marker, if there is none, durably.
fn write_marker(folder: &Path) -> Result<(), LedgerError> {
    let marker = folder.join(MARKER);
    let new = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&marker);
    match new.and_then(|file| file.sync_all()) {
        Ok(()) => sync(folder),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(LedgerError::io(&marker, error)),
    }
}

fn write_identity(
    database: &Database,
    identity: &Identity,
    ledger: LedgerId,
    snapshot: Option<&KeptSnapshot>,
) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    metadata::write_identity(&transaction, ledger)?;
    if let Some(snapshot) = snapshot {
        snapshot.write(&transaction)?;
        Cut::at(snapshot.summary.through.0).write(&transaction)?;
    }
    {
        let mut table = transaction.open_table(IDENTITY)?;
        table.insert("cluster", identity.cluster.as_bytes())?;
        let id = identity.me.index() as u64;
        table.insert("id", id.to_le_bytes().as_slice())?;
        let legislators = identity.legislators as u64;
        table.insert("legislators", legislators.to_le_bytes().as_slice())?;
        transaction.open_table(PROMISES)?;
        transaction.open_table(VOTES)?;
        transaction.open_table(DECREES)?;
    }
    transaction.commit()?;
    Ok(())
}
