//! `synod prove`. In the place of solvers are scripts that say what a test wants; the real ones
//! are tested in `crates/proof/tests/solvers`.

use crate::command::{Folder, run, synod};
use crate::reports::{assert_valid, validator};
use quick_junit::Report;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A program that reads a script and answers with these lines of shell.
fn solver(folder: &Folder, name: &str, answers: &str) -> PathBuf {
    let version = format!("echo {name} 1");
    program(folder, name, &version, answers)
}

/// A program that tells its version with a line of shell, too.
fn program(folder: &Folder, name: &str, version: &str, answers: &str) -> PathBuf {
    let text =
        format!("#!/bin/sh\nif [ \"$1\" = --version ]; then {version}; exit; fi\n{answers}\n");
    let path = folder.write(name, text);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// `synod prove math` with a program in the place of each solver.
fn prove(folder: &Folder, [z3, cvc5]: [&str; 2], more: &[&str]) -> Command {
    let mut command = synod(&[&["prove", "math"], more].concat());
    command.env("SYNOD_Z3", solver(folder, "z3", z3));
    command.env("SYNOD_CVC5", solver(folder, "cvc5", cvc5));
    command
}

const UNSAT: &str = "cat >/dev/null; echo unsat";
const SAT: &str = "cat >/dev/null; echo sat";
const UNKNOWN: &str = "cat >/dev/null; echo unknown";
/// A solver that reports an error and then prints `unsat` all the same: that is no proof.
const ERROR: &str = "cat >/dev/null; echo '(error \"line 1: no such sort\")'; echo unsat";

fn status(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn what_both_solvers_refuse_to_satisfy_is_proved_and_anything_else_is_not() {
    let folder = Folder::new();
    let cases = [
        ([UNSAT, UNSAT], 0),
        ([UNSAT, UNKNOWN], 5),
        ([UNSAT, ERROR], 5),
        ([UNSAT, "exit 1"], 5),
        ([UNSAT, "cat >/dev/null; echo unsat; kill -SEGV $$"], 5),
        ([UNSAT, "cat >/dev/null; echo unsat; echo sat"], 5),
        ([UNSAT, "head -c 1000000 /dev/urandom"], 5),
        ([UNKNOWN, SAT], 1),
    ];
    for (solvers, expected) in cases {
        let output = prove(&folder, solvers, &[]).output().unwrap();
        assert_eq!(
            status(&output),
            expected,
            "{solvers:?}: {}",
            text(&output.stdout)
        );
    }
}

#[test]
fn one_solver_may_be_asked_alone_and_then_the_other_need_not_be_there() {
    let folder = Folder::new();
    let mut command = prove(&folder, [UNSAT, UNSAT], &["--solver", "z3"]);
    let output = command.env("SYNOD_CVC5", "/nowhere").output().unwrap();
    assert_eq!(status(&output), 0, "{}", text(&output.stderr));
}

#[test]
fn a_missing_solver_is_bad_usage_and_the_way_to_get_it_is_told() {
    let folder = Folder::new();
    let mut command = prove(&folder, [UNSAT, UNSAT], &[]);
    let output = command.env("SYNOD_Z3", "/nowhere/z3").output().unwrap();
    assert_eq!(status(&output), 2);
    let said = text(&output.stderr);
    for part in ["/nowhere/z3", "apt-get install z3", "SYNOD_Z3"] {
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn a_program_that_is_not_the_solver_is_refused_before_anything_is_proved() {
    let folder = Folder::new();
    let mut command = prove(&folder, [UNSAT, UNSAT], &[]);
    for (version, why) in [
        ("exit 3", "exit status: 3"),
        ("echo terrible >&2; exit 3", "terrible"),
        ("true", "does not name cvc5"),
        ("echo Z3 version 4", "does not name cvc5: \"Z3 version 4\""),
    ] {
        command.env("SYNOD_CVC5", program(&folder, "other", version, UNSAT));
        let output = command.output().unwrap();
        assert_eq!(
            (status(&output), &*output.stdout),
            (2, &[][..]),
            "{version}"
        );
        let said = text(&output.stderr);
        assert!(said.contains(why) && said.contains("SYNOD_CVC5"), "{said}");
    }
}

#[test]
fn a_solver_that_does_not_end_is_ended_with_all_that_it_began_when_its_time_is_over() {
    let folder = Folder::new();
    for endless in ["exec sleep 600", "sleep 600", "yes", "yes >&2 & sleep 600"] {
        let more = ["--time-limit", "100ms", "--only", "Theorem 1"];
        let output = prove(&folder, [UNSAT, endless], &more).output().unwrap();
        assert_eq!(status(&output), 5);
        let said = text(&output.stdout);
        assert!(said.contains("cvc5: the time was over"), "{said}");
    }
}

#[test]
fn how_a_solver_failed_is_told() {
    let folder = Folder::new();
    for (failing, why) in [
        (
            "echo no memory >&2; exit 7",
            "cvc5: exit status: 7: no memory",
        ),
        ("kill -SEGV $$", "cvc5: signal: 11"),
        ("exit 0", "cvc5: exit status: 0, and nothing was written"),
    ] {
        let more = ["--only", "Theorem 1"];
        let output = prove(&folder, [UNSAT, failing], &more).output().unwrap();
        let said = text(&output.stdout);
        assert!(said.contains(why), "{said}");
    }
}

/// The reports have the answers that came before Ctrl-C; every other obligation is `unknown` in them.
#[test]
fn an_interruption_ends_with_the_answers_so_far() {
    let folder = Folder::new();
    let json = folder.path("proof.json");
    let report = format!("json={}", json.display());
    // The first solver says when the second was asked.
    let answers = ["cat >/dev/null; echo unsat", "touch \"$SEEN\"; sleep 600"];
    let more = ["--jobs", "1", "--report", &report];
    let mut command = prove(&folder, answers, &more);
    command
        .env("SEEN", folder.path("seen"))
        .stdout(Stdio::piped());
    let child = command.spawn().unwrap();
    while !folder.path("seen").exists() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let id = child.id().to_string();
    let killed = Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(status(&output), 5);
    let lines = lines(&folder.read("proof.json"));
    let verdicts: Vec<_> = lines.iter().map(|line| &line["verdict"]).collect();
    assert_eq!(verdicts.len(), 12);
    assert_eq!(verdicts[0], "unsat");
    assert!(verdicts[1..].iter().all(|verdict| **verdict == "unknown"));
    let said = text(&output.stdout);
    assert!(
        said.contains("math: 0 of 6 proved, 6 inconclusive"),
        "{said}"
    );
    // Only an obligation that has an answer has a row.
    assert_eq!(said.matches("no answer").count(), 1, "{said}");
}

fn lines(text: &str) -> Vec<Value> {
    let lines = text.lines().map(serde_json::from_str);
    lines.map(Result::unwrap).collect()
}

#[test]
fn a_report_that_cannot_be_written_holds_up_neither_the_other_nor_the_table() {
    let folder = Folder::new();
    let junit = format!("junit={}", folder.path("proof.xml").display());
    let more = ["--report", "json=/dev/full", "--report", &junit];
    let output = prove(&folder, [UNSAT, UNSAT], &more).output().unwrap();
    assert_eq!(status(&output), 2);
    assert!(text(&output.stderr).contains("/dev/full"));
    assert!(text(&output.stdout).contains("math: 6 of 6 proved"));
    let report = Report::deserialize_from_str(&folder.read("proof.xml")).unwrap();
    assert_eq!(report.tests, 12);
}

#[test]
fn each_obligation_and_solver_is_an_object_and_a_test_case() {
    let folder = Folder::new();
    let (json, junit) = (folder.path("proof.json"), folder.path("proof.xml"));
    let reports = [
        format!("json={}", json.display()),
        format!("junit={}", junit.display()),
    ];
    let more = [
        "--report",
        &reports[0],
        "--report",
        &reports[1],
        "--format",
        "json",
    ];
    let output = prove(&folder, [UNSAT, UNKNOWN], &more).output().unwrap();
    let printed = text(&output.stdout);
    assert_eq!(folder.read("proof.json"), printed);
    let lines = lines(&printed);
    assert_eq!(lines.len(), 12);
    let validator = validator(Some("ProofLine"));
    for line in &lines {
        assert_valid(&validator, line);
    }
    assert_eq!(lines[0]["obligation"], "B1, B2, B3 ⇒ Lemma, its step");
    assert_eq!(
        (&lines[0]["solver"], &lines[0]["verdict"]),
        (&"z3".into(), &"unsat".into())
    );
    assert_eq!(lines[0]["version"], "z3 1");
    assert_eq!(
        (&lines[1]["solver"], &lines[1]["verdict"]),
        (&"cvc5".into(), &"unknown".into())
    );
    let report = Report::deserialize_from_str(&folder.read("proof.xml")).unwrap();
    assert_eq!((report.tests, report.failures, report.errors), (12, 0, 6));
}

#[test]
fn obligations_are_kept_as_files_that_end_with_the_question() {
    let folder = Folder::new();
    let kept = folder.path("kept");
    let more = ["--only", "Theorem 1", "--keep", kept.to_str().unwrap()];
    let output = prove(&folder, [UNSAT, UNSAT], &more).output().unwrap();
    assert_eq!(status(&output), 0);
    let file = folder.read("kept/math/B1-Lemma--Theorem-1.smt2");
    assert!(
        file.starts_with("; B1, Lemma ⇒ Theorem 1\n(set-logic UF)\n"),
        "{file}"
    );
    assert!(file.ends_with("(check-sat)\n"), "{file}");
}

#[test]
fn what_there_is_not_is_refused_with_what_there_is() {
    let output = run(&["prove", "bsic"]);
    assert_eq!(status(&output), 2);
    assert!(text(&output.stderr).contains("basic-as-printed"));
    for arguments in [
        &["prove", "--only", "no such name"][..],
        &["prove", "math", "--only", "Lemma", "--only", "no such name"],
    ] {
        let output = run(arguments);
        assert_eq!(status(&output), 2);
        let said = text(&output.stderr);
        assert!(said.contains("--only \"no such name\""), "{said}");
        assert!(said.contains("synod prove --list"), "{said}");
    }
    let output = run(&["prove", "--report", "html=proof.html"]);
    assert_eq!(status(&output), 2);
    assert!(text(&output.stderr).contains("--report html=proof.html"));
    let output = run(&["prove", "--mutant", "no such rule"]);
    assert_eq!(status(&output), 2);
    assert!(text(&output.stderr).contains("A.1 as printed"));
    let listed = text(&run(&["prove", "--list"]).stdout);
    assert!(listed.contains("basic (271 obligations)"), "{listed}");
}

#[test]
fn the_names_of_obligations_are_listed_each_once() {
    let listed = text(&run(&["prove", "--list", "math", "math", "--only", "Theorem"]).stdout);
    let lines: Vec<_> = listed.lines().collect();
    assert_eq!(lines[0], "math");
    assert!(lines.contains(&"  B1, Lemma ⇒ Theorem 1"), "{listed}");
    assert_eq!(listed.matches("⇒ Theorem 1").count(), 1, "{listed}");
}
