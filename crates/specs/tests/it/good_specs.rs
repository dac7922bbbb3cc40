//! Run specs without a mutant hold, whatever their bounds.

use crate::reached::{Specs, asked, ballots, ballots_of_two, lines, parliaments, search, spec};
use synod_specs::{Checkable, Visitor};

/// Checks a spec that should hold. The error names the property that is violated. The result is
/// none if the model has more than `most` states, and no visited one decides.
struct Judge {
    most: usize,
}

impl Visitor for Judge {
    type Output = Option<Result<(), String>>;

    fn visit<M: Checkable>(self, model: &M) -> Self::Output {
        let asked = asked(model);
        let found = search(model, &asked, self.most);
        if let Some(claim) = found.violated {
            return Some(Err(format!("{claim} does not hold")));
        }
        let mut partners = asked.iter().zip(&found.reached);
        match partners.find(|(_, is_reached)| !**is_reached) {
            None => Some(Ok(())),
            Some((partner, _)) if found.is_complete => {
                Some(Err(format!("it never happens that {}", partner.name)))
            }
            Some(_) => None,
        }
    }
}

#[allow(clippy::print_stdout)] // For a person who runs the test by hand.
/// Asserts that every `step`-th of these specs holds. Returns the number of those that are known
/// to hold.
fn all_hold(protocol: &str, specs: &Specs, step: usize, most: usize) -> usize {
    let (mut hold, mut wrong) = (0, Vec::new());
    for lines in specs.each(step) {
        let spec = spec(protocol, &lines);
        let judged = spec.and_then(|spec| spec.visit(Judge { most }));
        match judged {
            Some(Ok(())) => hold += 1,
            Some(Err(why)) => wrong.push(format!("{lines}: {why}")),
            None => {}
        }
    }
    println!("{protocol}: {hold} hold of {}", specs.each(step).count());
    assert!(wrong.is_empty(), "{protocol}: {}", wrong.join("\n"));
    hold
}

fn decrees() -> Vec<String> {
    lines(&["decrees = [\"a\"]", "decrees = [\"a\", \"b\"]"])
}

/// The ballots of at most two priests, and those of three with at most `most` ballot numbers.
fn ballots_of_three(most: usize) -> Vec<String> {
    [ballots_of_two(), ballots(3, most)].concat()
}

fn basic(ballots: Vec<String>) -> Specs {
    Specs(vec![lines(&["", "forgetful = true"]), decrees(), ballots])
}

fn inductive() -> Specs {
    let i = "inductive = [\"I\", \"I8\", \"I9\", \"I10\"]; messages = \"the largest set\"";
    let ballots = [ballots(1, 3), ballots(2, 2)].concat();
    let Specs(mut all) = basic(ballots);
    all.push(lines(&[i]));
    Specs(all)
}

fn complete(ballots: Vec<String>) -> Specs {
    let crashes = lines(&["", "crashes = 1", "crashes = 2"]);
    Specs(vec![crashes, decrees(), ballots])
}

fn paxos() -> Specs {
    let priests = (1..=5).map(|priests| format!("priests = {priests}"));
    let ballots = (1..=3).map(|ballots| format!("ballots = {ballots}"));
    Specs(vec![priests.collect(), ballots.collect(), decrees()])
}

#[test]
fn good_specs_hold() {
    const MOST: usize = 3_000;
    let preliminary = Specs(vec![decrees(), ballots_of_three(1)]);
    assert!(all_hold("preliminary", &preliminary, 1, MOST) > 90);
    assert!(all_hold("basic", &basic(ballots_of_three(1)), 1, MOST) > 90);
    assert!(all_hold("basic", &inductive(), 1, MOST) > 20);
    assert!(all_hold("complete", &complete(ballots_of_three(1)), 1, MOST) > 90);
    assert!(all_hold("parliament", &parliaments(ballots_of_three(1)), 4_999, MOST) > 40);
    assert!(all_hold("paxos", &paxos(), 1, MOST) > 10);
}

#[test]
#[ignore = "takes minutes"]
fn more_good_specs_hold() {
    const MOST: usize = 30_000;
    all_hold(
        "preliminary",
        &Specs(vec![decrees(), ballots_of_three(3)]),
        1,
        MOST,
    );
    all_hold("basic", &basic(ballots_of_three(3)), 1, MOST);
    all_hold("basic", &inductive(), 1, 1_000_000);
    all_hold("complete", &complete(ballots_of_three(3)), 1, MOST);
    all_hold("parliament", &parliaments(ballots_of_three(3)), 997, MOST);
    all_hold("paxos", &paxos(), 1, 1_000_000);
}
