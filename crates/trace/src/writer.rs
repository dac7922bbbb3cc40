//! Writes a trace.

use crate::line::{Identity, Line};
use crate::{Action, Ledger};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The file name of a trace that lies in the same folder as its ledger.
pub const FILE: &str = "trace.jsonl";

/// Where a trace is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceOptions {
    /// The file. New lines are appended to what it holds.
    pub file: PathBuf,
}

impl TraceOptions {
    /// The file [`FILE`] in the folder of the ledger, where an audit finds it.
    pub fn within(folder: &Path) -> Self {
        Self {
            file: folder.join(FILE),
        }
    }
}

/// A trace that is being written. Shown in the [example of the crate](crate#example).
#[derive(Debug)]
pub struct Trace {
    file: File,
    node: u64,
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
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&options.file)?;
        let mut trace = Self {
            buffer: missing_newline(&mut file)?,
            file,
            node: identity.me.index() as u64 + 1,
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

    fn put(&mut self, line: Line<'_>) -> io::Result<()> {
        self.lines += 1;
        let line = line.numbered(self.lines, self.node);
        serde_json::to_writer(&mut self.buffer, &line)?;
        self.buffer.push(b'\n');
        Ok(())
    }

    /// Hands the batch to the operating system: one write(2), if the disk has room.
    fn flush(&mut self) -> io::Result<()> {
        if !self.buffer.is_empty() {
            self.file.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }
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
