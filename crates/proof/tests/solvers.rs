//! The tests that need solvers. If one is missing they are ignored, and a line says how many
//! there are. Those that take longer are ignored, too, unless `--include-ignored` is given, as
//! `scripts/prove` does.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)] // Tests.

use libtest_mimic::{Arguments, Trial};
use std::process::ExitCode;
use std::time::Duration;
use synod_proof::finite::{self, Search, Universe, enabled, holds};
use synod_proof::obligation::kept;
use synod_proof::refute::{Fate, fate, refuted, universes};
use synod_proof::replay::told;
use synod_proof::smt;
use synod_proof::solver::{Program, Solver, Stop, Verdict};
use synod_proof::system::{Named, System};
use synod_proof::targets::Target;
use synod_proof::targets::basic::{self, MUTANTS, Mutant};
use synod_proof::targets::math::theorem_1;
use synod_proof::term::{Decree, Number, Set, exists};

const LIMIT: Duration = Duration::from_secs(60);

type Test = (&'static str, fn(&Solvers), Takes);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Seconds,
    Minutes,
}

const TESTS: &[Test] = &[
    (
        "a_counter_model_is_replayed_in_A_1",
        replayed,
        Takes::Seconds,
    ),
    (
        "a_counter_model_without_a_conjunct_is_a_state_that_no_run_reaches",
        unreachable,
        Takes::Seconds,
    ),
    (
        "both_solvers_prove_the_lemma_and_the_theorems",
        math,
        Takes::Seconds,
    ),
    (
        "the_invariant_is_satisfiable_with_every_guard",
        satisfiable,
        Takes::Seconds,
    ),
    (
        "the_invariant_is_satisfiable_with_three_ballots_and_two_outcomes",
        busy,
        Takes::Seconds,
    ),
    (
        "A_1_as_printed_fails_exactly_at_Start_Polling_and_B3",
        as_printed,
        Takes::Seconds,
    ),
    (
        "without_I8_I9_or_I10_exactly_these_steps_fail",
        without_conjuncts,
        Takes::Minutes,
    ),
    (
        "every_mutant_fails_at_exactly_these_conjuncts",
        mutants,
        Takes::Minutes,
    ),
    (
        "without_any_one_guard_some_obligation_fails",
        guards,
        Takes::Minutes,
    ),
];

/// Both programs.
#[derive(Clone)]
struct Solvers {
    z3: Program,
    cvc5: Program,
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
            let answer = program.decide(&smt::script(&obligation), LIMIT, &Stop::default());
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

/// The invariant of a system, with its axioms.
fn invariant(system: &System) -> Vec<synod_proof::term::Formula> {
    system
        .invariant
        .iter()
        .map(|conjunct| conjunct.holds)
        .collect()
}

fn satisfiable(solvers: &Solvers) {
    let universe = Universe::of_majorities(2, &[0, 1], 1);
    for system in [basic::repaired(), basic::printed()] {
        for action in &system.actions {
            let found = finite::model(
                &solvers.z3,
                &universe,
                &invariant(&system),
                Some(action),
                LIMIT,
            );
            let Search::Found((state, values)) = found else {
                panic!("{}: {found:?}", action.name);
            };
            assert!(enabled(&universe, &state, action, &values));
        }
    }
}

fn busy(solvers: &Solvers) {
    use synod_proof::rigid::{below, blank};
    use synod_proof::term::{Priest, Sorted};
    use synod_proof::variables::{ballots, outcome};
    let outcomes = exists(|p: Priest, q: Priest| {
        p.is_not(q) & outcome(p).is_not(blank()) & outcome(q).is_not(blank())
    });
    let three = exists(|a: Number, b: Number, c: Number, d: Decree, e: Decree| {
        let begun = |b, d| exists(|set: Set| ballots(b, d, set));
        below(a, b) & below(b, c) & d.is_not(e) & begun(a, d) & begun(b, e) & begun(c, e)
    });
    let universe = Universe::of_majorities(3, &[0, 1, 2], 2);
    for system in [basic::repaired(), basic::printed()] {
        let mut formulas = invariant(&system);
        formulas.extend([outcomes, three]);
        let found = finite::model(&solvers.z3, &universe, &formulas, None, LIMIT);
        let Search::Found((state, _)) = found else {
            panic!("{found:?}");
        };
        assert!(
            formulas
                .iter()
                .all(|formula| holds(&universe, &state, *formula))
        );
    }
}

/// The obligations of a system that fail: every other one is proved.
fn failing(
    solvers: &Solvers,
    system: &System,
    action: Option<&str>,
) -> Vec<(&'static str, &'static str)> {
    let programs = [solvers.cvc5.clone(), solvers.z3.clone()];
    let mut failing = vec![];
    let actions = system
        .actions
        .iter()
        .filter(|it| action.is_none_or(|name| name == it.name));
    for action in actions {
        for conjunct in &system.invariant {
            let obligation = kept(system, action, conjunct);
            match fate(&programs, &obligation, LIMIT) {
                Fate::Proved => {}
                Fate::Refuted(place, found) => {
                    let universe = &universes()[place];
                    for assumed in &obligation.assumed {
                        assert!(
                            holds(universe, &found.state, assumed.holds),
                            "{}",
                            assumed.name
                        );
                    }
                    assert!(enabled(universe, &found.state, action, &found.values));
                    assert!(!holds(universe, &found.next, conjunct.holds));
                    failing.push((action.name, conjunct.name));
                }
                Fate::Open => panic!("{} is neither proved nor refuted", obligation.name()),
            }
        }
    }
    failing
}

fn as_printed(solvers: &Solvers) {
    mutant(solvers, &MUTANTS[0]);
}

/// The step of the counter-model is one of A.1, and is taken there.
fn replayed(solvers: &Solvers) {
    let system = MUTANTS[0].system();
    let action = system
        .actions
        .iter()
        .find(|it| it.name == "Start Polling")
        .unwrap();
    let obligation = kept(&system, action, system.conjunct("I6.B3").unwrap());
    let Fate::Refuted(place, found) = refuted(&solvers.z3, &obligation, LIMIT) else {
        panic!("A.1 as printed keeps B3");
    };
    let text = told(&universes()[place], &obligation, &found);
    assert!(text.contains("A.1 as printed takes this step\n"), "{text}");
    assert!(!text.contains("no run reaches"), "{text}");
}

/// Without I8, the counter-model is a state that no run reaches.
fn unreachable(solvers: &Solvers) {
    let system = basic::repaired().without_conjunct("I8").without_hints();
    let action = system
        .actions
        .iter()
        .find(|it| it.name == "Receive BeginBallot")
        .unwrap();
    let obligation = kept(&system, action, system.conjunct("I6.B3").unwrap());
    let Fate::Refuted(place, found) = refuted(&solvers.z3, &obligation, LIMIT) else {
        panic!("I8 is not needed");
    };
    let text = told(&universes()[place], &obligation, &found);
    assert!(text.contains("A.1 as printed takes this step\n"), "{text}");
    let reason = "from a state that no run reaches: I8 does not hold there";
    assert!(text.contains(reason), "{text}");
}

fn mutants(solvers: &Solvers) {
    MUTANTS[1..].iter().for_each(|it| mutant(solvers, it));
}

fn mutant(solvers: &Solvers, mutant: &Mutant) {
    let failing = failing(solvers, &mutant.system(), mutant.action);
    assert_eq!(failing, mutant.breaks, "{}", mutant.name);
}

fn without_conjuncts(solvers: &Solvers) {
    for (dropped, expected) in WITHOUT {
        let system = basic::repaired().without_conjunct(dropped).without_hints();
        assert_eq!(
            failing(solvers, &system, None),
            *expected,
            "without {dropped}"
        );
    }
}

/// The steps that fail without a conjunct.
const WITHOUT: &[(&str, &[(&str, &str)])] = &[
    ("I8", &[("Receive BeginBallot", "I6.B3")]),
    ("I9", &[("Receive BeginBallot", "I3")]),
    (
        "I10",
        &[
            ("Send NextBallot", "TypeOK"),
            ("Start Polling", "TypeOK"),
            ("Start Polling", "I2"),
        ],
    ),
];

/// Guards without which the invariant is kept all the same, and why.
const IDLE: &[(&str, &str)] = &[
    // A promise to nobody is a promise more.
    ("Receive NextBallot", "NextBallot(b) was sent"),
    // lastTried is a number of one's own, by I2.
    ("Receive LastVote", "owner(b) = p"),
    // A vote from outside the quorum changes nothing about success, and binds later ballots.
    ("Receive BeginBallot", "p ∈ B_qrm"),
    // To vote twice in one ballot changes nothing.
    ("Receive BeginBallot", "nextBal > prevBal"),
    ("Receive Voted", "owner(b) = p"),
    // Where nobody polls, quorum is empty and decree BLANK: outcome stays as it is.
    ("Succeed", "status = polling"),
    // By Theorem 1 the same decree is written again.
    ("Succeed", "outcome = BLANK"),
    ("Receive Success", "outcome = BLANK"),
    // An idle priest has nothing to lose.
    ("Lose Slip", "status ≠ idle"),
];

fn guards(solvers: &Solvers) {
    let mut system = basic::repaired().without_hints();
    // It follows from B1, B2 and B3, by an induction that no solver makes.
    system.axioms.push(Named::new("Theorem.1", theorem_1()));
    let mut idle = vec![];
    for action in &system.actions {
        for (index, guard) in action.guards.iter().enumerate() {
            let weaker = action.without_guard(index);
            let system = system.clone().with_action(weaker);
            if failing(solvers, &system, Some(action.name)).is_empty() {
                idle.push((action.name, guard.name));
            }
        }
    }
    assert_eq!(idle, IDLE);
}
