//! A result is compared with what was expected: as expected, different (and how), or undecided.

use std::time::Duration;
use synod_checker::{
    ActionCoverage, Expectation, Exploration, Method, PropertyReport, Reason, Report, Verdict,
    Width,
};
use synod_report::trace::TraceStep;
use synod_report::{Comparison, Trace, compare, unchecked};
use synod_vocabulary::{Expect, PANIC_FREEDOM};

pub(crate) fn report(verdict: Verdict, properties: Vec<PropertyReport>) -> Report<Trace> {
    Report {
        method: Method {
            engine: "levels".to_owned(),
            threads: 1,
            processes: None,
            seed: 0,
            fingerprint: Width::Bits64,
            exact: None,
            finds_nearest: true,
        },
        verdict,
        reason: None,
        states: 12,
        generated: 20,
        depth: 4,
        collision_probability: 0.0,
        elapsed: Duration::ZERO,
        properties,
        exploration: None,
        counterexamples: Vec::new(),
    }
}

pub(crate) fn property(name: &str, verdict: Verdict, length: Option<u32>) -> PropertyReport {
    PropertyReport {
        name: name.to_owned(),
        expectation: Expectation::Always,
        verdict,
        length,
    }
}

fn violated(length: u32) -> Report<Trace> {
    let property = property("I3", Verdict::Violated, Some(length));
    report(Verdict::Violated, vec![property])
}

fn expect_violated(property: &str, length: u32, holds: &[&str]) -> Expect {
    Expect::Violated {
        property: property.to_owned(),
        length: Some(length),
        holds: holds.iter().map(ToString::to_string).collect(),
    }
}

fn holds(states: u64, depth: u32) -> Expect {
    Expect::Holds {
        states: Some(states),
        unreduced: None,
        depth: Some(depth),
        levels: None,
        actions: None,
        worst: None,
    }
}

fn differs(differences: &[&str]) -> Comparison {
    Comparison::Differs(differences.iter().map(ToString::to_string).collect())
}

#[test]
fn numbers_are_compared_if_they_are_pinned() {
    let report = report(Verdict::Holds, Vec::new());
    assert_eq!(compare(&report, &Expect::HOLDS), Comparison::AsExpected);
    assert_eq!(compare(&report, &holds(12, 4)), Comparison::AsExpected);
    assert_eq!(
        compare(&report, &holds(13, 5)),
        differs(&["distinct states: 12, expected 13", "depth: 4, expected 5"])
    );
}

#[test]
fn a_counterexample_of_another_length_is_a_difference_unless_the_run_ended_early() {
    let expect = expect_violated("I3", 7, &[]);
    assert_eq!(compare(&violated(7), &expect), Comparison::AsExpected);
    let mut longer = violated(9);
    assert_eq!(
        compare(&longer, &expect),
        differs(&["steps of the shortest counterexample: 9, expected 7"])
    );
    longer.reason = Some(Reason::Interrupted);
    assert_eq!(compare(&longer, &expect), Comparison::Undecided);
}

#[test]
fn properties_that_should_hold_beside_a_violation_must_have_been_decided() {
    let mut report = violated(7);
    let others = [("I1", Verdict::Holds), ("I2", Verdict::Inconclusive)];
    let others = others.map(|(name, verdict)| property(name, verdict, None));
    report.properties.extend(others);
    let expect = expect_violated("I3", 7, &["I1", "I2"]);
    assert_eq!(
        compare(&report, &expect),
        differs(&["I2 was not decided, expected to hold"])
    );
}

#[test]
fn a_panic_is_a_difference_unless_it_is_expected() {
    let mut report = violated(7);
    let panic = property(PANIC_FREEDOM, Verdict::Violated, Some(3));
    report.properties.push(panic);
    assert_eq!(
        compare(&report, &expect_violated("I3", 7, &[])),
        differs(&["panic-freedom is violated, which ends the run"])
    );
    let expect = expect_violated(PANIC_FREEDOM, 3, &[]);
    assert_eq!(compare(&report, &expect), Comparison::AsExpected);
}

#[test]
fn a_random_walk_may_be_longer_than_the_shortest_counterexample_but_not_shorter() {
    let mut report = report(Verdict::Violated, Vec::new());
    let step = |_| TraceStep {
        action: None,
        kind: None,
        changes: Vec::new(),
        state: Vec::new(),
    };
    report.counterexamples.push(Trace {
        property: "I3".to_owned(),
        witness: None,
        is_shortest: false,
        seed: Some(1),
        cycle: None,
        steps: (0..=5).map(step).collect(),
        figure: None,
    });
    let of = |property, length| compare(&report, &expect_violated(property, length, &[]));
    assert_eq!(of("I3", 4), Comparison::AsExpected);
    assert_eq!(
        of("I3", 6),
        differs(&["steps of a counterexample: 5, expected at least 6"])
    );
    assert_eq!(of("I1", 4), Comparison::Undecided);
}

fn with_levels(levels: &[u64], actions: &[(&str, u64)]) -> Report<Trace> {
    let actions = actions.iter().map(|&(name, enabled)| ActionCoverage {
        name: name.to_owned(),
        enabled,
        new_states: None,
        levels: Vec::new(),
        fingerprint: None,
    });
    Report {
        exploration: Some(Exploration {
            levels: levels.to_vec(),
            actions: actions.collect(),
            ..Exploration::default()
        }),
        ..report(Verdict::Holds, Vec::new())
    }
}

#[test]
fn the_number_of_states_without_symmetry_is_compared_if_the_run_tells_it() {
    let expect = |unreduced| Expect::Holds {
        states: None,
        unreduced: Some(unreduced),
        depth: None,
        levels: None,
        actions: None,
        worst: None,
    };
    let told = Report {
        exploration: Some(Exploration {
            unreduced: Some(100),
            ..Exploration::default()
        }),
        ..report(Verdict::Holds, Vec::new())
    };
    assert_eq!(compare(&told, &expect(100)), Comparison::AsExpected);
    assert_eq!(unchecked(&told, &expect(100)), None);
    assert_eq!(
        compare(&told, &expect(101)),
        differs(&["states without symmetry: 100, expected 101"])
    );
    let untold = with_levels(&[12], &[]);
    assert_eq!(compare(&untold, &expect(101)), Comparison::AsExpected);
    assert!(unchecked(&untold, &expect(101)).is_some());
}

fn levels_and_actions(levels: &[u64], actions: &[(&str, u64)]) -> Expect {
    let actions = actions
        .iter()
        .map(|&(name, count)| (name.to_owned(), count));
    Expect::Holds {
        states: None,
        unreduced: None,
        depth: None,
        levels: Some(levels.to_vec()),
        actions: Some(actions.collect()),
        worst: None,
    }
}

#[test]
fn the_first_level_and_each_action_that_differ_are_told() {
    let report = with_levels(&[1, 4, 7], &[("Vote", 5), ("Crash", 0), ("Retry", 1)]);
    let same = levels_and_actions(&[1, 4, 7], &[("Vote", 5), ("Retry", 1)]);
    assert_eq!(compare(&report, &same), Comparison::AsExpected);
    let other = levels_and_actions(&[1, 3, 6, 2], &[("Vote", 6), ("Succeed", 2)]);
    assert_eq!(
        compare(&report, &other),
        differs(&[
            "level 2: 4 states, expected 3",
            "Retry: 1 transition, expected 0 (1 more)",
            "Succeed: 0 transitions, expected 2 (2 fewer)",
            "Vote: 5 transitions, expected 6 (1 fewer)",
        ])
    );
    let longer = levels_and_actions(&[1, 4, 7, 9], &[("Vote", 5), ("Retry", 1)]);
    assert_eq!(
        compare(&report, &longer),
        differs(&["level 4: 0 states, expected 9"])
    );
}

#[test]
fn what_the_engine_does_not_tell_is_unchecked_and_that_is_said() {
    let silent = report(Verdict::Holds, Vec::new());
    let expect = levels_and_actions(&[1], &[]);
    assert_eq!(compare(&silent, &expect), Comparison::AsExpected);
    assert_eq!(
        unchecked(&silent, &expect).as_deref(),
        Some("the levels and actions, which the engine `levels` does not tell")
    );
    assert_eq!(unchecked(&with_levels(&[1], &[("Vote", 0)]), &expect), None);
    assert_eq!(unchecked(&silent, &holds(12, 4)), None);
}
