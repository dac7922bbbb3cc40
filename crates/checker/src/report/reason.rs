//! Why a run ended before everything was explored.

use bytesize::ByteSize;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::num::NonZeroU64;
use std::time::Duration;

/// Why a run ended before everything was explored.
///
/// ```
/// use std::time::Duration;
/// use synod_checker::Reason;
///
/// let limit = Reason::TimeLimit(Duration::from_secs(90));
/// assert_eq!(limit.to_string(), "time limit of 90 s reached");
/// let reason = Reason::PathNotFound {
///     property: "B1".to_owned(),
///     steps: Some(7),
///     why: Box::new(limit.clone()),
/// };
/// assert_eq!(reason.cause(), &limit);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// There are more distinct states than allowed.
    StateLimit(NonZeroU64),
    /// The time was up.
    TimeLimit(Duration),
    /// The process needs more memory than allowed.
    MemoryLimit(MemoryLimit),
    /// A file with states or predecessors could not be written or read. The text is the
    /// error of the system.
    Storage(String),
    /// The run consisted of random walks, which cannot see everything.
    Simulated {
        /// The number of walks.
        walks: u64,
    },
    /// A person or a program interrupted the run.
    Interrupted,
    /// Another process of the run has stopped.
    Elsewhere {
        /// The number of that process.
        process: usize,
        /// Why it has stopped, in its own words.
        why: String,
        /// Whether it was interrupted.
        is_interrupted: bool,
    },
    /// The connection to another process of the run is lost.
    ConnectionLost(Peer),
    /// The run was stopped, and other processes did not confirm it.
    Unanswered {
        /// Why the run was stopped.
        why: Option<Box<Self>>,
        /// The processes that did not confirm; empty if they are not known.
        peers: Vec<Peer>,
        /// How long this process has waited for them.
        patience: Duration,
    },
    /// A violation was found, but no path to it that would show it.
    PathNotFound {
        /// The property that is violated.
        property: String,
        /// Steps from an initial state to the violation. None if there may be a nearer
        /// violation.
        steps: Option<u32>,
        /// Why the path to the violation was not found.
        why: Box<Self>,
    },
    /// The predecessors of a state on the path to a violation could not be read, by this
    /// process or by another one.
    PredecessorsUnreadable,
    /// Stateright's fingerprints and ours disagree about which states are equal. So a
    /// state was not explored, or was taken for another.
    Collision,
    /// A step does not make the rank of the state larger, so states may have been forgotten too
    /// early.
    RankNotGrowing,
    /// Within the bounds nothing violates a claim of runs, but a run leaves them before it is
    /// decided. The text is the name of the claim.
    LeavesBounds(String),
    /// The graph on which claims of runs are decided has more of something than it can hold. The
    /// text says of what, and how many it can hold.
    GraphTooLarge(String),
    /// The model panicked while its graph was made. The text is the message of the panic.
    ModelPanicked(String),
    /// The model is explored up to a symmetry that it does not have. The text says what states
    /// that differ only in names do not have in common.
    Asymmetric(String),
}

/// The most memory that a process may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryLimit {
    /// The limit in bytes.
    pub bytes: u64,
    /// Where the limit comes from, in words; none if the caller set it.
    pub of: Option<String>,
}

impl fmt::Display for MemoryLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // "1 MiB" instead of "1.0 MiB".
        let size = ByteSize(self.bytes).to_string().replace(".0 ", " ");
        write!(f, "memory limit of {size} reached")?;
        match &self.of {
            Some(of) => write!(f, " ({of})"),
            None => Ok(()),
        }
    }
}

/// A process of a run that several processes make together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// Its number, counted from 0.
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
    /// The innermost reason: why the path was not found, for [`Reason::PathNotFound`];
    /// otherwise the reason itself.
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
            Self::Storage(error) => {
                write!(f, "a file of the search cannot be written or read: {error}")
            }
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
                let peers = if peers.is_empty() {
                    "other processes".to_owned()
                } else {
                    peers.join(" and ")
                };
                write!(f, "{peers} did not answer in {} s", patience.as_secs_f64())
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
            Self::RankNotGrowing => f.write_str(
                "a step does not make the rank of the state larger: correct the model's rank",
            ),
            Self::LeavesBounds(claim) => write!(
                f,
                "{claim:?} is not violated within the bounds, but a run leaves them before it is \
                 decided: make the bounds a guard of the actions, so that they are part of the model"
            ),
            Self::GraphTooLarge(most) => write!(f, "the graph has more than {most}"),
            Self::ModelPanicked(message) => write!(f, "the model panicked: {message}"),
            Self::Asymmetric(differs) => {
                write!(
                    f,
                    "the model does not have the symmetry that it tells: {differs}"
                )
            }
            Self::Collision => {
                f.write_str("fingerprint collision: a state was not explored, or taken for another")
            }
        }
    }
}
