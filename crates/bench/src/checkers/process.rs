//! Runs a program as a process, and measures its time and memory.

use crate::failure::Failure;
use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use synod_terminal::note;

/// How often a process is looked at.
const LOOK: Duration = Duration::from_millis(2);
/// The clock in which Linux tells the time of a process, in a second.
const TICKS: u32 = 100;

/// Beyond what a process is stopped.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// How long it may run.
    pub time: Duration,
    /// How many bytes may be resident.
    pub memory: u64,
}

impl Limits {
    const NONE: Self = Self {
        time: Duration::MAX,
        memory: u64::MAX,
    };
}

/// A process that ran.
pub(crate) struct Run {
    /// The standard output of the process.
    pub output: String,
    /// Whether it was stopped: because it took `more memory` or `more time`.
    pub stopped: Option<&'static str>,
    /// How long it ran, from its start to its end.
    pub elapsed: Duration,
    /// How long its threads computed, together.
    pub user: Duration,
    /// Its largest resident size, in bytes.
    pub peak_bytes: u64,
}

/// The measurements of one process that counts states.
pub(crate) struct Measured {
    /// How many distinct states it counted.
    pub states: u64,
    /// How long it ran, from its start to its end.
    pub elapsed: Duration,
    /// Its largest resident size, in bytes.
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

/// Runs a process and measures it; `states` reads from what it writes how many states it
/// counted.
pub(crate) fn measure(
    name: &str,
    command: Command,
    states: impl Fn(&str) -> Option<u64>,
) -> Result<Measured, Failure> {
    let run = run(name, command, Limits::NONE)?;
    let states = states(&run.output);
    Ok(Measured {
        states: states.ok_or_else(|| format!("{name} counted no states:\n{}", run.output))?,
        elapsed: run.elapsed,
        peak_bytes: run.peak_bytes,
    })
}

/// Runs a process and measures it. Its memory and the time that it computed are known on Linux
/// only; they are 0 elsewhere.
pub(crate) fn run(name: &str, mut command: Command, limits: Limits) -> Result<Run, Failure> {
    note!("{name} …");
    let begun = Instant::now();
    let command = command.stdout(Stdio::piped()).stderr(Stdio::null());
    let about = |error: std::io::Error| Failure::from(format!("{name}: {error}"));
    let mut child = command.spawn().map_err(about)?;
    let mut pipe = child.stdout.take();
    let process = format!("/proc/{}", child.id());
    let (mut peak_bytes, mut user, mut stopped) = (0, Duration::ZERO, None);
    thread::scope(|scope| {
        let output = scope.spawn(move || {
            let mut bytes = Vec::new();
            let read = pipe.as_mut().map(|pipe| pipe.read_to_end(&mut bytes));
            read.transpose().map(|_| bytes)
        });
        while child.try_wait().map_err(about)?.is_none() {
            let memory = memory_of(&process).unwrap_or_default();
            peak_bytes = peak_bytes.max(memory);
            user = user.max(user_time_of(&process).unwrap_or_default());
            if memory > limits.memory {
                stopped = Some("more memory");
            } else if begun.elapsed() > limits.time {
                stopped = Some("more time");
            }
            if stopped.is_some() {
                child.kill().map_err(about)?;
                child.wait().map_err(about)?;
                break;
            }
            thread::sleep(LOOK);
        }
        let elapsed = begun.elapsed();
        let output = output.join().unwrap_or_else(|_| Ok(Vec::new()));
        Ok(Run {
            output: String::from_utf8_lossy(&output.map_err(about)?).into_owned(),
            stopped,
            elapsed,
            user,
            peak_bytes,
        })
    })
}

/// The largest resident size of a process so far.
fn memory_of(process: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("{process}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// How long a process has computed so far, outside the system.
fn user_time_of(process: &str) -> Option<Duration> {
    let text = fs::read_to_string(format!("{process}/stat")).ok()?;
    // The fields after the name, which is in parentheses: the first is the state.
    let (_, fields) = text.rsplit_once(") ")?;
    let ticks: u32 = fields.split(' ').nth(11)?.parse().ok()?;
    Some(Duration::from_secs(1) / TICKS * ticks)
}
