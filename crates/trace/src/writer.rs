//! Writes a trace.

use crate::files;
use crate::line::{Identity, Line};
use crate::{Action, Ledger, SharedCommand};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use synod_protocol::parliament::{DecreeNumber, Slip};

/// The file name of a trace that lies in the same folder as its ledger.
pub const FILE: &str = "trace.jsonl";

/// The size of a full file, unless another one is chosen, in bytes.
pub const FILE_SIZE: u64 = 256 << 20;

/// Where a trace is written, and how much of it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceOptions {
    /// The present file. New lines are appended to what it holds.
    pub file: PathBuf,
    /// The bytes at which a file is full. It gets a number then, and a new file is begun.
    pub file_size: u64,
    /// How many full files are kept, 1 at least; `None` if all are. The oldest are removed.
    pub files: Option<usize>,
    /// Whether the full files are removed whose decrees are cut off from the ledger, because a snapshot
    /// stands for them: those that were full before the law was as long as the ledger is cut.
    pub is_cut: bool,
}

impl TraceOptions {
    /// The file [`FILE`] in the folder of the ledger, where an audit finds it.
    pub fn within(folder: &Path) -> Self {
        Self {
            file: folder.join(FILE),
            file_size: FILE_SIZE,
            files: None,
            is_cut: false,
        }
    }
}

/// A trace that is being written. Shown in the [example of the crate](crate#example).
#[derive(Debug)]
pub struct Trace {
    options: TraceOptions,
    identity: Identity,
    file: File,
    /// The length of the file.
    length: u64,
    /// The length of the law when this life began, and when it filled each file.
    law: DecreeNumber,
    laws: BTreeMap<u64, DecreeNumber>,
    /// How many lines this life has written.
    lines: u64,
    /// The lines of a batch, which are written at once.
    buffer: Vec<u8>,
}

impl Trace {
    /// Opens a trace, or creates it, and writes the first line of a life: the
    /// legislator's identity and the ledger from which it recovered. O(votes and
    /// decrees beyond the law), and O(decrees) to find where the law ends.
    ///
    /// # Errors
    ///
    /// The file cannot be opened, read or written.
    pub fn open(options: &TraceOptions, identity: &Identity, ledger: &Ledger) -> io::Result<Self> {
        let mut file = open(&options.file)?;
        let mut trace = Self {
            buffer: missing_newline(&mut file)?,
            length: file.metadata()?.len(),
            file,
            options: options.clone(),
            identity: identity.clone(),
            law: ledger.known(),
            laws: BTreeMap::new(),
            lines: 0,
        };
        trace.put(Line::recover(identity, ledger))?;
        trace.flush()?;
        Ok(trace)
    }

    /// Writes one line for each action. The operating system has them when this
    /// returns, so a killed process loses none of them.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn write<'a>(&mut self, actions: impl Iterator<Item = &'a Action>) -> io::Result<()> {
        for action in actions {
            self.put(Line::of(action))?;
        }
        self.flush()
    }

    /// Begins a new file if the present one is full, and then removes full ones, as the options say.
    /// The first line of the new file says where the legislator stands. So this must be called
    /// when every action so far has been written. While the legislator collects LastVotes, the file
    /// remains: they would be too much for a line.
    ///
    /// # Errors
    ///
    /// A file cannot be renamed, written or removed.
    pub fn turn(&mut self, ledger: &Ledger, slip: &Slip<SharedCommand>) -> io::Result<()> {
        if self.length < self.options.file_size || matches!(slip, Slip::Trying { .. }) {
            return Ok(());
        }
        let present = &self.options.file;
        let mut full = files::full(present)?;
        let next = full.keys().next_back().map_or(1, |last| last + 1);
        let name = files::numbered(present, next);
        fs::rename(present, &name)?;
        self.file = open(present)?;
        self.length = 0;
        full.insert(next, name);
        let identity = self.identity.clone();
        self.put(Line::continues(&identity, ledger, slip))?;
        self.flush()?;
        self.laws.insert(next, ledger.known());
        self.remove_old(full, ledger)
    }

    /// Removes full files: the oldest if there are too many, and those whose decrees are cut off.
    fn remove_old(&mut self, full: BTreeMap<u64, PathBuf>, ledger: &Ledger) -> io::Result<()> {
        let most = self.options.files.map_or(usize::MAX, |files| files.max(1));
        let mut count = full.len();
        for (number, file) in full {
            // A former life has filled the file if nothing is known of it.
            let law = self.laws.get(&number).unwrap_or(&self.law);
            let is_cut = self.options.is_cut && ledger.is_cut_after(*law);
            if !is_cut && count <= most {
                break;
            }
            fs::remove_file(file)?;
            self.laws.remove(&number);
            count -= 1;
        }
        Ok(())
    }

    fn put(&mut self, line: Line<'_>) -> io::Result<()> {
        self.lines += 1;
        let line = line.numbered(self.lines, self.identity.me);
        serde_json::to_writer(&mut self.buffer, &line)?;
        self.buffer.push(b'\n');
        Ok(())
    }

    /// Hands the batch to the operating system: one write(2), if the disk has room.
    fn flush(&mut self) -> io::Result<()> {
        if !self.buffer.is_empty() {
            self.file.write_all(&self.buffer)?;
            self.length += self.buffer.len() as u64;
            self.buffer.clear();
        }
        Ok(())
    }
}

fn open(file: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .mode(0o600)
        .open(file)
}

/// A newline if the last line of the file was cut off, and otherwise nothing.
fn missing_newline(file: &mut File) -> io::Result<Vec<u8>> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(Vec::new());
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(if last == *b"\n" {
        Vec::new()
    } else {
        b"\n".to_vec()
    })
}
