//! Several initial states.

use crate::letters::{Letters, interface, two};
use serde_json::{Value, json};

fn page(filter: &str, from: u64) -> Value {
    let interface = interface(Letters {
        initial: 120,
        ..two()
    });
    let asked = json!({ "spec": "letters", "from": from, "count": 50, "filter": filter });
    interface.call("initial", asked).unwrap()
}

#[test]
fn initial_states_come_in_pages_and_each_once() {
    let mut numbers = Vec::new();
    let mut from = Some(0);
    while let Some(first) = from {
        let page = page("", first);
        let states = page["states"].as_array().unwrap();
        numbers.extend(
            states
                .iter()
                .map(|state| state["begin"]["number"].as_u64().unwrap()),
        );
        from = page["next"].as_u64();
    }
    assert_eq!(numbers, (0..120).collect::<Vec<_>>());
}

#[test]
fn initial_states_are_found_by_their_variables() {
    let states = page("read[B] 77", 0)["states"].clone();
    assert_eq!(states.as_array().unwrap().len(), 1);
    assert_eq!(states[0]["lines"], json!(["read[B] = 77"]));
}

#[test]
fn a_run_begins_in_the_initial_state_that_is_named() {
    let interface = interface(Letters {
        initial: 120,
        ..two()
    });
    let begin = page("read[B] 77", 0)["states"][0]["begin"].clone();
    let place = json!({ "spec": "letters", "begin": begin, "steps": ["A: Send"] });
    let film = interface.call("run", place).unwrap();
    assert_eq!(film["begin"], begin);
    assert_eq!(film["views"][1]["fields"][1]["value"], "77");
    // Of a model that has one, nothing is said.
    let alone = crate::letters::interface(two());
    let place = json!({ "spec": "letters", "steps": [] });
    assert_eq!(alone.call("run", place).unwrap()["begin"], Value::Null);
}

#[test]
fn an_initial_state_that_has_changed_is_not_taken_for_the_one_that_was_meant() {
    let interface = interface(Letters {
        initial: 120,
        ..two()
    });
    let begin = json!({ "number": 77, "id": "0123456789abcdef" });
    let place = json!({ "spec": "letters", "begin": begin, "steps": [] });
    let film = interface.call("run", place).unwrap();
    assert_eq!(
        (&film["views"], &film["changed"]["at"]),
        (&json!([]), &json!(0))
    );
}

#[test]
fn a_violation_is_found_with_the_initial_state_in_which_it_begins() {
    let interface = interface(Letters {
        initial: 120,
        ..two()
    });
    let found = crate::letters::found(&interface, json!({ "violation": "few" }));
    assert!(found["begin"]["number"].is_u64(), "{found}");
    let place = json!({ "spec": "letters", "begin": found["begin"], "steps": found["steps"] });
    let film = interface.call("run", place).unwrap();
    assert_eq!(film["views"][4]["violations"][0]["claim"], "few");
}
