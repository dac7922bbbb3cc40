//! [`Contents`]: reads all entries of a ledger.

use super::metadata;
use super::{
    DECREES, FORMAT, FORMAT_WITHOUT_IDENTITY, IDENTITY, LAST_TRIED, LedgerError, NEXT_BAL,
    PROMISES, VOTES, number_of,
};
use crate::config::Identity;
use crate::rollback::LedgerMetadata;
use crate::stage::Stage;
use crate::{Ledger, wire};
use redb::{ReadTransaction, ReadableDatabase, ReadableTable, ReadableTableMetadata};
use std::path::Path;
use synod_math::{BallotNumber, Priest};
use synod_protocol::parliament::DecreeNumber;

/// After how many decrees to tell that they are read.
const DECREES_TOLD: u64 = 1024;

/// The contents of a ledger, as of its last commit. [`read()`](super::read()) returns them.
#[derive(Debug)]
pub struct Contents {
    /// The legislator to whom it belongs.
    pub identity: Identity,
    /// The promises, votes and decrees of the legislator.
    pub ledger: Ledger,
    /// The identity and lives of the ledger, and its marks of other ledgers.
    pub metadata: LedgerMetadata,
}

impl Contents {
    /// The contents as of the last commit. O(decrees).
    pub(super) fn of(database: &impl ReadableDatabase, file: &Path) -> Result<Self, LedgerError> {
        Self::read(database, file, &|_| {})
    }

    /// Like [`of`](Self::of), and tells how many decrees are read.
    pub(super) fn read(
        database: &impl ReadableDatabase,
        file: &Path,
        tell: &dyn Fn(Stage),
    ) -> Result<Self, LedgerError> {
        Ok(Self {
            identity: read_identity(database, file)?,
            ledger: read_ledger(database, file, tell)?,
            metadata: metadata::read(database, file)?,
        })
    }
}

/// The legislator to whom the ledger belongs.
fn read_identity(database: &impl ReadableDatabase, file: &Path) -> Result<Identity, LedgerError> {
    let values = identity_values(database).map_err(|e| LedgerError::reading(file, e))?;
    let [format, cluster, id, legislators] =
        values.ok_or_else(|| LedgerError::damaged(file, "the entry of its owner is missing"))?;
    let number = |bytes: &[u8]| {
        let unreadable = "the entry of its owner cannot be read";
        number_of(bytes).ok_or_else(|| LedgerError::damaged(file, unreadable))
    };
    let format = number(&format)?;
    if !matches!(format, FORMAT_WITHOUT_IDENTITY | FORMAT) {
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

/// The legislator's part of the ledger, as of the last commit. O(decrees).
fn read_ledger(
    database: &impl ReadableDatabase,
    file: &Path,
    tell: &dyn Fn(Stage),
) -> Result<Ledger, LedgerError> {
    let transaction = database
        .begin_read()
        .map_err(|error| LedgerError::reading(file, error.into()))?;
    let mut ledger = Ledger::new();
    let mut unreadable = None;
    fill(&transaction, &mut ledger, &mut unreadable, tell)
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
    tell: &dyn Fn(Stage),
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
    let decrees = transaction.open_table(DECREES)?;
    let of = decrees.len()?;
    for (entry, done) in decrees.iter()?.zip(0..) {
        let (number, decree) = entry?;
        if done % DECREES_TOLD == 0 {
            tell(Stage::Reading { done, of });
        }
        match wire::decode_decree(decree.value()) {
            Ok(decree) => {
                ledger.decrees.insert(DecreeNumber(number.value()), decree);
            }
            Err(why) => *unreadable = Some(format!("decree {}: {why}", number.value())),
        }
    }
    Ok(())
}
