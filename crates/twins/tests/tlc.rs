//! The tests that need TLC. If TLC is missing they are ignored, and a line says how many
//! there are.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // Tests.

use libtest_mimic::{Arguments, Trial};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use synod_twins::tlc::{Ending, MISSING, Program, Workplace};

/// A test: its name and its function.
type Test = (&'static str, fn());

const TESTS: [Test; 5] = [
    ("an_instance_of_the_project_is_equal", equal),
    (
        "a_mutant_breaks_the_same_property_at_the_same_length",
        mutant,
    ),
    (
        "a_difference_is_shown_with_paths_to_a_state_of_each_side",
        wrong,
    ),
    ("a_run_that_reaches_the_timeout_is_inconclusive", timeout),
    ("a_worst_case_is_the_same_in_time", in_time),
];

fn main() -> ExitCode {
    let is_missing = Program::find().is_err();
    if is_missing {
        let count = TESTS.len();
        eprintln!("{count} tests that need TLC are left out. {MISSING}");
    }
    let trials = TESTS.map(|(name, test)| {
        let run = move || {
            test();
            Ok(())
        };
        Trial::test(name, run).with_ignored_flag(is_missing)
    });
    libtest_mimic::run(&Arguments::from_args(), trials.into()).exit_code()
}

/// Runs the program in a project. Returns its output and exit status.
fn run(project: &Path, arguments: &[&str]) -> (String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_synod-twins"));
    let output = command.current_dir(project).args(arguments).output();
    let output = output.unwrap();
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    (printed, output.status.code().unwrap())
}

fn workspace() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.unwrap().to_owned()
}

/// How TLC ends when it checks this invariant of an instance in time.
fn ends_in_time(name: &str, invariant: &str) -> Ending {
    let folder = workspace().join("tla");
    let path = folder.join("instances/time").join(name);
    let configuration = std::fs::read_to_string(path.with_extension("cfg")).unwrap();
    let configuration =
        configuration.replace("INVARIANT InTime", &format!("INVARIANT {invariant}"));
    let workplace = Workplace::new(&folder).unwrap();
    let tlc = Program::find().unwrap();
    let run = workplace.run(&tlc, "MCCompleteInTime", &configuration, false);
    run.unwrap().ending
}

fn in_time() {
    let name = "two-priests-and-nothing-before";
    assert_eq!(ends_in_time(name, "InTime"), Ending::Holds);
    let before = ends_in_time(name, "IsOverBefore");
    assert!(matches!(before, Ending::Violated { .. }), "{before:?}");
}

fn equal() {
    let spec = "specs/preliminary/one-ballot-of-three-priests-holds.toml";
    let (printed, status) = run(&workspace(), &[spec]);
    assert!(printed.contains("129 states, depth 12"), "{printed}");
    assert_eq!(status, 0, "{printed}");
}

fn mutant() {
    let spec = "specs/basic/mutants/a-forgotten-nextBal-takes-a-ledger-back.toml";
    let (printed, status) = run(&workspace(), &[spec]);
    assert!(printed.contains("breaks after 4 steps"), "{printed}");
    assert_eq!(status, 0, "{printed}");
}

fn wrong() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wrong");
    let (printed, status) = run(&project, &["specs"]);
    let lines: Vec<_> = printed.lines().skip(1).map(str::trim_end).collect();
    let expected = include_str!("wrong/printed.txt");
    assert_eq!(lines, expected.lines().collect::<Vec<_>>(), "{printed}");
    assert_eq!(status, 1);
}

fn timeout() {
    let spec = "specs/preliminary/one-ballot-of-three-priests-holds.toml";
    let (printed, status) = run(&workspace(), &["--timeout", "1ms", spec]);
    assert!(printed.starts_with("? preliminary"), "{printed}");
    assert_eq!(status, 5, "{printed}");
}
