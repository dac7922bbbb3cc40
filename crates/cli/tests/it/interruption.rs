//! Ctrl-C ends a run with what was seen so far.
#![cfg(unix)]

use crate::command::{ENDLESS, spec_file, synod};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[test]
fn ctrl_c_is_inconclusive_and_the_specs_after_it_are_not_run() {
    let endless = spec_file("interrupted", ENDLESS);
    let first = "specs/preliminary/one-ballot-of-three-priests-holds.toml";
    let last = "specs/preliminary/five-priests-hold.toml";
    let arguments = [
        "check",
        first,
        endless.to_str().unwrap(),
        last,
        "--format",
        "json",
    ];
    let mut child = synod(&arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut line = || -> Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    // The first is done, so that the signal meets the second.
    assert_eq!(line()["verdict"], "holds");
    let interrupt = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupt.unwrap().success());
    let interrupted = line();
    assert_eq!(interrupted["verdict"], "inconclusive");
    assert_eq!(interrupted["as_expected"], Value::Null);
    assert!(
        interrupted["reason"]
            .as_str()
            .unwrap()
            .contains("interrupted")
    );
    assert_eq!(line()["reason"], "not run: interrupted");
    assert_eq!(child.wait().unwrap().code(), Some(5));
}
