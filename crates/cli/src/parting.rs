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

/// A state from which the new run takes other steps, as far as the new run alone tells.
pub(crate) fn source(trail: &Trail, state: &FoundState) -> Parting {
    let next: Vec<_> = state.next.iter().map(|next| next.fingerprint).collect();
    if let Some(new) = trail.new_step(state.fingerprint, &next) {
        let mut steps = steps(&state.steps);
        steps.push(TraceStep::from(state.next[new].step.clone()));
        let about = "only the new run takes the last of these steps".to_owned();
        return Parting { about, steps };
    }
    let about = match &trail.lost[..] {
        [] => "from this state other steps could be taken before".to_owned(),
        lost => format!(
            "from this state a step could be taken before: {}",
            lost.join(" or ")
        ),
    };
    Parting {
        about: format!("{about}; now: {}", listed(state.next.iter())),
        steps: steps(&state.steps),
    }
}

/// A state from which the two runs take other steps, as both tell.
pub(crate) fn source_of_both(old: &FoundState, new: &FoundState) -> Parting {
    let only_in = |one: &FoundState, other: &FoundState| {
        let others = &other.next;
        let is_only = |step: &&NextStep| others.iter().all(|it| it.step != step.step);
        let only: Vec<_> = one.next.iter().filter(is_only).cloned().collect();
        only
    };
    let (gained, lost) = (only_in(new, old), only_in(old, new));
    let told = [("only the new run", &gained), ("only the old run", &lost)];
    let told = told.iter().filter(|(_, steps)| !steps.is_empty());
    let told: Vec<_> = told
        .map(|(whose, steps)| format!("{whose} can take: {}", listed(steps.iter())))
        .collect();
    Parting {
        about: format!("from this state {}", told.join("; ")),
        steps: steps(&new.steps),
    }
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
