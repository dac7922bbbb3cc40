//! Which specs are checked: by cost, in parts, and by what has changed. And results that are kept.

use crate::command::{ENDLESS, Folder, SMALL};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Output};

fn names(lines: &[(String, Value)]) -> Vec<&str> {
    lines.iter().map(|(name, _)| name.as_str()).collect()
}

/// A folder with these specs, all alike.
fn folder(specs: &[&str]) -> Folder {
    let folder = Folder::new();
    for name in specs {
        folder.write(&format!("specs/{name}.toml"), SMALL);
    }
    folder
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn costs(folder: &Folder, seconds: &Value) {
    let costs = json!({ "schema": 1, "seconds": seconds });
    folder.write("costs.json", costs.to_string());
}

#[test]
fn every_spec_is_in_exactly_one_shard_with_costs_and_without() {
    let all = ["a", "b", "c", "d", "e", "f", "g"];
    let folder = folder(&all);
    costs(
        &folder,
        &json!({ "specs/a.toml": 60, "specs/b.toml": 50, "specs/g.toml": 20 }),
    );
    let known = folder.read("costs.json");
    for more in [&[][..], &["--costs", "costs.json"]] {
        let mut found = Vec::new();
        for shard in ["1/3", "2/3", "3/3"] {
            folder.write("costs.json", &known);
            let arguments = [&["check", "--shard", shard][..], more].concat();
            let (lines, status, told) = folder.json(&arguments);
            assert_eq!(status, 0, "{told}");
            assert!(
                told.contains(&format!("in other shards than {shard}")),
                "{told}"
            );
            found.extend(names(&lines).into_iter().map(str::to_owned));
        }
        let distinct: BTreeSet<_> = found.iter().collect();
        assert_eq!((found.len(), distinct.len()), (all.len(), all.len()));
    }
    folder.write("costs.json", &known);
    let (lines, ..) = folder.json(&["check", "--shard", "1/3", "--costs", "costs.json"]);
    assert_eq!(
        names(&lines),
        ["specs/a.toml"],
        "the longest alone is a third"
    );
}

#[test]
fn a_shard_must_be_one_of_those_there_are() {
    let folder = folder(&["a"]);
    for wrong in ["0/3", "4/3", "1", "a/b", "1/0"] {
        let output = folder.synod(&["check", "--shard", wrong]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{wrong}");
    }
}

#[test]
fn a_budget_takes_what_must_be_checked_first_and_then_the_quickest_and_names_the_rest() {
    let folder = folder(&["a", "b", "c", "d"]);
    let fails = "mutant = \"two decrees in one ballot\"\n[expect]\nverdict = \"violated\"\nproperty = \"B3\"\n";
    let two = SMALL
        .replace("priests  = 1", "priests  = 2")
        .replace("[\"a\"]", "[\"a\", \"b\"]");
    folder.write("specs/z-fails.toml", format!("{two}{fails}"));
    costs(
        &folder,
        &json!({
            "specs/a.toml": 7000, "specs/b.toml": 500, "specs/c.toml": 3, "specs/d.toml": 1, "specs/z-fails.toml": 90,
        }),
    );
    let arguments = [
        "check",
        "specs",
        "specs/c.toml",
        "--costs",
        "costs.json",
        "--budget",
        "10m",
    ];
    let (lines, status, told) = folder.json(&arguments);
    let expected = [
        "specs/c.toml",
        "specs/z-fails.toml",
        "specs/d.toml",
        "specs/b.toml",
    ];
    assert_eq!((names(&lines), status), (expected.to_vec(), 0), "{told}");
    assert!(
        told.contains("1 spec for the budget of 10m: specs/a.toml (took 1h 56m 40s)"),
        "{told}"
    );
    // What was run was measured; what was not is as before.
    let costs: Value = serde_json::from_str(&folder.read("costs.json")).unwrap();
    assert_eq!(costs["seconds"]["specs/a.toml"], 7000.0);
    assert!(costs["seconds"]["specs/b.toml"].as_f64().unwrap() < 500.0);
}

#[test]
fn what_a_budget_cannot_end_is_inconclusive() {
    let folder = Folder::new();
    folder.write("specs/a.toml", ENDLESS);
    folder.write("specs/b.toml", SMALL);
    costs(
        &folder,
        &json!({ "specs/a.toml": 0.01, "specs/b.toml": 0.02 }),
    );
    let arguments = ["check", "--costs", "costs.json", "--budget", "1s"];
    let (lines, status, told) = folder.json(&arguments);
    assert_eq!(
        (names(&lines), status),
        (vec!["specs/a.toml", "specs/b.toml"], 5),
        "{told}"
    );
    let reason = |line: usize| lines[line].1["reason"].as_str().unwrap().to_owned();
    assert!(reason(0).starts_with("time limit of "), "{}", reason(0));
    assert_eq!(reason(1), "not run: the budget of 1s is used up");
}

#[test]
fn a_file_that_has_no_costs_is_refused_and_stays() {
    let folder = folder(&["a"]);
    folder.write("costs.json", "{}");
    for file in ["costs.json", "specs/a.toml"] {
        let before = folder.read(file);
        let output = folder.synod(&["check", "--costs", file]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert_eq!(folder.read(file), before);
    }
}

fn git(folder: &Folder, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.current_dir(folder.path(".")).args(arguments);
    git.env("GIT_CONFIG_GLOBAL", "/dev/null");
    assert!(git.output().unwrap().status.success(), "git {arguments:?}");
}

/// A git repository with one commit of everything that is there.
fn commit(folder: &Folder) {
    git(folder, &["init", "-q"]);
    git(folder, &["add", "-A"]);
    let who = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
    git(folder, &[&who[..], &["commit", "-qm", "all"]].concat());
}

#[test]
fn only_specs_that_differ_from_a_revision_or_that_git_does_not_track_are_checked() {
    let folder = folder(&["a", "b", "c"]);
    folder.write(".gitignore", "ignored.toml\n");
    commit(&folder);
    let (lines, status, told) = folder.json(&["check", "--changed-since", "HEAD"]);
    assert_eq!((lines.len(), status), (0, 0), "{told}");
    assert!(told.contains("3 specs: unchanged since HEAD"), "{told}");
    folder.write("specs/b.toml", format!("{SMALL}# another\n"));
    folder.write("specs/new.toml", SMALL);
    folder.write("specs/ignored.toml", SMALL);
    let (lines, status, told) = folder.json(&["check", "--changed-since", "HEAD"]);
    let expected = ["specs/b.toml", "specs/ignored.toml", "specs/new.toml"];
    assert_eq!((names(&lines), status), (expected.to_vec(), 0), "{told}");
}

#[test]
fn in_a_checkout_of_synod_a_change_of_code_touches_the_protocols_that_it_may_decide() {
    let folder = folder(&["a"]);
    let paxos =
        "about = \"One.\"\nprotocol = \"paxos\"\npriests = 1\nballots = 1\ndecrees = [\"a\"]\n";
    folder.write("specs/p.toml", paxos);
    folder.write("crates/specs/src/protocols.rs", "");
    folder.write("crates/models/src/paxos.rs", "");
    folder.write("Cargo.lock", "");
    commit(&folder);
    let checked = || {
        let (lines, status, told) = folder.json(&["check", "--changed-since", "HEAD"]);
        assert_eq!(status, 0, "{told}");
        names(&lines).join(" ")
    };
    assert_eq!(checked(), "");
    folder.write("crates/models/src/paxos.rs", "// changed");
    assert_eq!(checked(), "specs/p.toml");
    folder.write("Cargo.lock", "# changed");
    assert_eq!(checked(), "specs/a.toml specs/p.toml");
}

#[test]
fn an_unknown_revision_and_a_folder_without_git_are_refused() {
    let folder = folder(&["a"]);
    let check = |revision: &str| {
        let mut command = folder.synod(&["check", &format!("--changed-since={revision}")]);
        // The folder of the test may lie in a repository.
        command.env(
            "GIT_CEILING_DIRECTORIES",
            folder.path(".").parent().unwrap(),
        );
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        said(&output)
    };
    assert!(check("HEAD").contains("not a git repository"));
    commit(&folder);
    assert!(check("no-such").contains("git knows no revision \"no-such\" here"));
    assert!(check("--output=x").contains("git knows no revision"));
}

const CACHED: [&str; 4] = ["check", "specs", "--cache", "kept"];

/// The files of the cache.
fn entries(folder: &Folder) -> Vec<std::path::PathBuf> {
    let files = fs::read_dir(folder.path("kept")).unwrap();
    files.map(|file| file.unwrap().path()).collect()
}

/// A mutant that breaks B3.
fn breaks() -> String {
    let two = SMALL
        .replace("priests  = 1", "priests  = 2")
        .replace("[\"a\"]", "[\"a\", \"b\"]");
    format!(
        "{two}mutant = \"two decrees in one ballot\"\n[expect]\nverdict = \"violated\"\nproperty = \"B3\"\n"
    )
}

#[test]
fn a_result_that_is_kept_is_told_again_in_every_format_and_says_so() {
    let folder = folder(&["a"]);
    folder.write("specs/b.toml", breaks());
    let (first, status, told) = folder.json(&CACHED);
    assert_eq!(status, 0, "{told}");
    let (second, status, _) = folder.json(&CACHED);
    assert_eq!(status, 0);
    for ((name, mut first), (_, mut second)) in first.into_iter().zip(second) {
        assert_eq!(first["cached_at"], Value::Null);
        let time = second["cached_at"].as_str().unwrap();
        assert!(time.starts_with("20") && time.ends_with('Z'), "{time}");
        for line in [&mut first, &mut second] {
            line["cached_at"] = Value::Null;
        }
        assert_eq!(first, second, "{name}");
    }
    for format in ["human", "junit"] {
        let arguments = [&CACHED[..], &["--format", format, "--trace-out", "traces"]].concat();
        let output = folder.synod(&arguments).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(
            text.matches("from the cache, checked at 20").count(),
            2,
            "{text}"
        );
        assert!(folder.read("traces").contains("\"cached_at\":\"20"));
    }
}

#[test]
fn another_pin_needs_no_run_and_another_model_or_question_does() {
    let folder = folder(&["a"]);
    let is_cached = |more: &[&str]| {
        let (lines, status, _) = folder.json(&[&CACHED[..], more].concat());
        (lines[0].1["cached_at"].is_string(), status)
    };
    assert_eq!(is_cached(&[]), (false, 0));
    folder.write(
        "specs/a.toml",
        format!("# New.\n{SMALL}[expect]\nverdict = \"holds\"\nstates = 7777\n"),
    );
    assert_eq!(is_cached(&[]), (true, 1));
    assert_eq!(
        is_cached(&["--max-states", "2", "--threads", "1"]),
        (true, 1)
    );
    for other in [
        ["--seed", "7"],
        ["--engine", "stateright"],
        ["--fingerprint", "128"],
    ] {
        assert_eq!(is_cached(&other), (false, 1), "{other:?}");
    }
    folder.write(
        "specs/a.toml",
        SMALL.replace("attempts = 1", "attempts = 2"),
    );
    assert_eq!(is_cached(&[]), (false, 0));
}

#[test]
fn an_inconclusive_result_is_not_kept() {
    let folder = folder(&["a"]);
    let arguments = [&CACHED[..], &["--max-states", "2"]].concat();
    assert_eq!(folder.json(&arguments).1, 5);
    assert!(entries(&folder).is_empty());
}

#[test]
fn a_damaged_entry_is_said_and_the_spec_is_checked_again() {
    let folder = Folder::new();
    folder.write("specs/b.toml", breaks());
    folder.json(&CACHED);
    let [file] = &entries(&folder)[..] else {
        panic!("one spec, one entry");
    };
    let whole = fs::read(file).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    for damaged in [&whole[..whole.len() - 1], &[], &flipped] {
        fs::write(file, damaged).unwrap();
        let (lines, status, told) = folder.json(&CACHED);
        assert_eq!((status, &lines[0].1["cached_at"]), (0, &Value::Null));
        assert!(
            told.contains("is damaged; the spec is checked again"),
            "{told}"
        );
        assert_eq!(fs::read(file).unwrap().len(), whole.len());
    }
    assert!(folder.json(&CACHED).0[0].1["cached_at"].is_string());
}
