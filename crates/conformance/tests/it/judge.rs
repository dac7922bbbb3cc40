//! The judge.

use crate::mail;
use synod_checker::Reason;
use synod_conformance::{
    Allowed, Form, Judgement, Log, LogError, Outcome, Stopped, Stuck, Unlogged, Waits, cover, judge,
};

fn judged(files: &[&str]) -> Result<Judgement, LogError> {
    judged_without(files, &[])
}

fn judged_without(files: &[&str], unlogged: &[&str]) -> Result<Judgement, LogError> {
    let names = unlogged.iter().map(ToString::to_string).collect::<Vec<_>>();
    let unlogged = Unlogged::of(&crate::Mail, &names).unwrap();
    let files = files.iter().enumerate();
    let logs: Vec<_> = files
        .map(|(index, text)| Log::read(&format!("{index}.jsonl"), text).unwrap())
        .collect();
    judge(&mail(None), &logs, &unlogged)
}

fn is_run(files: &[&str]) -> bool {
    judged(files).unwrap().outcome == Outcome::Run
}

/// Where the lines are refused.
fn stuck(files: &[&str]) -> Vec<Stuck> {
    match judged(files).unwrap().outcome {
        Outcome::NoRun(refusal) => refusal.stuck,
        other => panic!("{other:?}"),
    }
}

const SEND_X: &str = r#"{"process": "a", "action": "Send (x)"}"#;
const SEND_Y: &str = r#"{"process": "a", "action": "Send (y)"}"#;
const READ_X: &str = r#"{"process": "b", "action": "Read (x)"}"#;
const READ_Y: &str = r#"{"process": "b", "action": "Read (y)"}"#;
const FORGET: &str = r#"{"process": "b", "action": "Forget"}"#;

fn lines(lines: &[&str]) -> String {
    lines.join("\n")
}

#[test]
fn every_test_trace_is_a_run_and_no_longer_if_a_value_or_a_step_is_another() {
    let files = cover(&mail(None), 1.try_into().unwrap()).files(Form::Lines, "mail", true);
    assert!(!files.is_empty());
    for (name, text) in files {
        assert!(is_run(&[&text]), "{name}");
        let mut wrong = Vec::new();
        for (old, new) in [
            (r#""last":"x""#, r#""last":"y""#),
            (r#""last":"none""#, r#""last":"x""#),
            (r#""sent":["x"]"#, r#""sent":["y"]"#),
            (r#""forgotten":"true""#, r#""forgotten":"false""#),
            (r#""action":"Read (x)""#, r#""action":"Read (y)""#),
            (r#""action":"Send (x)""#, r#""action":"Send (y)""#),
        ] {
            wrong.extend(text.contains(old).then(|| text.replacen(old, new, 1)));
        }
        // Without its first step, whose effect the later states show.
        let without: Vec<_> = text
            .lines()
            .enumerate()
            .filter(|(index, _)| *index != 1)
            .collect();
        let without: Vec<_> = without.into_iter().map(|(_, line)| line).collect();
        if without.len() > 1 {
            wrong.push(without.join("\n"));
        }
        for wrong in wrong {
            assert!(!is_run(&[&wrong]), "{name}: {wrong}");
        }
    }
}

#[test]
fn variables_may_be_left_out_and_numbers_sets_and_truths_are_values() {
    assert!(is_run(&[&lines(&[SEND_X, READ_X, FORGET])]));
    let with = |line: &str, state: &str| line.replace('}', &format!(r#", "state": {state}}}"#));
    let sent = with(SEND_Y, r#"{"a": {"sent": ["y", "x"]}, "forgotten": false}"#);
    assert!(is_run(&[&lines(&[SEND_X, &sent])]));
    let forgotten = with(SEND_Y, r#"{"forgotten": true}"#);
    assert!(!is_run(&[&lines(&[SEND_X, &forgotten])]));
}

#[test]
fn a_line_with_a_state_alone_says_what_holds_between_two_steps() {
    let state = |letter: &str| format!(r#"{{"state": {{"b": {{"last": "{letter}"}}}}}}"#);
    assert!(is_run(&[&lines(&[
        SEND_X,
        &state("none"),
        READ_X,
        &state("x")
    ])]));
    let stuck = stuck(&[&lines(&[SEND_X, &state("x"), READ_X])]);
    assert_eq!((stuck.len(), stuck[0].line), (1, 2));
    assert!(matches!(&stuck[0].allowed, Allowed::OtherValues(values) if values[0].model == "none"));
}

#[test]
fn a_line_may_name_a_kind_or_no_process_and_then_later_lines_decide() {
    let read = r#"{"process": "b", "action": "Read"}"#;
    let before_x = r#"{"state": {"b": {"last": "y", "before": "x"}}}"#;
    assert!(is_run(&[&lines(&[SEND_X, SEND_Y, read, read, before_x])]));
    assert!(!is_run(&[&lines(&[SEND_X, read, read, before_x])]));
    let anyone = r#"{"action": "Send"}"#;
    assert!(is_run(&[&lines(&[anyone, anyone, READ_X, READ_Y])]));
    assert!(!is_run(&[&lines(&[anyone, READ_X, READ_Y])]));
    assert!(is_run(&[r#"{"action": "a: Send (x)"}"#]));
}

#[test]
fn files_are_taken_in_some_interleaving_each_in_its_order() {
    let [a, b] = [lines(&[SEND_X, SEND_Y]), lines(&[READ_Y, READ_X, FORGET])];
    assert!(is_run(&[&a, &b]));
    assert!(is_run(&[&b, &a]));
    // x is read before y is sent: only then is y sent after x was forgotten.
    let late = r#"{"process": "a", "action": "Send (y)", "state": {"forgotten": true}}"#;
    let early = r#"{"process": "b", "action": "Forget", "state": {"a": {"sent": ["x"]}}}"#;
    assert!(is_run(&[
        &lines(&[SEND_X, late]),
        &lines(&[READ_X, early, READ_Y])
    ]));
    assert!(!is_run(&[
        &lines(&[SEND_X, late]),
        &lines(&[READ_Y, early])
    ]));
}

#[test]
fn a_step_that_changes_nothing_is_accepted_where_the_model_knows_it() {
    assert!(is_run(&[&lines(&[SEND_X, SEND_X, READ_X])]));
    // Mail does not say so of this one.
    assert!(!is_run(&[&lines(&[SEND_X, FORGET, FORGET])]));
}

#[test]
fn kinds_that_are_not_logged_may_lie_between_two_lines() {
    let both = lines(&[READ_X, READ_Y]);
    assert!(!is_run(&[&both]));
    let judged = |unlogged: &[&str]| judged_without(&[&both], unlogged).unwrap().outcome;
    assert_eq!(judged(&["Send"]), Outcome::Run);
    assert!(matches!(judged(&["Forget"]), Outcome::NoRun(_)));
    let unknown = Unlogged::of(&crate::Mail, &["Sned".to_owned()]).unwrap_err();
    assert_eq!(unknown.help, "did you mean \"Send\"?");
}

#[test]
fn a_process_that_logs_nothing_may_take_any_steps() {
    let judged = |text: &str| judged_without(&[text], &["a"]).unwrap().outcome;
    assert_eq!(judged(&lines(&[READ_Y, FORGET, READ_X])), Outcome::Run);
    assert!(matches!(
        judged(&lines(&[FORGET, FORGET])),
        Outcome::NoRun(_)
    ));
}

#[test]
fn the_first_line_that_no_step_explains_is_named_with_what_the_model_allows() {
    let text = lines(&[SEND_X, "", READ_X, READ_Y, FORGET]);
    let judgement = judged(&[&text]).unwrap();
    assert_eq!((judgement.lines, judgement.explained), (4, 2));
    let stuck = stuck(&[&text]);
    assert_eq!(stuck.len(), 1);
    assert_eq!((stuck[0].file.as_str(), stuck[0].line), ("0.jsonl", 4));
    assert_eq!(stuck[0].told, "b: Read (y)");
    // The nearest names first, and only steps of this process.
    let steps = ["b: Read (x)", "b: Forget"].map(str::to_owned);
    assert_eq!(stuck[0].allowed, Allowed::OtherSteps(steps.into()));
}

#[test]
fn of_several_lines_that_are_stuck_those_that_wait_for_others_come_last() {
    let a = lines(&[SEND_X, r#"{"process": "a", "action": "Send (z)"}"#, SEND_Y]);
    let stuck = stuck(&[&lines(&[READ_X, READ_Y]), &a]);
    let told: Vec<_> = stuck
        .iter()
        .map(|stuck| (&*stuck.told, stuck.waits))
        .collect();
    assert_eq!(
        told,
        [
            ("a: Send (z)", Waits::Never),
            ("b: Read (y)", Waits::ForOthers)
        ]
    );
}

#[test]
fn a_variable_that_differs_is_named_with_both_values() {
    let read = READ_X.replace('}', r#", "state": {"b": {"last": "y", "before": "none"}}}"#);
    let stuck = stuck(&[&lines(&[SEND_X, &read])]);
    let Allowed::OtherValues(values) = &stuck[0].allowed else {
        panic!("{stuck:?}");
    };
    assert_eq!(values.len(), 1);
    let value = &values[0];
    assert_eq!(
        (&*value.variable, &*value.told, &*value.model),
        ("last[b]", "y", "x")
    );
}

#[test]
fn a_limit_ends_the_search_without_an_answer() {
    let log = Log::read("log", &lines(&[SEND_X, READ_X, FORGET])).unwrap();
    let judged = judge(&mail(Some(2)), &[log], &Unlogged::default()).unwrap();
    let limit = Stopped::Limit(Reason::StateLimit(2.try_into().unwrap()));
    assert_eq!(judged.outcome, Outcome::Inconclusive(limit));
}

#[test]
fn what_the_model_does_not_have_is_an_error_with_its_place_and_what_is_meant() {
    for (line, message, help) in [
        (
            r#"{"process": "c", "action": "Send (x)"}"#,
            "0.jsonl:2: the model has no process `c`",
            "its processes are `a`, `b`",
        ),
        (
            r#"{"process": "a", "action": "Sned (x)"}"#,
            "0.jsonl:2: the model has no action `Sned (x)`",
            "did you mean `Send`?",
        ),
        (
            r#"{"state": {"b": {"lsat": "x"}}}"#,
            "0.jsonl:2: b has no variable `lsat`",
            "did you mean `last`?",
        ),
        (
            r#"{"state": {"last": "x"}}"#,
            "0.jsonl:2: the whole system has no variable `last`",
            "its variables are `forgotten`",
        ),
        (
            r#"{"state": {"a": {"sent": "x"}}}"#,
            "0.jsonl:2: `sent` is a set in the model",
            "write a list",
        ),
    ] {
        let error = judged(&[&lines(&[SEND_X, line])]).unwrap_err();
        assert_eq!((&*error.to_string(), &*error.help), (message, help));
    }
}
