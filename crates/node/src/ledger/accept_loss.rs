//! Accepts that what a ledger has lost is gone for ever.

use super::contents::Contents;
use super::error::file_in;
use super::metadata::write_replacing;
use super::open::open_own;
use super::{LEARNER, LedgerError, PROMISES};
use crate::config::Identity;
use crate::ledger_identity::{History, LedgerId};
use crate::private;
use redb::Database;
use std::path::Path;

/// Accepts the loss of the ledger `lost`: the ledger in this folder replaces it, and its node may
/// take part again. Accepting the same loss once more changes nothing.
///
/// A node needs this only if another legislator is gone for ever, too: once all others have answered
/// it, it takes part again by itself.
///
/// The risk: votes that only the lost ledger contained are forgotten, so that a decree that was
/// passed may be replaced (see [`crate::rollback`]).
///
/// # Errors
///
/// If the ledger cannot be opened, or if `lost` is not the ledger whose loss is known here.
pub fn accept_loss(folder: &Path, identity: &Identity, lost: LedgerId) -> Result<(), LedgerError> {
    private::refuse_special_files_in(folder).map_err(|e| LedgerError::io(folder, e))?;
    let file = file_in(folder);
    if !file.try_exists().map_err(|e| LedgerError::io(&file, e))? {
        return Err(LedgerError::Nothing {
            folder: folder.to_owned(),
        });
    }
    let (database, Contents { metadata, .. }) = open_own(&file, identity, &|_| {})?;
    match metadata.loss {
        None if metadata.history.accepted.contains(&lost) => return Ok(()),
        None => return Err(LedgerError::NothingLost { file }),
        Some(loss) if loss.remembered.ledger != lost => {
            return Err(LedgerError::OtherLoss {
                file,
                named: lost,
                lost: loss.remembered.ledger,
            });
        }
        Some(_) => {}
    }
    let mut history = metadata.history;
    history.accept([lost]).map_err(LedgerError::NoRandom)?;
    write(&database, &history).map_err(|error| LedgerError::not_written(&file, error))
}

/// Writes the acceptance. The legislator is no learner any more: he takes part at once.
fn write(database: &Database, history: &History) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    write_replacing(&transaction, history)?;
    transaction.open_table(PROMISES)?.remove(LEARNER)?;
    transaction.commit()?;
    Ok(())
}
