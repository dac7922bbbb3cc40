//! Opening a ledger, and making one.

use super::error::at;
use super::read::{read_identity, read_ledger};
use super::{CACHE, DECREES, DiskLedger, FORMAT, IDENTITY, LedgerError, PROMISES, VOTES};
use crate::Ledger;
use crate::config::Identity;
use crate::private;
use redb::backends::FileBackend;
use redb::{Builder, ConcurrencyMode, Database};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// The name of a ledger that is being made: it is no ledger before it is
/// complete and has its own name.
const UNFINISHED: &str = "ledger.unfinished";

/// A file that lies beside each ledger that was ever made in a folder: where it
/// is and the ledger is not, somebody has lost one.
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
        if !file.try_exists().map_err(|e| LedgerError::io(&file, e))? {
            make(folder, identity)?;
        }
        let database = open_file(&file).map_err(|e| LedgerError::reading(&file, e))?;
        let found = read_identity(&database, &file)?;
        if found != *identity {
            return Err(LedgerError::Foreign {
                file,
                found: describe(&found),
                expected: describe(identity),
            });
        }
        let ledger = read_ledger(&database, &file)?;
        Ok((Self::at(database, folder), ledger))
    }
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

/// Makes an empty ledger. A crash at any moment leaves either none or a
/// complete one.
fn make(folder: &Path, identity: &Identity) -> Result<(), LedgerError> {
    let (mark, unfinished, file) = (folder.join(MARK), folder.join(UNFINISHED), at(folder));
    if mark.try_exists().map_err(|e| LedgerError::io(&mark, e))? {
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
        .truncate(true)
        .mode(0o600)
        .open(&unfinished)
        .map_err(io)?;
    let database = builder()
        .create_with_backend(
            FileBackend::new(new).map_err(|e| LedgerError::reading(&unfinished, e.into()))?,
        )
        .map_err(|e| LedgerError::reading(&unfinished, e.into()))?;
    write_identity(&database, identity).map_err(|e| LedgerError::reading(&unfinished, e))?;
    drop(database);
    fs::rename(&unfinished, &file).map_err(io)?;
    write_mark(&mark).map_err(|e| LedgerError::io(&mark, e))?;
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|e| LedgerError::io(folder, e))
}

fn write_mark(mark: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(mark)?;
    file.sync_all()
}

fn write_identity(database: &Database, identity: &Identity) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    {
        let mut table = transaction.open_table(IDENTITY)?;
        table.insert("format", FORMAT.to_le_bytes().as_slice())?;
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
