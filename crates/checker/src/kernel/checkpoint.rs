//! The content of checkpoints, whichever engine writes them: a header, the context of
//! the states, the fingerprints of the visited set, and the states of the frontier.
//!
//! A file begins with a magic number, and its last 16 bytes are a digest of the rest.
//! Nothing is used of a file whose digest is wrong. The header has the identity of the
//! run, followed by data of the engine. The files themselves are the matter of
//! [`files`](super::files).

use super::frontier::{CHUNK, Frontier};
use super::visited::{Key, Visited};
use crate::error::Unusable;
use crate::fingerprint::Fingerprint;
use crate::problem::{Dictionary, Identity, Problem, Storage};
use serde::Serialize;
use serde::de::DeserializeOwned;
use siphasher::sip128::{Hasher128, SipHasher13};
use stateright::Model;
use std::fs::File;
use std::hash::Hasher;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

/// How many fingerprints are read or written between two looks at the limits of the run.
pub const PORTION: u64 = 1 << 16;

/// The length of the digest at the end of a file, in bytes.
const DIGEST: u64 = 16;

/// The first bytes of a file. The last of them is the version of the format.
pub type Magic = [u8; 8];

/// Verifies that a file begins with this magic number and ends with the digest of the
/// rest. Asks before each mebibyte whether to go on.
fn verify(file: &File, expected_magic: Magic, goes_on: &dyn Fn() -> bool) -> Result<(), Unusable> {
    let length = file.metadata()?.len();
    let mut file = BufReader::with_capacity(1 << 20, file);
    let mut magic = Magic::default();
    if length < size_of::<Magic>() as u64 + DIGEST || file.read_exact(&mut magic).is_err() {
        return Err(Unusable::NotOne);
    }
    if magic != expected_magic {
        return Err(Unusable::NotOne);
    }
    let mut digest = hasher();
    digest.write(&magic);
    let mut rest = length - size_of::<Magic>() as u64 - DIGEST;
    let mut buffer = vec![0; 1 << 20];
    while rest > 0 {
        if !goes_on() {
            return Err(Unusable::Stopped);
        }
        let part = buffer
            .len()
            .min(usize::try_from(rest).unwrap_or(usize::MAX));
        file.read_exact(&mut buffer[..part])?;
        digest.write(&buffer[..part]);
        rest -= part as u64;
    }
    let mut expected = [0; DIGEST as usize];
    file.read_exact(&mut expected)?;
    if digest.finish128().as_bytes() == expected {
        Ok(())
    } else {
        Err(Unusable::Damaged)
    }
}

fn hasher() -> SipHasher13 {
    SipHasher13::new()
}

/// A checkpoint file that is being written, and its digest so far.
pub struct Writer {
    file: BufWriter<File>,
    digest: SipHasher13,
}

impl Writer {
    /// Begins a file with its magic number.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn begin(file: File, magic: Magic) -> io::Result<Self> {
        let mut begun = Self {
            file: BufWriter::new(file),
            digest: hasher(),
        };
        begun.write_all(&magic)?;
        Ok(begun)
    }

    /// Appends the identity of the run, and the header of the engine.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn header(&mut self, identity: &Identity, header: &impl Serialize) -> io::Result<()> {
        let bytes = postcard::to_stdvec(&(identity, header)).map_err(io::Error::other)?;
        self.bytes(&bytes)
    }

    fn number(&mut self, number: u64) -> io::Result<()> {
        self.write_all(&number.to_le_bytes())
    }

    /// Appends bytes, preceded by their number.
    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.number(bytes.len() as u64)?;
        self.write_all(bytes)
    }

    /// Appends the context of the states: what the numbers in them stand for.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn context<M: Model>(&mut self, model: &M, storage: &Storage<M>) -> io::Result<()> {
        let mut context = Vec::new();
        (storage.write_context)(model, &mut Vec::new(), &mut context);
        self.bytes(&context)
    }

    /// Appends the states of a frontier.
    ///
    /// # Errors
    /// The file cannot be written, or the run is stopped
    /// ([`io::ErrorKind::Interrupted`]).
    pub fn waiting<M: Model>(
        &mut self,
        problem: &Problem<M>,
        storage: &Storage<M>,
        waiting: &Frontier<M>,
    ) -> io::Result<()> {
        self.number(waiting.len())?;
        waiting.for_each(problem.model(), |states| {
            if !problem.limits.goes_on() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let mut bytes = Vec::new();
            for state in states {
                (storage.write)(problem.model(), state, &mut bytes);
            }
            self.number(states.len() as u64)?;
            self.bytes(&bytes)
        })
    }

    /// Appends the visited set: how many fingerprints it has, and each as `write` writes it.
    ///
    /// # Errors
    /// As [`Writer::waiting`].
    pub fn visited<M: Model>(
        &mut self,
        problem: &Problem<M>,
        visited: &Visited,
        write: impl Fn(&mut Self, Key) -> io::Result<()>,
    ) -> io::Result<()> {
        self.number(visited.len())?;
        let mut written = 0_u64;
        visited.for_each(|key| {
            if written.is_multiple_of(PORTION) && !problem.limits.goes_on() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            written += 1;
            write(self, key)
        })
    }

    /// Ends the file with the digest, and flushes it to the disk.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        let digest = self.digest.finish128().as_bytes();
        self.file.write_all(&digest)?;
        self.file.into_inner()?.sync_all()
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.digest.write(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A checkpoint file that is being read. Its digest is right.
pub struct CheckpointReader(BufReader<File>);

impl CheckpointReader {
    /// Opens a file that begins with this magic number, and verifies its digest.
    ///
    /// # Errors
    /// The file cannot be read, is damaged or is not a checkpoint; or the run is stopped.
    pub fn open(path: &Path, magic: Magic, goes_on: &dyn Fn() -> bool) -> Result<Self, Unusable> {
        verify(&File::open(path)?, magic, goes_on)?;
        let mut file = BufReader::new(File::open(path)?);
        file.read_exact(&mut Magic::default())?;
        Ok(Self(file))
    }

    /// Reads a number.
    ///
    /// # Errors
    /// The file cannot be read, or ends early.
    pub fn number(&mut self) -> io::Result<u64> {
        let mut bytes = [0; 8];
        self.0.read_exact(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    /// Reads the identity of the run, which must be this one, and the header of the
    /// engine.
    ///
    /// # Errors
    /// The file cannot be read, or belongs to another run.
    pub fn header<T: DeserializeOwned>(&mut self, ours: &Identity) -> Result<T, Unusable> {
        let bytes = self.bytes()?;
        let taken = postcard::take_from_bytes(&bytes);
        let (theirs, rest) = taken.map_err(|_| Unusable::Damaged)?;
        if let Some(differences) = ours.differences(&theirs) {
            return Err(Unusable::Foreign(differences));
        }
        postcard::from_bytes(rest).map_err(|_| Unusable::OtherModel)
    }

    fn bytes(&mut self) -> io::Result<Vec<u8>> {
        let length = self.number()?;
        let mut bytes = Vec::new();
        // The buffer grows with what is read, so a wrong length allocates nothing.
        let read = (&mut self.0).take(length).read_to_end(&mut bytes)?;
        if read as u64 == length {
            Ok(bytes)
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }

    /// Reads the context of the states.
    ///
    /// # Errors
    /// The file cannot be read, or belongs to another model.
    pub fn context<M: Model>(
        &mut self,
        model: &M,
        storage: &Storage<M>,
    ) -> Result<Dictionary, Unusable> {
        let mut dictionary = Dictionary::new();
        if (storage.read_context)(model, &mut dictionary, &self.bytes()?) {
            Ok(dictionary)
        } else {
            Err(Unusable::OtherModel)
        }
    }

    /// Reads a portion of the states of the frontier: those that were written together.
    ///
    /// # Errors
    /// The file cannot be read, or belongs to another model.
    pub fn waiting<M: Model>(
        &mut self,
        model: &M,
        storage: &Storage<M>,
        dictionary: &Dictionary,
    ) -> Result<Vec<M::State>, Unusable> {
        let count = self.number()?;
        if count == 0 || count > CHUNK as u64 {
            return Err(Unusable::Damaged);
        }
        let bytes = self.bytes()?;
        let mut rest = &bytes[..];
        let states = (0..count).map(|_| (storage.read)(model, dictionary, &mut rest));
        let states: Option<Vec<_>> = states.collect();
        states.ok_or(Unusable::OtherModel)
    }

    /// Reads a number that was written in few bytes.
    ///
    /// # Errors
    /// As [`CheckpointReader::number`].
    pub fn small_number(&mut self) -> io::Result<u32> {
        let mut bytes = [0; 4];
        self.0.read_exact(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    /// Reads a fingerprint.
    ///
    /// # Errors
    /// As [`CheckpointReader::number`].
    pub fn fingerprint(&mut self, is_wide: bool) -> io::Result<Fingerprint> {
        Fingerprint::read_from(&mut self.0, is_wide)
    }
}
