//! Refusals: what is wrong with a call, and what would be right.

use crate::place::Changed;
use serde::Serialize;
use std::fmt;

/// Why a call is refused, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// What is wrong.
    pub error: String,
    /// What to do instead.
    pub help: String,
}

impl Refusal {
    /// A refusal in two sentences.
    pub fn new(error: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            error: error.into(),
            help: help.into(),
        }
    }

    pub(crate) fn of_changed(changed: &Changed) -> Self {
        let help = match &changed.possible[..] {
            [] => "begin at an initial state".to_owned(),
            possible => format!("possible are: {}", possible.join("; ")),
        };
        let step = match changed.at {
            0 => String::new(),
            at => format!("step {at}: "),
        };
        Self::new(step + &changed.why, help)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.error, self.help)
    }
}
