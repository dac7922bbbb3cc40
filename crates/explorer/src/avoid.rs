//! From which step on a violation could not be avoided any more.
//!
//! A violation can be *avoided* in a state if some run from it that cannot be continued within
//! the bounds, or that goes on for ever, does not meet it.

use crate::place::{Place, Run};
use std::collections::HashMap;
use std::hash::Hash;
use synod_checker::fingerprint::fingerprint;
use synod_checker::{Progress, catch};
use synod_vocabulary::{Claim, Describe};

/// The most states that are looked at.
const MOST: usize = 300_000;

/// The most steps of a run that is looked at. The states of a mutant may grow without end, and a
/// run through ever larger states would fill the memory. No run within the bounds of a spec that
/// can be explored comes close to it.
const LONGEST: usize = 2_000;

/// The number of the step of a run after which every run violates the claim: 0 if every run
/// does, none if it can be avoided after all steps.
///
/// # Errors
/// Why it is not known.
pub(crate) fn avoidance<M>(
    model: &M,
    place: &Place,
    claim: &str,
    progress: &Progress,
) -> Result<Option<usize>, String>
where
    M: Describe<State: Clone + Hash>,
{
    let run = Run::of(model, place).map_err(|changed| changed.why)?;
    let claims = model.claims();
    let claim = claims.iter().find(|known| known.name == claim);
    let mut search = Avoidance {
        model,
        claim,
        known: HashMap::new(),
        progress,
    };
    let mut states = vec![&run.initial];
    states.extend(run.steps.iter().filter_map(|step| step.after.as_ref().ok()));
    // From the last state backwards: a violation that can be avoided after a step could be
    // avoided before it.
    for (number, state) in states.into_iter().enumerate().rev() {
        match search.is_avoidable(state) {
            None => return Err("there are too many states to tell".to_owned()),
            Some(true) => return Ok((number < run.steps.len()).then_some(number + 1)),
            Some(false) => {}
        }
    }
    Ok(Some(0))
}

struct Avoidance<'a, M: Describe> {
    model: &'a M,
    /// The claim whose violation is to be avoided; none if it is a panic.
    claim: Option<&'a Claim<M>>,
    /// Of each state that was met, whether all runs from it are known to meet the violation.
    known: HashMap<u64, bool>,
    progress: &'a Progress,
}

/// A state on the way from the one that is asked about, and the successors still to be tried.
struct OnTheWay<S> {
    state: u64,
    successors: Vec<S>,
}

impl<M: Describe<State: Clone + Hash>> Avoidance<'_, M> {
    /// Whether the violation can be avoided in a state; none if that would take too long.
    /// After the first state for which it is, nothing more may be asked.
    fn is_avoidable(&mut self, state: &M::State) -> Option<bool> {
        let mut way = Vec::new();
        if self.goes_on_for_ever_or_ends(state, &mut way) {
            return Some(true);
        }
        while let Some(here) = way.last_mut() {
            let Some(next) = here.successors.pop() else {
                self.known.insert(here.state, true);
                way.pop();
                continue;
            };
            if self.known.len() >= MOST || way.len() >= LONGEST || self.progress.is_stopped() {
                return None;
            }
            if self.goes_on_for_ever_or_ends(&next, &mut way) {
                return Some(true);
            }
        }
        Some(false)
    }

    /// Adds a state to the way, unless all its runs are known to meet the violation. True if it
    /// ends a run that does not: nothing follows it, or it is on the way already.
    fn goes_on_for_ever_or_ends(
        &mut self,
        state: &M::State,
        way: &mut Vec<OnTheWay<M::State>>,
    ) -> bool {
        let here = fingerprint(state);
        if let Some(is_doomed) = self.known.get(&here) {
            return !is_doomed;
        }
        let successors = self.successors(state);
        let is_violated = match (&successors, self.claim) {
            (None, _) => self.claim.is_none(),
            (Some(_), Some(claim)) => catch(|| (claim.holds)(self.model, state)) != Ok(true),
            (Some(_), None) => false,
        };
        self.known.insert(here, is_violated);
        self.progress.add(1, 0, 0, 0);
        if is_violated {
            return false;
        }
        let successors = successors.unwrap_or_default();
        let is_last = successors.is_empty();
        way.push(OnTheWay {
            state: here,
            successors,
        });
        is_last
    }

    /// The states after a state within the bounds; none if a step panics.
    fn successors(&self, state: &M::State) -> Option<Vec<M::State>> {
        let model = self.model;
        let next = catch(|| {
            let next = model.next_states(state).into_iter();
            next.filter(|next| model.within_boundary(next)).collect()
        });
        next.ok()
    }
}
