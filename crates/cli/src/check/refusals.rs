//! Options that say nothing to the engine that was chosen.

use crate::args::{CheckOptions, EngineName};
use crate::diagnostics::Complaint;

/// # Errors
/// An option is for another engine, or for another process.
pub(super) fn refuse_for_other_engines(options: &CheckOptions) -> Result<(), Complaint> {
    let is_timely = options.engine == EngineName::Timely;
    let is_ours = is_timely || options.engine == EngineName::Levels;
    if is_timely {
        refuse_for_timely(options)?;
    }
    let of_timely = [
        ("--workers", options.workers.is_some()),
        ("--hosts", options.hosts.is_some()),
    ];
    if let Some(name) = given(&of_timely).filter(|_| !is_timely) {
        return Err(Complaint::about(
            format!("{name} is for the engine `timely`"),
            "leave it out, or add --engine timely",
        ));
    }
    // Stateright's searches know nothing of these.
    let of_ours = [
        ("--seed", options.seed.is_some()),
        ("--fingerprint", options.fingerprint.is_some()),
        ("--coverage", options.coverage),
        ("--checkpoint", options.checkpoint.is_some()),
    ];
    match given(&of_ours) {
        Some(name) if !is_ours => Err(Complaint::about(
            format!("{name} is for the engines `levels` and `timely`"),
            "leave it out, or leave out --engine",
        )),
        _ => Ok(()),
    }
}

/// The first of these options that was given.
fn given(options: &[(&'static str, bool)]) -> Option<&'static str> {
    let mut options = options.iter();
    options
        .find(|(_, is_given)| *is_given)
        .map(|(name, _)| *name)
}

fn refuse_for_timely(options: &CheckOptions) -> Result<(), Complaint> {
    if options.threads.is_some() {
        return Err(Complaint::about(
            "--threads is not for the engine `timely`",
            "say with --workers how many workers each process has",
        ));
    }
    if options.process.is_some_and(|process| process > 0) && options.trace_out.is_some() {
        return Err(Complaint::about(
            "--trace-out is for process 0, which tells the results",
            "leave it out here",
        ));
    }
    Ok(())
}
