//! The frontier: the states that wait to be expanded, in memory, or in a file when memory
//! is short.
//!
//! A search level by level has two of them, in [`Frontiers`].

use crate::problem::{Extras, Problem, Storage};
use stateright::Model;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many states a thread takes at a time.
pub const CHUNK: usize = 1024;

/// States that are taken together.
enum Chunk<S> {
    /// In memory.
    Here(Vec<S>),
    /// In memory, as bytes: this number of states.
    Written(Box<[u8]>, usize),
    /// In the file.
    Stored(Extent),
}

impl<S> Chunk<S> {
    /// The bytes that the chunk takes in memory, without what its states point to.
    fn bytes_here(&self) -> u64 {
        let bytes = match self {
            Self::Here(states) => states.len() * size_of::<S>(),
            Self::Written(bytes, _) => bytes.len(),
            Self::Stored(_) => 0,
        };
        bytes as u64
    }
}

/// The place of a chunk in the file.
struct Extent {
    /// Where it begins.
    at: u64,
    /// Its length in bytes.
    bytes: usize,
    /// The number of its states.
    states: usize,
}

/// States that wait to be expanded. Threads share a frontier; it is locked only while a
/// chunk is taken or added.
pub struct Frontier<M: Model> {
    chunks: Mutex<Vec<Chunk<M::State>>>,
    /// The number of states that wait.
    len: AtomicU64,
    /// The bytes of the states that wait in memory.
    here: AtomicU64,
    /// Whether states wait in memory as bytes: those that are numbers, of which they need fewer.
    writes: bool,
    /// The number of states that ever waited in the file.
    stored: AtomicU64,
    spill: Spill<M>,
}

impl<M: Model> Frontier<M> {
    /// An empty frontier. If states can be stored, they may wait in a file.
    pub fn new(problem: &Problem<M>) -> Self {
        let Extras {
            storage, numbering, ..
        } = problem.extras;
        Self {
            writes: storage.is_some() && numbering.is_some(),
            chunks: Mutex::new(Vec::new()),
            len: AtomicU64::new(0),
            here: AtomicU64::new(0),
            stored: AtomicU64::new(0),
            spill: Spill {
                storage,
                file: Mutex::new(None),
            },
        }
    }

    /// The number of states that wait.
    pub fn len(&self) -> u64 {
        self.len.load(Relaxed)
    }

    /// Whether no state waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes that the states take in memory, without what they point to.
    pub fn bytes(&self) -> u64 {
        self.here.load(Relaxed)
    }

    /// The number of states that ever waited in the file.
    pub fn stored(&self) -> u64 {
        self.stored.load(Relaxed)
    }

    /// Whether states may wait in a file.
    pub(crate) const fn can_store(&self) -> bool {
        self.spill.storage.is_some()
    }

    fn chunks(&self) -> MutexGuard<'_, Vec<Chunk<M::State>>> {
        // A thread that panicked while it held the lock has left the chunks intact.
        self.chunks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds states, in memory.
    pub fn push(&self, model: &M, states: Vec<M::State>) {
        self.len.fetch_add(states.len() as u64, Relaxed);
        let chunk = match self.spill.storage {
            Some(storage) if self.writes => {
                Chunk::Written(storage.bytes_of(model, &states).into(), states.len())
            }
            _ => Chunk::Here(states),
        };
        self.here.fetch_add(chunk.bytes_here(), Relaxed);
        self.chunks().push(chunk);
    }

    /// Adds states, in the file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn store(&self, model: &M, states: &[M::State]) -> io::Result<()> {
        let extent = self.spill.write(model, states)?;
        self.len.fetch_add(states.len() as u64, Relaxed);
        self.stored.fetch_add(states.len() as u64, Relaxed);
        self.chunks().push(Chunk::Stored(extent));
        Ok(())
    }

    /// Removes and returns a chunk of states; none if no state waits.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn pop(&self, model: &M) -> io::Result<Option<Vec<M::State>>> {
        let Some(chunk) = self.chunks().pop() else {
            return Ok(None);
        };
        self.here.fetch_sub(chunk.bytes_here(), Relaxed);
        let states = match chunk {
            Chunk::Here(states) => states,
            Chunk::Written(bytes, states) => self.spill.read_from(model, &bytes, states)?,
            Chunk::Stored(extent) => self.spill.read(model, &extent)?,
        };
        self.len.fetch_sub(states.len() as u64, Relaxed);
        Ok(Some(states))
    }

    /// Moves the states in memory to the file.
    ///
    /// # Errors
    /// The file cannot be written. No state is lost.
    pub(crate) fn store_all(&self, model: &M) -> io::Result<()> {
        for chunk in self.chunks().iter_mut() {
            let extent = match chunk {
                Chunk::Here(states) => self.spill.write(model, states)?,
                Chunk::Written(bytes, states) => self.spill.write_bytes(bytes, *states)?,
                Chunk::Stored(_) => continue,
            };
            self.here.fetch_sub(chunk.bytes_here(), Relaxed);
            self.stored.fetch_add(extent.states as u64, Relaxed);
            *chunk = Chunk::Stored(extent);
        }
        Ok(())
    }

    /// Passes every chunk to `visit`, and removes none.
    ///
    /// # Errors
    /// The error of `visit`, or the file cannot be read.
    pub fn for_each(
        &self,
        model: &M,
        mut visit: impl FnMut(&[M::State]) -> io::Result<()>,
    ) -> io::Result<()> {
        for chunk in self.chunks().iter() {
            match chunk {
                Chunk::Here(states) => visit(states)?,
                Chunk::Written(bytes, states) => {
                    visit(&self.spill.read_from(model, bytes, *states)?)?;
                }
                Chunk::Stored(extent) => visit(&self.spill.read(model, extent)?)?,
            }
        }
        Ok(())
    }

    /// Forgets all states, and truncates the file.
    pub fn clear(&self) {
        self.chunks().clear();
        self.len.store(0, Relaxed);
        self.here.store(0, Relaxed);
        self.spill.clear();
    }
}

/// The two frontiers of a search level by level.
pub struct Frontiers<M: Model> {
    /// The states of the complete level, which are being expanded.
    pub current: Frontier<M>,
    /// The states of the level that is being reached.
    pub next: Frontier<M>,
}

impl<M: Model> Frontiers<M> {
    /// Two empty frontiers.
    pub fn new(problem: &Problem<M>) -> Self {
        let [current, next] = [(), ()].map(|()| Frontier::new(problem));
        Self { current, next }
    }

    /// Removes and returns a chunk of states to be expanded, if there is one. Stops the run
    /// if it cannot be read.
    pub fn pop(&self, problem: &Problem<M>) -> Option<Vec<M::State>> {
        let popped = self.current.pop(problem.model());
        popped.unwrap_or_else(|error| {
            problem.progress.storage_failed(&error);
            None
        })
    }

    /// Moves states that were reached into the next frontier: into its file if `is_short`
    /// says that memory is short, given the bytes that the frontiers take in memory, and
    /// states can be stored.
    pub fn leave(
        &self,
        problem: &Problem<M>,
        states: &mut Vec<M::State>,
        is_short: impl FnOnce(u64) -> bool,
    ) {
        let states = std::mem::replace(states, Vec::with_capacity(CHUNK));
        if states.is_empty() {
            return;
        }
        if self.next.can_store() && is_short(self.bytes()) {
            match self.next.store(problem.model(), &states) {
                Ok(()) => return,
                Err(error) => problem.progress.storage_failed(&error),
            }
        }
        self.next.push(problem.model(), states);
    }

    /// Moves the states in memory to the files. Stops the run if that fails.
    pub(crate) fn store_all(&self, problem: &Problem<M>) {
        for frontier in [&self.current, &self.next] {
            if let Err(error) = frontier.store_all(problem.model()) {
                problem.progress.storage_failed(&error);
            }
        }
    }

    /// Ends the level that was being reached: its states are the next to be expanded. States
    /// of the level before that were not expanded are forgotten.
    pub fn end_level(&mut self) {
        self.current.clear();
        std::mem::swap(&mut self.current, &mut self.next);
    }

    /// The bytes that the states take in memory, without what they point to.
    pub fn bytes(&self) -> u64 {
        self.current.bytes() + self.next.bytes()
    }

    /// The number of states that ever waited in a file.
    pub fn stored(&self) -> u64 {
        self.current.stored() + self.next.stored()
    }
}

/// The file for states that do not fit in memory. It is created when it is first needed,
/// and has no name, so that it disappears with the process.
struct Spill<M: Model> {
    storage: Option<Storage<M>>,
    /// The file, and where the next chunk goes.
    file: Mutex<Option<(File, u64)>>,
}

impl<M: Model> Spill<M> {
    fn clear(&self) {
        if let Some((file, end)) = &mut *self.file() {
            *end = 0;
            // If that fails, the file is longer than necessary, and nothing else.
            let _ = file.set_len(0);
        }
    }

    fn file(&self) -> MutexGuard<'_, Option<(File, u64)>> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, model: &M, states: &[M::State]) -> io::Result<Extent> {
        let storage = self.storage.as_ref().ok_or(io::ErrorKind::Unsupported)?;
        self.write_bytes(&storage.bytes_of(model, states), states.len())
    }

    fn write_bytes(&self, bytes: &[u8], states: usize) -> io::Result<Extent> {
        let mut guard = self.file();
        let (file, end) = match &mut *guard {
            Some(opened) => opened,
            none => none.insert((tempfile::tempfile()?, 0)),
        };
        file.seek(SeekFrom::Start(*end))?;
        file.write_all(bytes)?;
        let extent = Extent {
            at: *end,
            bytes: bytes.len(),
            states,
        };
        *end += bytes.len() as u64;
        Ok(extent)
    }

    fn read(&self, model: &M, extent: &Extent) -> io::Result<Vec<M::State>> {
        let mut bytes = vec![0; extent.bytes];
        match &mut *self.file() {
            Some((file, _)) => {
                file.seek(SeekFrom::Start(extent.at))?;
                file.read_exact(&mut bytes)?;
            }
            None => return Err(io::ErrorKind::NotFound.into()),
        }
        self.read_from(model, &bytes, extent.states)
    }

    fn read_from(&self, model: &M, bytes: &[u8], states: usize) -> io::Result<Vec<M::State>> {
        let storage = self.storage.as_ref().ok_or(io::ErrorKind::Unsupported)?;
        let mut rest = bytes;
        let states = (0..states).map(|_| (storage.read_own)(model, &mut rest));
        let states: Option<Vec<_>> = states.collect();
        states.ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}
