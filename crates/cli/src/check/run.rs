//! Runs one spec.

use super::options::Checks;
use crate::progress::{Interruption, Line, watched};
use crate::specs::FoundSpec;
use crate::{library, memory};
use std::sync::Arc;
use synod_checker::{CheckError, Extras, Problem, Progress, check, check_so_far};
use synod_explorer::{Explored, Film, Played, Shown};
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
            let shown = Shown::new(problem.shared_model(), problem.extras.clone());
            let shown: Arc<dyn Explored> = Arc::new(shown);
            films.extend(report.counterexamples.iter().map(|counterexample| {
                let mut spec = library::spec(&found.name, &found.spec, Arc::clone(&shown));
                let property = &report.properties[counterexample.property].name;
                spec.entry.property = Some(property.clone());
                let film = Film::of_counterexample(problem.model(), counterexample);
                Played { spec, film }
            }));
        }
        let outcome = Outcome::of(problem.model(), report, expect, peak_memory);
        Ok((outcome, films))
    }
}
