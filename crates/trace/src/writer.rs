//! A trace that is being written.

use crate::line::{Identity, Line};
use crate::{Action, Ledger};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The name of a trace that lies beside its ledger.
pub const FILE: &str = "trace.jsonl";

/// Where to write, and how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceOptions {
    /// The file; what is in it stays.
    pub file: PathBuf,
}

impl TraceOptions {
    /// Beside the ledger, where an audit finds it.
    pub fn within(folder: &Path) -> Self {
        Self {
            file: folder.join(FILE),
        }
    }
}

/// A trace that is being written.
#[derive(Debug)]
pub struct Trace {
    file: File,
    node: u64,
    /// How many lines this life has written.
    lines: u64,
    /// A batch, before it is written at once.
    buffer: Vec<u8>,
}

impl Trace {
    /// Goes on with a trace, or begins one: a line that says who this is and
    /// with which ledger he recovered. O(votes and decrees beyond the law),
    /// and O(decrees) to find where the law ends.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn open(options: &TraceOptions, identity: &Identity, ledger: &Ledger) -> io::Result<Self> {
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&options.file)?;
        let mut trace = Self {
            buffer: end_of_a_torn_line(&mut file)?,
            file,
            node: identity.me.index() as u64 + 1,
            lines: 0,
        };
        trace.put(Line::recover(identity, ledger))?;
        trace.let_go()?;
        Ok(trace)
    }

    /// Writes actions down: a line each. They are with the operating system
    /// when this returns, so that a killed process loses none of them.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn write<'a>(&mut self, actions: impl Iterator<Item = &'a Action>) -> io::Result<()> {
        for action in actions {
            self.put(Line::of(action))?;
        }
        self.let_go()
    }

    fn put(&mut self, line: Line<'_>) -> io::Result<()> {
        self.lines += 1;
        let line = line.numbered(self.lines, self.node);
        serde_json::to_writer(&mut self.buffer, &line)?;
        self.buffer.push(b'\n');
        Ok(())
    }

    /// One write(2), if the disk has room for it.
    fn let_go(&mut self) -> io::Result<()> {
        if !self.buffer.is_empty() {
            self.file.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }
}

/// A newline if the last line of the file has none.
fn end_of_a_torn_line(file: &mut File) -> io::Result<Vec<u8>> {
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
