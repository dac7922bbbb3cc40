//! Helpers of tests: which partners happen in some state of a model, which of them the model asks
//! for, and run specs with small bounds for which the tests compare them.

use rustc_hash::FxHashSet;
use stateright::{Expectation, Model};
use std::collections::{HashSet, VecDeque};
use std::hash::Hash;
use synod_math::PriestSet;
use synod_models::ballots::Ballots;
use synod_models::bounds::Bounds;
use synod_specs::{RunSpec, parse};
use synod_vocabulary::{Describe, Partner};

/// The result of a search of a model.
pub struct Search {
    /// For each partner, whether it happens in a visited state.
    pub reached: Vec<bool>,
    /// An `always` property that does not hold in a visited state.
    pub violated: Option<&'static str>,
    /// Whether every reachable state was visited.
    pub is_complete: bool,
}

/// Visits the states breadth first, and stops when it has met more than `most`.
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

/// The event that two ballots of some of these sets of ballots have different decrees.
pub fn differ<'a>(mut sets: impl Iterator<Item = &'a Ballots>) -> bool {
    sets.any(|ballots| {
        let mut decrees = ballots.iter().map(|(ballot, _)| ballot.decree);
        let first = decrees.next();
        decrees.any(|decree| Some(decree) != first)
    })
}

/// Whether Consistency has no partner, so that reports say of it that it says nothing.
pub fn consistency_says_nothing<M: Describe>(model: &M) -> bool {
    let mut claims = model.claims().into_iter();
    claims.any(|claim| claim.name == "Consistency" && claim.partner.is_none())
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

/// The run spec with these lines; a `;` ends a line too. None if a state has no room for the
/// bounds, or nobody proposes a decree.
pub fn spec(protocol: &str, lines: &str) -> Option<RunSpec> {
    let lines = lines.replace(';', "\n");
    let text = format!("about = \"A claim.\"\nprotocol = \"{protocol}\"\n{lines}\n");
    match parse(&text) {
        Ok(spec) => Some(spec),
        Err(error) => {
            let is_known = error.help.contains("choose smaller bounds")
                || error.message.starts_with("nobody proposes");
            assert!(is_known, "{error}: {text}");
            None
        }
    }
}

/// Weights from 0 to 3: one choice for each set of quorums that such weights make.
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

/// Lines for the keys `priests`, `tryers`, `attempts` and `quorums`: every set of quorums of
/// `priests` priests, with at most `most` ballot numbers.
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

/// The lines for one and two priests, with at most three and four ballot numbers.
pub fn ballots_of_two() -> Vec<String> {
    [ballots(1, 3), ballots(2, 4)].concat()
}

/// Run specs: one for each choice of one line from each of these lists.
pub struct Specs(pub Vec<Vec<String>>);

impl Specs {
    pub fn count(&self) -> usize {
        self.0.iter().map(Vec::len).product()
    }

    /// Every `step`-th spec. The step should be a prime, so that the specs differ in all lists.
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

/// Owned lines.
pub fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|&line| line.to_owned()).collect()
}

/// Parliaments with these ballots, and with small bounds for everything else.
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
