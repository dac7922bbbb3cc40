//! What `synod check` writes: one listener a format.

mod coverage;
mod human;
mod json;
mod junit;
mod left_out;
mod trace_file;

pub(crate) use human::{BAD, BOLD, DIM, GOOD, Human, OPEN};
pub(crate) use json::Json;
pub(crate) use junit::Junit;
pub(crate) use trace_file::TraceFile;

use crate::diagnostics::Complaint;
use crate::memory::Limits;
use crate::outcome::{Comparison, Outcome};
use crate::specs::{Found, Unusable};
use std::io::{ErrorKind, Write};
use std::sync::{Mutex, PoisonError};
use synod_checker::{Options, Reason, Simulation};

/// A spec that was run, and what came out.
pub(crate) struct Checked<'a> {
    pub(crate) found: &'a Found,
    pub(crate) options: &'a Options,
    /// Set if these were random walks.
    pub(crate) simulation: Option<Simulation>,
    /// Of the memory.
    pub(crate) limits: &'a Limits,
    pub(crate) outcome: Outcome,
    pub(crate) comparison: Comparison,
}

impl Checked<'_> {
    /// Why the run ended before it was done; of the memory, also whose limit it was.
    pub(crate) fn reason(&self) -> Option<String> {
        let reason = self.outcome.reason.as_ref()?;
        let limit = match reason {
            Reason::MemoryLimit(bytes) => self.limits.behind(*bytes),
            _ => None,
        };
        Some(match limit {
            Some(limit) => format!("{reason} ({limit})"),
            None => reason.to_string(),
        })
    }

    /// What explored.
    pub(crate) const fn engine(&self) -> &'static str {
        match self.simulation {
            Some(_) => "simulation",
            None => self.options.engine.name(),
        }
    }
}

/// Hears of each spec as it is done.
pub(crate) trait Listener {
    fn checked(&mut self, checked: &Checked<'_>);

    /// The spec was not run, or not to an end, and why.
    fn not_run(&mut self, found: &Found, why: &str);

    /// This is no spec that can be checked.
    fn unusable(&mut self, _: &Unusable) {}

    /// The spec is larger than what is wanted from folders.
    fn left_out(&mut self, _: &Found) {}

    /// There are no more.
    fn done(&mut self) -> Result<(), Complaint>;
}

/// Why standard output lacks something that was said.
static LOST: Mutex<Option<std::io::Error>> = Mutex::new(None);

/// Writes to standard output. Whoever closed it wants no more: the checks go
/// on for the sake of the exit status. Any other failure is kept for
/// [`lost_output`].
pub(crate) fn say(text: &str) {
    let mut output = anstream::stdout().lock();
    let written = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        let mut lost = LOST.lock().unwrap_or_else(PoisonError::into_inner);
        lost.get_or_insert(error);
    }
}

/// A complaint if something that was said could not be written.
pub(crate) fn lost_output() -> Option<Complaint> {
    let lost = LOST.lock().unwrap_or_else(PoisonError::into_inner).take()?;
    let help = "results were lost; write them where there is room";
    Some(Complaint::about(format!("standard output: {lost}"), help))
}
