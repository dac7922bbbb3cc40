//! Puts `synod node` to the test for as long as wanted: processes that are
//! killed, stopped and parted, and a judge of what the clients saw.
//!
//! `scripts/faults` runs it.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use synod_terminal::{note, say_line, signals};
use synod_trials::cluster::Setup;
use synod_trials::trial::{self, Plan, Progress};

const USAGE: &str = "\
usage: scripts/faults [--minutes M] [--seed N] [--nodes N] [--kills N] [--clients N]
                      [--per-second N] [--trace] [--no-audit] [--folder DIR] [--json]

Runs N nodes (3) for M minutes (1) under load: CLIENTS clients (8) that each make at most PER-SECOND
calls (40). Nodes are killed, the president is stopped, links fail, ledgers are wiped or put back from
an older copy, and, where libfaketime is installed, clocks jump: all as the seed (1) says.
Ctrl-C ends the faults early; what was seen is judged all the same. The nodes' folders, their logs
and the history stay in DIR, which must be empty; without --folder they stay only if the verdict is
bad.

Exit status: 0 nothing to complain of; 1 something is; 2 bad usage, or there could be no trial.";

/// What the arguments say.
struct Wanted {
    minutes: f64,
    seed: u64,
    nodes: u32,
    kills: Option<u32>,
    clients: u32,
    per_second: u32,
    has_traces: bool,
    has_audit: bool,
    folder: Option<PathBuf>,
    is_json: bool,
}

fn main() -> ExitCode {
    let Some(wanted) = parse(std::env::args().skip(1)) else {
        note!("{USAGE}");
        return ExitCode::from(2);
    };
    let run = run(&wanted);
    match run.and_then(|is_good| synod_terminal::lost().map_or(Ok(is_good), |e| Err(e.to_string())))
    {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            note!("{problem}");
            ExitCode::from(2)
        }
    }
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Option<Wanted> {
    let mut wanted = Wanted {
        minutes: 1.0,
        seed: 1,
        nodes: 3,
        kills: None,
        clients: 8,
        per_second: 40,
        has_traces: false,
        has_audit: true,
        folder: None,
        is_json: false,
    };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next();
        match argument.as_str() {
            "--minutes" => wanted.minutes = value()?.parse().ok()?,
            "--seed" => wanted.seed = value()?.parse().ok()?,
            "--nodes" => wanted.nodes = value()?.parse().ok().filter(|nodes| *nodes > 1)?,
            "--kills" => wanted.kills = Some(value()?.parse().ok()?),
            "--clients" => wanted.clients = value()?.parse().ok()?,
            "--per-second" => wanted.per_second = value()?.parse().ok()?,
            "--trace" => wanted.has_traces = true,
            "--no-audit" => wanted.has_audit = false,
            "--folder" => wanted.folder = Some(value()?.into()),
            "--json" => wanted.is_json = true,
            _ => return None,
        }
    }
    Some(wanted)
}

fn run(wanted: &Wanted) -> Result<bool, String> {
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let temporary = match wanted.folder {
        Some(_) => None,
        None => Some(tempfile::tempdir().map_err(|error| error.to_string())?),
    };
    let folder = match (&wanted.folder, &temporary) {
        (Some(folder), _) => {
            std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
            let mut inside = std::fs::read_dir(folder).map_err(|error| error.to_string())?;
            if inside.next().is_some() {
                return Err(format!("{} is not empty", folder.display()));
            }
            folder.clone()
        }
        (None, Some(temporary)) => temporary.path().to_owned(),
        (None, None) => return Err("there is no folder".to_owned()),
    };
    let duration = Duration::try_from_secs_f64(60.0 * wanted.minutes);
    let duration = duration.map_err(|error| error.to_string())?;
    let mut setup = Setup::new(this.with_file_name("synod"), folder);
    setup.nodes = wanted.nodes;
    setup.has_traces = wanted.has_traces;
    let mut plan = Plan::new(setup, wanted.seed, duration);
    plan.faults.kills = wanted.kills.unwrap_or(plan.faults.kills);
    plan.load.clients = wanted.clients;
    plan.load.per_second = wanted.per_second;
    plan.has_audit = wanted.has_audit;

    if plan.setup.clock.is_none() {
        note("clocks do not jump: libfaketime is not here (Debian: libfaketime)");
    }

    let stop = Arc::new(AtomicBool::new(false));
    let its = Arc::clone(&stop);
    signals::watch(move || its.store(true, Ordering::Relaxed))
        .map_err(|error| error.to_string())?;
    let is_terminal = std::io::stderr().is_terminal();
    let mut said = 0;
    let report = trial::run(&plan, &stop, &mut |progress| {
        say(progress, duration, is_terminal, &mut said);
    });
    if is_terminal {
        let _ = write!(std::io::stderr(), "\r\x1b[K");
    }
    let report = report.map_err(|error| error.to_string())?;
    let is_good = report.is_good();
    if wanted.is_json {
        say_line!("{}", serde_json::json!(report));
    } else {
        say_line!("{report}");
    }
    if !is_good && let Some(temporary) = temporary {
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
