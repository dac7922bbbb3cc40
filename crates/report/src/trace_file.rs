//! Every counterexample to a file, a JSON object a line.

use crate::json::SCHEMA;
use crate::json::counterexample::counterexample;
use crate::listener::{Checked, Listener, Subject, WriteError};
use crate::plurals::plural;
use serde_json::json;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use synod_terminal::note;

/// Writes counterexamples as they are found.
pub struct TraceFile {
    path: PathBuf,
    file: BufWriter<File>,
    written: usize,
    failed: Option<std::io::Error>,
}

impl TraceFile {
    /// Creates the file, before anything is checked.
    ///
    /// # Errors
    /// It cannot be written.
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
}

impl Listener for TraceFile {
    fn checked(&mut self, checked: &Checked<'_>) {
        for trace in &checked.outcome.report.counterexamples {
            let line = json!({
                "schema": SCHEMA,
                "spec": checked.subject.name,
                "protocol": checked.subject.protocol,
                "counterexample": counterexample(trace),
            });
            // At once: what was found outlives this process.
            match writeln!(self.file, "{line}").and_then(|()| self.file.flush()) {
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
            let help = "the counterexamples were not all written";
            WriteError::file(&self.path, error, help)
        })?;
        let written = self.written;
        let noun = plural(written as u64, "counterexample", "counterexamples");
        note!("{written} {noun} written to {}", self.path.display());
        Ok(())
    }
}
