//! A panic of the model is a violation like any other: a state in which it
//! happens has a shortest path, and the run goes on to the end of its level.

use crate::engine::panic_message;
use crate::properties::is_found;
use crate::report::{Counterexample, During, Panic, PropertyReport, Step, Verdict};
use stateright::{Expectation, Model, Property};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

pub use synod_vocabulary::PANIC_FREEDOM;

/// Findings of a run are kept by property; two places more are for panics.
pub(crate) const fn places(properties: usize) -> usize {
    properties + 2
}

/// The place for states that cannot be judged: a property panics there.
pub(crate) const fn unjudgeable(properties: usize) -> usize {
    properties
}

/// The place for states that cannot be expanded: a step from there panics. They
/// are kept with the depth of what they would have led to.
pub(crate) const fn unexpandable(properties: usize) -> usize {
    properties + 1
}

/// The bits of both places. A run ends there, whatever else it waits for: of
/// what lies behind a panic nothing can be said.
pub(crate) const fn awaited(properties: usize) -> u64 {
    0b11 << properties
}

thread_local! {
    static CATCHING: Cell<u32> = const { Cell::new(0) };
    static HEARD: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs what may panic. A panic prints nothing, and becomes its message with
/// the place in the source.
///
/// # Errors
/// The message of the panic.
pub fn catch<R>(run: impl FnOnce() -> R) -> Result<R, String> {
    hear_panics();
    CATCHING.set(CATCHING.get() + 1);
    // What a panic leaves half done is not looked at again: models compute
    // states, and keep nothing of one that they did not finish.
    let outcome = catch_unwind(AssertUnwindSafe(run));
    CATCHING.set(CATCHING.get() - 1);
    outcome.map_err(|payload| {
        let heard = HEARD.take();
        heard.unwrap_or_else(|| panic_message(payload.as_ref()))
    })
}

/// Works on each of these, whichever of them panics; those that do.
pub(crate) fn for_each<T: Copy>(
    items: impl IntoIterator<Item = T>,
    mut work: impl FnMut(T),
) -> Vec<T> {
    let mut items = items.into_iter();
    let (mut at, mut panicked) = (None, Vec::new());
    while let Err(_message) = catch(|| {
        for item in items.by_ref() {
            at = Some(item);
            work(item);
        }
    }) {
        panicked.extend(at);
    }
    panicked
}

fn hear_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            if CATCHING.get() == 0 {
                return usual(panic);
            }
            let message = panic_message(panic.payload());
            let place = panic.location();
            HEARD.set(Some(match place {
                Some(place) => format!("{message} ({place})"),
                None => message,
            }));
        }));
    });
}

/// The steps from a state, up to one that panics.
pub(crate) fn steps_from<M: Model>(model: &M, state: &M::State) -> Vec<(M::Action, M::State)> {
    let mut steps = Vec::new();
    let _ = catch(|| {
        for (action, again) in actions_twice(model, state) {
            let next = model.next_state(state, action);
            let next = next.filter(|next| model.within_boundary(next));
            steps.extend(next.map(|next| (again, next)));
        }
    });
    steps
}

/// Each action of a state as two values: taking it uses it up, and there is no
/// copying it.
fn actions_twice<M: Model>(
    model: &M,
    state: &M::State,
) -> impl Iterator<Item = (M::Action, M::Action)> {
    let [mut actions, mut again] = [Vec::new(), Vec::new()];
    model.actions(state, &mut actions);
    model.actions(state, &mut again);
    actions.into_iter().zip(again)
}

/// The path to a state in which the model panics, with how it does; none if it
/// does not panic there.
pub(crate) fn counterexample<M: Model>(
    model: &M,
    properties: &[Property<M>],
    steps: Vec<Step<M::State, M::Action>>,
) -> Option<Counterexample<M::State, M::Action>> {
    let panic = panic_in(model, properties, &steps.last()?.state)?;
    Some(Counterexample {
        property: PANIC_FREEDOM,
        steps,
        is_shortest: true,
        seed: None,
        panic: Some(panic),
    })
}

fn panic_in<M: Model>(
    model: &M,
    properties: &[Property<M>],
    state: &M::State,
) -> Option<Panic<M::Action>> {
    let panic = |during, message| Some(Panic { during, message });
    for property in properties {
        if let Err(message) = catch(|| is_found(model, property, state)) {
            return panic(During::Property(property.name), message);
        }
    }
    let actions = match catch(|| actions_twice(model, state)) {
        Ok(actions) => actions,
        Err(message) => return panic(During::Step(None), message),
    };
    for (action, again) in actions {
        let taken = catch(|| {
            let next = model.next_state(state, action);
            next.is_some_and(|next| model.within_boundary(&next))
        });
        if let Err(message) = taken {
            return panic(During::Step(Some(again)), message);
        }
    }
    None
}

/// That a model panics, as a property that it violates.
pub(crate) fn property_report(length: Option<u32>) -> PropertyReport {
    PropertyReport {
        name: PANIC_FREEDOM,
        expectation: Expectation::Always,
        verdict: Verdict::Violated,
        length,
    }
}
