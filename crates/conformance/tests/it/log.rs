//! Lines that are not as the schema says.

use synod_conformance::Log;

/// What is said of a second line, and the help.
fn error(line: &str) -> (String, String) {
    let text = format!("{{\"action\": \"Vote\"}}\n{line}\n");
    let error = Log::read("p0.jsonl", &text).unwrap_err();
    (error.to_string(), error.help)
}

#[test]
fn each_mistake_is_named_with_its_line_and_a_remedy() {
    for (line, message, help) in [
        (
            "Vote",
            "not a JSON object: expected value",
            "write an object such as",
        ),
        (
            "[1]",
            "not a JSON object: invalid type: sequence, expected a map",
            "write an object",
        ),
        (
            r#"{"acton": "Vote"}"#,
            "unknown field `acton`",
            "did you mean `action`?",
        ),
        (
            r#"{"action": "Vote", "time": 3}"#,
            "unknown field `time`",
            "belongs into the object `extra`",
        ),
        (
            r#"{"action": 3}"#,
            "`action` is 3",
            "write a text in quotes",
        ),
        (
            r#"{"action": "Vote", "schema": 2}"#,
            "this is a line of schema 2",
            "reads schema 1",
        ),
        (
            r#"{"process": "p0"}"#,
            "this line says neither what was done nor a state",
            "\"action\"",
        ),
        (
            r#"{"state": 7}"#,
            "`state` is 7",
            "an object of its variables",
        ),
        (
            r#"{"state": {"x": null}}"#,
            "`x` is null",
            "leave the variable out",
        ),
        (
            r#"{"state": {"p0": {"x": 1.5}}}"#,
            "`x` is 1.5",
            "a whole number",
        ),
        (
            r#"{"state": {"x": [["y"]]}}"#,
            "`x` is [\"y\"]",
            "a list of these",
        ),
    ] {
        let (said, remedy) = error(line);
        assert!(said.starts_with("p0.jsonl:2: "), "{said}");
        assert!(said.contains(message), "{said}");
        assert!(remedy.contains(help), "{remedy}");
    }
}

#[test]
fn a_file_without_lines_is_no_log() {
    let error = Log::read("p0.jsonl", "\n\n").unwrap_err();
    assert_eq!(error.to_string(), "p0.jsonl:1: there are no lines here");
}

#[test]
fn anything_may_stand_in_extra() {
    let log = Log::read(
        "p0.jsonl",
        r#"{"schema": 1, "action": "Vote", "extra": {"time": 1.5}}"#,
    );
    assert_eq!(log.unwrap().len(), 1);
}
