//! Why a run ended before it was done.

use bytesize::ByteSize;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::num::NonZeroU64;
use std::time::Duration;

/// Why a run ended before it was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// There are more distinct states than allowed.
    StateLimit(NonZeroU64),
    /// There was no more time.
    TimeLimit(Duration),
    /// The process needs more memory than it may take.
    MemoryLimit(MemoryLimit),
    /// A file for states that wait could not be written or read, as the system tells.
    Storage(String),
    /// These were random walks: they cannot see everything.
    Simulated {
        /// How many.
        walks: u64,
    },
    /// It was interrupted by a person or a program.
    Interrupted,
    /// Another process of the run has stopped.
    Elsewhere {
        /// Which process.
        process: usize,
        /// Why it has, in the words of that process.
        why: String,
        /// Whether it was interrupted.
        is_interrupted: bool,
    },
    /// The connection to another process of the run is gone.
    ConnectionLost(Peer),
    /// The run was stopped, and other processes did not say that they heard it.
    Unanswered {
        /// Why it was stopped.
        why: Option<Box<Self>>,
        /// The silent processes; empty if it is not known which.
        peers: Vec<Peer>,
        /// How long it has waited for them.
        patience: Duration,
    },
    /// A violation was found, and no counterexample that shows it.
    PathNotFound {
        /// The property that is violated.
        property: String,
        /// Steps from an initial state to the violation, if it is known that
        /// there is none that is nearer.
        steps: Option<u32>,
        /// Why the path to the violation was not found.
        why: Box<Self>,
    },
    /// The predecessors of a state on the path to a violation could not be read,
    /// here or by another process.
    PredecessorsUnreadable,
    /// Stateright's fingerprints and ours tell other states apart: a state was
    /// not explored, or taken for another.
    Collision,
}

/// The most memory that a process may take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryLimit {
    /// So many bytes.
    pub bytes: u64,
    /// Of what, unless it was asked for.
    pub of: Option<String>,
}

impl fmt::Display for MemoryLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As a person writes bytes.
        let size = ByteSize(self.bytes).to_string().replace(".0 ", " ");
        write!(f, "memory limit of {size} reached")?;
        match &self.of {
            Some(of) => write!(f, " ({of})"),
            None => Ok(()),
        }
    }
}

/// A process of a run that several make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// Which process.
    pub process: usize,
    /// Its address.
    pub host: String,
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} at {}", self.process, self.host)
    }
}

impl Reason {
    /// The reason itself, or of a counterexample that was not found the reason why.
    pub fn cause(&self) -> &Self {
        match self {
            Self::PathNotFound { why, .. } => why.cause(),
            other => other,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StateLimit(limit) => write!(f, "state limit of {limit} reached"),
            Self::TimeLimit(limit) => {
                write!(f, "time limit of {} s reached", limit.as_secs_f64())
            }
            Self::MemoryLimit(limit) => limit.fmt(f),
            Self::Storage(error) => write!(f, "a file for states that wait: {error}"),
            Self::Simulated { walks: 1 } => f.write_str("a random walk cannot see everything"),
            Self::Simulated { walks } => {
                write!(f, "{walks} random walks cannot see everything")
            }
            Self::Interrupted => f.write_str("interrupted"),
            Self::Elsewhere { process, why, .. } => {
                write!(f, "process {process} has stopped: {why}")
            }
            Self::ConnectionLost(peer) => write!(f, "lost the connection to {peer}"),
            Self::Unanswered {
                why,
                peers,
                patience,
            } => {
                if let Some(why) = why {
                    write!(f, "{why}; ")?;
                }
                let peers: Vec<_> = peers.iter().map(ToString::to_string).collect();
                let who = if peers.is_empty() {
                    "other processes".to_owned()
                } else {
                    peers.join(" and ")
                };
                write!(f, "{who} did not answer in {} s", patience.as_secs_f64())
            }
            Self::PathNotFound {
                property,
                steps,
                why,
            } => {
                write!(f, "{property} is violated")?;
                match steps {
                    Some(1) => f.write_str(" after 1 step")?,
                    Some(steps) => write!(f, " after {steps} steps")?,
                    None => {}
                }
                write!(f, "; the counterexample could not be found: {why}")
            }
            Self::PredecessorsUnreadable => f.write_str(
                "the predecessors of a state on its path could not be read, here or by another \
                 process; a run without the checkpoint can find it",
            ),
            Self::Collision => {
                f.write_str("fingerprint collision: a state was not explored, or taken for another")
            }
        }
    }
}
