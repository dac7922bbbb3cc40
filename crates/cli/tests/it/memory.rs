//! A check that gets less memory, or fewer threads, than it could use says so: it
//! is inconclusive, and neither aborts nor panics.

use crate::command::{ENDLESS, Folder, SMALL};
use serde_json::Value;
use std::process::{Command, Output};

const ENGINES: [&str; 4] = ["levels", "timely", "stateright", "stateright-dfs"];

/// `synod check` within limits of the shell (`ulimit`).
fn limited(folder: &Folder, limits: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new("sh");
    let script = format!("{limits}; exec \"$@\"");
    command.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_synod"), "check"]);
    command.args(arguments).current_dir(folder.path(""));
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_limit_on_addresses_or_data_is_obeyed_by_every_engine() {
    let folder = Folder::new();
    folder.write("endless.toml", ENDLESS);
    for (limits, engines) in [
        ("ulimit -v 110000", &ENGINES[..]),
        ("ulimit -d 60000", &ENGINES[..1]),
    ] {
        for engine in engines {
            let arguments = ["endless.toml", "--engine", engine, "--format", "json"];
            let output = limited(&folder, limits, &arguments);
            let said = said(&output);
            assert_eq!(output.status.code(), Some(5), "{limits}, {engine}: {said}");
            assert!(!said.contains("panicked"), "{limits}, {engine}: {said}");
            let line: Value = serde_json::from_slice(&output.stdout).unwrap();
            let reason = line["reason"].as_str().unwrap();
            assert!(reason.starts_with("memory limit of"), "{reason}");
            let flag = &limits[..9];
            assert!(reason.contains(flag), "{reason}");
        }
    }
}

#[test]
fn a_small_spec_is_checked_within_a_small_limit() {
    let folder = Folder::new();
    folder.write("small.toml", SMALL);
    for engine in ENGINES {
        let arguments = ["small.toml", "--engine", engine];
        let output = limited(&folder, "ulimit -v 150000", &arguments);
        assert_eq!(output.status.code(), Some(0), "{engine}: {}", said(&output));
    }
}

#[test]
fn threads_that_cannot_be_started_are_told_by_every_engine() {
    let folder = Folder::new();
    folder.write("endless.toml", ENDLESS);
    // Their stacks have no place within the limit.
    let limits = "ulimit -v 4000000; export RUST_MIN_STACK=1000000000";
    for engine in ENGINES {
        let number = if engine == "timely" {
            "--workers"
        } else {
            "--threads"
        };
        let arguments = ["endless.toml", "--engine", engine, number, "8"];
        let output = limited(
            &folder,
            limits,
            &[&arguments[..], &["--format", "json"]].concat(),
        );
        let said = said(&output);
        assert_eq!(output.status.code(), Some(5), "{engine}: {said}");
        assert!(!said.contains("panicked"), "{engine}: {said}");
        let line: Value = serde_json::from_slice(&output.stdout).unwrap();
        let reason = line["reason"].as_str().unwrap();
        assert!(
            reason.contains("of 8 cannot be started"),
            "{engine}: {reason}"
        );
    }
}

#[test]
fn whose_limit_it_is_is_told() {
    let folder = Folder::new();
    folder.write("small.toml", SMALL);
    for (arguments, whose) in [
        (&["small.toml", "--max-memory", "1GiB"][..], "--max-memory"),
        (&["small.toml"], "nine tenths of the"),
        (&["small.toml", "--engine", "stateright"], "half of the"),
    ] {
        let output = limited(&folder, "true", arguments);
        let told = String::from_utf8(output.stdout).unwrap();
        let time = told
            .lines()
            .find(|line| line.starts_with("  time"))
            .unwrap();
        assert!(time.contains("(limit: ") && time.contains(whose), "{time}");
    }
}

#[test]
fn why_a_file_for_states_that_wait_cannot_be_made_is_told_in_the_words_of_the_system() {
    let folder = Folder::new();
    folder.write("small.toml", SMALL);
    let arguments = ["small.toml", "--engine", "timely", "--workers", "1"];
    let output = limited(&folder, "ulimit -n 4", &arguments);
    let told = String::from_utf8_lossy(&output.stdout).into_owned() + &said(&output);
    assert_eq!(output.status.code(), Some(5), "{told}");
    assert!(told.contains("Too many open files"), "{told}");
}
