//! What one president achieves, and two do not.

use stateright::Model;
use std::collections::BTreeSet;
use synod_harness::{Actions, Check, Undescribed, check_model};
use two_presidents::{State, Step, TwoPresidents};

const MODEL: TwoPresidents = TwoPresidents {
    voters: 3,
    keeps_order_only: true,
};

/// The name of the set of steps that are the work of each president.
fn work() -> Actions<Undescribed<TwoPresidents>> {
    Actions::each(|_, step: &Step| Some(step.work_of()?.to_string()))
}

/// The name of a set for each step that is somebody's work.
fn each_step() -> Actions<Undescribed<TwoPresidents>> {
    Actions::each(|_, step: &Step| step.work_of().map(|_| step.to_string()))
}

fn passed() -> Check<Undescribed<TwoPresidents>> {
    check_model(MODEL).eventually("a decree is passed", |at| at.state.is_passed)
}

fn one_leads_to_passed() -> Check<Undescribed<TwoPresidents>> {
    check_model(MODEL).leads_to(
        "one president passes a decree",
        |at| at.state.has_one_president(),
        |at| at.state.is_passed,
    )
}

#[test]
fn one_president_who_keeps_working_passes_a_decree() {
    let checked = one_leads_to_passed().weakly_fair(work()).run();
    checked.assert_holds().assert_states(1347);
}

#[test]
fn one_president_whose_messages_are_lost_for_ever_passes_nothing() {
    let checked = one_leads_to_passed().run();
    checked.assert_violated("one president passes a decree", 3);
    let told = checked.counterexample().unwrap();
    assert!(told.contains("from here on it waits:"), "{told}");
    assert!(told.contains("and then, again and again:"), "{told}");
}

#[test]
fn two_presidents_hinder_each_other_for_ever_however_fair_the_steps_are() {
    for fair in [work, each_step] {
        let checked = passed().strongly_fair(fair()).run();
        let report = checked.report().unwrap();
        let lasso = &report.counterexamples[0];
        let cycle = lasso.cycle.as_ref().unwrap();
        let steps = &lasso.steps[cycle.back_to + 1..];
        for president in ["president 0 tries", "president 1 tries"] {
            let tries = |action: &Option<String>| {
                action.as_ref().is_some_and(|it| it.starts_with(president))
            };
            assert!(
                steps.iter().any(|step| tries(&step.action)),
                "{}",
                checked.counterexample().unwrap()
            );
        }
    }
}

#[test]
fn nobody_is_stuck_before_a_decree_is_passed() {
    let checked = check_model(MODEL)
        .no_deadlock("nobody is stuck", |at| at.state.is_passed)
        .run();
    checked.assert_holds();
}

/// The states after a step, each with the step, their numbers in order.
fn next(model: &TwoPresidents, state: &State) -> BTreeSet<(Step, State)> {
    let steps = model.next_steps(state).into_iter();
    steps
        .map(|(step, state)| (step, state.in_order()))
        .collect()
}

#[test]
fn states_whose_numbers_have_the_same_order_have_the_same_steps() {
    const DEPTH: usize = 9;
    let growing = TwoPresidents {
        voters: 2,
        keeps_order_only: false,
    };
    let in_order = TwoPresidents {
        keeps_order_only: true,
        ..growing
    };
    let mut level: BTreeSet<State> = growing.init_states().into_iter().collect();
    for _ in 0..DEPTH {
        for state in &level {
            let other = state.clone().in_order();
            assert_eq!(next(&growing, state), next(&in_order, &other), "{state:?}");
        }
        level = level
            .iter()
            .flat_map(|state| growing.next_states(state))
            .collect();
    }
    assert!(level.iter().any(|state| state.clone().in_order() != *state));
}
