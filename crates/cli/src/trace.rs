//! From a counterexample to a trace that can be told.

use crate::outcome::{Trace, TraceStep};
use synod_checker::Counterexample;
use synod_models::narrate::Narrate;

/// Tells a counterexample in the words of its model.
pub(crate) fn tell<M: Narrate>(
    model: &M,
    counterexample: &Counterexample<M::State, M::Action>,
) -> Trace {
    let steps = &counterexample.steps;
    let last = steps.last();
    Trace {
        property: counterexample.property,
        witness: last
            .and_then(|last| model.witness(counterexample.property, &last.state))
            .map(|witness| witness.to_string()),
        is_shortest: counterexample.is_shortest,
        seed: counterexample.seed,
        figure: last.map_or_else(String::new, |last| model.figure(&last.state).to_string()),
        steps: steps
            .iter()
            .enumerate()
            .map(|(position, step)| TraceStep {
                action: step.action.as_ref().map(|action| model.step_name(action)),
                changes: match position.checked_sub(1) {
                    Some(before) => model.changes(&steps[before].state, &step.state),
                    None => model.begins(&step.state),
                },
                state: model.fields(&step.state),
            })
            .collect(),
    }
}
