//! Helpers of the tests: ballots written in one line, all ballot sets of a
//! universe, random ballot sets, and the definitions restated from the paper's sentences.

pub(crate) mod random;
pub(crate) mod universe;
pub(crate) mod words;

use synod_math::theorems::Statement;
use synod_math::{Ballot, BallotNumber, Figure, Priest, PriestSet};

/// The paper's names of the first priests.
const NAMES: &str = "ΑΒΓΔΕΖΗ";

/// The decrees of all tests.
pub(crate) const DECREES: [char; 4] = ['α', 'β', 'γ', 'δ'];

/// The priest with this name.
pub(crate) fn priest(name: char) -> Priest {
    let index = NAMES.chars().position(|other| other == name).unwrap();
    Priest::new(index).unwrap()
}

/// The priests with these names.
pub(crate) fn priests(names: &str) -> PriestSet {
    names.chars().map(priest).collect()
}

/// The ballot with these components, the priests given by their names.
pub(crate) fn ballot(number: u64, decree: char, quorum: &str, voters: &str) -> Ballot<char> {
    Ballot::new(
        BallotNumber(number),
        decree,
        priests(quorum),
        priests(voters),
    )
    .unwrap()
}

/// The drawing of these ballots between two line breaks, as the expected literals have it.
pub(crate) fn drawn(ballots: &[Ballot<char>]) -> String {
    format!("\n{}\n", Figure(ballots))
}

/// Whether B1–B3 hold, according to the evaluation of a theorem.
///
/// # Panics
/// If the theorem is refuted; the message draws the ballots.
pub(crate) fn conditions_hold(statement: Statement<char>, ballots: &[Ballot<char>]) -> bool {
    match statement {
        Statement::Vacuous(_) => false,
        Statement::Holds => true,
        Statement::Refuted(a, b) => panic!("refuted by {a} and {b}:{}", drawn(ballots)),
    }
}
