//! `Paxos` is Lamport's specification: the packed model is compared with a second, simple
//! and slow implementation of the TLA+ text, which uses sets of records.

use crate::explore::{count, levels};
use specification::{Plain, Record, Specification};
use stateright::Model;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;
use synod_explorer::stateright::View;
use synod_math::{Priest, PriestSet};
use synod_models::bounds::{BoundsError, Decree, Rank};
use synod_models::messages::PackedVote;
use synod_models::paxos::{Acceptor, Message, Paxos, State};
use synod_vocabulary::Describe;

mod formulas;
mod specification;
mod structure;

fn paxos(acceptors: usize, ballots: usize, decrees: usize) -> Paxos {
    let names = ["a", "b", "c", "d", "e", "f", "g"].map(str::to_owned);
    Paxos::new(acceptors, ballots, &names[..decrees]).unwrap()
}

#[test]
fn there_are_as_many_states_as_tlc_and_spin_find() {
    assert_eq!(count(&paxos(3, 2, 2)), (3921, 17));
    assert_eq!(count(&paxos(3, 3, 2)), (185_369, 25));
}

/// A packed state as a state of the specification.
fn unpack(model: &Paxos, state: &State) -> Plain {
    let variable = |value: fn(Acceptor) -> u8| {
        model
            .acceptors()
            .map(|a| (a.index(), value(model.acceptor(state, a)).cast_signed() - 1))
            .collect()
    };
    Plain {
        msgs: model.messages(state).map(record).collect(),
        max_bal: variable(|acceptor| acceptor.max_bal.0),
        max_v_bal: variable(|acceptor| acceptor.max_v_bal.0),
        max_val: variable(|acceptor| acceptor.max_val.0),
    }
}

fn record(message: Message) -> Record {
    let ballot = |b: Rank| b.0.cast_signed() - 1;
    let decree = |v: Decree| v.0.cast_signed() - 1;
    match message {
        Message::M1a(b) => Record::OneA { bal: ballot(b) },
        Message::M1b(b, vote) => Record::OneB {
            acc: vote.priest.index(),
            bal: ballot(b),
            mbal: ballot(vote.number),
            mval: decree(vote.decree),
        },
        Message::M2a(b, v) => Record::TwoA {
            bal: ballot(b),
            val: decree(v),
        },
        Message::M2b(vote) => Record::TwoB {
            acc: vote.priest.index(),
            bal: ballot(vote.number),
            val: decree(vote.decree),
        },
    }
}

/// Checks that the model has the states of the specification, at the same depths, and the
/// same steps between them.
fn is_the_specification(acceptors: usize, ballots: usize, decrees: usize) {
    let model = paxos(acceptors, ballots, decrees);
    let specification = Specification {
        acceptors,
        ballots: ballots as i8,
        values: decrees as i8,
    };
    let mut level = BTreeSet::from([specification.init()]);
    let mut seen = level.clone();
    for states in levels(&model) {
        let mut next_level = BTreeSet::new();
        let mut unpacked = BTreeSet::new();
        for state in states {
            let plain = unpack(&model, &state);
            let steps = model.next_steps(&state);
            let next: BTreeSet<_> = steps.iter().map(|(_, next)| unpack(&model, next)).collect();
            let specified: BTreeSet<_> = specification.next(&plain).into_iter().collect();
            assert_eq!(next, specified, "after {plain:?}");
            assert_eq!(
                next.len(),
                steps.len(),
                "two actions of {plain:?} have the same effect"
            );
            next_level.extend(specified);
            assert!(
                unpacked.insert(plain),
                "two packed states are the same state"
            );
        }
        assert_eq!(unpacked, level);
        level = next_level.difference(&seen).cloned().collect();
        seen.extend(level.iter().cloned());
    }
    assert!(level.is_empty());
}

#[test]
fn three_acceptors_take_the_steps_of_the_specification_and_no_others() {
    is_the_specification(3, 2, 1);
    is_the_specification(3, 2, 2);
    is_the_specification(3, 2, 3);
}

#[test]
fn two_acceptors_take_the_steps_of_the_specification_and_no_others() {
    is_the_specification(2, 2, 1);
    is_the_specification(2, 3, 2);
    is_the_specification(2, 2, 3);
    is_the_specification(2, 3, 3);
}

#[test]
fn one_acceptor_takes_the_steps_of_the_specification_and_no_others() {
    is_the_specification(1, 4, 2);
    is_the_specification(1, 3, 7);
}

#[test]
fn four_and_five_acceptors_take_the_steps_of_the_specification_and_no_others() {
    is_the_specification(4, 2, 1);
    is_the_specification(5, 1, 2);
}

/// The same for a sample, for bounds with too many states: about two hundred states at each
/// depth.
fn samples_are_the_specification(acceptors: usize, ballots: usize, decrees: usize) {
    let model = paxos(acceptors, ballots, decrees);
    let specification = Specification {
        acceptors,
        ballots: ballots as i8,
        values: decrees as i8,
    };
    let mut level = model.init_states();
    while !level.is_empty() {
        let mut next_level: BTreeMap<Plain, State> = BTreeMap::new();
        for state in &level {
            let next = model.next_states(state).into_iter();
            let next: BTreeMap<_, _> = next.map(|next| (unpack(&model, &next), next)).collect();
            let specified = specification.next(&unpack(&model, state));
            let specified: BTreeSet<_> = specified.into_iter().collect();
            assert!(next.keys().eq(specified.iter()));
            next_level.extend(next);
        }
        // The sample is evenly spread, since neighbours in the order are similar.
        let step = next_level.len().div_ceil(200).max(1);
        level = next_level.into_values().step_by(step).collect();
    }
}

/// With more ballots the largest of several votes decides, and states need more than 64 bits.
#[test]
fn samples_with_more_ballots_take_the_steps_of_the_specification() {
    samples_are_the_specification(3, 3, 3);
    samples_are_the_specification(3, 4, 2);
    samples_are_the_specification(3, 7, 2);
    samples_are_the_specification(5, 3, 2);
    samples_are_the_specification(4, 3, 4);
    samples_are_the_specification(5, 5, 7);
}

#[test]
fn a_step_has_its_own_name_and_describes_its_changes() {
    let model = paxos(3, 2, 2);
    for state in levels(&model).iter().flatten() {
        let steps = model.next_steps(state);
        let names: BTreeSet<_> = steps.iter().map(|(a, _)| model.step_name(a)).collect();
        assert_eq!(names.len(), steps.len());
        for (action, next) in steps {
            let changes = model.changes(state, &next);
            let kind = &model.kinds()[model.kind(&action)];
            assert!(model.step_name(&action).contains(kind));
            assert!(!changes.is_empty(), "{}", model.step_name(&action));
        }
    }
}

#[test]
fn different_states_have_different_fields() {
    let model = paxos(3, 2, 1);
    let states: Vec<_> = levels(&model).into_iter().flatten().collect();
    let fields: BTreeSet<_> = states
        .iter()
        .map(|state| format!("{:?}", model.fields(state)))
        .collect();
    assert_eq!(fields.len(), states.len());
}

/// The state after the steps with these names, and all their changes.
fn follow(model: &Paxos, names: &[&str]) -> (State, Vec<String>) {
    let mut state = model.init_states().remove(0);
    let mut changes = Vec::new();
    for name in names {
        let mut steps = model.next_steps(&state).into_iter();
        let step = steps.find(|(action, _)| model.step_name(action) == *name);
        let (_, next) = step.expect(name);
        changes.extend(model.changes(&state, &next));
        state = next;
    }
    (state, changes)
}

const B_IS_CHOSEN: [&str; 6] = [
    "Phase1a(1)",
    "Α: Phase1b on 1a(1)",
    "Γ: Phase1b on 1a(1)",
    "Phase2a(1, b)",
    "Γ: Phase2b on 2a(1, b)",
    "Β: Phase2b on 2a(1, b)",
];

#[test]
fn six_steps_choose_a_decree() {
    let model = paxos(3, 2, 2);
    let (state, changes) = follow(&model, &B_IS_CHOSEN);
    assert_eq!(
        changes,
        [
            "msgs + 1a(1)",
            "maxBal[Α]: −1 → 1",
            "msgs + 1b(Α, 1, −1, None)",
            "maxBal[Γ]: −1 → 1",
            "msgs + 1b(Γ, 1, −1, None)",
            "msgs + 2a(1, b)",
            "maxVBal[Γ]: −1 → 1",
            "maxVal[Γ]: None → b",
            "msgs + 2b(Γ, 1, b)",
            // Β has answered no 1a message; a 2a message is enough to vote.
            "maxBal[Β]: −1 → 1",
            "maxVBal[Β]: −1 → 1",
            "maxVal[Β]: None → b",
            "msgs + 2b(Β, 1, b)",
        ]
    );
    let is_chosen = model.property("a decree is chosen").condition;
    assert!(is_chosen(&model, &state));
    let (before, _) = follow(&model, &B_IS_CHOSEN[..5]);
    assert!(!is_chosen(&model, &before));
}

#[test]
fn a_chosen_decree_binds_the_next_ballot() {
    let model = paxos(3, 3, 2);
    let mut names = B_IS_CHOSEN.to_vec();
    names.extend(["Phase1a(2)", "Α: Phase1b on 1a(2)", "Γ: Phase1b on 1a(2)"]);
    let (state, _) = follow(&model, &names);
    let steps = model.next_steps(&state).into_iter();
    let asked: Vec<_> = steps
        .map(|(action, _)| model.step_name(&action))
        .filter(|name| name.starts_with("Phase2a"))
        .collect();
    assert_eq!(asked, ["Phase2a(2, b)"]);
}

#[test]
fn a_ballot_is_drawn_with_its_voters_once_they_are_a_majority() {
    let model = paxos(3, 2, 2);
    let first = |index| Priest::new(index).unwrap();
    let (begun, _) = follow(&model, &B_IS_CHOSEN[..5]);
    let (chosen, _) = follow(&model, &B_IS_CHOSEN);
    let (begun, chosen) = (model.named_ballots(&begun), model.named_ballots(&chosen));
    assert_eq!((begun.len(), chosen.len()), (1, 1));
    assert_eq!(begun[0].quorum(), PriestSet::first(3));
    assert!(!begun[0].is_successful());
    let voters: PriestSet = [first(1), first(2)].into_iter().collect();
    assert_eq!((chosen[0].quorum(), chosen[0].voters()), (voters, voters));
    assert_eq!(chosen[0].decree(), "b");
    assert_eq!(chosen[0].number().0, 1);
}

/// No reachable state breaks Consistency, so this test adds a 2a message that no quorum allows.
#[test]
fn two_choices_of_different_decrees_break_consistency() {
    let model = paxos(3, 2, 2);
    let chooses = |state, number, decree, voters: [usize; 2]| {
        let votes = voters.map(|priest| PackedVote {
            priest: Priest::new(priest).unwrap(),
            number: Rank(number),
            decree: Decree(decree),
        });
        let asked = model.send(state, Message::M2a(Rank(number), Decree(decree)));
        let one = model.send(asked, Message::M2b(votes[0]));
        [one, model.send(one, Message::M2b(votes[1]))]
    };
    let is_consistent = model.property("Consistency").condition;
    let two = model.property("two ballots choose a decree").condition;
    let [_, chosen] = chooses(State::default(), 1, 1, [0, 1]);
    assert!(is_consistent(&model, &chosen) && !two(&model, &chosen));
    let [one_vote, agreed] = chooses(chosen, 2, 1, [0, 2]);
    assert!(is_consistent(&model, &one_vote) && !two(&model, &one_vote));
    assert!(is_consistent(&model, &agreed) && two(&model, &agreed));
    let [one_vote, contrary] = chooses(chosen, 2, 2, [1, 2]);
    assert!(is_consistent(&model, &one_vote) && !two(&model, &one_vote));
    assert!(!is_consistent(&model, &contrary));
    let witness = model.witness("Consistency", &contrary).unwrap();
    assert_eq!(witness.0, "ballot 0 chose a, ballot 1 chose b");
}

#[test]
fn consistency_holds_and_every_partner_is_reached() {
    for (acceptors, ballots, decrees) in [(1, 1, 1), (1, 2, 2), (2, 2, 2), (3, 1, 2), (3, 2, 2)] {
        let model = paxos(acceptors, ballots, decrees);
        let states = levels(&model);
        for property in model.properties() {
            let mut met = states.iter().flatten();
            let is_met = |state| (property.condition)(&model, state);
            assert!(
                match property.expectation {
                    stateright::Expectation::Always => met.all(is_met),
                    _ => met.any(is_met),
                },
                "{}",
                property.name
            );
        }
    }
}

#[test]
fn the_explorer_sees_the_same_graph() {
    let model = paxos(3, 2, 1);
    assert_eq!(count(&View::new(model.clone())), count(&model));
}

#[test]
fn a_state_is_two_words_and_hashes_as_such() {
    #[derive(Default)]
    struct Words(Vec<u64>);
    impl std::hash::Hasher for Words {
        fn finish(&self) -> u64 {
            0
        }
        fn write(&mut self, bytes: &[u8]) {
            panic!("{} bytes are hashed outside of words", bytes.len());
        }
        fn write_u64(&mut self, word: u64) {
            self.0.push(word);
        }
    }
    assert_eq!(size_of::<State>(), 16);
    assert_eq!(size_of::<synod_models::paxos::Action>(), 4);
    let model = paxos(3, 5, 2);
    let mut words = Words::default();
    let sent = model.send(State::default(), Message::M1a(Rank(5)));
    sent.hash(&mut words);
    assert_eq!(words.0, [1 << 44, 0]);
}

#[test]
fn there_may_be_as_many_ballots_as_a_state_has_room_for() {
    for (acceptors, decrees, most) in [(3, 2, 14), (1, 1, 15), (5, 2, 9), (5, 7, 9), (2, 2, 15)] {
        let names: Vec<_> = (0..decrees).map(|v| v.to_string()).collect();
        for ballots in 1..=most {
            assert!(Paxos::new(acceptors, ballots, &names).is_ok());
        }
        for ballots in [0, most + 1, usize::MAX] {
            let error = Paxos::new(acceptors, ballots, &names).unwrap_err();
            let expected = BoundsError::Ballots {
                ballots,
                most,
                priests: acceptors,
                decrees,
            };
            assert_eq!(error, expected);
        }
    }
}
