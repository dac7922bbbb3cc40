//! Opening a ledger, and making one.

use super::contents::Contents;
use super::error::at;
use super::metadata::{self, begin_life};
use super::{CACHE, DECREES, DiskLedger, IDENTITY, LedgerError, PROMISES, VOTES};
use crate::Ledger;
use crate::config::Identity;
use crate::ledger_identity::LedgerId;
use crate::private;
use crate::rollback::RollbackDetector;
use nix::fcntl::{Flock, FlockArg};
use redb::backends::FileBackend;
use redb::{Builder, ConcurrencyMode, Database};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;

/// The name of a ledger that is being made: it is no ledger before it is
/// complete and has its own name.
const UNFINISHED: &str = "ledger.unfinished";

/// A file that lies beside each ledger that was ever made in a folder: where it
/// is and the ledger is not, nor one that is being made, somebody has lost one.
/// It is there before the ledger has its name.
const MARK: &str = "synod";

impl DiskLedger {
    /// Opens the ledger in a folder, or makes an empty one where there has
    /// never been one. O(decrees): the whole file is verified and read.
    ///
    /// # Errors
    ///
    /// If it is in use, damaged, of somebody else, or lost; the file is as it
    /// was.
    pub fn open(folder: &Path, identity: &Identity) -> Result<(Self, Ledger), LedgerError> {
        private::refuse_links_in(folder).map_err(|e| LedgerError::io(folder, e))?;
        make_folder(folder)?;
        let file = at(folder);
        if file.try_exists().map_err(|e| LedgerError::io(&file, e))? {
            write_mark(folder)?;
        } else {
            make(folder, identity)?;
        }
        let (
            database,
            Contents {
                ledger,
                mut metadata,
                ..
            },
        ) = open_own(&file, identity)?;
        begin_life(&database, &mut metadata, &file)?;
        let detector = RollbackDetector::new(identity, metadata);
        let law = ledger.decrees.iter().zip(1..);
        let law = law.take_while(|((at, _), position)| at.0 == *position);
        law.for_each(|((_, decree), _)| detector.pass(decree.clone()));
        let disk = Self {
            database: Arc::new(database),
            file,
            detector,
        };
        Ok((disk, ledger))
    }
}

/// The ledger in a file, which must be this legislator's, and what is in it.
pub(super) fn open_own(
    file: &Path,
    identity: &Identity,
) -> Result<(Database, Contents), LedgerError> {
    let database = open_file(file).map_err(|e| LedgerError::reading(file, e))?;
    let contents = Contents::of(&database, file)?;
    if contents.identity != *identity {
        return Err(LedgerError::Foreign {
            file: file.to_owned(),
            found: describe(&contents.identity),
            expected: describe(identity),
        });
    }
    Ok((database, contents))
}

/// How redb files are opened here: in one process at a time.
pub(super) fn builder() -> Builder {
    let mut builder = Builder::new();
    builder
        .set_cache_size(CACHE)
        .set_concurrency_mode(ConcurrencyMode::ExclusiveWriter);
    builder
}

/// Verifies every page: one that was changed by others than redb is damage.
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

/// Makes an empty ledger. A crash at any moment leaves either none, with one that
/// is unfinished beside the mark, or a complete one with its mark.
fn make(folder: &Path, identity: &Identity) -> Result<(), LedgerError> {
    let (mark, unfinished, file) = (folder.join(MARK), folder.join(UNFINISHED), at(folder));
    let is_there = |path: &Path| path.try_exists().map_err(|e| LedgerError::io(path, e));
    if is_there(&mark)? && !is_there(&unfinished)? {
        return Err(LedgerError::damaged(
            &file,
            "there was a ledger here, and it is gone",
        ));
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
    // Another process may make it at the same time, or just have made it. The lock
    // is that of the open file, which redb takes anew.
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
    write_identity(&database, identity, ledger)
        .map_err(|e| LedgerError::reading(&unfinished, e))?;
    drop(database);
    write_mark(folder)?;
    fs::rename(&unfinished, &file).map_err(io)?;
    sync(folder)
}

fn sync(folder: &Path) -> Result<(), LedgerError> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|e| LedgerError::io(folder, e))
}

/// Durably, where there is none.
fn write_mark(folder: &Path) -> Result<(), LedgerError> {
    let mark = folder.join(MARK);
    let new = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&mark);
    match new.and_then(|file| file.sync_all()) {
        Ok(()) => sync(folder),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(LedgerError::io(&mark, error)),
    }
}

fn write_identity(
    database: &Database,
    identity: &Identity,
    ledger: LedgerId,
) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    metadata::write_identity(&transaction, ledger)?;
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
