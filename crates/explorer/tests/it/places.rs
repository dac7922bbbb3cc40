//! Places: runs by the names of their steps.

use crate::letters::{Letters, at, interface, two};
use serde_json::{Value, json};
use synod_explorer::CALLS;

fn steps(choices: &Value) -> Vec<&str> {
    let choices = choices["choices"].as_array().unwrap();
    choices
        .iter()
        .map(|choice| choice["step"].as_str().unwrap())
        .collect()
}

#[test]
fn steps_of_one_name_get_names_of_their_own_and_lead_where_they_say() {
    let interface = interface(two());
    let choices = at(&interface, "choices", &["A: Send"]).unwrap();
    assert_eq!(steps(&choices), ["A: Send", "B: Receive", "B: Receive (2)"]);
    let lost = at(&interface, "run", &["A: Send", "B: Receive (2)"]).unwrap();
    assert_eq!(lost["views"][2]["changes"], json!(["lost[B]: 0 → 1"]));
    assert_eq!(lost["views"][2]["objection"], "a letter is read");
    assert_eq!(lost["views"][2]["reached"], json!(["a letter is lost"]));
}

#[test]
fn a_view_says_who_did_what_with_which_message() {
    let interface = interface(two());
    let film = at(&interface, "run", &["A: Send", "B: Receive"]).unwrap();
    let [first, sent, received] = [0, 1, 2].map(|number| film["views"][number].clone());
    assert_eq!(
        (&first["action"], &first["messages"]),
        (&Value::Null, &json!([]))
    );
    let letter = json!({ "name": "letter", "from": "A", "to": ["B"] });
    assert_eq!(
        (&sent["process"], &sent["does"]),
        (&json!("A"), &json!("Send"))
    );
    assert_eq!(
        (&sent["sends"], &sent["messages"]),
        (&json!([letter]), &json!([letter]))
    );
    assert_eq!(
        (&received["process"], &received["receives"]),
        (&json!("B"), &letter)
    );
    assert_eq!(
        (&received["sends"], &received["messages"]),
        (&json!([]), &json!([]))
    );
}

#[test]
fn a_run_can_be_shown_from_a_later_state_on() {
    let interface = interface(two());
    let place = json!({ "spec": "letters", "steps": ["A: Send", "A: Send"], "from": 2 });
    let film = interface.call("run", place).unwrap();
    assert_eq!(film["views"].as_array().unwrap().len(), 1);
    assert_eq!(film["views"][0]["changes"], json!(["sent[A]: 1 → 2"]));
}

#[test]
fn a_run_that_is_not_possible_any_more_says_where_it_ends_and_what_is_possible_there() {
    let interface = interface(two());
    let film = at(&interface, "run", &["A: Send", "A: Sleep", "A: Send"]).unwrap();
    let changed = &film["changed"];
    assert_eq!(
        (&changed["at"], film["views"].as_array().unwrap().len()),
        (&json!(2), 2)
    );
    assert_eq!(changed["why"], "“A: Sleep” is not possible");
    assert_eq!(
        changed["possible"],
        json!(["A: Send", "B: Receive", "B: Receive (2)"])
    );
    let refusal = at(&interface, "choices", &["A: Sleep"]).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "step 1: “A: Sleep” is not possible (possible are: A: Send)"
    );
}

#[test]
fn a_step_out_of_the_bounds_is_offered_as_one_and_cannot_be_taken() {
    let interface = interface(Letters::default());
    let two = ["A: Send", "A: Send"];
    let choices = at(&interface, "choices", &two).unwrap();
    assert_eq!(choices["choices"][0]["leaves_bounds"], true);
    let film = at(&interface, "run", &["A: Send", "A: Send", "A: Send"]).unwrap();
    assert_eq!(film["changed"]["why"], "“A: Send” leads out of the bounds");
}

#[test]
fn a_step_that_panics_is_a_violation_of_panic_freedom() {
    let panics = Letters {
        panics: true,
        ..two()
    };
    let interface = interface(panics);
    let run = ["A: Send", "B: Receive", "A: Send", "B: Receive"];
    let choices = at(&interface, "choices", &run[..3]).unwrap();
    let panics = choices["choices"][0]["panics"].as_str().unwrap();
    assert!(panics.starts_with("B reads one letter only"), "{choices}");
    assert_eq!(choices["choices"][0]["violates"], json!(["panic-freedom"]));
    let film = at(&interface, "run", &run).unwrap();
    assert_eq!(film["views"][4]["violations"][0]["claim"], "panic-freedom");
    assert_eq!(film["views"][4]["fields"], json!([]));
}

#[test]
fn what_is_not_possible_has_a_reason() {
    let interface = interface(two());
    let steps = at(&interface, "forbidden", &[]).unwrap()["steps"].clone();
    assert_eq!(
        steps,
        json!([{ "step": "B: Receive", "why": "no letter is on its way" }])
    );
}

#[test]
fn every_call_refuses_arguments_that_it_does_not_have() {
    let interface = interface(two());
    for call in CALLS {
        let refusal = interface.call(call.name, json!({ "sepc": 1 })).unwrap_err();
        assert_eq!(
            refusal.error, "there is no argument \"sepc\"",
            "{}",
            call.name
        );
        let refusal = interface.call(call.name, json!([])).unwrap_err();
        assert_eq!(refusal.help, "send a JSON object", "{}", call.name);
    }
    let refusal = interface.call("chioces", json!({})).unwrap_err();
    assert!(refusal.help.contains("choices"), "{refusal}");
}
