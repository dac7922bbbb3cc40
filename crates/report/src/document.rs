//! Reports that are one text in the end: [`Document`], and where it is written.

use crate::listener::{Checked, Listener, Subject, UnusableFile, WriteError};
use crate::whole_file::WholeFile;
use std::io;
use std::path::{Path, PathBuf};
use synod_terminal::{note, say};

/// A report that is one text in the end: it is told everything as a [`Listener`], and writes
/// nothing itself. [`InFile`] and [`Printed`] write the text.
pub trait Document: Listener {
    /// The text, when everything was told.
    ///
    /// # Errors
    /// There is no such text of what was told.
    fn text(&self) -> Result<String, WriteError>;

    /// What the text has, for a note that says where it was written; none if that needs no note.
    fn contents(&self) -> Option<String> {
        None
    }
}

/// A [`Document`] that is written to a file, whole or not at all.
pub struct InFile<D> {
    document: D,
    named: PathBuf,
    file: WholeFile,
}

impl<D: Document> InFile<D> {
    /// Tries the file. Call it before anything is checked.
    ///
    /// # Errors
    /// The file cannot be written; `help` says what to do then.
    pub fn new(document: D, path: &Path, help: &'static str) -> Result<Self, WriteError> {
        Self::with(document, path, WholeFile::prepare(path), help)
    }

    /// The same for a file to which the text is added.
    ///
    /// # Errors
    /// The file cannot be written; `help` says what to do then.
    pub fn appended(document: D, path: &Path, help: &'static str) -> Result<Self, WriteError> {
        Self::with(document, path, WholeFile::prepare_to_append(path), help)
    }

    fn with(
        document: D,
        path: &Path,
        file: io::Result<WholeFile>,
        help: &'static str,
    ) -> Result<Self, WriteError> {
        let file = file.map_err(|error| WriteError::file(path, error, help))?;
        let named = path.to_owned();
        Ok(Self {
            document,
            named,
            file,
        })
    }
}

impl<D: Document> Listener for InFile<D> {
    fn checked(&mut self, checked: &Checked<'_>) {
        self.document.checked(checked);
    }

    fn not_run(&mut self, subject: &Subject<'_>, why: &str, is_fault: bool) {
        self.document.not_run(subject, why, is_fault);
    }

    fn unusable(&mut self, unusable: &UnusableFile<'_>) {
        self.document.unusable(unusable);
    }

    fn left_out(&mut self, subject: &Subject<'_>, why: &str) {
        self.document.left_out(subject, why);
    }

    fn done(&mut self, left_out: Option<&str>) -> Result<(), WriteError> {
        self.document.done(left_out)?;
        let written = self.file.write(self.document.text()?.as_bytes());
        let help = "this report was not written; what was in the file is still there";
        written.map_err(|error| WriteError::file(&self.named, error, help))?;
        if let Some(contents) = self.document.contents() {
            note!("{contents} written to {}", self.named.display());
        }
        Ok(())
    }
}

/// A [`Document`] that is printed to standard output at the end.
pub struct Printed<D>(
    /// The document.
    pub D,
);

impl<D: Document> Listener for Printed<D> {
    fn checked(&mut self, checked: &Checked<'_>) {
        self.0.checked(checked);
    }

    fn not_run(&mut self, subject: &Subject<'_>, why: &str, is_fault: bool) {
        self.0.not_run(subject, why, is_fault);
    }

    fn unusable(&mut self, unusable: &UnusableFile<'_>) {
        self.0.unusable(unusable);
    }

    fn left_out(&mut self, subject: &Subject<'_>, why: &str) {
        self.0.left_out(subject, why);
    }

    fn done(&mut self, left_out: Option<&str>) -> Result<(), WriteError> {
        self.0.done(left_out)?;
        say(&self.0.text()?);
        Ok(())
    }
}
