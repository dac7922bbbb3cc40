//! Ballots that somebody has drawn, judged by the conditions of the paper.

use synod_math::{Ballot, BallotNumber, BallotSet, Priest, PriestSet};
use synod_vocabulary::Figure;

/// The most priests that have names of their own.
const PRIESTS: usize = 24;

/// The figure of these ballots: each a number, a decree, a quorum and voters. The priests are
/// named by capital Greek letters, Α for the first.
///
/// # Errors
/// They are no ballots, as a sentence says.
///
/// # Examples
/// ```
/// let all = ["Α", "Β"].map(str::to_owned).to_vec();
/// let figure = synod_specs::judge([(2, "a".to_owned(), all.clone(), all)])?;
/// assert!(figure.ballots[0].is_successful);
/// assert!(figure.conditions.iter().all(|condition| condition.witness.is_none()));
/// # Ok::<(), String>(())
/// ```
pub fn judge(
    ballots: impl IntoIterator<Item = (u64, String, Vec<String>, Vec<String>)>,
) -> Result<Figure, String> {
    let ballots = ballots.into_iter().map(|(number, decree, quorum, voters)| {
        let (quorum, voters) = (priests(&quorum)?, priests(&voters)?);
        let ballot = Ballot::new(BallotNumber(number), decree, quorum, voters);
        ballot.map_err(|_| format!("the quorum of ballot {number} is empty"))
    });
    let ballots: BallotSet<String> = ballots.collect::<Result<_, _>>()?;
    Ok(synod_models::figure::of(&ballots))
}

fn priests(names: &[String]) -> Result<PriestSet, String> {
    let named = |name: &String| {
        let mut priests = (0..PRIESTS).filter_map(Priest::new);
        let found = priests.find(|priest| priest.to_string() == *name);
        found.ok_or_else(|| format!("there is no priest {name:?}"))
    };
    names.iter().map(named).collect()
}
