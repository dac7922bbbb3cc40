//! What processes say to each other before anything else.

use super::shards::Shard;
use serde::{Deserialize, Serialize};
use std::io::{self, ErrorKind, Read};
use synod_checker::{Identity, Mismatch};

/// The first eight bytes of an introduction; the last of them is the version.
const MAGIC: u64 = u64::from_be_bytes(*b"synodtd\x04");

/// An introduction of more bytes than these is none of ours.
const MAX_BYTES: u64 = 1 << 22;

/// What a process says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Introduction {
    /// What is checked, and how, by which program.
    pub(super) identity: Identity,
    pub(super) processes: u64,
    pub(super) workers: u64,
    pub(super) process: u64,
    /// Whether it ever had a part of a whole checkpoint.
    pub(super) was_whole: bool,
    /// The checkpoints that it has.
    pub(super) shards: Vec<Shard>,
}

impl Introduction {
    /// The magic number, how many bytes follow, and these.
    pub(super) fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let bytes = postcard::to_stdvec(self).map_err(io::Error::other)?;
        let numbers = [MAGIC, bytes.len() as u64].map(u64::to_be_bytes);
        Ok([&numbers.concat()[..], &bytes].concat())
    }

    /// Reads an introduction in few steps, each of a length that is known: of one that has
    /// come in part it is tried again and again.
    ///
    /// # Errors
    /// There is not all of it, or it is none ([`ErrorKind::InvalidData`]).
    pub(super) fn read(stream: &mut impl Read) -> io::Result<Self> {
        if number(stream)? != MAGIC {
            let why = "it is no process of this version of synod";
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

    /// Why the two cannot work together.
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
