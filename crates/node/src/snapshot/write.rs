//! Writes a snapshot, entry by entry.

use super::folder::{self, UNFINISHED, file_in};
use super::hashing::{Hasher, HashingFile};
use super::{LARGEST_ENTRY, LARGEST_HEADER, MAGIC, SnapshotError, SnapshotHeader, VERSION};
use crate::wire::SnapshotSummary;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// How many bytes are written at once.
const BUFFER: usize = 64 << 10;

/// Writes a snapshot to a folder, durably. Blocks; takes bounded memory. Only one snapshot may be
/// written to a folder at a time. A crash at any moment leaves the complete file, or an unfinished
/// one that [`remove_unreferenced`](super::remove_unreferenced) removes. Shown in the
/// [module's](super) example.
///
/// # Errors
///
/// If the disk fails, or if an entry is longer than [`LARGEST_ENTRY`].
pub fn write<E: AsRef<[u8]>>(
    folder: &Path,
    header: &SnapshotHeader,
    entries: impl IntoIterator<Item = E>,
) -> Result<SnapshotSummary, SnapshotError> {
    let mut writer = Writer::create(folder.join(UNFINISHED))?;
    writer.put(MAGIC)?;
    writer.put(&VERSION.to_le_bytes())?;
    writer.put_sized("the header", &header.encode(), LARGEST_HEADER)?;
    let mut count: u64 = 0;
    for entry in entries {
        writer.put_sized("an entry", entry.as_ref(), LARGEST_ENTRY)?;
        count += 1;
    }
    // No entry has the length 0.
    writer.put(&[0; 4])?;
    writer.put(&count.to_le_bytes())?;
    writer.finish(folder, header)
}

struct Writer {
    path: PathBuf,
    out: BufWriter<HashingFile>,
}

impl Writer {
    fn create(path: PathBuf) -> Result<Self, SnapshotError> {
        let file = folder::create(&path).map_err(SnapshotError::io(&path))?;
        let file = HashingFile::new(file, Hasher::new(), 0);
        let out = BufWriter::with_capacity(BUFFER, file);
        Ok(Self { path, out })
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        let written = self.out.write_all(bytes);
        written.map_err(SnapshotError::io(&self.path))
    }

    fn put_sized(
        &mut self,
        what: &'static str,
        bytes: &[u8],
        most: usize,
    ) -> Result<(), SnapshotError> {
        let length = bytes.len();
        if length > most {
            return Err(SnapshotError::TooLong {
                file: self.path.clone(),
                what,
                length,
                most,
            });
        }
        self.put(&(length as u32).to_le_bytes())?;
        self.put(bytes)
    }

    fn finish(
        self,
        folder: &Path,
        header: &SnapshotHeader,
    ) -> Result<SnapshotSummary, SnapshotError> {
        let Self { path, out } = self;
        let finish = || -> io::Result<SnapshotSummary> {
            let HashingFile {
                file,
                hasher,
                length,
                ..
            } = out.into_inner()?;
            let digest = hasher.finish();
            (&file).write_all(&digest.0)?;
            let summary = SnapshotSummary {
                through: header.through,
                size: length + digest.0.len() as u64,
                digest,
            };
            folder::finish(&file, &path, &file_in(folder, &summary))?;
            Ok(summary)
        };
        finish().map_err(SnapshotError::io(&path))
    }
}
