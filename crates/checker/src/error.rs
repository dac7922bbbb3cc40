//! Why a model cannot be checked, and why a checkpoint or another process cannot be
//! used for that.
//!
//! Read [`CheckError`] first; the other types are its details. All of them are data,
//! with a sentence by `Display`.

use crate::report::{Expectation, Reason};
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;
use thiserror::Error;

/// How many differences are printed in full; of the others only the number is.
const PRINTED: usize = 3;

/// Why a model cannot be checked. A run that ends with this error has no verdict.
///
/// ```
/// # mod model { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/counter.rs")); }
/// # use model::Counter;
/// # use synod_checker::{CheckError, Extras, Problem, Question, Until};
/// let until = Until::Violation("above 7".to_owned());
/// let question = Question { until, ..Question::default() };
/// let error = Problem::new(Counter, Extras::default(), question, &Default::default()).err();
/// let sentence = r#"there is no `always` property "above 7"; there are below 7"#;
/// assert_eq!(error.unwrap().to_string(), sentence);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CheckError {
    /// The model has an `eventually` property. A search of states cannot decide it, and
    /// [`check_runs`](crate::check_runs) can.
    #[error(
        "property {0:?} is an `eventually` property, which a search of states cannot decide: claim it of \
         runs (`check_runs`)"
    )]
    Eventually(&'static str),
    /// Claims of runs were asked of a model that is explored up to symmetry.
    #[error(
        "claims of runs cannot be decided up to symmetry: a change of names turns the actions of one \
         process into those of another, and fairness is lost; leave the symmetry out"
    )]
    RunsUpToSymmetry,
    /// Claims of runs were asked with a checkpoint in this file.
    #[error(
        "checkpoint {}: claims of runs are decided on the whole graph, which is not written to a \
         file; leave the checkpoint out", .0.display()
    )]
    CheckpointOfRuns(PathBuf),
    /// Runs should be fair to actions of a kind that the model does not have.
    #[error("there is no kind of actions {name:?}; there are {}", known.join(", "))]
    UnknownKind {
        /// The name that was given.
        name: String,
        /// The kinds of the model.
        known: Vec<String>,
    },
    /// The run should end at the violation of a property ([`crate::Until::Violation`])
    /// that is not an `always` property of the model, or at the example
    /// ([`crate::Until::Example`]) of one that is not a `sometimes` property.
    #[error("there is no `{}` property {name:?}; there are {}", expected.name(), known.join(", "))]
    UnknownProperty {
        /// The name that was given.
        name: String,
        /// Whether an `always` or a `sometimes` property was looked for.
        expected: Expectation,
        /// The properties of the model that ask this.
        known: Vec<&'static str>,
    },
    /// The model has more than [`crate::MAX_PROPERTIES`] properties.
    #[error("the model has {count} properties, and may have {most}")]
    TooManyProperties {
        /// How many it has.
        count: usize,
        /// How many it may have.
        most: usize,
    },
    /// There is a checkpoint that cannot be used, or no checkpoint can be written.
    #[error("checkpoint {}: {why}", file.display())]
    Checkpoint {
        /// The file of the checkpoint.
        file: PathBuf,
        /// Why it cannot be used or written.
        why: Unusable,
    },
    /// The engine needs states as bytes, but the model has no [`crate::Storage`].
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
        /// Why it cannot be reached.
        why: Unreachable,
    },
    /// Another process was started differently, so the two cannot work together.
    #[error("no connection with {host}: {why}")]
    Different {
        /// Its address.
        host: String,
        /// What differs.
        why: Mismatch,
    },
    /// The requested number of threads cannot run at the same time.
    #[error(
        "the workers have failed: thread {number} of {of} cannot be started: {error}; \
         choose fewer, or raise the limits of the process (ulimit -u, ulimit -v)"
    )]
    TooManyThreads {
        /// The first thread that could not be started, counted from 1.
        number: usize,
        /// How many threads were requested.
        of: usize,
        /// The error of the system.
        error: String,
    },
    /// The workers could not be started, or did not end normally. The text is the
    /// error of the system, or of the library that runs them.
    #[error("the workers have failed: {0}")]
    Threads(String),
    /// The model panicked before its first state, or in a place where its panics are
    /// not caught. The text is the message of the panic.
    #[error("the model panicked: {0}")]
    ModelPanicked(String),
}

/// Why a checkpoint cannot be used. A detail of [`CheckError::Checkpoint`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unusable {
    /// It cannot be read. The text is the error of the system.
    #[error("{0}")]
    Io(String),
    /// No checkpoint can be written here. The text is the error of the system.
    #[error("it cannot be written: {0}")]
    Unwritable(String),
    /// Its content is not what was written.
    #[error("it is damaged: its digest is not that of its content")]
    Damaged,
    /// The file is not a checkpoint, or one of another version of the format.
    #[error("it is no checkpoint of this version")]
    NotOne,
    /// It belongs to a run with another [`crate::Identity`].
    #[error("it is of another run: {0}")]
    Foreign(Differences),
    /// A part of a checkpoint has the name of another part. The text is the end of the
    /// name that it should have.
    #[error("its content is that of the part whose name ends with {0}")]
    Misnamed(String),
    /// The model cannot rebuild its states, so it is not the model that wrote them.
    #[error("the model is not the one it was written with")]
    OtherModel,
    /// The run was stopped while it read the checkpoint.
    #[error("the run was stopped while the checkpoint was read")]
    Stopped,
    /// A complete checkpoint was written once, and now some of its parts are missing.
    #[error("some of its parts are missing: restore them, or remove the others to start anew")]
    PartsMissing,
    /// The parts are not all from the same checkpoint, or some are missing.
    #[error("its parts do not belong together, or some are missing")]
    PartsDiffer,
}

/// Why another process was not reached. A detail of [`CheckError::Unreachable`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unreachable {
    /// There was no connection in time.
    #[error("{last}; gave up after {} s", patience.as_secs_f64())]
    Timeout {
        /// The last obstacle.
        last: Connecting,
        /// How long this process tried.
        patience: Duration,
    },
    /// The run was stopped before there was a connection.
    #[error("{last}; {reason}")]
    Stopped {
        /// The last obstacle.
        last: Connecting,
        /// Why the run was stopped.
        reason: Reason,
    },
    /// The connection failed for good. The text is the error of the system.
    #[error("{0}")]
    Failed(String),
}

/// What keeps two processes from being connected. A detail of [`Unreachable`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Connecting {
    /// The other process does not answer.
    #[error("it does not answer")]
    NoAnswer,
    /// The other process has accepted the connection, and sent no handshake.
    #[error("it has accepted the connection, and sends no handshake")]
    NoHandshake,
    /// The other process, which has to connect to this one, has not done so.
    #[error("it has not connected")]
    NotConnected,
    /// The last attempt failed. The text is the error of the system.
    #[error("{0}")]
    Failed(String),
}

/// How another process differs from this one. A detail of [`CheckError::Different`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Mismatch {
    /// It was started for another number of processes.
    #[error("it was given {theirs} hosts, not {ours}")]
    Processes {
        /// The number of processes of the other.
        theirs: u64,
        /// The number of processes of this one.
        ours: u64,
    },
    /// It has another number of workers.
    #[error("it has {theirs} workers, not {ours}")]
    Workers {
        /// The number of workers of the other.
        theirs: u64,
        /// The number of workers of this one.
        ours: u64,
    },
    /// It checks something else.
    #[error("it checks something else: {0}")]
    Identity(Differences),
    /// Its address is that of another process of the run.
    #[error("it is process {theirs}, not {expected}")]
    Process {
        /// The number that it gives itself.
        theirs: u64,
        /// The number of the process at this address.
        expected: usize,
    },
    /// It gives itself the number of a process that does not connect to this one.
    #[error("it says that it is process {0}, which it cannot be")]
    Duplicate(u64),
}

/// The parts in which one identity differs from another. Shown in the example of
/// [`Identity`](crate::Identity).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differences(pub Vec<Difference>);

/// A part in which two identities differ. A part without a value is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The name of the part.
    pub part: String,
    /// Its value in the other identity.
    pub theirs: Option<String>,
    /// Its value in this identity.
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
        for (position, difference) in self.0.iter().take(PRINTED).enumerate() {
            let separator = if position > 0 { "; " } else { "" };
            write!(f, "{separator}{difference}")?;
        }
        match self.0.len().saturating_sub(PRINTED) {
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
