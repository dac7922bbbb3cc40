//! Reading a trace, a line at a time, whether it is still written or not.

use crate::line::{Entry, Event};
use crate::parse::{self, ParseError};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Take};
use std::path::{Path, PathBuf};

/// Why a trace cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// The file cannot be read.
    #[error("{file}: {source}")]
    Io {
        /// Which.
        file: PathBuf,
        /// And why.
        source: io::Error,
    },
    /// There is nothing in it.
    #[error("{0}: there is no line in it: it is no trace")]
    Empty(PathBuf),
    /// A line in the middle of a life is none.
    #[error("{file}:{line}: {why}")]
    Line {
        /// Of which file.
        file: PathBuf,
        /// Which line of it, from 1.
        line: u64,
        /// What is wrong with it.
        why: ParseError,
    },
}

/// A line that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineRead {
    /// Its number in the file, from 1.
    pub line: u64,
    /// What it says.
    pub entry: Entry,
    /// Where it ends: so many bytes of the file are read.
    pub end: u64,
}

/// Reads the lines of a trace, up to some length of the file.
///
/// A line at the end without a newline is not read: it may be written still. A
/// line that is none is passed over if it is the last of a life: it was cut
/// off. Memory: one line.
#[derive(Debug)]
pub struct Reader {
    file: PathBuf,
    bytes: BufReader<Take<File>>,
    buffer: Vec<u8>,
    line: u64,
    end: u64,
    /// How many lines were cut off.
    torn: u64,
}

impl Reader {
    /// Reads at most this many bytes of the file.
    ///
    /// # Errors
    ///
    /// If it cannot be opened.
    pub fn open(file: &Path, length: u64) -> Result<Self, TraceError> {
        let opened = File::open(file).map_err(|source| TraceError::Io {
            file: file.to_owned(),
            source,
        })?;
        Ok(Self {
            file: file.to_owned(),
            bytes: BufReader::with_capacity(1 << 16, opened.take(length)),
            buffer: Vec::new(),
            line: 0,
            end: 0,
            torn: 0,
        })
    }

    /// The file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// How many lines were cut off so far.
    pub const fn torn(&self) -> u64 {
        self.torn
    }

    /// The next line; none if there is no more.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or a line in the middle of a life is none.
    pub fn next_line(&mut self) -> Result<Option<LineRead>, TraceError> {
        match self.next_whole()? {
            None => Ok(None),
            Some(Ok(line)) => Ok(Some(line)),
            Some(Err(why)) if self.was_cut_off() => self.after_a_torn_line(self.line, why),
            Some(Err(why)) => Err(self.unreadable(self.line, why)),
        }
    }

    /// What follows must be a new life, or nothing.
    fn after_a_torn_line(
        &mut self,
        line: u64,
        why: ParseError,
    ) -> Result<Option<LineRead>, TraceError> {
        self.torn += 1;
        match self.next_whole()? {
            None => Ok(None),
            // The first line of a life may be cut off, too.
            Some(Err(_)) if self.was_cut_off() => self.after_a_torn_line(line, why),
            Some(Ok(next)) if matches!(next.entry.event, Event::Recover(_)) => Ok(Some(next)),
            Some(_) => Err(self.unreadable(line, why)),
        }
    }

    /// Whether the line that was read last is the beginning of one, perhaps with
    /// zeros where the rest should be: what a disk leaves of a write that it did
    /// not finish. Anything else was written by somebody else.
    fn was_cut_off(&self) -> bool {
        let line = self.buffer.strip_suffix(b"\n").unwrap_or(&self.buffer);
        let zeros = line.iter().rev().take_while(|&&byte| byte == 0).count();
        let line = &line[..line.len() - zeros];
        let whole = match std::str::from_utf8(line) {
            Ok(text) => text,
            // The cut may go through a character.
            Err(error) if error.error_len().is_none() => {
                std::str::from_utf8(&line[..error.valid_up_to()]).unwrap_or_default()
            }
            Err(_) => return false,
        };
        let read = serde_json::from_str::<serde_json::Value>(whole);
        (whole.is_empty() || whole.starts_with('{')) && read.is_err_and(|error| error.is_eof())
    }

    fn unreadable(&self, line: u64, why: ParseError) -> TraceError {
        TraceError::Line {
            file: self.file.clone(),
            line,
            why,
        }
    }

    fn next_whole(&mut self) -> Result<Option<Result<LineRead, ParseError>>, TraceError> {
        self.buffer.clear();
        let read = self.bytes.read_until(b'\n', &mut self.buffer);
        let length = read.map_err(|source| TraceError::Io {
            file: self.file.clone(),
            source,
        })?;
        let Some(bytes) = self.buffer.strip_suffix(b"\n") else {
            return Ok(None);
        };
        self.line += 1;
        self.end += length as u64;
        let (line, end) = (self.line, self.end);
        Ok(Some(parse::parse(bytes).map(|entry| LineRead {
            line,
            entry,
            end,
        })))
    }
}
