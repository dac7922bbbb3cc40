//! From the sketches of two runs to a state in which they part.

use crate::engines::Engine;
use crate::graph::{Graph, any_graph, options};
use crate::sketches::{sketched, told};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use synod_checker::sketch::{remainder, weight};
use synod_checker::{Extras, FoundIn, Levels, Problem, Question, Until};

/// The states on a level with one of these keys.
fn found(graph: &Graph, level: usize, keys: &BTreeSet<u64>) -> Vec<FoundIn<Graph>> {
    let (extras, question) = (Extras::default(), Question::default());
    let problem = Problem::new(graph.clone(), extras, question, &Arc::default()).unwrap();
    let is_wanted = |state: synod_checker::SetFingerprint| keys.contains(&remainder(state.0));
    Levels::default().find(&problem, level as u32, is_wanted, usize::MAX)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_step_that_only_one_of_two_runs_takes_is_found_with_a_shortest_path(
        old in any_graph(),
        from in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
    ) {
        let levels = old.levels();
        let reachable: Vec<usize> = levels.iter().flatten().copied().collect();
        prop_assume!(!reachable.is_empty());
        let (from, to) = (*from.get(&reachable), to.index(old.edges.len()));
        prop_assume!(!old.outside.contains(&to));
        let mut new = old.clone();
        new.edges[from].push(to);
        let level = levels.iter().position(|level| level.contains(&from)).unwrap();
        let run = |graph| told(graph, &sketched(options(Engine::Levels, 1, Until::Exhausted))).unwrap();
        let (before, after) = (run(&old), run(&new));
        let steps = |run: &synod_checker::Exploration| run.sketches[level].steps.clone().unwrap();
        prop_assert!(!steps(&before).is_alike(&steps(&after)));
        let differing = steps(&after).differing(&steps(&before));
        let keys = differing.iter().map(|it| it.key).collect();
        let found = found(&new, level + 1, &keys);
        // Only one state takes other steps, so no cell has several.
        prop_assert_eq!(found.len(), 1);
        let found = &found[0];
        prop_assert_eq!(found.path.len(), level + 1);
        prop_assert_eq!(found.path.last().unwrap().state, from);
        let is_new = |next: &&synod_checker::Next<usize, usize>| weight(next.fingerprint.0) == differing[0].weight;
        prop_assert_eq!(found.next.iter().find(is_new).map(|next| next.step.state), Some(to));
    }

    #[test]
    fn states_are_found_on_their_own_level_only(graph in any_graph()) {
        let keys: BTreeSet<u64> = (0..graph.edges.len())
            .map(|state| remainder(synod_checker::fingerprint::fingerprint(&state)))
            .collect();
        for (level, states) in graph.levels().iter().enumerate() {
            let found = found(&graph, level + 1, &keys);
            let found: BTreeSet<_> = found.iter().map(|it| it.path.last().unwrap().state).collect();
            prop_assert_eq!(&found, states);
        }
        prop_assert!(found(&graph, graph.edges.len() + 2, &keys).is_empty());
    }
}
