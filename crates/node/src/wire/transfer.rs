//! [`Transfer`]: how nodes offer each other snapshots, ask for them, and send them.

use super::Malformed;
use super::layout::{Layout, layout, written_as};
use super::types::number;
use bytes::Bytes;
use serde_bytes::ByteBuf;
use std::fmt;
use synod_protocol::parliament::DecreeNumber;

/// How many bytes a chunk has at most.
pub const LARGEST_CHUNK: usize = 64 << 10;

/// The SHA-256 digest at the end of a file, of all bytes before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileDigest(pub [u8; 32]);

impl fmt::Display for FileDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for FileDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What identifies the file of a snapshot (see [`crate::snapshot`]). Two files with the same
/// summary have the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotSummary {
    /// The number of the last decree that the snapshot contains.
    pub through: DecreeNumber,
    /// The size of the file in bytes.
    pub size: u64,
    /// The digest at the end of the file.
    pub digest: FileDigest,
}

/// A part of the transfer of a snapshot: see [`crate::snapshot::transfer`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// The sender has this snapshot for the receiver.
    Offer(SnapshotSummary),
    /// The sender has the first `offset` bytes of this file, and wants those after them.
    Want {
        /// The digest of the file.
        digest: FileDigest,
        /// How many bytes the sender has. The size of the file if it needs no more.
        offset: u64,
    },
    /// Some bytes of this file, at least one.
    Chunk {
        /// The digest of the file.
        digest: FileDigest,
        /// Where in the file these bytes begin.
        offset: u64,
        /// The bytes.
        bytes: Bytes,
    },
}

layout! { enum Transfer as WrittenTransfer {
    Offer(summary: SnapshotSummary),
    Want { digest: FileDigest, offset: u64 },
    Chunk { digest: FileDigest, offset: u64, bytes: Bytes },
} }

written_as! {
    SnapshotSummary as (u64, u64, [u8; 32]): |summary| (
        summary.through.0, summary.size, summary.digest.0
    ), |(through, size, digest)| Ok(Self {
        through: DecreeNumber(number(through)?),
        size: number(size)?,
        digest: FileDigest(digest),
    });
    FileDigest as [u8; 32]: |digest| digest.0, |bytes| Ok(Self(bytes));
    Bytes as ByteBuf: |bytes| ByteBuf::from(Vec::from(bytes)), |bytes| match bytes.len() {
        1..=LARGEST_CHUNK => Ok(bytes.into_vec().into()),
        length => Err(Malformed::Chunk(length)),
    };
}
