//! Tests of the judge: histories written by hand, and small random ones whose verdicts
//! are compared with those of a simple judge that tries every order.

#![allow(clippy::panic)] // Tests.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;
use std::time::{Duration, Instant};
use synod_trials::history::{Call, CallOutcome, Condition, Operation, Response};
use synod_trials::linearizability::{Clocks, Judgement, Possible, check, check_within};

fn call(times: (u64, u64), operation: Operation, response: Response) -> Call {
    Call {
        client: 1,
        node: 1,
        key: "key".to_owned(),
        operation,
        invoked: times.0,
        pipeline: None,
        outcome: CallOutcome::Answered {
            at: times.1,
            response,
        },
    }
}

fn lost(invoked: u64, operation: Operation) -> Call {
    let mut call = call((invoked, 0), operation, Response::Refused);
    call.outcome = CallOutcome::Unknown { at: invoked + 1 };
    call
}

fn set(value: &str) -> Operation {
    Operation::Set {
        value: value.to_owned(),
        condition: Condition::Always,
    }
}

fn cas(expected: &str, new: &str) -> Operation {
    Operation::CompareAndSet {
        expected: expected.to_owned(),
        new: new.to_owned(),
    }
}

fn wrote(times: (u64, u64), value: &str) -> Call {
    call(times, set(value), Response::Stored(true))
}

fn read(times: (u64, u64), value: Option<&str>) -> Call {
    let value = value.map(str::to_owned);
    call(times, Operation::Get, Response::Value(value))
}

fn incremented(times: (u64, u64), number: i64) -> Call {
    call(times, Operation::Increment, Response::Number(number))
}

#[track_caller]
fn is_right(calls: &[Call]) {
    let judgement = check(calls);
    assert!(judgement.is_linearizable(), "{judgement}");
}

/// Asserts that no order explains the calls, and returns the unexplained call.
#[track_caller]
fn is_wrong(calls: &[Call]) -> Call {
    let Judgement { violations, .. } = check(calls);
    assert_eq!(violations.len(), 1, "{calls:#?}");
    assert!(violations[0].piece.contains(&violations[0].unexplained));
    violations[0].unexplained.clone()
}

#[test]
fn sequential_calls_with_the_answers_of_a_map_are_right() {
    is_right(&[]);
    is_right(&[
        read((0, 1), None),
        wrote((2, 3), "a"),
        read((4, 5), Some("a")),
        call((6, 7), cas("a", "b"), Response::Number(1)),
        call((8, 9), cas("a", "c"), Response::Number(0)),
        call((10, 11), Operation::Delete, Response::Number(1)),
        call((12, 13), Operation::Delete, Response::Number(0)),
        incremented((14, 15), 1),
        incremented((16, 17), 2),
        read((18, 19), Some("2")),
        wrote((20, 21), "word"),
        call((22, 23), Operation::Increment, Response::Refused),
    ]);
}

#[test]
fn concurrent_calls_may_take_effect_in_any_order() {
    is_right(&[
        wrote((0, 10), "a"),
        wrote((1, 9), "b"),
        read((11, 12), Some("a")),
    ]);
    is_right(&[
        wrote((0, 10), "a"),
        wrote((1, 9), "b"),
        read((11, 12), Some("b")),
    ]);
    // A read that overlaps a write may see it or not. But once a read has seen the write,
    // a later read must see it too.
    is_right(&[
        wrote((0, 10), "a"),
        read((1, 2), None),
        read((3, 4), Some("a")),
    ]);
    let wrong = [
        wrote((0, 10), "a"),
        read((1, 2), Some("a")),
        read((3, 4), None),
    ];
    assert_eq!(is_wrong(&wrong), wrong[2]);
}

#[test]
fn a_stale_read_is_wrong() {
    let calls = [
        wrote((0, 1), "a"),
        wrote((2, 3), "b"),
        read((4, 5), Some("a")),
        read((6, 7), Some("b")),
    ];
    assert_eq!(is_wrong(&calls), calls[2]);
    let judgement = check(&calls);
    let expected = "\
NOT linearizable: 4 calls, 1 keys
key key: no order explains this answer
     0.000000 s –    0.000000 s  client 1, node 1: GET → \"a\"
possible values of the key at that time: some value that no call read
the relevant ones of the 3 calls that had begun:
     0.000000 s –    0.000000 s  client 1, node 1: SET a → OK
     0.000000 s –    0.000000 s  client 1, node 1: SET b → OK
     0.000000 s –    0.000000 s  client 1, node 1: GET → \"a\"
";
    assert_eq!(judgement.to_string(), expected);
}

#[test]
fn a_lost_update_is_wrong() {
    // Both calls answered that they had found "a" and replaced it.
    let calls = [
        wrote((0, 1), "a"),
        call((2, 6), cas("a", "b"), Response::Number(1)),
        call((3, 5), cas("a", "c"), Response::Number(1)),
    ];
    assert_eq!(is_wrong(&calls), calls[1]);
    let calls = [wrote((0, 1), "a"), read((2, 3), None)];
    assert_eq!(is_wrong(&calls), calls[1]);
    let violation = &check(&calls).violations[0];
    assert_eq!(violation.possible, [Possible::Unread]);
}

#[test]
fn one_increment_counted_twice_is_wrong() {
    let calls = [
        incremented((0, 1), 1),
        incremented((2, 3), 3),
        read((4, 5), Some("3")),
    ];
    assert_eq!(is_wrong(&calls), calls[1]);
    let violation = &check(&calls).violations[0];
    assert_eq!(violation.possible, [Possible::Value("1".to_owned())]);
    // A further increment, whose client gave up, explains the answers.
    let mut calls = calls.to_vec();
    calls.insert(1, lost(1, Operation::Increment));
    is_right(&calls);
    // It explains only one increment.
    calls.push(read((6, 7), Some("4")));
    assert_eq!(is_wrong(&calls), calls[4]);
}

#[test]
fn a_value_that_was_never_written_is_wrong() {
    let calls = [wrote((0, 1), "a"), read((2, 3), Some("b"))];
    assert_eq!(is_wrong(&calls), calls[1]);
    let mut calls = calls.to_vec();
    calls.insert(1, lost(1, set("b")));
    is_right(&calls);
    // The write of a call that was not carried out explains nothing.
    calls[1].outcome = CallOutcome::NotCarriedOut { at: 2 };
    is_wrong(&calls);
    // Nor does a write that had not begun.
    is_wrong(&[
        read((0, 1), Some("a")),
        wrote((2, 3), "a"),
        lost(2, set("a")),
    ]);
}

#[test]
fn an_unknown_write_may_take_effect_late_or_never() {
    let late = [
        lost(0, set("late")),
        wrote((2, 3), "a"),
        read((4, 5), Some("a")),
        wrote((6, 7), "b"),
        read((8, 9), Some("late")),
    ];
    is_right(&late);
    is_right(&late[..4]);
    // It takes effect at most once.
    let mut twice = late.to_vec();
    twice.push(wrote((10, 11), "c"));
    twice.push(read((12, 13), Some("late")));
    assert_eq!(is_wrong(&twice), twice[6]);
}

#[test]
fn an_unknown_deletion_explains_what_follows_from_it() {
    let only_if = |condition, value: &str| Operation::Set {
        value: value.to_owned(),
        condition,
    };
    let calls = [
        wrote((0, 1), "a"),
        lost(2, Operation::Delete),
        call(
            (3, 4),
            only_if(Condition::IfAbsent, "b"),
            Response::Stored(true),
        ),
        call(
            (5, 6),
            only_if(Condition::IfPresent, "c"),
            Response::Stored(true),
        ),
        call(
            (7, 8),
            only_if(Condition::IfAbsent, "d"),
            Response::Stored(false),
        ),
        read((9, 10), Some("c")),
    ];
    is_right(&calls);
    let mut calls = calls.to_vec();
    calls.remove(1);
    is_wrong(&calls);
}

#[test]
fn each_key_is_judged_by_itself() {
    let mut calls = vec![wrote((0, 1), "a"), read((2, 3), None)];
    calls[1].key = "other".to_owned();
    is_right(&calls);
    assert_eq!(check(&calls).keys, 2);
}

/// A long history with the answers of a map, in which about eight calls overlap.
fn busy(length: u64, losses: u64) -> Vec<Call> {
    let mut random = synod_trials::random::Random::new(length);
    let mut value: Option<String> = None;
    let mut calls = Vec::new();
    for moment in 0..length {
        // Each call takes effect at 10 × moment + 100, and lasts up to eight moments.
        let at = 10 * moment + 100;
        let times = (at - random.below(40) - 1, at + random.below(40) + 1);
        let is_lost = random.below(100) < losses;
        let new = format!("v{moment}");
        let made = match random.below(5) {
            0 | 1 => read(times, value.as_deref()),
            2 => {
                value = Some(new.clone());
                wrote(times, &new)
            }
            3 => {
                let expected = value.clone().unwrap_or_default();
                let stores = i64::from(value.is_some());
                value = value.map(|_| new.clone());
                call(times, cas(&expected, &new), Response::Number(stores))
            }
            _ => {
                let had = i64::from(value.take().is_some());
                call(times, Operation::Delete, Response::Number(had))
            }
        };
        calls.push(if is_lost {
            lost(made.invoked, made.operation)
        } else {
            made
        });
    }
    calls
}

#[test]
fn long_histories_are_judged_within_a_minute() {
    for losses in [0, 2, 10] {
        let begun = Instant::now();
        let mut calls = busy(2_000, losses);
        is_right(&calls);
        // Near the end, a read of a value that was overwritten long ago.
        let old = calls.iter().find_map(|call| match &call.outcome {
            CallOutcome::Answered {
                response: Response::Value(Some(old)),
                ..
            } => Some(old.clone()),
            _ => None,
        });
        calls.push(read((19_000, 19_010), old.as_deref()));
        let unexplained = is_wrong(&calls);
        assert!(unexplained.ended() >= 19_010);
        assert!(begun.elapsed() < Duration::from_secs(60));
    }
}

#[test]
fn a_reply_that_answers_no_such_command_is_never_right() {
    let queued = || Response::Unexpected("QUEUED".to_owned());
    for operation in [Operation::Get, set("a"), Operation::Increment] {
        let wrong = call((2, 3), operation, queued());
        let text = check(&[wrote((0, 1), "word"), wrong]).to_string();
        assert!(text.contains("an unexpected reply: QUEUED"), "{text}");
    }
}

#[test]
fn a_search_that_is_given_up_says_so() {
    let judgement = check_within(&busy(200, 5), Clocks::AreRight, 3);
    assert_eq!(judgement.inconclusive, ["key"]);
    assert!(judgement.violations.is_empty() && !judgement.is_linearizable());
}

/// Whether there is an order of the remaining calls: tries every one.
fn has_order(left: &[&Call], value: Option<&str>) -> bool {
    let must = |call: &&&Call| !matches!(call.outcome, CallOutcome::Unknown { .. });
    let first_end = left.iter().filter(must).map(|call| call.ended()).min();
    let Some(first_end) = first_end else {
        return true;
    };
    (0..left.len()).any(|index| {
        let call = left[index];
        if call.invoked > first_end {
            return false;
        }
        let (response, after) = map(&call.operation, value);
        let answer = match &call.outcome {
            CallOutcome::Answered { response, .. } => Some(response),
            _ => None,
        };
        if answer.is_some_and(|answer| *answer != response) {
            return false;
        }
        let mut rest = left.to_vec();
        rest.remove(index);
        has_order(&rest, after.as_deref())
    })
}

/// The specification of a map with one key, independent of the judge's.
fn map(operation: &Operation, value: Option<&str>) -> (Response, Option<String>) {
    let same = value.map(str::to_owned);
    match operation {
        Operation::Get => (Response::Value(same.clone()), same),
        Operation::Set {
            value: new,
            condition,
        } => {
            let stores = match condition {
                Condition::Always => true,
                Condition::IfAbsent => value.is_none(),
                Condition::IfPresent => value.is_some(),
            };
            let after = if stores { Some(new.clone()) } else { same };
            (Response::Stored(stores), after)
        }
        Operation::Delete => (Response::Number(i64::from(value.is_some())), None),
        Operation::Increment => match value.unwrap_or("0").parse::<i64>() {
            Ok(number) => (Response::Number(number + 1), Some((number + 1).to_string())),
            Err(_) => (Response::Refused, same),
        },
        Operation::CompareAndSet { expected, new } => {
            if value == Some(expected) {
                (Response::Number(1), Some(new.clone()))
            } else {
                (Response::Number(0), same)
            }
        }
        other => panic!("{other} is not among the operations"),
    }
}

fn operations() -> impl Strategy<Value = Operation> {
    let value = || prop::sample::select(vec!["a", "b", "c", "1"]);
    let condition = prop::sample::select(vec![
        Condition::Always,
        Condition::IfAbsent,
        Condition::IfPresent,
    ]);
    prop_oneof![
        3 => Just(Operation::Get),
        3 => (value(), condition).prop_map(|(value, condition)| Operation::Set {
            value: value.to_owned(),
            condition,
        }),
        1 => Just(Operation::Delete),
        2 => Just(Operation::Increment),
        2 => (value(), value()).prop_map(|(expected, new)| cas(expected, new)),
    ]
}

/// Histories whose answers are those of some order, except that in some histories one
/// answer was changed.
fn histories() -> impl Strategy<Value = Vec<Call>> {
    let one = (operations(), 0_u64..12, 0_u64..12, 0_u8..4);
    let calls = prop::collection::vec(one, 1..8);
    (calls, prop::option::of((0_usize..8, operations()))).prop_map(|(made, wrong)| {
        let mut value = None;
        let mut calls = Vec::new();
        for (index, (operation, before, after, fate)) in (0_u64..).zip(made) {
            let (mut response, next) = map(&operation, value.as_deref());
            if let Some((place, other)) = &wrong
                && index == *place as u64
            {
                response = match operation {
                    Operation::Get => match other {
                        Operation::Set { value, .. } => Response::Value(Some(value.clone())),
                        _ => Response::Value(None),
                    },
                    Operation::Set { .. } => Response::Stored(response != Response::Stored(true)),
                    _ => Response::Number(i64::from(response != Response::Number(1))),
                };
            }
            // About four calls overlap, and their order need not be that of their begins.
            let at = 12 + 5 * index;
            let mut made = call((at - before, at + after), operation, response);
            // Of the calls whose clients gave up, some took effect and some did not.
            if fate == 0 {
                made.outcome = CallOutcome::Unknown { at: at + 1 };
            }
            if fate != 0 || before % 2 == 0 {
                value = next;
            }
            calls.push(made);
        }
        calls
    })
}

#[test]
fn the_verdict_is_that_of_trying_every_order() {
    let (right, wrong) = (Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(Config {
        cases: 20_000,
        failure_persistence: None,
        ..Config::default()
    });
    let result = runner.run(&histories(), |calls| {
        let expected = has_order(&calls.iter().collect::<Vec<_>>(), None);
        let judgement = check(&calls);
        prop_assert!(judgement.inconclusive.is_empty());
        prop_assert_eq!(judgement.is_linearizable(), expected, "{}", judgement);
        let count = if expected { &right } else { &wrong };
        count.set(count.get() + 1);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    // Both verdicts occur often.
    assert!(right.get() > 1_000, "{}", right.get());
    assert!(wrong.get() > 1_000, "{}", wrong.get());
}

fn of_key(key: &str, call: Call) -> Call {
    Call {
        key: key.to_owned(),
        ..call
    }
}

fn transaction(
    times: (u64, u64),
    expected: &[(&str, Option<&str>)],
    commands: &[(&str, Operation)],
    response: Response,
) -> Call {
    let text = |value: Option<&str>| value.map(str::to_owned);
    let expected = expected.iter();
    let commands = commands.iter();
    let operation = Operation::Transaction {
        expected: expected
            .map(|(key, value)| ((*key).to_owned(), text(*value)))
            .collect(),
        commands: commands
            .map(|(key, command)| ((*key).to_owned(), command.clone()))
            .collect(),
    };
    of_key("bank", call(times, operation, response))
}

fn wrote_both(times: (u64, u64), value: &str) -> Call {
    let commands = [("bank:a", set(value)), ("bank:b", set(value))];
    let stored = vec![Response::Stored(true); 2];
    transaction(times, &[], &commands, Response::Many(stored))
}

fn read_both(times: (u64, u64), a: Option<&str>, b: Option<&str>) -> Call {
    let commands = [("bank:a", Operation::Get), ("bank:b", Operation::Get)];
    let value = |value: Option<&str>| Response::Value(value.map(str::to_owned));
    transaction(
        times,
        &[],
        &commands,
        Response::Many(vec![value(a), value(b)]),
    )
}

#[test]
fn a_transaction_takes_effect_at_one_moment() {
    let wrote = [wrote_both((0, 1), "old"), wrote_both((2, 9), "new")];
    let then = |read: Call| [wrote.to_vec(), vec![read]].concat();
    is_right(&then(read_both((3, 4), Some("old"), Some("old"))));
    is_right(&then(read_both((3, 4), Some("new"), Some("new"))));
    is_wrong(&then(read_both((3, 4), Some("new"), Some("old"))));
    // Single reads of its keys see it at one moment, too.
    let a = |times, value| of_key("bank:a", read(times, Some(value)));
    let b = |times, value| of_key("bank:b", read(times, Some(value)));
    let both = |one, other| [wrote.to_vec(), vec![one, other]].concat();
    is_right(&both(a((3, 4), "old"), b((5, 6), "new")));
    is_wrong(&both(a((3, 4), "new"), b((5, 6), "old")));
    assert_eq!(check(&wrote).keys, 1);
}

#[test]
fn a_transaction_of_unknown_outcome_takes_effect_wholly_or_not_at_all() {
    let mut unknown = wrote_both((2, 3), "new");
    unknown.outcome = CallOutcome::Unknown { at: 3 };
    let then = |a, b| {
        [
            wrote_both((0, 1), "old"),
            unknown.clone(),
            read_both((4, 5), a, b),
        ]
    };
    is_right(&then(Some("old"), Some("old")));
    is_right(&then(Some("new"), Some("new")));
    is_wrong(&then(Some("new"), Some("old")));
}

#[test]
fn a_transaction_on_a_key_that_has_changed_is_a_lost_update() {
    let update = |times, response| {
        let commands = [("bank:b", set("from a"))];
        transaction(times, &[("bank:a", Some("old"))], &commands, response)
    };
    let done = || Response::Many(vec![Response::Stored(true)]);
    let changed = |times| of_key("bank:a", wrote(times, "new"));
    let begin = wrote_both((0, 1), "old");
    is_right(&[begin.clone(), update((2, 3), done()), changed((4, 5))]);
    is_right(&[begin.clone(), changed((2, 5)), update((3, 4), done())]);
    is_wrong(&[begin.clone(), changed((2, 3)), update((4, 5), done())]);
    // An aborted one has no effect, and it may be aborted early: the key may have changed before.
    let b = |value| of_key("bank:b", read((6, 7), Some(value)));
    let aborted = update((4, 5), Response::Aborted);
    is_right(&[begin.clone(), aborted.clone(), b("old")]);
    is_wrong(&[begin.clone(), aborted, b("from a")]);
    // One that watches nothing is never aborted.
    let mut unconditional = wrote_both((2, 3), "new");
    unconditional.outcome = CallOutcome::Answered {
        at: 3,
        response: Response::Aborted,
    };
    is_wrong(&[begin, unconditional]);
}

const MILLISECOND: u64 = 1_000_000;

fn wrote_for(times: (u64, u64), value: &str, milliseconds: u64) -> Call {
    let operation = Operation::SetFor {
        value: value.to_owned(),
        milliseconds,
    };
    call(times, operation, Response::Stored(true))
}

#[test]
fn a_value_is_gone_after_its_time_and_not_before_and_does_not_come_back() {
    let begin = || wrote_for((0, 1), "a", 100);
    let at = |millisecond| (millisecond * MILLISECOND, millisecond * MILLISECOND + 1);
    is_right(&[begin(), read(at(50), Some("a")), read(at(100), None)]);
    // It may be late.
    is_right(&[begin(), read(at(500), Some("a")), read(at(501), None)]);
    let early = [begin(), read(at(50), None)];
    assert_eq!(is_wrong(&early), early[1]);
    let judgement = check_within(&early, Clocks::Jump, 1000);
    assert!(judgement.is_linearizable(), "{judgement}");
    let back = [begin(), read(at(100), None), read(at(101), Some("a"))];
    assert_eq!(is_wrong(&back), back[2]);
    // The end of its time does not touch a later value.
    is_wrong(&[begin(), wrote(at(50), "b"), read(at(200), None)]);
    // A write of unknown outcome has a time, too.
    let unknown = Call {
        outcome: CallOutcome::Unknown { at: 1 },
        ..begin()
    };
    is_right(&[unknown, read(at(2), Some("a")), read(at(100), None)]);
}

#[test]
fn calls_of_a_pipeline_take_effect_in_their_order() {
    let together = |position: u64, made: Call| Call {
        pipeline: Some(10),
        invoked: 10 + position,
        ..made
    };
    let in_order = |first: &str, second: &str, read_after: &str| {
        [
            together(0, wrote((0, 20), first)),
            together(1, wrote((0, 21), second)),
            read((30, 31), Some(read_after)),
        ]
    };
    is_right(&in_order("a", "b", "b"));
    is_wrong(&in_order("b", "a", "b"));
    // Those of two clients have no order.
    let mut calls = in_order("b", "a", "b");
    calls[0].client = 2;
    is_right(&calls);
}
