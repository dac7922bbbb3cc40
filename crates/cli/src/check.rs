//! `synod check`.

mod baseline;
mod build;
mod cache;
mod checkpoints;
mod choice;
mod costs;
mod distributed;
mod durations;
mod left_out;
mod listeners;
mod options;
mod overwriting;
mod page;
mod pins;
mod refusals;
mod run;
mod runs;
mod watch;

use crate::args::CheckOptions;
use crate::diagnostics::{self, Complaint};
use crate::memory::{self, Limits};
use crate::progress::Interruption;
use crate::specs::{self, Entry, FoundSpec};
use crate::status::Status;
use baseline::Baseline;
use costs::Costs;
use listeners::Listeners;
use options::Checks;
use pins::Pins;
use run::{Ran, Run};
use synod_checker::{CheckError, Verdict};
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
    let (entries, checks, told) = prepare(options, limits, entries, interruption)?;
    Ok(check_all(&entries, &checks, interruption, told))
}

/// Where results go.
struct Told<'a> {
    baseline: Option<Baseline>,
    listeners: Listeners,
    costs: Costs,
    pins: Pins<'a>,
}

/// What has to be in order before anything is checked.
fn prepare<'a>(
    options: &'a CheckOptions,
    limits: Limits,
    entries: Vec<Entry>,
    interruption: &Interruption,
) -> Result<(Vec<Entry>, Checks<'a>, Told<'a>), Complaint> {
    overwriting::refuse_overwriting(options, &entries)?;
    checkpoints::try_checkpoints(options, &entries)?;
    let choice = &options.choice;
    choice.cache.as_deref().map(cache::prepare).transpose()?;
    let costs = Costs::read(choice.costs.as_deref())?;
    let hosts = distributed::hosts(options)?;
    // The build matters only to other processes, and to what is read later.
    let build = match (&options.checkpoint, &choice.cache, &hosts) {
        (None, None, None) => 0,
        _ => build::identity()?,
    };
    let checks = Checks::new(options, limits, hosts, build);
    let here = |found: &FoundSpec| costs.here(found, &checks.remembered(found));
    let entries = choice::choose(choice, entries, &costs, here)?;
    pins::refuse_built_in(&options.pins, &entries)?;
    let told = Told {
        baseline: Baseline::of(options)?,
        listeners: Listeners::new(options, &entries)?,
        costs,
        pins: Pins::new(&options.pins, interruption),
    };
    Ok((entries, checks, told))
}

fn check_all(
    entries: &[Entry],
    checks: &Checks<'_>,
    interruption: &Interruption,
    mut told: Told<'_>,
) -> Status {
    let mut others_left = None;
    for entry in entries {
        if is_closed() && !told.listeners.are_in_files() {
            // Standard output is closed: nobody would read the results of this and later specs.
            told.listeners.add(Status::Inconclusive);
            break;
        }
        let Some(found) = told.listeners.sort_out(entry) else {
            continue;
        };
        let interrupted = interruption
            .is_interrupted()
            .then(|| "interrupted".to_owned());
        let why = interrupted.or_else(|| others_left.clone());
        if let Some(why) = why.or_else(|| checks.budget_used_up()) {
            told.listeners.not_run(found, &why, Status::Inconclusive);
            continue;
        }
        others_left = check_one(found, checks, interruption, &mut told);
    }
    let costs = told.costs.write();
    let status = told.listeners.done();
    match costs {
        Ok(()) => status,
        Err(complaint) => diagnostics::refuse(&complaint),
    }
}

/// Checks a spec and reports the result. Returns why no further spec can be checked,
/// if another process has left.
fn check_one(
    found: &FoundSpec,
    checks: &Checks<'_>,
    interruption: &Interruption,
    told: &mut Told<'_>,
) -> Option<String> {
    let run = Run {
        found,
        checks,
        interruption,
    };
    match found.spec.visit(run) {
        Ok(ran) => {
            let report = &ran.outcome.report;
            let others_left = distributed::others_left(report.reason.as_ref());
            let size = durations::size_meant(found, report.verdict, report.elapsed);
            if report.verdict != Verdict::Inconclusive {
                told.costs.record(found, report.elapsed);
            }
            tell(found, checks, interruption, ran, told);
            size.inspect(|size| synod_terminal::note(size));
            others_left
        }
        Err(error) => {
            told.listeners
                .not_run(found, &error.to_string(), status_of_error(&error));
            matches!(
                error,
                CheckError::Unreachable { .. } | CheckError::Different { .. }
            )
            .then(|| error.to_string())
        }
    }
}

/// Reports a result, and writes it into the file of the spec if that is asked for.
fn tell(
    found: &FoundSpec,
    checks: &Checks<'_>,
    interruption: &Interruption,
    ran: Ran,
    told: &mut Told<'_>,
) {
    let outcome = &ran.outcome;
    let written = told.pins.write(found, &outcome.report);
    let written = written.unwrap_or_else(|complaint| {
        diagnostics::report([&complaint]);
        None
    });
    let subject = written.as_ref().unwrap_or(found);
    let mut checked = Checked {
        subject: subject.subject(),
        memory_limits: checks.limits.description(),
        comparison: compare(&outcome.report, &subject.spec.expect),
        change: None,
        pinned_anew: written.is_some(),
        cached_at: ran.cached_at.as_deref(),
        outcome,
    };
    let baseline = told.baseline.as_ref();
    checked.change =
        baseline.and_then(|baseline| baseline.change(&checked, found, checks, interruption));
    told.listeners.checked(&checked, ran.films);
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
