//! Runs one spec.

use super::options::Checks;
use super::runs;
use crate::progress::{Interruption, Line, watched};
use crate::specs::FoundSpec;
use crate::{library, memory};
use std::collections::BTreeMap;
use std::sync::Arc;
use synod_checker::{
    CheckError, Explored, Extras, ModelReport, Problem, Progress, Question, Until, and_runs, check,
    check_runs, check_so_far, runs_so_far,
};
use synod_explorer::{Entry, Played, export};
use synod_report::Outcome;
use synod_specs::{Checkable, Visitor};

/// A spec that is to be run, and how.
pub(super) struct Run<'a> {
    pub(super) found: &'a FoundSpec,
    pub(super) checks: &'a Checks<'a>,
    pub(super) interruption: &'a Interruption,
}

/// What a run has found.
pub(super) struct Ran {
    pub(super) outcome: Outcome,
    pub(super) films: Vec<Played>,
    /// When it was run, if that was earlier.
    pub(super) cached_at: Option<String>,
}

impl Visitor for Run<'_> {
    type Output = Result<Ran, CheckError>;

    fn visit<M: Checkable>(self, model: &M) -> Self::Output {
        let question = self.checks.question(self.found);
        let place = self.checks.place_in_cache(&question);
        let kept = place.as_ref().and_then(|place| place.read(model));
        if let Some(kept) = kept {
            let mut ran = self.told(model, kept.report, kept.peak_memory);
            ran.cached_at = Some(kept.checked_at);
            return Ok(ran);
        }
        let (model, report) = self.searched(model, question)?;
        let peak_memory = memory::peak_bytes();
        let model = &*model;
        if let Some(place) = place {
            place.keep(model, &report, peak_memory);
        }
        Ok(self.told(model, report, peak_memory))
    }
}

impl Run<'_> {
    /// Runs the engine.
    fn searched<M: Checkable>(
        &self,
        model: &M,
        question: Question,
    ) -> Result<(Arc<M>, ModelReport<M>), CheckError> {
        let (found, checks) = (self.found, self.checks);
        let duration = checks.remembered(found);
        let progress = Arc::new(Progress::new());
        let (model, extras) = (Arc::new(model.clone()), Extras::of(model));
        let asked = question.clone();
        let problem = Explored::problem(&model, extras, asked, &progress)?;
        let engine = Arc::new(checks.engine(found));
        let run = {
            let (problem, engine) = (Arc::clone(&problem), Arc::clone(&engine));
            move || Ok(problem.model().told(check(&problem, engine.of())?))
        };
        let known = || problem.model().told(check_so_far(&problem, engine.of()));
        memory::forget_peak();
        let (limits, interruption) = (&checks.limits, self.interruption);
        let line = Line::new(&found.name, duration.last());
        let report = watched(line, interruption, limits, &progress, run, known)?;
        let report = self.with_runs(&model, report, question)?;
        duration.keep(report.verdict, report.elapsed);
        Ok((model, report))
    }

    /// Decides what the spec claims of runs, if the search has seen everything.
    fn with_runs<M: Checkable>(
        &self,
        model: &Arc<M>,
        report: ModelReport<M>,
        question: Question,
    ) -> Result<ModelReport<M>, CheckError> {
        let claims = runs::claims(&self.found.spec, &**model);
        let until = question.until.clone();
        let decide = || {
            let progress = Arc::new(Progress::new());
            let question = Question {
                until: Until::Exhausted,
                ..question
            };
            let extras = Extras::of(&**model);
            let problem = Problem::of_shared(Arc::clone(model), extras, question, &progress)?;
            let search = self.checks.levels().search;
            let run = {
                let (problem, claims) = (Arc::clone(&problem), Arc::clone(&claims));
                move || check_runs(&problem, &claims, &search)
            };
            let known = || runs_so_far(&problem, &claims, &self.checks.levels().search);
            let line = Line::new(&self.found.name, None);
            let (limits, interruption) = (&self.checks.limits, self.interruption);
            watched(line, interruption, limits, &progress, run, known)
        };
        and_runs(report, &until, &claims, decide)
    }

    /// Puts a report into words, and films its counterexamples if that is asked for.
    fn told<M: Checkable>(
        &self,
        model: &M,
        report: ModelReport<M>,
        peak_memory: Option<u64>,
    ) -> Ran {
        let found = self.found;
        let mut films = Vec::new();
        if self.checks.keeps_films() {
            films.extend(report.counterexamples.iter().map(|counterexample| {
                let property = &report.properties[counterexample.property].name;
                let entry = Entry {
                    property: Some(property.clone()),
                    ..library::entry(&found.name, &found.spec)
                };
                Played::of_counterexample(model, entry, counterexample)
            }));
        }
        let diagrams = self.checks.draws().then(|| diagrams(model, &report));
        let mut outcome = Outcome::of(model, report, &found.spec.expect, peak_memory);
        if let (Some(mut diagrams), Some(told)) = (diagrams, outcome.trace()) {
            outcome.diagram = diagrams.remove(&told.property);
        }
        Ran {
            outcome,
            films,
            cached_at: None,
        }
    }
}

/// Each counterexample drawn, by its property.
fn diagrams<M: Checkable>(model: &M, report: &ModelReport<M>) -> BTreeMap<String, String> {
    let found = report.counterexamples.iter();
    let drawn = found.map(|found| {
        let property = report.properties[found.property].name.clone();
        (property, export::diagram(model, found))
    });
    drawn.collect()
}
