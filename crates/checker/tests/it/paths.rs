//! All limits apply to the search for the path to a violation, and while initial states are
//! made. A violation that was found is reported, with or without its path.

use crate::engines::{ENGINES, Engine};
use crate::graph::{Graph, read};
use crate::options::{Options, Report, asked_for, check_with, walk};
use stateright::{Model, Property};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use synod_checker::{Extras, Finding, Phase, Progress, Reason, Storage, Until, Verdict, Walks};

/// The number of states of a long line.
const LONG: usize = 1050;

/// A graph that is disturbed while paths are searched for.
#[derive(Clone)]
struct Disturbed {
    graph: Graph,
    progress: Arc<Progress>,
    /// Called at each step that the search for paths takes.
    disturb: fn(&Progress),
}

impl Model for Disturbed {
    type State = usize;
    type Action = usize;

    fn init_states(&self) -> Vec<usize> {
        self.graph.init_states()
    }

    fn actions(&self, state: &usize, actions: &mut Vec<usize>) {
        self.graph.actions(state, actions);
    }

    fn next_state(&self, last_state: &usize, action: usize) -> Option<usize> {
        if self.progress.snapshot().phase == Phase::FindingPaths {
            (self.disturb)(&self.progress);
        }
        self.graph.next_state(last_state, action)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let named = |name| Property::<Self>::always(name, |model, state| !model.is_bad(*state));
        vec![named("one"), Property::always("two", |_, _| true)]
    }
}

impl Disturbed {
    fn is_bad(&self, state: usize) -> bool {
        self.graph.bad[0].contains(&state)
    }

    /// A line whose end is bad.
    fn line(length: usize, disturb: fn(&Progress)) -> Self {
        let mut graph = Graph::line(length);
        graph.bad[0] = [length - 1].into();
        let progress = Arc::new(Progress::new());
        Self {
            graph,
            progress,
            disturb,
        }
    }

    /// A long line with steps from each state back to all states before it: too many
    /// transitions to be kept, so the search for paths explores again.
    fn long_line(disturb: fn(&Progress)) -> Self {
        let mut model = Self::line(LONG, disturb);
        for (state, edges) in model.graph.edges.iter_mut().enumerate() {
            edges.extend(0..state);
        }
        model
    }

    fn check(&self, options: &Options) -> Report<Self> {
        check_with(self.clone(), &extras(), options, &self.progress).unwrap()
    }
}

fn extras() -> Extras<Disturbed> {
    Extras {
        storage: Some(Storage {
            write: |_, state, bytes| bytes.extend(state.to_le_bytes()),
            read_own: |_, bytes| read(bytes),
            read: |_, _, bytes| read(bytes),
            write_context: |_, _, _| {},
            read_context: |_, _, bytes| bytes.is_empty(),
        }),
        ..Extras::default()
    }
}

fn with(engine: Engine) -> Options {
    Options {
        engine,
        ..Options::default()
    }
}

/// Asserts that the report has the violation without a counterexample, and says why.
fn assert_not_found(report: &Report<Disturbed>, steps: Option<u32>, why: &Reason) {
    let property = report.property("one").unwrap();
    assert_eq!(
        (property.verdict, property.length),
        (Verdict::Inconclusive, steps)
    );
    let not_found = Reason::PathNotFound {
        property: "one".to_owned(),
        steps,
        why: Box::new(why.clone()),
    };
    assert_eq!(report.reason, Some(not_found));
    assert_eq!(report.verdict, Verdict::Inconclusive);
    assert!(report.counterexamples.is_empty());
}

#[test]
fn a_run_that_is_interrupted_while_it_searches_for_the_path_reports_the_violation() {
    for engine in ENGINES {
        let model = Disturbed::line(100, Progress::interrupt);
        assert_not_found(&model.check(&with(engine)), Some(99), &Reason::Interrupted);
        let found = Finding {
            property: "one",
            is_violation: true,
            steps: 99,
        };
        assert_eq!(model.progress.findings(), [found]);
    }
}

#[test]
fn a_run_that_is_interrupted_while_it_explores_again_reports_the_violation() {
    let model = Disturbed::long_line(Progress::interrupt);
    let report = model.check(&with(Engine::Levels));
    assert_not_found(&report, Some(LONG as u32 - 1), &Reason::Interrupted);
    assert_eq!(report.states, LONG as u64);
    assert!(model.progress.snapshot().retraced < 5);
}

#[test]
fn walking_back_and_exploring_again_both_find_the_shortest_path() {
    for model in [Disturbed::line(LONG, |_| {}), Disturbed::long_line(|_| {})] {
        let report = model.check(&with(Engine::Levels));
        assert_eq!((report.verdict, report.reason), (Verdict::Violated, None));
        assert_eq!(report.counterexamples[0].length(), LONG - 1);
    }
}

#[test]
fn the_memory_limit_ends_the_search_for_the_path() {
    let why = Reason::MemoryLimit(asked_for(1 << 30));
    let model = Disturbed::long_line(|progress| {
        progress.stop(Reason::MemoryLimit(asked_for(1 << 30)));
    });
    let report = model.check(&with(Engine::Levels));
    assert_not_found(&report, Some(LONG as u32 - 1), &why);
}

#[test]
fn the_time_limit_ends_the_search_for_the_path() {
    const LIMIT: Duration = Duration::from_secs(3);
    let model = Disturbed::long_line(|_| std::thread::sleep(LIMIT));
    let options = Options {
        timeout: Some(LIMIT),
        ..with(Engine::Levels)
    };
    let report = model.check(&options);
    assert_not_found(&report, Some(LONG as u32 - 1), &Reason::TimeLimit(LIMIT));
}

#[test]
fn a_run_that_ended_at_its_limit_still_finds_the_paths_that_are_found_at_once() {
    for engine in ENGINES {
        let mut model = Disturbed::line(100, |_| {});
        model.graph.bad[0] = [10].into();
        let options = Options {
            max_states: std::num::NonZeroU64::new(50),
            until: Until::Exhausted,
            ..with(engine)
        };
        let report = model.check(&options);
        assert_eq!(report.verdict, Verdict::Violated, "{engine:?}");
        assert_eq!(report.counterexamples[0].length(), 10, "{engine:?}");
    }
}

#[test]
fn a_run_cut_before_its_awaited_violation_gives_the_limit_as_the_reason() {
    let model = Disturbed::line(100, Progress::interrupt);
    let limit = std::num::NonZeroU64::new(100).unwrap();
    let mut options = Options {
        max_states: Some(limit),
        until: Until::Violation("two".to_owned()),
        ..with(Engine::Levels)
    };
    let report = model.check(&options);
    // This run has seen everything, so the violation of the other property counts; its path
    // was not found.
    assert_not_found(&report, Some(99), &Reason::Interrupted);
    let mut model = Disturbed::line(100, Progress::interrupt);
    model.graph.bad[0] = [50].into();
    let limit = std::num::NonZeroU64::new(90).unwrap();
    options.max_states = Some(limit);
    let report = model.check(&options);
    assert_eq!(report.verdict, Verdict::Inconclusive);
    assert_eq!(report.reason, Some(Reason::StateLimit(limit)));
    assert_eq!(report.property("one").unwrap().length, Some(50));
    assert!(report.counterexamples.is_empty());
}

#[test]
fn a_walk_that_is_interrupted_while_it_is_repeated_is_inconclusive() {
    let model = Disturbed::line(100, Progress::interrupt);
    let until = Until::FirstViolation;
    let report = walk(&model, &extras(), one_walk(1000), until, &model.progress);
    assert_not_found(&report, None, &Reason::Interrupted);
}

/// An endless sequence of initial states. After 5000 of them the run is disturbed.
fn endless(model: &Disturbed, visit: &mut dyn FnMut(usize) -> ControlFlow<()>) -> ControlFlow<()> {
    let mut states = (0..LONG).cycle().enumerate();
    states.try_for_each(|(count, state)| {
        if count == 5000 {
            (model.disturb)(&model.progress);
        }
        visit(state)
    })
}

#[test]
fn a_run_with_endless_initial_states_obeys_its_limits() {
    let endless = Extras {
        initial: Some(|model, visit| {
            let _ = endless(model, visit);
        }),
        ..extras()
    };
    let mut model = Disturbed::line(LONG, Progress::interrupt);
    model.graph.bad[0].clear();
    for engine in ENGINES {
        model.progress = Arc::new(Progress::new());
        let report = check_with(model.clone(), &endless, &with(engine), &model.progress);
        let report = report.unwrap();
        assert_eq!(report.verdict, Verdict::Inconclusive, "{engine:?}");
        assert_eq!(report.reason, Some(Reason::Interrupted), "{engine:?}");
    }
    model.progress = Arc::new(Progress::new());
    let until = Until::FirstViolation;
    let report = walk(&model, &endless, one_walk(1), until, &model.progress);
    assert_eq!(report.reason, Some(Reason::Interrupted));
}

fn one_walk(steps: u32) -> Walks {
    Walks {
        threads: NonZeroUsize::MIN,
        walks: 1,
        seed: 0,
        steps,
    }
}
