//! `synod check`.

mod baseline;
mod build;
mod checkpoints;
mod distributed;
mod durations;
mod left_out;
mod listeners;
mod options;
mod overwriting;
mod page;
mod refusals;
mod run;
mod watch;

use crate::args::CheckOptions;
use crate::diagnostics::{self, Complaint};
use crate::memory::{self, Limits};
use crate::progress::Interruption;
use crate::specs::{self, Entry, FoundSpec};
use crate::status::Status;
use baseline::Baseline;
use listeners::Listeners;
use options::Checks;
use run::Run;
use synod_checker::CheckError;
use synod_report::style::use_theme;
use synod_report::{Checked, compare};
use synod_terminal::is_closed;

/// Checks the specs that the options name, and reports the results.
///
/// # Errors
/// Nothing was checked: what was given cannot be used.
pub(crate) fn check(options: &CheckOptions) -> Result<Status, Complaint> {
    let engine = options::engine(options);
    let limits = options::limits(options, engine);
    if limits.are_own() {
        // First of all: this may start the process again.
        memory::end_as_inconclusive_where_it_is_refused();
    }
    refusals::refuse_for_other_engines(options, engine)?;
    refusals::refuse_for_other_processes(options)?;
    refusals::refuse_for_other_formats(options)?;
    if let Some(theme) = options.terminal.theme {
        use_theme(theme.into());
    }
    let interruption = Interruption::install();
    let run = || check_once(options, limits.clone(), &interruption);
    if options.terminal.watch {
        watch::watch(&options.paths, &interruption, run)
    } else {
        run()
    }
}

/// Finds the specs and checks them.
fn check_once(
    options: &CheckOptions,
    limits: Limits,
    interruption: &Interruption,
) -> Result<Status, Complaint> {
    let entries = specs::find(&options.paths, options.size);
    // Reported now, since the checks that follow may take long.
    diagnostics::report(entries.iter().filter_map(Entry::complaint));
    let (checks, listeners) = prepare(options, limits, &entries)?;
    let baseline = Baseline::of(options)?;
    Ok(check_all(
        &entries,
        &checks,
        baseline.as_ref(),
        interruption,
        listeners,
    ))
}

/// What has to be in order before anything is checked.
fn prepare<'a>(
    options: &'a CheckOptions,
    limits: Limits,
    entries: &[Entry],
) -> Result<(Checks<'a>, Listeners), Complaint> {
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

fn check_all(
    entries: &[Entry],
    checks: &Checks<'_>,
    baseline: Option<&Baseline>,
    interruption: &Interruption,
    mut listeners: Listeners,
) -> Status {
    let mut others_left = None;
    for entry in entries {
        if is_closed() && !listeners.are_in_files() {
            // Standard output is closed: nobody would read the results of this and later specs.
            listeners.add(Status::Inconclusive);
            break;
        }
        let Some(found) = listeners.sort_out(entry) else {
            continue;
        };
        let interrupted = interruption
            .is_interrupted()
            .then(|| "interrupted".to_owned());
        if let Some(why) = interrupted.or_else(|| others_left.clone()) {
            listeners.not_run(found, &why, Status::Inconclusive);
            continue;
        }
        others_left = check_one(found, checks, baseline, interruption, &mut listeners);
    }
    listeners.done()
}

/// Checks a spec and reports the result. Returns why no further spec can be checked,
/// if another process has left.
fn check_one(
    found: &FoundSpec,
    checks: &Checks<'_>,
    baseline: Option<&Baseline>,
    interruption: &Interruption,
    listeners: &mut Listeners,
) -> Option<String> {
    let run = Run {
        found,
        checks,
        interruption,
    };
    match found.spec.visit(run) {
        Ok((outcome, films)) => {
            let report = &outcome.report;
            let others_left = distributed::others_left(report.reason.as_ref());
            let size = durations::size_meant(found, report.verdict, report.elapsed);
            let mut checked = Checked {
                subject: found.subject(),
                memory_limits: checks.limits.description(),
                comparison: compare(&outcome.report, &found.spec.expect),
                change: None,
                outcome: &outcome,
            };
            checked.change = baseline
                .and_then(|baseline| baseline.change(&checked, found, checks, interruption));
            listeners.checked(&checked, films);
            size.inspect(|size| synod_terminal::note(size));
            others_left
        }
        Err(error) => {
            listeners.not_run(found, &error.to_string(), status_of_error(&error));
            matches!(
                error,
                CheckError::Unreachable { .. } | CheckError::Different { .. }
            )
            .then(|| error.to_string())
        }
    }
}

/// No verdict: bad input, or a fault of the program and not of the spec.
fn status_of_error(error: &CheckError) -> Status {
    let refuse = |help| diagnostics::refuse(&Complaint::about(error.to_string(), help));
    match error {
        CheckError::Checkpoint { .. } => refuse(
            "make it usable, remove it to begin anew, or name another folder with --checkpoint",
        ),
        CheckError::Different { .. } => {
            refuse("give all processes the same program, specs, options and hosts file")
        }
        CheckError::Unreachable { .. }
        | CheckError::TooManyThreads { .. }
        | CheckError::Threads(_) => Status::Inconclusive,
        _ => Status::NotAsExpected,
    }
}
