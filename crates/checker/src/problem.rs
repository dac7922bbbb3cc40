//! What is checked: a model, its properties, and what is asked of them. Built
//! once for a run, whichever engine makes it.

mod extras;
mod identity;
mod limits;

pub use extras::{Dictionary, Extras, Initial, Kinds, Storage, WithoutMarks};
pub use identity::Identity;
pub use limits::Limits;

use crate::error::CheckError;
use crate::progress::Progress;
use crate::report::Expectation;
use stateright::{Model, Property};
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;
use synod_vocabulary::PANIC_FREEDOM;

/// A model may have this many properties: a word has a bit for each, and two
/// for panics.
pub const MAX_PROPERTIES: usize = 62;

/// When a run may end before the whole space is explored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Until {
    /// At the first `always` property that is violated.
    #[default]
    FirstViolation,
    /// When this `always` property is violated, whatever else is.
    Violation(String),
    /// Never: every property gets its verdict.
    Exhausted,
}

/// What is asked of a model, by whichever engine.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// What is checked: a checkpoint of something else is refused, and so is a
    /// process that checks something else.
    pub identity: Identity,
    /// When the run ends early.
    pub until: Until,
    /// Distinct states at which the run ends inconclusive.
    pub max_states: Option<NonZeroU64>,
    /// Time after which the run ends inconclusive.
    pub timeout: Option<Duration>,
}

/// What is checked, and how far the run has come.
pub struct Problem<M: Model> {
    /// The model.
    pub model: M,
    /// Its properties: the bit of each is its position.
    pub properties: Vec<Property<M>>,
    /// What else it can tell.
    pub extras: Extras<M>,
    /// When the run ends early.
    pub until: Until,
    /// When the run has to end.
    pub limits: Limits,
    /// What is seen so far.
    pub progress: Arc<Progress>,
    identity: Identity,
}

impl<M: Model> Problem<M> {
    /// The problem of a run that begins now.
    ///
    /// # Errors
    /// The properties cannot be decided, or the awaited one is none of them.
    pub fn new(
        model: M,
        extras: Extras<M>,
        question: Question,
        progress: &Arc<Progress>,
    ) -> Result<Arc<Self>, CheckError> {
        let properties = model.properties();
        refuse_undecidable(&properties, &question.until)?;
        Ok(Arc::new(Self {
            model,
            properties,
            extras,
            until: question.until,
            limits: Limits::from_now(question.timeout, question.max_states, progress),
            progress: Arc::clone(progress),
            identity: question.identity,
        }))
    }

    /// What decides the problem, with the properties in their order.
    pub fn identity(&self) -> Identity {
        let identity = self.identity.clone().with("until", &self.until);
        let properties = self.properties.iter().enumerate();
        properties.fold(identity, |identity, (place, property)| {
            let name = format!("property {:?}", property.name);
            identity.with(name, &(expectation(property).name(), place))
        })
    }

    /// Why the search was stopped, if it was.
    pub fn stopped(&self) -> Option<crate::report::Reason> {
        self.progress.stopped()
    }
}

/// What a property asks. A problem has none that asks anything else.
pub fn expectation<M: Model>(property: &Property<M>) -> Expectation {
    match property.expectation {
        stateright::Expectation::Sometimes => Expectation::Sometimes,
        stateright::Expectation::Always | stateright::Expectation::Eventually => {
            Expectation::Always
        }
    }
}

fn refuse_undecidable<M: Model>(
    properties: &[Property<M>],
    until: &Until,
) -> Result<(), CheckError> {
    if properties.len() > MAX_PROPERTIES {
        return Err(CheckError::TooManyProperties {
            count: properties.len(),
            most: MAX_PROPERTIES,
        });
    }
    let mut all = properties.iter();
    if let Some(property) =
        all.find(|property| property.expectation == stateright::Expectation::Eventually)
    {
        return Err(CheckError::Eventually(property.name));
    }
    let always = properties.iter();
    let always = always.filter(|property| expectation(property) == Expectation::Always);
    let known: Vec<_> = always.map(|property| property.name).collect();
    match until {
        Until::Violation(name) if !known.contains(&name.as_str()) && name != PANIC_FREEDOM => {
            let name = name.clone();
            Err(CheckError::UnknownProperty { name, known })
        }
        _ => Ok(()),
    }
}
