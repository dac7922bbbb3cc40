//! `synod check --report`: one run, many reports.

use crate::command::{ENDLESS, Folder, SMALL, workspace};
use serde_json::{Value, json};
use std::fs::{create_dir, read_dir, read_to_string};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// A spec that must fail, and does not.
const ESCAPES: &str = r#"
about    = "It plants nothing."
protocol = "basic"
priests  = 1
attempts = 1
decrees  = ["a"]

[expect]
verdict  = "violated"
property = "B3"
"#;

/// A spec that expects to hold, and does not.
const BREAKS: &str = r#"
about    = "Two decrees in one ballot."
protocol = "basic"
priests  = 2
attempts = 1
decrees  = ["a", "b"]
mutant   = "two decrees in one ballot"
"#;

const ALL: [&str; 5] = ["json", "junit", "html", "gitlab", "markdown"];

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("specs/breaks.toml", BREAKS);
    folder.write("specs/escapes.toml", ESCAPES);
    folder.write("specs/holds.toml", SMALL);
    folder.write("specs/no-spec.toml", "priests = 0\n");
    folder
}

fn check(folder: &Folder, arguments: &[&str]) -> Output {
    let mut command = folder.synod(&["check", "specs"]);
    command.args(arguments).env_remove("GITHUB_STEP_SUMMARY");
    command.env_remove("GITHUB_WORKSPACE").stdin(Stdio::null());
    command.output().unwrap()
}

/// The options for all reports that have a file, named by their kinds.
fn all() -> Vec<String> {
    let options = ALL.iter().map(|kind| format!("--report={kind}={kind}"));
    options.collect()
}

fn said(output: &Output) -> String {
    String::from_utf8([&output.stdout[..], &output.stderr].concat()).unwrap()
}

#[test]
fn one_run_writes_every_report_and_what_is_not_caught_is_the_loudest_in_each() {
    let folder = folder();
    let options = all();
    let options: Vec<_> = options.iter().map(String::as_str).collect();
    let output = check(&folder, &options);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    let escaped = "NOT CAUGHT: specs/escapes.toml";

    let lines = folder.read("json");
    let lines = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let lines: Vec<Value> = lines.collect();
    let has_escaped: Vec<_> = lines.iter().map(|line| &line["escaped"]).collect();
    assert_eq!(has_escaped, [false, true, false, false]);

    let junit = quick_junit::Report::deserialize_from_str(&folder.read("junit")).unwrap();
    let suites = junit.test_suites.iter();
    let suites: Vec<_> = suites
        .map(|it| (it.name.as_str(), it.failures, it.errors))
        .collect();
    let expected = [
        ("must hold", 1, 0),
        ("must fail", 1, 0),
        ("no run specs", 0, 1),
    ];
    assert_eq!(suites, expected);
    assert!(folder.read("junit").contains("type=\"NOT CAUGHT\""));

    let issues: Value = serde_json::from_str(&folder.read("gitlab")).unwrap();
    assert_eq!(issues[0]["severity"], "blocker");
    assert_eq!(
        issues[0]["location"],
        json!({ "path": "specs/escapes.toml", "lines": { "begin": 8 } })
    );

    for report in ["html", "markdown"] {
        let text = folder.read(report);
        let [first, second] = [escaped, "not as expected: specs/breaks.toml"].map(|title| {
            text.find(title)
                .unwrap_or_else(|| panic!("{report}: no {title}"))
        });
        assert!(first < second, "{report}");
    }
    let page = folder.read("html");
    let place = |part| page.find(part).unwrap();
    assert!(place("<section class=\"report\">") < place("id=\"films\">"));
    let markdown = folder.read("markdown");
    assert!(markdown.contains("```mermaid\nsequenceDiagram\n  participant p0 as Α"));
    assert!(markdown.contains("Start Polling {Α Β} on b"));
}

#[test]
fn github_has_annotations_at_lines_and_the_summary_of_the_step() {
    let folder = folder();
    folder.write("summary", "Before.\n");
    let mut command = folder.synod(&["check", "specs", "--report", "github"]);
    command.env("GITHUB_STEP_SUMMARY", folder.path("summary"));
    command.env("GITHUB_WORKSPACE", folder.path("."));
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    // Before the annotations no text is a command: specs may be of whoever makes a request.
    let token = text.strip_prefix("::stop-commands::").unwrap();
    let token = token.lines().next().unwrap();
    let (_, text) = text.split_once(&format!("\n::{token}::\n")).unwrap();
    let commands: Vec<_> = text.lines().filter(|line| line.starts_with("::")).collect();
    assert_eq!(commands.len(), 3, "{text}");
    let first = "::error file=specs/escapes.toml,line=8,title=NOT CAUGHT%3A specs/escapes.toml::";
    assert!(commands[0].starts_with(first), "{}", commands[0]);
    assert!(commands[1].contains("%0A 10  Α: Start Polling {Α Β} on b"));
    assert!(commands[2].starts_with("::error file=specs/no-spec.toml,line=1,"));
    let summary = folder.read("summary");
    assert!(
        summary.starts_with("Before.\n## Synod: 1 NOT CAUGHT"),
        "{summary}"
    );
    let output = check(&folder, &["--report", "github"]);
    assert!(said(&output).contains("::error "));
}

#[test]
fn what_is_no_report_is_refused_with_what_would_be_right() {
    let folder = folder();
    for (given, right) in [
        (
            &["--report", "xml=file"][..],
            "it must be github or one of json=FILE, junit=FILE",
        ),
        (
            &["--report", "junit"],
            "it needs a file: `--report junit=FILE`",
        ),
        (
            &["--report", "junit="],
            "it needs a file: `--report junit=FILE`",
        ),
        (&["--report", "json=-"], "such as /dev/stdout"),
        (&["--report", "github=file"], "it is `--report github`"),
        (
            &["--trace-out", "found.html"],
            "write `--report html=found.html`",
        ),
        (
            &["--report", "json=file", "--report", "junit=file"],
            "is the same file as",
        ),
        (
            &["--report", "json=file", "--report", "junit=./specs/../file"],
            "is the same file as",
        ),
        (
            &["--report", "json=file", "--trace-out", "file"],
            "is the same file as",
        ),
        (
            &["--report", "json=specs/holds.toml"],
            "is the same file as",
        ),
        (
            &["--report", "github", "--format", "json"],
            "with --report KIND=FILE",
        ),
        (
            &["--report", "html=none/file"],
            "--report needs a file that can be written",
        ),
        (
            &["--report", "html=specs"],
            "--report needs a file that can be written",
        ),
    ] {
        let output = check(&folder, given);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(2), "{given:?}: {said}");
        assert!(said.contains(right), "{given:?}: {said}");
        assert!(output.stdout.is_empty(), "{given:?}: {said}");
        assert!(!folder.path("file").exists(), "{given:?}");
    }
    assert_eq!(folder.read("specs/holds.toml"), SMALL);
}

#[test]
fn a_report_may_go_to_standard_output_and_into_a_file_with_any_name() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = folder();
    let output = check(&folder, &["--report", "junit=/dev/stdout"]);
    assert!(said(&output).contains("<testsuite name=\"must fail\""));
    let name = OsStr::from_bytes(b"report \xED\xA0\x80");
    let option = [b"json=", name.as_bytes()].concat();
    let mut command = folder.synod(&["check", "specs", "--report"]);
    command.arg(OsStr::from_bytes(&option)).output().unwrap();
    assert!(folder.path(".").join(name).exists());
}

#[test]
fn results_go_on_into_files_when_nobody_reads_standard_output_any_more() {
    let folder = folder();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = folder.synod(&["check", "specs", "--report", "json=json"]);
    command
        .stdout(writer)
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(folder.read("json").lines().count(), 4);
}

/// A check of an endless spec that writes every report, and all files beside the spec.
fn endless() -> (Folder, std::process::Child) {
    let folder = Folder::new();
    folder.write("specs/endless.toml", ENDLESS);
    folder.write("junit", "precious");
    let mut command = folder.synod(&["check", "specs"]);
    let mut child = command
        .args(all())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The reports have been tried, and the run is under way.
    std::thread::sleep(Duration::from_millis(700));
    assert!(child.try_wait().unwrap().is_none());
    (folder, child)
}

fn interrupt(child: &std::process::Child) {
    let mut kill = Command::new("kill");
    let kill = kill.args(["-INT", &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
}

fn files(folder: &Folder) -> Vec<String> {
    let files = read_dir(folder.path(".")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

#[test]
fn ctrl_c_ends_the_run_and_every_report_is_whole() {
    let (folder, mut child) = endless();
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(5));
    assert_eq!(
        files(&folder),
        ["gitlab", "html", "json", "junit", "markdown", "specs"]
    );
    let line: Value = serde_json::from_str(folder.read("json").trim_end()).unwrap();
    assert_eq!(line["reason"], "interrupted");
    assert!(folder.read("junit").ends_with("</testsuites>\n"));
    assert!(folder.read("html").ends_with("</html>\n"));
    let issues: Value = serde_json::from_str(&folder.read("gitlab")).unwrap();
    assert_eq!(issues[0]["check_name"], "synod/inconclusive");
    assert!(
        folder
            .read("markdown")
            .starts_with("## Synod: 1 of 1 not decided")
    );
}

#[test]
fn a_process_that_is_ended_at_once_leaves_no_half_report() {
    let (folder, mut child) = endless();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(files(&folder), ["junit", "specs"]);
    assert_eq!(folder.read("junit"), "precious");
    let (folder, mut child) = endless();
    for _ in 0..3 {
        interrupt(&child);
    }
    child.wait().unwrap();
    for file in files(&folder) {
        assert!(
            ["specs", "junit"].contains(&&*file) || ALL.contains(&&*file),
            "{file}"
        );
    }
}

/// A validator of a line, or of another definition of the schema, that knows no other fields.
pub(crate) fn validator(definition: Option<&str>) -> jsonschema::Validator {
    let text = read_to_string(workspace().join("docs/report.schema.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&text).unwrap();
    close(&mut schema);
    if let Some(definition) = definition {
        let of = format!("#/$defs/{definition}");
        schema = json!({ "$ref": of, "$defs": schema["$defs"] });
    }
    jsonschema::validator_for(&schema).unwrap()
}

/// A reader skips fields that it does not know. Here they are errors: the schema names them all.
fn close(schema: &mut Value) {
    if let Some(object) = schema.as_object_mut() {
        if object.contains_key("properties") {
            object.insert("unevaluatedProperties".to_owned(), false.into());
        }
        object.values_mut().for_each(close);
    } else if let Some(list) = schema.as_array_mut() {
        list.iter_mut().for_each(close);
    }
}

pub(crate) fn assert_valid(validator: &jsonschema::Validator, line: &Value) {
    let errors: Vec<_> = validator
        .iter_errors(line)
        .map(|it| it.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}: {line}");
}

#[test]
fn every_kind_of_line_is_as_the_schema_says_and_another_version_is_refused() {
    let folder = folder();
    folder.write("specs/endless.toml", ENDLESS);
    let walks = [
        "--simulate",
        "200",
        "--report=json=json",
        "--trace-out=traces",
    ];
    let runs: [&[&str]; 3] = [
        &[
            "--max-states",
            "5000",
            "--report=json=json",
            "--trace-out=traces",
        ],
        &[
            "--engine",
            "timely",
            "--max-states",
            "5000",
            "--report=json=json",
        ],
        &walks,
    ];
    let (of_line, of_trace) = (validator(None), validator(Some("TraceLine")));
    let mut verdicts = Vec::new();
    for arguments in runs {
        check(&folder, arguments);
        for line in folder.read("json").lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            assert_valid(&of_line, &line);
            verdicts.push(line["verdict"].as_str().unwrap().to_owned());
            let mut other = line;
            other["schema"] = 2.into();
            assert!(!of_line.is_valid(&other));
        }
        for line in folder.read("traces").lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            assert_valid(&of_trace, &line);
            assert!(!of_line.is_valid(&line));
        }
    }
    for verdict in ["holds", "violated", "inconclusive", "error"] {
        assert!(verdicts.iter().any(|it| it == verdict), "{verdict}");
    }
}

#[test]
fn a_report_of_a_file_that_is_no_spec_is_written_too() {
    let folder = Folder::new();
    folder.write("specs/no-spec.toml", "priests = 0\n");
    create_dir(folder.path("out")).unwrap();
    let output = check(&folder, &["--report", "junit=out/junit"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(folder.read("out/junit").contains("type=\"not a run spec\""));
}
