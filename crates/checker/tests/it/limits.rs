//! A run that did not see everything says so, and why.

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
fn a_state_limit_below_the_space_is_inconclusive_and_kept_exactly() {
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
fn a_state_limit_that_the_space_just_fits_is_no_limit() {
    let options = Options {
        max_states: NonZeroU64::new(100),
        ..Options::default()
    };
    let report = run(&Graph::line(100), &options).unwrap();
    assert_eq!((report.verdict, report.states), (Verdict::Holds, 100));
}

#[test]
fn a_property_that_was_not_reached_before_the_limit_is_inconclusive() {
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
    // Level by level what is found is nearest, cut or not.
    let report = run(&graph, &options).unwrap();
    assert_eq!(report.verdict, Verdict::Violated);
    assert!(report.reason.is_some());
    assert!(report.counterexamples[0].is_shortest);
    assert_eq!(report.property("one").unwrap().length, Some(10));
}

#[test]
fn a_run_cut_before_the_awaited_property_is_inconclusive_whatever_else_broke() {
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
fn no_time_at_all_is_inconclusive_with_one_thread_and_with_more() {
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
        let told = report.map(|found| format!("a path of {} steps", found.length()));
        assert_eq!(told.counterexamples[0], "a path of 10 steps");
    }
}

/// Counts up for ever.
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
fn a_run_that_grows_too_large_is_inconclusive() {
    let progress = Arc::new(Progress::new());
    let reason = Reason::MemoryLimit(asked_for(1 << 30));
    progress.stop(reason.clone());
    let report = check(Endless, &Options::default(), &progress).unwrap();
    assert_eq!(report.verdict, Verdict::Inconclusive);
    assert_eq!(report.reason, Some(reason));
}

#[test]
fn progress_ends_where_the_report_does() {
    let progress = Arc::new(Progress::new());
    let report = check(Graph::line(100), &Options::default(), &progress).unwrap();
    let seen = progress.snapshot();
    assert_eq!((seen.states, seen.depth, seen.queue), (100, 100, 0));
    assert_eq!(seen.generated, report.generated);
}

/// A number whose `Hash` writes the same for all from five up, in front of
/// hashers whose type has the given name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Alike {
    number: u32,
    to: &'static str,
}

impl std::hash::Hash for Alike {
    fn hash<H: std::hash::Hasher>(&self, hasher: &mut H) {
        let is_fooled = std::any::type_name::<H>().contains(self.to);
        hasher.write_u32(if is_fooled {
            self.number.min(5)
        } else {
            self.number
        });
    }
}

/// Counts to ten.
struct CountsAlike(&'static str);

impl Model for CountsAlike {
    type State = Alike;
    type Action = ();

    fn init_states(&self) -> Vec<Alike> {
        vec![Alike {
            number: 0,
            to: self.0,
        }]
    }

    fn actions(&self, _: &Alike, actions: &mut Vec<()>) {
        actions.push(());
    }

    fn next_state(&self, last_state: &Alike, (): ()) -> Option<Alike> {
        let number = last_state.number + 1;
        (number <= 10).then_some(Alike { number, to: self.0 })
    }
}

#[test]
fn under_stateright_a_collision_in_one_of_the_two_hashes_is_inconclusive() {
    for hasher in ["SipHasher13", "AHasher"] {
        let options = options(Engine::Stateright, 1, Until::FirstViolation);
        let run = check(CountsAlike(hasher), &options, &Arc::new(Progress::new()));
        let report = run.unwrap();
        assert_eq!(report.verdict, Verdict::Inconclusive, "{hasher}");
        assert_eq!(report.reason, Some(Reason::Collision), "{hasher}");
    }
    let run = check(
        CountsAlike("no hasher"),
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
