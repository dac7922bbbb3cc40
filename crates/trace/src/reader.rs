//! Reads a trace one line at a time, also while a node still writes it.

use crate::line::{Entry, Event};
use crate::parse::{self, ParseError};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Take};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Why a trace cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// The file cannot be read.
    #[error("{file}: {source}")]
    Io {
        /// The file.
        file: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file has no line.
    #[error("{0}: not a trace: the file has no line")]
    Empty(PathBuf),
    /// A line cannot be decoded, and it is not the last line of a life, cut off.
    #[error("{file}:{line}: {why}")]
    Line {
        /// The file.
        file: PathBuf,
        /// The number of the line within the file, from 1.
        line: u64,
        /// What is wrong with the line.
        why: ParseError,
    },
}

/// A line that was read, and its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineRead {
    /// The number of the line within the file, from 1.
    pub line: u64,
    /// The decoded line.
    pub entry: Entry,
    /// The offset of the end of the line: the number of bytes read so far.
    pub end: u64,
}

/// Reads the lines of a trace, up to a given length of the file.
///
/// A last line without a newline is not read, because its writer may not have
/// finished it. A line that was cut off is skipped if it is the last of a life, and
/// is counted by [`Reader::torn`]. Memory: one line. Shown in the
/// [example of the crate](crate#example).
#[derive(Debug)]
pub struct Reader {
    file: PathBuf,
    bytes: BufReader<Take<Opened>>,
    buffer: Vec<u8>,
    line: u64,
    end: u64,
    torn: u64,
}

/// An open file, read from its beginning, whoever else reads it.
#[derive(Debug)]
struct Opened {
    file: File,
    offset: u64,
}

impl Opened {
    const fn new(file: File) -> Self {
        Self { file, offset: 0 }
    }
}

impl Read for Opened {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.offset)?;
        self.offset += read as u64;
        Ok(read)
    }
}

impl Reader {
    /// Opens a trace, of which at most `length` bytes are read.
    ///
    /// # Errors
    ///
    /// The file cannot be opened.
    pub fn open(file: &Path, length: u64) -> Result<Self, TraceError> {
        match File::open(file) {
            Ok(opened) => Ok(Self::of(file, opened, length)),
            Err(source) => Err(TraceError::Io {
                file: file.to_owned(),
                source,
            }),
        }
    }

    /// Reads a file that is open, from its beginning. `file` is its name.
    pub fn of(file: &Path, opened: File, length: u64) -> Self {
        Self {
            file: file.to_owned(),
            bytes: BufReader::with_capacity(1 << 16, Opened::new(opened).take(length)),
            buffer: Vec::new(),
            line: 0,
            end: 0,
            torn: 0,
        }
    }

    /// Another reader of the same open file, from its beginning.
    ///
    /// # Errors
    ///
    /// The operating system cannot open it again.
    pub fn again(&self) -> Result<Self, TraceError> {
        let bytes = self.bytes.get_ref();
        match bytes.get_ref().file.try_clone() {
            Ok(opened) => Ok(Self::of(&self.file, opened, bytes.limit())),
            Err(source) => Err(TraceError::Io {
                file: self.file.clone(),
                source,
            }),
        }
    }

    /// The present length of the file, in bytes.
    ///
    /// # Errors
    ///
    /// The operating system cannot tell it.
    pub fn length(&self) -> Result<u64, TraceError> {
        let opened = self.bytes.get_ref().get_ref();
        match opened.file.metadata() {
            Ok(metadata) => Ok(metadata.len()),
            Err(source) => Err(TraceError::Io {
                file: self.file.clone(),
                source,
            }),
        }
    }

    /// Reads at most this many bytes of the file. To be called before the first line is read.
    pub fn set_length(&mut self, length: u64) {
        self.bytes.get_mut().set_limit(length);
    }

    /// The file that is read.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// How many lines that were cut off have been skipped so far.
    pub const fn torn(&self) -> u64 {
        self.torn
    }

    /// The next line, or `None` at the end.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or a line in the middle of a life cannot be decoded.
    pub fn next_line(&mut self) -> Result<Option<LineRead>, TraceError> {
        match self.next_whole()? {
            None => Ok(None),
            Some(Ok(line)) => Ok(Some(line)),
            Some(Err(why)) if self.was_cut_off() => self.after_a_torn_line(self.line, why),
            Some(Err(why)) => Err(self.unreadable(self.line, why)),
        }
    }

    /// After a line that was cut off, a new life must follow, or the end of the file.
    fn after_a_torn_line(
        &mut self,
        line: u64,
        why: ParseError,
    ) -> Result<Option<LineRead>, TraceError> {
        self.torn += 1;
        match self.next_whole()? {
            None => Ok(None),
            // The first line of the new life may be cut off, too.
            Some(Err(_)) if self.was_cut_off() => self.after_a_torn_line(line, why),
            Some(Ok(next)) if matches!(next.entry.event, Event::Recover(_)) => Ok(Some(next)),
            Some(_) => Err(self.unreadable(line, why)),
        }
    }

    /// Whether the line that was read last is the beginning of a JSON object, perhaps
    /// with zeros in place of the rest: a disk leaves that of a write that it did not
    /// finish. Anything else was not written by a node.
    fn was_cut_off(&self) -> bool {
        let line = self.buffer.strip_suffix(b"\n").unwrap_or(&self.buffer);
        let zeros = line.iter().rev().take_while(|&&byte| byte == 0).count();
        let line = &line[..line.len() - zeros];
        let whole = match std::str::from_utf8(line) {
            Ok(text) => text,
            // The write may have ended within a character.
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
