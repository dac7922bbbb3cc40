//! Puts `synod node` to the test for as long as wanted: processes that are
//! killed, stopped and parted, and a judge of what the clients saw.
//!
//! `scripts/faults` runs it.

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

/// Runs nodes under load, and lets things go wrong: nodes are killed, the president is stopped, links
/// fail, ledgers are wiped or put back from an older copy, and, where libfaketime is installed, clocks jump.
///
/// All of it is as the seed says. Ctrl-C ends the faults early; what was seen is judged all the same. The
/// nodes' folders, their logs and the history stay in --folder; without it they stay only if the verdict
/// is bad.
#[derive(Parser)]
#[command(name = "scripts/faults", bin_name = "scripts/faults", after_help = STATUS)]
struct Arguments {
    /// For how long things go wrong
    #[arg(long, value_name = "M", default_value_t = 1.0)]
    minutes: f64,
    /// Decides what goes wrong, and when
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How many nodes
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(2..))]
    nodes: u32,
    /// How many nodes are killed, at least [default: one in three seconds]
    #[arg(long, value_name = "N")]
    kills: Option<u32>,
    /// How many clients
    #[arg(long, value_name = "N", default_value_t = 8)]
    clients: u32,
    /// How many calls each of them makes in a second, at most
    #[arg(long, value_name = "N", default_value_t = 40)]
    per_second: u32,
    /// The nodes write traces
    #[arg(long)]
    trace: bool,
    /// `synod audit` is not asked in the end
    #[arg(long)]
    no_audit: bool,
    /// Where the files stay; it must be empty
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// The report as JSON
    #[arg(long)]
    json: bool,
}

const STATUS: &str = "Exit status: 0 nothing to complain of; 1 something is; 2 bad usage, or there \
                      could be no trial.";

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

fn run(wanted: &Arguments) -> Result<bool, Failure> {
    let this = std::env::current_exe()?;
    let temporary = tempfile::tempdir()?;
    let folder = wanted.folder.as_deref().unwrap_or(temporary.path());
    fs::create_dir_all(folder)?;
    if fs::read_dir(folder)?.next().is_some() {
        return Err(format!("{} is not empty", folder.display()).into());
    }
    let duration = Duration::try_from_secs_f64(60.0 * wanted.minutes)?;
    let mut setup = Setup::new(this.with_file_name("synod"), folder);
    setup.nodes = wanted.nodes;
    setup.has_traces = wanted.trace;
    let mut plan = TrialPlan::new(setup, wanted.seed, duration);
    plan.faults.kills = wanted.kills.unwrap_or(plan.faults.kills);
    plan.load.clients = wanted.clients;
    plan.load.per_second = wanted.per_second;
    plan.has_audit = !wanted.no_audit;

    if plan.setup.clock.is_none() {
        note("clocks do not jump: libfaketime is not here (Debian: libfaketime)");
    }

    let stop = Arc::new(AtomicBool::new(false));
    let its = Arc::clone(&stop);
    signals::watch(move || its.store(true, Ordering::Relaxed))?;
    let is_terminal = std::io::stderr().is_terminal();
    let mut said = 0;
    let report = trial::run(&plan, &stop, &mut |progress| {
        say(progress, duration, is_terminal, &mut said);
    });
    if is_terminal {
        let _ = write!(std::io::stderr(), "\r\x1b[K");
    }
    let report = report?;
    let is_good = report.is_good();
    if wanted.json {
        say_line!("{}", serde_json::json!(report));
    } else {
        say_line!("{report}");
    }
    if !is_good && wanted.folder.is_none() {
        note!("logs and history: {}", temporary.keep().display());
    }
    Ok(is_good)
}

/// A line that is written again and again on a terminal, and else once a minute.
fn say(progress: Progress<'_>, duration: Duration, is_terminal: bool, said: &mut u64) {
    let minute = progress.elapsed.as_secs() / 60;
    if !is_terminal && minute < *said {
        return;
    }
    *said = minute + 1;
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
        // Standard error keeps nothing back.
        let _ = write!(std::io::stderr(), "\r\x1b[K{line}");
    } else {
        note!("{line}");
    }
}
