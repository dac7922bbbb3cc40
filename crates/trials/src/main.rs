//! The program `scripts/faults`: runs a trial of `synod node`, as long as wanted, and
//! prints its report.

use clap::Parser;
use std::fs;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use synod_terminal::{lost, note, say_line, signals};
use synod_trials::cluster::Setup;
use synod_trials::trial::{self, Progress, TrialPlan};

/// Runs nodes with clients, and injects faults: nodes are killed, the president (leader) is stopped, links
/// fail, ledgers are wiped or replaced by an older copy, and, if libfaketime is installed, clocks jump. With
/// --straggler one node is away most of the time, so that it is far behind again and again.
///
/// The seed determines all faults. Ctrl-C ends the faults early, and the history up to then is judged. The
/// nodes' folders, their logs and the history stay in --folder; without --folder they are kept only if
/// the verdict is bad.
#[derive(Parser)]
#[allow(clippy::struct_excessive_bools)] // Each is a flag of the command line.
#[command(name = "scripts/faults", bin_name = "scripts/faults", after_help = STATUS)]
struct Arguments {
    /// How long faults are injected
    #[arg(long, value_name = "M", default_value_t = 1.0)]
    minutes: f64,
    /// Determines which faults are injected, and when
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The number of nodes
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(2..))]
    nodes: u32,
    /// The least number of kills of a node [default: one in three seconds]
    #[arg(long, value_name = "N")]
    kills: Option<u32>,
    /// The number of clients
    #[arg(long, value_name = "N", default_value_t = 8)]
    clients: u32,
    /// The largest number of calls of each client in a second
    #[arg(long, value_name = "N", default_value_t = 40)]
    per_second: u32,
    /// Let the nodes write traces
    #[arg(long)]
    trace: bool,
    /// The size of decrees after which nodes take a snapshot, such as 64KiB [default: that of `synod node`]
    #[arg(long, value_name = "SIZE")]
    snapshot_after: Option<String>,
    /// One node is killed or stopped most of the time, and catches up in between
    #[arg(long)]
    straggler: bool,
    /// Do not run `synod audit` at the end
    #[arg(long)]
    no_audit: bool,
    /// The folder for all files; it must be empty
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

const STATUS: &str = "Exit status: 0 the verdict is good; 1 the verdict is bad; 2 wrong usage, or the \
                      trial could not be run.";

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let run = run(&Arguments::parse());
    let run = run.and_then(|is_good| lost().map_or(Ok(is_good), |error| Err(error.into())));
    match run {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            note!("{problem}");
            ExitCode::from(2)
        }
    }
}

/// Runs the trial. Returns whether the verdict is good.
fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let this = std::env::current_exe()?;
    let temporary = tempfile::tempdir()?;
    let folder = arguments.folder.as_deref().unwrap_or(temporary.path());
    fs::create_dir_all(folder)?;
    if fs::read_dir(folder)?.next().is_some() {
        return Err(format!("{} is not empty", folder.display()).into());
    }
    let duration = Duration::try_from_secs_f64(60.0 * arguments.minutes)?;
    let mut setup = Setup::new(this.with_file_name("synod"), folder);
    setup.nodes = arguments.nodes;
    setup.has_traces = arguments.trace;
    let after = arguments.snapshot_after.iter();
    let after = after.map(|size| format!("--snapshot-after={size}"));
    setup.arguments.extend(after);
    let mut plan = TrialPlan::new(setup, arguments.seed, duration);
    plan.faults.kills = arguments.kills.unwrap_or(plan.faults.kills);
    plan.faults.straggler = arguments.straggler;
    plan.load.clients = arguments.clients;
    plan.load.per_second = arguments.per_second;
    plan.has_audit = !arguments.no_audit;

    if plan.setup.clock.is_none() {
        note("clocks do not jump: libfaketime is not installed (Debian: libfaketime)");
    }

    let stop = Arc::new(AtomicBool::new(false));
    let signalled = Arc::clone(&stop);
    signals::watch(move || signalled.store(true, Ordering::Relaxed))?;
    let is_terminal = std::io::stderr().is_terminal();
    let mut next_minute = 0;
    let report = trial::run(&plan, &stop, &mut |progress| {
        show(progress, duration, is_terminal, &mut next_minute);
    });
    if is_terminal {
        let _ = write!(std::io::stderr(), "\r\x1b[K");
    }
    let report = report?;
    let is_good = report.is_good();
    if arguments.json {
        say_line!("{}", serde_json::json!(report));
    } else {
        say_line!("{report}");
    }
    if !is_good && arguments.folder.is_none() {
        note!("logs and history: {}", temporary.keep().display());
    }
    Ok(is_good)
}

/// Shows the progress: on a terminal in a line that is rewritten, otherwise in one line a
/// minute.
fn show(progress: Progress<'_>, duration: Duration, is_terminal: bool, next_minute: &mut u64) {
    let minute = progress.elapsed.as_secs() / 60;
    if !is_terminal && minute < *next_minute {
        return;
    }
    *next_minute = minute + 1;
    let Progress {
        phase,
        calls,
        kills,
        problems,
        ..
    } = progress;
    let line = format!(
        "{phase}: {} of {} s, {calls} calls, {kills} kills, {problems} problems",
        progress.elapsed.as_secs(),
        duration.as_secs()
    );
    if is_terminal {
        // Standard error is not buffered, so no flush is needed.
        let _ = write!(std::io::stderr(), "\r\x1b[K{line}");
    } else {
        note!("{line}");
    }
}
