//! [`SnapshotError`].

use std::io;
use std::path::{Path, PathBuf};

/// Why a snapshot cannot be written or read. The functions of [`crate::snapshot`] return it.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The file or its folder cannot be used.
    #[error("{path}: {source}")]
    Io {
        /// The file or the folder.
        path: PathBuf,
        /// Why it cannot be used.
        source: io::Error,
    },
    /// The file was written in another format.
    #[error(
        "{file} is a snapshot of version {found}, and this program reads versions 1 to {newest}: \
         use the program that has written it"
    )]
    Version {
        /// The file.
        file: PathBuf,
        /// The version of the file.
        found: u32,
        /// The newest version that this program reads, and the one that it writes.
        newest: u32,
    },
    /// The snapshot belongs to another cluster.
    #[error(
        "{file} is a snapshot of {found}, and not of {expected}: a node can use the snapshots of \
         its own cluster only"
    )]
    OtherCluster {
        /// The file.
        file: PathBuf,
        /// The cluster to which it belongs.
        found: String,
        /// The cluster to which it should belong.
        expected: String,
    },
    /// The file does not contain what was written to it.
    #[error(
        "{file} is damaged: at byte {at}, {why}. Its node lacks the decrees up to this snapshot: \
         with an empty folder it learns them from the other nodes, and votes again when all of them have \
         answered it"
    )]
    Damaged {
        /// The file.
        file: PathBuf,
        /// Where the damage was noticed.
        at: u64,
        /// What is wrong there.
        why: String,
    },
    /// An entry or the header is too long to be read again.
    #[error(
        "{file} cannot be written: {what} would have {length} bytes, and may have {most}; the \
         snapshot is given up"
    )]
    TooLong {
        /// The file.
        file: PathBuf,
        /// What is too long.
        what: &'static str,
        /// Its length.
        length: usize,
        /// The limit.
        most: usize,
    },
}

impl SnapshotError {
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}
