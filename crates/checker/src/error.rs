//! Why a model cannot be checked, and why a checkpoint or another process is of
//! no use for that. Data; the texts are made where they are shown.

use crate::report::Reason;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Differences that are told in full; of more than these only their number is.
const TOLD: usize = 3;

/// Why a model cannot be checked. Never a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckError {
    /// The model has an `eventually` property, which no engine can decide.
    Eventually(&'static str),
    /// The property to await is none of the model's `always` properties.
    UnknownProperty {
        /// Its name.
        name: String,
        /// The model's.
        known: Vec<&'static str>,
    },
    /// The model has more properties than there may be.
    TooManyProperties {
        /// How many it has.
        count: usize,
        /// How many it may have.
        most: usize,
    },
    /// There is a checkpoint, and it cannot be used; or none can be written.
    Checkpoint {
        /// The file.
        file: PathBuf,
        /// Why not.
        why: Unusable,
    },
    /// The engine needs states as bytes, and the model has none.
    NotStored {
        /// The name of the engine.
        engine: &'static str,
    },
    /// Another process of the run cannot be reached.
    Unreachable {
        /// Its address.
        host: String,
        /// Why not.
        why: Unreachable,
    },
    /// Another process does something else, so the two cannot work together.
    Different {
        /// Its address.
        host: String,
        /// What differs.
        why: Mismatch,
    },
    /// There cannot be so many threads at the same time.
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
    Threads(String),
    /// The model failed before there was a state, or where it could not be caught.
    ModelPanicked(String),
}

/// Why a checkpoint cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// It cannot be read, as the system tells.
    Io(String),
    /// None can be written, as the system tells.
    Unwritable(String),
    /// It is not as it was written.
    Damaged,
    /// It is no checkpoint, or of another version.
    NotOne,
    /// It is of another run.
    Foreign(Differences),
    /// It is the part of this name, and has another.
    Misnamed(String),
    /// The model does not make the same states of it any more.
    OtherModel,
    /// The run was stopped while it was read.
    Stopped,
    /// There was one, and some of its parts are not here.
    PartsMissing,
    /// Its parts are not those of one checkpoint, or not all of them are here.
    PartsDiffer,
}

/// Why another process was not reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// It did not answer in time.
    Timeout {
        /// What was the matter last.
        last: Connecting,
        /// How long it was waited for.
        patience: Duration,
    },
    /// The run was stopped meanwhile.
    Stopped {
        /// What was the matter last.
        last: Connecting,
        /// Why.
        reason: Reason,
    },
    /// The connection failed for good, as the system tells.
    Failed(String),
}

/// What keeps another process from being connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Connecting {
    /// Nothing has come of it.
    NoAnswer,
    /// It has accepted the connection and sent no handshake.
    NoHandshake,
    /// It has not connected to this one.
    NotConnected,
    /// The last attempt failed, as the system tells.
    Failed(String),
}

/// How a process differs from this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// It knows of another number of processes.
    Processes {
        /// How many it knows of.
        theirs: u64,
        /// How many this one knows of.
        ours: u64,
    },
    /// It has another number of workers.
    Workers {
        /// How many it has.
        theirs: u64,
        /// How many this one has.
        ours: u64,
    },
    /// It checks something else.
    Identity(Differences),
    /// It is another process than its address says.
    Process {
        /// Which it is.
        theirs: u64,
        /// Which it should be.
        expected: usize,
    },
    /// It says that it is a process that it cannot be.
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

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Eventually(name) => write!(
                f,
                "property {name:?} is an `eventually` property, which this engine cannot decide"
            ),
            Self::UnknownProperty { name, known } => write!(
                f,
                "there is no `always` property {name:?}; there are {}",
                known.join(", ")
            ),
            Self::TooManyProperties { count, most } => {
                write!(f, "{count} properties, but {most} at most")
            }
            Self::Checkpoint { file, why } => {
                write!(f, "checkpoint {}: {why}", file.display())
            }
            Self::NotStored { engine } => write!(
                f,
                "the engine `{engine}` needs a model whose states can be bytes"
            ),
            Self::Unreachable { host, why } => write!(f, "no connection with {host}: {why}"),
            Self::Different { host, why } => write!(f, "no connection with {host}: {why}"),
            Self::TooManyThreads { number, of, error } => write!(
                f,
                "the workers have failed: thread {number} of {of} cannot be started: {error}; \
                 choose fewer, or raise the limits of the process (ulimit -u, ulimit -v)"
            ),
            Self::Threads(why) => write!(f, "the workers have failed: {why}"),
            Self::ModelPanicked(message) => write!(f, "the model panicked: {message}"),
        }
    }
}

impl std::error::Error for CheckError {}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => f.write_str(error),
            Self::Unwritable(error) => write!(f, "it cannot be written: {error}"),
            Self::Damaged => f.write_str("it is damaged: its digest is not that of its content"),
            Self::NotOne => f.write_str("it is no checkpoint of this version"),
            Self::Foreign(differences) => write!(f, "it is of another run: {differences}"),
            Self::Misnamed(name) => write!(f, "it is the part whose name ends with {name}"),
            Self::OtherModel => f.write_str("the model is not the one it was written with"),
            Self::Stopped => f.write_str("the run was stopped while it was read"),
            Self::PartsMissing => f.write_str(
                "some of its parts are not here: bring them, or remove what there is to begin anew",
            ),
            Self::PartsDiffer => {
                f.write_str("its parts do not belong together, or some are missing")
            }
        }
    }
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout { last, patience } => {
                write!(f, "{last}, in {} s", patience.as_secs_f64())
            }
            Self::Stopped { last, reason } => write!(f, "{last}; {reason}"),
            Self::Failed(error) => f.write_str(error),
        }
    }
}

impl fmt::Display for Connecting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoAnswer => "it does not answer",
            Self::NoHandshake => "it has let this process connect, and says nothing",
            Self::NotConnected => "it has not connected",
            Self::Failed(error) => error,
        })
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Processes { theirs, ours } => write!(f, "it counts {theirs} hosts, not {ours}"),
            Self::Workers { theirs, ours } => write!(f, "it has {theirs} workers, not {ours}"),
            Self::Identity(differences) => write!(f, "it checks something else: {differences}"),
            Self::Process { theirs, expected } => {
                write!(f, "it is process {theirs}, not {expected}")
            }
            Self::Duplicate(process) => write!(f, "there is another process {process}"),
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
