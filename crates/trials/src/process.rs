//! One process of a cluster: started, killed or awaited. [`Cluster`](crate::cluster::Cluster)
//! holds one for each node.

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

/// The time between two checks whether a process has ended.
const TICK: Duration = Duration::from_millis(10);

/// Why a cluster or a trial cannot be run. Failures of a node under test are no such
/// errors, except that it does not serve at the beginning.
#[derive(Debug, Error)]
pub enum ClusterError {
    /// A process cannot be started.
    #[error("{} cannot be started: {error}", program.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// The error of the operating system.
        error: io::Error,
    },
    /// A file or folder cannot be written or read.
    #[error("{}: {error}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The error of the operating system.
        error: io::Error,
    },
    /// The real network, or another call of the operating system, fails.
    #[error("the network: {0}")]
    Network(#[from] io::Error),
    /// A signal cannot be sent to a process.
    #[error("{signal} cannot be sent to a node: {error}")]
    Signal {
        /// The signal.
        signal: Signal,
        /// The error of the operating system.
        error: Errno,
    },
    /// A node does not serve in time.
    #[error("node {node} does not serve after {waited:?}: {last}\nthe end of its log:\n{log}")]
    NotServing {
        /// The id of the node.
        node: u32,
        /// The time since the waiting began.
        waited: Duration,
        /// The last answer of the node, or the last error.
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

/// A process, and the processes that it starts.
#[derive(Debug)]
pub struct ChildProcess {
    child: Child,
}

impl ChildProcess {
    /// Starts a command. Its standard output and standard error are appended to a log,
    /// after a line with the command. The process is expected to end when its standard
    /// input is closed, which happens when this process ends.
    ///
    /// # Errors
    ///
    /// The process cannot be started.
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
        // Nothing is written to the pipe: it is closed when this process ends.
        command.stdin(Stdio::piped()).stdout(out).stderr(errors);
        // The process gets a group of its own, so that a signal reaches both a wrapper and
        // the program that the wrapper starts.
        command.process_group(0);
        let spawned = command.spawn();
        let child = spawned.map_err(|error| ClusterError::Start { program, error })?;
        Ok(Self { child })
    }

    /// The id of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, signal: Signal) -> Result<(), ClusterError> {
        let group = Pid::from_raw(self.child.id().cast_signed());
        match killpg(group, signal) {
            // ESRCH: the process has ended by itself. `Cluster::ended` reports that.
            Ok(()) | Err(Errno::ESRCH) => Ok(()),
            Err(error) => Err(ClusterError::Signal { signal, error }),
        }
    }

    /// Stops the process (SIGSTOP): it does nothing, and cannot notice the stop.
    ///
    /// # Errors
    ///
    /// The signal cannot be sent.
    pub fn pause(&self) -> Result<(), ClusterError> {
        self.signal(Signal::SIGSTOP)
    }

    /// Continues the process after [`pause`](Self::pause) (SIGCONT).
    ///
    /// # Errors
    ///
    /// The signal cannot be sent.
    pub fn resume(&self) -> Result<(), ClusterError> {
        self.signal(Signal::SIGCONT)
    }

    /// Kills the process (SIGKILL), and waits for its end.
    ///
    /// # Errors
    ///
    /// The signal cannot be sent.
    pub fn kill(mut self) -> Result<(), ClusterError> {
        self.signal(Signal::SIGKILL)?;
        self.child.wait()?;
        Ok(())
    }

    /// Waits for the end of the process. `None` if it still runs after `patience`.
    ///
    /// # Errors
    ///
    /// The operating system does not report the state of the process.
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
