//! `synod traces`, and `synod audit --against`.

use crate::command::{ENDLESS, Folder, SMALL, spec_file};
use serde_json::Value;
use std::fs::read_dir;

/// Runs a command, and returns its standard output, its standard error and its exit status.
fn said(folder: &Folder, arguments: &[&str]) -> (String, String, i32) {
    let output = folder.synod(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let status = output.status.code().unwrap();
    (text(output.stdout), text(output.stderr), status)
}

/// The names of the files in a folder, in order.
fn files(folder: &Folder, name: &str) -> Vec<String> {
    let files = read_dir(folder.path(name)).unwrap();
    let files = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<_> = files.map(|file| format!("{name}/{file}")).collect();
    files.sort();
    files
}

fn audit(folder: &Folder, spec: &str, file: &str) -> (String, String, i32) {
    said(folder, &["audit", "--against", spec, file])
}

/// One spec of each protocol, and of mutants, with its variable of a process.
const SPECS: [&str; 6] = [
    "preliminary/two-competing-priests-hold",
    "basic/two-competing-priests-who-lose-slips-hold",
    "basic/mutants/a-forgotten-nextBal-breaks-I7",
    "complete/two-presidents-of-two-hold",
    "parliament/one-president-of-two-holds",
    "paxos/two-ballots-hold",
];

#[test]
fn every_written_trace_of_every_protocol_is_a_run_of_its_model_and_a_step_less_is_none() {
    for spec in SPECS {
        let folder = Folder::new();
        let (told, _, status) = said(
            &folder,
            &["traces", spec, "--out", "t", "--format", "jsonl"],
        );
        assert_eq!(status, 0, "{spec}: {told}");
        assert!(
            told.contains("every action and branch is covered"),
            "{told}"
        );
        let files = files(&folder, "t");
        for file in &files {
            let (told, error, status) = audit(&folder, spec, file);
            assert_eq!(status, 0, "{file}: {told}{error}");
            assert!(told.starts_with("accepted: "), "{told}");
        }
        // The longest trace, without its second step: what follows shows its effect.
        let text = folder.read(files.last().unwrap());
        let mut lines: Vec<_> = text.lines().collect();
        lines.remove(2);
        folder.write("wrong", lines.join("\n"));
        let (told, error, status) = audit(&folder, spec, "wrong");
        assert_eq!(status, 1, "{spec}: {told}{error}");
        assert!(told.contains("wrong:3: "), "{told}");
    }
}

#[test]
fn the_number_of_traces_and_what_they_cover_is_told() {
    let folder = Folder::new();
    let out = ["--out", "t"];
    let traces = |more: &[&str]| {
        let spec = ["traces", "basic/one-priest-alone-holds"];
        said(&folder, &[&spec[..], &out, more].concat())
    };
    let (told, _, status) = traces(&[]);
    let text = "6 traces in t, 57 steps\n\
        every action and branch is covered: 18 actions and 23 branches, in 117 states, \
        which are all within the bounds\n\
        kinds of steps that were never taken: Receive Success\n";
    assert_eq!((told.as_str(), status), (text, 0));
    let names: Vec<_> = (1..=6)
        .map(|index| format!("t/trace-0{index}.itf.json"))
        .collect();
    assert_eq!(files(&folder, "t"), names);
    // Nothing is written among the traces of an earlier run.
    let (_, error, status) = traces(&[]);
    assert_eq!(status, 2, "{error}");
    assert_eq!(files(&folder, "t"), names);
}

#[test]
fn a_changed_value_is_refused_with_its_line_and_both_values() {
    let (folder, spec) = (Folder::new(), SPECS[1]);
    said(
        &folder,
        &["traces", spec, "--out", "t", "--format", "jsonl"],
    );
    let all = files(&folder, "t")
        .iter()
        .map(|file| folder.read(file))
        .collect::<Vec<_>>();
    let text = all
        .iter()
        .find(|text| text.contains(r#""nextBal":"1""#))
        .unwrap();
    let line = 1 + text
        .lines()
        .position(|line| line.contains(r#""nextBal":"1""#))
        .unwrap();
    folder.write(
        "wrong",
        text.replacen(r#""nextBal":"1""#, r#""nextBal":"0""#, 1),
    );
    let (told, _, status) = audit(&folder, spec, "wrong");
    assert_eq!(status, 1, "{told}");
    assert!(told.contains(&format!("wrong:{line}: ")), "{told}");
    assert!(told.contains("is 0 here, and 1 in the model"), "{told}");
    let mut again = folder.synod(&["audit", "--against", spec, "wrong", "--format", "json"]);
    let output = again.output().unwrap();
    let (text, status) = (
        String::from_utf8(output.stdout).unwrap(),
        output.status.code(),
    );
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let lines: Vec<Value> = lines.collect();
    assert_eq!((status, lines.len()), (Some(1), 2));
    assert_eq!(lines[0]["verdict"], "refused");
    assert_eq!(lines[1]["line"], line);
    assert_eq!(lines[1]["differences"][0]["told"], "0");
}

#[test]
fn a_limit_makes_both_inconclusive() {
    let folder = Folder::new();
    let spec = spec_file("conformance", ENDLESS);
    let spec = spec.to_str().unwrap();
    let limits = ["--max-states", "50"];
    let arguments = [&["traces", spec, "--out", "t"][..], &limits].concat();
    let (told, _, status) = said(&folder, &arguments);
    assert_eq!(status, 5, "{told}");
    assert!(
        told.contains("inconclusive: state limit of 50 reached"),
        "{told}"
    );
    assert!(!files(&folder, "t").is_empty());
    let log = "{\"process\": \"Α\", \"action\": \"Succeed\"}";
    folder.write("log", log);
    let unlogged = [
        "Try New Ballot",
        "Send NextBallot",
        "Receive NextBallot",
        "Send LastVote",
    ];
    let unlogged = unlogged.iter().flat_map(|kind| ["--unlogged", kind]);
    let arguments: Vec<_> = ["audit", "--against", spec, "log"]
        .into_iter()
        .chain(unlogged)
        .collect();
    let (told, _, status) = said(&folder, &[&arguments[..], &limits].concat());
    assert_eq!(status, 5, "{told}");
    assert!(told.contains("state limit of 50 reached"), "{told}");
}

#[test]
fn a_model_that_panics_makes_the_result_inconclusive_and_the_message_is_told() {
    let folder = Folder::new();
    let spec = "complete/mutants/a-refusal-that-panics-is-found";
    let (told, _, status) = said(&folder, &["traces", spec, "--out", "t"]);
    assert_eq!(status, 5, "{told}");
    assert!(told.contains("inconclusive: the model panics: "), "{told}");
    assert!(!files(&folder, "t").is_empty());
}

#[test]
fn bad_input_is_refused_with_its_place_and_a_remedy() {
    let folder = Folder::new();
    folder.write("spec.toml", SMALL);
    folder.write(
        "log",
        "{\"process\": \"Α\", \"action\": \"Try New Ballot 0\"}\nno JSON\n",
    );
    folder.write(
        "ascii",
        "{\"process\": \"A\", \"action\": \"Try New Ballot 0\"}\n",
    );
    folder.write(
        "typo",
        "{\"process\": \"Α\", \"action\": \"Try New Balot 0\"}\n",
    );
    folder.write("full/file", "");
    let inductive = "basic/inductive/I-is-inductive-for-one-priest";
    for (arguments, message, help) in [
        (
            &["audit", "--against", "spec.toml", "log"][..],
            "log:2: not a JSON object",
            "\"action\"",
        ),
        (
            &["audit", "--against", "spec.toml", "ascii"],
            "ascii:1: the model has no process `A`",
            "not the letters of ASCII",
        ),
        (
            &["audit", "--against", "spec.toml", "typo"],
            "typo:1: the model has no action",
            "did you mean `Try New Ballot`?",
        ),
        (
            &["audit", "--against", "spec.toml", "ascii", "./ascii"],
            "./ascii: this file was named before",
            "name every file once",
        ),
        (
            &["audit", "--against", "spec.toml", "absent"],
            "absent: No such file",
            "synod audit --help",
        ),
        (
            &[
                "audit",
                "--against",
                "spec.toml",
                "ascii",
                "--unlogged",
                "Sned Voted",
            ],
            "no kind of steps and no process \"Sned Voted\"",
            "did you mean \"Send Voted\"?",
        ),
        (
            &["audit", "--against", inductive, "ascii"],
            "begins in too many states",
            "the key `inductive`",
        ),
        (
            &["traces", inductive, "--out", "t"],
            "begins in too many states",
            "the key `inductive`",
        ),
        (
            &["traces", "spec.toml", "--out", "full"],
            "full: this folder is not empty",
            "name a new folder",
        ),
        (
            &["traces", "spec.toml", "--out", "log"],
            "log: ",
            "name a new folder",
        ),
        (
            &["traces", "basic/one-priest-alone-hold", "--out", "t"],
            "No such file",
            "did you mean",
        ),
    ] {
        let (_, error, status) = said(&folder, arguments);
        assert_eq!(status, 2, "{arguments:?}: {error}");
        assert!(error.contains(message), "{arguments:?}: {error}");
        assert!(error.contains(help), "{arguments:?}: {error}");
    }
}

#[test]
fn limits_are_only_for_foreign_traces() {
    let (_, error, status) = said(&Folder::new(), &["audit", "node", "--timeout", "1s"]);
    assert_eq!(status, 2);
    assert!(error.contains("--timeout is for --against"), "{error}");
}
