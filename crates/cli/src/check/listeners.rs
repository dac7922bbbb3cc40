//! The reports that are told every result, and the exit status.

use super::distributed::Aside;
use super::left_out::{LeftOut, why};
use super::page::PageFile;
use crate::args::{CheckOptions, Format};
use crate::diagnostics::{self, Complaint};
use crate::specs::{Entry, FoundSpec, Omitted};
use crate::status::Status;
use std::path::Path;
use synod_explorer::Played;
use synod_report::{
    Checked, Comparison, Human, Json, Junit, Listener, Place, TraceFile, UnusableFile,
};

/// All reports, and the worst status so far.
pub(super) struct Listeners {
    all: Vec<Box<dyn Listener>>,
    page: Option<PageFile>,
    left_out: LeftOut,
    status: Status,
}

impl Listeners {
    /// The reports that the command line asks for.
    ///
    /// # Errors
    /// A file cannot be written.
    pub(super) fn new(options: &CheckOptions, entries: &[Entry]) -> Result<Self, Complaint> {
        let page = options.trace_out.as_deref();
        let page = page.filter(|_| options.plays_traces() && is_any_checked(entries));
        Ok(Self {
            page: page.map(PageFile::create).transpose()?,
            all: formats(options, entries)?,
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
        if let Some(page) = &mut self.page {
            page.add(films);
        }
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
        let page = self.page.take().and_then(|page| page.write().err());
        let complaints: Vec<_> = done.map(Complaint::from).chain(page).collect();
        if complaints.is_empty() {
            return self.status;
        }
        diagnostics::report(&complaints);
        Status::BadInput
    }

    /// Another result.
    pub(super) fn add(&mut self, status: Status) {
        self.status = self.status.max(status);
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

fn formats(options: &CheckOptions, entries: &[Entry]) -> Result<Vec<Box<dyn Listener>>, Complaint> {
    if let Some(process @ 1..) = options.process {
        return Ok(vec![Box::new(Aside { process })]);
    }
    // The file comes first: if it cannot be written, nothing has been printed yet.
    let is_any_checked = is_any_checked(entries);
    let is_told = |entry: &&Entry| is_any_checked && !matches!(entry, Entry::LeftOut(..));
    let rows = entries.iter().filter(is_told).count();
    let trace_out = options.trace_out.as_deref();
    let trace_out = trace_out.filter(|_| is_any_checked && !options.plays_traces());
    let trace_file = trace_out.map(TraceFile::create);
    let trace_file = trace_file.transpose()?;
    let mut listeners: Vec<Box<dyn Listener>> = vec![match options.format {
        Format::Human => Box::new(Human::new(rows, options.verbose, options.coverage)),
        Format::Json => Box::new(Json),
        Format::Junit => Box::new(Junit::default()),
    }];
    if let Some(trace_file) = trace_file {
        listeners.push(Box::new(trace_file));
    }
    Ok(listeners)
}
