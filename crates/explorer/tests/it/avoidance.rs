//! The step after which a violation could not be avoided any more.

use crate::letters::{Letters, interface, result, two};
use serde_json::{Value, json};

fn unavoidable_after(model: Letters, steps: &[&str], claim: &str) -> Value {
    let interface = interface(model);
    let asked = json!({ "spec": "letters", "steps": steps, "claim": claim });
    let search = interface.call("avoidable", asked).unwrap();
    result(&interface, &search)
}

/// A letter that is on its way may be lost, so only the last step decides.
#[test]
fn a_violation_can_be_avoided_as_long_as_some_whole_run_does() {
    let run = ["A: Send", "A: Send", "B: Receive", "B: Receive"];
    let told = unavoidable_after(two(), &run, "few");
    assert_eq!(told["unavoidable_after"], 4);
    // The run did not come so far.
    let told = unavoidable_after(two(), &run[..3], "few");
    assert_eq!(told["unavoidable_after"], Value::Null);
}

#[test]
fn a_step_that_panics_could_be_avoided_before_it() {
    let panics = Letters {
        panics: true,
        ..two()
    };
    let run = ["A: Send", "A: Send", "B: Receive", "B: Receive"];
    let told = unavoidable_after(panics, &run[..3], "panic-freedom");
    // From the state before it every way to go on is the panic or the loss of the letter.
    assert_eq!(told["unavoidable_after"], 3);
}
