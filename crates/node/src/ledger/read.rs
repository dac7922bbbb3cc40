//! Reads a ledger without changing it.

use super::contents::Contents;
use super::error::file_in;
use super::open::builder;
use super::{LedgerError, socket};
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use std::fs::File;
use std::io;
use std::path::Path;

/// Reads the ledger in a folder without changing anything, whether its node runs or not.
/// O(decrees). Shown in the [module's](super) example.
///
/// # Errors
///
/// If there is no ledger, if it is damaged, or if a process that is not a node has it open.
pub fn read(folder: &Path) -> Result<Contents, LedgerError> {
    let file = file_in(folder);
    let io = |error| LedgerError::io(&file, error);
    match std::fs::metadata(&file) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Err(LedgerError::damaged(&file, "it is no file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(LedgerError::Nothing {
                folder: folder.to_owned(),
            });
        }
        Err(error) => return Err(io(error)),
    }
    // A process that has the ledger open for writing holds the lock. While it is copied here, no
    // process can open it for writing.
    match Flock::lock(File::open(&file).map_err(io)?, FlockArg::LockSharedNonblock) {
        Ok(lock) => read_copy(&file, lock),
        Err((_, Errno::EWOULDBLOCK)) => socket::read(folder, &file),
        Err((_, error)) => Err(io(error.into())),
    }
}

/// Reads a copy of the file. Every page must be verified, and redb verifies only a file that it
/// may repair, while the original must not be changed.
fn read_copy(file: &Path, mut lock: Flock<File>) -> Result<Contents, LedgerError> {
    let io = |error| LedgerError::io(file, error);
    let folder = tempfile::tempdir().map_err(io)?;
    let copy = folder.path().join(super::FILE);
    let mut written = File::create_new(&copy).map_err(io)?;
    io::copy(&mut *lock, &mut written).map_err(io)?;
    drop((lock, written));
    let database = builder()
        .set_check_integrity_on_open(true)
        .open(&copy)
        .map_err(|error| LedgerError::reading(file, error.into()))?;
    Contents::of(&database, file)
}
