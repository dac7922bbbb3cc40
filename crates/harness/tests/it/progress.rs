//! What happens in the end.

use stateright::{Model, Property};
use std::panic::{AssertUnwindSafe, catch_unwind};
use synod_checker::{Reason, Verdict};
use synod_harness::{Actions, Check, Checked, Undescribed, check_model, ensure};

/// A client of two servers: each may answer it, or let it wait. The state is what each has
/// answered.
#[derive(Clone)]
struct Servers;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Wait(usize),
    Answer(usize),
}

impl Model for Servers {
    type State = [bool; 2];
    type Action = Step;

    fn init_states(&self) -> Vec<[bool; 2]> {
        vec![[false; 2]]
    }

    fn actions(&self, answered: &[bool; 2], steps: &mut Vec<Step>) {
        let open = (0..2).filter(|server| !answered[*server]);
        steps.extend(open.flat_map(|server| [Step::Wait(server), Step::Answer(server)]));
    }

    fn next_state(&self, answered: &[bool; 2], step: Step) -> Option<[bool; 2]> {
        let mut next = *answered;
        if let Step::Answer(server) = step {
            next[server] = true;
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::eventually(
            "somebody answers",
            |_, answered: &[bool; 2]| answered.contains(&true),
        )]
    }
}

fn both() -> Check<Undescribed<Servers>> {
    check_model(Servers).leads_to(
        "one answer leads to the other",
        |at| at.state.contains(&true),
        |at| *at.state == [true; 2],
    )
}

fn answers() -> Actions<Undescribed<Servers>> {
    Actions::each(|_, step| match step {
        Step::Answer(server) => Some(server.to_string()),
        Step::Wait(_) => None,
    })
}

/// The verdict on a property.
fn verdict(checked: &Checked, property: &str) -> Verdict {
    let report = checked.report().unwrap();
    report.property(property).unwrap().verdict
}

#[test]
fn an_eventually_property_of_a_model_is_decided_although_stateright_says_nothing() {
    let checked = check_model(Servers).run();
    checked.assert_violated("somebody answers", 1);
    let fair = check_model(Servers).weakly_fair(answers()).run();
    fair.assert_holds();
}

#[test]
fn a_failing_assertion_tells_the_path_and_the_cycle() {
    let checked = both().keep_going().run();
    let failed = catch_unwind(AssertUnwindSafe(|| {
        checked.assert_holds();
    }));
    let message = *failed.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("is violated after"), "{message}");
    assert!(message.contains("and then, again and again:"), "{message}");
    assert!(message.contains("Wait("), "{message}");
    let json = checked.json();
    assert!(json.contains(r#""cycle":{"back_to":"#), "{json}");
}

#[test]
fn fairness_to_each_answer_leads_from_one_to_the_other() {
    both().weakly_fair(answers()).run().assert_holds();
    // To one of them is not enough: it is taken, and the other never.
    let one = |_: &Undescribed<Servers>, step: &Step| *step == Step::Answer(0);
    let checked = both().strongly_fair(Actions::such(one)).run();
    assert_eq!(
        verdict(&checked, "one answer leads to the other"),
        Verdict::Violated
    );
}

#[test]
fn nobody_is_stuck_before_the_end_and_all_are_then() {
    let check = || check_model(Servers).weakly_fair(answers());
    let done = check()
        .no_deadlock("no end before both", |at| *at.state == [true; 2])
        .run();
    done.assert_holds();
    let endless = check().no_deadlock("no end", |_| false).run();
    endless.assert_violated("no end", 2);
}

#[test]
fn a_bound_leaves_a_claim_of_runs_open() {
    let check = check_model(Servers).weakly_fair(answers());
    let checked = check.within(|at| !at.state.contains(&true)).run();
    let report = checked.report().unwrap();
    assert_eq!(report.verdict, Verdict::Inconclusive);
    let reason = Reason::LeavesBounds("somebody answers".to_owned());
    assert_eq!(report.reason, Some(reason));
}

#[test]
fn a_violation_of_a_state_leaves_claims_of_runs_open() {
    let checked = check_model(Servers)
        .weakly_fair(answers())
        .always("nobody answers", |at| {
            ensure!(!at.state.contains(&true), "somebody does");
            Ok(())
        })
        .run();
    checked.assert_violated("nobody answers", 1);
    assert_eq!(verdict(&checked, "somebody answers"), Verdict::Inconclusive);
}

#[test]
fn claims_of_runs_are_decided_on_the_whole_model_whatever_its_symmetry() {
    let first = || {
        check_model(Servers)
            .up_to_symmetry(|at| vec![[at.state[1], at.state[0]]])
            .eventually("the first answers", |at| at.state[0])
            .weakly_fair(Actions::such(|_, step| *step == Step::Answer(1)))
    };
    // With one state of each orbit, the answer of the second would be one of the first.
    let checked = first().run();
    assert_eq!(verdict(&checked, "the first answers"), Verdict::Violated);
    checked.assert_states(3).assert_unreduced_states(4);
}
