//! [`HashingFile`]: writes to a file what is hashed on the way.

use crate::wire::FileDigest;
use ring::digest::{Context, SHA256, SHA256_OUTPUT_LEN};
use std::fs::File;
use std::io::{self, Write};

/// How many bytes are written between two syncs. A sync of much at once would delay those of the
/// ledger, which share the disk.
const SYNC_AFTER: u64 = 8 << 20;

/// How many bytes the digest at the end of a file takes.
pub(super) const DIGEST: usize = SHA256_OUTPUT_LEN;

/// A SHA-256 digest under way.
pub(crate) struct Hasher(Context);

impl Hasher {
    pub(crate) fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> FileDigest {
        let mut digest = [0; DIGEST];
        digest.copy_from_slice(self.0.finish().as_ref());
        FileDigest(digest)
    }
}

/// A file that is written from its beginning to its end. It is synced again and again, so that
/// little is left for the last sync.
pub(super) struct HashingFile {
    pub(super) file: File,
    pub(super) hasher: Hasher,
    /// How many bytes the file has.
    pub(super) length: u64,
    not_synced: u64,
}

impl HashingFile {
    /// `hasher` has hashed the first `length` bytes of the file, at whose end it is.
    pub(super) const fn new(file: File, hasher: Hasher, length: u64) -> Self {
        Self {
            file,
            hasher,
            length,
            not_synced: 0,
        }
    }

    /// Writes bytes that are not hashed.
    pub(super) fn write_unhashed(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.length += bytes.len() as u64;
        self.not_synced += bytes.len() as u64;
        if self.not_synced >= SYNC_AFTER {
            self.file.sync_data()?;
            self.not_synced = 0;
        }
        Ok(())
    }
}

impl Write for HashingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hasher.update(bytes);
        self.write_unhashed(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
