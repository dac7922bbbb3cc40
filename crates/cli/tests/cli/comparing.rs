//! What has changed since an earlier run: `synod check --baseline`, `synod diff`, `synod find`.

use crate::command::{Folder, SMALL};
use serde_json::Value;
use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Output;

/// Two ballots of different priests; with the mutant that is put at its end, other rules.
const TWO: &str = r#"
about    = "Two ballots."
protocol = "basic"
priests  = 2
tryers   = [1, 2]
attempts = 1
decrees  = ["a", "b"]
"#;

const MUTANT: &str = "mutant = \"Start Polling ignores prevVotes\"\n";

/// A folder in which one.toml was checked with this text, and now has another one.
fn changed(before: &str, after: &str) -> Folder {
    let folder = Folder::new();
    folder.write("one.toml", before);
    check(
        &folder,
        &["one.toml", "--keep-going", "--report", "json=before.jsonl"],
    );
    folder.write("one.toml", after);
    folder
}

fn run(folder: &Folder, arguments: &[&str]) -> Output {
    let mut command = folder.synod(arguments);
    command
        .env_remove("GITHUB_STEP_SUMMARY")
        .env_remove("GITHUB_WORKSPACE");
    command.output().unwrap()
}

fn check(folder: &Folder, arguments: &[&str]) -> Output {
    run(folder, &[&["check"], arguments].concat())
}

/// What has changed in one.toml, as the JSON tells it.
fn change(folder: &Folder, options: &[&str]) -> Value {
    let baseline = [
        "check",
        "one.toml",
        "--keep-going",
        "--baseline",
        "before.jsonl",
    ];
    let (lines, ..) = folder.json(&[&baseline, options].concat());
    lines[0].1["change"].clone()
}

fn mutant() -> String {
    format!("{TWO}{MUTANT}")
}

/// A text in which one of the differences is, and that difference.
fn difference<'a>(change: &'a Value, part: &str) -> &'a str {
    let differences = change["differences"].as_array().unwrap().iter();
    let mut differences = differences.map(|it| it.as_str().unwrap());
    let found = differences.find(|it| it.contains(part));
    found.unwrap_or_else(|| panic!("{part} is not in {change}"))
}

fn actions(parting: &Value) -> Vec<&str> {
    let steps = parting["steps"].as_array().unwrap().iter();
    steps.filter_map(|step| step["action"].as_str()).collect()
}

/// The level that the first difference names.
fn first_level(change: &Value) -> String {
    let first = change["differences"][1].as_str().unwrap();
    let level = first
        .strip_prefix("level ")
        .and_then(|rest| rest.split(':').next());
    level.unwrap_or_else(|| panic!("{first}")).to_owned()
}

#[test]
fn a_rule_that_was_dropped_is_told_with_the_level_the_action_and_the_way_to_what_is_new() {
    let folder = changed(TWO, &mutant());
    let change = change(&folder, &[]);
    assert_eq!(change["since"], "before.jsonl");
    let level = first_level(&change);
    let transitions = format!(
        "transitions from level {}: ",
        level.parse::<u32>().unwrap() - 1
    );
    assert!(
        difference(&change, &transitions).contains("Start Polling"),
        "{change}"
    );
    difference(&change, "states in all, were 2,259");
    difference(&change, "B3: violated after ");
    let parting = &change["partings"][0];
    let about = parting["about"].as_str().unwrap();
    assert!(
        about.starts_with("only the new run takes the last step"),
        "{about}"
    );
    let steps = actions(parting);
    assert_eq!(
        steps.len().to_string(),
        (level.parse::<usize>().unwrap() - 1).to_string()
    );
    assert!(steps.last().unwrap().contains("Start Polling"), "{steps:?}");
    // The state is there now, on that level, and was not before.
    let fingerprint = about
        .split("fingerprint ")
        .nth(1)
        .unwrap()
        .trim_end_matches(')');
    let find = ["find", "one.toml", "--level", &level, fingerprint];
    assert_eq!(run(&folder, &find).status.code(), Some(0));
    folder.write("one.toml", TWO);
    assert_eq!(run(&folder, &find).status.code(), Some(1));
}

#[test]
fn a_rule_that_was_added_is_told_with_the_way_to_where_a_step_is_gone() {
    let folder = changed(&mutant(), TWO);
    let change = change(&folder, &[]);
    let parting = &change["partings"][0];
    let about = parting["about"].as_str().unwrap();
    assert!(
        about.contains("Start Polling") || about.contains("other steps"),
        "{about}"
    );
    let steps = actions(parting);
    let level: usize = first_level(&change).parse().unwrap();
    assert_eq!(steps.len(), level - 2, "{steps:?}");
}

#[test]
fn a_run_that_is_the_same_has_no_change_whatever_engine_and_threads() {
    let folder = changed(TWO, TWO);
    for options in [
        &["--threads", "1"][..],
        &["--engine", "timely", "--workers", "2"],
        &["--engine", "stateright"],
        &["--seed", "7"],
        &["--fingerprint", "128"],
    ] {
        assert_eq!(change(&folder, options), Value::Null, "{options:?}");
    }
}

#[test]
fn another_hash_of_states_leaves_their_numbers_to_compare() {
    let folder = changed(TWO, &mutant());
    for options in [&["--seed", "7"][..], &["--engine", "stateright"]] {
        let change = change(&folder, options);
        difference(&change, "states in all, were 2,259");
        assert_eq!(change["partings"], Value::Array(Vec::new()), "{options:?}");
    }
}

#[test]
fn other_bounds_are_told_first() {
    let folder = changed(SMALL, TWO);
    let change = change(&folder, &[]);
    let first = change["differences"][0].as_str().unwrap();
    assert!(first.starts_with("bounds: 2 priests"), "{first}");
}

#[test]
fn every_report_tells_the_level_the_action_and_the_way() {
    let folder = changed(TWO, &mutant());
    let kinds = ["json", "junit", "html", "gitlab", "markdown"];
    let reports: Vec<_> = kinds
        .iter()
        .map(|kind| format!("--report={kind}={kind}"))
        .collect();
    let mut arguments = vec![
        "one.toml",
        "--baseline",
        "before.jsonl",
        "--report",
        "github",
    ];
    arguments.extend(reports.iter().map(String::as_str));
    let output = check(&folder, &arguments);
    let human = String::from_utf8(output.stdout).unwrap();
    let files = kinds.map(|kind| (kind, folder.read(kind)));
    for (kind, text) in files
        .iter()
        .map(|(kind, text)| (*kind, text))
        .chain([("human", &human)])
    {
        let told = [
            "level ",
            "transitions from level ",
            "Start Polling",
            "the last step",
        ];
        // A finding of Code Quality is one line: it has no room for the way.
        let told = if kind == "gitlab" { &told[..3] } else { &told };
        for part in told {
            assert!(text.contains(part), "{kind}: {part}\n{text}");
        }
    }
}

#[test]
fn two_programs_tell_both_sides() {
    let folder = Folder::new();
    let mut programs = Vec::new();
    for (name, text) in [("old", TWO.to_owned()), ("new", mutant())] {
        folder.write(&format!("of-{name}/one.toml"), text);
        let at = folder.path(&format!("of-{name}"));
        // Each program has a model of its own: it finds its own file.
        let script = format!(
            "#!/bin/sh\ncd {} && exec {} \"$@\"\n",
            at.display(),
            env!("CARGO_BIN_EXE_synod")
        );
        let program = folder.write(name, script);
        set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
        programs.push(program.display().to_string());
    }
    let [old, new] = [&programs[0], &programs[1]];
    let diff = |old: &str, new: &str, options: &[&str]| {
        run(
            &folder,
            &[&["diff", old, new, "one.toml"], options].concat(),
        )
    };
    let output = diff(old, new, &["--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let about = told["change"]["partings"][0]["about"].as_str().unwrap();
    assert!(
        about.starts_with("only the new run takes the last step"),
        "{told}"
    );
    let output = diff(new, old, &[]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text.contains("only the old run takes the last step"),
        "{text}"
    );
    let output = diff(old, old, &[]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        (output.status.code(), text.as_str()),
        (Some(0), "✓ one.toml: no difference\n")
    );
}

#[test]
fn two_saved_runs_are_compared_without_a_program() {
    let folder = changed(TWO, &mutant());
    check(
        &folder,
        &["one.toml", "--keep-going", "--report", "json=after.jsonl"],
    );
    let output = run(&folder, &["diff", "before.jsonl", "after.jsonl"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("transitions from level "), "{text}");
    let output = run(&folder, &["diff", "before.jsonl", "before.jsonl"]);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_cannot_be_compared_is_refused_with_what_would_be_right() {
    let folder = changed(TWO, TWO);
    folder.write("no-run", "neither JSON nor a program\n");
    folder.write("other.jsonl", "{\"schema\": 99}\n");
    let refused = [
        (
            &["check", "one.toml", "--baseline", "absent"][..],
            "absent: No such file",
        ),
        (
            &["check", "one.toml", "--baseline", "no-run"],
            "no-run: line 1: not a line of schema",
        ),
        (
            &["check", "one.toml", "--baseline", "other.jsonl"],
            "line 1: schema 99; this program reads schema",
        ),
        (&["diff", "before.jsonl", "absent"], "absent: No such file"),
        (&["diff", "before.jsonl", "no-run", "one.toml"], "no-run: "),
        (
            &["diff", "before.jsonl", "/bin/true"],
            "a program needs run specs",
        ),
        (
            &["diff", "before.jsonl", "/bin/true", "one.toml"],
            "/bin/true: it told no result",
        ),
        (
            &["find", "one.toml", "--level", "0", "0000000000000000"],
            "--level",
        ),
        (&["find", "one.toml", "--level", "1", "00"], "16 digits"),
    ];
    for (arguments, why) in refused {
        let output = run(&folder, arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(why), "{arguments:?}: {said}");
    }
}

#[test]
fn a_spec_that_was_not_in_the_baseline_is_checked_and_that_is_said() {
    let folder = changed(TWO, TWO);
    folder.write("two.toml", SMALL);
    let (lines, status, _) = folder.json(&["check", "two.toml", "--baseline", "before.jsonl"]);
    assert_eq!(status, 0);
    difference(&lines[0].1["change"], "this spec is not in it");
    let (lines, ..) = folder.json(&["check", "./one.toml", "--baseline", "before.jsonl"]);
    assert_eq!(lines[0].1["change"], Value::Null);
}

#[test]
fn a_saved_run_must_have_what_is_asked_for_and_only_once() {
    let folder = changed(TWO, TWO);
    let text = folder.read("before.jsonl");
    folder.write("twice.jsonl", text.clone() + &text);
    for (arguments, why) in [
        (
            ["diff", "before.jsonl", "twice.jsonl"].as_slice(),
            "two results of one.toml",
        ),
        (
            &["diff", "before.jsonl", "before.jsonl", "other.toml"],
            "not in the saved run",
        ),
        (
            &["check", "one.toml", "--baseline", "twice.jsonl"],
            "two results of one.toml",
        ),
    ] {
        let output = run(&folder, arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(why), "{arguments:?}: {said}");
    }
}

#[test]
fn a_run_without_sketches_is_compared_without_a_state() {
    let folder = changed(TWO, &mutant());
    folder.write("one.toml", TWO);
    let output = check(&folder, &["one.toml", "--format", "json"]);
    folder.write("before.jsonl", output.stdout);
    folder.write("one.toml", mutant());
    let change = change(&folder, &[]);
    difference(&change, "transitions from level ");
    assert_eq!(change["partings"], Value::Array(Vec::new()));
}
