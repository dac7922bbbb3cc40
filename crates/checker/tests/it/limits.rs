//! A run that did not explore everything is inconclusive and says why; a model that cannot
//! be checked is refused.

use crate::engines::Engine;
use crate::graph::{Graph, options, run};
use crate::options::{Options, Report, asked_for, check};
use stateright::{Model, Property};
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;
use synod_checker::fingerprint::collision_probability;
use synod_checker::{CheckError, Progress, Reason, Until, Verdict, Width};

#[test]
fn a_run_ends_as_inconclusive_exactly_at_its_state_limit() {
    for limit in [1, 7, 99].map(|limit| NonZeroU64::new(limit).unwrap()) {
        let options = Options {
            max_states: Some(limit),
            ..Options::default()
        };
        let report = run(&Graph::line(100), &options).unwrap();
        assert_eq!(report.verdict, Verdict::Inconclusive);
        assert_eq!(report.reason, Some(Reason::StateLimit(limit)));
        assert_eq!(report.states, limit.get());
    }
}

#[test]
fn a_state_limit_equal_to_the_number_of_states_does_not_end_the_run() {
    let options = Options {
        max_states: NonZeroU64::new(100),
        ..Options::default()
    };
    let report = run(&Graph::line(100), &options).unwrap();
    assert_eq!((report.verdict, report.states), (Verdict::Holds, 100));
}

#[test]
fn a_property_that_was_not_decided_before_the_limit_is_inconclusive() {
    let mut graph = Graph::line(100);
    graph.good = [90].into();
    let options = Options {
        max_states: NonZeroU64::new(50),
        ..Options::default()
    };
    let report = run(&graph, &options).unwrap();
    for name in ["one", "two", "good"] {
        assert_eq!(
            report.property(name).unwrap().verdict,
            Verdict::Inconclusive
        );
    }
}

#[test]
fn a_violation_seen_before_the_limit_is_a_violation_but_not_called_shortest() {
    let mut graph = Graph::line(100);
    graph.bad[0] = [10].into();
    let options = Options {
        max_states: NonZeroU64::new(50),
        until: Until::Exhausted,
        ..Options::default()
    };
    let report = run(
        &graph,
        &Options {
            engine: Engine::Stateright,
            ..options.clone()
        },
    )
    .unwrap();
    assert_eq!(report.verdict, Verdict::Violated);
    assert!(report.reason.is_some());
    assert!(!report.counterexamples[0].is_shortest);
    assert_eq!(report.property("one").unwrap().length, None);
    // A search level by level finds the nearest violation even if it is cut short.
    let report = run(&graph, &options).unwrap();
    assert_eq!(report.verdict, Verdict::Violated);
    assert!(report.reason.is_some());
    assert!(report.counterexamples[0].is_shortest);
    assert_eq!(report.property("one").unwrap().length, Some(10));
}

#[test]
fn a_run_cut_before_its_awaited_violation_is_inconclusive_whatever_else_is_violated() {
    let mut graph = Graph::line(100);
    graph.bad = [[10].into(), [80].into()];
    let options = Options {
        max_states: NonZeroU64::new(50),
        until: Until::Violation("two".to_owned()),
        ..Options::default()
    };
    assert_eq!(
        run(&graph, &options).unwrap().verdict,
        Verdict::Inconclusive
    );
}

#[test]
fn a_run_without_any_time_is_inconclusive_with_one_thread_and_with_several() {
    for threads in [1, 2] {
        let options = Options {
            timeout: Some(Duration::ZERO),
            ..options(Engine::Stateright, threads, Until::FirstViolation)
        };
        let report = run(&Graph::line(100), &options).unwrap();
        assert_eq!(report.verdict, Verdict::Inconclusive);
        assert_eq!(report.reason, Some(Reason::TimeLimit(Duration::ZERO)));
    }
}

#[test]
fn a_report_is_read_back_as_it_was_written_whatever_the_reason() {
    let mut graph = Graph::line(100);
    graph.bad[0] = [10].into();
    graph.panics = [49].into();
    for max_states in [None, NonZeroU64::new(30)] {
        let options = Options {
            max_states,
            until: Until::Exhausted,
            ..Options::default()
        };
        let report = run(&graph, &options).unwrap();
        assert_eq!(report.reason, max_states.map(Reason::StateLimit));
        let bytes = postcard::to_stdvec(&report).unwrap();
        let read: Report<Graph> = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(read, report);
        let in_words = report.map(|found| format!("a path of {} steps", found.length()));
        assert_eq!(in_words.counterexamples[0], "a path of 10 steps");
    }
}

/// A model that counts up forever.
struct Endless;

impl Model for Endless {
    type State = u64;
    type Action = ();

    fn init_states(&self) -> Vec<u64> {
        vec![0]
    }

    fn actions(&self, _: &u64, actions: &mut Vec<()>) {
        actions.push(());
    }

    fn next_state(&self, last_state: &u64, (): ()) -> Option<u64> {
        Some(last_state + 1)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("counts", |_, _| true)]
    }
}

#[test]
fn an_interrupted_run_reports_what_it_has_seen() {
    let progress = Arc::new(Progress::new());
    let report = std::thread::scope(|scope| {
        let run = scope.spawn(|| check(Endless, &Options::default(), &progress));
        while progress.snapshot().states < 1000 {
            std::thread::yield_now();
        }
        progress.interrupt();
        run.join().unwrap().unwrap()
    });
    assert_eq!(report.verdict, Verdict::Inconclusive);
    assert_eq!(report.reason, Some(Reason::Interrupted));
    assert!(report.states >= 1000);
    assert_eq!(report.states, progress.snapshot().states);
}

#[test]
fn a_run_that_was_stopped_for_its_memory_is_inconclusive() {
    let progress = Arc::new(Progress::new());
    let reason = Reason::MemoryLimit(asked_for(1 << 30));
    progress.stop(reason.clone());
    let report = check(Endless, &Options::default(), &progress).unwrap();
    assert_eq!(report.verdict, Verdict::Inconclusive);
    assert_eq!(report.reason, Some(reason));
}

#[test]
fn at_the_end_the_progress_has_the_counts_of_the_report() {
    let progress = Arc::new(Progress::new());
    let report = check(Graph::line(100), &Options::default(), &progress).unwrap();
    let seen = progress.snapshot();
    assert_eq!((seen.states, seen.depth, seen.queue), (100, 100, 0));
    assert_eq!(seen.generated, report.generated);
}

/// A number whose `Hash` makes all numbers from five on collide, but only for hashers whose
/// type name contains the given one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Colliding {
    number: u32,
    hasher: &'static str,
}

impl std::hash::Hash for Colliding {
    fn hash<H: std::hash::Hasher>(&self, hasher: &mut H) {
        let is_fooled = std::any::type_name::<H>().contains(self.hasher);
        hasher.write_u32(if is_fooled {
            self.number.min(5)
        } else {
            self.number
        });
    }
}

/// Counts to ten.
struct CountsColliding(&'static str);

impl Model for CountsColliding {
    type State = Colliding;
    type Action = ();

    fn init_states(&self) -> Vec<Colliding> {
        vec![Colliding {
            number: 0,
            hasher: self.0,
        }]
    }

    fn actions(&self, _: &Colliding, actions: &mut Vec<()>) {
        actions.push(());
    }

    fn next_state(&self, last_state: &Colliding, (): ()) -> Option<Colliding> {
        let number = last_state.number + 1;
        (number <= 10).then_some(Colliding {
            number,
            hasher: self.0,
        })
    }
}

#[test]
fn under_stateright_a_collision_in_one_of_the_two_hashes_is_inconclusive() {
    for hasher in ["SipHasher13", "AHasher"] {
        let options = options(Engine::Stateright, 1, Until::FirstViolation);
        let run = check(
            CountsColliding(hasher),
            &options,
            &Arc::new(Progress::new()),
        );
        let report = run.unwrap();
        assert_eq!(report.verdict, Verdict::Inconclusive, "{hasher}");
        assert_eq!(report.reason, Some(Reason::Collision), "{hasher}");
    }
    let run = check(
        CountsColliding("no hasher"),
        &Options::default(),
        &Arc::new(Progress::new()),
    );
    assert_eq!(run.unwrap().verdict, Verdict::Holds);
}

#[test]
#[allow(clippy::float_cmp)] // Powers of two are exact.
fn the_collision_probability_is_that_of_the_birthday_bound() {
    assert_eq!(collision_probability(0, Width::Bits64), 0.0);
    assert_eq!(collision_probability(1, Width::Bits64), 0.0);
    assert_eq!(collision_probability(2, Width::Bits64), 2f64.powi(-64));
    assert!(collision_probability(1 << 32, Width::Bits64) > 0.49);
    assert_eq!(collision_probability(u64::MAX, Width::Bits64), 1.0);
}

#[test]
fn an_eventually_property_is_refused() {
    struct Hopeful;
    impl Model for Hopeful {
        type State = u8;
        type Action = ();
        fn init_states(&self) -> Vec<u8> {
            vec![0]
        }
        fn actions(&self, _: &u8, _: &mut Vec<()>) {}
        fn next_state(&self, _: &u8, (): ()) -> Option<u8> {
            None
        }
        fn properties(&self) -> Vec<Property<Self>> {
            vec![Property::eventually("arrives", |_, _| true)]
        }
    }
    let result = check(Hopeful, &Options::default(), &Arc::new(Progress::new()));
    assert_eq!(result.err(), Some(CheckError::Eventually("arrives")));
}

#[test]
fn a_property_that_does_not_exist_is_refused_with_those_that_do() {
    let options = options(Engine::Stateright, 1, Until::Violation("good".to_owned()));
    let error = run(&Graph::line(2), &options).err().unwrap();
    assert_eq!(
        error.to_string(),
        "there is no `always` property \"good\"; there are one, two"
    );
}

#[test]
fn a_model_that_panics_before_its_first_state_is_an_error_with_its_message_and_no_verdict() {
    struct Broken;
    impl Model for Broken {
        type State = u8;
        type Action = ();
        fn init_states(&self) -> Vec<u8> {
            panic!("no room")
        }
        fn actions(&self, _: &u8, actions: &mut Vec<()>) {
            actions.push(());
        }
        fn next_state(&self, _: &u8, (): ()) -> Option<u8> {
            None
        }
    }
    for engine in [Engine::Levels, Engine::Stateright, Engine::StaterightDfs] {
        let options = options(engine, 2, Until::FirstViolation);
        let result = check(Broken, &options, &Arc::new(Progress::new()));
        let Err(CheckError::ModelPanicked(message)) = result else {
            panic!("{engine:?}");
        };
        assert!(message.starts_with("no room ("), "{message}");
    }
}
