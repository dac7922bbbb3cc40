//! Reading a ledger.

use super::error::at;
use super::kept::read_kept;
use super::open::builder;
use super::{
    DECREES, FORMAT, IDENTITY, LAST_TRIED, LedgerError, NEXT_BAL, PROMISES, UNNAMED, VOTES,
    number_of, shown,
};
use crate::config::Identity;
use crate::standing::Kept;
use crate::{Ledger, wire};
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use redb::{ReadTransaction, ReadableDatabase, ReadableTable};
use std::fs::File;
use std::io;
use std::path::Path;
use synod_math::{BallotNumber, Priest};
use synod_protocol::parliament::DecreeNumber;

/// What is in a ledger.
#[derive(Debug)]
pub struct Contents {
    /// Whose it is.
    pub identity: Identity,
    /// What the legislator has written.
    pub ledger: Ledger,
    /// What it keeps of itself and of the ledgers of others.
    pub kept: Kept,
}

impl Contents {
    /// As after the last commit. O(decrees).
    pub(super) fn of(database: &impl ReadableDatabase, file: &Path) -> Result<Self, LedgerError> {
        Ok(Self {
            identity: read_identity(database, file)?,
            ledger: read_ledger(database, file)?,
            kept: read_kept(database, file)?,
        })
    }
}

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
        Err((_, Errno::EWOULDBLOCK)) => shown::look(folder, &file),
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

/// Whose ledger it is.
fn read_identity(database: &impl ReadableDatabase, file: &Path) -> Result<Identity, LedgerError> {
    let values = identity_values(database).map_err(|e| LedgerError::reading(file, e))?;
    let [format, cluster, id, legislators] =
        values.ok_or_else(|| LedgerError::damaged(file, "it does not say whose it is"))?;
    let number = |bytes: &[u8]| {
        let unreadable = "what it says of whose it is cannot be read";
        number_of(bytes).ok_or_else(|| LedgerError::damaged(file, unreadable))
    };
    let format = number(&format)?;
    if !matches!(format, UNNAMED | FORMAT) {
        return Err(LedgerError::Format {
            file: file.to_owned(),
            found: format,
            expected: FORMAT,
        });
    }
    let id = number(&id)?;
    Ok(Identity {
        cluster: String::from_utf8_lossy(&cluster).into_owned(),
        me: Priest::new(usize::try_from(id).unwrap_or(usize::MAX))
            .ok_or_else(|| LedgerError::damaged(file, format!("no legislator has id {id}")))?,
        legislators: number(&legislators)? as usize,
    })
}

fn identity_values(database: &impl ReadableDatabase) -> Result<Option<[Vec<u8>; 4]>, redb::Error> {
    let table = database.begin_read()?.open_table(IDENTITY)?;
    let mut values = Vec::new();
    for key in ["format", "cluster", "id", "legislators"] {
        values.extend(table.get(key)?.map(|value| value.value().to_vec()));
    }
    Ok(values.try_into().ok())
}

/// The ledger as after the last commit. O(decrees).
fn read_ledger(database: &impl ReadableDatabase, file: &Path) -> Result<Ledger, LedgerError> {
    let transaction = database
        .begin_read()
        .map_err(|error| LedgerError::reading(file, error.into()))?;
    let mut ledger = Ledger::new();
    let mut unreadable = None;
    fill(&transaction, &mut ledger, &mut unreadable)
        .map_err(|error| LedgerError::reading(file, error))?;
    match unreadable {
        None => Ok(ledger),
        Some(why) => Err(LedgerError::damaged(file, why)),
    }
}

fn fill(
    transaction: &ReadTransaction,
    ledger: &mut Ledger,
    unreadable: &mut Option<String>,
) -> Result<(), redb::Error> {
    let promises = transaction.open_table(PROMISES)?;
    let promise = |name| -> Result<Option<BallotNumber>, redb::Error> {
        Ok(promises.get(name)?.map(|value| BallotNumber(value.value())))
    };
    ledger.last_tried = promise(LAST_TRIED)?;
    ledger.next_bal = promise(NEXT_BAL)?;
    for entry in transaction.open_table(VOTES)?.iter()? {
        let (number, vote) = entry?;
        match wire::decode_vote(vote.value()) {
            Ok(vote) => {
                ledger.votes.insert(DecreeNumber(number.value()), vote);
            }
            Err(why) => *unreadable = Some(format!("vote on {}: {why}", number.value())),
        }
    }
    for entry in transaction.open_table(DECREES)?.iter()? {
        let (number, decree) = entry?;
        match wire::decode_decree(decree.value()) {
            Ok(decree) => {
                ledger.decrees.insert(DecreeNumber(number.value()), decree);
            }
            Err(why) => *unreadable = Some(format!("decree {}: {why}", number.value())),
        }
    }
    Ok(())
}
