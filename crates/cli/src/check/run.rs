//! Runs one spec.

use super::options::Checks;
use super::runs;
use crate::engines::Chosen;
use crate::progress::{Interruption, Line, watched};
use crate::specs::FoundSpec;
use crate::{library, memory};
use std::collections::BTreeMap;
use std::sync::Arc;
use synod_checker::{
    CheckError, Engine, Explored, Extras, Levels, ModelReport, Problem, Progress, Question, Until,
    and_runs, check, check_runs, check_so_far, runs_so_far,
};
use synod_explorer::{Entry, Played, export};
use synod_report::{Outcome, Trace, worst_case};
use synod_specs::{Checkable, LONGEST_RUN, Visitor};

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
        let mut ran = self.told(model, report, peak_memory);
        ran.outcome.longest_run = self.longest_run(&ran.outcome)?;
        Ok(ran)
    }
}

/// A search for a run that takes the longest, of a model in which time passes.
struct Longest<'a>(&'a Run<'a>);

impl Visitor for Longest<'_> {
    type Output = Result<Option<Trace>, CheckError>;

    fn visit<M: Checkable>(self, model: &M) -> Self::Output {
        let Run { found, checks, .. } = self.0;
        let question = Question {
            until: Until::Example(LONGEST_RUN.to_owned()),
            ..checks.question(found)
        };
        let name = format!("{}: its longest run", found.name);
        let line = Line::new(&name, None);
        let engine: fn(&Levels) -> &dyn Engine<Explored<M>> = |levels| levels;
        let levels = checks.levels();
        let (model, report) = self.0.searched_by(model, question, line, levels, engine)?;
        let mut runs = report.counterexamples.iter();
        let run = runs.find(|run| report.properties[run.property].name == LONGEST_RUN);
        Ok(run.map(|run| Trace::of(&*model, LONGEST_RUN, None, run)))
    }
}

impl Run<'_> {
    /// A run that takes the longest, if time passes in the model. Several processes have no way
    /// to look for it together.
    fn longest_run(&self, outcome: &Outcome) -> Result<Option<Trace>, CheckError> {
        let worst = worst_case(&outcome.report).filter(|_| !self.checks.has_peers());
        let longest = worst.and_then(|worst| self.found.spec.longest_run(worst));
        let longest = longest.map(|longest| longest.visit(Longest(self)));
        Ok(longest.transpose()?.flatten())
    }

    /// Runs the engine.
    fn searched<M: Checkable>(
        &self,
        model: &M,
        question: Question,
    ) -> Result<(Arc<M>, ModelReport<M>), CheckError> {
        let (found, checks) = (self.found, self.checks);
        let duration = checks.remembered(found);
        let line = Line::new(&found.name, duration.last());
        memory::forget_peak();
        let engine = checks.engine(found);
        let asked = question.clone();
        let (model, report) = self.searched_by(model, asked, line, engine, Chosen::of)?;
        let report = self.with_runs(&model, report, question)?;
        duration.keep(report.verdict, report.elapsed);
        Ok((model, report))
    }

    /// Runs an engine, with limits and a line that shows how far it is.
    fn searched_by<M: Checkable, E: Send + Sync + 'static>(
        &self,
        model: &M,
        question: Question,
        line: Line<'_>,
        engine: E,
        of: fn(&E) -> &dyn Engine<Explored<M>>,
    ) -> Result<(Arc<M>, ModelReport<M>), CheckError> {
        let (engine, progress) = (Arc::new(engine), Arc::new(Progress::new()));
        let (model, extras) = (Arc::new(model.clone()), Extras::of(model));
        let problem = Explored::problem(&model, extras, question, &progress)?;
        let run = {
            let (problem, engine) = (Arc::clone(&problem), Arc::clone(&engine));
            move || Ok(problem.model().told(check(&problem, of(&engine))?))
        };
        let known = || problem.model().told(check_so_far(&problem, of(&engine)));
        let (limits, interruption) = (&self.checks.limits, self.interruption);
        let report = watched(line, interruption, limits, &progress, run, known)?;
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
