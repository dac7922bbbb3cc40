//! How a model describes its states and steps to a person: the same trait for
//! all, so that every model reads alike in a terminal, in JSON and in the
//! Explorer.

use crate::claim::{Claim, Witness};
use stateright::Model;
use std::fmt;
use std::ops::ControlFlow;

/// A variable of a state and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name of the variable, without its process.
    pub variable: &'static str,
    /// The same for programs: a name that can be typed.
    pub key: &'static str,
    /// Whose variable it is; none for variables of all.
    pub process: Option<String>,
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

    /// A variable of all.
    pub const fn of_all(variable: &'static str, value: Value) -> Self {
        Self {
            variable,
            key: variable,
            process: None,
            value,
        }
    }

    /// The same with another name for programs.
    #[must_use]
    pub fn with_key(self, key: &'static str) -> Self {
        Self { key, ..self }
    }

    /// The name of the variable, with its process.
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

/// The value of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// One value.
    One(String),
    /// A set, in a fixed order of its elements.
    Set(Vec<String>),
}

impl Value {
    /// One value, as it is printed.
    pub fn one(value: impl fmt::Display) -> Self {
        Self::One(value.to_string())
    }

    /// A set, its elements as they are printed.
    pub fn set(elements: impl IntoIterator<Item = impl fmt::Display>) -> Self {
        let elements = elements.into_iter().map(|element| element.to_string());
        Self::Set(elements.collect())
    }
}

/// A picture of a state in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What it shows, and how to read it.
    pub caption: &'static str,
    /// The picture, of lines.
    pub drawing: String,
}

/// A model that describes its states and steps, and says what it claims. Only
/// the first two have no default.
pub trait Describe: Model {
    /// The variables of a state and their values, always the same variables
    /// in the same order.
    fn fields(&self, state: &Self::State) -> Vec<Field>;

    /// A step in words: who does what.
    fn step_name(&self, action: &Self::Action) -> String;

    /// The kinds of steps that there are, by name.
    fn kinds(&self) -> Vec<String> {
        Vec::new()
    }

    /// Which of the kinds a step is of.
    fn kind(&self, _: &Self::Action) -> usize {
        0
    }

    /// What the states met so far are made of, if they are made of parts that
    /// are kept once: how many of which.
    fn made_of(&self) -> Vec<(&'static str, usize)> {
        Vec::new()
    }

    /// The state without the marks that properties of steps have left in it; none
    /// if it has none.
    fn without_marks(&self, _: &Self::State) -> Option<Self::State> {
        None
    }

    /// Takes each step that there may be from a state, after `tell` was told
    /// what it is: where taking one panics, the last that was told is to blame.
    /// A model whose steps are actions needs none of this.
    fn try_steps(&self, _: &Self::State, _tell: &mut dyn FnMut(String)) {}

    /// Shows the initial states one by one, until `visit` breaks off: of some
    /// models there are too many to be made at once.
    fn for_each_initial(&self, visit: &mut dyn FnMut(Self::State) -> ControlFlow<()>) {
        let _ = self.init_states().into_iter().try_for_each(visit);
    }

    /// What there is to know of an initial state, a line a variable: nothing
    /// where there is only one.
    fn begins(&self, _: &Self::State) -> Vec<String> {
        Vec::new()
    }

    /// What a step changed, a line a variable.
    fn changes(&self, before: &Self::State, after: &Self::State) -> Vec<String> {
        changes(&self.fields(before), &self.fields(after))
    }

    /// What is claimed of every reachable state.
    fn claims(&self) -> Vec<Claim<Self>> {
        Vec::new()
    }

    /// A picture of a state in characters, if there is one. Stateright's
    /// `as_svg` draws the other.
    fn figure(&self, _: &Self::State) -> Option<Figure> {
        None
    }

    /// Each claim that does not hold in this state, and why, a line each.
    fn violations(&self, state: &Self::State) -> Vec<String> {
        let claims = self.claims().into_iter();
        let violated = claims.filter_map(|claim| {
            let witness = (claim.check)(self, state).err()?;
            Some(format!("{} is violated: {witness}", claim.name))
        });
        violated.collect()
    }

    /// Why the named claim does not hold in this state, if it does not.
    fn witness(&self, claim: &str, state: &Self::State) -> Option<Witness> {
        let claims = self.claims();
        let claim = claims.iter().find(|candidate| candidate.name == claim)?;
        (claim.check)(self, state).err()
    }
}

/// How the variables of a state differ from those of the one before, a line a
/// variable.
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
        (before, after) => vec![format!("{name}: {before} → {after}")],
    }
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
