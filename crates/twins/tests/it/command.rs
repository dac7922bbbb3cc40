//! The program `scripts/tla`, where TLC is missing.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The folder of the workspace.
pub fn workspace() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.unwrap().to_owned()
}

const SPEC: &str = "specs/preliminary/a-Success-not-sent.toml";

/// Runs the program so that it finds no TLC.
fn run(arguments: &[&str]) -> Output {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wrong");
    Command::new(env!("CARGO_BIN_EXE_synod-twins"))
        .current_dir(project)
        .env_remove("TLA2TOOLS_JAR")
        .env("PATH", "")
        .args(arguments)
        .output()
        .unwrap()
}

fn complains(arguments: &[&str], complaint: &str) {
    let output = run(arguments);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains(complaint), "{error}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn without_tlc_the_program_says_where_to_get_it() {
    complains(&[], "export TLA2TOOLS_JAR=");
    complains(&[SPEC], "releases of github.com/tlaplus/tlaplus");
}

#[test]
fn a_path_without_twin_is_bad_input() {
    complains(&["specs/none.toml"], "specs/none.toml");
    complains(&["tla"], "not below specs/");
}

#[test]
fn the_program_lists_and_dumps_without_tlc() {
    let list = String::from_utf8(run(&["--list"]).stdout).unwrap();
    assert_eq!(list, format!("{SPEC}  not recorded\n"));
    let states = String::from_utf8(run(&["--dump", SPEC]).stdout).unwrap();
    assert_eq!(states.lines().count(), 6);
    assert!(states.lines().is_sorted());
}
