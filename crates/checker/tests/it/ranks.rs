//! Models that tell the rank of their states. The search forgets states, and finds the same. A
//! rank that does not grow is noticed.

use crate::counters::{COUNTERS, Counters, Folder, exhaustive, extras};
use crate::graph::{Graph, options};
use crate::options::{Options, Report, check_with};
use std::num::{NonZeroU64, NonZeroUsize};
use std::sync::Arc;
use synod_checker::{Exploration, Extras, Progress, Reason, SetFingerprint, Until, Verdict};

type State = <Counters as stateright::Model>::State;

fn sum(_: &Counters, state: &State) -> u32 {
    state.iter().map(|count| u32::from(*count)).sum()
}

/// By some steps it grows more than by others.
fn weighted(_: &Counters, state: &State) -> u32 {
    let counts = state.iter().zip(1..);
    counts
        .map(|(count, weight)| u32::from(*count) * weight)
        .sum()
}

/// A rank, and whether it grows by one.
type Ranked = (fn(&Counters, &State) -> u32, bool);

const RANKS: [Ranked; 3] = [(sum, true), (sum, false), (weighted, false)];

fn ranked((rank, is_graded): Ranked) -> Extras<Counters> {
    Extras {
        rank: Some(rank),
        is_graded,
        ..extras()
    }
}

fn run(extras: &Extras<Counters>, options: &Options) -> Report<Counters> {
    check_with(COUNTERS, extras, options, &Arc::new(Progress::new())).unwrap()
}

fn with_threads(threads: usize) -> Options {
    Options {
        threads: NonZeroUsize::new(threads).unwrap(),
        ..exhaustive()
    }
}

/// What a run finds that does not depend on how it was made.
#[derive(Debug, PartialEq)]
struct Found {
    counts: (u64, u64, u32),
    verdict: (Verdict, Option<Reason>),
    lengths: Vec<Option<u32>>,
    counterexamples: Vec<Vec<State>>,
    levels: Vec<u64>,
    fingerprints: Vec<SetFingerprint>,
    nearest: Vec<Option<SetFingerprint>>,
}

fn found(report: Report<Counters>) -> Found {
    let Exploration {
        levels,
        fingerprints,
        found_in,
        ..
    } = report.exploration.unwrap();
    let counterexamples = report.counterexamples.into_iter().map(|found| {
        let steps = found.steps.into_iter();
        steps.map(|step| step.state).collect()
    });
    Found {
        counts: (report.states, report.generated, report.depth),
        verdict: (report.verdict, report.reason),
        lengths: report.properties.iter().map(|it| it.length).collect(),
        counterexamples: counterexamples.collect(),
        levels,
        fingerprints,
        nearest: found_in,
    }
}

#[test]
fn a_run_that_forgets_states_finds_what_one_finds_that_does_not() {
    let expected = found(run(&extras(), &exhaustive()));
    assert_eq!(expected.verdict, (Verdict::Violated, None));
    for rank in RANKS {
        for threads in [1, 4] {
            let report = run(&ranked(rank), &with_threads(threads));
            assert_eq!(found(report), expected, "{threads}");
        }
    }
}

#[test]
fn a_window_needs_less_memory_than_all_states_and_the_rest_waits_in_a_file() {
    let expected = found(run(&extras(), &exhaustive()));
    for threads in [1, 4] {
        let short = Options {
            max_memory: Some(600_000),
            ..with_threads(threads)
        };
        let whole = run(&extras(), &short);
        assert!(matches!(whole.reason, Some(Reason::MemoryLimit(_))));
        for rank in RANKS.into_iter().take(2) {
            let report = run(&ranked(rank), &short);
            let stored = report.exploration.as_ref().unwrap().stored;
            assert_eq!(found(report), expected, "{threads}");
            assert!(stored > 1000, "{stored}");
        }
    }
}

#[test]
fn a_run_that_resumes_knows_the_ranks_of_its_states() {
    let expected = found(run(&extras(), &exhaustive()));
    for (number, rank) in RANKS.into_iter().enumerate() {
        let folder = Folder::new(&format!("ranks-{number}"));
        let options = folder.checkpointed("ranks");
        let cut = Options {
            max_states: NonZeroU64::new(60_000),
            ..options.clone()
        };
        assert!(run(&ranked(rank), &cut).reason.is_some());
        let resumed = run(&ranked(rank), &options);
        assert!(resumed.exploration.as_ref().unwrap().resumed_at > Some(10));
        assert_eq!(found(resumed), expected);
    }
}

#[test]
fn a_rank_that_stays_is_noticed() {
    let stays: fn(&Counters, &State) -> u32 = |model, state| sum(model, state).min(3);
    for is_graded in [false, true] {
        for threads in [1, 4] {
            let report = run(&ranked((stays, is_graded)), &with_threads(threads));
            let said = (report.verdict, report.reason);
            let expected = (Verdict::Inconclusive, Some(Reason::RankNotGrowing));
            assert_eq!(said, expected, "{is_graded}");
        }
    }
}

#[test]
fn a_step_back_and_a_step_that_is_too_large_are_noticed() {
    let run = |graph: &Graph, rank, is_graded| {
        let extras = Extras {
            rank: Some(rank),
            is_graded,
            ..Extras::default()
        };
        let options = options(crate::engines::Engine::Levels, 1, Until::Exhausted);
        let report = check_with(graph.clone(), &extras, &options, &Arc::new(Progress::new()));
        report.unwrap().reason
    };
    let itself: fn(&Graph, &usize) -> u32 = |_, state| *state as u32;
    let twice: fn(&Graph, &usize) -> u32 = |_, state| 2 * *state as u32;
    let line = Graph::line(9);
    for is_graded in [false, true] {
        assert_eq!(run(&line, itself, is_graded), None);
        for back in 0..9 {
            let mut graph = line.clone();
            graph.edges[8].push(back);
            let reason = run(&graph, itself, is_graded);
            assert_eq!(reason, Some(Reason::RankNotGrowing), "{back} {is_graded}");
        }
    }
    assert_eq!(run(&line, twice, false), None);
    assert_eq!(run(&line, twice, true), Some(Reason::RankNotGrowing));
}
