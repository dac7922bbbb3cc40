//! A verdict on an obligation by all means: solvers prove it, or a finite universe refutes it.
//!
//! Quantifiers keep solvers from finding counter-models of any size, so `unknown` is the answer
//! to most obligations that do not hold. Finite universes have them as soon as they are large
//! enough.
//!
//! ```no_run
//! use std::time::Duration;
//! use synod_proof::obligation::inductive;
//! use synod_proof::refute::{Fate, fate};
//! use synod_proof::solver::{Program, Solver};
//! use synod_proof::targets::basic;
//!
//! let programs = [Program::found(Solver::Z3)?, Program::found(Solver::Cvc5)?];
//! let obligation = &inductive(&basic::repaired())[0];
//! assert_eq!(fate(&programs, obligation, Duration::from_secs(9)), Fate::Proved);
//! # Ok::<(), synod_proof::solver::Absent>(())
//! ```

use crate::finite::{Counterexample, Search, Universe, counterexample};
use crate::obligation::Obligation;
use crate::smt;
use crate::solver::{Program, Solver, Verdict};
use std::time::Duration;

/// What became of an obligation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A solver has proved it.
    Proved,
    /// A finite universe has a counterexample: the universe by its place in [`universes`].
    Refuted(usize, Box<Counterexample>),
    /// Neither.
    Open,
}

/// The universes that are searched, from small to large. In the last, majority sets need not
/// intersect: it is one only where that is not assumed.
pub fn universes() -> Vec<Universe> {
    vec![
        Universe::of_majorities(1, &[0, 1], 2),
        Universe::of_majorities(2, &[0, 1], 2),
        Universe::of_majorities(3, &[0, 1], 2),
        Universe::of_majorities(3, &[0, 1, 2], 2),
        Universe::of_majorities(2, &[0, 1], 2).with_every_set_a_majority(),
    ]
}

/// A counterexample in the first of the universes that has one.
pub fn refuted(z3: &Program, obligation: &Obligation, limit: Duration) -> Fate {
    for (place, universe) in universes().iter().enumerate() {
        if z3.is_stopped() {
            break;
        }
        if let Search::Found(found) = counterexample(z3, universe, obligation, limit) {
            return Fate::Refuted(place, Box::new(found));
        }
    }
    Fate::Open
}

/// How long the solvers are asked before universes are searched: what they prove they prove at
/// once, mostly.
const AT_FIRST: Duration = Duration::from_secs(2);

/// Has the solvers prove it, for a short time; then searches for a counterexample; then has the
/// solvers prove it again, for the whole time.
pub fn fate(programs: &[Program], obligation: &Obligation, limit: Duration) -> Fate {
    let script = smt::script(obligation);
    let prove = |limit| {
        let mut answers = programs.iter().map(|it| it.decide(&script, limit));
        answers.any(|answer| answer.verdict == Verdict::Unsat)
    };
    if prove(limit.min(AT_FIRST)) {
        return Fate::Proved;
    }
    let z3 = programs
        .iter()
        .find(|program| program.solver() == Solver::Z3);
    match z3.map_or(Fate::Open, |z3| refuted(z3, obligation, limit)) {
        Fate::Open if prove(limit) => Fate::Proved,
        fate => fate,
    }
}
