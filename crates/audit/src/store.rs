//! [`Numbers`]: all decree numbers at which something is known. Those in use are in memory, the
//! others in a temporary file.
//!
//! A legislator may send a message about an old decree at any time, so that every number is kept
//! to the end. But traces mention numbers in almost ascending order, so that few are in use.

use crate::AuditError;
use crate::numbers::{Instance, Packed};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use synod_protocol::parliament::DecreeNumber;

/// How many consecutive numbers are read and written together.
const CHUNK: u64 = 64;

/// The bytes of a number beside its decrees and ballots, about.
const OVERHEAD: usize = 300;

/// All decree numbers at which something is known.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    /// The numbers that may differ from the file. A chunk is here or in `stored`.
    open: BTreeMap<u64, Open>,
    stored: BTreeMap<u64, Stored>,
    /// It has no name, so that it is gone with this process.
    file: Option<File>,
    /// The length of the file.
    length: u64,
    /// The bytes in memory, about.
    weight: Cell<usize>,
    /// How many of them are too many.
    limit: usize,
    /// Why the file could not be read. [`trim`](Self::trim) returns it.
    failure: RefCell<Option<io::Error>>,
}

/// Consecutive numbers.
type Chunk = BTreeMap<DecreeNumber, Instance>;

#[derive(Debug, Default)]
struct Open {
    chunk: Chunk,
    place: Place,
}

#[derive(Debug)]
struct Stored {
    place: Place,
    /// The numbers, if they were read.
    chunk: OnceCell<Chunk>,
}

/// Where a chunk lies in the file.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    offset: u64,
    length: usize,
}

impl Numbers {
    /// No numbers. They may take this many bytes of memory, about.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    /// The ballots and decrees that are known at a decree number.
    pub(crate) fn get(&self, at: DecreeNumber) -> Option<&Instance> {
        self.chunk(at.0 / CHUNK)?.get(&at)
    }

    /// The ballots and decrees that are known at a decree number, for a change.
    pub(crate) fn entry(&mut self, at: DecreeNumber) -> &mut Instance {
        let of = at.0 / CHUNK;
        if let Some(Stored { place, chunk }) = self.stored.remove(&of) {
            let chunk = chunk.into_inner();
            let chunk = chunk.unwrap_or_else(|| self.read(place));
            self.open.insert(of, Open { chunk, place });
        }
        let open = self.open.entry(of).or_default();
        open.chunk.entry(at).or_default()
    }

    /// Says that something of this many bytes was added.
    pub(crate) fn grew(&self, bytes: usize) {
        self.weight.set(self.weight.get() + bytes + OVERHEAD);
    }

    /// Moves the numbers to the file if they take too much memory.
    ///
    /// # Errors
    ///
    /// The file could not be read or written.
    pub(crate) fn trim(&mut self) -> Result<(), AuditError> {
        if let Some(error) = self.failure.take() {
            return Err(AuditError::Temporary(error));
        }
        if self.weight.get() < self.limit {
            return Ok(());
        }
        self.store().map_err(AuditError::Temporary)
    }

    fn store(&mut self) -> io::Result<()> {
        self.weight.set(0);
        for stored in self.stored.values_mut() {
            stored.chunk.take();
        }
        let file = match self.file.take() {
            Some(file) => file,
            None => tempfile::tempfile()?,
        };
        while let Some((of, Open { chunk, mut place })) = self.open.pop_first() {
            let packed: Vec<_> = chunk
                .iter()
                .map(|(at, instance)| (at.0, instance.pack()))
                .collect();
            let bytes = postcard::to_stdvec(&packed).map_err(io::Error::other)?;
            if bytes.len() > place.length {
                place.offset = self.length;
                self.length += bytes.len() as u64;
            }
            place.length = bytes.len();
            file.write_all_at(&bytes, place.offset)?;
            let chunk = OnceCell::new();
            self.stored.insert(of, Stored { place, chunk });
        }
        self.file = Some(file);
        Ok(())
    }

    fn chunk(&self, of: u64) -> Option<&Chunk> {
        if let Some(open) = self.open.get(&of) {
            return Some(&open.chunk);
        }
        let stored = self.stored.get(&of)?;
        Some(stored.chunk.get_or_init(|| self.read(stored.place)))
    }

    /// Reads a chunk. If that fails, it is taken for empty until [`trim`](Self::trim) says so.
    fn read(&self, place: Place) -> Chunk {
        self.weight.set(self.weight.get() + 4 * place.length);
        self.try_read(place).unwrap_or_else(|error| {
            self.failure.replace(Some(error));
            Chunk::new()
        })
    }

    fn try_read(&self, place: Place) -> io::Result<Chunk> {
        let mut bytes = vec![0; place.length];
        if let Some(file) = &self.file {
            file.read_exact_at(&mut bytes, place.offset)?;
        }
        let packed: Vec<(u64, Packed)> = postcard::from_bytes(&bytes).map_err(io::Error::other)?;
        let numbers = packed.into_iter();
        let numbers = numbers.map(|(at, packed)| (DecreeNumber(at), Instance::unpack(packed)));
        Ok(numbers.collect())
    }

    /// Shows all numbers in ascending order.
    ///
    /// # Errors
    ///
    /// The file could not be read.
    pub(crate) fn each(
        &mut self,
        mut show: impl FnMut(DecreeNumber, &Instance),
    ) -> Result<(), AuditError> {
        let chunks: BTreeSet<_> = self
            .open
            .keys()
            .chain(self.stored.keys())
            .copied()
            .collect();
        for of in chunks {
            for (&at, instance) in self.chunk(of).into_iter().flatten() {
                show(at, instance);
            }
            if let Some(stored) = self.stored.get_mut(&of) {
                stored.chunk.take();
            }
        }
        match self.failure.take() {
            Some(error) => Err(AuditError::Temporary(error)),
            None => Ok(()),
        }
    }
}
