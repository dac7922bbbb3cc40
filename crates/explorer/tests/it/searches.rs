//! Searches for shortest runs.

use crate::letters::{Letters, found, interface, result, two};
use serde_json::{Value, json};

#[test]
fn the_shortest_run_to_a_violation_is_found_and_can_be_taken() {
    let interface = interface(two());
    for wanted in [json!("few"), Value::Null] {
        let found = found(&interface, json!({ "violation": wanted }));
        assert_eq!(
            (&found["verdict"], &found["property"]),
            (&json!("found"), &json!("few"))
        );
        assert_eq!(
            (&found["is_shortest"], &found["witness"]),
            (&json!(true), &json!("B has read 2"))
        );
        let steps = found["steps"].as_array().unwrap();
        assert_eq!(steps.len(), 4);
        let place = json!({ "spec": "letters", "steps": steps });
        let film = interface.call("run", place).unwrap();
        assert_eq!(film["views"][4]["violations"][0]["witness"], "B has read 2");
        assert_eq!(film["views"][3]["violations"], json!([]));
    }
}

#[test]
fn the_shortest_run_to_an_example_is_found() {
    let interface = interface(two());
    let found = found(&interface, json!({ "example": "a letter is lost" }));
    assert_eq!(found["steps"], json!(["A: Send", "B: Receive (2)"]));
}

#[test]
fn what_the_model_does_not_do_is_not_found() {
    let one = Letters {
        most: Some(1),
        ..two()
    };
    let found = found(&interface(one), json!({ "violation": "few" }));
    assert_eq!(
        (&found["verdict"], &found["states"]),
        (&json!("none"), &json!(4))
    );
}

#[test]
fn a_run_that_panics_is_found_with_the_step_that_does() {
    let panics = interface(Letters {
        panics: true,
        ..two()
    });
    for wanted in ["panic-freedom", "few"] {
        let found = found(&panics, json!({ "violation": wanted }));
        assert_eq!(found["property"], "panic-freedom");
        assert_eq!(found["steps"].as_array().unwrap().len(), 4);
    }
}

#[test]
fn a_question_is_searched_for_once_unless_it_was_cancelled() {
    let endless = interface(Letters::default());
    let asked = json!({ "spec": "letters", "for": { "violation": "panic-freedom" } });
    let search = endless.call("search", asked.clone()).unwrap();
    assert_eq!(endless.call("search", asked.clone()).unwrap(), search);
    endless.call("cancel", search.clone()).unwrap();
    let stopped = result(&endless, &search);
    assert_eq!(stopped["verdict"], "stopped");
    assert!(
        stopped["why"].as_str().unwrap().contains("interrupted"),
        "{stopped}"
    );
    let again = endless.call("search", asked).unwrap();
    assert_ne!(again, search);
    endless.call("cancel", again).unwrap();
}

#[test]
fn a_check_has_every_verdict() {
    let interface = interface(two());
    let search = interface
        .call("check", json!({ "spec": "letters" }))
        .unwrap();
    let checked = result(&interface, &search);
    assert_eq!(checked["verdict"], "violated");
    let verdicts: Vec<_> = checked["properties"].as_array().unwrap().iter().collect();
    assert_eq!(
        (&verdicts[0]["name"], &verdicts[0]["length"]),
        (&json!("few"), &json!(4))
    );
    assert_eq!(verdicts[1]["verdict"], "holds");
}

#[test]
fn a_claim_that_there_is_not_is_refused_with_those_that_there_are() {
    let interface = interface(two());
    for (wanted, help) in [
        (json!({ "violation": "fwe" }), "there are few"),
        (json!({ "example": "few" }), "there are a letter is lost"),
    ] {
        let asked = json!({ "spec": "letters", "for": wanted });
        assert_eq!(interface.call("search", asked).unwrap_err().help, help);
    }
    assert!(interface.call("searched", json!({ "search": 7 })).is_err());
    assert!(interface.call("cancel", json!({ "search": 7 })).is_err());
}
