//! A file that plays the counterexamples of a check in a browser.

use crate::diagnostics::Complaint;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use synod_explorer::{Played, export};
use synod_report::plurals::plural;
use synod_terminal::note;

/// What `--trace-out FILE.html` asks for.
pub(super) struct PageFile {
    path: PathBuf,
    file: File,
    films: Vec<Played>,
}

impl PageFile {
    /// Creates the file. Call it before anything is checked: so no result is lost to a path
    /// that cannot be written.
    ///
    /// # Errors
    /// The file cannot be created.
    pub(super) fn create(path: &Path) -> Result<Self, Complaint> {
        let file = File::create(path)
            .map_err(|error| Complaint::file(path, error, "--trace-out needs a file to write"))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            films: Vec::new(),
        })
    }

    pub(super) fn add(&mut self, films: Vec<Played>) {
        self.films.extend(films);
    }

    /// # Errors
    /// The file cannot be written.
    pub(super) fn write(mut self) -> Result<(), Complaint> {
        let written = self.file.write_all(export::page(&self.films).as_bytes());
        written.map_err(|error| {
            Complaint::file(&self.path, error, "not all counterexamples were written")
        })?;
        let count = self.films.len();
        let noun = plural(count as u64, "counterexample", "counterexamples");
        note!("{count} {noun} written to {}", self.path.display());
        Ok(())
    }
}
