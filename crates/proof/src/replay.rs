//! A counterexample of the basic protocol, replayed in `synod_paper` and told.
//!
//! ```no_run
//! use std::time::Duration;
//! use synod_proof::obligation::kept;
//! use synod_proof::refute::{Fate, refuted, universes};
//! use synod_proof::replay::told;
//! use synod_proof::solver::{Program, Solver};
//! use synod_proof::targets::basic::MUTANTS;
//!
//! let (z3, mutant) = (Program::found(Solver::Z3)?, &MUTANTS[0]);
//! let (action, conjunct) = mutant.breaks[0];
//! let system = mutant.system();
//! let action = system.actions.iter().find(|it| it.name == action).unwrap();
//! let obligation = kept(&system, action, system.conjunct(conjunct).unwrap());
//! if let Fate::Refuted(place, found) = refuted(&z3, &obligation, Duration::from_secs(60)) {
//!     println!("{}", told(&universes()[place], &obligation, &found));
//! }
//! # Ok::<(), synod_proof::solver::Absent>(())
//! ```

use crate::finite::{Counterexample, State, Universe, holds};
use crate::obligation::Obligation;
use crate::paper::{self, Decree};
use crate::targets::basic;
use crate::term::Sort;
use crate::variables::SYMBOLS;
use std::fmt::Write;
use synod_math::{BallotSet, Priest};
use synod_paper::basic::{Legislator, Slip, State as PaperState, step};
use synod_paper::variables::{Ledgers, OrMinusInfinity};

/// The counterexample in words: the state, 𝓑 as Figure 1, the step, and what A.1 in Rust says of
/// it. A state in which a conjunct of the invariant of A.1 does not hold is one that no run
/// reaches, and it says so.
pub fn told(universe: &Universe, obligation: &Obligation, found: &Counterexample) -> String {
    let mut text = String::new();
    push_state(&mut text, universe, &found.state);
    let name = obligation.step.as_ref().map_or("", |step| step.name);
    match paper::action(universe, name, &found.values) {
        Some((by, action)) => {
            _ = writeln!(text, "step of {by}: {action}");
            text += &by_the_paper(universe, found, by, &action);
        }
        None => _ = writeln!(text, "step: {name}"),
    }
    for conjunct in basic::repaired().invariant {
        let is_assumed = obligation.assumed.iter().any(|it| it.name == conjunct.name);
        if !is_assumed && !holds(universe, &found.state, conjunct.holds) {
            _ = writeln!(
                text,
                "from a state that no run reaches: {} does not hold there",
                conjunct.name
            );
        }
    }
    text
}

pub(crate) fn push_state(text: &mut String, universe: &Universe, state: &State) {
    match state_of_paper(universe, state) {
        Ok(state) => {
            for (p, legislator) in state.priests().iter().zip(&state.legislators) {
                _ = writeln!(text, "{}", legislator_in_words(p, legislator));
            }
            if !state.messages.is_empty() {
                let messages: Vec<_> = state.messages.iter().map(ToString::to_string).collect();
                _ = writeln!(text, "sent: {}", messages.join("; "));
            }
            let ballots: BallotSet<Decree> = state.ballots().iter().copied().collect();
            _ = writeln!(text, "{ballots}");
        }
        Err(why) => {
            _ = writeln!(text, "{why}");
            push_cells(text, universe, state);
        }
    }
}

/// A state that is none of A.1, as values of symbols.
fn push_cells(text: &mut String, universe: &Universe, state: &State) {
    for symbol in SYMBOLS {
        for (arguments, value) in state.of(symbol.name) {
            let arguments = symbol.arguments.iter().zip(arguments);
            let arguments: Vec<_> = arguments
                .map(|(sort, place)| paper::element(universe, *sort, *place))
                .collect();
            _ = write!(text, "{}({})", symbol.name, arguments.join(", "));
            match symbol.result {
                Sort::Truth => _ = writeln!(text),
                sort => _ = writeln!(text, " = {}", paper::element(universe, sort, value)),
            }
        }
    }
}

fn state_of_paper(universe: &Universe, state: &State) -> Result<PaperState<Decree>, String> {
    let quorums = universe.quorums().map_err(|error| error.to_string())?;
    paper::to_paper(universe, quorums, state).map_err(|unnamed| unnamed.to_string())
}

fn legislator_in_words(p: Priest, legislator: &Legislator<Decree>) -> String {
    let status = match &legislator.slip {
        Slip::Idle => "idle",
        Slip::Trying { .. } => "trying",
        Slip::Polling { .. } => "polling",
    };
    let mut text = format!(
        "{p}: {status}, lastTried {}, nextBal {}",
        OrMinusInfinity(legislator.last_tried),
        OrMinusInfinity(legislator.next_bal)
    );
    if let Slip::Polling { poll, .. } = &legislator.slip {
        _ = write!(
            text,
            ", decree {}, quorum {}, voters {}",
            poll.decree, poll.quorum, poll.voters
        );
    }
    if let Some(cast) = &legislator.prev_vote {
        _ = write!(text, ", voted in {} for {}", cast.number, cast.decree);
    }
    if let Some(outcome) = legislator.outcome {
        _ = write!(text, ", outcome {outcome}");
    }
    let votes: Vec<_> = legislator
        .slip
        .prev_votes()
        .map(ToString::to_string)
        .collect();
    if !votes.is_empty() {
        _ = write!(text, ", prevVotes {}", votes.join(" "));
    }
    text
}

/// Whether A.1 as printed takes the step, and whether it leads to the same state.
fn by_the_paper(
    universe: &Universe,
    found: &Counterexample,
    by: Priest,
    action: &synod_paper::basic::Action<Decree>,
) -> String {
    let Ok(before) = state_of_paper(universe, &found.state) else {
        return String::new();
    };
    match step(&before, by, action) {
        Ok(after) if paper::from_paper(universe, &after) == found.next => {
            "A.1 as printed takes this step\n".to_owned()
        }
        Ok(_) => "A.1 as printed takes this step to another state\n".to_owned(),
        Err(guard) => format!("A.1 as printed forbids this step: {guard}\n"),
    }
}
