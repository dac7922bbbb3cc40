//! Films: a run, each of its states with everything that a page shows of it.

use crate::place::{Begin, Changed, NextStep, Place, Run, digest};
use serde::Serialize;
use stateright::{Expectation, Property};
use synod_checker::{PANIC_FREEDOM, catch};
use synod_report::trace::TraceStep;
use synod_vocabulary::describe::{by_process, changes};
use synod_vocabulary::{Deed, Describe, Field, Figure, Happening, Message, Table};

/// A run with what a page shows of its states.
#[derive(Clone, Debug, Serialize)]
pub struct Film {
    /// The initial state, if there are several.
    pub begin: Option<Begin>,
    /// The steps that were taken.
    pub steps: Vec<String>,
    /// The states, from the one that was asked for; the initial state is number 0.
    pub views: Vec<View>,
    /// Why not all steps could be taken, if so.
    pub changed: Option<Changed>,
}

/// A state of a film, and the step that led to it.
#[derive(Clone, Debug, Serialize)]
pub struct View {
    /// A digest of the variables.
    pub id: String,
    /// The step in words; none for the initial state.
    pub action: Option<String>,
    /// The process that took the step.
    pub process: Option<String>,
    /// The step in words, without its process.
    pub does: Option<String>,
    /// The kind of the step.
    pub kind: Option<String>,
    /// What kind of thing happened.
    pub happens: Happening,
    /// The message that arrived.
    pub receives: Option<Message>,
    /// The messages that may arrive since this step.
    pub sends: Vec<Message>,
    /// What the right rule says against the step.
    pub objection: Option<String>,
    /// What the step changed, a line each; of an initial state, how it differs from the usual one.
    pub changes: Vec<String>,
    /// The variables.
    pub fields: Vec<Field>,
    /// The messages that may arrive.
    pub messages: Vec<Message>,
    /// The ballots.
    pub figure: Option<Figure>,
    /// Tables that show the state.
    pub tables: Vec<Table>,
    /// The claims that do not hold in the state.
    pub violations: Vec<Violation>,
    /// What is shown to happen in some state and happens in this one.
    pub reached: Vec<&'static str>,
}

/// A claim that does not hold in a state, or a panic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Its name.
    pub claim: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// What is wrong, in a sentence.
    pub witness: String,
}

impl Film {
    /// A film of the run to a place, from the state with the number `from` on.
    pub(crate) fn of<M: Describe<State: Clone>>(model: &M, place: &Place, from: usize) -> Self {
        let run = match Run::of(model, place) {
            Ok(run) => run,
            Err(changed) => {
                return Self {
                    begin: None,
                    steps: Vec::new(),
                    views: Vec::new(),
                    changed: Some(changed),
                };
            }
        };
        let properties = model.properties();
        let mut views = Vec::new();
        let mut before = Some(&run.initial);
        if from == 0 {
            views.push(View::initial(model, &properties, &run.initial));
        }
        for (number, step) in run.steps.iter().enumerate() {
            if let (Some(before), true) = (before, number + 1 >= from) {
                views.push(View::after(model, &properties, before, step));
            }
            before = step.after.as_ref().ok();
        }
        Self {
            steps: run.steps.iter().map(|step| step.name.clone()).collect(),
            begin: run.begin,
            views,
            changed: run.changed,
        }
    }
}

impl View {
    fn initial<M: Describe>(model: &M, properties: &[Property<M>], state: &M::State) -> Self {
        Self {
            changes: model.begins(state),
            ..Self::of_state(model, properties, state)
        }
    }

    fn of_state<M: Describe>(model: &M, properties: &[Property<M>], state: &M::State) -> Self {
        let fields = model.fields(state);
        Self {
            id: digest(&fields),
            messages: model.may_arrive(state),
            figure: model.figure(state),
            tables: model.tables(state),
            violations: violations(model, state),
            reached: reached(model, properties, state),
            fields,
            ..Self::nothing()
        }
    }

    fn after<M: Describe>(
        model: &M,
        properties: &[Property<M>],
        before: &M::State,
        step: &NextStep<M>,
    ) -> Self {
        let old = model.fields(before);
        let told = Told::of(model, &old, step);
        let objection = step.action.as_ref();
        let objection = objection.and_then(|action| model.objection(before, action));
        let after = match &step.after {
            Ok(after) => Self::of_state(model, properties, after),
            Err(message) => Self {
                changes: vec!["panics".to_owned()],
                violations: vec![Violation::panic(message)],
                ..Self::nothing()
            },
        };
        Self {
            action: Some(step.name.clone()),
            process: told.process,
            does: Some(told.does),
            kind: told.kind,
            happens: told.deed.happens,
            receives: told.deed.receives,
            sends: without(&after.messages, model.may_arrive(before)),
            objection,
            changes: match step.after {
                Ok(_) => changes(&old, &after.fields),
                Err(_) => after.changes.clone(),
            },
            ..after
        }
    }

    fn nothing() -> Self {
        Self {
            id: String::new(),
            action: None,
            process: None,
            does: None,
            kind: None,
            happens: Happening::Acts,
            receives: None,
            sends: Vec::new(),
            objection: None,
            changes: Vec::new(),
            fields: Vec::new(),
            messages: Vec::new(),
            figure: None,
            tables: Vec::new(),
            violations: Vec::new(),
            reached: Vec::new(),
        }
    }

    /// The step as reports tell it.
    pub(crate) fn trace_step(&self) -> TraceStep {
        TraceStep {
            action: self.action.clone(),
            kind: self.kind.clone(),
            changes: self.changes.clone(),
            state: self.fields.clone(),
        }
    }
}

/// A step in words, by its parts.
pub(crate) struct Told {
    pub process: Option<String>,
    pub does: String,
    pub kind: Option<String>,
    pub deed: Deed,
}

impl Told {
    /// `before` has the variables of the state before the step.
    pub fn of<M: Describe>(model: &M, before: &[Field], step: &NextStep<M>) -> Self {
        let action = step.action.as_ref();
        let mut deed = action.map_or_else(Deed::default, |action| model.deed(action));
        let (process, does) = match &deed.process {
            Some(process) => {
                let does = step.name.strip_prefix(process.as_str());
                let does = does.and_then(|rest| rest.strip_prefix(": "));
                (Some(process.as_str()), does.unwrap_or(&step.name))
            }
            None => by_process(&step.name, before),
        };
        let (process, does) = (process.map(str::to_owned), does.to_owned());
        deed.process.clone_from(&process);
        let kinds = model.kinds();
        let kind = action.and_then(|action| kinds.get(model.kind(action)).cloned());
        Self {
            process,
            does,
            kind,
            deed,
        }
    }
}

impl Violation {
    pub(crate) fn panic(message: &str) -> Self {
        Self {
            claim: PANIC_FREEDOM,
            meaning: "Neither steps nor properties panic.",
            witness: format!("panic: {message}"),
        }
    }
}

/// The claims that do not hold in a state.
pub(crate) fn violations<M: Describe>(model: &M, state: &M::State) -> Vec<Violation> {
    let claims = model.claims().into_iter();
    let violated = claims.filter_map(|claim| {
        let witness = match catch(|| (claim.check)(model, state)) {
            Ok(judged) => judged.err()?.to_string(),
            Err(message) => return Some(Violation::panic(&format!("{}: {message}", claim.name))),
        };
        Some(Violation {
            claim: claim.name,
            meaning: claim.meaning,
            witness,
        })
    });
    violated.collect()
}

/// The `sometimes` properties whose examples this state is one of.
fn reached<M: Describe>(
    model: &M,
    properties: &[Property<M>],
    state: &M::State,
) -> Vec<&'static str> {
    let sometimes = properties.iter().filter(|property| {
        let is_sometimes = property.expectation == Expectation::Sometimes;
        is_sometimes && catch(|| (property.condition)(model, state)) == Ok(true)
    });
    sometimes.map(|property| property.name).collect()
}

/// The messages that are more often in `all` than in `known`.
fn without(all: &[Message], mut known: Vec<Message>) -> Vec<Message> {
    let mut new = Vec::new();
    for message in all {
        match known.iter().position(|other| other == message) {
            Some(found) => _ = known.swap_remove(found),
            None => new.push(message.clone()),
        }
    }
    new
}
