//! Fingerprints and sketches of levels do not depend on the engine or on the number of threads.

use crate::engines::ENGINES;
use crate::graph::{Graph, STORAGE, any_graph, options};
use crate::options::{Options, check_with};
use proptest::prelude::*;
use std::sync::Arc;
use synod_checker::{Exploration, Extras, Hashing, Kinds, Progress, SetFingerprint, Until};

const KINDS: [&str; 2] = ["even", "odd"];

/// The fingerprints and sketches of a run, beside its counts; none if the engine has none.
pub fn told(graph: &Graph, options: &Options) -> Option<Exploration> {
    let extras = Extras {
        storage: Some(STORAGE),
        kinds: Some(Kinds {
            names: KINDS.map(str::to_owned).to_vec(),
            of: |_, action| action % 2,
        }),
        ..Extras::default()
    };
    let progress = Arc::new(Progress::new());
    let report = check_with(graph.clone(), &extras, options, &progress).unwrap();
    let mut exploration = report.exploration?;
    // How the run was spread, and which of the actions came first, are no matter.
    exploration.distribution = None;
    exploration.stored = 0;
    for action in &mut exploration.actions {
        action.new_states = None;
    }
    Some(exploration)
}

pub fn sketched(options: Options) -> Options {
    Options {
        sketches: true,
        ..options
    }
}

fn fingerprint(state: usize) -> SetFingerprint {
    SetFingerprint(Hashing::default().of(&state).first)
}

fn sum(states: impl Iterator<Item = usize>) -> SetFingerprint {
    states.fold(SetFingerprint::default(), |mut sum, state| {
        sum.merge(fingerprint(state));
        sum
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_engine_and_number_of_threads_tells_the_same_and_the_truth(graph in any_graph()) {
        let levels = graph.levels();
        let explored = ENGINES.into_iter().flat_map(|engine| [1, 3].map(|threads| (engine, threads)));
        let mut explored = explored.filter_map(|(engine, threads)| {
            told(&graph, &sketched(options(engine, threads, Until::Exhausted)))
        });
        let first = explored.next().unwrap();
        let truth: Vec<_> = levels.iter().map(|level| sum(level.iter().copied())).collect();
        prop_assert_eq!(&first.fingerprints, &truth);
        prop_assert_eq!(first.sketches.len(), levels.len());
        for (kind, action) in first.actions.iter().enumerate() {
            let led_to = |level: &std::collections::BTreeSet<usize>| {
                let states = level.iter().flat_map(|&state| graph.edges[state].iter().skip(kind).step_by(2));
                graph.inside(&states.copied().collect::<Vec<_>>()).collect::<Vec<_>>()
            };
            let led_to: Vec<_> = levels.iter().map(led_to).collect();
            let counts: Vec<_> = led_to.iter().map(|states| states.len() as u64).collect();
            prop_assert_eq!(&action.levels, &counts);
            prop_assert_eq!(action.enabled, counts.iter().sum::<u64>());
            prop_assert_eq!(action.fingerprint, Some(sum(led_to.into_iter().flatten())));
        }
        for other in explored {
            prop_assert_eq!(&other, &first);
        }
    }
}

#[test]
fn without_sketches_a_run_tells_everything_else() {
    let graph = Graph::line(9);
    let plain = options(ENGINES[0], 1, Until::Exhausted);
    let sketched = told(&graph, &sketched(plain.clone())).unwrap();
    assert_eq!(sketched.sketches.len(), 9);
    let plain = told(&graph, &plain).unwrap();
    assert_eq!(plain.sketches, []);
    assert_eq!(plain.fingerprints, sketched.fingerprints);
}
