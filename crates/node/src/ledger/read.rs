//! Reading a ledger that is not ours to change.

use super::contents::Contents;
use super::error::at;
use super::open::builder;
use super::{LedgerError, socket};
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use std::fs::File;
use std::io;
use std::path::Path;

/// Reads the ledger in a folder without changing anything, whether its node
/// runs or not.
///
/// # Errors
///
/// If there is none, or it is damaged.
pub fn read(folder: &Path) -> Result<Contents, LedgerError> {
    let file = at(folder);
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
    // Whoever writes has locked it; whoever wants to write waits while it is
    // copied.
    match Flock::lock(File::open(&file).map_err(io)?, FlockArg::LockSharedNonblock) {
        Ok(lock) => read_copy(&file, lock),
        Err((_, Errno::EWOULDBLOCK)) => socket::read(folder, &file),
        Err((_, error)) => Err(io(error.into())),
    }
}

/// A copy, because every page of it is to be verified before it is believed,
/// and redb does that only with a file that it may repair: this one is not ours
/// to change.
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
