//! What there is to explore: a library of specs, each with its model.

use crate::explored::Explored;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use synod_vocabulary::Figure;

/// A spec, as a list shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// What it shows, in one line.
    pub about: String,
    /// The protocol.
    pub protocol: String,
    /// The mutant, if the protocol is one.
    pub mutant: Option<String>,
    /// The rule that the mutant drops, in a sentence.
    pub drops: Option<String>,
    /// The bounds in words.
    pub bounds: String,
    /// How long a check takes: `small`, `medium` or `large`.
    pub size: String,
    /// The expected verdict.
    pub expects: Option<String>,
    /// The property that is expected to be violated.
    pub property: Option<String>,
    /// The expected number of states.
    pub states: Option<u64>,
}

/// A spec that is explored.
pub struct Spec {
    /// As a list shows it.
    pub entry: Entry,
    /// The text of the spec, if there is one.
    pub text: Option<String>,
    /// The name of the same spec with the right protocol, if this is a mutant.
    pub paper: Option<String>,
    /// The model.
    pub model: Arc<dyn Explored>,
}

impl Spec {
    /// A model without the text of a run spec.
    pub fn of(entry: Entry, model: Arc<dyn Explored>) -> Self {
        Self {
            entry,
            text: None,
            paper: None,
            model,
        }
    }
}

/// A ballot that somebody has drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawnBallot {
    /// Its number.
    pub number: u64,
    /// Its decree.
    pub decree: String,
    /// The names of the priests of its quorum.
    pub quorum: Vec<String>,
    /// The names of those who voted.
    pub voters: Vec<String>,
}

/// A library of specs.
pub trait Library: Send + Sync {
    /// The spec with which a reader begins.
    fn opened(&self) -> Option<String> {
        None
    }

    /// All specs.
    fn entries(&self) -> Vec<Entry>;

    /// A spec by its name.
    ///
    /// # Errors
    /// There is none, or it has a mistake.
    fn open(&self, name: &str) -> Result<Spec, Refusal>;

    /// Judges ballots that somebody has drawn by the conditions of the paper.
    ///
    /// # Errors
    /// They are no ballots, or this library judges none.
    fn judge(&self, _ballots: &[DrawnBallot]) -> Result<Figure, Refusal> {
        Err(Refusal::new(
            "this library judges no ballots",
            "ask the explorer of the run specs",
        ))
    }
}

/// A library of one model.
pub struct Single(pub Spec);

impl Library for Single {
    fn opened(&self) -> Option<String> {
        Some(self.0.entry.name.clone())
    }

    fn entries(&self) -> Vec<Entry> {
        vec![self.0.entry.clone()]
    }

    fn open(&self, name: &str) -> Result<Spec, Refusal> {
        let known = &self.0;
        if known.entry.name != name {
            let help = format!("the only one here is {:?}", known.entry.name);
            return Err(Refusal::new(format!("there is no spec {name:?}"), help));
        }
        Ok(Spec {
            entry: known.entry.clone(),
            text: known.text.clone(),
            paper: known.paper.clone(),
            model: Arc::clone(&known.model),
        })
    }
}
