//! Every rule of a description is dropped, one after the other: each guard, and each effect. What
//! breaks then is in the files beside this one; `nothing` is a rule that is idle as far as the
//! invariant goes.
//!
//! `DROPPED=overwrite cargo test -p synod-proof --test solvers -- --include-ignored dropped` writes
//! them anew.

use crate::fates::{fails, is_proved_at_once};
use crate::{LIMIT, Solvers};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use synod_proof::obligation::kept;
use synod_proof::smt;
use synod_proof::solver::Verdict;
use synod_proof::system::{Action, Named, System};
use synod_proof::targets::math::{self, theorem_1};
use synod_proof::targets::{basic, flexible, parliament, paxos, preliminary, stratified};

pub fn of_math(solvers: &Solvers) {
    refuted(solvers, "math", &math::system());
}

/// All other actions are those of the repaired protocol.
pub fn of_printed(solvers: &Solvers) {
    let mut system = basic::printed();
    system.actions.retain(|it| it.name == "Start Polling");
    refuted(solvers, "basic-as-printed", &system);
}

pub fn of_preliminary(solvers: &Solvers) {
    refuted(solvers, "preliminary", &preliminary::system());
}

pub fn of_paxos(solvers: &Solvers) {
    refuted(solvers, "paxos", &paxos::system());
}

pub fn of_flexible(solvers: &Solvers) {
    let mut system = flexible::system();
    // It follows from B1 and CH, as the target shows.
    system.axioms.push(Named::new("Theorem.1", theorem_1()));
    refuted(solvers, "flexible", &system);
}

pub fn of_parliament(solvers: &Solvers) {
    let mut system = parliament::system();
    // It follows from B1, B2 and B3 at each number, by an induction that no solver makes.
    let of_each = parliament::everywhere(theorem_1());
    system.axioms.push(Named::new("Theorem.1", of_each));
    refuted(solvers, "parliament", &system);
}

/// Both solvers decide every obligation of decidable logic, whether it holds or not.
pub fn of_stratified(solvers: &Solvers) {
    let broken = |system: &System, action: &Action| {
        let conjuncts = system.invariant.iter();
        let is_broken = |conjunct: &&Named| {
            let obligation = kept(system, action, conjunct);
            let script = smt::script(&obligation);
            let answers = [&solvers.z3, &solvers.cvc5].map(|program| {
                let answer = program.decide(&script, LIMIT);
                answer.verdict
            });
            match answers {
                [Verdict::Unsat, Verdict::Unsat] => false,
                [Verdict::Sat, Verdict::Sat] => true,
                answers => panic!("{}: {answers:?}", obligation.name()),
            }
        };
        let broken = conjuncts.filter(is_broken);
        broken.map(|conjunct| conjunct.name).collect()
    };
    compare("stratified", &table(&stratified::system(), &broken));
}

/// Solvers prove what holds, with hints or without, and finite universes refute the rest.
fn refuted(solvers: &Solvers, target: &str, system: &System) {
    let broken = |system: &System, action: &Action| {
        let plain = system.clone().without_hints();
        let conjuncts = system.invariant.iter();
        let is_broken = |conjunct: &&Named| {
            !is_proved_at_once(solvers, system, action, conjunct)
                && fails(solvers, &plain, action, conjunct)
        };
        let broken = conjuncts.filter(is_broken);
        broken.map(|conjunct| conjunct.name).collect()
    };
    compare(target, &table(system, &broken));
}

fn compare(target: &str, found: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/solvers/dropped");
    let file = folder.join(target).with_extension("txt");
    if std::env::var_os("DROPPED").is_some_and(|what| what == "overwrite") {
        fs::write(&file, found).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(found, expected, "{}", file.display());
}

/// The conjuncts that an action of a system breaks.
type Broken<'a> = &'a dyn Fn(&System, &Action) -> Vec<&'static str>;

/// What breaks without each rule, a line each.
fn table(system: &System, broken: Broken<'_>) -> String {
    let mut text = String::new();
    for action in &system.actions {
        _ = writeln!(text, "{}", action.name);
        for (rule, weaker) in weaker(action) {
            let system = system.clone().with_action(weaker.clone());
            let breaks = match &broken(&system, &weaker)[..] {
                [] => "nothing".to_owned(),
                broken => broken.join(", "),
            };
            _ = writeln!(text, "    without {rule}: {breaks}");
        }
    }
    text
}

/// The action without each of its rules.
fn weaker(action: &Action) -> Vec<(String, Action)> {
    let guards = action.guards.iter().enumerate();
    let guards = guards.map(|(index, guard)| {
        let rule = format!("the guard \"{}\"", guard.name);
        (rule, action.without_guard(index))
    });
    let updates = action.updates.iter().enumerate();
    let updates = updates.map(|(index, update)| {
        let mut weaker = action.clone();
        weaker.updates.remove(index);
        (format!("the effect on {}", update.symbol.name), weaker)
    });
    guards.chain(updates).collect()
}
