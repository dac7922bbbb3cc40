//! What a run found, and what may be said of it: data that can be written and
//! read back.

mod exploration;
mod reason;

pub use exploration::{ActionCoverage, Branching, Copies, Distribution, Exploration};
pub use reason::{MemoryLimit, Peer, Reason};

use crate::fingerprint::Width;
use serde::{Deserialize, Serialize};
use stateright::Model;
use std::fmt;
use std::time::Duration;

/// The verdict on a model or on one property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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

/// What a property asks of the states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expectation {
    /// Every state meets it.
    Always,
    /// Some state meets it.
    Sometimes,
}

impl Expectation {
    /// `always` or `sometimes`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Sometimes => "sometimes",
        }
    }
}

/// The verdict on one property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyReport {
    /// Its name.
    pub name: String,
    /// What it asks.
    #[serde(rename = "kind")]
    pub expectation: Expectation,
    /// The verdict. Inconclusive with a length: a violation was seen so many
    /// steps away, but no path to it was found, and so nobody can look at it.
    pub verdict: Verdict,
    /// Steps from the initial state to the nearest counterexample (`always`)
    /// or example (`sometimes`), if one was found. None in a run of Stateright
    /// that was cut: there might be a nearer one.
    pub length: Option<u32>,
}

/// A state on a path, and the action that led to it; none to the first state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step<S, A> {
    /// The action, unless this is the initial state.
    pub action: Option<A>,
    /// The state after it.
    pub state: S,
}

/// A path from an initial state to a state that violates an `always` property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counterexample<S, A> {
    /// The place of the property among those of the report.
    pub property: usize,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panic<A> {
    /// What it was doing.
    pub during: During<A>,
    /// What the panic said, and where in the source.
    pub message: String,
}

/// What a model was doing when it panicked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum During<A> {
    /// It judged the state by this property.
    Property(String),
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

/// How a run was made: by which engine, and with which of its options that
/// results may be compared by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Method {
    /// The name of the engine.
    pub engine: String,
    /// How many threads explored, in each process.
    pub threads: usize,
    /// How many processes; none if the engine knows of no others.
    pub processes: Option<usize>,
    /// The seed of the hash of states, or of the first random walk.
    pub seed: u64,
    /// How many bits of the hash told states apart.
    pub fingerprint: Width,
    /// Whether what is found at all is found at its smallest depth first, even in
    /// a run that is cut.
    pub finds_nearest: bool,
}

/// What a run found. With counterexamples that can be written (`C`) so can the report; see
/// [`Report::map`].
///
/// `states`, `generated` and `depth` count whole levels of the breadth-first
/// order: all of them if the run explored everything; those up to the level of
/// the violation if it ended with one. They are the same for every engine and
/// number of threads. Only an inconclusive run counts whatever it saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report<C> {
    /// How the run was made.
    pub method: Method,
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
    pub counterexamples: Vec<C>,
}

/// What a run found of a model.
pub type ModelReport<M> = Report<Counterexample<<M as Model>::State, <M as Model>::Action>>;

impl<C> Report<C> {
    /// The report on a property.
    pub fn property(&self, name: &str) -> Option<&PropertyReport> {
        self.properties
            .iter()
            .find(|property| property.name == name)
    }

    /// The same with other counterexamples: in words, say, which can be written
    /// where the model's own states cannot.
    pub fn map<D>(self, counterexample: impl FnMut(C) -> D) -> Report<D> {
        let counterexamples = self.counterexamples.into_iter().map(counterexample);
        Report {
            counterexamples: counterexamples.collect(),
            method: self.method,
            verdict: self.verdict,
            reason: self.reason,
            states: self.states,
            generated: self.generated,
            depth: self.depth,
            collision_probability: self.collision_probability,
            exploration: self.exploration,
            elapsed: self.elapsed,
            properties: self.properties,
        }
    }
}

impl<S, A> Report<Counterexample<S, A>> {
    /// The counterexample to a property.
    pub fn counterexample(&self, name: &str) -> Option<&Counterexample<S, A>> {
        let mut all = self.counterexamples.iter();
        all.find(|found| self.properties[found.property].name == name)
    }
}
