//! Fewer states: one of those that differ only in names, and no longer than they are needed.

use crate::panic_of;
use stateright::Model;
use synod_harness::{At, Check, Undescribed, check_model, ensure};

/// Three counters that do the same, each up to this count.
#[derive(Clone, Copy)]
struct Counters {
    most: u8,
    /// Whether the first one stops earlier.
    first_stops: bool,
}

const ALIKE: Counters = Counters {
    most: 3,
    first_stops: false,
};

impl Model for Counters {
    type State = [u8; 3];
    type Action = usize;

    fn init_states(&self) -> Vec<[u8; 3]> {
        vec![[0; 3]]
    }

    fn actions(&self, counts: &[u8; 3], actions: &mut Vec<usize>) {
        let most = |counter| self.most - u8::from(self.first_stops && counter == 0);
        actions.extend((0..3).filter(|&counter| counts[counter] < most(counter)));
    }

    fn next_state(&self, counts: &[u8; 3], counter: usize) -> Option<[u8; 3]> {
        let mut next = *counts;
        next[counter] += 1;
        Some(next)
    }
}

type Counting = Undescribed<Counters>;

fn all_names(at: At<'_, Counting>) -> Vec<[u8; 3]> {
    let [a, b, c] = *at.state;
    vec![[a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]]
}

fn height(at: At<'_, Counting>) -> u32 {
    at.state.iter().map(|&count| u32::from(count)).sum()
}

fn up_to_symmetry(counters: Counters) -> Check<Counting> {
    check_model(counters).up_to_symmetry(all_names)
}

/// No two counters have reached both of these.
fn never_at_once(check: Check<Counting>, one: u8, other: u8) -> Check<Counting> {
    check.always("not at once", move |at| {
        let has = |count| at.state.contains(&count);
        ensure!(!has(one) || !has(other), "{:?}", at.state);
        Ok(())
    })
}

#[test]
fn the_states_for_which_others_stand_add_up_to_all_states() {
    check_model(ALIKE).run().assert_holds().assert_states(64);
    let checked = up_to_symmetry(ALIKE).run();
    let checked = checked.assert_holds();
    checked.assert_states(20).assert_unreduced_states(64);
    assert!(checked.json().contains(r#""unreduced_states":64"#));
    let said = panic_of(|| {
        checked.assert_states(64);
    });
    assert_eq!(said, "20 states up to symmetry (64 in all), not 64");
    let said = panic_of(|| {
        checked.assert_unreduced_states(20);
    });
    assert_eq!(said, "20 states up to symmetry (64 in all), not 20 in all");
}

#[test]
fn every_engine_and_fingerprint_finds_the_same_up_to_symmetry() {
    for check in [
        up_to_symmetry(ALIKE).threads(2),
        up_to_symmetry(ALIKE).wide_fingerprints(),
        up_to_symmetry(ALIKE).rank(height),
    ] {
        let checked = check.run();
        let checked = checked.assert_holds();
        checked.assert_states(20).assert_unreduced_states(64);
    }
}

/// From one state to the next one counter has gone up, whatever state of its orbit was explored.
#[test]
fn a_counterexample_is_as_short_and_has_the_names_of_its_path() {
    let whole = never_at_once(check_model(ALIKE), 1, 3).run();
    whole.assert_violated("not at once", 4);
    let checked = never_at_once(up_to_symmetry(ALIKE).rank(height), 1, 3).run();
    checked.assert_violated("not at once", 4);
    let told = checked.counterexample().unwrap();
    let lines: Vec<_> = told.lines().filter(|line| line.contains(" → ")).collect();
    assert_eq!(lines.len(), 4, "{told}");
    let mut before = "[0, 0, 0]".to_owned();
    for line in lines {
        let (from, to) = line.trim().split_once(" → ").unwrap();
        assert_eq!(from, format!("state: {before}"), "{told}");
        before = to.to_owned();
    }
}

#[test]
fn names_that_make_a_difference_are_refused_with_what_differs() {
    let first_stops = Counters {
        first_stops: true,
        ..ALIKE
    };
    for (check, why) in [
        (
            up_to_symmetry(first_stops),
            "states that differ only in names have different steps",
        ),
        (
            up_to_symmetry(ALIKE).within(|at| at.state[0] < 2),
            "states that differ only in names have different steps",
        ),
        (
            up_to_symmetry(ALIKE).sometimes("the first is ahead", |at| at.state[0] > at.state[1]),
            "\"the first is ahead\" tells states apart that differ only in names",
        ),
        (
            // To name them round in one direction, and not back.
            check_model(ALIKE).up_to_symmetry(|at| {
                let [a, b, c] = *at.state;
                vec![[b, c, a]]
            }),
            "the representative is not the same for all states of an orbit",
        ),
    ] {
        let said = panic_of(|| {
            check.threads(1).run().assert_holds();
        });
        assert!(said.starts_with("inconclusive after "), "{said}");
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn a_rank_that_a_step_does_not_make_larger_is_refused() {
    check_model(ALIKE).rank(height).run().assert_states(64);
    let said = panic_of(|| {
        let check = check_model(ALIKE).rank(|at| u32::from(at.state[0]));
        check.run().assert_holds();
    });
    assert!(
        said.contains("a step does not make the rank of the state larger"),
        "{said}"
    );
}
