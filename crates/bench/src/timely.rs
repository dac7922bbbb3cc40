//! Measures what it costs to distribute a search: the engine `timely` with one worker,
//! with two workers, and with two and three processes, beside the engine `levels` with
//! one thread and with two. The configurations take turns.

use crate::checkers::process::{Measured, measure};
use crate::failure::Failure;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use synod_terminal::{is_closed, say_line};
use synod_trials::ports;

const SPECS: [&str; 2] = [
    "specs/paxos/four-ballots-hold.toml",
    "specs/basic/reading-only-the-quorum-keeps-I6-with-three-ballots.toml",
];

/// An engine and its options.
#[derive(Clone, Copy)]
struct EngineConfiguration {
    name: &'static str,
    arguments: &'static [&'static str],
    processes: usize,
}

const CONFIGURATIONS: [EngineConfiguration; 6] = [
    configuration("levels, 1 thread", &["--threads", "1"], 1),
    configuration(
        "timely, 1 worker",
        &["--engine", "timely", "--workers", "1"],
        1,
    ),
    configuration("levels, 2 threads", &["--threads", "2"], 1),
    configuration(
        "timely, 2 workers",
        &["--engine", "timely", "--workers", "2"],
        1,
    ),
    configuration("timely, 2 processes", &["--engine", "timely"], 2),
    configuration("timely, 3 processes", &["--engine", "timely"], 3),
];

const fn configuration(
    name: &'static str,
    arguments: &'static [&'static str],
    processes: usize,
) -> EngineConfiguration {
    EngineConfiguration {
        name,
        arguments,
        processes,
    }
}

/// What was measured of a configuration.
struct Timed {
    configuration: EngineConfiguration,
    seconds: f64,
    states: u64,
    /// The largest resident size of each process, in bytes.
    peaks: Vec<u64>,
    states_exchanged: u64,
    bytes_exchanged: u64,
}

/// Measures what it costs to distribute a search, on this machine.
///
/// Each SPEC is checked with the engine `levels` on one thread and on two, and with the engine `timely`: one
/// worker, two workers, two processes of one worker each, and three. These take turns, and the medians of all
/// rounds are shown.
#[derive(clap::Args)]
pub(crate) struct TimelyBenchOptions {
    /// Write a line of JSON for each configuration
    #[arg(long)]
    json: bool,
    /// How often each configuration runs
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// The run specs
    #[arg(value_name = "SPEC", default_values = SPECS)]
    specs: Vec<String>,
}

/// Measures all specs, and prints a table for each.
pub(crate) fn measure_all(options: &TimelyBenchOptions) -> Result<(), Failure> {
    for spec in &options.specs {
        if is_closed() {
            break;
        }
        say(spec, &in_turns(spec, options.rounds)?, options.json);
    }
    Ok(())
}

/// Runs all configurations in turns: the median of each.
fn in_turns(spec: &str, rounds: u32) -> Result<Vec<Timed>, Failure> {
    let mut of_configurations: Vec<Vec<Timed>> =
        CONFIGURATIONS.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for (configuration, results) in CONFIGURATIONS.iter().zip(&mut of_configurations) {
            results.push(run(spec, *configuration)?);
        }
    }
    let median = |mut results: Vec<Timed>| {
        results.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
        let middle = results.len() / 2;
        results.swap_remove(middle)
    };
    Ok(of_configurations.into_iter().map(median).collect())
}

fn run(spec: &str, configuration: EngineConfiguration) -> Result<Timed, Failure> {
    let folder = tempfile::tempdir()?;
    let hosts = hosts(folder.path(), configuration.processes)?;
    let line = Mutex::new(Value::Null);
    let measured = std::thread::scope(|scope| {
        let others: Vec<_> = (1..configuration.processes)
            .map(|process| {
                let command = command(spec, configuration, &hosts, process);
                scope.spawn(move || {
                    measure(
                        &format!("{}: {process}", configuration.name),
                        command,
                        |_| Some(0),
                    )
                })
            })
            .collect();
        let first = measure(
            configuration.name,
            command(spec, configuration, &hosts, 0),
            |output| {
                let told: Value = serde_json::from_str(output).ok()?;
                let states = told["states"]
                    .as_u64()
                    .filter(|_| told["as_expected"] == true);
                if let Ok(mut line) = line.lock() {
                    *line = told;
                }
                states
            },
        );
        let others = others.into_iter().map(|other| {
            let failed = |_| Err("a process could not be measured".into());
            other.join().unwrap_or_else(failed)
        });
        std::iter::once(first)
            .chain(others)
            .collect::<Result<Vec<Measured>, Failure>>()
    })?;
    let line = line.into_inner().unwrap_or_default();
    let spread = &line["exploration"]["distribution"];
    Ok(Timed {
        configuration,
        seconds: measured[0].elapsed.as_secs_f64(),
        states: measured[0].states,
        peaks: measured.iter().map(|process| process.peak_bytes).collect(),
        states_exchanged: spread["states_exchanged"].as_u64().unwrap_or(0),
        bytes_exchanged: spread["bytes_exchanged"].as_u64().unwrap_or(0),
    })
}

fn command(
    spec: &str,
    configuration: EngineConfiguration,
    hosts: &PathBuf,
    process: usize,
) -> Command {
    let synod = std::env::current_exe().unwrap_or_default();
    let mut command = Command::new(synod.with_file_name("synod"));
    command.args(["check", spec, "--format", "json"]);
    command.args(configuration.arguments);
    if configuration.processes > 1 {
        command.arg("--hosts").arg(hosts);
        command.args(["--process", &process.to_string()]);
    }
    command
}

/// Writes a hosts file with ports that are free.
fn hosts(folder: &Path, processes: usize) -> Result<PathBuf, Failure> {
    let address = |_| ports::free().map(|port| format!("127.0.0.1:{port}"));
    let addresses: std::io::Result<Vec<_>> = (0..processes).map(address).collect();
    let file = folder.join("hosts");
    fs::write(&file, addresses?.join("\n"))?;
    Ok(file)
}

#[allow(clippy::cast_precision_loss)] // Figures to read.
fn say(spec: &str, results: &[Timed], is_json: bool) {
    let Some(first) = results.first() else { return };
    if !is_json {
        say_line!("{spec}: {} states", first.states);
        say_line!(
            "{:22}{:>9}{:>8}{:>12}{:>10}  peak memory of each process, MiB",
            "",
            "time",
            "ratio",
            "sent/state",
            "bytes"
        );
    }
    for result in results {
        let ratio = result.seconds / first.seconds;
        let per_state = result.states_exchanged as f64 / result.states as f64;
        let bytes = result.bytes_exchanged as f64 / (result.states_exchanged as f64).max(1.0);
        let peaks: Vec<_> = result
            .peaks
            .iter()
            .map(|&peak| format!("{:.0}", peak as f64 / f64::from(1 << 20)))
            .collect();
        if is_json {
            let line = json!({
                "schema": 1,
                "spec": spec,
                "way": result.configuration.name,
                "states": result.states,
                "elapsed_seconds": result.seconds,
                "ratio": ratio,
                "states_exchanged": result.states_exchanged,
                "bytes_exchanged": result.bytes_exchanged,
                "peak_memory_bytes": result.peaks,
            });
            say_line!("{line}");
        } else {
            say_line!(
                "{:22}{:>7.2} s{ratio:>8.2}{per_state:>12.2}{bytes:>10.0}  {}",
                result.configuration.name,
                result.seconds,
                peaks.join(" ")
            );
        }
    }
}
