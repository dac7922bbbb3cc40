//! Traces in the Informal Trace Format, found again as runs of a model.

use crate::explored::{Choice, Explored};
use crate::place::Place;
use crate::refusal::Refusal;
use serde::Deserialize;
use serde_json::Value;
use std::fmt;

/// The parts of a trace that say what was done.
#[derive(Deserialize)]
struct Trace {
    #[serde(rename = "#meta", default)]
    meta: Value,
    states: Vec<Value>,
}

/// A step of a trace, as far as the trace tells it.
struct Told {
    /// Its whole name, as `synod traces` writes it.
    step: Option<String>,
    /// The action, and the process that took it.
    action: Option<String>,
    process: Option<String>,
}

/// The run of a trace. Each step is found by its name, or else by its action and process.
///
/// # Errors
/// The text is no trace, or a step is not possible.
pub(crate) fn itf(model: &dyn Explored, text: &str) -> Result<Place, Refusal> {
    let trace: Trace = serde_json::from_str(text).map_err(|error| {
        let help = "a trace is a JSON object with `states`, as Apalache and Quint write it";
        Refusal::new(format!("this is no ITF: {error}"), help)
    })?;
    let mut place = Place {
        begin: serde_json::from_value(trace.meta["begin"].clone()).unwrap_or_default(),
        steps: Vec::new(),
    };
    for (number, state) in trace.states.iter().enumerate().skip(1) {
        let told = Told::of(state);
        let choices = model.choices(&place).unwrap_or_default();
        let found: Vec<_> = choices.iter().filter(|choice| told.is(choice)).collect();
        let [found] = found[..] else {
            let among = if found.is_empty() {
                choices.iter().collect()
            } else {
                found
            };
            let names: Vec<_> = among.iter().map(|choice| &*choice.step).collect();
            return Err(Refusal::new(
                format!("state {number}: {told}"),
                format!("possible are: {}", names.join("; ")),
            ));
        };
        place.steps.push(found.step.clone());
    }
    Ok(place)
}

impl Told {
    fn of(state: &Value) -> Self {
        let picks = &state["mbt::nondetPicks"];
        let text = |value: &Value| {
            let value = value.as_str().or_else(|| value["value"].as_str());
            value.map(str::to_owned)
        };
        Self {
            step: text(&picks["step"]),
            action: text(&state["mbt::actionTaken"]),
            process: text(&picks["process"]),
        }
    }

    /// Whether it may be this choice.
    fn is(&self, choice: &Choice) -> bool {
        if let Some(step) = &self.step {
            return choice.step == *step;
        }
        let has_taken = [Some(&choice.does), choice.kind.as_ref()].contains(&self.action.as_ref());
        has_taken && (self.process.is_none() || self.process == choice.process)
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.step, &self.action, &self.process) {
            (Some(step), ..) => write!(f, "“{step}” is not possible"),
            (_, Some(action), Some(process)) => {
                write!(
                    f,
                    "“{action}” of {process} is not one step that is possible"
                )
            }
            (_, Some(action), _) => write!(f, "“{action}” is not one step that is possible"),
            _ => f.write_str("it does not say in mbt::actionTaken how it was reached"),
        }
    }
}
