//! The specs that `synod check` finds in folders. Every spec that it leaves out is
//! reported.

use crate::command::{Folder, SMALL};
use quick_junit::{NonSuccessKind, Report, TestCaseStatus};
use serde_json::Value;
use std::os::unix::fs::symlink;

/// A spec of size large.
fn large() -> String {
    format!("{SMALL}size = \"large\"\n")
}

fn names(lines: &[(String, Value)]) -> Vec<&str> {
    lines.iter().map(|(name, _)| name.as_str()).collect()
}

fn verdicts(lines: &[(String, Value)]) -> Vec<(&str, &str)> {
    let verdict = |value: &'static str, line: &Value| {
        assert_eq!(line["verdict"], value);
        value
    };
    let told = lines.iter().map(|(name, line)| {
        let is_error = line["verdict"] == "error";
        (
            name.as_str(),
            verdict(if is_error { "error" } else { "holds" }, line),
        )
    });
    told.collect()
}

#[test]
fn links_to_files_and_folders_are_followed_and_suffixes_are_taken_in_any_case() {
    let folder = Folder::new();
    folder.write("elsewhere/b.toml", SMALL);
    folder.write("elsewhere/single.toml", SMALL);
    folder.write("specs/A.TOML", SMALL);
    folder.link("specs/linked", "../elsewhere");
    folder.link("only/file.Toml", "../elsewhere/single.toml");
    let (lines, status, said) = folder.json(&["check"]);
    let all = [
        "specs/A.TOML",
        "specs/linked/b.toml",
        "specs/linked/single.toml",
    ];
    assert_eq!((names(&lines), status), (all.to_vec(), 0), "{said}");
    let (lines, status, _) = folder.json(&["check", "only"]);
    assert_eq!((names(&lines), status), (vec!["only/file.Toml"], 0));
}

#[test]
fn a_file_that_is_reached_twice_is_checked_once_and_links_may_go_in_circles() {
    let folder = Folder::new();
    folder.write("specs/z/deep/spec.toml", SMALL);
    folder.link("specs/z/deep/around", "../..");
    folder.link("specs/a", "z/deep");
    folder.link("specs/b.toml", "z/deep/spec.toml");
    folder.link("specs/self", "self");
    // The reported name is that of the file, not that of a link.
    let (lines, status, said) = folder.json(&["check", "specs", "specs/b.toml", "specs/z"]);
    assert_eq!(
        (names(&lines), status),
        (vec!["specs/z/deep/spec.toml"], 0),
        "{said}"
    );
}

#[test]
fn a_spec_that_is_named_itself_is_checked_even_if_its_folder_leaves_it_out() {
    let folder = Folder::new();
    folder.write("specs/large.toml", large());
    folder.write("specs/small.toml", SMALL);
    let (lines, status, said) = folder.json(&["check", "specs", "specs/large.toml"]);
    assert_eq!(
        (names(&lines), status),
        (vec!["specs/large.toml", "specs/small.toml"], 0)
    );
    assert!(!said.contains("left out"), "{said}");
}

#[test]
fn hidden_and_temporary_files_of_editors_are_skipped() {
    let folder = Folder::new();
    folder.write("specs/spec.toml", SMALL);
    folder.write("specs/spec.toml~", "not a spec");
    folder.write("specs/.spec.toml.swp", "not a spec");
    folder.write("specs/.hidden.toml", "not a spec");
    folder.write("specs/.git/config.toml", "not a spec");
    folder.link("specs/.#spec.toml", "somebody@machine.4711:1");
    folder.link("specs/gone", "nowhere");
    let (lines, status, said) = folder.json(&["check"]);
    assert_eq!(
        (names(&lines), status),
        (vec!["specs/spec.toml"], 0),
        "{said}"
    );
    // A folder that is named itself is searched, even if it is hidden.
    let (lines, status, _) = folder.json(&["check", "specs/.git"]);
    assert_eq!(
        (verdicts(&lines), status),
        (vec![("specs/.git/config.toml", "error")], 2)
    );
}

#[test]
fn a_file_that_is_not_a_valid_spec_is_reported_as_an_error_and_the_rest_is_checked() {
    let folder = Folder::new();
    folder.write("specs/a.toml", SMALL);
    folder.write(
        "specs/b-malformed.toml",
        SMALL.replace("priests  = 1", "priests  = 0"),
    );
    folder.write("specs/c-latin.toml", b"about = \"\xe9\"");
    folder.write("specs/d-long.toml", "# \n".repeat(1 << 19));
    folder.link("specs/e-dangling.toml", "nowhere");
    folder.write("specs/f.toml/g.toml", SMALL);
    let arguments = ["check", "specs", "no-such.toml"];
    let (lines, status, said) = folder.json(&arguments);
    let expected = [
        ("specs/a.toml", "holds"),
        ("specs/b-malformed.toml", "error"),
        ("specs/c-latin.toml", "error"),
        ("specs/d-long.toml", "error"),
        ("specs/e-dangling.toml", "error"),
        ("specs/f.toml/g.toml", "holds"),
        ("no-such.toml", "error"),
    ];
    assert_eq!((verdicts(&lines), status), (expected.to_vec(), 2), "{said}");
    let fields = |line: &Value| {
        line.as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    let first = fields(&lines[0].1);
    for (name, line) in &lines {
        assert_eq!(fields(line), first, "{name}");
        assert_eq!(
            line["reason"].is_string(),
            line["verdict"] == "error",
            "{name}"
        );
    }
    let reason = lines[1].1["reason"].as_str().unwrap();
    assert_eq!(
        reason,
        "specs/b-malformed.toml:4:12: 0 priests; it must be 1 to 5"
    );

    let arguments = [&arguments[..], &["--format", "junit"]].concat();
    let output = folder.synod(&arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let report = Report::deserialize_from_str(&String::from_utf8(output.stdout).unwrap()).unwrap();
    let suites = report.test_suites.iter();
    let counts = suites.map(|suite| (suite.name.as_str(), suite.tests, suite.errors));
    assert_eq!(
        counts.collect::<Vec<_>>(),
        [("must hold", 2, 0), ("no run specs", 5, 5)]
    );
    let cases = report
        .test_suites
        .iter()
        .flat_map(|suite| &suite.test_cases);
    let is_error = |status: &TestCaseStatus| {
        let kind = NonSuccessKind::Error;
        matches!(status, TestCaseStatus::NonSuccess { kind: found, .. } if *found == kind)
    };
    let mut found: Vec<_> = cases
        .map(|case| (case.name.as_str().to_owned(), is_error(&case.status)))
        .collect();
    let mut expected = expected.map(|(name, verdict)| (name.to_owned(), verdict == "error"));
    found.sort();
    expected.sort();
    assert_eq!(found, expected);

    let output = folder.synod(&arguments[..3]).output().unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(table.contains("5 not checked; 2 hold; "), "{table}");
}

#[test]
fn the_number_of_specs_left_out_because_of_their_size_is_reported() {
    let folder = Folder::new();
    folder.write("specs/small.toml", SMALL);
    folder.write("specs/medium.toml", format!("{SMALL}size = \"medium\"\n"));
    folder.write("specs/large.toml", large());
    folder.write("specs/large-too.toml", large());
    let told =
        "left out: 1 spec of size medium, 2 specs of size large: --size large checks them too";
    let output = folder.synod(&["check"]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(said.contains(told), "{said}");
    let (lines, status, said) = folder.json(&["check"]);
    assert_eq!((lines.len(), status), (1, 0));
    assert!(said.contains(told), "{said}");

    let output = folder
        .synod(&["check", "--format", "junit"])
        .output()
        .unwrap();
    let report = Report::deserialize_from_str(&String::from_utf8(output.stdout).unwrap()).unwrap();
    let skipped =
        |case: &&quick_junit::TestCase| matches!(case.status, TestCaseStatus::Skipped { .. });
    let cases = report.test_suites[0].test_cases.iter().filter(skipped);
    let cases: Vec<_> = cases.map(|case| case.name.as_str()).collect();
    assert_eq!(
        cases,
        [
            "specs/large-too.toml",
            "specs/large.toml",
            "specs/medium.toml"
        ]
    );

    let (lines, status, said) = folder.json(&["check", "--size", "large"]);
    assert_eq!((lines.len(), status), (4, 0));
    assert!(!said.contains("left out"), "{said}");
}

#[test]
fn a_folder_from_which_nothing_is_checked_is_bad_input() {
    let folder = Folder::new();
    folder.write("specs/large.toml", large());
    folder.write("empty/text", "");
    let (lines, status, _) = folder.json(&["check"]);
    assert_eq!((verdicts(&lines), status), (vec![("specs", "error")], 2));
    let (lines, status, _) = folder.json(&["check", "empty", "specs/large.toml"]);
    let expected = vec![("empty", "error"), ("specs/large.toml", "holds")];
    assert_eq!((verdicts(&lines), status), (expected, 2));
}

#[test]
fn files_with_names_that_are_not_utf_8_are_checked() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new();
    let file = folder.write("specs/a.toml", SMALL);
    let strange = OsStr::from_bytes(b"b\xff.toml");
    symlink("a.toml", folder.path("specs").join(strange)).unwrap();
    std::fs::copy(
        &file,
        folder.path("specs").join(OsStr::from_bytes(b"c\xff.toml")),
    )
    .unwrap();
    let (lines, status, _) = folder.json(&["check"]);
    assert_eq!((lines.len(), status), (2, 0));
}
