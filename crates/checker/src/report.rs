//! What a run found, and what may be said of it.

use crate::coverage::Exploration;
use bytesize::ByteSize;
use stateright::{Expectation, Model};
use std::fmt;
use std::num::NonZeroU64;
use std::time::Duration;

/// The verdict on a model or on one property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The whole space within the bounds was explored and agrees.
    Holds,
    /// An `always` property has a counterexample, or a `sometimes` property
    /// has no example in the whole space.
    Violated,
    /// The run ended before it could tell.
    Inconclusive,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Holds => "holds",
            Self::Violated => "violated",
            Self::Inconclusive => "inconclusive",
        })
    }
}

/// Why a run ended before it was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// There are more distinct states than allowed.
    StateLimit(NonZeroU64),
    /// There was no more time.
    TimeLimit(Duration),
    /// The process has grown to this many bytes.
    MemoryLimit(u64),
    /// A file for states that wait could not be written or read, as the system tells.
    Storage(String),
    /// These were random walks: they cannot see everything.
    Simulated {
        /// How many.
        walks: u64,
    },
    /// Somebody interrupted it.
    Interrupted,
    /// Another process of the run has stopped.
    Elsewhere {
        /// Which process.
        process: usize,
        /// Why it has, in words.
        why: String,
        /// Whether somebody interrupted it.
        is_interrupted: bool,
    },
    /// Another process of the run is gone, or the connection to it.
    Lost {
        /// Which process.
        process: usize,
        /// Its address.
        host: String,
    },
    /// A violation was found, and no counterexample that shows it.
    Untold {
        /// The property that is violated.
        property: &'static str,
        /// Steps from an initial state to the violation, if it is known that
        /// there is none that is nearer.
        steps: Option<u32>,
        /// Why the way to the violation was not found.
        why: Box<Self>,
    },
    /// The way to a violation could not be read back, here or by another process.
    NoWayBack,
    /// The run was stopped, and other processes did not say that they heard it.
    Unanswered {
        /// Why it was stopped.
        why: String,
        /// Which processes, and where.
        who: String,
        /// How long it has waited for them.
        patience: Duration,
    },
    /// Stateright's fingerprints and ours tell other states apart: a state was
    /// not explored, or taken for another.
    Collision,
}

impl Reason {
    /// The reason itself, or of a counterexample that was not found the reason why.
    pub fn cause(&self) -> &Self {
        match self {
            Self::Untold { why, .. } => why.cause(),
            other => other,
        }
    }

    /// The same, where a limit of memory is that of the whole process: the
    /// checker is told only what there is for states.
    #[must_use]
    pub fn of_process(self, limit: u64) -> Self {
        match self {
            Self::MemoryLimit(_) => Self::MemoryLimit(limit),
            Self::Untold {
                property,
                steps,
                why,
            } => Self::Untold {
                property,
                steps,
                why: Box::new(why.of_process(limit)),
            },
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
            Self::MemoryLimit(bytes) => write!(f, "memory limit of {} reached", size(*bytes)),
            Self::Storage(error) => write!(f, "a file for states that wait: {error}"),
            Self::Simulated { walks: 1 } => f.write_str("a random walk cannot see everything"),
            Self::Simulated { walks } => {
                write!(f, "{walks} random walks cannot see everything")
            }
            Self::Interrupted => f.write_str("interrupted"),
            Self::Elsewhere { process, why, .. } => {
                write!(f, "process {process} has stopped: {why}")
            }
            Self::Lost { process, host } => {
                write!(f, "lost the connection to process {process} at {host}")
            }
            Self::Unanswered { why, who, patience } => {
                let seconds = patience.as_secs_f64();
                write!(f, "{why}; {who} did not answer in {seconds} s")
            }
            Self::Untold {
                property,
                steps,
                why,
            } => {
                write!(f, "{property} is violated")?;
                if let Some(steps) = steps {
                    write!(f, " after {}", told_steps(*steps))?;
                }
                write!(f, "; the counterexample could not be found: {why}")
            }
            Self::NoWayBack => f.write_str(
                "where the states on the way were reached from could not be read, here or by \
                 another process; a run without the checkpoint can tell it",
            ),
            Self::Collision => {
                f.write_str("fingerprint collision: a state was not explored, or taken for another")
            }
        }
    }
}

/// Bytes as a person writes them.
fn size(bytes: u64) -> String {
    ByteSize(bytes).to_string().replace(".0 ", " ")
}

/// A number of steps in words.
fn told_steps(steps: u32) -> String {
    match steps {
        1 => "1 step".to_owned(),
        steps => format!("{steps} steps"),
    }
}

/// The verdict on one property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyReport {
    /// Its name.
    pub name: &'static str,
    /// `always` or `sometimes`.
    pub expectation: Expectation,
    /// The verdict. Inconclusive with a length: a violation was seen so many
    /// steps away, but no path to it was found, and so nobody can look at it.
    pub verdict: Verdict,
    /// Steps from the initial state to the nearest counterexample (`always`)
    /// or example (`sometimes`), if one was found. None in a run of Stateright
    /// that was cut: there might be a nearer one.
    pub length: Option<u32>,
}

impl PropertyReport {
    /// `always` or `sometimes`.
    pub const fn kind(&self) -> &'static str {
        match self.expectation {
            Expectation::Always => "always",
            Expectation::Sometimes => "sometimes",
            Expectation::Eventually => "eventually",
        }
    }
}

/// A state on a path, and the action that led to it; none to the first state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<S, A> {
    /// The action, unless this is the initial state.
    pub action: Option<A>,
    /// The state after it.
    pub state: S,
}

/// A path from an initial state to a state that violates an `always` property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counterexample<S, A> {
    /// The property.
    pub property: &'static str,
    /// The path. The number of actions is the length.
    pub steps: Vec<Step<S, A>>,
    /// Whether no shorter one exists: not so if a run of Stateright was cut, or
    /// on a random walk.
    pub is_shortest: bool,
    /// The seed of the random walk that found it, if it was one.
    pub seed: Option<u64>,
    /// How the model panics in the last state, if that is what is violated.
    pub panic: Option<Panic<A>>,
}

/// How a model panics in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panic<A> {
    /// What it was doing.
    pub during: During<A>,
    /// What the panic said, and where in the source.
    pub message: String,
}

/// What a model was doing when it panicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum During<A> {
    /// It judged the state by this property.
    Property(&'static str),
    /// It took a step from the state: this action, unless it was about to say
    /// which actions there are.
    Step(Option<A>),
}

impl<S, A> Counterexample<S, A> {
    /// The number of steps, with the one that panics.
    pub fn length(&self) -> usize {
        let panic = self.panic.as_ref().map(|panic| &panic.during);
        let panics = matches!(panic, Some(During::Step(_)));
        self.steps.len().saturating_sub(1) + usize::from(panics)
    }
}

/// What a run found.
///
/// `states`, `generated` and `depth` count whole levels of the breadth-first
/// order: all of them if the run explored everything; those up to the level of
/// the violation if it ended with one. They are the same for every engine and
/// number of threads. Only an inconclusive run counts whatever it saw.
pub struct Report<M: Model> {
    /// The verdict on the model.
    pub verdict: Verdict,
    /// Why the run ended early, if it did.
    pub reason: Option<Reason>,
    /// Distinct states.
    pub states: u64,
    /// States generated, repetitions included: initial states and transitions.
    pub generated: u64,
    /// States on the longest of the shortest paths, the initial state being 1.
    pub depth: u32,
    /// Upper bound of the probability that a fingerprint collision hid a state,
    /// from all states that were given one: if the run ended with a violation,
    /// some of them lie beyond its level, and not as many in every run.
    pub collision_probability: f64,
    /// What the run has been through; not under Stateright's searches.
    pub exploration: Option<Exploration>,
    /// Wall time.
    pub elapsed: Duration,
    /// A verdict for each property, in the model's order.
    pub properties: Vec<PropertyReport>,
    /// For each violated `always` property its own, nearest first.
    pub counterexamples: Vec<Counterexample<M::State, M::Action>>,
}

impl<M: Model> Report<M> {
    /// The report on a property.
    pub fn property(&self, name: &str) -> Option<&PropertyReport> {
        self.properties
            .iter()
            .find(|property| property.name == name)
    }

    /// The counterexample to a property.
    pub fn counterexample(&self, name: &str) -> Option<&Counterexample<M::State, M::Action>> {
        let mut all = self.counterexamples.iter();
        all.find(|counterexample| counterexample.property == name)
    }
}
