//! What every run keeps to, whatever is lost, repeated, reordered or crashes,
//! and wherever between two outputs it crashes. §1.2, §3.1

use super::runs::{happen, play, run};
use super::safety::{check, check_turn, is_ascending, one_after_the_other};
use crate::legislators::Legislators;
use crate::runs::config;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

fn is_safe(chamber: &Legislators) {
    check(chamber);
    if is_ascending(chamber) {
        one_after_the_other(chamber);
    }
}

proptest! {
    #![proptest_config(config(2500))]

    /// A message leaves only after all that it says is durable, and after each
    /// input what is durable is what the process remembers; the law is what
    /// the ledger says, each request carried out once. No two ledgers hold
    /// different decrees for a number; for each number B1–B3, Theorem 1, I1 and
    /// I3 hold.
    #[test]
    fn every_run_records_before_it_sends_and_is_safe(run in run(500)) {
        is_safe(&play(run.chamber, &run.events));
    }

    /// What a process does depends on what it was given and on nothing else.
    #[test]
    fn the_same_inputs_have_the_same_outputs(run in run(100)) {
        let (mut one, mut other) = (run.chamber.clone(), run.chamber);
        for event in run.events {
            prop_assert_eq!(happen(&mut one, event), happen(&mut other, event));
        }
        prop_assert!(one.all().all(|p| one.process(p) == other.process(p)));
    }
}

proptest! {
    #![proptest_config(config(200))]

    /// Whichever input a crash falls in, and after whichever of its outputs:
    /// the legislator goes on from his ledger, and the run is safe.
    #[test]
    fn a_crash_between_any_two_outputs_is_safe(run in run(80)) {
        let mut chamber = run.chamber;
        for (position, &event) in run.events.iter().enumerate() {
            let before = chamber.clone();
            let Some(turn) = happen(&mut chamber, event) else { continue };
            for outputs in 0..turn.outputs.len() {
                let mut cut = before.clone();
                cut.crash_after(turn.who, outputs);
                happen(&mut cut, event);
                let back = cut.recover(turn.who);
                check_turn(&cut, &back);
                is_safe(&play(cut, &run.events[position + 1..]));
            }
        }
    }
}

/// How many of 300 runs have this. They are the same at every test.
fn in_300(has: impl Fn(&Legislators) -> bool) -> usize {
    let mut runner = TestRunner::deterministic();
    let mut draw = || run(500).new_tree(&mut runner).unwrap().current();
    let runs = (0..300).map(|_| draw());
    runs.filter(|run| has(&play(run.chamber.clone(), &run.events)))
        .count()
}

/// The runs reach what the claims are about.
#[test]
fn random_runs_pass_decrees_and_bind_later_ballots() {
    let longest = |chamber: &Legislators| {
        let known = chamber.all().map(|p| chamber.durable(p).known().0);
        known.max().unwrap_or_default()
    };
    let voted_again = |chamber: &Legislators| {
        let mut numbers = chamber.numbers().into_iter();
        numbers.any(|at| chamber.ballots(at).len() > 1)
    };
    let anybody_has = |chamber: &Legislators, letter: char| {
        chamber.all().any(|p| chamber.decrees(p).contains(letter))
    };
    assert!(in_300(|chamber| longest(chamber) >= 1) > 200);
    assert!(in_300(|chamber| longest(chamber) >= 5) > 50);
    assert!(in_300(voted_again) > 100);
    assert!(in_300(|chamber| anybody_has(chamber, '_')) > 30);
    assert!(in_300(|chamber| anybody_has(chamber, '-')) > 0);
}
