//! Random runs of the priest of one decree and of the legislator, with messages that are lost, repeated
//! and reordered, and crashes between any two outputs: every run is safe, and records before it sends.
//! §1.2, §2.3, §2.4, §3.1

use crate::chamber::{Chamber, Subject};
use crate::legislators::{Law, Legislator, Ordered};
use crate::runs::{Randomness, Run, config, happen, play, run};
use crate::safety::{check, check_step};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use synod_math::Ballot;
use synod_process::simulation::End;
use synod_protocol::Complete;
use synod_protocol::parliament::{self, Chosen, DecreeNumber, Parliament, Shipped};

type Priest = Complete<char>;

fn is_safe_after_every_step<P: Subject>(mut run: Run<P>) {
    for event in run.events {
        if let Some(step) = happen(&mut run.chamber, event) {
            check_step(&run.chamber, &step);
            check(&run.chamber);
        }
    }
}

fn does_the_same_again<P: Subject>(run: Run<P>) {
    let (mut one, mut other) = (run.chamber.clone(), run.chamber);
    for event in run.events {
        assert_eq!(happen(&mut one, event), happen(&mut other, event));
    }
    assert!(one.all().all(|p| one.process(p) == other.process(p)));
}

fn is_safe_wherever_it_crashes<P: Subject>(run: Run<P>) {
    let mut chamber = run.chamber;
    for (position, &event) in run.events.iter().enumerate() {
        let before = chamber.clone();
        let Some(step) = happen(&mut chamber, event) else {
            continue;
        };
        for outputs in 0..step.outputs.len() {
            let mut cut = before.clone();
            cut.crash_after(step.who, outputs);
            happen(&mut cut, event);
            let back = cut.recover(step.who);
            check_step(&cut, &back);
            check(&play(cut, &run.events[position + 1..]));
        }
    }
}

proptest! {
    #![proptest_config(config(2500))]

    /// A message leaves only after everything that it says is durable, and after each input the durable
    /// ledger is the one that the process remembers. lastTried, nextBal and prevBal only grow, and the
    /// outcome is written once, across crashes too: all this is about the durable ledger. Consistency,
    /// Validity, B1–B3, Theorem 1, I1 and I3 hold after every step. §2.3
    #[test]
    fn every_run_of_priests_records_before_it_sends_and_is_safe(run in run::<Priest>(400)) {
        is_safe_after_every_step(run);
    }

    /// The same for each decree number. And the law follows from the ledger, with each request carried out
    /// once. §3.1
    #[test]
    fn every_run_of_legislators_records_before_it_sends_and_is_safe(
        run in run::<Legislator>(500),
    ) {
        check(&play(run.chamber, &run.events));
    }

    /// The outputs of a process depend on its inputs only.
    #[test]
    fn the_same_inputs_of_a_priest_have_the_same_outputs(run in run::<Priest>(150)) {
        does_the_same_again(run);
    }

    #[test]
    fn the_same_inputs_of_a_legislator_have_the_same_outputs(run in run::<Legislator>(100)) {
        does_the_same_again(run);
    }
}

proptest! {
    #![proptest_config(config(500))]

    /// The variant that the checker chooses at run time, with the choices that ship, does the same as the
    /// one that ships.
    #[test]
    fn the_chosen_variant_with_shipped_choices_does_the_same_as_the_shipped_one(run in run::<Legislator>(300)) {
        let settings: Vec<_> = run.chamber.all().map(|p| run.chamber.settings(p)).collect();
        let mut chosen = with_variant(&settings, &Chosen::SHIPPED);
        let mut shipped = with_variant(&settings, &Shipped);
        for event in run.events {
            let steps = (happen(&mut chosen, event), happen(&mut shipped, event));
            assert_eq!(steps.0.as_deref(), steps.1.as_deref());
        }
    }
}

fn with_variant<V: Ordered>(
    settings: &[&Parliament<Chosen>],
    variant: &V,
) -> Chamber<parliament::Legislator<Law, V>> {
    Chamber::convene(settings.iter().map(|parliament| Parliament {
        quorums: parliament.quorums.clone(),
        settings: parliament.settings,
        variant: variant.clone(),
    }))
}

proptest! {
    #![proptest_config(config(250))]

    /// A crash may come during any input, after any of its outputs: the priest continues from his ledger,
    /// and the run is safe. §2.3
    #[test]
    fn a_crash_of_a_priest_between_any_two_outputs_is_safe(run in run::<Priest>(80)) {
        is_safe_wherever_it_crashes(run);
    }

    #[test]
    fn a_crash_of_a_legislator_between_any_two_outputs_is_safe(run in run::<Legislator>(80)) {
        is_safe_wherever_it_crashes(run);
    }
}

/// So many random runs, the same ones in every execution of the tests.
fn runs<P: Randomness>(count: usize, length: usize) -> impl Iterator<Item = Run<P>> {
    let mut runner = TestRunner::deterministic();
    let run = run(length);
    (0..count).map(move |_| run.new_tree(&mut runner).unwrap().current())
}

/// How many of these chambers satisfy the condition.
fn count<P: Subject>(ends: &[Chamber<P>], has: impl Fn(&Chamber<P>) -> bool) -> usize {
    ends.iter().filter(|end| has(end)).count()
}

/// The chambers at the ends of so many runs.
fn ends<P: Randomness>(count: usize, length: usize) -> Vec<Chamber<P>> {
    let ends = runs(count, length).map(|run: Run<P>| play(run.chamber, &run.events));
    ends.collect()
}

/// The largest number of outcomes in a ledger.
fn known<P: Subject>(chamber: &Chamber<P>) -> usize {
    let known = chamber.all().map(|p| P::outcomes(chamber.durable(p)).len());
    known.max().unwrap_or_default()
}

fn ballots_bind<P: Subject>(chamber: &Chamber<P>) -> bool {
    let mut numbers = chamber.numbers().into_iter();
    numbers.any(|at| chamber.ballots_at(at).len() > 1)
}

/// Whether a decree was passed although another one had been voted on.
fn decrees_compete(chamber: &Chamber<Priest>) -> bool {
    let ballots = chamber.ballots_at(DecreeNumber(1));
    let mut pairs = ballots.windows(2);
    pairs.any(|pair| pair[0].decree() != pair[1].decree())
        && ballots.iter().any(Ballot::is_successful)
}

/// The random runs reach the situations that the claims are about.
#[test]
fn random_runs_of_priests_pass_decrees_and_bind_later_ballots() {
    let ends = ends::<Priest>(600, 400);
    assert!(count(&ends, |end| known(end) > 0) > 300);
    assert!(count(&ends, ballots_bind) > 100);
    assert!(count(&ends, decrees_compete) > 15);
}

#[test]
fn random_runs_of_legislators_pass_decrees_and_bind_later_ballots() {
    let ends = ends::<Legislator>(300, 500);
    let anybody_has = |letter: char| {
        count(&ends, |end| {
            end.all().any(|p| end.decrees(p).contains(letter))
        })
    };
    assert!(count(&ends, |end| known(end) >= 1) > 200);
    assert!(count(&ends, |end| known(end) >= 5) > 50);
    assert!(count(&ends, ballots_bind) > 100);
    assert!(anybody_has('_') > 30);
    assert!(anybody_has('-') > 0);
}

fn crashes_between_outputs<P: Subject>(mut run: Run<P>) -> bool {
    run.events.iter().any(|&event| {
        let step = happen(&mut run.chamber, event);
        step.is_some_and(|step| step.end == End::Crashed && !step.outputs.is_empty())
    })
}

/// Crashes come between the outputs of an input, so that some are carried out and some are not.
#[test]
fn random_runs_crash_between_outputs() {
    let priests = runs::<Priest>(500, 400).filter(|run| crashes_between_outputs(run.clone()));
    assert!(priests.count() > 200);
    let legislators = runs::<Legislator>(300, 500);
    let legislators = legislators.filter(|run| crashes_between_outputs(run.clone()));
    assert!(legislators.count() > 120);
}
