//! Reads the law of a node, as of its last commit.

use super::BackupError;
use crate::config::Identity;
use crate::ledger::{KeptSnapshot, LedgerError, LedgerReader};
use crate::rollback::next_digest;
use crate::snapshot::SnapshotError;
use crate::{Map, wire};
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;
use synod_protocol::parliament::Law;

/// How often a ledger is read, if its node changes it too much meanwhile.
const ATTEMPTS: u32 = 5;

/// How long to wait for a node that starts or stops.
const PAUSE: Duration = Duration::from_millis(200);

/// The law of a node.
pub(super) struct LawOfNode {
    /// The legislator to whom the ledger belongs.
    pub(super) owner: Identity,
    /// The law as of the last commit before it was read.
    pub(super) law: Law<Map>,
    /// The digest of the decrees in it.
    pub(super) law_digest: u64,
}

/// Reads the snapshot and the decrees after it. Meanwhile a running node may take other snapshots, remove
/// the file of this one, and cut decrees off that were not read yet; or it may start or stop. Then the
/// next attempt reads everything anew.
pub(super) fn read(folder: &Path) -> Result<LawOfNode, BackupError> {
    let mut last = Ok(None);
    for _ in 0..ATTEMPTS {
        last = try_read(folder);
        match &last {
            Ok(None) => {}
            Err(BackupError::Ledger(LedgerError::InUse { .. } | LedgerError::Io { .. })) => {
                std::thread::sleep(PAUSE);
            }
            _ => break,
        }
    }
    last?.ok_or_else(|| BackupError::Overtaken {
        folder: folder.to_owned(),
        attempts: ATTEMPTS,
    })
}

/// `None` if the node has taken another snapshot meanwhile.
fn try_read(folder: &Path) -> Result<Option<LawOfNode>, BackupError> {
    let reader = LedgerReader::open(folder)?;
    let owner = reader.head.recovered.identity.clone();
    let known = reader.head.recovered.known;
    let (mut law, mut law_digest) = match reader.head.snapshot {
        None => (Law::default(), 0),
        Some(kept) => match kept.law(folder, &owner) {
            Ok(law) => (law, kept.law_digest),
            Err(error) if is_gone(&error) && is_replaced(folder, &kept)? => return Ok(None),
            Err(error) => return Err(error.into()),
        },
    };
    for decree in reader {
        let (at, decree) = decree?;
        if at <= law.through() {
            continue;
        }
        if at > law.through().next() {
            return Ok(None);
        }
        law.pass(&decree);
        law_digest = next_digest(law_digest, &wire::encode_decree(decree));
    }
    let law = (law.through() == known).then_some(law);
    Ok(law.map(|law| LawOfNode {
        owner,
        law,
        law_digest,
    }))
}

fn is_gone(error: &LedgerError) -> bool {
    matches!(
        error,
        LedgerError::Snapshot(SnapshotError::Io { source, .. })
            if source.kind() == ErrorKind::NotFound
    )
}

/// Whether the ledger refers to another snapshot by now.
fn is_replaced(folder: &Path, read: &KeptSnapshot) -> Result<bool, LedgerError> {
    let head = LedgerReader::open(folder)?.head;
    Ok(head.snapshot.as_ref() != Some(read))
}
