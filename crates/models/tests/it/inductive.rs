//! A.2: I with the further conjuncts is inductive. These tests show what run specs cannot
//! show: that the initial states are all states that satisfy I, and that the largest set
//! of messages is enough.

mod brute_force;

use crate::explore::{basic, bounds, levels, mutant};
use stateright::{Expectation, Model};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use synod_models::basic::inductive::{Conjunct, Inductive, Sent};
use synod_models::basic::mutants::MUTANTS;
use synod_models::basic::{Basic, State};
use synod_models::bounds::Bounds;
use synod_models::messages::Messages;
use synod_vocabulary::Describe;

fn inductive(bounds: Bounds, sent: Sent) -> Inductive {
    Inductive::new(basic(bounds), Conjunct::ALL.to_vec(), sent)
}

/// Every selection of the conjuncts.
fn selections() -> impl Iterator<Item = Vec<Conjunct>> {
    (0..1 << Conjunct::ALL.len()).map(|bits: u32| {
        let all = Conjunct::ALL.into_iter().enumerate();
        let selected = all.filter(|(position, _)| bits & (1 << position) != 0);
        selected.map(|(_, conjunct)| conjunct).collect()
    })
}

/// The claims that some step breaks, from a state that satisfies all of them.
fn broken(model: &Inductive) -> BTreeSet<&'static str> {
    let claims = model.claims();
    let mut broken = BTreeSet::new();
    for state in model.states() {
        for (action, next) in model.next_steps(&state) {
            for claim in claims.iter().filter(|c| !(c.holds)(model, &next)) {
                broken.insert(claim.name);
                assert!(model.witness(claim.name, &next).is_some(), "{action:?}");
            }
        }
    }
    broken
}

#[test]
fn with_every_conjunct_no_step_breaks_any() {
    for (priests, tryers, attempts) in [(1, &[1][..], 1), (1, &[1], 2), (2, &[1], 1)] {
        for decrees in 1..=2 {
            let bounds = bounds(priests, tryers, attempts, decrees);
            for sent in Sent::ALL {
                let model = inductive(bounds.clone(), sent);
                assert_eq!(broken(&model), BTreeSet::new(), "{priests} {sent:?}");
            }
        }
    }
}

#[test]
fn every_conjunct_holds_in_every_reachable_state() {
    let all = [
        bounds(1, &[1], 2, 1),
        bounds(2, &[1, 2], 1, 2),
        bounds(2, &[1], 2, 2),
        bounds(3, &[1], 1, 2),
        bounds(2, &[1], 1, 1).with_weights(&[2, 1]).unwrap(),
    ];
    for bounds in all {
        let model = Basic::new(bounds.clone(), true).unwrap();
        let known: HashSet<State> = inductive(bounds, Sent::LargestSet)
            .states()
            .map(|state| without_messages(&state))
            .collect();
        for state in levels(&model).iter().flatten() {
            for conjunct in Conjunct::ALL {
                conjunct.check(&model, state).unwrap();
            }
            assert!(known.contains(&without_messages(state)));
        }
    }
}

/// Without one of the conjuncts, some claim breaks; the bounds are the smallest that show
/// it. I8 needs two ballots on different decrees; I9 needs two majority sets.
#[test]
fn no_conjunct_can_be_left_out() {
    let two_ballots = || bounds(1, &[1], 2, 2);
    let two_quorums = || bounds(2, &[1], 1, 1).with_weights(&[2, 1]).unwrap();
    let one_ballot = || bounds(1, &[1], 1, 1);
    for (left_out, bounds, claim) in [
        (Conjunct::I8, two_ballots(), "I6"),
        (Conjunct::I9, two_quorums(), "I3"),
        (Conjunct::I10, one_ballot(), "types"),
    ] {
        for sent in Sent::ALL {
            let others = Conjunct::ALL.into_iter().filter(|c| *c != left_out);
            let model = Inductive::new(basic(bounds.clone()), others.collect(), sent);
            let broken = broken(&model);
            assert!(broken.contains(claim), "{left_out:?}: {broken:?}");
        }
    }
}

#[test]
fn with_a_single_decree_i8_is_not_needed() {
    let conjuncts = vec![Conjunct::I9, Conjunct::I10];
    let model = Inductive::new(basic(bounds(1, &[1], 2, 1)), conjuncts, Sent::EverySet);
    assert_eq!(broken(&model), BTreeSet::new());
}

#[test]
fn the_initial_states_are_all_type_correct_states_that_satisfy_i() {
    for selected in selections() {
        let basic = basic(bounds(1, &[1], 1, 1));
        let model = Inductive::new(basic, selected.clone(), Sent::EverySet);
        let constructed = brute_force::states_of(&model);
        let filtered = brute_force::filtered(&selected);
        let count = model.states().count();
        assert_eq!(constructed.len(), count, "a state is there twice");
        assert_eq!(constructed, filtered, "{selected:?}");
    }
}

#[test]
fn each_initial_state_is_there_once_and_satisfies_i() {
    for selected in selections() {
        for sent in Sent::ALL {
            let basic = basic(bounds(2, &[1], 1, 2));
            let model = Inductive::new(basic, selected.clone(), sent);
            let states: Vec<_> = model.states().collect();
            let different: HashSet<_> = states.iter().collect();
            assert_eq!(different.len(), states.len());
            for claim in model.claims() {
                let mut states = states.iter();
                assert!(states.all(|state| (claim.holds)(&model, state)));
            }
        }
    }
}

/// The argument for the largest set rests on this: only I7 and I9 depend on 𝓜.
#[test]
fn only_i7_and_i9_depend_on_messages() {
    let of_mutants = MUTANTS
        .iter()
        .map(|m| mutant(m.name, bounds(2, &[1], 1, 2)));
    for basic in of_mutants {
        let model = Inductive::new(basic.clone(), Conjunct::ALL.to_vec(), Sent::EverySet);
        for state in levels(&basic).iter().flatten() {
            let bare = without_messages(state);
            for claim in model.claims() {
                let is_same = (claim.holds)(&model, state) == (claim.holds)(&model, &bare);
                assert!(
                    is_same || ["I7", "I9"].contains(&claim.name),
                    "{}",
                    claim.name
                );
            }
        }
    }
}

/// The verdict is the same with every set of messages as with the largest set only, for
/// each claim and each selection of conjuncts.
#[test]
fn the_largest_set_of_messages_breaks_what_any_set_breaks() {
    let two_quorums = bounds(2, &[1], 1, 1).with_weights(&[2, 1]).unwrap();
    for bounds in [bounds(1, &[1], 2, 2), bounds(2, &[1], 1, 1), two_quorums] {
        for selected in selections() {
            let broken = Sent::ALL.map(|sent| {
                broken(&Inductive::new(
                    basic(bounds.clone()),
                    selected.clone(),
                    sent,
                ))
            });
            assert_eq!(broken[0], broken[1], "{selected:?}");
        }
    }
}

#[test]
fn the_largest_set_represents_all_its_subsets() {
    let bounds = bounds(2, &[1], 1, 2);
    let mut sets: BTreeMap<String, Vec<State>> = BTreeMap::new();
    for state in inductive(bounds.clone(), Sent::EverySet).states() {
        let key = format!("{:?}", without_messages(&state));
        sets.entry(key).or_default().push(state);
    }
    let largest = inductive(bounds, Sent::LargestSet);
    assert_eq!(sets.len(), largest.states().count());
    for state in largest.states() {
        let with = &sets[&format!("{:?}", without_messages(&state))];
        let messages = state.messages.iter().count();
        assert_eq!(with.len(), 1 << messages);
        assert!(with.iter().all(|s| s.messages.is_subset(&state.messages)));
    }
}

/// A state that does not satisfy I is not expanded, since the claim is not about steps
/// from it.
#[test]
fn no_step_is_taken_from_a_state_that_does_not_satisfy_i() {
    let conjuncts = vec![Conjunct::I8, Conjunct::I9];
    let model = Inductive::new(basic(bounds(2, &[1, 2], 1, 1)), conjuncts, Sent::LargestSet);
    let levels = levels(&model);
    assert_eq!(levels.len(), 2);
    for state in &levels[1] {
        let claims = model.claims();
        assert!(claims.iter().any(|claim| !(claim.holds)(&model, state)));
    }
}

#[test]
fn every_action_is_enabled_in_some_state() {
    for forgetful in [false, true] {
        let basic = Basic::new(bounds(2, &[1], 1, 1), forgetful).unwrap();
        let model = Inductive::new(basic, Conjunct::ALL.to_vec(), Sent::EverySet);
        let properties = model.properties().into_iter();
        let actions = properties.filter(|p| p.name.ends_with(" is enabled"));
        let actions: Vec<_> = actions.collect();
        assert_eq!(actions.len(), model.kinds().len());
        for action in actions {
            assert_eq!(action.expectation, Expectation::Sometimes);
            let happens = |state| (action.condition)(&model, &state);
            assert!(model.states().any(happens), "{}", action.name);
        }
    }
}

/// The mutant that takes the smallest MaxVote, and A.1's Start Polling, need votes in two
/// ballots below a third.
#[test]
fn every_mutant_breaks_i_with_two_ballots_if_it_needs_no_third() {
    for candidate in MUTANTS {
        let is_broken = [bounds(2, &[1, 2], 1, 2), bounds(2, &[1], 2, 2)]
            .into_iter()
            .any(|bounds| {
                let basic = mutant(candidate.name, bounds);
                let model = Inductive::new(basic, Conjunct::ALL.to_vec(), Sent::LargestSet);
                !broken(&model).is_empty()
            });
        assert_eq!(
            is_broken, !candidate.needs_three_ballots,
            "{}",
            candidate.name
        );
    }
}

fn without_messages(state: &State) -> State {
    let mut bare = *state;
    bare.messages = Messages::default();
    bare
}
