//! The comparison of two sets of states.

use synod_twins::compare::{Nearest, RustStates};
use synod_twins::value::Value;

fn state(number: usize) -> Value {
    let number = i64::try_from(number).unwrap();
    Value::record([("x", Value::Integer(number)), ("y", Value::set([]))])
}

fn dump(numbers: &[usize]) -> String {
    let states = numbers.iter();
    let states = states.map(|number| format!("State 1:\n/\\ x = {number}\n/\\ y = {{}}\n"));
    states.collect::<Vec<_>>().join("\n")
}

#[test]
fn equal_sets_are_equal_in_any_order() {
    let comparison = RustStates::new(3, state).compare(dump(&[2, 0, 1]).as_bytes());
    assert!(comparison.unwrap().is_equal());
}

#[test]
fn states_of_only_one_side_are_counted_and_the_first_are_kept() {
    let found = RustStates::new(5, state).compare(dump(&[0, 9, 2, 7]).as_bytes());
    let found = found.unwrap();
    assert!(!found.is_equal());
    assert_eq!((found.in_rust, found.in_tlc), (5, 4));
    assert_eq!(found.only_in_rust, [1, 3, 4]);
    assert_eq!(found.only_in_tlc, 2);
    assert_eq!(found.first_only_in_tlc, Some(state(9)));
}

#[test]
fn different_sets_with_equal_counts_are_not_equal() {
    let found = RustStates::new(2, state).compare(dump(&[0, 9]).as_bytes());
    let found = found.unwrap();
    assert!(found.in_rust == found.in_tlc && !found.is_equal());
}

#[test]
fn states_with_different_variables_are_different() {
    let dump = "State 1:\n/\\ x = 0\n/\\ y = {}\n/\\ z = 1\n";
    let found = RustStates::new(1, state).compare(dump.as_bytes()).unwrap();
    assert_eq!((found.only_in_rust.len(), found.only_in_tlc), (1, 1));
}

#[test]
fn the_nearest_state_differs_in_the_fewest_variables() {
    let here = state(0);
    let mut nearest = Nearest::new(&here);
    let other = |x, y| Value::record([("x", Value::Integer(x)), ("y", Value::Integer(y))]);
    nearest.offer(other(1, 2));
    nearest.offer(state(7));
    nearest.offer(other(1, 3));
    assert_eq!(nearest.found(), Some(&state(7)));
}
