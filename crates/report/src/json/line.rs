//! The result of one spec as an object.

use super::change::Change;
use super::counterexample::Counterexample;
use super::exploration::Exploration;
use super::schema::{self, ReadError, SCHEMA};
use super::sorted::sorted;
use crate::comparison::{Comparison, worst_case};
use crate::listener::{Checked, Subject, UnusableFile};
use crate::outcome::Outcome;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use synod_checker::PropertyReport;
use synod_vocabulary::Expect;
use synod_vocabulary::time::Elapsed;

/// The result of one spec: one line of `synod check --format json`.
///
/// Every line has all fields; what is not known is `null` in JSON, or empty. A file that is
/// no run spec has a line too, with the verdict [`Verdict::Error`] and the reason.
///
/// # Examples
/// ```
/// use synod_report::json::{Line, Value, Verdict};
///
/// # let text = include_str!("../../examples/counterexample.json");
/// let line = Line::read(text)?; // text: what `synod check --format json SPEC` printed
/// assert_eq!((line.verdict, line.as_expected), (Verdict::Violated, Some(true)));
///
/// let found = line.counterexample.ok_or("a violation has a counterexample")?;
/// let last = found.steps.last().ok_or("there is an initial state at least")?;
/// let Some(Value::Variables(of_alpha)) = last.state.get("Α") else { panic!() };
/// assert_eq!(of_alpha["status"], Value::One("idle".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Line {
    /// The version of the format: [`SCHEMA`].
    #[cfg_attr(feature = "schema", schemars(extend("const" = SCHEMA)))]
    pub schema: u32,
    /// The file of the spec, or the name of a built-in one.
    pub spec: String,
    /// What the spec shows, in one line.
    pub about: Option<String>,
    /// The protocol.
    pub protocol: Option<String>,
    /// The mutant, if the protocol is one.
    pub mutant: Option<String>,
    /// The bounds, in words.
    pub bounds: Option<String>,
    /// The name of the engine.
    pub engine: Option<String>,
    /// How many threads explored, in each process.
    pub threads: Option<usize>,
    /// The seed of the hash of states, or of the first random walk.
    pub seed: Option<u64>,
    /// How many bits of the hash told states apart.
    pub fingerprint_bits: Option<u32>,
    /// The verdict.
    pub verdict: Verdict,
    /// Whether the result is what the spec expects; none if the run ended before that
    /// could be told.
    pub as_expected: Option<bool>,
    /// What the spec expects.
    #[serde(serialize_with = "sorted")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<Expect>"))]
    pub expected: Option<Expect>,
    /// Whether the spec must fail: it expects that a property is violated. Not known of a file
    /// that is no run spec.
    #[serde(default)]
    pub must_fail: Option<bool>,
    /// Whether what the spec must catch has escaped: it must fail, and the property that it
    /// names was not violated. No failure is worse.
    #[serde(default)]
    pub escaped: bool,
    /// Each thing that is not as expected, in words.
    pub differences: Vec<String>,
    /// Why the run ended early, or was not made.
    pub reason: Option<String>,
    /// Whether the figures of this run were just written into the file of the spec.
    #[serde(default)]
    pub pinned_anew: bool,
    /// When the run was made, if its result comes from a cache.
    #[serde(default)]
    pub cached_at: Option<String>,
    /// Distinct states.
    pub states: Option<u64>,
    /// The states of the whole space, if one of each orbit was explored; otherwise none.
    #[serde(default)]
    pub unreduced_states: Option<u64>,
    /// Generated states, repetitions included.
    pub generated: Option<u64>,
    /// The states on the longest of the shortest paths; an initial state has depth 1.
    pub depth: Option<u32>,
    /// What states are made of: how many parts of each kind there are; empty if they are
    /// not made of parts.
    pub made_of: BTreeMap<String, usize>,
    /// An upper bound of the probability that a fingerprint collision hid a state.
    pub collision_probability: Option<f64>,
    /// The number of bits of a state, if states are numbers and were told apart by them: then
    /// there are no collisions. Otherwise none.
    #[serde(default)]
    pub exact_bits: Option<u32>,
    /// Wall time.
    pub elapsed_seconds: Option<f64>,
    /// The most memory that the process had in use.
    pub peak_memory_bytes: Option<u64>,
    /// The verdict on each property, in the model's order.
    pub properties: Vec<Property>,
    /// What the run has explored; none if the engine does not tell.
    #[serde(serialize_with = "sorted")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<Exploration>"))]
    pub exploration: Option<Exploration>,
    /// The counterexample to the expected property, or else the shortest one.
    pub counterexample: Option<Counterexample>,
    /// What changed since the baseline; none if there is no baseline, or no difference.
    #[serde(default)]
    pub change: Option<Change>,
    /// How long it takes until everybody is done; none if no time passes in the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worst_case: Option<WorstCase>,
}

/// How long it takes until everybody is done, of a model in which time passes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WorstCase {
    /// The longest time from T_el, in units of Δ.
    pub deltas: Elapsed,
    /// A run that takes it; none if nobody has looked for it.
    pub run: Option<Counterexample>,
}

/// The verdict of a [`Line`]: one of the checker's three, or `error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "LineVerdict"))]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The whole space within the bounds was explored and meets every property.
    Holds,
    /// A property is violated.
    Violated,
    /// The run ended before it could tell, or was not begun.
    Inconclusive,
    /// The spec could not be checked.
    Error,
}

/// The verdict on one property, in a [`Line`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Property {
    /// The verdict. In JSON its fields stand beside `partner`.
    #[serde(flatten)]
    pub report: PropertyReport,
    /// Of a claim: the property that shows that the claim is put to use.
    pub partner: Option<String>,
}

impl Line {
    /// Reads a line that [`Json`](super::Json) wrote. Floating-point numbers may differ from
    /// what was written in their last digit.
    ///
    /// # Errors
    /// The text has another schema, or is not such a line.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        schema::read(text)
    }

    /// The line of a spec that was run.
    pub fn checked(checked: &Checked<'_>) -> Self {
        let outcome = &checked.outcome;
        let (report, method) = (&outcome.report, &outcome.report.method);
        let differences = match &checked.comparison {
            Comparison::Differs(differences) => differences.clone(),
            Comparison::AsExpected | Comparison::Undecided => Vec::new(),
        };
        Self {
            engine: Some(method.engine.clone()),
            threads: Some(method.threads),
            seed: Some(method.seed),
            fingerprint_bits: Some(method.fingerprint.bits()),
            as_expected: checked.comparison.as_expected(),
            differences,
            reason: report.reason.as_ref().map(ToString::to_string),
            pinned_anew: checked.pinned_anew,
            cached_at: checked.cached_at.map(str::to_owned),
            states: Some(report.states),
            unreduced_states: outcome.unreduced(),
            generated: Some(report.generated),
            depth: Some(report.depth),
            made_of: made_of(outcome),
            collision_probability: Some(report.collision_probability),
            exact_bits: method.exact,
            elapsed_seconds: Some(report.elapsed.as_secs_f64()),
            peak_memory_bytes: outcome.peak_memory,
            properties: properties(outcome),
            exploration: report.exploration.as_ref().map(Exploration::of),
            counterexample: outcome.trace().map(Counterexample::of),
            escaped: checked.has_escaped(),
            change: checked.change.as_ref().map(Change::of),
            worst_case: worst_case(report).map(|deltas| WorstCase {
                deltas,
                run: outcome.longest_run.as_ref().map(Counterexample::of),
            }),
            ..Self::about(&checked.subject, report.verdict.into())
        }
    }

    /// The line of a spec that was not run: see [`Listener::not_run`].
    ///
    /// [`Listener::not_run`]: crate::Listener::not_run
    pub fn not_run(subject: &Subject<'_>, why: &str, is_fault: bool) -> Self {
        let verdict = if is_fault {
            Verdict::Error
        } else {
            Verdict::Inconclusive
        };
        Self {
            reason: Some(format!("not run: {why}")),
            ..Self::about(subject, verdict)
        }
    }

    /// The line of a file that is no run spec.
    pub fn unusable(unusable: &UnusableFile<'_>) -> Self {
        Self {
            reason: Some(format!("{}; {}", unusable.why, unusable.help)),
            ..Self::empty(unusable.name, Verdict::Error)
        }
    }

    /// What is known of a spec before it is run.
    fn about(subject: &Subject<'_>, verdict: Verdict) -> Self {
        Self {
            about: Some(subject.about.to_owned()),
            protocol: Some(subject.protocol.to_owned()),
            mutant: subject.mutant.map(str::to_owned),
            bounds: Some(subject.bounds.to_owned()),
            expected: Some(subject.expect.clone()),
            must_fail: Some(subject.must_fail()),
            ..Self::empty(subject.name, verdict)
        }
    }

    fn empty(name: &str, verdict: Verdict) -> Self {
        Self {
            schema: SCHEMA,
            spec: name.to_owned(),
            about: None,
            protocol: None,
            mutant: None,
            bounds: None,
            engine: None,
            threads: None,
            seed: None,
            fingerprint_bits: None,
            verdict,
            as_expected: None,
            expected: None,
            must_fail: None,
            escaped: false,
            differences: Vec::new(),
            reason: None,
            pinned_anew: false,
            cached_at: None,
            states: None,
            unreduced_states: None,
            generated: None,
            depth: None,
            made_of: BTreeMap::new(),
            collision_probability: None,
            exact_bits: None,
            elapsed_seconds: None,
            peak_memory_bytes: None,
            properties: Vec::new(),
            exploration: None,
            counterexample: None,
            change: None,
            worst_case: None,
        }
    }
}

fn properties(outcome: &Outcome) -> Vec<Property> {
    let properties = outcome.properties().map(|(report, claimed)| {
        let partner = claimed.and_then(|claimed| claimed.partner);
        Property {
            report: report.clone(),
            partner: partner.map(str::to_owned),
        }
    });
    properties.collect()
}

fn made_of(outcome: &Outcome) -> BTreeMap<String, usize> {
    let parts = outcome.made_of.iter();
    let parts = parts.map(|&(part, count)| (part.replace(' ', "_"), count));
    parts.collect()
}

impl From<synod_checker::Verdict> for Verdict {
    fn from(verdict: synod_checker::Verdict) -> Self {
        match verdict {
            synod_checker::Verdict::Holds => Self::Holds,
            synod_checker::Verdict::Violated => Self::Violated,
            synod_checker::Verdict::Inconclusive => Self::Inconclusive,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Holds => "holds",
            Self::Violated => "violated",
            Self::Inconclusive => "inconclusive",
            Self::Error => "error",
        })
    }
}
