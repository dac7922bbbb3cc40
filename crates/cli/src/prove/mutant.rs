//! `synod prove --mutant`.

use super::{program, stopped_by_signals};
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
    let stop = stopped_by_signals();
    let programs = [program(Solver::Cvc5, &stop)?, program(Solver::Z3, &stop)?];
    say(&format!("{BOLD}{name}{BOLD:#}\n"));
    let obligations = obligations(mutant);
    let (mut refuted, mut proved) = (vec![], 0);
    for obligation in &obligations {
        let fate = fate(&programs, obligation, limit);
        if stop.is_stopped() {
            break;
        }
        match &fate {
            Fate::Proved => proved += 1,
            Fate::Refuted(..) => refuted.push((obligation.from, obligation.claims)),
            Fate::Open => {}
        }
        say(&of_obligation(obligation, &fate));
    }
    let open = obligations.len() - refuted.len() - proved;
    let (status, expected) = match (open, refuted == mutant.breaks) {
        (0, true) => (Status::AsExpected, "as expected"),
        (0, false) => (Status::NotAsExpected, "not as expected"),
        _ => (Status::Inconclusive, "inconclusive"),
    };
    let count = refuted.len();
    say(&format!(
        "\n{count} refuted, {expected}; {proved} proved, {open} open\n"
    ));
    Ok(status)
}

/// The text that the report has for an obligation; it is empty if the obligation is proved.
fn of_obligation(obligation: &Obligation, fate: &Fate) -> String {
    let name = obligation.name();
    match fate {
        Fate::Proved => String::new(),
        Fate::Open => format!("\n{name}: {OPEN}neither proved nor refuted{OPEN:#}\n"),
        Fate::Refuted(place, found) => {
            let text = told(&universes()[*place], obligation, found);
            format!("\n{name}: {BAD}refuted{BAD:#}\n{}", indented(&text))
        }
    }
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
