//! Accepting that what a ledger has lost is gone for ever.

use super::LedgerError;
use super::contents::Contents;
use super::error::at;
use super::metadata::write_accepted;
use super::open::open_own;
use crate::config::Identity;
use crate::ledger_identity::LedgerId;
use crate::private;
use std::path::Path;

/// The ledger in this folder stands for `lost` from now on, and may take part
/// again. To accept the same loss once more changes nothing.
///
/// # Errors
///
/// If it cannot be opened, or if that ledger is not what it has lost.
pub fn accept_loss(folder: &Path, identity: &Identity, lost: LedgerId) -> Result<(), LedgerError> {
    private::refuse_links_in(folder).map_err(|e| LedgerError::io(folder, e))?;
    let file = at(folder);
    if !file.try_exists().map_err(|e| LedgerError::io(&file, e))? {
        return Err(LedgerError::Nothing {
            folder: folder.to_owned(),
        });
    }
    let (database, Contents { metadata, .. }) = open_own(&file, identity)?;
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
