//! What a run found, and what follows from it. All of this is data that serde can
//! write and read back.
//!
//! Read [`Report`] first: it has a [`Verdict`], a [`PropertyReport`] for each
//! property, a [`Counterexample`] for each violation, perhaps a [`Reason`] why the run
//! ended early, and an [`Exploration`] with more figures. The items without an
//! example are parts of [`Report`]; its example uses them.

mod exploration;
mod reason;

pub use exploration::{
    ActionCoverage, Branching, Copies, Distribution, Exploration, LevelSketch, SetFingerprint,
};
pub use reason::{MemoryLimit, Peer, Reason};

use crate::fingerprint::Width;
use serde::{Deserialize, Serialize};
use stateright::Model;
use std::convert::Infallible;
use std::fmt;
use std::time::Duration;

/// The verdict on a model or on one property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The whole space within the bounds was explored, and every property holds in it.
    Holds,
    /// An `always` property has a counterexample, or a `sometimes` property
    /// has no example in the whole space.
    Violated,
    /// The run ended before the verdict was known; [`Report::reason`] says why.
    Inconclusive,
}

impl Verdict {
    /// The verdict on two things of which both should hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Violated, _) | (_, Self::Violated) => Self::Violated,
            (Self::Holds, Self::Holds) => Self::Holds,
            _ => Self::Inconclusive,
        }
    }
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Expectation {
    /// Every state meets it.
    Always,
    /// Some state meets it.
    Sometimes,
    /// Each fair run meets it at some time: see [`crate::liveness`].
    Eventually,
}

impl Expectation {
    /// `always`, `sometimes` or `eventually`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Sometimes => "sometimes",
            Self::Eventually => "eventually",
        }
    }
}

/// The verdict on one property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PropertyReport {
    /// Its name.
    pub name: String,
    /// What it asks.
    #[serde(rename = "kind")]
    pub expectation: Expectation,
    /// The verdict. If it is inconclusive and there is a length, a violation was seen
    /// at this distance, but no path to it was found that would show it.
    pub verdict: Verdict,
    /// Steps from an initial state to the nearest counterexample (`always`) or example
    /// (`sometimes`), if one was found. None if there may be a nearer one: in random
    /// walks, and in a run of Stateright that ended early.
    pub length: Option<u32>,
}

/// A state on a path, and the action that led to it. No action led to the first state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step<S, A> {
    /// The action, unless this is the initial state.
    pub action: Option<A>,
    /// The state after it.
    pub state: S,
}

/// A path from an initial state to a state that violates an `always` property, or to the
/// example that the run waits for ([`Until::Example`](crate::Until::Example)); or, with a
/// [`Cycle`], a run that goes on for ever and never does what an `eventually` property claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counterexample<S, A> {
    /// The property: a position in [`Report::properties`].
    pub property: usize,
    /// The path, from the initial state on.
    pub steps: Vec<Step<S, A>>,
    /// Whether it is known that no shorter one exists. False for random walks, for a run of
    /// Stateright that ended early, and with a cycle: then the path to the cycle is a shortest
    /// one, and the cycle is short.
    pub is_shortest: bool,
    /// The seed of the random walk that found it; none for other engines.
    pub seed: Option<u64>,
    /// How the model panics in the last state, if the violated property is
    /// [`PANIC_FREEDOM`](crate::PANIC_FREEDOM).
    pub panic: Option<Panic<A>>,
    /// How the run goes on for ever, if that is what violates the property.
    #[serde(default)]
    pub cycle: Option<Cycle>,
}

/// The end of a run that goes on for ever. Positions are those of states on the path; the initial
/// state has position 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cycle {
    /// From here on the run waits for what never comes.
    pub since: usize,
    /// The last state is this one again, and the steps from here on repeat. If this is the last
    /// position, there are no steps: the run is stuck.
    pub back_to: usize,
}

/// How a model panics in a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panic<A> {
    /// What the model was doing.
    pub during: During<A>,
    /// The message of the panic, with its place in the source.
    pub message: String,
}

/// What a model was doing when it panicked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum During<A> {
    /// It evaluated this property in the state.
    Property(String),
    /// It took this action from the state. None if it was listing the actions.
    Step(Option<A>),
}

impl<S, A> Counterexample<S, A> {
    /// The number of steps, including the step that panics, if one does.
    pub fn length(&self) -> usize {
        let panic = self.panic.as_ref().map(|panic| &panic.during);
        let panics = matches!(panic, Some(During::Step(_)));
        self.steps.len().saturating_sub(1) + usize::from(panics)
    }
}

/// How a run was made: the engine, and those of its options that matter when results
/// are compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Method {
    /// The name of the engine.
    pub engine: String,
    /// The number of threads that explored, in each process.
    pub threads: usize,
    /// The number of processes; none if the engine runs in one process only.
    pub processes: Option<usize>,
    /// The seed of the hash of states, or of the first random walk.
    pub seed: u64,
    /// The number of bits of the hash by which states were told apart.
    pub fingerprint: Width,
    /// The number of bits of a state, if states are numbers and were told apart by them. Then no
    /// state can have been taken for another.
    #[serde(default)]
    pub exact: Option<u32>,
    /// Whether every finding has the smallest possible depth, even if the run ends
    /// early. So it is for breadth-first engines.
    pub finds_nearest: bool,
}

/// What a run found. `C` is the type of the counterexamples; [`Report::map`] changes it.
///
/// `states`, `generated` and `depth` count whole levels of the breadth-first order: all
/// levels if the run explored everything, the levels up to that of the violation if it
/// ended with one. They are the same for every engine and number of threads. Only an
/// inconclusive run counts everything that it saw.
///
/// ```
/// # mod model { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/counter.rs")); }
/// # use model::Counter;
/// # use synod_checker::{CheckError, Extras, Levels, Problem, Question, check};
/// use synod_checker::{Expectation, Verdict};
///
/// let question = Question::default();
/// let problem = Problem::new(Counter, Extras::default(), question, &Default::default())?;
/// let report = check(&problem, &Levels::default())?;
/// assert_eq!((report.verdict, report.states, report.depth), (Verdict::Violated, 8, 8));
/// let reaches = report.property("reaches 5").unwrap();
/// assert_eq!((reaches.verdict, reaches.length), (Verdict::Holds, Some(5)));
/// assert_eq!(reaches.expectation, Expectation::Sometimes);
/// let found = &report.counterexamples[0];
/// assert_eq!((found.steps.len(), found.is_shortest), (8, true));
/// # Ok::<(), CheckError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report<C> {
    /// How the run was made.
    pub method: Method,
    /// The verdict on the model.
    pub verdict: Verdict,
    /// Why the run ended early, if it did.
    pub reason: Option<Reason>,
    /// The number of distinct states.
    pub states: u64,
    /// The number of states generated, repetitions included: initial states and
    /// transitions.
    pub generated: u64,
    /// The number of states on the longest of the shortest paths; 1 if there are only
    /// initial states.
    pub depth: u32,
    /// Upper bound of the probability that a fingerprint collision hid a state. It
    /// counts every state that was fingerprinted. If the run ended with a violation some
    /// of these lie beyond the last level counted, and their number varies by run.
    pub collision_probability: f64,
    /// More figures of the run; none for Stateright's searches.
    pub exploration: Option<Exploration>,
    /// The wall-clock time of the run.
    pub elapsed: Duration,
    /// A verdict for each property in the model's order, and at the end one on
    /// [`PANIC_FREEDOM`](crate::PANIC_FREEDOM) if the model panicked.
    pub properties: Vec<PropertyReport>,
    /// A counterexample for each violated `always` property, the shortest first.
    pub counterexamples: Vec<C>,
}

/// A report whose counterexamples consist of the states and actions of a model.
pub type ModelReport<M> = Report<Counterexample<<M as Model>::State, <M as Model>::Action>>;

impl<C> Report<C> {
    /// The report on a property.
    pub fn property(&self, name: &str) -> Option<&PropertyReport> {
        self.properties
            .iter()
            .find(|property| property.name == name)
    }

    /// The report with each counterexample converted: into words, for instance, if the
    /// model's own states cannot be written with serde.
    ///
    /// ```
    /// # mod model { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/counter.rs")); }
    /// # use model::Counter;
    /// # use synod_checker::{CheckError, Extras, Levels, Problem, Question, check};
    /// # let question = Question::default();
    /// # let problem = Problem::new(Counter, Extras::default(), question, &Default::default())?;
    /// let report = check(&problem, &Levels::default())?;
    /// let in_words = report.map(|found| format!("{} steps", found.length()));
    /// assert_eq!(in_words.counterexamples, ["7 steps"]);
    /// # Ok::<(), CheckError>(())
    /// ```
    pub fn map<D>(self, mut counterexample: impl FnMut(C) -> D) -> Report<D> {
        let Ok(report) = self.try_map(|found| Ok::<_, Infallible>(counterexample(found)));
        report
    }

    /// Like [`map`](Self::map), for a conversion that may fail.
    ///
    /// # Errors
    /// That of the first counterexample that cannot be converted.
    pub fn try_map<D, E>(
        self,
        counterexample: impl FnMut(C) -> Result<D, E>,
    ) -> Result<Report<D>, E> {
        let mut report = self;
        let found = std::mem::take(&mut report.counterexamples);
        let converted = found.into_iter().map(counterexample);
        let converted = converted.collect::<Result<_, _>>()?;
        Ok(report.with_counterexamples(converted))
    }

    /// The report with these counterexamples.
    pub(crate) fn with_counterexamples<D>(self, counterexamples: Vec<D>) -> Report<D> {
        Report {
            counterexamples,
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
    /// This report, and what another run on the same model says of other properties. The figures
    /// stay those of this run; the time and the odds of a collision are those of both.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        let before = self.properties.len();
        self.properties.extend(other.properties);
        let others = other.counterexamples.into_iter();
        self.counterexamples
            .extend(others.map(|found| Counterexample {
                property: before + found.property,
                ..found
            }));
        self.verdict = self.verdict.and(other.verdict);
        self.reason = self.reason.or(other.reason);
        self.elapsed += other.elapsed;
        // A state may be taken for another in each of them.
        self.method.exact = self.method.exact.and(other.method.exact);
        let collision = self.collision_probability + other.collision_probability;
        self.collision_probability = collision.min(1.0);
        self
    }

    /// The counterexample to a property.
    pub fn counterexample(&self, name: &str) -> Option<&Counterexample<S, A>> {
        let mut all = self.counterexamples.iter();
        all.find(|found| self.properties[found.property].name == name)
    }
}
