//! [`SnapshotReader`]: reads a snapshot, entry by entry, and verifies it.

use super::hashing::{DIGEST, Hasher};
use super::{
    LARGEST_ENTRY, LARGEST_HEADER, MAGIC, SnapshotError, SnapshotHeader, VERSION,
    VERSION_WITHOUT_TRANSACTIONS, folder,
};
use crate::config::Identity;
use crate::wire::{FileDigest, Malformed, SnapshotSummary};
use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// How many bytes are read at once.
const BUFFER: usize = 64 << 10;

/// Reads the file of a snapshot. Takes bounded memory, whatever the file contains. Shown in the
/// [module's](super) example.
pub struct SnapshotReader {
    input: Input,
    /// The header of the file. It is verified only when the whole file is.
    pub header: SnapshotHeader,
}

impl SnapshotReader {
    /// Opens a file and reads its header. Does not follow a link.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is not a snapshot, or has another version.
    pub fn open(path: &Path) -> Result<Self, SnapshotError> {
        let mut input = Input::open(path)?;
        if input.take::<8>()? != *MAGIC {
            return Err(input.damaged("it does not begin as a snapshot does"));
        }
        let found = u32::from_le_bytes(input.take()?);
        if !matches!(found, VERSION_WITHOUT_TRANSACTIONS | VERSION) {
            return Err(SnapshotError::Version {
                file: input.path,
                found,
                newest: VERSION,
            });
        }
        let mut bytes = Vec::new();
        input.take_sized(&mut bytes, LARGEST_HEADER)?;
        let header = SnapshotHeader::decode(&bytes)
            .map_err(|why| input.damaged(format!("its header cannot be read: {why}")))?;
        Ok(Self { input, header })
    }

    /// Refuses a snapshot of another cluster.
    ///
    /// # Errors
    ///
    /// If it is one.
    pub fn require_cluster_of(&self, identity: &Identity) -> Result<(), SnapshotError> {
        let header = &self.header;
        if (&header.cluster, header.legislators) == (&identity.cluster, identity.legislators) {
            return Ok(());
        }
        let cluster =
            |name: &str, legislators| format!("cluster {name:?} with {legislators} legislators");
        Err(SnapshotError::OtherCluster {
            file: self.input.path.clone(),
            found: cluster(&header.cluster, header.legislators),
            expected: cluster(&identity.cluster, identity.legislators),
        })
    }

    /// Gives the entries to `restore`, and returns its result if all of the file is verified.
    /// Before that, the entries may be anything that can be decoded. Blocks. O(size).
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is damaged, or has an entry that cannot be decoded. Then
    /// `restore` gets the entries before the error only.
    pub fn read<E, T>(
        self,
        decode: impl FnMut(&[u8]) -> Result<E, Malformed>,
        restore: impl FnOnce(&mut dyn Iterator<Item = E>) -> T,
    ) -> Result<(SnapshotSummary, T), SnapshotError> {
        let mut entries = Entries {
            input: self.input,
            decode,
            bytes: Vec::new(),
            count: 0,
            end: None,
        };
        let restored = restore(&mut entries);
        let (size, digest) = entries.finish()?;
        let summary = SnapshotSummary {
            through: self.header.through,
            size,
            digest,
        };
        Ok((summary, restored))
    }
}

/// The entries of a file that is being read. It ends with the first error.
struct Entries<D> {
    input: Input,
    decode: D,
    bytes: Vec<u8>,
    count: u64,
    /// Why there are no more entries.
    end: Option<Result<(), SnapshotError>>,
}

impl<E, D: FnMut(&[u8]) -> Result<E, Malformed>> Entries<D> {
    /// Reads the next entry; `None` at the end of all entries.
    fn read(&mut self) -> Result<Option<E>, SnapshotError> {
        self.input.take_sized(&mut self.bytes, LARGEST_ENTRY)?;
        if self.bytes.is_empty() {
            return Ok(None);
        }
        self.count += 1;
        let entry = (self.decode)(&self.bytes);
        let damaged = |why| format!("entry {} cannot be read: {why}", self.count);
        let entry = entry.map_err(|why| self.input.damaged(damaged(why)))?;
        Ok(Some(entry))
    }

    /// Reads to the end of the file. Returns its size and digest.
    fn finish(mut self) -> Result<(u64, FileDigest), SnapshotError> {
        while self.next().is_some() {}
        if let Some(Err(error)) = self.end {
            return Err(error);
        }
        let announced = u64::from_le_bytes(self.input.take()?);
        if announced != self.count {
            let why = format!(
                "{announced} entries are announced, and there are {}",
                self.count
            );
            return Err(self.input.damaged(why));
        }
        self.input.finish()
    }
}

impl<E, D: FnMut(&[u8]) -> Result<E, Malformed>> Iterator for Entries<D> {
    type Item = E;

    fn next(&mut self) -> Option<E> {
        if self.end.is_some() {
            return None;
        }
        match self.read() {
            Ok(Some(entry)) => Some(entry),
            Ok(None) => {
                self.end = Some(Ok(()));
                None
            }
            Err(error) => {
                self.end = Some(Err(error));
                None
            }
        }
    }
}

/// The bytes of a file. They are hashed on the way.
struct Input {
    path: PathBuf,
    file: BufReader<File>,
    hasher: Hasher,
    /// How many bytes were read.
    at: u64,
}

impl Input {
    fn open(path: &Path) -> Result<Self, SnapshotError> {
        let file = folder::no_link().open(path);
        let file = file.map_err(SnapshotError::io(path))?;
        Ok(Self {
            path: path.to_owned(),
            file: BufReader::with_capacity(BUFFER, file),
            hasher: Hasher::new(),
            at: 0,
        })
    }

    fn damaged(&self, why: impl Into<String>) -> SnapshotError {
        SnapshotError::Damaged {
            file: self.path.clone(),
            at: self.at,
            why: why.into(),
        }
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), SnapshotError> {
        match self.file.read_exact(bytes) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                return Err(self.damaged("it is cut off"));
            }
            Err(error) => return Err(SnapshotError::io(&self.path)(error)),
        }
        self.at += bytes.len() as u64;
        Ok(())
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], SnapshotError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        self.hasher.update(&bytes);
        Ok(bytes)
    }

    /// Reads bytes after their length. Checks the length before it makes room for them.
    fn take_sized(&mut self, bytes: &mut Vec<u8>, most: usize) -> Result<(), SnapshotError> {
        let length = u32::from_le_bytes(self.take()?) as usize;
        if length > most {
            let why = format!("{length} bytes are announced where there may be {most}");
            return Err(self.damaged(why));
        }
        bytes.resize(length, 0);
        self.fill(bytes)?;
        self.hasher.update(bytes);
        Ok(())
    }

    /// Compares the digest at the end. Returns the size of the file and the digest.
    fn finish(mut self) -> Result<(u64, FileDigest), SnapshotError> {
        let mut written = FileDigest([0; DIGEST]);
        self.fill(&mut written.0)?;
        let hasher = std::mem::replace(&mut self.hasher, Hasher::new());
        if hasher.finish() != written {
            return Err(self.damaged("the digest differs from that of the bytes before it"));
        }
        match self.file.read(&mut [0]) {
            Ok(0) => Ok((self.at, written)),
            Ok(_) => Err(self.damaged("bytes follow after its end")),
            Err(error) => Err(SnapshotError::io(&self.path)(error)),
        }
    }
}
