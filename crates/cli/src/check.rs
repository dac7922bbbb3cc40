//! `synod check`.

mod build;
mod checkpoints;
mod distributed;
mod durations;
mod left_out;
mod listeners;
mod memory;
mod options;
mod overwriting;
mod progress;
mod refusals;
mod run;

use crate::args::CheckOptions;
use crate::diagnostics::{self, Complaint};
use crate::specs::{self, Entry, FoundSpec};
use crate::status::Status;
use listeners::Listeners;
use memory::Limits;
use options::Checks;
use progress::{Interruption, Line, watched};
use synod_checker::CheckError;
use synod_report::{Checked, Outcome, compare};
use synod_terminal::is_closed;

/// Checks the specs that the options name, and reports the results.
pub(crate) fn check(options: &CheckOptions) -> Status {
    let engine = options::engine(options);
    let limits = options::limits(options, engine);
    if limits.are_own() {
        // First of all: this may start the process again.
        memory::end_as_inconclusive_where_it_is_refused();
    }
    let refused = refusals::refuse_for_other_engines(options, engine)
        .and_then(|()| refusals::refuse_for_other_processes(options));
    if let Err(complaint) = refused {
        diagnostics::report(&[complaint]);
        return Status::BadInput;
    }
    let entries = specs::find(&options.paths, options.size.into());
    // Reported now, since the checks that follow may take long.
    diagnostics::report(entries.iter().filter_map(Entry::complaint));
    match prepare(options, limits, &entries) {
        Ok((checks, listeners)) => check_all(&entries, &checks, listeners),
        Err(complaint) => {
            diagnostics::report(&[complaint]);
            Status::BadInput
        }
    }
}

/// What has to be in order before anything is checked.
fn prepare(
    options: &CheckOptions,
    limits: Limits,
    entries: &[Entry],
) -> Result<(Checks, Listeners), Complaint> {
    overwriting::refuse_overwriting(options, entries)?;
    checkpoints::try_checkpoints(options, entries)?;
    let hosts = distributed::hosts(options)?;
    // The build matters only to other processes, and to checkpoints that are read later.
    let build = match (&options.checkpoint, &hosts) {
        (None, None) => 0,
        _ => build::identity()?,
    };
    let listeners = Listeners::new(options, entries)?;
    Ok((Checks::new(options, limits, hosts, build), listeners))
}

fn check_all(entries: &[Entry], checks: &Checks, mut told: Listeners) -> Status {
    let interruption = Interruption::install();
    let mut others_left = None;
    for entry in entries {
        if is_closed() {
            // Standard output is closed: nobody would read the results of this and later specs.
            told.add(Status::Inconclusive);
            break;
        }
        let Some(found) = told.sort_out(entry) else {
            continue;
        };
        let interrupted = interruption
            .is_interrupted()
            .then(|| "interrupted".to_owned());
        if let Some(why) = interrupted.or_else(|| others_left.clone()) {
            told.not_run(found, &why, Status::Inconclusive);
            continue;
        }
        others_left = check_one(found, checks, &interruption, &mut told);
    }
    told.done()
}

/// Checks a spec and reports the result. Returns why no further spec can be checked,
/// if another process has left.
fn check_one(
    found: &FoundSpec,
    checks: &Checks,
    interruption: &Interruption,
    told: &mut Listeners,
) -> Option<String> {
    match outcome(found, checks, interruption) {
        Ok(mut outcome) => {
            let limits = &checks.limits;
            let reason = outcome.reason.take();
            outcome.reason = reason.map(|reason| limits.of_process(reason));
            let reason = outcome.reason.as_ref();
            let others_left = distributed::others_left(reason);
            told.checked(&Checked {
                subject: found.subject(),
                memory_limits: limits.told(),
                reason: reason.map(|reason| limits.in_words(reason)),
                comparison: compare(&outcome, &found.spec.expect),
                outcome,
            });
            others_left
        }
        Err(error) => {
            told.not_run(found, &error.to_string(), status_of_error(&error));
            matches!(
                error,
                CheckError::Unreachable { .. } | CheckError::Different { .. }
            )
            .then(|| error.to_string())
        }
    }
}

fn outcome(
    found: &FoundSpec,
    checks: &Checks,
    interruption: &Interruption,
) -> Result<Outcome, CheckError> {
    let run = checks.run_of(found);
    let duration = checks.remembered(&run);
    let under_way = run.clone();
    let outcome = watched(
        Line::new(&found.name, duration.last()),
        interruption,
        &checks.limits,
        move |progress| under_way.to_the_end(progress),
        |progress, elapsed| run.so_far(progress, elapsed),
    )?;
    duration.keep(&outcome);
    Ok(outcome)
}

/// No verdict: bad input, or a fault of the program and not of the spec.
fn status_of_error(error: &CheckError) -> Status {
    match error {
        CheckError::Checkpoint { .. } => {
            diagnostics::report(&[Complaint::about(
                error.to_string(),
                "make it usable, remove it to begin anew, or name another folder with --checkpoint",
            )]);
            Status::BadInput
        }
        CheckError::Different { .. } => {
            diagnostics::report(&[Complaint::about(
                error.to_string(),
                "give all processes the same program, specs, options and hosts file",
            )]);
            Status::BadInput
        }
        CheckError::Unreachable { .. }
        | CheckError::TooManyThreads { .. }
        | CheckError::Threads(_) => Status::Inconclusive,
        _ => Status::NotAsExpected,
    }
}
