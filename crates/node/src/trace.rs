//! What a node did, in the words of A.1, as JSON lines.
//!
//! One object a line. The first line of each life of the process is `Recover`:
//! who this is, and what his ledger held. Every other line is one action of
//! A.1, with its parameters:
//!
//! ```text
//! {"line":1,"node":1,"action":"Recover","schema":1,"cluster":"paxos",…}
//! {"line":2,"node":1,"action":"Try New Ballot","ballot":3}
//! {"line":9,"node":1,"at":1,"action":"Start Polling","quorum":[1,2],"decree":…}
//! ```
//!
//! | field | what |
//! |---|---|
//! | `line` | counts the lines of a life of the process, from 1 |
//! | `node` | who acts; legislators are counted from 1 |
//! | `at` | the decree number; without it the action is for all numbers |
//! | `ballot` | b |
//! | `above` | n of the NextBallot that a LastVote answers |
//! | `votes` | lists of decree number, ballot number and decree; elsewhere the null vote |
//! | `passed` | the numbers that a LastVote tells of as passed: no votes |
//!
//! Keys and values are strings if they are UTF-8, and `{"hex":"…"}` otherwise:
//! two decrees are equal if and only if their lines say so.
//!
//! The driver writes actions after the commit of what they record, and before
//! the messages that follow from them leave. So a killed process may leave a
//! ledger that is ahead of the trace by the notes of one batch, whose messages
//! nobody has received; a message that anybody has received is in the trace.
//! Nothing is flushed to the disk: a trace survives a killed process, not a
//! power failure. A last line that was cut off is ended by the next life.

pub mod line;
pub mod reader;
pub mod saying;
mod words;

use crate::config::Identity;
use crate::{Action, Ledger};
use line::Line;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The name of a trace that lies beside its ledger.
pub const FILE: &str = "trace.jsonl";

/// The version of every line. It changes when a field goes or changes its
/// meaning, not when one is added.
pub const SCHEMA: u32 = 1;

/// Where to write, and how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The file; what is in it stays.
    pub file: PathBuf,
}

impl Options {
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
    pub fn open(options: &Options, identity: &Identity, ledger: &Ledger) -> io::Result<Self> {
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
