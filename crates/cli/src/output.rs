//! What `synod check` writes: one listener a format.

mod human;
mod json;
mod junit;
mod trace_file;

pub(crate) use human::Human;
pub(crate) use json::Json;
pub(crate) use junit::Junit;
pub(crate) use trace_file::TraceFile;

use crate::diagnostics::Complaint;
use crate::outcome::{Comparison, Outcome};
use crate::specs::Found;
use std::io::Write;
use synod_checker::Options;

/// A spec that was run, and what came out.
pub(crate) struct Checked<'a> {
    pub(crate) found: &'a Found,
    pub(crate) options: &'a Options,
    pub(crate) outcome: Outcome,
    pub(crate) comparison: Comparison,
}

/// Hears of each spec as it is done.
pub(crate) trait Listener {
    fn checked(&mut self, checked: &Checked<'_>);

    /// The spec was not run, or not to an end, and why.
    fn not_run(&mut self, found: &Found, why: &str);

    /// There are no more.
    fn done(&mut self) -> Result<(), Complaint>;
}

/// Writes to standard output. Whoever closed it wants no more: the checks go
/// on for the sake of the exit status.
pub(crate) fn say(text: &str) {
    let _ = anstream::stdout().lock().write_all(text.as_bytes());
}
