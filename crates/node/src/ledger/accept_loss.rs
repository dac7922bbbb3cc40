//! Accepts that what a ledger has lost is gone for ever.

use super::LedgerError;
use super::contents::Contents;
use super::error::file_in;
use super::metadata::write_accepted;
use super::open::open_own;
use crate::config::Identity;
use crate::ledger_identity::LedgerId;
use crate::private;
use std::path::Path;

/// Accepts the loss of the ledger `lost`: the ledger in this folder replaces it, and its node may
/// take part again. Accepting the same loss once more changes nothing.
///
/// The risk: votes that only the lost ledger contained are forgotten, so that a decree that was
/// passed may be replaced (see [`crate::rollback`]).
///
/// # Errors
///
/// If the ledger cannot be opened, or if `lost` is not the ledger whose loss is known here.
pub fn accept_loss(folder: &Path, identity: &Identity, lost: LedgerId) -> Result<(), LedgerError> {
    private::refuse_links_in(folder).map_err(|e| LedgerError::io(folder, e))?;
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
    history.accept(lost).map_err(LedgerError::NoRandom)?;
    write_accepted(&database, &history, lost)
        .map_err(|error| LedgerError::not_written(&file, error))
}
