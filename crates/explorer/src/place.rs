//! Places: a state, named by the run that leads to it. Its steps are named in words, so
//! that a place outlives the build in which it was written down.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::hash::Hash;
use std::ops::ControlFlow;
use synod_checker::fingerprint::fingerprint;
use synod_checker::{Counterexample, catch};
use synod_vocabulary::{Describe, Field};

/// A state of a spec: the initial state in which its run begins, and the steps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The initial state; none if there is only one.
    #[serde(default)]
    pub begin: Option<Begin>,
    /// The steps in words, as choices name them.
    #[serde(default)]
    pub steps: Vec<String>,
}

/// An initial state among several.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// Its number among the initial states, from 0.
    pub number: u64,
    /// The digest of its variables.
    pub id: String,
}

/// The digest of the variables of a state: 16 hexadecimal digits.
pub(crate) fn digest(fields: &[Field]) -> String {
    let lines: Vec<_> = fields.iter().map(Field::to_string).collect();
    format!("{:016x}", fingerprint(&lines))
}

/// A step that a state offers.
pub(crate) struct NextStep<M: Describe> {
    /// Its name, which no other step of the state has.
    pub name: String,
    /// The action; none if listing the actions panics, so that only the name is known.
    pub action: Option<M::Action>,
    /// The next state, or how computing it panics.
    pub after: Result<M::State, String>,
    /// Whether the next state is within the bounds.
    pub is_within: bool,
}

/// The steps of a state. If listing them panics, only the step that does.
pub(crate) fn next_steps<M: Describe>(model: &M, state: &M::State) -> Vec<NextStep<M>> {
    let mut names = Names::default();
    let listed = catch(|| {
        let [mut actions, mut again] = [Vec::new(), Vec::new()];
        model.actions(state, &mut actions);
        model.actions(state, &mut again);
        actions.into_iter().zip(again)
    });
    let actions = match listed {
        Ok(actions) => actions,
        Err(message) => return vec![step_that_panics(model, state, message)],
    };
    let steps = actions.filter_map(|(action, again)| {
        let after = catch(|| {
            let next = model.next_state(state, again)?;
            let is_within = model.within_boundary(&next);
            Some((next, is_within))
        });
        let (after, is_within) = match after {
            Ok(None) => return None,
            Ok(Some((next, is_within))) => (Ok(next), is_within),
            Err(message) => (Err(message), true),
        };
        Some(NextStep {
            name: names.unique(model.step_name(&action)),
            action: Some(action),
            after,
            is_within,
        })
    });
    steps.collect()
}

fn step_that_panics<M: Describe>(model: &M, state: &M::State, message: String) -> NextStep<M> {
    let mut last = None;
    let tried = catch(|| model.try_steps(state, &mut |name| last = Some(name)));
    let name = last.filter(|_| tried.is_err());
    NextStep {
        name: name.unwrap_or_else(|| "a step".to_owned()),
        action: None,
        after: Err(message),
        is_within: true,
    }
}

/// Makes names unique: the second "x" becomes "x (2)".
#[derive(Default)]
struct Names(HashMap<String, usize>);

impl Names {
    fn unique(&mut self, name: String) -> String {
        let count = self.0.entry(name.clone()).or_default();
        *count += 1;
        match count {
            1 => name,
            count => format!("{name} ({count})"),
        }
    }
}

/// A run: its initial state, and each step with the state after it.
pub(crate) struct Run<M: Describe> {
    pub begin: Option<Begin>,
    pub initial: M::State,
    pub steps: Vec<NextStep<M>>,
    /// Why the steps that follow could not be taken, if so.
    pub changed: Option<Changed>,
}

/// Why a run is not possible any more: a part of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// The number of the step, from 1; 0 for the initial state.
    pub at: usize,
    /// The reason, in a sentence.
    pub why: String,
    /// The steps that are possible there.
    pub possible: Vec<String>,
}

impl<M: Describe<State: Clone>> Run<M> {
    /// The last state; none if the last step panics.
    pub fn last(&self) -> Option<&M::State> {
        match self.steps.last() {
            Some(step) => step.after.as_ref().ok(),
            None => Some(&self.initial),
        }
    }

    /// Takes the steps of a place as far as they go.
    pub fn of(model: &M, place: &Place) -> Result<Self, Changed> {
        let (begin, initial) = initial_state(model, place.begin.as_ref())?;
        let mut run = Self {
            begin,
            initial,
            steps: Vec::with_capacity(place.steps.len()),
            changed: None,
        };
        for (taken, name) in place.steps.iter().enumerate() {
            let next = run.last().map(|state| next_steps(model, state));
            match find(next.unwrap_or_default(), name) {
                Ok(step) => run.steps.push(step),
                Err((why, possible)) => {
                    run.changed = Some(Changed {
                        at: taken + 1,
                        why,
                        possible,
                    });
                    break;
                }
            }
        }
        Ok(run)
    }
}

/// The step of this name; or why it cannot be taken, and the names of those that can.
fn find<M: Describe>(
    mut next: Vec<NextStep<M>>,
    name: &str,
) -> Result<NextStep<M>, (String, Vec<String>)> {
    let found = next.iter().position(|step| step.name == name);
    match found {
        Some(found) if next[found].is_within => return Ok(next.swap_remove(found)),
        _ => {}
    }
    let why = match found {
        Some(_) => format!("“{name}” leads out of the bounds"),
        None => format!("“{name}” is not possible"),
    };
    let possible = next.into_iter().filter(|step| step.is_within);
    Err((why, possible.map(|step| step.name).collect()))
}

/// The initial state in which a run begins.
fn initial_state<M: Describe>(
    model: &M,
    begin: Option<&Begin>,
) -> Result<(Option<Begin>, M::State), Changed> {
    let refusal = |why: &str| Changed {
        at: 0,
        why: why.to_owned(),
        possible: Vec::new(),
    };
    let number = begin.map_or(0, |begin| begin.number);
    let (mut first, mut seen) = (None, 0);
    for_each_initial(model, &mut |state| {
        seen += 1;
        if seen > number && first.is_none() {
            first = Some(state);
        }
        // One more, to know whether there are several.
        if seen > number.max(1) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    let state = first.ok_or_else(|| refusal("there are not so many initial states"))?;
    let id = digest(&model.fields(&state));
    match begin {
        Some(begin) if begin.id != id => Err(refusal(
            "the initial state of this number has other variables than when the run was written down",
        )),
        Some(begin) => Ok((Some(begin.clone()), state)),
        None if seen == 1 => Ok((None, state)),
        None => Ok((Some(Begin { number, id }), state)),
    }
}

/// Passes the initial states within the bounds to `visit`, until it breaks off.
pub(crate) fn for_each_initial<M: Describe>(
    model: &M,
    visit: &mut dyn FnMut(M::State) -> ControlFlow<()>,
) {
    model.for_each_initial(&mut |state| {
        if model.within_boundary(&state) {
            visit(state)
        } else {
            ControlFlow::Continue(())
        }
    });
}

/// The place at the end of a counterexample, with the step that panics if one does.
pub(crate) fn place_of<M: Describe<State: Hash>>(
    model: &M,
    found: &Counterexample<M::State, M::Action>,
) -> Place {
    let first = found.steps.first();
    let begin = first.and_then(|first| begin_of(model, &first.state));
    let steps = found.steps.windows(2).filter_map(|pair| {
        let (before, after) = (&pair[0].state, &pair[1]);
        let (target, action) = (fingerprint(&after.state), after.action.as_ref()?);
        let name = model.step_name(action);
        let next = next_steps(model, before).into_iter();
        // Of several steps of one name the one that leads to this state.
        let mut same = next.filter(|step| {
            let leads_there = |state| fingerprint(state) == target;
            let is_named = step.name == name || step.name.starts_with(&format!("{name} ("));
            is_named && step.after.as_ref().is_ok_and(leads_there)
        });
        Some(same.next().map_or(name, |step| step.name))
    });
    let mut steps: Vec<_> = steps.collect();
    let last = found.steps.last().filter(|_| found.length() > steps.len());
    if let Some(last) = last {
        let next = next_steps(model, &last.state).into_iter();
        let panics = next.filter(|step| step.after.is_err());
        steps.extend(panics.map(|step| step.name).take(1));
    }
    Place { begin, steps }
}

/// Which of several initial states this is.
fn begin_of<M: Describe<State: Hash>>(model: &M, first: &M::State) -> Option<Begin> {
    let target = fingerprint(first);
    let (mut number, mut found) = (0, None);
    for_each_initial(model, &mut |state| {
        if found.is_none() && fingerprint(&state) == target {
            found = Some(number);
        }
        number += 1;
        if found.is_some() && number > 1 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    let number = found.filter(|_| number > 1)?;
    Some(Begin {
        number,
        id: digest(&model.fields(first)),
    })
}
