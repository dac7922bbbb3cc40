//! The reports that are told every result, and the exit status.

use super::distributed::Aside;
use super::left_out::{LeftOut, why};
use super::page::{Films, Page};
use crate::args::{CheckOptions, Format, TerminalOptions, Wanted};
use crate::diagnostics::{self, Complaint};
use crate::specs::{Entry, FoundSpec, Omitted};
use crate::status::Status;
use std::env;
use std::path::{Path, PathBuf};
use synod_explorer::Played;
use synod_report::{
    Checked, Comparison, Human, InFile, Json, JsonLines, Junit, Listener, OfSummary, Place,
    Printed, TraceLines, UnusableFile, Verbosity, WriteError, stop_commands,
};

/// All reports, and the worst status so far.
pub(super) struct Listeners {
    all: Vec<Box<dyn Listener>>,
    films: Films,
    is_in_files: bool,
    left_out: LeftOut,
    status: Status,
}

impl Listeners {
    /// The reports that the command line asks for.
    ///
    /// # Errors
    /// A file cannot be written.
    pub(super) fn new(options: &CheckOptions, entries: &[Entry]) -> Result<Self, Complaint> {
        let films = Films::default();
        Ok(Self {
            all: formats(options, entries, &films)?,
            films,
            is_in_files: !options.written.reports.is_empty(),
            left_out: LeftOut::default(),
            status: Status::AsExpected,
        })
    }

    /// The spec, if it is to be checked. If it is not, the reports are told why.
    pub(super) fn sort_out<'a>(&mut self, entry: &'a Entry) -> Option<&'a FoundSpec> {
        match entry {
            Entry::Spec(found) => return Some(found),
            Entry::LeftOut(found, omitted) => {
                self.left_out.add(found, omitted);
                // Another run tells of what is in other shards.
                let is_told = !matches!(omitted, Omitted::Shard(_));
                for listener in self.all.iter_mut().filter(|_| is_told) {
                    listener.left_out(&found.subject(), &why(found, omitted));
                }
            }
            Entry::Unusable(unusable) => {
                let why = unusable.complaint.in_a_line();
                let unusable = UnusableFile {
                    name: &unusable.name,
                    why: &why,
                    help: unusable.complaint.help(),
                    place: unusable.complaint.line().map(|line| Place {
                        file: Path::new(&unusable.name),
                        line,
                    }),
                };
                for listener in &mut self.all {
                    listener.unusable(&unusable);
                }
                self.add(Status::BadInput);
            }
        }
        None
    }

    pub(super) fn checked(&mut self, checked: &Checked<'_>, films: Vec<Played>) {
        self.films.borrow_mut().extend(films);
        self.add(status_of(&checked.comparison));
        for listener in &mut self.all {
            listener.checked(checked);
        }
    }

    pub(super) fn not_run(&mut self, found: &FoundSpec, why: &str, status: Status) {
        self.add(status);
        let is_fault = status != Status::Inconclusive;
        for listener in &mut self.all {
            listener.not_run(&found.subject(), why, is_fault);
        }
    }

    /// Ends the reports. Returns the exit status.
    pub(super) fn done(mut self) -> Status {
        let left_out = self.left_out.description();
        let done = self.all.iter_mut();
        let done = done.filter_map(|listener| listener.done(left_out.as_deref()).err());
        let complaints: Vec<_> = done.map(Complaint::from).collect();
        if complaints.is_empty() {
            return self.status;
        }
        diagnostics::report(&complaints);
        Status::BadInput
    }

    /// Whether results are also written where nobody reads along.
    pub(super) const fn are_in_files(&self) -> bool {
        self.is_in_files
    }

    /// Another result.
    pub(super) fn add(&mut self, status: Status) {
        self.status = self.status.max(status);
    }
}

const fn verbosity(options: &CheckOptions) -> Verbosity {
    match options.terminal {
        TerminalOptions { quiet: true, .. } => Verbosity::Quiet,
        TerminalOptions { verbose: true, .. } => Verbosity::Verbose,
        _ => Verbosity::Usual,
    }
}

const fn status_of(comparison: &Comparison) -> Status {
    match comparison {
        Comparison::AsExpected => Status::AsExpected,
        Comparison::Differs(_) => Status::NotAsExpected,
        Comparison::Undecided => Status::Inconclusive,
    }
}

fn is_any_checked(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| matches!(entry, Entry::Spec(_)))
}

/// The file to which GitHub wants the summary of a step to be added, if this is such a step.
pub(super) fn step_summary() -> Option<PathBuf> {
    let file = env::var_os("GITHUB_STEP_SUMMARY")?;
    (!file.is_empty()).then(|| file.into())
}

fn formats(
    options: &CheckOptions,
    entries: &[Entry],
    films: &Films,
) -> Result<Vec<Box<dyn Listener>>, Complaint> {
    if let Some(process @ 1..) = options.process {
        return Ok(vec![Box::new(Aside { process })]);
    }
    // The files come first: if one cannot be written, nothing has been printed yet.
    let mut in_files = Vec::new();
    for wanted in &options.written.reports {
        in_files.extend(report(wanted, films)?);
    }
    let is_any_checked = is_any_checked(entries);
    let trace_out = options.written.trace_out.as_deref();
    if let Some(file) = trace_out.filter(|_| is_any_checked) {
        let help = "--trace-out needs a file to write";
        in_files.push(Box::new(InFile::new(TraceLines::default(), file, help)?));
    }
    let told = entries.iter().filter(|_| is_any_checked);
    let names: Vec<_> = told.filter_map(Entry::name_in_table).collect();
    let mut listeners: Vec<Box<dyn Listener>> = vec![match options.format {
        Format::Human => Box::new(Human::new(&names, verbosity(options), options.coverage)),
        Format::Json => Box::new(Json),
        Format::Junit => Box::new(Printed(Junit::default())),
    }];
    listeners.extend(in_files);
    Ok(listeners)
}

/// What writes a report that is wanted.
fn report(wanted: &Wanted, films: &Films) -> Result<Vec<Box<dyn Listener>>, WriteError> {
    let help = "--report needs a file that can be written, in a folder that can be written";
    Ok(match wanted {
        Wanted::Json(file) => vec![Box::new(InFile::new(JsonLines::default(), file, help)?)],
        Wanted::Junit(file) => vec![Box::new(InFile::new(Junit::default(), file, help)?)],
        Wanted::Html(file) => vec![Box::new(InFile::new(Page::of(films), file, help)?)],
        Wanted::GitLab(file) => {
            let document = OfSummary::gitlab(root("CI_PROJECT_DIR"));
            vec![Box::new(InFile::new(document, file, help)?)]
        }
        Wanted::Markdown(file) => vec![Box::new(InFile::new(OfSummary::markdown(), file, help)?)],
        Wanted::GitHub => {
            let annotations = Printed(OfSummary::github(
                root("GITHUB_WORKSPACE"),
                &stop_commands(),
            ));
            let mut both: Vec<Box<dyn Listener>> = vec![Box::new(annotations)];
            if let Some(file) = step_summary() {
                let help = "$GITHUB_STEP_SUMMARY must name a file that can be written";
                let summary = InFile::appended(OfSummary::markdown(), &file, help)?;
                both.push(Box::new(summary));
            }
            both
        }
    })
}

/// The folder of the repository, to which code hosts want places to be relative.
fn root(variable: &str) -> PathBuf {
    let given = env::var_os(variable).filter(|folder| !folder.is_empty());
    given.map_or_else(|| ".".into(), PathBuf::from)
}
