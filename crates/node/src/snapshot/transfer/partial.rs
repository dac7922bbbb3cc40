//! [`Partial`]: the file of the receiver, as far as it has arrived.

use crate::snapshot::folder::{self, create, file_in};
use crate::snapshot::hashing::{DIGEST, Hasher, HashingFile};
use crate::wire::{FileDigest, LARGEST_NUMBER, SnapshotSummary};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use synod_protocol::parliament::DecreeNumber;

const PREFIX: &str = "snapshot-";
const EXTENSION: &str = ".partial";

/// How many bytes of the disk a snapshot that is received leaves free: a full disk would end the
/// node, because the ledger could not be written.
pub const RESERVE: u64 = 64 << 20;

/// Why the part of a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PartialError {
    /// The file or its folder cannot be used.
    #[error("{path}: {source}")]
    Io {
        /// The file or the folder.
        path: PathBuf,
        /// Why it cannot be used.
        source: io::Error,
    },
    /// The disk has too little room.
    #[error(
        "{folder}: a snapshot of {size} bytes is offered, and the disk has {free} bytes free, of which \
         {RESERVE} are not for snapshots: make room there"
    )]
    NoRoom {
        /// The folder.
        folder: PathBuf,
        /// The size of the snapshot.
        size: u64,
        /// How many bytes are free.
        free: u64,
    },
    /// The file is not the one that was offered.
    #[error("{path}: the bytes that arrived do not have the digest that was offered")]
    Wrong {
        /// The file.
        path: PathBuf,
    },
}

impl PartialError {
    fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}

/// A file that is arriving. Its name tells which one it is, so that it can be continued after a
/// restart. It is hashed on the way.
pub struct Partial {
    folder: PathBuf,
    path: PathBuf,
    summary: SnapshotSummary,
    out: HashingFile,
}

/// Refuses a file that the disk has no room for, beside [`RESERVE`].
///
/// # Errors
///
/// If it has none, or `free` is an error.
pub(super) fn require_room(
    folder: &Path,
    summary: &SnapshotSummary,
    free: io::Result<u64>,
) -> Result<(), PartialError> {
    let (size, free) = (summary.size, free.map_err(PartialError::io(folder))?);
    if size.saturating_add(RESERVE) <= free {
        return Ok(());
    }
    let folder = folder.to_owned();
    Err(PartialError::NoRoom { folder, size, free })
}

impl Partial {
    /// Begins an empty file, and removes all other partial files of the folder.
    ///
    /// # Errors
    ///
    /// If the disk fails.
    pub fn begin(folder: &Path, summary: &SnapshotSummary) -> Result<Self, PartialError> {
        let path = folder.join(name_of(summary));
        for (other, _) in all_in(folder)? {
            fs::remove_file(&other).map_err(PartialError::io(&other))?;
        }
        let file = create(&path).map_err(PartialError::io(&path))?;
        Ok(Self {
            folder: folder.to_owned(),
            path,
            summary: *summary,
            out: HashingFile::new(file, Hasher::new(), 0),
        })
    }

    /// Opens the partial file of a folder, if there is one. O(its length): it is read for the
    /// digest.
    ///
    /// # Errors
    ///
    /// If the disk fails, or if the partial file is longer than the whole one.
    pub fn resume(folder: &Path) -> Result<Option<Self>, PartialError> {
        let newest = all_in(folder)?.into_iter();
        let Some((path, summary)) = newest.max_by_key(|(_, summary)| summary.through) else {
            return Ok(None);
        };
        let out = reopen(&path, &summary).map_err(PartialError::io(&path))?;
        if out.length > summary.size {
            return Err(PartialError::Wrong { path });
        }
        Ok(Some(Self {
            folder: folder.to_owned(),
            path,
            summary,
            out,
        }))
    }

    /// The file that is arriving.
    pub const fn summary(&self) -> &SnapshotSummary {
        &self.summary
    }

    /// How many bytes have arrived.
    pub const fn received(&self) -> u64 {
        self.out.length
    }

    /// Adds bytes at the end.
    ///
    /// # Errors
    ///
    /// If the disk fails.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), PartialError> {
        let hashed = hashed_part(&self.summary, self.out.length, bytes.len());
        let (hashed, rest) = bytes.split_at(hashed);
        let out = &mut self.out;
        let written = out
            .write_all(hashed)
            .and_then(|()| out.write_unhashed(rest));
        written.map_err(PartialError::io(&self.path))
    }

    /// Compares the digest, makes the file durable and gives it its final name, which is
    /// returned. Otherwise removes it. Blocks.
    ///
    /// # Errors
    ///
    /// If the digest is wrong, or the disk fails.
    pub fn finish(self) -> Result<PathBuf, PartialError> {
        let Self {
            folder,
            path,
            summary,
            out,
        } = self;
        let finish = || -> io::Result<Option<PathBuf>> {
            let mut written = FileDigest([0; DIGEST]);
            let start = summary.size.saturating_sub(DIGEST as u64);
            out.file.read_exact_at(&mut written.0, start)?;
            if out.hasher.finish() != summary.digest || written != summary.digest {
                return Ok(None);
            }
            let finished = file_in(&folder, &summary);
            folder::finish(&out.file, &path, &finished)?;
            Ok(Some(finished))
        };
        let result = finish().map_err(PartialError::io(&path));
        let result = result.and_then(|finished| {
            let path = path.clone();
            finished.ok_or(PartialError::Wrong { path })
        });
        if result.is_err() {
            // What remains is removed when the next file begins.
            let _ = fs::remove_file(&path);
        }
        result
    }

    /// Removes the file.
    ///
    /// # Errors
    ///
    /// If the disk fails.
    pub fn discard(self) -> Result<(), PartialError> {
        fs::remove_file(&self.path).map_err(PartialError::io(&self.path))
    }
}

/// How many of `length` bytes at `offset` come before the digest at the end of the file.
fn hashed_part(summary: &SnapshotSummary, offset: u64, length: usize) -> usize {
    let end = summary.size.saturating_sub(DIGEST as u64);
    let left = end.saturating_sub(offset);
    usize::try_from(left).map_or(length, |left| left.min(length))
}

/// Opens a partial file and hashes what it contains.
fn reopen(path: &Path, summary: &SnapshotSummary) -> io::Result<HashingFile> {
    let mut file = folder::no_link().write(true).open(path)?;
    let (mut hasher, mut length, mut buffer) = (Hasher::new(), 0, vec![0; 64 << 10]);
    loop {
        let count = match file.read(&mut buffer) {
            Ok(0) => return Ok(HashingFile::new(file, hasher, length)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            count => count?,
        };
        hasher.update(&buffer[..hashed_part(summary, length, count)]);
        length += count as u64;
    }
}

fn name_of(summary: &SnapshotSummary) -> String {
    let SnapshotSummary {
        through,
        size,
        digest,
    } = summary;
    format!("{PREFIX}{through}-{size}-{digest}{EXTENSION}")
}

fn summary_in(name: &str) -> Option<SnapshotSummary> {
    let name = name.strip_prefix(PREFIX)?.strip_suffix(EXTENSION)?;
    let mut parts = name.split('-');
    let number = |text: Option<&str>| text?.parse().ok().filter(|n| *n <= LARGEST_NUMBER);
    let (through, size) = (number(parts.next())?, number(parts.next())?);
    let text = parts
        .next()
        .filter(|text| text.len() == 2 * DIGEST && text.is_ascii())?;
    let mut digest = [0; DIGEST];
    for (byte, at) in digest.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    Some(SnapshotSummary {
        through: DecreeNumber(through),
        size,
        digest: FileDigest(digest),
    })
}

/// The partial files of a folder.
fn all_in(folder: &Path) -> Result<Vec<(PathBuf, SnapshotSummary)>, PartialError> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).map_err(PartialError::io(folder))? {
        let path = entry.map_err(PartialError::io(folder))?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        if let Some(summary) = name.and_then(summary_in) {
            all.push((path, summary));
        }
    }
    Ok(all)
}

/// Opens a file to send it.
pub(super) fn open_to_send(path: &Path) -> io::Result<File> {
    folder::no_link().open(path)
}
