//! A model of whatever type, as something that a page can ask. The type of the model is
//! hidden behind [`Explored`], so that one server shows models of any type.

use crate::avoid;
use crate::film::{Film, Told, violations};
use crate::place::{Begin, Changed, Place, Run, digest, for_each_initial, next_steps, place_of};
use serde::Serialize;
use serde_json::json;
use stateright::Expectation;
use std::hash::Hash;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};
use synod_checker::{
    CheckError, Extras, Levels, PANIC_FREEDOM, Problem, Progress, Question, SearchOptions, Until,
    catch, check,
};
use synod_vocabulary::describe::changes;
use synod_vocabulary::{Describe, Forbidden, Happening, Message};

/// How long one page of initial states may be looked for.
const PATIENCE: Duration = Duration::from_millis(300);

/// A claim of a model, which holds in every reachable state.
#[derive(Clone, Debug, Serialize)]
pub struct ClaimEntry {
    /// Its name.
    pub name: &'static str,
    /// The claim as a sentence.
    pub meaning: &'static str,
    /// What happens in some state if the claim is put to use.
    pub partner: Option<&'static str>,
}

/// A step that a state offers.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    /// Its name: no other choice of the state has it.
    pub step: String,
    /// The process that takes it.
    pub process: Option<String>,
    /// Its name without the process.
    pub does: String,
    /// Its kind.
    pub kind: Option<String>,
    /// What kind of thing happens.
    pub happens: Happening,
    /// The message that arrives.
    pub receives: Option<Message>,
    /// What it would change, a line each.
    pub changes: Vec<String>,
    /// The claims that would not hold.
    pub violates: Vec<&'static str>,
    /// What the right rule says against it.
    pub objection: Option<String>,
    /// How it panics, if it does.
    pub panics: Option<String>,
    /// Whether it leads out of the bounds, so that it cannot be taken.
    pub leaves_bounds: bool,
}

/// Some of the initial states.
#[derive(Clone, Debug, Serialize)]
pub struct InitialPage {
    /// The states.
    pub states: Vec<InitialState>,
    /// From where to go on; none if there are no more.
    pub next: Option<u64>,
}

/// An initial state, told by how it differs from the usual one.
#[derive(Clone, Debug, Serialize)]
pub struct InitialState {
    /// Which it is.
    pub begin: Begin,
    /// Its variables, as far as they are not as usual; all of them if that is not known.
    pub lines: Vec<String>,
}

/// What a search looks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// The shortest run that violates this claim, or any.
    Violation(Option<String>),
    /// The shortest run to an example of this `sometimes` property.
    Example(String),
    /// Every verdict.
    Everything,
    /// Whether the violation of this claim could be avoided at the states of a run.
    Avoidance(Place, String),
}

/// A model, whatever its type. [`Shown`] is one of a model that describes itself.
pub trait Explored: Send + Sync {
    /// The processes, in order.
    fn processes(&self) -> Vec<String>;

    /// The claims.
    fn claims(&self) -> Vec<ClaimEntry>;

    /// What happens in some state.
    fn partners(&self) -> Vec<&'static str>;

    /// The initial states from this number on whose lines contain a text; at most `count`.
    fn initial(&self, from: u64, count: usize, containing: &str) -> InitialPage;

    /// A film of the run to a place.
    fn film(&self, place: &Place, from: usize) -> Film;

    /// The steps that are possible in a place.
    ///
    /// # Errors
    /// The place cannot be reached.
    fn choices(&self, place: &Place) -> Result<Vec<Choice>, Changed>;

    /// The steps that are not possible in a place, and why.
    ///
    /// # Errors
    /// The place cannot be reached.
    fn forbidden(&self, place: &Place) -> Result<Vec<Forbidden>, Changed>;

    /// Searches, and returns the result as JSON. Blocks until it is done or stopped.
    fn search(
        &self,
        wanted: &Wanted,
        progress: &Arc<Progress>,
        options: &SearchOptions,
    ) -> serde_json::Value;
}

/// A model that describes itself, as an [`Explored`].
pub struct Shown<M: Describe> {
    model: Arc<M>,
    extras: Extras<M>,
}

impl<M: Describe> Shown<M> {
    /// Of a model and what it can do for the checker.
    pub const fn new(model: Arc<M>, extras: Extras<M>) -> Self {
        Self { model, extras }
    }
}

impl<M> Explored for Shown<M>
where
    M: Describe + Send + Sync + 'static,
    M::State: Clone + Hash + Send + Sync,
{
    fn processes(&self) -> Vec<String> {
        processes_of(&*self.model)
    }

    fn claims(&self) -> Vec<ClaimEntry> {
        claims_of(&*self.model)
    }

    fn partners(&self) -> Vec<&'static str> {
        let properties = self.model.properties().into_iter();
        let sometimes = properties.filter(|of| of.expectation == Expectation::Sometimes);
        sometimes.map(|property| property.name).collect()
    }

    fn initial(&self, from: u64, count: usize, containing: &str) -> InitialPage {
        let (mut states, mut number, mut next) = (Vec::new(), 0, None);
        let begun = Instant::now();
        for_each_initial(&*self.model, &mut |state| {
            if number >= from {
                if states.len() == count || begun.elapsed() > PATIENCE {
                    next = Some(number);
                    return ControlFlow::Break(());
                }
                let fields = self.model.fields(&state);
                let mut lines = self.model.begins(&state);
                if lines.is_empty() {
                    lines = fields.iter().map(ToString::to_string).collect();
                }
                if containing
                    .split_whitespace()
                    .all(|part| lines.iter().any(|line| line.contains(part)))
                {
                    let id = digest(&fields);
                    let begin = Begin { number, id };
                    states.push(InitialState { begin, lines });
                }
            }
            number += 1;
            ControlFlow::Continue(())
        });
        InitialPage { states, next }
    }

    fn film(&self, place: &Place, from: usize) -> Film {
        Film::of(&*self.model, place, from)
    }

    fn choices(&self, place: &Place) -> Result<Vec<Choice>, Changed> {
        let run = self.run(place)?;
        let Some(state) = run.last() else {
            return Ok(Vec::new());
        };
        let model = &*self.model;
        let before = model.fields(state);
        let next = next_steps(model, state).into_iter();
        let choices = next.map(|step| {
            let told = Told::of(model, &before, &step);
            let action = step.action.as_ref();
            let after = step.after.as_ref();
            Choice {
                process: told.process,
                does: told.does,
                kind: told.kind,
                happens: told.deed.happens,
                receives: told.deed.receives,
                changes: after.map_or_else(
                    |_| vec!["panics".to_owned()],
                    |after| changes(&before, &model.fields(after)),
                ),
                violates: after.map_or_else(
                    |_| vec![PANIC_FREEDOM],
                    |after| violations(model, after).iter().map(|of| of.claim).collect(),
                ),
                objection: action.and_then(|action| model.objection(state, action)),
                panics: after.err().cloned(),
                leaves_bounds: !step.is_within,
                step: step.name,
            }
        });
        Ok(choices.collect())
    }

    fn forbidden(&self, place: &Place) -> Result<Vec<Forbidden>, Changed> {
        let run = self.run(place)?;
        // Where a step panics, nothing is told of the others.
        let forbidden = |state| catch(|| self.model.forbidden(state)).unwrap_or_default();
        Ok(run.last().map(forbidden).unwrap_or_default())
    }

    fn search(
        &self,
        wanted: &Wanted,
        progress: &Arc<Progress>,
        options: &SearchOptions,
    ) -> serde_json::Value {
        let until = match wanted {
            Wanted::Avoidance(place, claim) => {
                let step = avoid::avoidance(&*self.model, place, claim, progress);
                return json!({ "unavoidable_after": step.as_ref().ok(), "why": step.as_ref().err() });
            }
            Wanted::Violation(None) => Until::FirstViolation,
            Wanted::Violation(Some(claim)) => Until::Violation(claim.clone()),
            Wanted::Example(partner) => Until::Example(partner.clone()),
            Wanted::Everything => Until::Exhausted,
        };
        match self.check(until, progress, options) {
            Err(error) => json!({ "verdict": "stopped", "why": error.to_string() }),
            Ok(report) if *wanted == Wanted::Everything => everything(&report),
            Ok(report) => self.found(wanted, &report),
        }
    }
}

/// The processes of a model, in order.
pub(crate) fn processes_of<M: Describe>(model: &M) -> Vec<String> {
    let mut processes = model.processes();
    if processes.is_empty() {
        for_each_initial(model, &mut |state| {
            let fields = model.fields(&state).into_iter();
            for process in fields.filter_map(|field| field.process) {
                if !processes.contains(&process) {
                    processes.push(process);
                }
            }
            ControlFlow::Break(())
        });
    }
    processes
}

/// The claims of a model.
pub(crate) fn claims_of<M: Describe>(model: &M) -> Vec<ClaimEntry> {
    let claims = model.claims().into_iter();
    let claims = claims.map(|claim| ClaimEntry {
        name: claim.name,
        meaning: claim.meaning,
        partner: claim.partner.map(|partner| partner.name),
    });
    claims.collect()
}

type Report<M> = synod_checker::ModelReport<M>;

impl<M> Shown<M>
where
    M: Describe + Send + Sync + 'static,
    M::State: Clone + Hash + Send + Sync,
{
    /// The whole run to a place.
    fn run(&self, place: &Place) -> Result<Run<M>, Changed> {
        let run = Run::of(&*self.model, place)?;
        match run.changed {
            Some(changed) => Err(changed),
            None => Ok(run),
        }
    }

    fn check(
        &self,
        until: Until,
        progress: &Arc<Progress>,
        options: &SearchOptions,
    ) -> Result<Report<M>, CheckError> {
        let question = Question {
            until,
            ..Question::default()
        };
        let (model, extras) = (Arc::clone(&self.model), self.extras.clone());
        let problem = Problem::of_shared(model, extras, question, progress)?;
        let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let search = options.clone();
        check(&problem, &Levels { threads, search })
    }

    /// What a search for one run has found.
    fn found(&self, wanted: &Wanted, report: &Report<M>) -> serde_json::Value {
        let name = |place: usize| &report.properties[place].name;
        let mut found = report.counterexamples.iter();
        let found = match wanted {
            Wanted::Violation(Some(wanted)) | Wanted::Example(wanted) => {
                let first = report.counterexample(wanted);
                first.or_else(|| found.find(|found| name(found.property) == PANIC_FREEDOM))
            }
            _ => found.next(),
        };
        let reason = report.reason.as_ref().map(ToString::to_string);
        let Some(found) = found else {
            let verdict = if reason.is_some() { "stopped" } else { "none" };
            return json!({ "verdict": verdict, "why": reason, "states": report.states });
        };
        let place = place_of(&*self.model, found);
        let property = name(found.property);
        let last = found.steps.last();
        let witness = last.and_then(|last| self.model.witness(property, &last.state));
        json!({
            "verdict": "found",
            "property": property,
            "begin": place.begin,
            "steps": place.steps,
            "witness": witness.map(|witness| witness.to_string()),
            "is_shortest": found.is_shortest,
            "states": report.states,
        })
    }
}

/// Every verdict, and the coverage.
fn everything<C>(report: &synod_checker::Report<C>) -> serde_json::Value {
    let coverage = report.exploration.as_ref().map(|of| &of.actions);
    json!({
        "verdict": report.verdict,
        "why": report.reason.as_ref().map(ToString::to_string),
        "states": report.states,
        "generated": report.generated,
        "depth": report.depth,
        "properties": report.properties,
        "coverage": coverage,
    })
}
