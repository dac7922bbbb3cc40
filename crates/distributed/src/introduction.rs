//! Introductions: the first messages between two processes.

use super::shards::Shard;
use serde::{Deserialize, Serialize};
use std::io::{self, ErrorKind, Read};
use synod_checker::{Identity, Mismatch};

/// The first eight bytes of an introduction; the last of them is the version.
const MAGIC: u64 = u64::from_be_bytes(*b"synodtd\x06");

/// The largest number of bytes of an introduction.
const MAX_BYTES: u64 = 1 << 22;

/// The introduction of a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Introduction {
    /// The identity of the run: the model, the options that matter, and the program.
    pub(super) identity: Identity,
    /// The number of processes.
    pub(super) processes: u64,
    /// The number of workers of each process.
    pub(super) workers: u64,
    /// The position of the process among all.
    pub(super) process: u64,
    /// Whether the process ever had a shard of a complete checkpoint.
    pub(super) was_whole: bool,
    /// The shards that the process has.
    pub(super) shards: Vec<Shard>,
}

impl Introduction {
    /// The bytes that are sent: the magic number, the number of bytes that follow, and these.
    pub(super) fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let bytes = postcard::to_stdvec(self).map_err(io::Error::other)?;
        let numbers = [MAGIC, bytes.len() as u64].map(u64::to_be_bytes);
        Ok([&numbers.concat()[..], &bytes].concat())
    }

    /// Reads an introduction. Each of its few steps reads a known number of bytes, so that
    /// a handshake can try again whenever more bytes have arrived.
    ///
    /// # Errors
    /// Bytes are missing ([`ErrorKind::UnexpectedEof`]), or they are no introduction
    /// ([`ErrorKind::InvalidData`]).
    pub(super) fn read(stream: &mut impl Read) -> io::Result<Self> {
        if number(stream)? != MAGIC {
            let why = "it is not a process of this version of synod";
            return Err(io::Error::new(ErrorKind::InvalidData, why));
        }
        let length = number(stream)?;
        if length > MAX_BYTES {
            return Err(ErrorKind::InvalidData.into());
        }
        let mut bytes = vec![0; length as usize];
        stream.read_exact(&mut bytes)?;
        postcard::from_bytes(&bytes).map_err(|_| ErrorKind::InvalidData.into())
    }

    /// The reason if the two processes cannot work together.
    pub(super) fn differs_from(&self, theirs: &Self) -> Option<Mismatch> {
        if theirs.processes != self.processes {
            let (ours, theirs) = (self.processes, theirs.processes);
            Some(Mismatch::Processes { theirs, ours })
        } else if theirs.workers != self.workers {
            let (ours, theirs) = (self.workers, theirs.workers);
            Some(Mismatch::Workers { theirs, ours })
        } else {
            let differences = self.identity.differences(&theirs.identity);
            differences.map(Mismatch::Identity)
        }
    }
}

fn number(stream: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    stream.read_exact(&mut bytes)?;
    Ok(u64::from_be_bytes(bytes))
}
