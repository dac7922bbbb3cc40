//! What can be wrong with a ledger.

use super::FILE;
use crate::ledger_identity::LedgerId;
use std::io;
use std::path::{Path, PathBuf};

/// Why a ledger cannot be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The folder or the file in it cannot be used.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// And why.
        source: io::Error,
    },
    /// There is none.
    #[error(
        "there is no ledger in {folder}: each node has a folder of its own, and `synod cluster` \
         makes node-1, node-2 and so on in its own"
    )]
    Nothing {
        /// The folder.
        folder: PathBuf,
    },
    /// Others may read or write in the folder.
    #[error(
        "{folder} is open to others (mode {mode:o}): a ledger belongs to its legislator alone \
         (chmod 700)"
    )]
    OpenToOthers {
        /// The folder.
        folder: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// Another process has it.
    #[error("{file} is in use by another process: a legislator has one ledger, and one pen")]
    InUse {
        /// The file.
        file: PathBuf,
    },
    /// It belongs to somebody else.
    #[error("{file} is the ledger of {found}, and not of {expected}")]
    Foreign {
        /// The file.
        file: PathBuf,
        /// Whose it is.
        found: String,
        /// Whose it should be.
        expected: String,
    },
    /// It was written in another format.
    #[error("{file} has format {found}; this program reads and writes format {expected}")]
    Format {
        /// The file.
        file: PathBuf,
        /// Its format.
        found: u64,
        /// Ours.
        expected: u64,
    },
    /// It is not what was written.
    #[error(
        "{file} is damaged: {why}. A legislator who has lost his ledger has lost his promises, \
         and must not take part under his name again; an old copy of it would break them, too"
    )]
    Damaged {
        /// The file.
        file: PathBuf,
        /// How that was found out.
        why: String,
    },
    /// Its loss cannot be accepted: it has lost nothing.
    #[error(
        "{file}: nobody has said that something is lost here. --accept-loss is given once, to a \
         node that has refused to vote"
    )]
    NothingLost {
        /// The file.
        file: PathBuf,
    },
    /// It has lost something else.
    #[error("{file} lacks what was seen of {lost}, and not of {named}")]
    OtherLoss {
        /// The file.
        file: PathBuf,
        /// The ledger whose loss was to be accepted.
        named: LedgerId,
        /// The one that is lost.
        lost: LedgerId,
    },
    /// The operating system has no random bytes for an identity.
    #[error("there are no random bytes for the identity of a ledger: {0}")]
    NoRandom(getrandom::Error),
    /// The disk did not take a commit.
    #[error("{file}: the disk did not take what was to be written: {source}")]
    NotWritten {
        /// The file.
        file: PathBuf,
        /// What it said.
        source: Box<redb::Error>,
    },
}

pub(super) fn at(folder: &Path) -> PathBuf {
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

    /// What redb says of a file that it was to open or read.
    pub(super) fn reading(file: &Path, error: redb::Error) -> Self {
        match error {
            redb::Error::DatabaseAlreadyOpen => Self::InUse {
                file: file.to_owned(),
            },
            // An end of the file where there should be none, or no file of redb.
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
