//! A file of all counterexamples, one JSON object on each line.

use crate::json::TraceLine;
use crate::listener::{Checked, Listener, Subject, WriteError};
use crate::plurals::plural;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use synod_terminal::note;

/// What `--trace-out FILE` asks for: a file with every counterexample, one
/// [`TraceLine`] each, written as soon as its spec is done.
pub struct TraceFile {
    path: PathBuf,
    file: BufWriter<File>,
    written: usize,
    failed: Option<io::Error>,
}

impl TraceFile {
    /// Creates the file. Call it before anything is checked: so no result is lost to a path
    /// that cannot be written.
    ///
    /// # Errors
    /// The file cannot be created.
    pub fn create(path: &Path) -> Result<Self, WriteError> {
        let file = File::create(path)
            .map_err(|error| WriteError::file(path, error, "--trace-out needs a file to write"))?;
        Ok(Self {
            path: path.to_owned(),
            file: BufWriter::new(file),
            written: 0,
            failed: None,
        })
    }

    fn write(&mut self, line: &TraceLine) -> io::Result<()> {
        serde_json::to_writer(&mut self.file, line)?;
        self.file.write_all(b"\n")?;
        // At once: what was found outlives this process.
        self.file.flush()
    }
}

impl Listener for TraceFile {
    fn checked(&mut self, checked: &Checked<'_>) {
        for trace in &checked.outcome.report.counterexamples {
            match self.write(&TraceLine::of(checked, trace)) {
                Ok(()) => self.written += 1,
                Err(error) => {
                    self.failed.get_or_insert(error);
                }
            }
        }
    }

    fn not_run(&mut self, _: &Subject<'_>, _: &str, _: bool) {}

    fn done(&mut self, _: Option<&str>) -> Result<(), WriteError> {
        let result = match self.failed.take() {
            Some(error) => Err(error),
            None => self.file.flush(),
        };
        result.map_err(|error| {
            let help = "not all counterexamples were written";
            WriteError::file(&self.path, error, help)
        })?;
        let written = self.written;
        let noun = plural(written as u64, "counterexample", "counterexamples");
        note!("{written} {noun} written to {}", self.path.display());
        Ok(())
    }
}
