//! From a counterexample to a trace that can be told.

use crate::outcome::{Trace, TraceStep};
use synod_checker::{Counterexample, During, Panic, catch};
use synod_vocabulary::Describe;

/// Tells a counterexample in the words of its model.
pub(crate) fn tell<M: Describe>(
    model: &M,
    counterexample: &Counterexample<M::State, M::Action>,
) -> Trace {
    let steps = &counterexample.steps;
    let last = steps.last().map(|last| &last.state);
    let told = steps.iter().enumerate().map(|(position, step)| TraceStep {
        action: step.action.as_ref().map(|action| model.step_name(action)),
        changes: match position.checked_sub(1) {
            Some(before) => model.changes(&steps[before].state, &step.state),
            None => model.begins(&step.state),
        },
        state: model.fields(&step.state),
    });
    let panic = counterexample.panic.as_ref();
    let last_step = panic.zip(last);
    let last_step = last_step.and_then(|(panic, state)| step_that_panics(model, panic, state));
    Trace {
        property: counterexample.property.clone(),
        witness: match panic {
            Some(panic) => Some(how_it_panics(panic)),
            None => last
                .and_then(|last| model.witness(&counterexample.property, last))
                .map(|witness| witness.to_string()),
        },
        is_shortest: counterexample.is_shortest,
        seed: counterexample.seed,
        figure: last.and_then(|last| model.figure(last)).unwrap_or_default(),
        steps: told.chain(last_step).collect(),
    }
}

fn how_it_panics<A>(panic: &Panic<A>) -> String {
    match &panic.during {
        During::Property(name) => format!("{name} cannot be judged: {}", panic.message),
        During::Step(_) => format!("panic: {}", panic.message),
    }
}

/// The step that panics. After it there is no state.
fn step_that_panics<M: Describe>(
    model: &M,
    panic: &Panic<M::Action>,
    state: &M::State,
) -> Option<TraceStep> {
    let name = match &panic.during {
        During::Property(_) => return None,
        During::Step(Some(action)) => Some(model.step_name(action)),
        During::Step(None) => {
            let mut last = None;
            let tried = catch(|| model.try_steps(state, &mut |name| last = Some(name)));
            last.filter(|_| tried.is_err())
        }
    };
    Some(TraceStep {
        action: Some(name.unwrap_or_else(|| "a step".to_owned())),
        changes: vec!["panics".to_owned()],
        state: Vec::new(),
    })
}
