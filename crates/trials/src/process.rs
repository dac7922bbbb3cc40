//! One process, and what can be done to it.

use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use thiserror::Error;

/// How often a process that should end is looked at.
const TICK: Duration = Duration::from_millis(10);

/// Why a cluster cannot be used.
#[derive(Debug, Error)]
pub enum ClusterError {
    /// A process cannot be started.
    #[error("{} cannot be started: {error}", program.display())]
    Start {
        /// Which program.
        program: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file or folder cannot be written or read.
    #[error("{}: {error}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The network fails where it should not.
    #[error("the network: {0}")]
    Network(#[from] io::Error),
    /// A process cannot be told to stop or go on.
    #[error("{signal} cannot be sent to a node: {error}")]
    Signal {
        /// The signal.
        signal: Signal,
        /// Why.
        error: Errno,
    },
    /// A node does not serve in time.
    #[error("node {node} does not serve after {waited:?}: {last}\nthe end of its log:\n{log}")]
    NotServing {
        /// Which one.
        node: u32,
        /// How long was waited.
        waited: Duration,
        /// What it answered last.
        last: String,
        /// The end of its log.
        log: String,
    },
}

impl ClusterError {
    pub(crate) fn file(path: &Path, error: io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            error,
        }
    }
}

/// A process, and those that it starts.
#[derive(Debug)]
pub struct ChildProcess {
    child: Child,
}

impl ChildProcess {
    /// Starts a command, and adds what it says to a log.
    ///
    /// # Errors
    ///
    /// Where the process cannot be started.
    pub fn start(mut command: Command, log: &Path) -> Result<Self, ClusterError> {
        let open = File::options().create(true).append(true).open(log);
        let program = command.get_program();
        let command_line = std::iter::once(program).chain(command.get_args());
        let command_line: Vec<_> = command_line.map(OsStr::to_string_lossy).collect();
        let files = open.and_then(|mut file| {
            writeln!(file, "--- {}", command_line.join(" "))?;
            Ok((file.try_clone()?, file))
        });
        let (out, errors) = files.map_err(|error| ClusterError::file(log, error))?;
        let program = PathBuf::from(program);
        // Nothing is ever written to it: it ends when this process does.
        command.stdin(Stdio::piped()).stdout(out).stderr(errors);
        // A group of its own, so that a signal meets a wrapper and what it wraps.
        command.process_group(0);
        let spawned = command.spawn();
        let child = spawned.map_err(|error| ClusterError::Start { program, error })?;
        Ok(Self { child })
    }

    /// The number of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, signal: Signal) -> Result<(), ClusterError> {
        let group = Pid::from_raw(self.child.id().cast_signed());
        match killpg(group, signal) {
            // It has ended by itself, which is noticed elsewhere.
            Ok(()) | Err(Errno::ESRCH) => Ok(()),
            Err(error) => Err(ClusterError::Signal { signal, error }),
        }
    }

    /// Kills it (SIGKILL), and waits until it is dead.
    ///
    /// # Errors
    ///
    /// Where it cannot be killed.
    pub fn kill(mut self) -> Result<(), ClusterError> {
        self.signal(Signal::SIGKILL)?;
        self.child.wait()?;
        Ok(())
    }

    /// Waits for its end; nothing where it goes on.
    ///
    /// # Errors
    ///
    /// Where it cannot be watched.
    pub fn wait(&mut self, patience: Duration) -> Result<Option<ExitStatus>, ClusterError> {
        let until = Instant::now() + patience;
        loop {
            let status = self.child.try_wait()?;
            if status.is_some() || Instant::now() >= until {
                return Ok(status);
            }
            thread::sleep(TICK);
        }
    }
}
