//! The example in Python, `examples/python`: it is driven through test traces, and its log is
//! audited, as its README says. If there is no `python3`, these tests are ignored and the
//! reason is printed.
#![allow(clippy::unwrap_used, clippy::print_stderr)] // In helpers of tests as in tests.

#[allow(dead_code)] // Other tests use the rest of it.
#[path = "cli/command.rs"]
mod command;

use command::{Folder, workspace};
use libtest_mimic::{Arguments, Trial};
use std::process::{Command, ExitCode, Output};

const WRONG: &[&str] = &["--wrong", "forgets-promises"];

fn main() -> ExitCode {
    let version = Command::new("python3").arg("--version").output();
    let is_missing = !version.is_ok_and(|output| output.status.success());
    if is_missing {
        eprintln!("The tests of examples/python are skipped: there is no program python3.");
    }
    let trial = |name, run: fn()| {
        let run = move || {
            run();
            Ok(())
        };
        Trial::test(name, run).with_ignored_flag(is_missing)
    };
    let trials = vec![
        trial("the_implementation_passes_every_test_trace", traces),
        trial("its_logs_are_runs_of_the_model", logs),
        trial("forgotten_promises_are_found_by_test_traces", wrong_traces),
        trial("forgotten_promises_are_found_in_a_log", wrong_logs),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Runs a program of the example, and returns its standard output and its exit status.
fn python(folder: &Folder, program: &str, arguments: &[&str]) -> (String, i32) {
    let program = workspace().join("examples/python").join(program);
    let mut python = Command::new("python3");
    // No file beside the sources.
    python
        .args(["-B", program.to_str().unwrap()])
        .args(arguments);
    told(&python.current_dir(folder.path(".")).output().unwrap())
}

fn synod(folder: &Folder, arguments: &[&str]) -> (String, i32) {
    told(&folder.synod(arguments).output().unwrap())
}

fn told(output: &Output) -> (String, i32) {
    let text = [&output.stdout[..], &output.stderr].concat();
    (
        String::from_utf8(text).unwrap(),
        output.status.code().unwrap(),
    )
}

fn replayed(more: &[&str]) -> (String, i32) {
    let folder = Folder::new();
    let spec = "basic/two-competing-priests-hold";
    let (text, status) = synod(&folder, &["traces", spec, "--enabled", "--out", "traces"]);
    assert_eq!(status, 0, "{text}");
    python(&folder, "replay.py", &[&["traces"], more].concat())
}

fn audited(more: &[&str]) -> (String, i32) {
    let folder = Folder::new();
    let (text, status) = python(&folder, "run.py", &[&["logs"], more].concat());
    assert_eq!(status, 0, "{text}");
    let spec = "basic/two-of-three-priests-competing-hold";
    let logs = ["logs/0.jsonl", "logs/1.jsonl", "logs/2.jsonl"];
    synod(
        &folder,
        &[&["audit", "--against", spec], &logs[..]].concat(),
    )
}

fn traces() {
    assert_eq!(replayed(&[]), ("8 of 8 traces pass\n".to_owned(), 0));
}

fn logs() {
    for seed in 0..20 {
        let (text, status) = audited(&["--seed", &seed.to_string()]);
        assert_eq!(status, 0, "{seed}: {text}");
    }
}

fn wrong_traces() {
    let (text, status) = replayed(WRONG);
    assert_eq!(status, 1, "{text}");
    assert!(
        text.contains("the model does not allow Α: Receive BeginBallot(0, a)"),
        "{text}"
    );
}

fn wrong_logs() {
    let found = (0..20).filter(|seed| {
        let (text, status) = audited(&[&["--seed", &seed.to_string()], WRONG].concat());
        assert!(
            status == 0 || text.contains(": Receive BeginBallot(0, "),
            "{text}"
        );
        status == 1
    });
    assert!(found.count() > 0);
}
