//! What every run keeps to, whatever is lost, repeated, reordered or crashes,
//! and wherever between two outputs it crashes. §2.3, §2.4

use crate::parliament::{End, Parliament};
use crate::runs::{Run, config, happen, play, run};
use crate::safety::{check, check_step};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use synod_math::Ballot;

proptest! {
    #![proptest_config(config(2500))]

    /// A message leaves only after all that it says is durable, and after each
    /// input what is durable is what the process remembers. lastTried, nextBal
    /// and prevBal only grow, the outcome is written once: also across crashes,
    /// for all this is about the durable ledger. Consistency, Validity, B1–B3,
    /// Theorem 1, I1 and I3 hold after every step. §2.3
    #[test]
    fn every_run_records_before_it_sends_and_is_safe(run in run(400)) {
        let mut parliament = run.parliament;
        for event in run.events {
            if let Some(step) = happen(&mut parliament, event) {
                check_step(&parliament, &step);
                check(&parliament);
            }
        }
    }

    /// What a process does depends on what it was given and on nothing else.
    #[test]
    fn the_same_inputs_have_the_same_outputs(run in run(150)) {
        let (mut one, mut other) = (run.parliament.clone(), run.parliament);
        for event in run.events {
            prop_assert_eq!(happen(&mut one, event), happen(&mut other, event));
        }
        prop_assert!(one.priests().all(|p| one.process(p) == other.process(p)));
    }
}

proptest! {
    #![proptest_config(config(250))]

    /// Whichever input a crash falls in, and after whichever of its outputs:
    /// the priest goes on from his ledger, and the run is safe. §2.3
    #[test]
    fn a_crash_between_any_two_outputs_is_safe(run in run(80)) {
        let mut parliament = run.parliament;
        for (position, &event) in run.events.iter().enumerate() {
            let before = parliament.clone();
            let Some(step) = happen(&mut parliament, event) else { continue };
            for outputs in 0..step.outputs.len() {
                let mut cut = before.clone();
                cut.crash_after(step.priest, outputs);
                let steps = [happen(&mut cut, event).unwrap(), cut.recover(step.priest)];
                check_step(&cut, &steps[1]);
                check(&play(cut, &run.events[position + 1..]));
            }
        }
    }
}

/// How many of 500 runs have this. They are the same 500 at every run.
fn in_500(has: impl Fn(&Run) -> bool) -> usize {
    let mut runner = TestRunner::deterministic();
    let mut draw = || run(400).new_tree(&mut runner).unwrap().current();
    (0..500).filter(|_| has(&draw())).count()
}

fn ends(run: &Run, has: impl Fn(&Parliament) -> bool) -> bool {
    has(&play(run.parliament.clone(), &run.events))
}

/// A decree was passed though another had been voted on.
fn decrees_compete(parliament: &Parliament) -> bool {
    let ballots = parliament.ballots();
    let mut pairs = ballots.windows(2);
    pairs.any(|pair| pair[0].decree() != pair[1].decree())
        && ballots.iter().any(Ballot::is_successful)
}

/// The runs reach what the claims are about.
#[test]
fn random_runs_pass_decrees_and_bind_later_ballots() {
    let is_passed = |p: &Parliament| p.outcomes().iter().any(Option::is_some);
    assert!(in_500(|run| ends(run, is_passed)) > 300);
    assert!(in_500(|run| ends(run, |p| p.ballots().len() > 1)) > 100);
    assert!(in_500(|run| ends(run, decrees_compete)) > 15);
}

/// Crashes fall between the outputs of an input, with some carried out and some
/// not.
#[test]
fn random_runs_crash_between_outputs() {
    let crashes = in_500(|run| {
        let mut parliament = run.parliament.clone();
        run.events.iter().any(|&event| {
            let step = happen(&mut parliament, event);
            step.is_some_and(|step| step.end == End::Crashed && !step.outputs.is_empty())
        })
    });
    assert!(crashes > 200);
}
