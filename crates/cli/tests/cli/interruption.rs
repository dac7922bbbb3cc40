//! Signals: an interruption ends a check with the results so far.
#![cfg(unix)]

use crate::command::{ENDLESS, spec_file, synod, workspace};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

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
    // The first spec is done, so that the signal arrives later.
    assert_eq!(line()["verdict"], "holds");
    let interrupt = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupt.unwrap().success());
    assert_interrupted(&line());
    assert_eq!(line()["reason"], "not run: interrupted");
    assert_eq!(child.wait().unwrap().code(), Some(5));
}

/// Starts a check of two specs in a shell that ignores these signals, and reads the result
/// of the first. The check of the second, the endless one, may not have begun.
fn one_spec_later_ignoring(signals: &str, folder: &str) -> (Child, impl Iterator<Item = Value>) {
    let endless = spec_file(folder, ENDLESS);
    let first = "specs/preliminary/one-ballot-of-three-priests-holds.toml";
    let mut child = Command::new("sh")
        .args(["-c", &format!("trap '' {signals}; exec \"$@\""), "sh"])
        .args([env!("CARGO_BIN_EXE_synod"), "check", first])
        .arg(&endless)
        .args(["--format", "json"])
        .current_dir(workspace())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut lines = lines.map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
    assert_eq!(lines.next().unwrap()["verdict"], "holds");
    (child, lines)
}

/// The result of a spec if a signal came before its check began, or during it.
fn assert_interrupted(line: &Value) {
    assert_eq!(line["verdict"], "inconclusive");
    assert_eq!(line["as_expected"], Value::Null);
    let reason = line["reason"].as_str().unwrap();
    assert!(
        ["interrupted", "not run: interrupted"].contains(&reason),
        "{reason}"
    );
}

fn signal(name: &str, child: &Child) {
    let kill = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
}

#[test]
fn signals_that_were_ignored_at_the_start_stay_ignored_and_sigterm_is_obeyed() {
    let (mut child, mut lines) = one_spec_later_ignoring("HUP INT", "behind-nohup");
    for _ in 0..3 {
        signal("-HUP", &child);
        signal("-INT", &child);
    }
    // If the signals were obeyed, the third would end the process at once.
    std::thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().unwrap().is_none());
    signal("-TERM", &child);
    assert_interrupted(&lines.next().unwrap());
    assert_eq!(child.wait().unwrap().code(), Some(5));
}

#[test]
fn a_hangup_that_is_not_ignored_is_an_interruption() {
    let (mut child, mut lines) = one_spec_later_ignoring("INT", "hung-up");
    signal("-HUP", &child);
    assert_interrupted(&lines.next().unwrap());
    assert_eq!(child.wait().unwrap().code(), Some(5));
}
