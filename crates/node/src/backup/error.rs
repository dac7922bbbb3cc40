//! [`BackupError`].

use crate::ledger::LedgerError;
use crate::snapshot::SnapshotError;
use std::io;
use std::path::{Path, PathBuf};

/// Why a backup cannot be made, read or restored. The functions of [`crate::backup`] return it.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A ledger cannot be read or made.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A snapshot cannot be read or written.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// A file or folder cannot be used.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why it cannot be used.
        source: io::Error,
    },
    /// There is a file with the name of the backup.
    #[error("{file} exists: a backup is never overwritten")]
    Exists {
        /// The file.
        file: PathBuf,
    },
    /// The backup would be in the folder of its node.
    #[error("{file} is within {folder}, the folder of the node: it would be lost with the node")]
    Within {
        /// The file.
        file: PathBuf,
        /// The folder.
        folder: PathBuf,
    },
    /// The node cut decrees off before they were read, again and again.
    #[error(
        "the node of {folder} takes snapshots faster than its ledger can be read; {attempts} \
         attempts have failed"
    )]
    Overtaken {
        /// The folder of the node.
        folder: PathBuf,
        /// How often it was tried.
        attempts: u32,
    },
    /// The backup does not contain what was written to it.
    #[error("{file} is damaged: {why}")]
    Damaged {
        /// The file.
        file: PathBuf,
        /// The fault of the file, with the place of it.
        why: String,
    },
    /// The backup was to be restored into its own cluster.
    #[error(
        "{file} is a backup of cluster {cluster}, and cannot be restored into it: the nodes of \
         {cluster} have promised and voted since, a restored ledger would take that back, and then \
         two decrees could pass with one number"
    )]
    SameCluster {
        /// The file.
        file: PathBuf,
        /// The name of the cluster.
        cluster: String,
    },
    /// There is not one folder for each legislator.
    #[error("each legislator has a folder of its own: {legislators} are needed, {named} named")]
    Folders {
        /// How many legislators the new cluster has.
        legislators: usize,
        /// How many folders were named.
        named: usize,
    },
    /// A folder was named twice.
    #[error("{folder} is named twice: each legislator has a folder of its own")]
    Twice {
        /// The folder.
        folder: PathBuf,
    },
    /// A folder is in another one.
    #[error("{inner} is in {outer}: each legislator has a folder of its own")]
    Nested {
        /// The folder.
        inner: PathBuf,
        /// The folder in which it is.
        outer: PathBuf,
    },
    /// There is a ledger in the folder.
    #[error("there is a ledger in {folder}: a restore makes new ledgers, and changes none")]
    HoldsLedger {
        /// The folder.
        folder: PathBuf,
    },
    /// There is something in the folder.
    #[error("{folder} is not empty: a restore makes new ledgers, in new or empty folders")]
    NotEmpty {
        /// The folder.
        folder: PathBuf,
    },
}

impl BackupError {
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    pub(super) fn damaged(file: &Path, why: impl Into<String>) -> Self {
        Self::Damaged {
            file: file.to_owned(),
            why: why.into(),
        }
    }

    /// An error of a backup: what a node does about a damaged snapshot is of no use here.
    pub(super) fn of_file(error: SnapshotError) -> Self {
        match error {
            SnapshotError::Damaged { file, at, why } => Self::Damaged {
                file,
                why: format!("at byte {at}, {why}"),
            },
            other => Self::Snapshot(other),
        }
    }
}
