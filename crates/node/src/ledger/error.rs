//! [`LedgerError`].

use super::FILE;
use crate::ledger_identity::LedgerId;
use crate::snapshot::SnapshotError;
use std::io;
use std::path::{Path, PathBuf};
use synod_protocol::parliament::DecreeNumber;

/// Why a ledger cannot be opened, read or written. The functions of [`crate::ledger`] return it.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The folder or the file in it cannot be used.
    #[error("{path}: {source}")]
    Io {
        /// The folder or the file.
        path: PathBuf,
        /// Why it cannot be used.
        source: io::Error,
    },
    /// The folder contains no ledger.
    #[error(
        "there is no ledger in {folder}: each node has a folder of its own, and `synod cluster` \
         makes node-1, node-2 and so on in its own"
    )]
    Nothing {
        /// The folder.
        folder: PathBuf,
    },
    /// Other users may read or write in the folder.
    #[error(
        "{folder} is open to other users (mode {mode:o}): only the owner of a ledger may have \
         access (chmod 700)"
    )]
    OpenToOthers {
        /// The folder.
        folder: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// Another process has the ledger open.
    #[error("{file} is in use by another process: only one process may have a ledger open")]
    InUse {
        /// The file.
        file: PathBuf,
    },
    /// The ledger belongs to another legislator.
    #[error("{file} is the ledger of {found}, and not of {expected}")]
    Foreign {
        /// The file.
        file: PathBuf,
        /// The legislator to whom it belongs.
        found: String,
        /// The legislator to whom it should belong.
        expected: String,
    },
    /// The ledger was written in another format.
    #[error("{file} has format {found}; this program reads and writes format {expected}")]
    Format {
        /// The file.
        file: PathBuf,
        /// The format of the file.
        found: u64,
        /// The format of this program.
        expected: u64,
    },
    /// The file does not contain what was written to it.
    #[error(
        "{file} is damaged: {why}. Without its ledger a node has forgotten its promises, and an \
         older copy lacks some of them: a node with either must not vote"
    )]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The snapshot to which the ledger refers cannot be read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// A snapshot was recorded before its file was made.
    #[error("{file}: there is no file of the snapshot up to decree {through}")]
    NoSnapshot {
        /// The file of the ledger.
        file: PathBuf,
        /// The number of the last decree in the snapshot.
        through: DecreeNumber,
    },
    /// A loss cannot be accepted, because nothing is known to be lost.
    #[error(
        "{file}: no other node has said that something is lost here. Give --accept-loss once, and \
         only to a node that has refused to vote"
    )]
    NothingLost {
        /// The file.
        file: PathBuf,
    },
    /// The ledger has lost something, but of another ledger than the named one.
    #[error("{file}: the lost ledger is {lost}, and not {named}")]
    OtherLoss {
        /// The file.
        file: PathBuf,
        /// The ledger whose loss was to be accepted.
        named: LedgerId,
        /// The ledger that is lost.
        lost: LedgerId,
    },
    /// The operating system has no random bytes for an identity.
    #[error("the operating system has no random bytes for the identity of a ledger: {0}")]
    NoRandom(getrandom::Error),
    /// A commit could not be written.
    #[error("{file}: writing to the disk failed: {source}")]
    NotWritten {
        /// The file.
        file: PathBuf,
        /// Why writing failed.
        source: Box<redb::Error>,
    },
}

/// The path of the ledger's file in a folder.
pub(super) fn file_in(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

impl LedgerError {
    pub(super) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    pub(super) fn not_written(file: &Path, source: redb::Error) -> Self {
        Self::NotWritten {
            file: file.to_owned(),
            source: Box::new(source),
        }
    }

    pub(super) fn damaged(file: &Path, why: impl std::fmt::Display) -> Self {
        Self::Damaged {
            file: file.to_owned(),
            why: why.to_string(),
        }
    }

    /// Translates an error of redb about a file that it was to open or read.
    pub(super) fn reading(file: &Path, error: redb::Error) -> Self {
        match error {
            redb::Error::DatabaseAlreadyOpen => Self::InUse {
                file: file.to_owned(),
            },
            // These two kinds mean a file that is cut off, or not one of redb: damage.
            redb::Error::Io(source)
                if !matches!(
                    source.kind(),
                    io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData
                ) =>
            {
                Self::io(file, source)
            }
            other => Self::damaged(file, other),
        }
    }
}
