//! Runs one spec.

use super::options::Checks;
use crate::progress::{Interruption, Line, watched};
use crate::specs::FoundSpec;
use crate::{library, memory};
use std::collections::BTreeMap;
use std::sync::Arc;
use synod_checker::{CheckError, Extras, ModelReport, Problem, Progress, check, check_so_far};
use synod_explorer::{Entry, Played, export};
use synod_report::Outcome;
use synod_specs::{Checkable, Visitor};

/// A spec that is to be run, and how.
pub(super) struct Run<'a> {
    pub(super) found: &'a FoundSpec,
    pub(super) checks: &'a Checks<'a>,
    pub(super) interruption: &'a Interruption,
}

impl Visitor for Run<'_> {
    type Output = Result<(Outcome, Vec<Played>), CheckError>;

    fn visit<M: Checkable>(self, model: &M) -> Self::Output {
        let (found, checks) = (self.found, self.checks);
        let (extras, question) = (Extras::of(model), checks.question(found));
        let duration = checks.remembered(found, &question.until);
        let progress = Arc::new(Progress::new());
        let problem = Problem::new(model.clone(), extras, question, &progress)?;
        let engine = Arc::new(checks.engine(found));
        let run = {
            let (problem, engine) = (Arc::clone(&problem), Arc::clone(&engine));
            move || check(&problem, engine.of())
        };
        let known = || check_so_far(&problem, engine.of());
        memory::forget_peak();
        let (limits, interruption) = (&checks.limits, self.interruption);
        let line = Line::new(&found.name, duration.last());
        let report = watched(line, interruption, limits, &progress, run, known)?;
        duration.keep(report.verdict, report.elapsed);
        let peak_memory = memory::peak_bytes();
        let expect = &found.spec.expect;
        let mut films = Vec::new();
        if checks.keeps_films() {
            films.extend(report.counterexamples.iter().map(|counterexample| {
                let property = &report.properties[counterexample.property].name;
                let entry = Entry {
                    property: Some(property.clone()),
                    ..library::entry(&found.name, &found.spec)
                };
                Played::of_counterexample(problem.model(), entry, counterexample)
            }));
        }
        let diagrams = checks.draws().then(|| diagrams(problem.model(), &report));
        let mut outcome = Outcome::of(problem.model(), report, expect, peak_memory);
        if let (Some(mut diagrams), Some(told)) = (diagrams, outcome.trace()) {
            outcome.diagram = diagrams.remove(&told.property);
        }
        Ok((outcome, films))
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
