//! A counterexample as an object. The fields of the types stand in alphabetical order:
//! so they are written.

use super::schema::{self, ReadError, SCHEMA};
use crate::listener::Checked;
use crate::trace::{Trace, TraceStep};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use synod_vocabulary::{self as vocabulary, Field};

/// A line of the file that `synod check --trace-out FILE` writes: one counterexample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TraceLine {
    /// When the run was made, if its result comes from a cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached_at: Option<String>,
    /// The counterexample.
    pub counterexample: Counterexample,
    /// The protocol of the spec.
    pub protocol: String,
    /// The version of the format: [`SCHEMA`].
    #[cfg_attr(feature = "schema", schemars(extend("const" = SCHEMA)))]
    pub schema: u32,
    /// The name of the spec.
    pub spec: String,
}

/// A run of the protocol that violates a property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Counterexample {
    /// How the run goes on for ever, if that is what violates the property.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cycle: Option<Cycle>,
    /// The last state, drawn as Figure 1 of the paper; empty if the model draws nothing.
    pub figure: String,
    /// Whether no run with fewer steps violates the property.
    pub is_shortest: bool,
    /// How many steps there are. The initial state is none.
    pub length: usize,
    /// The name of the property.
    pub property: String,
    /// The seed of the random walk that found it; none of an exhaustive search.
    pub seed: Option<u64>,
    /// The initial state, then each step with the state after it.
    pub steps: Vec<Step>,
    /// What is wrong in the last state, in a sentence.
    pub witness: Option<String>,
}

/// The end of a run that goes on for ever. Positions are those of [`Counterexample::steps`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cycle {
    /// After the last step the state is again the one at this position, and the steps that follow
    /// it repeat. If it is the last position, no step is possible, and the run is stuck.
    pub back_to: usize,
    /// From the state at this position on, the run waits for what never comes.
    pub since: usize,
}

/// A step of a [`Counterexample`], and the state after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Step {
    /// What happened, in words; none for the initial state.
    pub action: Option<String>,
    /// What the step changed, a line for each variable, for people. Of an initial state:
    /// how it differs from the one in which nothing has happened, if the model has several
    /// initial states.
    pub changes: Vec<String>,
    /// The whole state, for programs: the variables that all processes share, and for each
    /// process [`Value::Variables`]. Empty after a step that panics.
    pub state: BTreeMap<String, Value>,
}

/// A value in a state: in JSON a string, a list of strings, or an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Value {
    /// One value, as it is printed.
    One(String),
    /// The elements of a set, in a fixed order.
    Set(Vec<String>),
    /// The variables of one process, by name.
    Variables(BTreeMap<String, Self>),
}

impl TraceLine {
    /// Reads a line of such a file.
    ///
    /// # Errors
    /// The text has another schema, or is not such a line.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        schema::read(text)
    }

    /// The line of a counterexample.
    pub fn of(checked: &Checked<'_>, trace: &Trace) -> Self {
        Self {
            cached_at: checked.cached_at.map(str::to_owned),
            counterexample: Counterexample::of(trace),
            protocol: checked.subject.protocol.to_owned(),
            schema: SCHEMA,
            spec: checked.subject.name.to_owned(),
        }
    }
}

impl Counterexample {
    pub(super) fn of(trace: &Trace) -> Self {
        Self {
            cycle: trace.cycle.as_ref().map(Cycle::of),
            figure: trace.drawing().to_owned(),
            is_shortest: trace.is_shortest,
            length: trace.length(),
            property: trace.property.clone(),
            seed: trace.seed,
            steps: trace.steps.iter().map(Step::of).collect(),
            witness: trace.witness.clone(),
        }
    }
}

impl Cycle {
    const fn of(cycle: &synod_checker::Cycle) -> Self {
        Self {
            back_to: cycle.back_to,
            since: cycle.since,
        }
    }
}

impl Step {
    /// A step, as an object.
    pub fn of(step: &TraceStep) -> Self {
        Self {
            action: step.action.clone(),
            changes: step.changes.clone(),
            state: state(&step.state),
        }
    }
}

/// The variables of a state, as [`Step::state`] has them.
pub fn state(fields: &[Field]) -> BTreeMap<String, Value> {
    let mut state = BTreeMap::new();
    for field in fields {
        let (key, value) = (field.key.to_owned(), Value::of(&field.value));
        match &field.process {
            None => {
                state.insert(key, value);
            }
            Some(process) => {
                let of_process = state.entry(process.clone());
                let of_process = of_process.or_insert_with(|| Value::Variables(BTreeMap::new()));
                if let Value::Variables(variables) = of_process {
                    variables.insert(key, value);
                }
            }
        }
    }
    state
}

impl Value {
    fn of(value: &vocabulary::Value) -> Self {
        match value {
            vocabulary::Value::One(value) => Self::One(value.clone()),
            vocabulary::Value::Set(elements) => Self::Set(elements.clone()),
        }
    }
}
