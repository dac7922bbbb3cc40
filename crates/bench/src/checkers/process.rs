//! Runs a checker as a process, and measures its time and memory.

use crate::failure::Failure;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use synod_terminal::note;

/// The measurements of one run of a checker.
pub(crate) struct Measured {
    /// The checker's name and how many threads it had.
    pub checker: String,
    /// How many distinct states the checker counted.
    pub states: u64,
    /// How long the process ran, from its start to its end.
    pub elapsed: Duration,
    /// The largest resident size of the process, in bytes.
    pub peak_bytes: u64,
}

/// Runs a command, and fails if the command does.
pub(crate) fn succeed(command: &mut Command) -> Result<(), Failure> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?} failed: {said}").into())
}

/// Runs a checker and measures its process; `states` reads from what the checker writes
/// how many states it counted. The resident size is known on Linux only; it is 0
/// elsewhere.
pub(crate) fn measure(
    checker: &str,
    mut command: Command,
    states: impl Fn(&str) -> Option<u64>,
) -> Result<Measured, Failure> {
    note!("{checker} …");
    let begun = Instant::now();
    let command = command.stdout(Stdio::piped()).stderr(Stdio::null());
    let child = command
        .spawn()
        .map_err(|error| format!("{command:?}: {error}"))?;
    let status = format!("/proc/{}/status", child.id());
    let done = std::sync::atomic::AtomicBool::new(false);
    let (output, elapsed, peak_bytes) = std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut peak = 0;
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                peak = peak.max(peak_of(&status).unwrap_or(0));
                std::thread::sleep(Duration::from_millis(5));
            }
            peak
        });
        let output = child.wait_with_output();
        let elapsed = begun.elapsed();
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        (output, elapsed, watcher.join().unwrap_or(0))
    });
    let output = output.map_err(|error| format!("{checker}: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let states = states(&text).ok_or_else(|| format!("{checker} counted no states:\n{text}"))?;
    Ok(Measured {
        checker: checker.to_owned(),
        states,
        elapsed,
        peak_bytes,
    })
}

fn peak_of(status: &str) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
