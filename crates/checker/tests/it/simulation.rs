//! Random walks: what they find exists, and can be found again by its seed.

use crate::graph::Graph;
use crate::options::{self, Report};
use proptest::prelude::*;
use std::num::NonZeroUsize;
use std::sync::Arc;
use synod_checker::{Extras, Progress, Reason, Until, Verdict, Walks};

fn walk(graph: &Graph, walks: u64, seed: u64, threads: usize, until: Until) -> Report<Graph> {
    let walks = Walks {
        threads: NonZeroUsize::new(threads).unwrap(),
        walks,
        seed,
        steps: 100,
    };
    let progress = Arc::new(Progress::new());
    options::walk(graph, &Extras::default(), walks, until, &progress)
}

/// A binary tree of nine levels. "one" is violated at one of its 256 leaves.
fn tree() -> Graph {
    let children = |at: usize| {
        if at < 255 {
            vec![2 * at + 1, 2 * at + 2]
        } else {
            vec![]
        }
    };
    Graph {
        initial: vec![0],
        edges: (0..511).map(children).collect(),
        bad: [[400].into(), [].into()],
        good: [0].into(),
        ..Graph::default()
    }
}

#[test]
fn walks_without_a_violation_are_inconclusive_and_report_what_they_saw() {
    let graph = Graph {
        bad: Default::default(),
        ..tree()
    };
    let report = walk(&graph, 50, 1, 2, Until::FirstViolation);
    assert_eq!(report.verdict, Verdict::Inconclusive);
    assert_eq!(report.reason, Some(Reason::Simulated { walks: 50 }));
    assert_eq!(report.generated, 50 * 9);
    assert_eq!(report.depth, 9);
    assert!(
        report.states > 100 && report.states < 511,
        "{}",
        report.states
    );
    let verdict = |name| report.property(name).unwrap().verdict;
    assert_eq!(verdict("one"), Verdict::Inconclusive);
    assert_eq!(verdict("good"), Verdict::Holds);
    assert_eq!(report.exploration.unwrap().branching.unwrap().max, 2);
}

#[test]
fn a_violation_is_the_same_for_every_number_of_threads_and_its_seed_finds_it_again() {
    let mut found = std::collections::BTreeSet::new();
    for threads in [1, 2, 4] {
        let report = walk(&tree(), 10_000, 7, threads, Until::FirstViolation);
        assert_eq!(report.verdict, Verdict::Violated);
        let counterexample = &report.counterexamples[0];
        assert_eq!(counterexample.length(), 8);
        assert!(!counterexample.is_shortest);
        found.insert((
            counterexample.seed.unwrap(),
            format!("{:?}", counterexample.steps),
        ));
    }
    assert_eq!(found.len(), 1, "{found:?}");
    let (seed, steps) = found.pop_first().unwrap();
    let again = walk(&tree(), 1, seed, 1, Until::FirstViolation);
    assert_eq!(format!("{:?}", again.counterexamples[0].steps), steps);
    assert!(seed > 7, "the first walk has found the violation");
}

#[test]
fn enough_walks_reach_every_leaf_of_a_tree() {
    let report = walk(&tree(), 10_000, 0, 2, Until::Exhausted);
    assert_eq!(report.states, 511);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_a_walk_finds_is_a_path_of_the_graph(seed in any::<u64>()) {
        let report = walk(&tree(), 200, seed, 2, Until::Exhausted);
        for counterexample in &report.counterexamples {
            let steps = &counterexample.steps;
            prop_assert_eq!(steps[0].state, 0);
            for pair in steps.windows(2) {
                let action = pair[1].action.unwrap();
                prop_assert_eq!(tree().edges[pair[0].state][action], pair[1].state);
            }
            prop_assert!(tree().bad[0].contains(&steps.last().unwrap().state));
        }
    }
}
