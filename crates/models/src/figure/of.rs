//! 𝓑 as data: the rows of Figure 1, the vote by which each ballot is bound, and B1–B3.

use super::CAPTION;
use synod_math::conditions::{self, Offence};
use synod_math::{Ballot, BallotSet, PriestSet, max_vote_of};
use synod_paper::claims::{self, Statement};
use synod_vocabulary::Figure;
use synod_vocabulary::picture::{BindingVote, Condition, Row};

/// A set of ballots as a picture: its drawing, its rows, and which ballots break B1, B2 and
/// B3. Any set has one, whether or not a protocol could reach it.
///
/// ```
/// use synod_math::{Ballot, BallotNumber, BallotSet, PriestSet};
///
/// let ballot = |number, decree: &str, voters| {
///     let (quorum, voters) = (PriestSet::first(2), PriestSet::first(voters));
///     Ballot::new(BallotNumber(number), decree.to_owned(), quorum, voters)
/// };
/// let ballots: BallotSet<_> = [ballot(2, "α", 1)?, ballot(5, "β", 0)?].into_iter().collect();
/// let figure = synod_models::figure::of(&ballots);
/// let b3 = &figure.conditions[2];
/// assert_eq!((b3.name, &*b3.ballots), ("B3", &[0, 1][..]));
/// assert_eq!(figure.ballots[1].bound_by.as_ref().unwrap().voter, "Α");
/// # Ok::<(), synod_math::EmptyQuorum>(())
/// ```
pub fn of(ballots: &BallotSet<String>) -> Figure {
    of_instances(ballots.to_string(), &[(None, ballots.clone())])
}

/// The sets of ballots of several instances in one picture, with this drawing. The conditions
/// are about each instance by itself.
pub(crate) fn of_instances(drawing: String, instances: &[Instance]) -> Figure {
    let order = Order::of(instances);
    let rows = order.0.iter().map(|&(instance, position)| {
        let (name, ballots) = &instances[instance];
        let bound_by = binding_vote(ballots, position).map(|(voter, ballot)| BindingVote {
            voter,
            ballot: order.row(instance, ballot),
        });
        Row {
            instance: name.clone(),
            bound_by,
            ..row(&ballots[position])
        }
    });
    Figure {
        caption: CAPTION,
        drawing,
        ballots: rows.collect(),
        conditions: CONDITIONS
            .iter()
            .map(|rule| rule.judge(instances, &order))
            .collect(),
    }
}

/// Ballots whose quorums are not those with which they began: rows without binding votes, and
/// no conditions.
pub(crate) fn without_conditions(ballots: &BallotSet<String>) -> Figure {
    Figure {
        caption: CAPTION,
        drawing: ballots.to_string(),
        ballots: ballots.iter().map(row).collect(),
        conditions: Vec::new(),
    }
}

/// What is voted on, if there are several such things; and its ballots.
pub(crate) type Instance = (Option<String>, BallotSet<String>);

/// The rows of a picture, in order: for each the position of its instance, and the position of
/// the ballot in it.
struct Order(Vec<(usize, usize)>);

impl Order {
    /// By number, then by instance, as the drawing has them.
    fn of(instances: &[Instance]) -> Self {
        let rows = instances.iter().enumerate();
        let rows = rows.flat_map(|(instance, (_, ballots))| {
            (0..ballots.len()).map(move |position| (instance, position))
        });
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by_key(|&(instance, position)| {
            (instances[instance].1[position].number(), instance, position)
        });
        Self(rows)
    }

    fn row(&self, instance: usize, position: usize) -> usize {
        let mut rows = self.0.iter();
        let row = rows.position(|&row| row == (instance, position));
        row.unwrap_or_default() // Every ballot has a row.
    }
}

fn row(ballot: &Ballot<String>) -> Row {
    let names = |set: PriestSet| set.iter().map(|priest| priest.to_string()).collect();
    Row {
        instance: None,
        number: ballot.number().to_string(),
        decree: ballot.decree().clone(),
        quorum: names(ballot.quorum()),
        voters: names(ballot.voters()),
        is_successful: ballot.is_successful(),
        bound_by: None,
    }
}

/// MaxVote(b, Q, 𝓑) of the ballot at a position: who voted, and the position of the ballot
/// in which. None if it is a null vote.
fn binding_vote(ballots: &[Ballot<String>], position: usize) -> Option<(String, usize)> {
    let bound = &ballots[position];
    let vote = max_vote_of(Some(bound.number()), bound.quorum(), ballots)?;
    let number = vote.number()?;
    let is_its =
        |ballot: &Ballot<_>| ballot.number() == number && ballot.voters().contains(vote.priest);
    Some((vote.priest.to_string(), ballots.iter().position(is_its)?))
}

type Ballots = [Ballot<String>];

/// B1, B2 or B3.
struct Rule {
    statement: Statement,
    check: fn(&Ballots) -> Result<(), Offence<String>>,
    /// The positions of all ballots at fault.
    at_fault: fn(&Ballots) -> Vec<usize>,
}

const CONDITIONS: [Rule; 3] = [
    Rule {
        statement: claims::B1,
        check: conditions::b1,
        at_fault: |ballots| in_pairs(ballots, |a, b| a.number() == b.number()),
    },
    Rule {
        statement: claims::B2,
        check: conditions::b2,
        at_fault: |ballots| {
            in_pairs(ballots, |a, b| {
                a.quorum().intersection(b.quorum()).is_empty()
            })
        },
    },
    Rule {
        statement: claims::B3,
        check: conditions::b3,
        at_fault: contrary_to_their_votes,
    },
];

impl Rule {
    fn judge(&self, instances: &[Instance], order: &Order) -> Condition {
        let (mut witness, mut rows) = (None, Vec::new());
        for (instance, (name, ballots)) in instances.iter().enumerate() {
            let Err(offence) = (self.check)(ballots) else {
                continue;
            };
            witness.get_or_insert_with(|| match name {
                Some(name) => format!("at decree number {name}: {offence}"),
                None => offence.to_string(),
            });
            let at_fault = (self.at_fault)(ballots).into_iter();
            rows.extend(at_fault.map(|position| order.row(instance, position)));
        }
        rows.sort_unstable();
        rows.dedup();
        Condition {
            name: self.statement.name,
            meaning: self.statement.meaning,
            witness,
            ballots: rows,
        }
    }
}

/// The positions of the ballots that offend together with another one.
fn in_pairs(
    ballots: &Ballots,
    offends: impl Fn(&Ballot<String>, &Ballot<String>) -> bool,
) -> Vec<usize> {
    let offends_with_another = |&position: &usize| {
        let mut others = ballots.iter().enumerate();
        others.any(|(other, ballot)| other != position && offends(&ballots[position], ballot))
    };
    (0..ballots.len()).filter(offends_with_another).collect()
}

/// The positions of the ballots whose decree is not that of the vote that binds them, and of
/// the ballots in which those votes were cast.
fn contrary_to_their_votes(ballots: &Ballots) -> Vec<usize> {
    let bound = (0..ballots.len()).filter_map(|position| {
        let (_, by) = binding_vote(ballots, position)?;
        (ballots[by].decree() != ballots[position].decree()).then_some([position, by])
    });
    bound.flatten().collect()
}
