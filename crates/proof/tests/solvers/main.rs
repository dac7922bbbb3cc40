//! The tests that need solvers. If one is missing they are ignored, and a line says how many
//! there are. Those that take longer are ignored, too, unless `--include-ignored` is given, as
//! `scripts/prove` does.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, missing_docs)] // Tests.

mod basic;
mod dropped;
mod fates;
mod ordering;
mod vacuity;

use libtest_mimic::{Arguments, Trial};
use std::process::ExitCode;
use std::time::Duration;
use synod_proof::smt;
use synod_proof::solver::{Program, Solver, Verdict};
use synod_proof::targets::Target;

/// How long a solver is asked.
pub const LIMIT: Duration = Duration::from_secs(60);

type Test = (&'static str, fn(&Solvers), Takes);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Seconds,
    Minutes,
}

const TESTS: &[Test] = &[
    (
        "a_counter_model_is_replayed_in_A_1",
        basic::replayed,
        Takes::Seconds,
    ),
    (
        "a_counter_model_without_a_conjunct_is_a_state_that_no_run_reaches",
        basic::unreachable,
        Takes::Seconds,
    ),
    (
        "both_solvers_prove_the_lemma_and_the_theorems",
        math,
        Takes::Seconds,
    ),
    (
        "the_invariant_is_satisfiable_with_every_guard",
        basic::satisfiable,
        Takes::Seconds,
    ),
    (
        "the_invariant_is_satisfiable_with_three_ballots_and_two_outcomes",
        basic::busy,
        Takes::Seconds,
    ),
    (
        "A_1_as_printed_fails_exactly_at_Start_Polling_and_B3",
        basic::as_printed,
        Takes::Seconds,
    ),
    (
        "without_one_of_five_conjuncts_exactly_these_steps_fail",
        basic::without_conjuncts,
        Takes::Minutes,
    ),
    (
        "every_mutant_fails_at_exactly_these_conjuncts",
        basic::mutants,
        Takes::Minutes,
    ),
    (
        "without_any_one_guard_some_obligation_fails",
        basic::guards,
        Takes::Minutes,
    ),
    (
        "every_step_of_every_target_is_possible_under_what_it_assumes",
        vacuity::possible,
        Takes::Seconds,
    ),
    (
        "the_other_invariants_are_satisfiable_with_three_ballots_and_two_outcomes",
        vacuity::busy,
        Takes::Seconds,
    ),
    (
        "a_decree_that_comes_late_is_possible",
        ordering::possible,
        Takes::Seconds,
    ),
    (
        "ordering_needs_one_quorum_and_votes_in_ascending_order",
        ordering::rules,
        Takes::Minutes,
    ),
    (
        "without_each_rule_of_theorem_2_this_breaks_dropped",
        dropped::of_math,
        Takes::Minutes,
    ),
    (
        "without_each_rule_of_start_polling_as_printed_this_breaks_dropped",
        dropped::of_printed,
        Takes::Minutes,
    ),
    (
        "without_each_rule_of_the_preliminary_protocol_this_breaks_dropped",
        dropped::of_preliminary,
        Takes::Minutes,
    ),
    (
        "without_each_rule_of_the_published_specification_this_breaks_dropped",
        dropped::of_paxos,
        Takes::Minutes,
    ),
    (
        "both_solvers_decide_what_breaks_without_each_rule_of_the_stratified_target_dropped",
        dropped::of_stratified,
        Takes::Minutes,
    ),
    (
        "without_each_rule_of_flexible_quorums_this_breaks_dropped",
        dropped::of_flexible,
        Takes::Minutes,
    ),
    (
        "without_each_rule_of_the_parliament_this_breaks_dropped",
        dropped::of_parliament,
        Takes::Minutes,
    ),
];

/// Both programs.
#[derive(Clone)]
pub struct Solvers {
    pub z3: Program,
    pub cvc5: Program,
}

fn main() -> ExitCode {
    let programs = Program::found(Solver::Z3).and_then(|z3| {
        let cvc5 = Program::found(Solver::Cvc5)?;
        Ok(Solvers { z3, cvc5 })
    });
    if let Err(absent) = &programs {
        eprintln!(
            "{} tests that need solvers are left out: {absent}. {}",
            TESTS.len(),
            absent.help()
        );
    }
    let solvers = programs.ok();
    let trial = |(name, test, takes): &Test| {
        let (solvers, test) = (solvers.clone(), *test);
        let is_ignored = solvers.is_none() || *takes == Takes::Minutes;
        let run = move || {
            test(&solvers.ok_or("a solver is missing")?);
            Ok(())
        };
        Trial::test(*name, run).with_ignored_flag(is_ignored)
    };
    let trials = TESTS.iter().map(trial).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn math(solvers: &Solvers) {
    for obligation in Target::named("math").unwrap().obligations() {
        for program in [&solvers.z3, &solvers.cvc5] {
            let answer = program.decide(&smt::script(&obligation), LIMIT);
            assert_eq!(
                answer.verdict,
                Verdict::Unsat,
                "{} by {}",
                obligation.name(),
                program.solver()
            );
        }
    }
}
