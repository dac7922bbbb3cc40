//! Why a model cannot be checked, and why a checkpoint or another process is of
//! no use for that. Data; the texts are made where they are shown.

use crate::report::Reason;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;
use thiserror::Error;

/// Differences that are told in full; of more than these only their number is.
const TOLD: usize = 3;

/// Why a model cannot be checked. Never a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CheckError {
    /// The model has an `eventually` property, which no engine can decide.
    #[error("property {0:?} is an `eventually` property, which this engine cannot decide")]
    Eventually(&'static str),
    /// The property to await is none of the model's `always` properties.
    #[error("there is no `always` property {name:?}; there are {}", known.join(", "))]
    UnknownProperty {
        /// Its name.
        name: String,
        /// The model's.
        known: Vec<&'static str>,
    },
    /// The model has more properties than there may be.
    #[error("{count} properties, but {most} at most")]
    TooManyProperties {
        /// How many it has.
        count: usize,
        /// How many it may have.
        most: usize,
    },
    /// There is a checkpoint, and it cannot be used; or none can be written.
    #[error("checkpoint {}: {why}", file.display())]
    Checkpoint {
        /// The file.
        file: PathBuf,
        /// Why not.
        why: Unusable,
    },
    /// The engine needs states as bytes, and the model has none.
    #[error("the engine `{engine}` needs a model whose states can be bytes")]
    NotStored {
        /// The name of the engine.
        engine: &'static str,
    },
    /// Another process of the run cannot be reached.
    #[error("no connection with {host}: {why}")]
    Unreachable {
        /// Its address.
        host: String,
        /// Why not.
        why: Unreachable,
    },
    /// Another process does something else, so the two cannot work together.
    #[error("no connection with {host}: {why}")]
    Different {
        /// Its address.
        host: String,
        /// What differs.
        why: Mismatch,
    },
    /// There cannot be so many threads at the same time.
    #[error(
        "the workers have failed: thread {number} of {of} cannot be started: {error}; \
         choose fewer, or raise the limits of the process (ulimit -u, ulimit -v)"
    )]
    TooManyThreads {
        /// The first that could not be started.
        number: usize,
        /// How many were asked for.
        of: usize,
        /// Why not, as the system tells.
        error: String,
    },
    /// The workers could not be started, or did not end as they should: as the
    /// system tells, or the library that runs them.
    #[error("the workers have failed: {0}")]
    Threads(String),
    /// The model failed before there was a state, or where it could not be caught.
    #[error("the model panicked: {0}")]
    ModelPanicked(String),
}

/// Why a checkpoint cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unusable {
    /// It cannot be read, as the system tells.
    #[error("{0}")]
    Io(String),
    /// None can be written, as the system tells.
    #[error("it cannot be written: {0}")]
    Unwritable(String),
    /// It is not as it was written.
    #[error("it is damaged: its digest is not that of its content")]
    Damaged,
    /// It is no checkpoint, or of another version.
    #[error("it is no checkpoint of this version")]
    NotOne,
    /// It is of another run.
    #[error("it is of another run: {0}")]
    Foreign(Differences),
    /// It is the part of this name, and has another.
    #[error("it is the part whose name ends with {0}")]
    Misnamed(String),
    /// The model does not make the same states of it any more.
    #[error("the model is not the one it was written with")]
    OtherModel,
    /// The run was stopped while it was read.
    #[error("the run was stopped while it was read")]
    Stopped,
    /// There was one, and some of its parts are not here.
    #[error("some of its parts are not here: bring them, or remove what there is to begin anew")]
    PartsMissing,
    /// Its parts are not those of one checkpoint, or not all of them are here.
    #[error("its parts do not belong together, or some are missing")]
    PartsDiffer,
}

/// Why another process was not reached.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unreachable {
    /// It did not answer in time.
    #[error("{last}, in {} s", patience.as_secs_f64())]
    Timeout {
        /// What was the matter last.
        last: Connecting,
        /// How long it was waited for.
        patience: Duration,
    },
    /// The run was stopped meanwhile.
    #[error("{last}; {reason}")]
    Stopped {
        /// What was the matter last.
        last: Connecting,
        /// Why.
        reason: Reason,
    },
    /// The connection failed for good, as the system tells.
    #[error("{0}")]
    Failed(String),
}

/// What keeps another process from being connected.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Connecting {
    /// Nothing has come of it.
    #[error("it does not answer")]
    NoAnswer,
    /// It has accepted the connection and sent no handshake.
    #[error("it has let this process connect, and says nothing")]
    NoHandshake,
    /// It has not connected to this one.
    #[error("it has not connected")]
    NotConnected,
    /// The last attempt failed, as the system tells.
    #[error("{0}")]
    Failed(String),
}

/// How a process differs from this one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Mismatch {
    /// It knows of another number of processes.
    #[error("it counts {theirs} hosts, not {ours}")]
    Processes {
        /// How many it knows of.
        theirs: u64,
        /// How many this one knows of.
        ours: u64,
    },
    /// It has another number of workers.
    #[error("it has {theirs} workers, not {ours}")]
    Workers {
        /// How many it has.
        theirs: u64,
        /// How many this one has.
        ours: u64,
    },
    /// It checks something else.
    #[error("it checks something else: {0}")]
    Identity(Differences),
    /// It is another process than its address says.
    #[error("it is process {theirs}, not {expected}")]
    Process {
        /// Which it is.
        theirs: u64,
        /// Which it should be.
        expected: usize,
    },
    /// It says that it is a process that it cannot be.
    #[error("there is another process {0}")]
    Duplicate(u64),
}

/// The parts in which one identity differs from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differences(pub Vec<Difference>);

/// A part in which two identities differ; a value that is none was not given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The name of the part.
    pub part: String,
    /// Its value in the other one.
    pub theirs: Option<String>,
    /// Its value in this one.
    pub ours: Option<String>,
}

impl From<io::Error> for Unusable {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => Self::Damaged,
            _ => Self::Io(error.to_string()),
        }
    }
}

impl fmt::Display for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, difference) in self.0.iter().take(TOLD).enumerate() {
            let separator = if position > 0 { "; " } else { "" };
            write!(f, "{separator}{difference}")?;
        }
        match self.0.len().saturating_sub(TOLD) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [theirs, ours] =
            [&self.theirs, &self.ours].map(|value| value.as_deref().unwrap_or("not given"));
        write!(f, "{} {theirs}, here {ours}", self.part)
    }
}
