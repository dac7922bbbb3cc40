//! `synod prove --mutant`.

use super::program;
use crate::diagnostics::Complaint;
use crate::output::{BOLD, say};
use crate::status::Status;
use std::time::Duration;
use synod_proof::obligation::{Obligation, kept};
use synod_proof::refute::{Fate, fate, universes};
use synod_proof::replay::told;
use synod_proof::solver::Solver;
use synod_proof::targets::basic::{MUTANTS, Mutant};
use synod_report::style::{BAD, OPEN};

/// Shows where the invariant of a mutant breaks, and compares with what is pinned.
///
/// # Errors
/// There is no such mutant, or a solver is missing.
pub(super) fn mutant(name: &str, limit: Duration) -> Result<Status, Complaint> {
    let Some(mutant) = MUTANTS.iter().find(|mutant| mutant.name == name) else {
        let names: Vec<_> = MUTANTS.iter().map(|mutant| mutant.name).collect();
        let message = format!("there is no mutant {name:?} of the basic protocol");
        return Err(Complaint::about(
            message,
            format!("the mutants are: {}", names.join("; ")),
        ));
    };
    let programs = [program(Solver::Cvc5)?, program(Solver::Z3)?];
    say(&format!("{BOLD}{name}{BOLD:#}\n"));
    let (mut refuted, mut open, mut proved) = (vec![], 0, 0);
    for obligation in obligations(mutant) {
        let name = obligation.name();
        match fate(&programs, &obligation, limit) {
            Fate::Proved => proved += 1,
            Fate::Open => {
                open += 1;
                say(&format!(
                    "\n{name}: {OPEN}neither proved nor refuted{OPEN:#}\n"
                ));
            }
            Fate::Refuted(place, found) => {
                let text = told(&universes()[place], &obligation, &found);
                say(&format!(
                    "\n{name}: {BAD}refuted{BAD:#}\n{}",
                    indented(&text)
                ));
                refuted.push((obligation.from, obligation.claims));
            }
        }
    }
    let is_expected = refuted == mutant.breaks;
    let expected = if is_expected {
        "as expected"
    } else {
        "not as expected"
    };
    let count = refuted.len();
    say(&format!(
        "\n{count} refuted, {expected}; {proved} proved, {open} open\n"
    ));
    Ok(match (open, is_expected) {
        (0, true) => Status::AsExpected,
        (0, false) => Status::NotAsExpected,
        _ => Status::Inconclusive,
    })
}

/// Those that may differ from the obligations of the repaired protocol.
fn obligations(mutant: &Mutant) -> Vec<Obligation> {
    let system = mutant.system();
    let is_changed = |name: &str| mutant.action.is_none_or(|changed| changed == name);
    let changed = system
        .actions
        .iter()
        .filter(|action| is_changed(action.name));
    let of_action = |action| {
        system
            .invariant
            .iter()
            .map(|it| kept(&system, action, it))
            .collect::<Vec<_>>()
    };
    changed.flat_map(of_action).collect()
}

fn indented(text: &str) -> String {
    let mut indented = String::new();
    for line in text.lines() {
        indented += "  ";
        indented += line;
        indented.push('\n');
    }
    indented
}
