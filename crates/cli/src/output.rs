//! What is written on standard output.

pub(crate) use synod_report::style::{BOLD, DIM};
pub(crate) use synod_terminal::say;

use crate::diagnostics::Complaint;
use synod_terminal::lost;

/// A complaint if something that was said could not be written.
pub(crate) fn lost_output() -> Option<Complaint> {
    let help = "results were lost; write them where there is room";
    lost().map(|error| Complaint::about(format!("standard output: {error}"), help))
}
