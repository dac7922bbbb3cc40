//! The description that `synod prove paxos` proves is the model: in every state that is reached, the
//! same steps lead to the same states.

use super::paxos;
use crate::explore::levels;
use stateright::Model;
use std::collections::BTreeSet;
use synod_models::paxos::{Action, Message, Paxos, State};
use synod_proof::finite::{self, Universe, enabled, holds, instances, successor};
use synod_proof::system::System;
use synod_proof::targets::paxos;

/// A state as the description has it. Ranks and decrees have the same codes in both.
fn described(model: &Paxos, state: &State) -> finite::State {
    let mut described = finite::State::default();
    for a in model.acceptors() {
        let acceptor = model.acceptor(state, a);
        let a = a.index();
        described.set("maxBal", &[a], acceptor.max_bal.0.into());
        described.set("maxVBal", &[a], acceptor.max_v_bal.0.into());
        described.set("maxVal", &[a], acceptor.max_val.0.into());
    }
    for message in model.messages(state) {
        let vote = |vote: synod_models::messages::PackedVote| {
            let [number, decree] = [vote.number.0, vote.decree.0].map(usize::from);
            (vote.priest.index(), number, decree)
        };
        match message {
            Message::M1a(b) => described.set("sent1a", &[b.0.into()], 1),
            Message::M1b(b, last) => {
                let (a, number, decree) = vote(last);
                described.set("sent1b", &[a, b.0.into(), number, decree], 1);
            }
            Message::M2a(b, v) => described.set("sent2a", &[b.0.into(), v.0.into()], 1),
            Message::M2b(cast) => {
                let (a, b, v) = vote(cast);
                described.set("sent2b", &[a, b, v], 1);
            }
        }
    }
    described
}

/// The states after the steps that change something, each with the name of the step.
type After = BTreeSet<(&'static str, finite::State)>;

fn by_formulas(universe: &Universe, system: &System, state: &finite::State) -> After {
    let mut after = After::new();
    for action in &system.actions {
        for values in instances(universe, action) {
            if enabled(universe, state, action, &values) {
                let next = successor(universe, state, action, &values);
                if next != *state {
                    after.insert((action.name, next));
                }
            }
        }
    }
    after
}

fn by_the_model(model: &Paxos, state: &State) -> After {
    let mut actions = vec![];
    model.actions(state, &mut actions);
    let after = actions.into_iter().filter_map(|action| {
        let name = match action {
            Action::Phase1a(_) => "Phase1a",
            Action::Phase1b(..) => "Phase1b",
            Action::Phase2a(..) => "Phase2a",
            Action::Phase2b(..) => "Phase2b",
        };
        let next = model.next_state(state, action)?;
        Some((name, described(model, &next)))
    });
    after.collect()
}

#[test]
fn every_step_is_that_of_the_proved_description_in_every_state() {
    let (model, system) = (paxos(3, 2, 2), paxos::system());
    let universe = Universe::of_majorities(3, &[0, 1], 2);
    let states: Vec<State> = levels(&model).into_iter().flatten().collect();
    assert_eq!(states.len(), 3921);
    let initial = described(&model, &states[0]);
    assert!(holds(&universe, &initial, system.init));
    for state in &states {
        let formulas = described(&model, state);
        for conjunct in &system.invariant {
            assert!(
                holds(&universe, &formulas, conjunct.holds),
                "{}",
                conjunct.name
            );
        }
        let by_formulas = by_formulas(&universe, &system, &formulas);
        assert_eq!(by_formulas, by_the_model(&model, state), "{formulas:?}");
    }
}
