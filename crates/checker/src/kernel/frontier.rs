//! The states of a level that wait to be expanded: in memory, or in a file when
//! memory is short.

use crate::problem::{Problem, Storage};
use stateright::Model;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many states a thread takes at a time.
pub const CHUNK: usize = 1024;

/// States that are taken together.
enum Chunk<S> {
    Here(Vec<S>),
    Stored(Extent),
}

/// Where in the file a chunk lies.
struct Extent {
    at: u64,
    bytes: usize,
    states: usize,
}

/// States that wait. Shared by threads; a chunk is locked for the moment in
/// which it is taken or left.
pub struct Frontier<M: Model> {
    chunks: Mutex<Vec<Chunk<M::State>>>,
    /// States that wait.
    len: AtomicU64,
    /// Those of them that are in memory.
    here: AtomicU64,
    /// Those that ever waited in the file.
    stored: AtomicU64,
    spill: Spill<M>,
}

impl<M: Model> Frontier<M> {
    /// Nothing waits. With `storage` states may wait in a file.
    pub fn new(storage: Option<Storage<M>>) -> Self {
        Self {
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

    /// How many states wait.
    pub fn len(&self) -> u64 {
        self.len.load(Relaxed)
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes in memory, without what states point to.
    pub fn bytes(&self) -> u64 {
        self.here.load(Relaxed) * size_of::<M::State>() as u64
    }

    /// How many states have waited in the file.
    pub fn stored(&self) -> u64 {
        self.stored.load(Relaxed)
    }

    /// Whether states may wait in a file.
    pub const fn can_store(&self) -> bool {
        self.spill.storage.is_some()
    }

    fn chunks(&self) -> MutexGuard<'_, Vec<Chunk<M::State>>> {
        // A thread that panicked here has left whole chunks.
        self.chunks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves states to wait in memory.
    pub fn push(&self, states: Vec<M::State>) {
        let count = states.len() as u64;
        self.len.fetch_add(count, Relaxed);
        self.here.fetch_add(count, Relaxed);
        self.chunks().push(Chunk::Here(states));
    }

    /// Leaves states to wait in the file.
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

    /// Takes states that wait, if there are any.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn pop(&self, model: &M) -> io::Result<Option<Vec<M::State>>> {
        let Some(chunk) = self.chunks().pop() else {
            return Ok(None);
        };
        let states = match chunk {
            Chunk::Here(states) => {
                self.here.fetch_sub(states.len() as u64, Relaxed);
                states
            }
            Chunk::Stored(extent) => self.spill.read(model, &extent)?,
        };
        self.len.fetch_sub(states.len() as u64, Relaxed);
        Ok(Some(states))
    }

    /// Moves what is in memory to the file.
    ///
    /// # Errors
    /// The file cannot be written. No state is lost.
    pub fn store_all(&self, model: &M) -> io::Result<()> {
        for chunk in self.chunks().iter_mut() {
            if let Chunk::Here(states) = chunk {
                let extent = self.spill.write(model, states)?;
                self.here.fetch_sub(states.len() as u64, Relaxed);
                self.stored.fetch_add(states.len() as u64, Relaxed);
                *chunk = Chunk::Stored(extent);
            }
        }
        Ok(())
    }

    /// Shows every chunk that waits.
    ///
    /// # Errors
    /// That of `visit`, or the file cannot be read.
    pub fn for_each(
        &self,
        model: &M,
        mut visit: impl FnMut(&[M::State]) -> io::Result<()>,
    ) -> io::Result<()> {
        for chunk in self.chunks().iter() {
            match chunk {
                Chunk::Here(states) => visit(states)?,
                Chunk::Stored(extent) => visit(&self.spill.read(model, extent)?)?,
            }
        }
        Ok(())
    }

    /// Whatever waits does so in vain, and the file can be short again.
    pub fn clear(&self) {
        self.chunks().clear();
        self.len.store(0, Relaxed);
        self.here.store(0, Relaxed);
        self.spill.clear();
    }
}

/// The states of a search that wait: those of the level that is whole, and of the
/// one that is being reached.
pub struct Frontiers<M: Model> {
    /// Of the level that is whole: they are expanded.
    pub current: Frontier<M>,
    /// Of the level that is being reached.
    pub next: Frontier<M>,
}

impl<M: Model> Frontiers<M> {
    /// No state waits.
    pub fn new(problem: &Problem<M>) -> Self {
        let [current, next] = [(), ()].map(|()| Frontier::new(problem.extras.storage));
        Self { current, next }
    }

    /// Takes states to be expanded, if there are any. Stops the run if they cannot be
    /// read.
    pub fn pop(&self, problem: &Problem<M>) -> Option<Vec<M::State>> {
        let popped = self.current.pop(&problem.model);
        popped.unwrap_or_else(|error| {
            problem.progress.storage_failed(&error);
            None
        })
    }

    /// Leaves states that were reached to wait: in the file, if it can be, where
    /// memory is short with so many bytes in memory. The vector is empty then.
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
            match self.next.store(&problem.model, &states) {
                Ok(()) => return,
                Err(error) => problem.progress.storage_failed(&error),
            }
        }
        self.next.push(states);
    }

    /// Moves what is in memory to the file. Stops the run if that fails.
    pub fn store_all(&self, problem: &Problem<M>) {
        for frontier in [&self.current, &self.next] {
            if let Err(error) = frontier.store_all(&problem.model) {
                problem.progress.storage_failed(&error);
            }
        }
    }

    /// The level that was reached is whole. What was not expanded is forgotten.
    pub fn end_level(&mut self) {
        self.current.clear();
        std::mem::swap(&mut self.current, &mut self.next);
    }

    /// Bytes in memory, without what states point to.
    pub fn bytes(&self) -> u64 {
        self.current.bytes() + self.next.bytes()
    }

    /// How many states have waited in a file.
    pub fn stored(&self) -> u64 {
        self.current.stored() + self.next.stored()
    }
}

/// The file for states that have no room in memory: without a name, so that it
/// is gone with the process, and made when it is first needed.
struct Spill<M: Model> {
    storage: Option<Storage<M>>,
    file: Mutex<Option<(File, u64)>>,
}

impl<M: Model> Spill<M> {
    fn clear(&self) {
        if let Some((file, end)) = &mut *self.file() {
            *end = 0;
            // Where that fails the file is only longer than need be.
            let _ = file.set_len(0);
        }
    }

    fn file(&self) -> MutexGuard<'_, Option<(File, u64)>> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, model: &M, states: &[M::State]) -> io::Result<Extent> {
        let storage = self.storage.as_ref().ok_or(io::ErrorKind::Unsupported)?;
        let mut bytes = Vec::new();
        for state in states {
            (storage.write)(model, state, &mut bytes);
        }
        let mut guard = self.file();
        let (file, end) = match &mut *guard {
            Some(opened) => opened,
            none => none.insert((tempfile::tempfile()?, 0)),
        };
        file.seek(SeekFrom::Start(*end))?;
        file.write_all(&bytes)?;
        let extent = Extent {
            at: *end,
            bytes: bytes.len(),
            states: states.len(),
        };
        *end += bytes.len() as u64;
        Ok(extent)
    }

    fn read(&self, model: &M, extent: &Extent) -> io::Result<Vec<M::State>> {
        let storage = self.storage.as_ref().ok_or(io::ErrorKind::Unsupported)?;
        let mut bytes = vec![0; extent.bytes];
        match &mut *self.file() {
            Some((file, _)) => {
                file.seek(SeekFrom::Start(extent.at))?;
                file.read_exact(&mut bytes)?;
            }
            None => return Err(io::ErrorKind::NotFound.into()),
        }
        let mut rest = &bytes[..];
        let states = (0..extent.states).map(|_| (storage.read_own)(model, &mut rest));
        let states: Option<Vec<_>> = states.collect();
        states.ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}
