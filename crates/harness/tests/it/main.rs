//! A check asks its properties of every state, and its failing assertions tell the reason.

#![allow(clippy::expect_used, clippy::unwrap_used)] // Tests.

mod features;
mod fewer;
mod losses;
mod progress;
mod worlds;

use stateright::{Model, Property};
use std::panic::{AssertUnwindSafe, catch_unwind};
use synod_checker::Verdict;
use synod_harness::{Check, Undescribed, check_model, ensure};

/// Counts from 0 to 9.
struct Counter;

impl Model for Counter {
    type State = u8;
    type Action = ();

    fn init_states(&self) -> Vec<u8> {
        vec![0]
    }

    fn actions(&self, count: &u8, actions: &mut Vec<()>) {
        actions.extend((*count < 9).then_some(()));
    }

    fn next_state(&self, count: &u8, (): ()) -> Option<u8> {
        Some(count + 1)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::sometimes("reaches 5", |_, count| *count == 5)]
    }
}

fn counter() -> Check<Undescribed<Counter>> {
    check_model(Counter).threads(1)
}

/// Says no from this count on, and remembers the limit.
fn below(limit: u8) -> Check<Undescribed<Counter>> {
    counter().always("is below the limit", move |at| {
        ensure!(*at.state < limit, "{} is not below {limit}", at.state);
        Ok(())
    })
}

/// The message of a failing assertion.
fn panic_of(assertion: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(assertion)).expect_err("it panics");
    *payload.downcast::<String>().expect("with a text")
}

#[test]
fn a_property_is_a_closure_that_may_capture_values() {
    below(10).run().assert_holds().assert_states(10);
    below(7).run().assert_violated("is below the limit", 7);
}

#[test]
fn each_of_many_properties_has_a_verdict_of_its_own() {
    let limits: Vec<_> = (1..=50).collect();
    let names: Vec<&'static str> = limits
        .iter()
        .map(|limit| &*format!("below {limit}").leak())
        .collect();
    let asked = limits.iter().zip(&names);
    let check = asked.fold(counter().keep_going(), |check, (&limit, name)| {
        check.always(name, move |at| {
            ensure!(*at.state < limit, "{}", at.state);
            Ok(())
        })
    });
    let checked = check.run();
    for (limit, name) in limits.into_iter().zip(names) {
        let property = checked.report().unwrap().property(name).unwrap();
        let violated = (limit < 10).then_some(u32::from(limit));
        assert_eq!(property.length, violated, "{name}");
    }
}

#[test]
fn a_failing_assertion_shows_the_shortest_run() {
    let said = panic_of(|| {
        below(3).run().assert_holds();
    });
    let (what, steps) = said.split_once("\n\n").unwrap();
    assert_eq!(
        what.trim(),
        "is below the limit is violated after 3 steps (no shorter run does this)\n  \
         3 is not below 3"
    );
    assert!(steps.contains("  3  ()\n         state: 2 → 3"), "{steps}");
}

#[test]
fn what_should_happen_and_never_does_is_named() {
    let said = panic_of(|| {
        let check = counter().sometimes("reaches 50", |at| *at.state == 50);
        check.run().assert_holds();
    });
    assert_eq!(said, "never in 10 states: reaches 50");
}

#[test]
fn another_length_or_no_violation_is_a_failure() {
    let checked = below(7).run();
    let said = panic_of(|| {
        checked.assert_violated("is below the limit", 6);
    });
    assert!(
        said.starts_with("is below the limit is violated after 7 steps, not 6\n"),
        "{said}"
    );
    let said = panic_of(|| {
        below(10).run().assert_violated("is below the limit", 6);
    });
    assert!(
        said.starts_with("is below the limit is not violated in 10 states"),
        "{said}"
    );
    let said = panic_of(|| {
        checked.assert_violated("is blow the limit", 7);
    });
    assert!(
        said.starts_with("there is no property \"is blow the limit\""),
        "{said}"
    );
    let said = panic_of(|| {
        below(10).run().assert_states(11);
    });
    assert_eq!(said, "10 states, not 11");
}

#[test]
fn a_check_that_ends_early_is_inconclusive_and_no_assertion_takes_it_for_an_answer() {
    let checked = below(7).max_states(5).run();
    assert_eq!(checked.report().unwrap().verdict, Verdict::Inconclusive);
    for said in [
        panic_of(|| {
            checked.assert_holds();
        }),
        panic_of(|| {
            checked.assert_violated("is below the limit", 7);
        }),
        panic_of(|| {
            checked.assert_states(5);
        }),
    ] {
        assert!(said.starts_with("inconclusive after "), "{said}");
        assert!(said.contains('5'), "{said}");
    }
}

#[test]
fn a_question_that_cannot_be_answered_is_an_error() {
    let said = panic_of(|| {
        let check = counter().until_violated("is below the limit");
        check.run().assert_holds();
    });
    assert!(said.starts_with("not checked: "), "{said}");
    let many = (0..63).fold(counter(), |check, _| check.always("the same", |_| Ok(())));
    assert!(many.run().report().is_err());
}

#[test]
fn a_property_that_panics_is_a_violation_with_its_path() {
    let check = counter().always("is small", |at| {
        assert!(*at.state < 4, "too large");
        Ok(())
    });
    let said = panic_of(|| {
        check.run().assert_holds();
    });
    assert!(
        said.contains("panic-freedom is violated after 4 steps"),
        "{said}"
    );
    assert!(said.contains("too large"), "{said}");
}
