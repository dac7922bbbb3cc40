//! The predecessor of each state, from which it was reached first: in a file, 16 bytes a state
//! (32 with fingerprints of 128 bits), so that it takes no memory.
//!
//! States are written in the order in which they are found, level after level,
//! and never looked at again but for the backtrace from a state at the end: then the
//! part of the file with its level is read through, for each step once.
//!
//! With checkpoints the file has a name and stays; a run that goes on from one
//! reads the files of those before it and writes its own.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use synod_checker::fingerprint::Fingerprint;
use synod_checker::kernel::files::create_locked;

/// How many entries are read at a time.
const PORTION: u64 = 1 << 16;

/// Where in a file the states of a level are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Segment {
    /// In which of the files.
    pub(super) file: usize,
    pub(super) at: u64,
    pub(super) bytes: u64,
}

/// What is written down of predecessors in a checkpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Index {
    /// Names of files, in the folder of the checkpoint.
    pub(super) files: Vec<String>,
    /// By depth.
    pub(super) segments: BTreeMap<u32, Vec<Segment>>,
}

/// The predecessors of the states that one worker owns.
pub(super) struct Predecessors {
    is_wide: bool,
    /// Those of earlier runs, and then, from the first state on, its own.
    files: Vec<File>,
    index: Index,
    own: Option<BufWriter<File>>,
    /// Where its own file goes; without a name if there are no checkpoints.
    named: Option<PathBuf>,
    end: u64,
    depth: u32,
    begun_at: u64,
}

impl Predecessors {
    /// Empty. With a name its file stays; what is there is written over.
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

    /// Takes over what an earlier run has written. Before anything is added.
    ///
    /// # Errors
    /// A file cannot be opened.
    pub(super) fn take_over(&mut self, index: &Index, folder: &Path) -> io::Result<()> {
        let first = self.files.len();
        for name in &index.files {
            let file = File::open(folder.join(name));
            let file = file.map_err(|error| {
                let why = format!("{name}, which belongs to it: {error}");
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

    /// The depth of what is added next.
    pub(super) const fn set_depth(&mut self, depth: u32) {
        self.depth = depth;
    }

    /// A state was reached from another.
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

    /// How many bytes of the file a state takes.
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

    /// The level is whole: what is added from now on is of the next.
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

    /// What a checkpoint has to say of it, once all that was added is safe.
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

    /// From which state each of these, all of one depth, was reached, where it
    /// is known here. Reads the level once, and asks now and then whether to go on.
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
        // What is written next is written at the end.
        if let Some(own) = &mut self.own {
            own.seek(SeekFrom::Start(self.end))?;
        }
        Ok(found)
    }
}
