//! What processes say to each other before anything else.

use super::pieces::Piece;
use crate::identity::Identity;
use std::io::{self, ErrorKind, Read};

/// The first eight bytes of a hello; the last of them is the version.
const MAGIC: u64 = u64::from_be_bytes(*b"synodtd\x03");

/// More checkpoints than these are none of ours.
const MAX_PIECES: u64 = 1 << 16;

/// The bytes of a piece: three numbers.
const PIECE: usize = 3 * 8;

/// An identity of more bytes than these is none of ours.
const MAX_IDENTITY: u64 = 1 << 20;

/// What a process says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hello {
    /// What is checked, and how, by which program.
    pub(super) identity: Identity,
    pub(super) processes: u64,
    pub(super) workers: u64,
    pub(super) process: u64,
    /// Whether it ever had a part of a whole checkpoint.
    pub(super) was_whole: bool,
    /// The checkpoints that it has.
    pub(super) pieces: Vec<Piece>,
}

impl Hello {
    pub(super) fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let mut numbers = vec![
            MAGIC,
            self.processes,
            self.workers,
            self.process,
            u64::from(self.was_whole),
            self.pieces.len() as u64,
        ];
        for piece in &self.pieces {
            numbers.extend([piece.depth, piece.part, piece.of].map(u64::from));
        }
        let identity = self.identity.to_bytes()?;
        numbers.push(identity.len() as u64);
        let mut bytes: Vec<u8> = numbers.into_iter().flat_map(u64::to_be_bytes).collect();
        bytes.extend(identity);
        Ok(bytes)
    }

    /// Reads a hello in few steps, each of a length that is known: of one that has
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
        if count > MAX_PIECES {
            return Err(ErrorKind::InvalidData.into());
        }
        let mut pieces = vec![0; count as usize * PIECE];
        stream.read_exact(&mut pieces)?;
        let pieces = pieces.chunks_exact(PIECE).map(piece).collect();
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
            pieces,
        })
    }

    /// Why the two cannot work together.
    pub(super) fn differs_from(&self, theirs: &Self) -> Option<String> {
        if theirs.processes != self.processes {
            let (ours, theirs) = (self.processes, theirs.processes);
            Some(format!("it counts {theirs} hosts, not {ours}"))
        } else if theirs.workers != self.workers {
            let (ours, theirs) = (self.workers, theirs.workers);
            Some(format!("it has {theirs} workers, not {ours}"))
        } else {
            let differences = self.identity.differences(&theirs.identity);
            differences.map(|differences| format!("it checks something else: {differences}"))
        }
    }
}

fn number(stream: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    stream.read_exact(&mut bytes)?;
    Ok(u64::from_be_bytes(bytes))
}

fn piece(bytes: &[u8]) -> Piece {
    let mut numbers = bytes.chunks_exact(8).map(|bytes| {
        let number = bytes.try_into().map_or(0, u64::from_be_bytes);
        number as u32
    });
    let mut next = || numbers.next().unwrap_or_default();
    Piece {
        depth: next(),
        part: next(),
        of: next(),
    }
}
