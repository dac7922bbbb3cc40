//! The drawing of a set of ballots, in the form of the paper's Figure 1.

use crate::ballot::{Ballot, BallotSet};
use crate::priest::{Priest, PriestSet};
use std::fmt;

/// Draws ballots as the paper's Figure 1: one line for each ballot, with its number, its
/// decree and its quorum. The voters are in square brackets.
///
/// ```text
///  #  decree  quorum and voters
///  2  α        Α  Β  Γ [Δ]
///  5  β        Α  Β [Γ]    Ε
/// ```
///
/// A priest has the same column in every line. A voter outside the quorum is in
/// round brackets: his vote does not count for success, but binds later ballots. The
/// lines have no trailing blanks. ∅ is drawn as `no ballots`.
///
/// ```
/// use synod_math::{Ballot, BallotNumber, Figure, PriestSet};
///
/// let ballot = Ballot::new(BallotNumber(5), "β", PriestSet::first(2), PriestSet::first(1))?;
/// let drawing = Figure(&[ballot]).to_string();
/// assert_eq!(drawing.lines().last(), Some("5  β       [Α] Β"));
/// # Ok::<(), synod_math::EmptyQuorum>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Figure<'a, D>(pub &'a [Ballot<D>]);

const NUMBER: &str = "#";
const DECREE: &str = "decree";

impl<D: fmt::Display> fmt::Display for Figure<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("no ballots");
        }
        let numbers: Vec<_> = self.0.iter().map(|b| b.number().to_string()).collect();
        let decrees: Vec<_> = self.0.iter().map(|b| b.decree().to_string()).collect();
        let number_width = width(NUMBER, &numbers);
        let decree_width = width(DECREE, &decrees);
        write!(
            f,
            "{NUMBER:>number_width$}  {DECREE:decree_width$}  quorum and voters"
        )?;
        for ((ballot, number), decree) in self.0.iter().zip(&numbers).zip(&decrees) {
            let cells = self.cells(ballot);
            write!(
                f,
                "\n{number:>number_width$}  {decree:decree_width$}  {}",
                cells.trim_end()
            )?;
        }
        Ok(())
    }
}

impl<D: fmt::Display> fmt::Display for BallotSet<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Figure(self), f)
    }
}

impl<D> Figure<'_, D> {
    /// All priests up to the last one that is in a quorum or voted.
    fn priests(&self) -> PriestSet {
        let mentioned = self.0.iter().fold(PriestSet::EMPTY, |set, ballot| {
            set.union(ballot.quorum()).union(ballot.voters())
        });
        let last = mentioned.iter().last().map_or(0, |last| last.index() + 1);
        PriestSet::first(last)
    }

    fn cells(&self, ballot: &Ballot<D>) -> String {
        self.priests()
            .iter()
            .map(|priest| cell(ballot, priest))
            .collect()
    }
}

fn cell<D>(ballot: &Ballot<D>, priest: Priest) -> String {
    let in_quorum = ballot.quorum().contains(priest);
    match (in_quorum, ballot.voters().contains(priest)) {
        (true, true) => format!("[{priest}]"),
        (true, false) => format!(" {priest} "),
        (false, true) => format!("({priest})"),
        (false, false) => format!("{:1$}", "", priest.to_string().chars().count() + 2),
    }
}

fn width(heading: &str, texts: &[String]) -> usize {
    texts
        .iter()
        .map(|text| text.chars().count())
        .fold(heading.chars().count(), usize::max)
}
