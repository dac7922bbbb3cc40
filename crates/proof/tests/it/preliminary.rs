//! The description of the preliminary protocol is that of `synod_paper::preliminary`: in every state
//! that it reaches within small bounds, the same steps lead to the same states, and the conjuncts
//! that both have hold.

use std::collections::BTreeSet;
use synod_math::{BallotNumber, Priest, PriestSet, Quorums, conditions};
use synod_paper::message::Message;
use synod_paper::preliminary::{Action, State as PaperState, promises_kept, sent_last_votes, step};
use synod_paper::variables::Ledgers;
use synod_proof::finite::{self, Universe, holds};
use synod_proof::paper::{Decree, from_preliminary};
use synod_proof::targets::preliminary;

type Paper = PaperState<Decree>;

/// The steps with these numbers and decrees, each with the name that it has in §2.2.
fn steps(
    priests: usize,
    numbers: &[usize],
    decrees: &[Decree],
) -> Vec<(&'static str, Action<Decree>)> {
    let everybody = PriestSet::first(priests);
    let sets: Vec<PriestSet> = (1..1_usize << priests)
        .map(|bits| {
            everybody
                .iter()
                .filter(|p| bits >> p.index() & 1 == 1)
                .collect()
        })
        .collect();
    let mut steps = vec![];
    for number in numbers {
        let b = BallotNumber(*number as u64);
        steps.push(("Step 1", Action::NextBallot(b)));
        steps.extend(everybody.iter().map(|q| ("Step 2", Action::LastVote(q, b))));
        for (d, set) in decrees
            .iter()
            .flat_map(|d| sets.iter().map(move |set| (*d, *set)))
        {
            steps.push(("Step 3", Action::BeginBallot(b, d, set)));
            steps.extend(
                everybody
                    .iter()
                    .map(|q| ("Step 4", Action::Vote(q, b, d, set))),
            );
            steps.push(("Step 5", Action::Succeed(b, d, set)));
        }
    }
    for d in decrees {
        steps.extend(
            everybody
                .iter()
                .map(|q| ("Step 6", Action::ReceiveSuccess(q, *d))),
        );
    }
    steps
}

/// What `synod_paper` says of a conjunct; none if it has no word for it.
fn by_the_paper(state: &Paper, conjunct: &str) -> Option<bool> {
    let ballots = state.ballots();
    match conjunct {
        "B1" => Some(conditions::b1(&ballots).is_ok()),
        "B2" => Some(conditions::b2(&ballots).is_ok()),
        "B3" => Some(conditions::b3(&ballots).is_ok()),
        "Promises" => {
            let sent = sent_last_votes(state).map(|(b, vote)| (b, *vote));
            Some(promises_kept(state, sent).is_ok())
        }
        "Majorities" => Some(ballots.iter().all(|it| state.is_quorum(it.quorum()))),
        _ => None,
    }
}

fn compare(priests: usize, numbers: &[usize], decrees: &[Decree]) {
    let universe = Universe::of_majorities(priests, numbers, decrees.len());
    let system = preliminary::system();
    let all = steps(priests, numbers, decrees);
    let initial = Paper::new(Quorums::majority(priests).unwrap());
    let mut reached = BTreeSet::from([from_preliminary(&universe, &initial)]);
    let mut open = vec![initial];
    let mut names = BTreeSet::new();
    while let Some(state) = open.pop() {
        let formulas = from_preliminary(&universe, &state);
        for conjunct in &system.invariant {
            let by_formula = holds(&universe, &formulas, conjunct.holds);
            let by_paper = by_the_paper(&state, conjunct.name);
            assert_eq!(
                by_formula,
                by_paper.unwrap_or(true),
                "{} in {state:?}",
                conjunct.name
            );
        }
        let mut by_paper = BTreeSet::new();
        for (name, action) in &all {
            if let Ok(next) = step(&state, action) {
                let after = from_preliminary(&universe, &next);
                by_paper.insert((*name, after.clone()));
                names.insert(*name);
                if reached.insert(after) {
                    open.push(next);
                }
            }
        }
        let by_formula = finite::steps(&universe, &system, &formulas);
        let by_formula: BTreeSet<_> = by_formula.into_iter().collect();
        assert_eq!(by_formula, by_paper, "{state:?}");
    }
    assert_eq!(names.len(), system.actions.len());
}

#[test]
fn every_step_is_that_of_synod_paper_in_every_state_of_one_ballot_of_three_priests() {
    compare(3, &[0], &["α", "β"]);
}

#[test]
fn every_step_is_that_of_synod_paper_in_every_state_of_two_competing_priests() {
    compare(2, &[0, 1], &["α", "β"]);
}

/// In states that no run reaches, too, B1–B3 and the promises are those of `synod_paper`.
#[test]
fn conjuncts_are_those_of_synod_paper_where_they_do_not_hold() {
    let universe = Universe::of_majorities(2, &[0, 1], 2);
    let system = preliminary::system();
    let mut state = Paper::new(Quorums::majority(2).unwrap());
    let [alpha, beta] = [0, 1].map(|p| Priest::new(p).unwrap());
    let [of_alpha, of_beta] = [alpha, beta].map(|p| PriestSet::EMPTY.with(p));
    let broken_after = |state: &Paper| {
        let formulas = from_preliminary(&universe, state);
        let mut broken = vec![];
        for conjunct in &system.invariant {
            let Some(by_paper) = by_the_paper(state, conjunct.name) else {
                continue;
            };
            let by_formula = holds(&universe, &formulas, conjunct.holds);
            assert_eq!(by_formula, by_paper, "{}", conjunct.name);
            broken.extend((!by_paper).then_some(conjunct.name));
        }
        broken
    };
    // A vote although the promise forbids it.
    let null = synod_math::Vote::null(alpha);
    state
        .messages
        .insert(Message::LastVote(BallotNumber(1), null));
    state
        .ballots
        .insert((BallotNumber(0), "α", of_alpha), of_alpha);
    assert_eq!(broken_after(&state), ["Majorities", "Promises"]);
    state
        .ballots
        .insert((BallotNumber(1), "β", of_alpha), PriestSet::EMPTY);
    assert_eq!(broken_after(&state), ["B3", "Majorities", "Promises"]);
    state
        .ballots
        .insert((BallotNumber(1), "α", of_beta), PriestSet::EMPTY);
    assert_eq!(
        broken_after(&state),
        ["B1", "B2", "B3", "Majorities", "Promises"]
    );
}
