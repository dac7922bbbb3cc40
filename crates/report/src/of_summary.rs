//! Reports that are made of the summary of a run, when it has ended: [`OfSummary`].

use crate::document::Document;
use crate::listener::{Checked, Listener, Subject, UnusableFile, WriteError};
use crate::summary::Summary;
use crate::{github, gitlab, markdown};
use std::path::{Path, PathBuf};

/// A [`Document`] that is made of the [`Summary`] of a run.
pub struct OfSummary {
    summary: Summary,
    write: fn(&Summary, &Path) -> String,
    root: PathBuf,
    /// What stands before the text.
    begin: String,
}

impl OfSummary {
    /// The report `gitlab`: GitLab's Code Quality. `root` is the folder of the repository, to
    /// which places are relative.
    pub fn gitlab(root: PathBuf) -> Self {
        Self::new(gitlab::text, root)
    }

    /// The report `github`: commands that annotate lines. `root` is the folder of the
    /// repository, to which places are relative. `stopped` is the token by which commands were
    /// stopped ([`stop_commands`](crate::stop_commands)).
    pub fn github(root: PathBuf, stopped: &str) -> Self {
        Self {
            begin: format!("::{stopped}::\n"),
            ..Self::new(github::text, root)
        }
    }

    /// The report `markdown`: a page for the summary of a job.
    pub fn markdown() -> Self {
        Self::new(|summary, _| markdown::text(summary), PathBuf::new())
    }

    fn new(write: fn(&Summary, &Path) -> String, root: PathBuf) -> Self {
        let summary = Summary::default();
        Self {
            summary,
            write,
            root,
            begin: String::new(),
        }
    }
}

impl Listener for OfSummary {
    fn checked(&mut self, checked: &Checked<'_>) {
        self.summary.checked(checked);
    }

    fn not_run(&mut self, subject: &Subject<'_>, why: &str, is_fault: bool) {
        self.summary.not_run(subject, why, is_fault);
    }

    fn unusable(&mut self, unusable: &UnusableFile<'_>) {
        self.summary.unusable(unusable);
    }

    fn left_out(&mut self, subject: &Subject<'_>, why: &str) {
        Listener::left_out(&mut self.summary, subject, why);
    }

    fn done(&mut self, left_out: Option<&str>) -> Result<(), WriteError> {
        self.summary.done(left_out)
    }
}

impl Document for OfSummary {
    fn text(&self) -> Result<String, WriteError> {
        Ok(self.begin.clone() + &(self.write)(&self.summary, &self.root))
    }
}
