//! [`Contents`]: reads all entries of a ledger.

use super::cut::Cut;
use super::{
    DECREES, FORMAT, FORMAT_WITHOUT_IDENTITY, FORMAT_WITHOUT_LEAST_LIFETIMES, FORMAT_WITHOUT_PARTS,
    FORMAT_WITHOUT_SNAPSHOT, FORMAT_WITHOUT_TRANSACTIONS, IDENTITY, KeptSnapshot, LAST_TRIED,
    LEARNER, LIFE, LedgerError, NEXT_BAL, PROMISES, VOTES, metadata, number_of,
};
use crate::config::Identity;
use crate::rollback::LedgerMetadata;
use crate::stage::Stage;
use crate::{Ledger, wire};
use redb::{ReadTransaction, ReadableDatabase, ReadableTable};
use std::path::Path;
use synod_math::{BallotNumber, Priest};
use synod_protocol::parliament::{DecreeNumber, Life};

/// After how many decrees to tell that they are read.
const DECREES_TOLD: u64 = 1024;

/// The contents of a ledger, as of its last commit. [`read()`](super::read()) returns them.
#[derive(Debug)]
pub struct Contents {
    /// The legislator to whom it belongs.
    pub identity: Identity,
    /// The promises, votes, decrees and the snapshot of the legislator.
    pub ledger: Ledger,
    /// The file of the snapshot, if there is one.
    pub snapshot: Option<KeptSnapshot>,
    /// The identity and lives of the ledger, and its marks of other ledgers.
    pub metadata: LedgerMetadata,
}

impl Contents {
    /// The contents as of the last commit. Tells how many decrees are read. O(decrees).
    pub(super) fn read(
        database: &impl ReadableDatabase,
        file: &Path,
        tell: &dyn Fn(Stage),
    ) -> Result<Self, LedgerError> {
        let identity = read_identity(database, file)?;
        let (mut ledger, snapshot) = read_ledger(database, file, tell)?;
        if let Some(snapshot) = &snapshot {
            let (bytes, folder) = (snapshot.summary.size, file.parent());
            tell(Stage::Snapshot { bytes });
            ledger.snapshot = snapshot.law(folder.unwrap_or(Path::new(".")), &identity)?;
        }
        Ok(Self {
            identity,
            ledger,
            snapshot,
            metadata: metadata::read(database, file)?,
        })
    }
}

/// The legislator to whom the ledger belongs.
pub(super) fn read_identity(
    database: &impl ReadableDatabase,
    file: &Path,
) -> Result<Identity, LedgerError> {
    let values = identity_values(database).map_err(|e| LedgerError::reading(file, e))?;
    let [format, cluster, id, legislators] =
        values.ok_or_else(|| LedgerError::damaged(file, "the entry of its owner is missing"))?;
    let number = |bytes: &[u8]| {
        let unreadable = "the entry of its owner cannot be read";
        number_of(bytes).ok_or_else(|| LedgerError::damaged(file, unreadable))
    };
    let format = number(&format)?;
    if !matches!(
        format,
        FORMAT_WITHOUT_IDENTITY
            | FORMAT_WITHOUT_SNAPSHOT
            | FORMAT_WITHOUT_TRANSACTIONS
            | FORMAT_WITHOUT_PARTS
            | FORMAT_WITHOUT_LEAST_LIFETIMES
            | FORMAT
    ) {
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

/// The legislator's part of the ledger, as of the last commit, without the law of the snapshot.
/// O(decrees).
fn read_ledger(
    database: &impl ReadableDatabase,
    file: &Path,
    tell: &dyn Fn(Stage),
) -> Result<(Ledger, Option<KeptSnapshot>), LedgerError> {
    let transaction = database
        .begin_read()
        .map_err(|error| LedgerError::reading(file, error.into()))?;
    let mut ledger = Ledger::new();
    let mut unreadable = None;
    fill(&transaction, &mut ledger, &mut unreadable, tell)
        .map_err(|error| LedgerError::reading(file, error))?;
    let snapshot =
        KeptSnapshot::read(&transaction).map_err(|error| LedgerError::reading(file, error))?;
    match (unreadable, snapshot) {
        (None, Ok(snapshot)) => Ok((ledger, snapshot)),
        (Some(why), _) => Err(LedgerError::damaged(file, why)),
        (None, Err(why)) => Err(LedgerError::damaged(file, why)),
    }
}

fn fill(
    transaction: &ReadTransaction,
    ledger: &mut Ledger,
    unreadable: &mut Option<String>,
    tell: &dyn Fn(Stage),
) -> Result<(), redb::Error> {
    let promises = transaction.open_table(PROMISES)?;
    let number = |name| -> Result<Option<u64>, redb::Error> {
        Ok(promises.get(name)?.map(|value| value.value()))
    };
    ledger.last_tried = number(LAST_TRIED)?.map(BallotNumber);
    ledger.next_bal = number(NEXT_BAL)?.map(BallotNumber);
    ledger.life = number(LIFE)?.map(Life);
    ledger.is_learner = number(LEARNER)?.is_some();
    for entry in transaction.open_table(VOTES)?.iter()? {
        let (number, vote) = entry?;
        match wire::decode_vote(vote.value()) {
            Ok(vote) => {
                ledger.votes.insert(DecreeNumber(number.value()), vote);
            }
            Err(why) => *unreadable = Some(format!("vote on {}: {why}", number.value())),
        }
    }
    let Some(Cut { through: cut, .. }) = Cut::read(transaction)? else {
        *unreadable = Some("the entry of its cut cannot be read".to_owned());
        return Ok(());
    };
    let decrees = transaction.open_table(DECREES)?;
    let last = decrees.last()?.map_or(0, |(last, _)| last.value());
    let of = last.saturating_sub(cut);
    for (entry, done) in decrees.range(cut + 1..)?.zip(0..) {
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
