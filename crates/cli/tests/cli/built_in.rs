//! The run specs of the project are built into the program, so an installed `synod` needs
//! no folder `specs/`.

use crate::command::{Folder, SMALL, workspace};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

/// Every spec of the project: its name and its text.
fn specs() -> Vec<(String, String)> {
    fn find(folder: &Path, specs: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                find(&path, specs);
            } else {
                let name = path.strip_prefix(workspace().join("specs")).unwrap();
                let name = name.with_extension("").display().to_string();
                specs.push((name, fs::read_to_string(path).unwrap()));
            }
        }
    }
    let mut specs = Vec::new();
    find(&workspace().join("specs"), &mut specs);
    specs.sort();
    specs
}

fn names(lines: &[(String, Value)]) -> Vec<&str> {
    lines.iter().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn list_names_every_spec_of_the_project_and_show_prints_its_text() {
    let folder = Folder::new();
    let (mut lines, status, said) = folder.json(&["list"]);
    assert_eq!((status, said.as_str()), (0, ""));
    lines.sort_by(|(one, _), (other, _)| one.cmp(other));
    let specs = specs();
    let expected: Vec<_> = specs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names(&lines), expected);
    for (name, text) in &specs {
        let shown = folder.synod(&["show", name]).output().unwrap();
        assert!(shown.status.success(), "{name}");
        assert_eq!(String::from_utf8(shown.stdout).unwrap(), *text, "{name}");
    }
}

#[test]
fn check_in_an_empty_folder_takes_the_small_built_in_specs_and_says_so() {
    let folder = Folder::new();
    // Each spec is cut short: its result is the subject of other tests.
    let (mut lines, status, said) = folder.json(&["check", "--max-states", "1"]);
    lines.sort_by(|(one, _), (other, _)| one.cmp(other));
    let (listed, ..) = folder.json(&["list"]);
    let is_small = |(_, line): &&(String, Value)| line["size"] == "small";
    let mut small: Vec<_> = listed
        .iter()
        .filter(is_small)
        .map(|(name, _)| name)
        .collect();
    small.sort();
    assert_eq!(names(&lines), small);
    assert!([1, 5].contains(&status), "{status}");
    let first = format!(
        "There is no folder specs/ here: these are the {} run specs that are built in.",
        listed.len()
    );
    assert_eq!(said.lines().next(), Some(first.as_str()));
}

#[test]
fn built_in_specs_are_checked_by_the_name_of_a_spec_or_of_a_folder() {
    let folder = Folder::new();
    for name in [
        "basic/two-competing-priests-hold",
        "basic/two-competing-priests-hold.toml",
    ] {
        let (lines, status, said) = folder.json(&["check", name]);
        assert_eq!((status, said.as_str()), (0, ""));
        assert_eq!(names(&lines), ["basic/two-competing-priests-hold"]);
        assert_eq!(lines[0].1["states"], 2259);
    }
    let (lines, status, said) = folder.json(&["check", "paxos", "--size", "small"]);
    assert_eq!(status, 0);
    assert!(!lines.is_empty() && names(&lines).iter().all(|name| name.starts_with("paxos/")));
    assert!(
        said.starts_with("There is no folder paxos here: "),
        "{said}"
    );
}

#[test]
fn a_file_or_folder_that_exists_takes_precedence_over_built_in_specs() {
    let folder = Folder::new();
    folder.write("specs/one.toml", SMALL);
    folder.write("paxos/another.toml", SMALL);
    folder.write("basic/two-competing-priests-hold", SMALL);
    let (lines, status, said) = folder.json(&["check"]);
    assert_eq!(
        (names(&lines), status),
        (vec!["specs/one.toml"], 0),
        "{said}"
    );
    let (lines, status, said) = folder.json(&["check", "paxos"]);
    assert_eq!(
        (names(&lines), status),
        (vec!["paxos/another.toml"], 0),
        "{said}"
    );
    let (lines, _, said) = folder.json(&["check", "basic/two-competing-priests-hold"]);
    assert_eq!(lines[0].1["about"], "One priest.");
    assert_eq!(said, "");
}

#[test]
fn a_folder_that_is_named_and_missing_is_an_error_even_if_its_name_is_specs() {
    let folder = Folder::new();
    let (lines, status, said) = folder.json(&["check", "specs"]);
    assert_eq!((names(&lines), status), (vec!["specs"], 2));
    assert!(
        said.contains("`synod check` alone checks the built-in run specs"),
        "{said}"
    );
}

#[test]
fn the_first_examples_of_the_help_work_in_an_empty_folder() {
    let folder = Folder::new();
    let spec = "basic/mutants/ignoring-prevVotes-breaks-B3";
    let checked = folder.synod(&["check", spec]).output().unwrap();
    let told = String::from_utf8(checked.stdout).unwrap();
    assert!(checked.status.success());
    assert!(told.contains(&format!("✓ {spec}: violated")), "{told}");
    let file = fs::File::create(folder.path("mine.toml")).unwrap();
    let shown = folder.synod(&["show", spec]).stdout(file).status().unwrap();
    assert!(shown.success());
    let (lines, status, said) = folder.json(&["check", "mine.toml"]);
    assert_eq!((names(&lines), status), (vec!["mine.toml"], 0), "{said}");
}

#[test]
fn a_built_in_spec_can_be_checked_with_checkpoints() {
    let folder = Folder::new();
    let spec = "basic/two-competing-priests-hold";
    let check = [
        "check",
        spec,
        "--checkpoint",
        "points",
        "--checkpoint-every",
        "0s",
    ];
    let (lines, status, said) = folder.json(&check);
    assert_eq!(
        (lines[0].1["states"].as_u64(), status),
        (Some(2259), 0),
        "{said}"
    );
}

#[test]
fn explore_shows_a_built_in_spec() {
    let folder = Folder::new();
    let arguments = ["explore", "basic/one-priest-alone-holds", "--port", "0"];
    let mut explorer = folder.synod(&arguments);
    let mut child = explorer.stderr(Stdio::piped()).spawn().unwrap();
    let mut announced = String::new();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    stderr.read_line(&mut announced).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let expected = "open http://127.0.0.1:";
    assert!(announced.starts_with(expected), "{announced}");
}
