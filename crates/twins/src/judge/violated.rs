//! Judges an instance that expects a violation (a mutant): both sides must break the same
//! property, after equally many steps.

use super::behavior::{Behavior, describe_steps, indented, shortest_behavior};
use super::{Judge, Judged, steps};
use crate::results::Recorded;
use crate::search::explore;
use crate::tlc::Ending;
use crate::twin::Twin;

/// A shortest behavior that leads to a state that breaks a claim. `None` if the claim
/// holds, or if the model has no claim with this name.
pub(super) fn counterexample<M: Twin>(model: &M, property: &str) -> Option<Behavior> {
    let claims = model.claims();
    let claim = claims.iter().find(|claim| claim.name == property)?;
    let explored = explore(model, |state| !(claim.holds)(model, state));
    Some(shortest_behavior(model, &explored, explored.found?))
}

impl Judge<'_> {
    pub(super) fn violated<M: Twin>(&self, model: &M, property: &str) -> Judged {
        let in_rust = counterexample(model, property);
        let in_tlc = match &self.side.run.ending {
            Ending::Violated { property, behavior } => Some((property.as_str(), behavior)),
            _ => None,
        };
        match (&in_rust, in_tlc) {
            (Some(rust), Some((name, tlc)))
                if is_same_name(property, name) && rust.len() == tlc.len() =>
            {
                Judged::Equal(Recorded {
                    property: Some(property.to_owned()),
                    length: Some(rust.len() as u64 - 1),
                    ..self.recorded()
                })
            }
            _ => Judged::Differs(difference(property, in_rust.as_ref(), in_tlc)),
        }
    }
}

fn difference(
    property: &str,
    in_rust: Option<&Behavior>,
    in_tlc: Option<(&str, &Behavior)>,
) -> Vec<String> {
    let mut lines = Vec::new();
    let rust = in_rust.map(|behavior| (property, behavior));
    for (side, found) in [("Rust", rust), ("TLC", in_tlc)] {
        match found {
            Some((property, behavior)) => {
                lines.push(format!(
                    "{side}: {property} breaks after {}",
                    steps(behavior.len() as u64 - 1)
                ));
                lines.extend(indented(describe_steps(behavior)));
            }
            None => lines.push(format!("{side}: {property} holds")),
        }
    }
    lines
}

/// Whether a name in TLA+, which has no spaces, stands for a claim: `InvTheorem1` for
/// "Theorem 1", `Inv4` for "I4", `TypeOK` for "types".
fn is_same_name(claim: &str, name: &str) -> bool {
    if name == "TypeOK" {
        return claim == "types";
    }
    let (claim, name) = (letters(claim), letters(name));
    let without_inv = |name: &str| name.strip_prefix("inv").map(str::to_owned);
    let name = without_inv(&name).unwrap_or(name);
    name == claim || claim.strip_prefix('i') == Some(&name)
}

fn letters(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}
