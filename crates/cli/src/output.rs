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
pub(crate) use synod_terminal::say;
pub(crate) use trace_file::TraceFile;

use crate::diagnostics::Complaint;
use crate::memory::Limits;
use crate::outcome::{Comparison, Outcome};
use crate::specs::{Found, Unusable};
use crate::status::Status;
use synod_terminal::lost;

/// A spec that was run, and what came out.
pub(crate) struct Checked<'a> {
    pub(crate) found: &'a Found,
    /// Of the memory.
    pub(crate) limits: &'a Limits,
    pub(crate) outcome: Outcome,
    pub(crate) comparison: Comparison,
}

impl Checked<'_> {
    /// Why the run ended before it was done; of the memory, also whose limit it was.
    pub(crate) fn reason(&self) -> Option<String> {
        let reason = self.outcome.reason.as_ref()?;
        Some(match self.limits.whose(reason) {
            Some(whose) => format!("{reason} ({whose})"),
            None => reason.to_string(),
        })
    }
}

/// Hears of each spec as it is done.
pub(crate) trait Listener {
    fn checked(&mut self, checked: &Checked<'_>);

    /// The spec was not run, or not to an end, and why; `status` is how that counts.
    fn not_run(&mut self, found: &Found, why: &str, status: Status);

    /// This is no spec that can be checked.
    fn unusable(&mut self, _: &Unusable) {}

    /// The spec is larger than what is wanted from folders.
    fn left_out(&mut self, _: &Found) {}

    /// There are no more.
    fn done(&mut self) -> Result<(), Complaint>;
}

/// A complaint if something that was said could not be written.
pub(crate) fn lost_output() -> Option<Complaint> {
    let help = "results were lost; write them where there is room";
    lost().map(|error| Complaint::about(format!("standard output: {error}"), help))
}
