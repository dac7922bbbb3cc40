//! A run, step by step, in which the paper's A.1 breaks an invariant of A.2.

use crate::explore::{basic, bounds, mutant};
use stateright::Model;
use synod_models::basic::{Basic, State};
use synod_models::view::Synod;
use synod_vocabulary::Describe;

/// Two ballots have one vote each, for different decrees, as B3 allows; then all three
/// priests answer the third ballot. The steps have the names of the model.
const THREE_BALLOTS: &str = "
    Α: Try New Ballot 0
    Α: Send NextBallot
    Β: Receive NextBallot(0)
    Β: Send LastVote
    Γ: Receive NextBallot(0)
    Γ: Send LastVote
    Α: Receive LastVote(0, null_Γ)
    Α: Receive LastVote(0, null_Β)
    Α: Start Polling {Β Γ} on b
    Α: Send BeginBallot
    Γ: Receive BeginBallot(0, b)
    Α: Try New Ballot 3
    Α: Send NextBallot
    Α: Receive NextBallot(3)
    Β: Receive NextBallot(3)
    Β: Send LastVote
    Α: Receive LastVote(3, null_Β)
    Α: Send LastVote
    Α: Receive LastVote(3, null_Α)
    Α: Start Polling {Α Β} on a
    Α: Send BeginBallot
    Α: Receive BeginBallot(3, a)
    Α: Try New Ballot 6
    Α: Send NextBallot
    Γ: Receive NextBallot(6)
    Γ: Send LastVote
    Β: Receive NextBallot(6)
    Β: Send LastVote
    Α: Receive NextBallot(6)
    Α: Send LastVote
    Α: Receive LastVote(6, (Γ, 0, b))
    Α: Receive LastVote(6, null_Β)
    Α: Receive LastVote(6, (Α, 3, a))
";

/// The state after the step of this name; `None` if it is not enabled.
fn step(model: &Basic, state: &State, name: &str) -> Option<State> {
    let mut steps = model.next_steps(state).into_iter();
    let found = steps.find(|(action, _)| model.step_name(action) == name)?;
    Some(found.1)
}

fn all_steps(model: &Basic) -> State {
    let mut state = model.init_states()[0];
    for name in THREE_BALLOTS
        .lines()
        .map(str::trim)
        .filter(|name| !name.is_empty())
    {
        for claim in model.claims() {
            assert!((claim.holds)(model, &state), "{} before {name}", claim.name);
        }
        state = step(model, &state, name).expect(name);
    }
    state
}

#[test]
fn with_three_ballots_start_polling_as_in_a_1_breaks_b3_and_so_i6() {
    let model = basic(bounds(3, &[1], 3, 2));
    let state = all_steps(&model);
    let state = step(&model, &state, "Α: Start Polling {Β Γ} on a").unwrap();
    let broken: Vec<_> = model
        .claims()
        .iter()
        .filter(|claim| !(claim.holds)(&model, &state))
        .map(|claim| claim.name)
        .collect();
    assert_eq!(
        broken,
        ["B3", "refines ballots", "I6", "refines preliminary"]
    );
    let witness = model.witness("I6", &state).unwrap().to_string();
    assert_eq!(
        witness,
        "ballot 6 (decree a, quorum {Β Γ}, voters ∅) does not carry the decree of (Γ, 0, b), \
         the latest earlier vote of its quorum"
    );
    let figure = "
#  decree  quorum and voters
0  b           Β [Γ]
3  a       [Α] Β
6  a           Β  Γ";
    assert_eq!(format!("\n{}", model.named_ballots(&state)), figure);
}

#[test]
fn reading_the_votes_of_the_quorum_only_repairs_it() {
    let repair = "Start Polling reads the votes of its quorum only";
    let model = mutant(repair, bounds(3, &[1], 3, 2));
    let state = all_steps(&model);
    assert_eq!(step(&model, &state, "Α: Start Polling {Β Γ} on a"), None);
    let state = step(&model, &state, "Α: Start Polling {Β Γ} on b").unwrap();
    for claim in model.claims() {
        assert!((claim.holds)(&model, &state), "{}", claim.name);
    }
}
