//! For tests: which partners happen in some state, compared with those that a
//! model asks for; and run specs with small bounds for which to compare them.

use crate::bounds::Bounds;
use crate::spec::{SpecModel, parse};
use rustc_hash::FxHashSet;
use stateright::{Expectation, Model};
use std::collections::{HashSet, VecDeque};
use std::hash::Hash;
use synod_math::PriestSet;
use synod_vocabulary::Partner;

/// What a search of a model has found.
pub struct Search {
    /// Of each partner, whether it happens in a state that was visited.
    pub reached: Vec<bool>,
    /// An "always" property that does not hold in a state that was visited.
    pub violated: Option<&'static str>,
    /// Whether every state was visited that can be reached.
    pub is_complete: bool,
}

/// Visits the states breadth first, and stops when more than `most` were met.
pub fn search<M: Model>(model: &M, partners: &[Partner<M>], most: usize) -> Search
where
    M::State: Clone + Eq + Hash,
{
    let properties = model.properties();
    let is_claim = |expectation: &Expectation| matches!(expectation, Expectation::Always);
    let claims = || properties.iter().filter(|p| is_claim(&p.expectation));
    let mut reached = vec![false; partners.len()];
    let mut violated = None;
    let mut open = VecDeque::from(model.init_states());
    let mut seen: FxHashSet<M::State> = open.iter().cloned().collect();
    while seen.len() <= most
        && let Some(state) = open.pop_front()
    {
        for (partner, reached) in partners.iter().zip(&mut reached) {
            *reached = *reached || (partner.happens)(model, &state);
        }
        let broken = claims().find(|claim| !(claim.condition)(model, &state));
        violated = violated.or(broken.map(|claim| claim.name));
        let next = model.next_states(&state).into_iter();
        let next = next.filter(|next| model.within_boundary(next));
        open.extend(next.filter(|next| seen.insert(next.clone())));
    }
    Search {
        reached,
        violated,
        is_complete: open.is_empty(),
    }
}

/// The partners that a model asks for.
pub fn asked<M: Model>(model: &M) -> Vec<Partner<M>> {
    let properties = model.properties().into_iter();
    let partners = properties.filter(|p| matches!(p.expectation, Expectation::Sometimes));
    let partners = partners.map(|property| Partner {
        name: property.name,
        happens: property.condition,
    });
    partners.collect()
}

/// The model of a run spec with these lines; a `;` ends a line too. None if its
/// states have no room for such bounds.
pub fn model(protocol: &str, lines: &str) -> Option<SpecModel> {
    let lines = lines.replace(';', "\n");
    let text = format!("about = \"A claim.\"\nprotocol = \"{protocol}\"\n{lines}\n");
    match parse(&text) {
        Ok(spec) => Some(spec.model),
        Err(error) => {
            assert!(
                error.help.contains("choose smaller bounds"),
                "{error}: {text}"
            );
            None
        }
    }
}

/// Weights from 0 to 3, once for each set of quorums that they make.
pub fn weights(priests: usize) -> Vec<Vec<u32>> {
    let bounds = Bounds::new(priests, &[1], 1, &["a".to_owned()]).unwrap();
    let digit = |code: u32, p: usize| code / 4_u32.pow(p as u32) % 4;
    let codes = 0..4_u32.pow(priests as u32);
    let all = codes.map(|code| (0..priests).map(|p| digit(code, p)).collect::<Vec<_>>());
    let mut seen = HashSet::new();
    all.filter(|weights| {
        let weighted = bounds.clone().with_weights(weights);
        weighted.is_ok_and(|bounds| seen.insert(bounds.quorums().to_vec()))
    })
    .collect()
}

/// Lines for priests, tryers, attempts and quorums: every set of quorums of so
/// many priests, and at most so many ballot numbers.
pub fn ballots(priests: usize, most: usize) -> Vec<String> {
    let mut all = Vec::new();
    for tryers in PriestSet::first(priests).non_empty_subsets() {
        let tryers: Vec<_> = tryers.iter().map(|p| p.index() + 1).collect();
        for attempts in 1..=(most / tryers.len()).min(3) {
            all.extend(weights(priests).iter().map(|weights| {
                format!(
                    "priests = {priests}; tryers = {tryers:?}; attempts = {attempts}; \
                     quorums = {{ weights = {weights:?} }}"
                )
            }));
        }
    }
    all
}

/// Those of one or two priests, with three and four ballot numbers.
pub fn ballots_of_two() -> Vec<String> {
    [ballots(1, 3), ballots(2, 4)].concat()
}

/// Run specs, one for each choice of a line from each of these lists.
pub struct Specs(pub Vec<Vec<String>>);

impl Specs {
    pub fn count(&self) -> usize {
        self.0.iter().map(Vec::len).product()
    }

    /// Every `step`-th of them. The step should be a prime.
    pub fn each(&self, step: usize) -> impl Iterator<Item = String> {
        (0..self.count()).step_by(step).map(|mut position| {
            let lines = self.0.iter().map(|lines| {
                let line = &lines[position % lines.len()];
                position /= lines.len();
                line.as_str()
            });
            lines.collect::<Vec<_>>().join("; ")
        })
    }
}

/// Lines as they are written.
pub fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|&line| line.to_owned()).collect()
}

/// The parliaments with these ballots, and small bounds for all else.
pub fn parliaments(ballots: Vec<String>) -> Specs {
    Specs(vec![
        lines(&[
            "",
            "crashes = 1",
            "reductions = [\"useless messages\"]",
            "crashes = 1; reductions = [\"useless messages\"]",
            "crashes = 1; reductions = [\"weaker crashes\"]",
            "crashes = 1; reductions = [\"useless messages\", \"weaker crashes\"]",
        ]),
        lines(&[
            "requests = [\"read\"]",
            "requests = [\"read\"]; retries = true",
            "requests = [\"read\", \"read\"]",
            "requests = [\"read\", \"write a\"]; retries = true",
            "requests = [\"write a\", \"swap a b\"]; asked = [1, 1]",
            "requests = [\"write a\", \"read\", \"write b\"]",
        ]),
        lines(&["", "numbers = 1", "numbers = 2", "numbers = 3"]),
        lines(&["", "in_flight = 1"]),
        lines(&["", "waiting = 0", "waiting = 1"]),
        lines(&["", "batch = 1"]),
        lines(&["", "order = \"any\""]),
        lines(&["", "voted_to = \"everybody\""]),
        lines(&["", "linearizability = true"]),
        ballots,
    ])
}

mod tests {
    use super::*;

    /// What is wrong with a good spec: a property that is violated. None if that
    /// is not known, because there are more states.
    fn judged<M: Model>(model: &M, most: usize) -> Option<Result<(), String>>
    where
        M::State: Clone + Eq + Hash,
    {
        let asked = asked(model);
        let found = search(model, &asked, most);
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

    #[allow(clippy::print_stdout)] // For whoever runs it by hand.
    /// Every `step`-th of these good specs holds. Returns how many are known to.
    fn all_hold(protocol: &str, specs: &Specs, step: usize, most: usize) -> usize {
        let (mut hold, mut wrong) = (0, Vec::new());
        for lines in specs.each(step) {
            let judged = match model(protocol, &lines) {
                Some(SpecModel::Preliminary(model)) => judged(&model, most),
                Some(SpecModel::Basic(model)) => judged(&model, most),
                Some(SpecModel::Inductive(model)) => judged(&model, most),
                Some(SpecModel::Complete(model)) => judged(&model, most),
                Some(SpecModel::Parliament(model)) => judged(&model, most),
                Some(SpecModel::Paxos(model)) => judged(&model, most),
                None => None,
            };
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

    /// Those of three priests, with so many ballot numbers at most, too.
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
}
