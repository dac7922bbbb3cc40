//! A check that gets too little memory, or too few threads, is inconclusive and says why.
//! It neither aborts nor panics.

use crate::command::{ENDLESS, Folder, SMALL};
use serde_json::Value;
use std::process::{Command, Output};

const ENGINES: [&str; 4] = ["levels", "timely", "stateright", "stateright-dfs"];

/// Runs `synod check` under limits of the shell (`ulimit`).
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
fn every_engine_obeys_a_limit_on_address_space_or_data() {
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
fn every_engine_reports_threads_that_cannot_be_started() {
    let folder = Folder::new();
    folder.write("endless.toml", ENDLESS);
    // The stacks of the threads do not fit into the limit.
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
fn the_report_names_the_source_of_the_memory_limit() {
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
fn the_report_has_the_operating_systems_error_if_a_frontier_file_cannot_be_opened() {
    let folder = Folder::new();
    folder.write("small.toml", SMALL);
    let arguments = ["small.toml", "--engine", "timely", "--workers", "1"];
    let output = limited(&folder, "ulimit -n 4", &arguments);
    let told = String::from_utf8_lossy(&output.stdout).into_owned() + &said(&output);
    assert_eq!(output.status.code(), Some(5), "{told}");
    assert!(told.contains("Too many open files"), "{told}");
}
