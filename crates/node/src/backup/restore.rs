//! Makes the ledgers of a new cluster from a backup.

use super::made::Made;
use super::{Backup, BackupError, parent, sync, verify};
use crate::config::Identity;
use crate::ledger::{self, KeptSnapshot, LedgerError};
use crate::snapshot::{self, SnapshotHeader, SnapshotReader};
use crate::{private, wire};
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use synod_math::Priest;

/// Makes the ledgers of all legislators of a new cluster: new ledgers without promises and votes, that
/// all begin with the law of the backup. Legislator i gets the i-th folder, which must be empty or not
/// exist. Takes bounded memory. O(size) for each legislator.
///
/// # Errors
///
/// If the backup cannot be read or is one of this cluster, if the folders cannot be used, or if a
/// ledger cannot be written. Then nothing is changed, and what was made is removed again.
pub fn restore(
    file: &Path,
    cluster: &str,
    legislators: usize,
    folders: &[PathBuf],
) -> Result<Backup, BackupError> {
    let owners = owners(cluster, legislators, folders)?;
    folders.iter().try_for_each(|folder| refuse_used(folder))?;
    let backup = verify(file)?;
    if backup.header.cluster == cluster {
        return Err(BackupError::SameCluster {
            file: file.to_owned(),
            cluster: cluster.to_owned(),
        });
    }
    let mut made = Made::default();
    for (owner, folder) in owners.iter().zip(folders) {
        made.folder(folder).map_err(BackupError::io(folder))?;
        // It may have been used since, or be another name of a folder before it.
        refuse_used(folder)?;
        fill(folder, owner, file, &backup, &mut made)?;
    }
    let folders = made.keep();
    folders.iter().try_for_each(|folder| sync(parent(folder)))?;
    Ok(backup)
}

/// The owners of the new ledgers, each with another folder.
fn owners(
    cluster: &str,
    legislators: usize,
    folders: &[PathBuf],
) -> Result<Vec<Identity>, BackupError> {
    let owner = |index| {
        Some(Identity {
            cluster: cluster.to_owned(),
            me: Priest::new(index)?,
            legislators,
        })
    };
    let owners: Option<Vec<_>> = (0..legislators).map(owner).collect();
    let owners = owners.filter(|owners| !owners.is_empty() && owners.len() == folders.len());
    let owners = owners.ok_or(BackupError::Folders {
        legislators,
        named: folders.len(),
    })?;
    let absolute = |folder: &PathBuf| std::path::absolute(folder).map_err(BackupError::io(folder));
    let mut named = folders
        .iter()
        .map(absolute)
        .collect::<Result<Vec<_>, _>>()?;
    // A folder comes right before what is in it.
    named.sort();
    let mut pairs = named.iter().zip(named.iter().skip(1));
    if let Some((outer, inner)) = pairs.find(|(outer, inner)| inner.starts_with(outer)) {
        return Err(if outer == inner {
            BackupError::Twice {
                folder: outer.clone(),
            }
        } else {
            BackupError::Nested {
                inner: inner.clone(),
                outer: outer.clone(),
            }
        });
    }
    Ok(owners)
}

/// Refuses a folder that is not empty, is a link, or is open to other users. One that does not exist
/// is accepted.
fn refuse_used(folder: &Path) -> Result<(), BackupError> {
    private::refuse_link(folder).map_err(BackupError::io(folder))?;
    let mut entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(BackupError::io(folder))?,
    };
    let folder = folder.to_owned();
    if folder.join(ledger::FILE).symlink_metadata().is_ok() {
        return Err(BackupError::HoldsLedger { folder });
    }
    if entries.next().is_some() {
        return Err(BackupError::NotEmpty { folder });
    }
    let metadata = fs::metadata(&folder).map_err(BackupError::io(&folder))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(LedgerError::OpenToOthers { folder, mode }.into());
    }
    Ok(())
}

/// Writes the snapshot and the ledger of one legislator.
fn fill(
    folder: &Path,
    owner: &Identity,
    file: &Path,
    backup: &Backup,
    made: &mut Made,
) -> Result<(), BackupError> {
    let reader = SnapshotReader::open(file).map_err(BackupError::of_file)?;
    let header = SnapshotHeader {
        cluster: owner.cluster.clone(),
        legislators: owner.legislators,
        ..backup.header.clone()
    };
    made.file(folder.join(snapshot::UNFINISHED));
    let mut written = None;
    let read = reader.read(
        |bytes| wire::decode_law_entry(bytes).map(|_| bytes.to_vec()),
        |entries| written = Some(snapshot::write(folder, &header, entries)),
    );
    let summary = written.transpose()?;
    if let Some(summary) = &summary {
        made.file(snapshot::file_in(folder, summary));
    }
    let (found, ()) = read.map_err(BackupError::of_file)?;
    let summary = summary.filter(|_| found == backup.summary);
    let changed = || BackupError::damaged(file, "it was changed while it was read");
    let snapshot = KeptSnapshot {
        summary: summary.ok_or_else(changed)?,
        law_digest: header.law_digest,
    };
    make_ledger(folder, owner, &snapshot, made)
}

fn make_ledger(
    folder: &Path,
    owner: &Identity,
    snapshot: &KeptSnapshot,
    made: &mut Made,
) -> Result<(), BackupError> {
    let result = ledger::make_from_snapshot(folder, owner, snapshot);
    // A ledger that is in use was made by another process.
    if !matches!(result, Err(LedgerError::InUse { .. })) {
        for file in ledger::files_of_new(folder) {
            made.file(file);
        }
    }
    result.map_err(BackupError::from)
}
