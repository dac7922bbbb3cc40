//! `synod check --update` and `--review` write figures into spec files, and never a verdict.

use crate::command::{Folder, SMALL};
use std::io::Write;
use std::process::{Output, Stdio};

const EXPECT: &str =
    "\n# What we found.\n[expect]\nverdict = \"holds\" # as it should\nstates  = 9\n";

/// The mutant breaks nothing with one decree.
const HARMLESS: &str = "mutant = \"two decrees in one ballot\"\n\n[expect]\nverdict = \"violated\"\nproperty = \"B3\"\n";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("specs/a.toml", format!("{SMALL}{EXPECT}"));
    folder
}

fn said(output: &Output) -> String {
    let texts = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    texts.concat()
}

fn update(folder: &Folder, more: &[&str]) -> (i32, String) {
    let arguments = [
        "check",
        "specs",
        "--update",
        "--because",
        "a priest may retry",
    ];
    let output = folder
        .synod(&[&arguments[..], more].concat())
        .output()
        .unwrap();
    (output.status.code().unwrap(), said(&output))
}

#[test]
fn figures_that_differ_are_written_with_the_reason_and_the_next_check_succeeds() {
    let folder = folder();
    folder.write("specs/new.toml", SMALL);
    let (status, told) = update(&folder, &[]);
    assert_eq!(status, 0, "{told}");
    assert_eq!(told.matches("(pinned anew)").count(), 2, "{told}");
    let text = folder.read("specs/a.toml");
    let rest = text.strip_prefix(SMALL).unwrap();
    let (above, below) = rest.split_once("\n# 20").unwrap();
    assert_eq!(above, "\n# What we found.");
    assert!(below.contains(" states, were 9: a priest may retry\n[expect]\nverdict = \"holds\" # as it should\nstates  = "), "{text}");
    let text = folder.read("specs/new.toml");
    assert!(text.starts_with(&format!("{SMALL}\n# 20")), "{text}");
    assert!(
        text.contains(", not pinned before: a priest may retry\n[expect]\n"),
        "{text}"
    );
    let output = folder.synod(&["check", "specs"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    // There is nothing more to write.
    let before = folder.read("specs/a.toml");
    assert_eq!(update(&folder, &[]).0, 0);
    assert_eq!(folder.read("specs/a.toml"), before);
}

#[test]
fn an_update_without_a_reason_and_a_reason_without_an_update_are_refused() {
    let folder = folder();
    for arguments in [
        &["--update"][..],
        &["--review"],
        &["--because", "why"],
        &["--update", "--because", "  "],
        &["--update", "--because", "a bell: \u{7}"],
        &["--update", "--review", "--because", "why"],
        &["--update", "--because", "why", "--simulate", "3"],
        &[
            "basic/one-priest-alone-holds",
            "--update",
            "--because",
            "why",
        ],
    ] {
        let output = folder
            .synod(&[&["check"], arguments].concat())
            .output()
            .unwrap();
        assert_eq!(
            output.status.code(),
            Some(2),
            "{arguments:?}: {}",
            said(&output)
        );
    }
    assert_eq!(folder.read("specs/a.toml"), format!("{SMALL}{EXPECT}"));
}

#[test]
fn a_verdict_that_has_changed_is_never_written() {
    let folder = Folder::new();
    let two = SMALL
        .replace("priests  = 1", "priests  = 2")
        .replace("[\"a\"]", "[\"a\", \"b\"]");
    let escaped = format!("{SMALL}{HARMLESS}");
    let breaks = format!("{two}mutant = \"two decrees in one ballot\"\n");
    folder.write("specs/escaped.toml", &escaped);
    folder.write("specs/breaks.toml", &breaks);
    let (status, told) = update(&folder, &[]);
    assert_eq!(status, 1, "{told}");
    assert!(
        told.contains("it expects that B3 is violated, which it is not"),
        "{told}"
    );
    assert!(told.contains("it expects that all holds, but"), "{told}");
    assert!(told.contains("write it into the file by hand"), "{told}");
    assert_eq!(folder.read("specs/escaped.toml"), escaped);
    assert_eq!(folder.read("specs/breaks.toml"), breaks);
}

#[test]
fn an_inconclusive_run_writes_nothing() {
    let folder = folder();
    let (status, told) = update(&folder, &["--max-states", "2"]);
    assert_eq!(status, 5, "{told}");
    assert!(told.contains("the run was inconclusive"), "{told}");
    assert_eq!(folder.read("specs/a.toml"), format!("{SMALL}{EXPECT}"));
}

fn review(folder: &Folder, answers: &str) -> (i32, String) {
    let arguments = [
        "check",
        "specs",
        "--review",
        "--because",
        "a priest may retry",
    ];
    let mut command = folder.synod(&arguments);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(answers.as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap(), said(&output))
}

#[test]
fn a_review_asks_of_each_file_and_its_end_is_like_quitting() {
    let text = format!("{SMALL}{EXPECT}");
    for (answers, written, status) in [
        ("what\na\ns\na\n", [true, false, true], 1),
        ("a\nq\na\n", [true, false, false], 1),
        ("a\n", [true, false, false], 1),
        ("accept\naccept\nA\n", [true; 3], 0),
        ("", [false; 3], 1),
    ] {
        let folder = Folder::new();
        let names = ["specs/a.toml", "specs/b.toml", "specs/c.toml"];
        for name in names {
            folder.write(name, &text);
        }
        let (found, told) = review(&folder, answers);
        assert_eq!(found, status, "{answers:?}: {told}");
        assert!(told.contains("- states  = 9\n"), "{told}");
        assert!(told.contains(": a priest may retry\n"), "{told}");
        assert_eq!(
            names.map(|name| folder.read(name) != text),
            written,
            "{answers:?}"
        );
    }
}

#[test]
fn levels_and_actions_are_compared_and_written_anew() {
    let folder = Folder::new();
    let expect =
        "[expect]\nverdict = \"holds\"\nlevels = [1, 1, 7]\nactions = { \"Try New Ballot\" = 3 }\n";
    folder.write("specs/a.toml", format!("{SMALL}{expect}"));
    let (lines, status, _) = folder.json(&["check"]);
    let differences = lines[0].1["differences"].to_string();
    assert_eq!(status, 1);
    assert!(
        differences.contains("\"level 2: 2 states, expected 1\"")
            || differences.contains("\"level 3: "),
        "{differences}"
    );
    assert!(differences.contains("Try New Ballot: "), "{differences}");
    let (lines, status, _) = folder.json(&["check", "--engine", "stateright"]);
    assert_eq!(
        (status, &lines[0].1["differences"]),
        (0, &serde_json::json!([]))
    );
    let output = folder
        .synod(&["check", "--engine", "stateright"])
        .output()
        .unwrap();
    let told = said(&output);
    assert!(
        told.contains("unchecked    the levels and actions, which the engine `stateright`"),
        "{told}"
    );
    let (status, told) = update(&folder, &[]);
    assert_eq!(status, 0, "{told}");
    let (lines, status, _) = folder.json(&["check"]);
    assert_eq!((status, lines.len()), (0, 1));
}

/// Two acceptors, which have no ballots of their own.
const SYMMETRIC: &str = r#"
about      = "Two acceptors up to symmetry."
protocol   = "paxos"
priests    = 2
ballots    = 1
decrees    = ["a", "b"]
reductions = ["symmetry"]
"#;

#[test]
fn the_number_of_all_states_is_compared_and_written_beside_that_of_orbits() {
    let expect = "[expect]\nverdict = \"holds\"\nstates = 9\nunreduced = 9\n";
    let old = format!("{SYMMETRIC}{expect}");
    for is_reviewed in [false, true] {
        let folder = Folder::new();
        folder.write("specs/old.toml", &old);
        folder.write("specs/new.toml", SYMMETRIC);
        let (lines, status, _) = folder.json(&["check", "specs/old.toml"]);
        let (line, differences) = (&lines[0].1, lines[0].1["differences"].to_string());
        assert_eq!(status, 1);
        assert!(
            differences.contains("states without symmetry"),
            "{differences}"
        );
        let [states, unreduced] = ["states", "unreduced_states"].map(|it| line[it].as_u64());
        assert!(states < unreduced && unreduced > Some(9), "{line}");
        let (status, told) = if is_reviewed {
            review(&folder, "a\na\n")
        } else {
            update(&folder, &[])
        };
        assert_eq!(status, 0, "{told}");
        for name in ["specs/old.toml", "specs/new.toml"] {
            let text = folder.read(name);
            let text = text.replace(' ', "");
            for (key, pinned) in [("states", states), ("unreduced", unreduced)] {
                let line = format!("\n{key}={}\n", pinned.unwrap());
                assert!(text.contains(&line), "{text}");
            }
        }
        let (_, status, _) = folder.json(&["check", "specs"]);
        assert_eq!(status, 0);
    }
}
