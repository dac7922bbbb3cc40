//! States and steps in words. All models implement the same trait, so they read
//! alike in a terminal, in JSON and in the Explorer.
//!
//! Read [`Describe`] first, then [`Field`], of which states consist, and
//! [`changes`], which compares two states. The crate's page implements
//! [`Describe`] for a model of one counter.

use crate::claim::{Claim, Witness};
use crate::picture::{Deed, Figure, Forbidden, Message, Table};
use serde::Serialize;
use stateright::Model;
use std::fmt;
use std::ops::ControlFlow;

/// A variable of a state and its value.
///
/// ```
/// use synod_vocabulary::{Field, Value};
///
/// let voters = Field::of("p0", "voters", Value::set(["p0", "p2"]));
/// assert_eq!(voters.to_string(), "voters[p0] = {p0, p2}");
/// let sent = Field::of_all("𝓜", Value::set([""; 0])).with_key("messages");
/// assert_eq!((sent.to_string().as_str(), sent.key), ("𝓜 = ∅", "messages"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// The name of the variable, without its process.
    pub variable: &'static str,
    /// The name of the variable for programs: one that can be typed.
    pub key: &'static str,
    /// The process whose variable it is; none for a variable of the whole system.
    pub process: Option<String>,
    /// Where the process keeps it, if that is said.
    pub part: Option<Part>,
    /// Its value.
    pub value: Value,
}

impl Field {
    /// A variable of one process.
    pub fn of(process: impl fmt::Display, variable: &'static str, value: Value) -> Self {
        Self {
            process: Some(process.to_string()),
            ..Self::of_all(variable, value)
        }
    }

    /// A variable of the whole system.
    pub const fn of_all(variable: &'static str, value: Value) -> Self {
        Self {
            variable,
            key: variable,
            process: None,
            part: None,
            value,
        }
    }

    /// The same field, kept in this part of its process.
    #[must_use]
    pub fn in_part(self, part: Part) -> Self {
        Self {
            part: Some(part),
            ..self
        }
    }

    /// The same field with another name for programs.
    #[must_use]
    pub fn with_key(self, key: &'static str) -> Self {
        Self { key, ..self }
    }

    /// The name of the variable, followed by its process in brackets.
    pub fn name(&self) -> String {
        match &self.process {
            Some(process) => format!("{}[{process}]", self.variable),
            None => self.variable.to_owned(),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.name(), self.value)
    }
}

/// Where a process keeps a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// On its ledger: durable, it outlives a crash.
    Ledger,
    /// On its slip of paper: volatile, a crash loses it.
    Slip,
}

/// The value of a variable. Shown in the example of [`Field`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// One value.
    One(String),
    /// A set, in a fixed order of its elements.
    Set(Vec<String>),
}

impl Value {
    /// One value, as its `Display` prints it.
    pub fn one(value: impl fmt::Display) -> Self {
        Self::One(value.to_string())
    }

    /// A set of elements, each as its `Display` prints it.
    pub fn set(elements: impl IntoIterator<Item = impl fmt::Display>) -> Self {
        let elements = elements.into_iter().map(|element| element.to_string());
        Self::Set(elements.collect())
    }
}

/// A model that describes its states and steps, and states its claims. Only
/// [`fields`](Describe::fields) and [`step_name`](Describe::step_name) have no
/// default; the crate's page implements them.
pub trait Describe: Model {
    /// The variables of a state and their values: for every state the same
    /// variables in the same order.
    fn fields(&self, state: &Self::State) -> Vec<Field>;

    /// A step in words: which process does what.
    fn step_name(&self, action: &Self::Action) -> String;

    /// The names of the kinds of steps. By default steps have no kinds.
    fn kinds(&self) -> Vec<String> {
        Vec::new()
    }

    /// The kind of a step: a position in [`kinds`](Describe::kinds).
    fn kind(&self, _: &Self::Action) -> usize {
        0
    }

    /// Whether a step is possible in this state but changes nothing, so that the model
    /// leaves it out. A trace of an implementation may have such steps: it cannot always
    /// know that what it does changes nothing. By default no such step is known.
    fn changes_nothing(&self, _: &Self::State, _: &Self::Action) -> bool {
        false
    }

    /// For a model that stores each part of a state once and refers to it by
    /// number: the names of the kinds of parts, each with how many were met.
    fn made_of(&self) -> Vec<(&'static str, usize)> {
        Vec::new()
    }

    /// The state without its marks; none if it has no marks. A *mark* is what a
    /// step leaves in a state so that a property, which sees states only, can
    /// judge the step. States that differ only in their marks are one state of
    /// the protocol.
    fn without_marks(&self, _: &Self::State) -> Option<Self::State> {
        None
    }

    /// Takes every possible step from a state, and names each to `tell` before
    /// taking it. If a step panics, the name given last is the one that did. A
    /// model needs this only if it computes steps before it names them; otherwise
    /// the action names the step.
    fn try_steps(&self, _: &Self::State, _tell: &mut dyn FnMut(String)) {}

    /// Passes the initial states to `visit` one by one, until it breaks off.
    /// Some models have more initial states than fit in memory.
    fn for_each_initial(&self, visit: &mut dyn FnMut(Self::State) -> ControlFlow<()>) {
        let _ = self.init_states().into_iter().try_for_each(visit);
    }

    /// How an initial state differs from the usual one, a line a variable. Empty
    /// if the model has only one initial state.
    fn begins(&self, _: &Self::State) -> Vec<String> {
        Vec::new()
    }

    /// What a step changed, a line a variable.
    fn changes(&self, before: &Self::State, after: &Self::State) -> Vec<String> {
        changes(&self.fields(before), &self.fields(after))
    }

    /// The claims of every reachable state.
    fn claims(&self) -> Vec<Claim<Self>> {
        Vec::new()
    }

    /// The ballots of a state as a picture, if there are ballots.
    fn figure(&self, _: &Self::State) -> Option<Figure> {
        None
    }

    /// The names of the processes, in order. By default they are those of the
    /// [`fields`](Describe::fields).
    fn processes(&self) -> Vec<String> {
        Vec::new()
    }

    /// The messages that may arrive, or arrive again, each once for each copy.
    fn may_arrive(&self, _: &Self::State) -> Vec<Message> {
        Vec::new()
    }

    /// What a step does, for a picture.
    fn deed(&self, _: &Self::Action) -> Deed {
        Deed::default()
    }

    /// Tables that show a state.
    fn tables(&self, _: &Self::State) -> Vec<Table> {
        Vec::new()
    }

    /// The steps that a reader may look for in this state and that are not possible, each
    /// with the guard that forbids it.
    fn forbidden(&self, _: &Self::State) -> Vec<Forbidden> {
        Vec::new()
    }

    /// For a model that is wrong on purpose: what the right rule says against this step in
    /// this state. None if the right rule allows the step, with the same effect.
    fn objection(&self, _: &Self::State, _: &Self::Action) -> Option<String> {
        None
    }

    /// The claims that do not hold in this state, a line each, with its witness.
    fn violations(&self, state: &Self::State) -> Vec<String> {
        let claims = self.claims().into_iter();
        let violated = claims.filter_map(|claim| {
            let witness = (claim.check)(self, state).err()?;
            Some(format!("{} is violated: {witness}", claim.name))
        });
        violated.collect()
    }

    /// The witness against the named claim in this state; none if the claim holds,
    /// or no claim has this name.
    fn witness(&self, claim: &str, state: &Self::State) -> Option<Witness> {
        let claims = self.claims();
        let claim = claims.iter().find(|candidate| candidate.name == claim)?;
        (claim.check)(self, state).err()
    }
}

/// The process that takes a step, and what it does, from the name of the step: it begins
/// with the name of the process and a colon. No process, if the fields have none of this
/// name.
///
/// ```
/// use synod_vocabulary::describe::by_process;
/// use synod_vocabulary::{Field, Value};
///
/// let fields = [Field::of("p0", "vote", Value::one("none"))];
/// assert_eq!(by_process("p0: Vote", &fields), (Some("p0"), "Vote"));
/// assert_eq!(by_process("Inc { by: 1 }", &fields), (None, "Inc { by: 1 }"));
/// ```
pub fn by_process<'n>(name: &'n str, fields: &[Field]) -> (Option<&'n str>, &'n str) {
    let is_process = |process: &str| {
        let mut fields = fields.iter();
        fields.any(|field| field.process.as_deref() == Some(process))
    };
    match name.split_once(": ") {
        Some((process, does)) if is_process(process) => (Some(process), does),
        _ => (None, name),
    }
}

/// How the variables of a state differ from those of the state before it: a line
/// for each variable that changed, and for a set a line for what was removed and
/// one for what was added.
///
/// ```
/// use synod_vocabulary::describe::changes;
/// use synod_vocabulary::{Field, Value};
///
/// let state = |ballot: u32, voters: &[&str]| {
///     [Field::of_all("ballot", Value::one(ballot)), Field::of_all("voters", Value::set(voters))]
/// };
/// let lines = changes(&state(1, &["p0"]), &state(2, &["p0", "p1"]));
/// assert_eq!(lines, ["ballot: 1 → 2", "voters + p1"]);
/// ```
///
/// Of two values that are the `Debug` of the same struct, only the fields that differ have a
/// line:
///
/// ```
/// # use synod_vocabulary::describe::changes;
/// # use synod_vocabulary::{Field, Value};
/// #[derive(Debug)]
/// struct Node {
///     leads: bool,
///     log: Vec<&'static str>,
/// }
///
/// let state = |log: &[&'static str]| {
///     let node = Node { leads: true, log: log.to_vec() };
///     [Field::of(1, "process", Value::One(format!("{node:?}")))]
/// };
/// let lines = changes(&state(&["a"]), &state(&["a", "b, c"]));
/// assert_eq!(lines, [r#"process[1].log: ["a"] → ["a", "b, c"]"#]);
/// ```
pub fn changes(before: &[Field], after: &[Field]) -> Vec<String> {
    let fields = before.iter().zip(after);
    let changed = fields.filter(|(before, after)| before.value != after.value);
    let changes = changed.flat_map(|(before, after)| field_changes(before, after));
    changes.collect()
}

fn field_changes(before: &Field, after: &Field) -> Vec<String> {
    let name = after.name();
    match (&before.value, &after.value) {
        (Value::Set(before), Value::Set(after)) => {
            let without = |others: &[String], set: &[String]| -> Vec<String> {
                let missing = set.iter().filter(|element| !others.contains(element));
                missing.cloned().collect()
            };
            let (removed, added) = (without(after, before), without(before, after));
            [("−", removed), ("+", added)]
                .into_iter()
                .filter(|(_, elements)| !elements.is_empty())
                .map(|(sign, elements)| format!("{name} {sign} {}", elements.join(", ")))
                .collect()
        }
        (Value::One(before), Value::One(after)) => {
            let mut lines = Vec::new();
            push_changes(&name, before, after, &mut lines);
            lines
        }
        (before, after) => vec![format!("{name}: {before} → {after}")],
    }
}

/// A line for each field that differs, if both values are the `Debug` of the same struct; else
/// one line.
fn push_changes(name: &str, before: &str, after: &str, lines: &mut Vec<String>) {
    match (fields_of(before), fields_of(after)) {
        (Some((one, old)), Some((other, new)))
            if one == other
                && old
                    .iter()
                    .map(|field| field.0)
                    .eq(new.iter().map(|field| field.0)) =>
        {
            for ((field, before), (_, after)) in old.into_iter().zip(new) {
                if before != after {
                    push_changes(&format!("{name}.{field}"), before, after, lines);
                }
            }
        }
        _ => lines.push(format!("{name}: {before} → {after}")),
    }
}

/// The name and the fields of a struct, of its `Debug`.
fn fields_of(debug: &str) -> Option<(&str, Vec<(&str, &str)>)> {
    let (name, fields) = debug.split_once(" { ")?;
    let mut rest = fields.strip_suffix(" }")?;
    let is_name = |name: &str| name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !is_name(name) {
        return None;
    }
    let mut fields = Vec::new();
    while !rest.is_empty() {
        let end = end_of_field(rest)?;
        let (field, value) = rest[..end].split_once(": ")?;
        is_name(field).then(|| fields.push((field, value)))?;
        rest = rest[end..].trim_start_matches(", ");
    }
    Some((name, fields))
}

/// Where the first field ends: at a comma that is in no bracket and in no quotes. None if a
/// bracket closes that did not open.
fn end_of_field(fields: &str) -> Option<usize> {
    let (mut depth, mut quote, mut is_escaped) = (0_usize, None, false);
    for (place, character) in fields.char_indices() {
        match (quote, character) {
            _ if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(open), _) if open == character => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.checked_sub(1)?,
            (None, ',') if depth == 0 => return Some(place),
            _ => {}
        }
    }
    Some(fields.len())
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(value) => f.write_str(value),
            Self::Set(elements) if elements.is_empty() => f.write_str("∅"),
            Self::Set(elements) => write!(f, "{{{}}}", elements.join(", ")),
        }
    }
}
