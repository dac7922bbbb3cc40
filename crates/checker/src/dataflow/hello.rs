//! What processes say to each other before anything else.

use super::pieces::Piece;
use std::io::{self, ErrorKind, Read, Write};

/// The first eight bytes of a hello; the last of them is the version.
const MAGIC: u64 = u64::from_be_bytes(*b"synodtd\x02");

/// More checkpoints than these are none of ours.
const MAX_PIECES: u64 = 1 << 16;

/// What a process says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hello {
    /// A hash of what is checked, and how, by which program.
    pub(super) task: u64,
    pub(super) processes: u64,
    pub(super) workers: u64,
    pub(super) process: u64,
    /// Whether it ever had a part of a whole checkpoint.
    pub(super) was_whole: bool,
    /// The checkpoints that it has.
    pub(super) pieces: Vec<Piece>,
}

impl Hello {
    pub(super) fn write(&self, stream: &mut impl Write) -> io::Result<()> {
        let mut numbers = vec![
            MAGIC,
            self.task,
            self.processes,
            self.workers,
            self.process,
            u64::from(self.was_whole),
            self.pieces.len() as u64,
        ];
        for piece in &self.pieces {
            numbers.extend([piece.depth, piece.part, piece.of].map(u64::from));
        }
        let bytes: Vec<u8> = numbers.into_iter().flat_map(u64::to_be_bytes).collect();
        stream.write_all(&bytes)
    }

    pub(super) fn read(stream: &mut impl Read) -> io::Result<Self> {
        let mut number = || {
            let mut bytes = [0; 8];
            stream.read_exact(&mut bytes)?;
            Ok::<_, io::Error>(u64::from_be_bytes(bytes))
        };
        if number()? != MAGIC {
            let why = "it is no process of this version of synod";
            return Err(io::Error::new(ErrorKind::InvalidData, why));
        }
        let [task, processes, workers, process] = [number()?, number()?, number()?, number()?];
        let was_whole = number()? != 0;
        let count = number()?;
        if count > MAX_PIECES {
            return Err(ErrorKind::InvalidData.into());
        }
        let mut pieces = Vec::new();
        for _ in 0..count {
            pieces.push(Piece {
                depth: number()? as u32,
                part: number()? as u32,
                of: number()? as u32,
            });
        }
        Ok(Self {
            task,
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
        } else if theirs.task != self.task {
            Some("it checks something else, in another way, or is another build".to_owned())
        } else {
            None
        }
    }
}
