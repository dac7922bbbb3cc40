//! What `synod check` writes: one listener a format.

mod coverage;
mod human;
mod json;
mod junit;
mod trace_file;

pub(crate) use human::{BAD, BOLD, DIM, GOOD, Human, OPEN};
pub(crate) use json::Json;
pub(crate) use junit::Junit;
pub(crate) use synod_terminal::say;
pub(crate) use trace_file::TraceFile;

use crate::diagnostics::Complaint;
use crate::outcome::{Comparison, Outcome};
use crate::specs::Found;
use synod_checker::{Options, Simulation};
use synod_terminal::lost;

/// A spec that was run, and what came out.
pub(crate) struct Checked<'a> {
    pub(crate) found: &'a Found,
    pub(crate) options: &'a Options,
    /// Set if these were random walks.
    pub(crate) simulation: Option<Simulation>,
    pub(crate) outcome: Outcome,
    pub(crate) comparison: Comparison,
}

impl Checked<'_> {
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

    /// There are no more.
    fn done(&mut self) -> Result<(), Complaint>;
}

/// A complaint if something that was said could not be written.
pub(crate) fn lost_output() -> Option<Complaint> {
    let help = "results were lost; write them where there is room";
    lost().map(|error| Complaint::about(format!("standard output: {error}"), help))
}
