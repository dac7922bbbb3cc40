//! The predecessor of each state: the state from which it was reached first. Predecessors
//! are kept in a file, 16 bytes a state (32 with fingerprints of 128 bits), so that they
//! take no memory.
//!
//! States are written in the order in which they are found, level after level. They are
//! read only at the end of a run, for the backtrace from a violation: each step back reads
//! the segment of one level once.
//!
//! With checkpoints the file has a name and stays. A run that resumes from a checkpoint
//! reads the files of earlier runs and writes its own.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use synod_checker::fingerprint::Fingerprint;
use synod_checker::kernel::files::create_locked;

/// The number of entries that are read between two questions whether the run goes on.
const PORTION: u64 = 1 << 16;

/// The place of the states of a level in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Segment {
    /// The position of the file in [`Index::files`].
    pub(super) file: usize,
    /// The first byte.
    pub(super) at: u64,
    pub(super) bytes: u64,
}

/// The part of a shard about predecessors: the files, and the places of the levels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Index {
    /// The names of the files, in the folder of the checkpoint.
    pub(super) files: Vec<String>,
    /// The segments of each level, by depth.
    pub(super) segments: BTreeMap<u32, Vec<Segment>>,
}

/// The predecessors of the states that one worker owns.
pub(super) struct Predecessors {
    is_wide: bool,
    /// The files of earlier runs; and, once it has a state, this run's own file.
    files: Vec<File>,
    index: Index,
    own: Option<BufWriter<File>>,
    /// The path of the own file; none without checkpoints: the file then has no name.
    named: Option<PathBuf>,
    /// The number of bytes in the own file.
    end: u64,
    depth: u32,
    /// The value of `end` when the level began.
    begun_at: u64,
}

impl Predecessors {
    /// Without states. A file with a name stays after the run; a file that is there
    /// already is overwritten.
    pub(super) const fn new(is_wide: bool, named: Option<PathBuf>) -> Self {
        Self {
            is_wide,
            files: Vec::new(),
            index: Index {
                files: Vec::new(),
                segments: BTreeMap::new(),
            },
            own: None,
            named,
            end: 0,
            depth: 1,
            begun_at: 0,
        }
    }

    /// Takes over the predecessors that an earlier run has written. Must be called before
    /// any state is added.
    ///
    /// # Errors
    /// A file cannot be opened.
    pub(super) fn take_over(&mut self, index: &Index, folder: &Path) -> io::Result<()> {
        let first = self.files.len();
        for name in &index.files {
            let file = File::open(folder.join(name));
            let file = file.map_err(|error| {
                let why = format!("its file {name}: {error}");
                io::Error::new(error.kind(), why)
            })?;
            self.files.push(file);
            self.index.files.push(name.clone());
        }
        for (depth, segments) in &index.segments {
            let here = self.index.segments.entry(*depth).or_default();
            here.extend(segments.iter().map(|segment| Segment {
                file: first + segment.file,
                ..*segment
            }));
        }
        Ok(())
    }

    /// Sets the depth of the states that are added next.
    pub(super) const fn set_depth(&mut self, depth: u32) {
        self.depth = depth;
    }

    /// Adds a state with its predecessor.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn add(&mut self, state: Fingerprint, from: Fingerprint) -> io::Result<()> {
        let is_wide = self.is_wide;
        let own = self.own()?;
        state.write_to(own, is_wide)?;
        from.write_to(own, is_wide)?;
        self.end += self.bytes_of_entry();
        Ok(())
    }

    /// The number of bytes of an entry in the file.
    const fn bytes_of_entry(&self) -> u64 {
        if self.is_wide { 32 } else { 16 }
    }

    fn own(&mut self) -> io::Result<&mut BufWriter<File>> {
        if self.own.is_none() {
            let file = match &self.named {
                Some(path) => {
                    let file = create_locked(path)?;
                    let name = path.file_name().unwrap_or_default();
                    self.index.files.push(name.to_string_lossy().into_owned());
                    file
                }
                None => tempfile::tempfile()?,
            };
            self.files.push(file.try_clone()?);
            self.own = Some(BufWriter::with_capacity(1 << 16, file));
        }
        self.own
            .as_mut()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Ends a level: states that are added from now on belong to the next.
    pub(super) fn end_level(&mut self) {
        if self.end > self.begun_at {
            let segment = Segment {
                file: self.files.len() - 1,
                at: self.begun_at,
                bytes: self.end - self.begun_at,
            };
            let segments = self.index.segments.entry(self.depth);
            segments.or_default().push(segment);
            self.begun_at = self.end;
        }
        self.depth += 1;
    }

    /// The index for a checkpoint, after everything that was added is safe on disk.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn index(&mut self) -> io::Result<&Index> {
        if let Some(own) = &mut self.own {
            own.flush()?;
            own.get_ref().sync_data()?;
        }
        Ok(&self.index)
    }

    /// The predecessors of these states, all of one depth; none for a state that another
    /// worker owns. Reads the level once. After every [`PORTION`] entries it asks `goes_on`
    /// whether to read on.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn predecessors(
        &mut self,
        depth: u32,
        wanted: &[Fingerprint],
        goes_on: impl Fn(u64) -> bool,
    ) -> io::Result<Vec<Option<Fingerprint>>> {
        if let Some(own) = &mut self.own {
            own.flush()?;
        }
        let mut found = vec![None; wanted.len()];
        let segments = self.index.segments.get(&depth);
        for segment in segments.into_iter().flatten() {
            let mut file = &self.files[segment.file];
            file.seek(SeekFrom::Start(segment.at))?;
            let mut rest = BufReader::with_capacity(1 << 18, file.take(segment.bytes));
            for number in 1..=segment.bytes / self.bytes_of_entry() {
                if number % PORTION == 0 && !goes_on(PORTION) {
                    break;
                }
                let state = Fingerprint::read_from(&mut rest, self.is_wide)?;
                let from = Fingerprint::read_from(&mut rest, self.is_wide)?;
                for (wanted, found) in wanted.iter().zip(&mut found) {
                    if *wanted == state {
                        found.get_or_insert(from);
                    }
                }
            }
        }
        // Reading has moved the position in the file: the next entry is written at the end.
        if let Some(own) = &mut self.own {
            own.seek(SeekFrom::Start(self.end))?;
        }
        Ok(found)
    }
}
