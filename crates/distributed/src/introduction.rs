//! What processes say to each other before anything else.

use super::shards::Shard;
use std::io::{self, ErrorKind, Read};
use synod_checker::{Identity, Mismatch};

/// The first eight bytes of an introduction; the last of them is the version.
const MAGIC: u64 = u64::from_be_bytes(*b"synodtd\x03");

/// More checkpoints than these are none of ours.
const MAX_SHARDS: u64 = 1 << 16;

/// The bytes of a shard: three numbers.
const SHARD: usize = 3 * 8;

/// An identity of more bytes than these is none of ours.
const MAX_IDENTITY: u64 = 1 << 20;

/// What a process says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    pub(super) fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let mut numbers = vec![
            MAGIC,
            self.processes,
            self.workers,
            self.process,
            u64::from(self.was_whole),
            self.shards.len() as u64,
        ];
        for shard in &self.shards {
            numbers.extend([shard.depth, shard.part, shard.of].map(u64::from));
        }
        let identity = self.identity.to_bytes()?;
        numbers.push(identity.len() as u64);
        let mut bytes: Vec<u8> = numbers.into_iter().flat_map(u64::to_be_bytes).collect();
        bytes.extend(identity);
        Ok(bytes)
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
        let [processes, workers, process] = [number(stream)?, number(stream)?, number(stream)?];
        let was_whole = number(stream)? != 0;
        let count = number(stream)?;
        if count > MAX_SHARDS {
            return Err(ErrorKind::InvalidData.into());
        }
        let mut shards = vec![0; count as usize * SHARD];
        stream.read_exact(&mut shards)?;
        let shards = shards.chunks_exact(SHARD).map(shard).collect();
        let length = number(stream)?;
        if length > MAX_IDENTITY {
            return Err(ErrorKind::InvalidData.into());
        }
        let mut identity = vec![0; length as usize];
        stream.read_exact(&mut identity)?;
        Ok(Self {
            identity: Identity::from_bytes(&identity)?,
            processes,
            workers,
            process,
            was_whole,
            shards,
        })
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

fn shard(bytes: &[u8]) -> Shard {
    let mut numbers = bytes.chunks_exact(8).map(|bytes| {
        let number = bytes.try_into().map_or(0, u64::from_be_bytes);
        number as u32
    });
    let mut next = || numbers.next().unwrap_or_default();
    Shard {
        depth: next(),
        part: next(),
        of: next(),
    }
}
