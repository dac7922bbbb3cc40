//! Counts, depth, verdicts and lengths are right for every engine and every number of
//! threads.

use crate::engines::ENGINES;
use crate::graph::{Graph, any_graph, options, run};
use crate::options::Report;
use proptest::collection::btree_set;
use proptest::prelude::*;
use std::sync::Arc;
use synod_checker::{Counterexample, During, PANIC_FREEDOM, Reason, Until, Verdict};

const THREADS: [usize; 3] = [1, 2, 4];

/// Runs every engine on every number of threads, and passes each report to `claim`.
fn for_each_engine(graph: &Graph, until: &Until, mut claim: impl FnMut(&Report<Graph>)) {
    for engine in ENGINES {
        for threads in THREADS {
            claim(&run(graph, &options(engine, threads, until.clone())).unwrap());
        }
    }
}

fn assert_is_a_path(graph: &Graph, found: &Counterexample<usize, usize>) {
    for pair in found.steps.windows(2) {
        let action = pair[1].action.unwrap();
        assert_eq!(graph.edges[pair[0].state][action], pair[1].state);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_exhaustive_run_counts_every_graph_exactly_and_gives_the_right_verdict(graph in any_graph()) {
        let levels = graph.levels();
        let reachable = || levels.iter().flatten();
        let edges = reachable().map(|&state| graph.inside(&graph.edges[state]).count());
        let generated = graph.inside(&graph.initial).count() + edges.sum::<usize>();
        for_each_engine(&graph, &Until::Exhausted, |report| {
            assert_eq!(report.states, reachable().count() as u64);
            assert_eq!(report.generated, generated as u64);
            assert_eq!(report.depth as usize, levels.len());
            for (name, states) in [("one", &graph.bad[0]), ("two", &graph.bad[1]), ("good", &graph.good)] {
                let length = report.property(name).unwrap().length;
                assert_eq!(length.map(|length| length as usize), graph.distance(states), "{name}");
            }
            let is_bad = graph.bad.iter().any(|bad| graph.distance(bad).is_some());
            let is_vacuous = graph.distance(&graph.good).is_none();
            let verdict = if is_bad || is_vacuous { Verdict::Violated } else { Verdict::Holds };
            assert_eq!(report.verdict, verdict);
        });
    }

    #[test]
    fn the_nearest_panic_has_a_shortest_path_and_ends_the_run_at_its_level(
        graph in any_graph(),
        panics in btree_set(0usize..60, 0..3),
        unjudgeable in btree_set(0usize..60, 0..2),
    ) {
        let states = 0..graph.edges.len();
        let panics = panics.into_iter().filter(|state| states.contains(state) && !graph.edges[*state].is_empty());
        // A property is evaluated until a violation is found, so a violation of "two" could
        // hide its panics. It has none.
        let bad = [graph.bad[0].clone(), [].into()];
        let graph = Graph { panics: panics.collect(), unjudgeable, bad, ..graph };
        let without = Graph { panics: [].into(), unjudgeable: [].into(), ..graph.clone() };
        let unexpandable = without.distance(&graph.panics).map(|distance| distance + 1);
        let unjudgeable = without.distance(&graph.unjudgeable);
        let Some(length) = unexpandable.into_iter().chain(unjudgeable).min() else {
            return Ok(());
        };
        for until in [Until::Exhausted, Until::Violation("one".to_owned())] {
            for_each_engine(&graph, &until, |report| {
                let is_earlier = until != Until::Exhausted
                    && without.distance(&graph.bad[0]).is_some_and(|one| one < length);
                let found = report.counterexample(PANIC_FREEDOM);
                assert_eq!(found.is_none(), is_earlier);
                let Some(found) = found else { return };
                assert_eq!(report.verdict, Verdict::Violated);
                assert_eq!(report.reason, None);
                assert_eq!(report.property(PANIC_FREEDOM).unwrap().length, Some(length as u32));
                assert_eq!(found.length(), length);
                let last = found.steps.last().unwrap().state;
                let panic = found.panic.as_ref().unwrap();
                let message = match &panic.during {
                    During::Step(Some(action)) if action + 1 == graph.edges[last].len() => {
                        format!("a step from {last} (")
                    }
                    During::Property(name) if name == "two" => format!("at {last} ("),
                    _ => panic!("{:?}", panic.during),
                };
                assert!(panic.message.starts_with(&message), "{}", panic.message);
            });
        }
    }

    #[test]
    fn a_counterexample_is_a_path_of_the_graph_and_shortest(graph in any_graph()) {
        for_each_engine(&graph, &Until::Exhausted, |report| {
            for (name, bad) in [("one", &graph.bad[0]), ("two", &graph.bad[1])] {
                let Some(distance) = graph.distance(bad) else {
                    assert!(report.counterexample(name).is_none());
                    continue;
                };
                let found = report.counterexample(name).unwrap();
                assert!(found.is_shortest);
                assert_eq!(found.length(), distance);
                assert!(graph.initial.contains(&found.steps[0].state));
                assert!(bad.contains(&found.steps.last().unwrap().state));
                assert_is_a_path(&graph, found);
            }
        });
    }

    #[test]
    fn a_run_that_waits_for_an_example_has_a_shortest_path_to_it(graph in any_graph()) {
        let distance = graph.distance(&graph.good);
        for_each_engine(&graph, &Until::Example("good".to_owned()), |report| {
            let found = report.counterexample("good");
            assert_eq!(found.map(Counterexample::length), distance);
            let Some(found) = found else { return };
            assert!(graph.good.contains(&found.steps.last().unwrap().state));
            assert_is_a_path(&graph, found);
            assert_eq!(report.property("good").unwrap().verdict, Verdict::Holds);
        });
    }

    #[test]
    fn a_run_that_ends_at_a_violation_counts_the_levels_up_to_it(graph in any_graph()) {
        let nearest = graph.bad.iter().filter_map(|bad| graph.distance(bad)).min();
        let Some(distance) = nearest else { return Ok(()) };
        let levels = graph.levels();
        let up_to: usize = levels[..=distance].iter().map(std::collections::BTreeSet::len).sum();
        for_each_engine(&graph, &Until::FirstViolation, |report| {
            assert_eq!(report.verdict, Verdict::Violated);
            assert_eq!(report.states, up_to as u64);
            assert_eq!(report.depth as usize, distance + 1);
            assert_eq!(report.counterexamples[0].length(), distance);
        });
    }

    #[test]
    fn a_run_that_waits_for_a_property_finds_it_at_its_distance(graph in any_graph()) {
        let distance = graph.distance(&graph.bad[1]);
        for_each_engine(&graph, &Until::Violation("two".to_owned()), |report| {
            let length = report.property("two").unwrap().length;
            assert_eq!(length.map(|length| length as usize), distance);
            if let Some(distance) = distance {
                let levels = graph.levels();
                let up_to = levels[..=distance].iter().map(std::collections::BTreeSet::len);
                assert_eq!(report.states, up_to.sum::<usize>() as u64);
            }
        });
    }

    #[test]
    fn the_counterexample_is_the_same_one_for_every_number_of_threads(graph in any_graph()) {
        let mut all = std::collections::BTreeSet::new();
        // In a run on several workers only the last state of the path is the same each time.
        let mut ends = std::collections::BTreeSet::new();
        for_each_engine(&graph, &Until::FirstViolation, |report| {
            let last = |found: &Counterexample<usize, usize>| found.steps.last().map(|step| step.state);
            ends.insert(format!("{:?}", report.counterexamples.iter().map(last).collect::<Vec<_>>()));
            let spread = report.exploration.as_ref().and_then(|exploration| exploration.distribution);
            if spread.is_some() {
                return;
            }
            let paths = report.counterexamples.iter();
            all.insert(format!("{:?}", paths.map(|found| (&found.property, &found.steps)).collect::<Vec<_>>()));
        });
        assert_eq!((all.len(), ends.len()), (1, 1));
    }
}

#[test]
fn the_nearest_violation_counts_although_stateright_itself_keeps_the_last() {
    // 0 → 1 → 2 → 3: "one" is violated at 1 and 3.
    let mut graph = Graph::line(4);
    graph.bad[0] = [1, 3].into();
    for_each_engine(&graph, &Until::Exhausted, |report| {
        assert_eq!(report.counterexample("one").unwrap().length(), 1);
    });
}

#[test]
fn a_run_can_wait_for_one_property_past_the_violation_of_another() {
    let mut graph = Graph::line(10);
    graph.bad = [[2].into(), [7].into()];
    for_each_engine(&graph, &Until::Violation("two".to_owned()), |report| {
        assert_eq!(report.verdict, Verdict::Violated);
        assert_eq!(report.property("one").unwrap().length, Some(2));
        assert_eq!(report.property("two").unwrap().length, Some(7));
        assert_eq!(report.states, 8);
    });
}

#[test]
fn a_violation_in_the_initial_state_has_length_0() {
    let mut graph = Graph::line(3);
    graph.bad[0] = [0].into();
    for_each_engine(&graph, &Until::FirstViolation, |report| {
        assert_eq!(report.counterexamples[0].length(), 0);
        assert_eq!(report.states, 1);
    });
}

#[test]
fn a_sometimes_property_that_is_never_met_is_violated() {
    let mut graph = Graph::line(3);
    graph.good.clear();
    for_each_engine(&graph, &Until::FirstViolation, |report| {
        assert_eq!(report.verdict, Verdict::Violated);
        assert_eq!(report.property("good").unwrap().verdict, Verdict::Violated);
        assert!(report.counterexamples.is_empty());
    });
}

#[test]
fn a_shortcut_that_is_found_late_corrects_every_label_behind_it() {
    // Depth-first search may reach 50 by the long way first. Then the edge 0 → 50 makes all
    // states from 50 on nearer.
    let mut graph = Graph::line(100);
    for edges in [[50, 1], [1, 50]] {
        graph.edges[0] = edges.to_vec();
        for_each_engine(&graph, &Until::Exhausted, |report| {
            assert_eq!(report.depth, 51);
            assert_eq!(report.states, 100);
            assert_eq!(report.generated, 101);
        });
    }
}

#[test]
fn a_violation_to_which_no_path_is_found_is_inconclusive() {
    for engine in ENGINES {
        let graph = Graph {
            bad: [[5].into(), [].into()],
            forgets: Some(Arc::default()),
            ..Graph::line(10)
        };
        let report = run(&graph, &options(engine, 1, Until::FirstViolation)).unwrap();
        assert_eq!(report.verdict, Verdict::Inconclusive, "{engine:?}");
        let cause = report.reason.as_ref().map(Reason::cause);
        assert_eq!(cause, Some(&Reason::PredecessorsUnreadable), "{engine:?}");
        let one = report.property("one").unwrap();
        assert_eq!((one.verdict, one.length), (Verdict::Inconclusive, Some(5)));
        assert!(report.counterexamples.is_empty());
    }
}
