//! Figures of a run beyond the counts: its levels, how its states branch, and what each
//! kind of action has led to.

use crate::sketch::Sketch;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// Figures of a run beyond the counts.
///
/// ```
/// # mod model { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/counter.rs")); }
/// # use model::Counter;
/// # use synod_checker::{CheckError, Extras, Levels, Problem, Question, check};
/// # let question = Question::default();
/// # let problem = Problem::new(Counter, Extras::default(), question, &Default::default())?;
/// let exploration = check(&problem, &Levels::default())?.exploration.unwrap();
/// assert_eq!(exploration.levels, [1; 8]);
/// assert_eq!(exploration.branching.unwrap().max, 1);
/// # Ok::<(), CheckError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Exploration {
    /// The number of distinct states at each distance from the initial states, which
    /// come first.
    pub levels: Vec<u64>,
    /// How many transitions leave a state, over all states that were expanded; none if
    /// no state was.
    pub branching: Option<Branching>,
    /// What each kind of action led to; empty if the model does not tell kinds apart.
    pub actions: Vec<ActionCoverage>,
    /// The depth at which this run resumed from a checkpoint, if it did.
    pub resumed_at: Option<u32>,
    /// The states that exist only because of marks, if there are any. Known only for a
    /// run of [`crate::Levels`] that explored everything.
    pub copies: Option<Copies>,
    /// The number of states of the whole space, if one state was explored of each orbit: the
    /// sum of the sizes of the orbits. See [`synod_vocabulary::structure`].
    #[serde(default)]
    pub unreduced: Option<u64>,
    /// How many states waited in a file because memory was short.
    pub stored: u64,
    /// How the run was spread over workers, if the engine does that.
    pub distribution: Option<Distribution>,
    /// The fingerprint of the states of each level. Runs with the same hash of states
    /// (seed and bits) have the same fingerprints if they reach the same states.
    #[serde(default)]
    pub fingerprints: Vec<SetFingerprint>,
    /// By property, in their order, the state in which it was found violated (`always`) or
    /// met (`sometimes`): of the nearest ones that with the smallest fingerprint. None if
    /// there is no such state.
    #[serde(default)]
    pub found_in: Vec<Option<SetFingerprint>>,
    /// By level, what tells this run from another; empty unless
    /// [`Question::sketches`](crate::Question::sketches) asks for it.
    #[serde(default)]
    pub sketches: Vec<LevelSketch>,
}

/// The sketches of one level. Two runs are compared by them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LevelSketch {
    /// Of the states of the level.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub states: Sketch,
    /// Of the transitions that leave these states; none if the run ended before they were
    /// explored.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub steps: Option<Sketch>,
}

/// The fingerprint of a set of states, whatever their order: the sum of the fingerprints
/// (their first 64 bits) modulo 2⁶⁴. In JSON a text of 16 digits of base 16.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SetFingerprint(pub u64);

impl SetFingerprint {
    /// Adds the states of another set.
    pub const fn merge(&mut self, other: Self) {
        self.0 = self.0.wrapping_add(other.0);
    }

    /// Without the states of an earlier set.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Self {
        Self(self.0.wrapping_sub(earlier.0))
    }
}

impl fmt::Display for SetFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for SetFingerprint {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SetFingerprint".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "The fingerprint of a set of states, or of one state.",
            "type": "string",
            "pattern": "^[0-9a-f]{16}$",
        })
    }
}

impl Serialize for SetFingerprint {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SetFingerprint {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let number = u64::from_str_radix(&text, 16).ok();
        let number = number.filter(|_| text.len() == 16 && !text.starts_with('+'));
        number
            .map(Self)
            .ok_or_else(|| de::Error::custom("a fingerprint has 16 digits of base 16"))
    }
}

/// States that differ from other states only in their *marks*: what a step has left in a
/// state so that a property, which sees states only, can judge the step. They count as
/// distinct states, although they are no further states of the protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Copies {
    /// The number of these states.
    pub states: u64,
    /// The number of transitions that leave them.
    pub transitions: u64,
}

/// How a run was spread over processes and their workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Distribution {
    /// The number of processes.
    pub processes: usize,
    /// The number of workers in all processes together.
    pub workers: usize,
    /// The number of distinct states that this process owns.
    pub states_here: u64,
    /// The number of states that were sent to another worker, repetitions included.
    pub states_exchanged: u64,
    /// The bytes of these states, with their fingerprints, predecessors and context.
    pub bytes_exchanged: u64,
    /// Those of these bytes that were sent to another process.
    pub bytes_abroad: u64,
}

/// How many transitions leave a state.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Branching {
    /// The fewest.
    pub min: u64,
    /// The average.
    pub mean: f64,
    /// The smallest number that 95 % of the states do not exceed.
    pub percentile_95: u64,
    /// The most.
    pub max: u64,
}

/// What a kind of action led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ActionCoverage {
    /// Its name.
    pub name: String,
    /// The number of transitions by actions of this kind.
    pub enabled: u64,
    /// The number of distinct states that an action of this kind reached first. If
    /// several actions reach a state from the same level, the order of exploration
    /// decides which is the first, so this depends on the number of threads. None for
    /// random walks.
    pub new_states: Option<u64>,
    /// The number of these transitions that leave each level; empty if that is not known.
    #[serde(default)]
    pub levels: Vec<u64>,
    /// The fingerprint of the states that these transitions lead to, each as often as one
    /// does; none if that is not known.
    #[serde(default)]
    pub fingerprint: Option<SetFingerprint>,
}
