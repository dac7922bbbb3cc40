//! Reads and writes the metadata of a ledger: its identity and lives, and the marks of other
//! legislators' ledgers (see [`crate::rollback`]).

use super::cut::Cut;
use super::{
    ACCEPTED, FORMAT, FORMAT_WITHOUT_IDENTITY, IDENTITY, LIVES, LedgerError, MET, number_of,
};
use crate::ledger_identity::{History, LedgerId, Life, Mark};
use crate::rollback::{LedgerMetadata, Loss, Unsaved};
use crate::wire;
use redb::{Database, ReadableDatabase, ReadableTable, WriteTransaction};
use std::collections::BTreeMap;
use std::path::Path;
use synod_math::Priest;

/// The key of the ledger's identity.
const LEDGER: &str = "ledger";

/// The key of a loss: the index of the legislator that remembers what is lost, and its mark.
const LOST: &str = "lost";

/// Reads the metadata. For a ledger of the older format without an identity, this is new
/// metadata, which is written when the ledger is next opened for writing.
pub(super) fn read(
    database: &impl ReadableDatabase,
    file: &Path,
) -> Result<LedgerMetadata, LedgerError> {
    let read = entries(database).map_err(|error| LedgerError::reading(file, error))?;
    if read.ledger.is_none() && read.format == FORMAT_WITHOUT_IDENTITY {
        return LedgerMetadata::new().map_err(LedgerError::NoRandom);
    }
    decoded(&read).ok_or_else(|| {
        LedgerError::damaged(
            file,
            "its identity, or its marks of other ledgers, cannot be read",
        )
    })
}

/// The metadata as it is in the file, not decoded.
struct Entries {
    format: u64,
    ledger: Option<Vec<u8>>,
    lost: Option<Vec<u8>>,
    lives: BTreeMap<u64, Life>,
    accepted: Vec<u128>,
    met: Vec<(u64, Vec<u8>)>,
}

fn entries(database: &impl ReadableDatabase) -> Result<Entries, redb::Error> {
    let transaction = database.begin_read()?;
    let identity = transaction.open_table(IDENTITY)?;
    let of = |key| -> Result<Option<Vec<u8>>, redb::Error> {
        Ok(identity.get(key)?.map(|value| value.value().to_vec()))
    };
    let mut entries = Entries {
        format: of("format")?
            .and_then(|bytes| number_of(&bytes))
            .unwrap_or(FORMAT),
        ledger: of(LEDGER)?,
        lost: of(LOST)?,
        lives: BTreeMap::new(),
        accepted: Vec::new(),
        met: Vec::new(),
    };
    if entries.ledger.is_none() {
        return Ok(entries);
    }
    for entry in transaction.open_table(LIVES)?.iter()? {
        let (life, value) = entry?;
        let (nonce, commits) = value.value();
        entries.lives.insert(life.value(), Life { nonce, commits });
    }
    for entry in transaction.open_table(ACCEPTED)?.iter()? {
        entries.accepted.push(entry?.0.value());
    }
    for entry in transaction.open_table(MET)?.iter()? {
        let (of, mark) = entry?;
        entries.met.push((of.value(), mark.value().to_vec()));
    }
    Ok(entries)
}

fn decoded(entries: &Entries) -> Option<LedgerMetadata> {
    let ledger = entries.ledger.as_ref()?.as_slice().try_into().ok()?;
    let ledger = LedgerId(u128::from_le_bytes(ledger));
    let marks = entries.met.iter().map(|(of, mark)| {
        let of = Priest::new(usize::try_from(*of).ok()?)?;
        Some((of, wire::decode_mark(mark).ok()?))
    });
    let loss = match entries.lost.as_ref().map(|bytes| bytes.split_first()) {
        None => None,
        Some(lost) => {
            let (&by, mark) = lost?;
            Some(Loss {
                by: Priest::new(by.into())?,
                remembered: wire::decode_mark(mark).ok()?,
                here: ledger,
            })
        }
    };
    Some(LedgerMetadata {
        history: History {
            ledger,
            lives: entries.lives.clone(),
            accepted: entries.accepted.iter().copied().map(LedgerId).collect(),
        },
        met: marks.collect::<Option<_>>()?,
        loss,
    })
}

/// Writes the identity of a ledger within the given transaction, and makes the tables for its
/// metadata if there are none.
pub(super) fn write_identity(
    transaction: &WriteTransaction,
    ledger: LedgerId,
) -> Result<(), redb::Error> {
    let mut identity = transaction.open_table(IDENTITY)?;
    identity.insert("format", FORMAT.to_le_bytes().as_slice())?;
    identity.insert(LEDGER, ledger.0.to_le_bytes().as_slice())?;
    transaction.open_table(LIVES)?;
    transaction.open_table(ACCEPTED)?;
    transaction.open_table(MET)?;
    Ok(())
}

/// Begins the next life, durably, and removes the decrees that are cut off. No message may leave
/// before that: a peer would remember a mark that the ledger lacks.
pub(super) fn begin_life(
    database: &Database,
    metadata: &mut LedgerMetadata,
    file: &Path,
) -> Result<Cut, LedgerError> {
    metadata
        .history
        .begin_life()
        .map_err(LedgerError::NoRandom)?;
    write_history(database, &metadata.history)
        .map_err(|error| LedgerError::not_written(file, error))
}

/// Writes the identity and the present life, and removes the decrees that are cut off.
fn write_history(database: &Database, history: &History) -> Result<Cut, redb::Error> {
    // It was read before.
    let cut = Cut::read(&database.begin_read()?)?;
    let mut cut = cut.unwrap_or(Cut::at(0));
    let transaction = database.begin_write()?;
    write_identity(&transaction, history.ledger)?;
    let Mark {
        life,
        nonce,
        commits,
        ..
    } = history.mark();
    transaction
        .open_table(LIVES)?
        .insert(life, (nonce, commits))?;
    cut.remove_all(&transaction)?;
    transaction.commit()?;
    Ok(cut)
}

/// Writes what rollback detection has to keep, in the transaction of a commit.
pub(super) fn write_unsaved(
    transaction: &WriteTransaction,
    unsaved: &Unsaved,
) -> Result<(), redb::Error> {
    if let Some(history) = &unsaved.replacing {
        write_replacing(transaction, history)?;
    } else if let Some(loss) = &unsaved.loss {
        let mut bytes = vec![loss.by.index() as u8];
        bytes.extend(wire::encode_mark(&loss.remembered));
        transaction
            .open_table(IDENTITY)?
            .insert(LOST, bytes.as_slice())?;
    }
    let (number, Life { nonce, commits }) = unsaved.life;
    let mut lives = transaction.open_table(LIVES)?;
    lives.insert(number, (nonce, commits))?;
    let mut met = transaction.open_table(MET)?;
    for (of, mark) in &unsaved.met {
        met.insert(of.index() as u64, wire::encode_mark(mark).as_slice())?;
    }
    Ok(())
}

/// Writes that this ledger, whose history this is, replaces lost ones.
pub(super) fn write_replacing(
    transaction: &WriteTransaction,
    history: &History,
) -> Result<(), redb::Error> {
    write_identity(transaction, history.ledger)?;
    transaction.open_table(IDENTITY)?.remove(LOST)?;
    let mut accepted = transaction.open_table(ACCEPTED)?;
    for lost in &history.accepted {
        accepted.insert(lost.0, ())?;
    }
    let mut lives = transaction.open_table(LIVES)?;
    lives.retain(|life, _| history.lives.contains_key(&life))?;
    Ok(())
}
