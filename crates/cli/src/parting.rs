//! The states in which two runs part, told in words.

use crate::find::steps;
use synod_report::difference::Trail;
use synod_report::trace::TraceStep;
use synod_report::{FoundState, NextStep, Parting};

/// A state that only one of the runs has on its level. `whose` run it is, in words.
pub(crate) fn on_one_side(trail: &Trail, whose: &str, state: &FoundState) -> Parting {
    Parting {
        about: format!(
            "only {whose} has this state on level {} (fingerprint {})",
            trail.level, state.fingerprint
        ),
        steps: steps(&state.steps),
    }
}

/// A state from which the new run takes other steps, as far as the new run alone tells; with
/// the step that is new, if that is certain.
pub(crate) fn source(trail: &Trail, state: &FoundState) -> Parting {
    if let Some(new) = new_step(trail, state) {
        return after(trail, "the new run", state, new);
    }
    let from = match state.steps.len() {
        0 | 1 => "the initial state",
        _ => "this state",
    };
    let before = match &trail.lost[..] {
        [] => "other steps could be taken before".to_owned(),
        lost => format!("a step could be taken before: {}", lost.join(" or ")),
    };
    Parting {
        about: format!(
            "from {from} (fingerprint {}) {before}; now: {}",
            state.fingerprint,
            listed(state.next.iter())
        ),
        steps: steps(&state.steps),
    }
}

/// The step from a state that is new, if it is certain that it is the only difference.
pub(crate) fn new_step<'a>(trail: &Trail, state: &'a FoundState) -> Option<&'a NextStep> {
    let next: Vec<_> = state.next.iter().map(|next| next.fingerprint).collect();
    let new = trail.new_step(state.fingerprint, &next)?;
    state.next.get(new)
}

/// A state from which the two runs take other steps, as both tell: with a step of the new
/// run, and with one of the old run.
pub(crate) fn source_of_both(trail: &Trail, old: &FoundState, new: &FoundState) -> Vec<Parting> {
    let only_in = |one: &'_ FoundState, other: &FoundState| {
        let is_only = |step: &&NextStep| other.next.iter().all(|it| it.step != step.step);
        one.next.iter().find(is_only).cloned()
    };
    let gained = only_in(new, old).map(|step| after(trail, "the new run", new, &step));
    let lost = only_in(old, new).map(|step| after(trail, "the old run", old, &step));
    gained.into_iter().chain(lost).collect()
}

/// The end of a step that only one of the runs takes.
fn after(trail: &Trail, whose: &str, before: &FoundState, step: &NextStep) -> Parting {
    let mut steps = steps(&before.steps);
    steps.push(TraceStep::from(step.step.clone()));
    let state = step.fingerprint;
    let is_new = trail.is_gained(state) || trail.is_lost(state);
    let about = if is_new {
        format!(
            "only {whose} takes the last step, and only it has the state after it on level {} (fingerprint {state})",
            trail.level
        )
    } else {
        format!("only {whose} takes the last step")
    };
    Parting { about, steps }
}

/// How many steps are named.
const NAMED: usize = 8;

fn listed<'a>(steps: impl ExactSizeIterator<Item = &'a NextStep>) -> String {
    let count = steps.len();
    let named = steps
        .take(NAMED)
        .filter_map(|next| next.step.action.as_deref());
    let named = named.collect::<Vec<_>>().join("; ");
    match count.saturating_sub(NAMED) {
        _ if count == 0 => "none".to_owned(),
        0 => named,
        more => format!("{named}; and {more} more"),
    }
}
