//! The JSON of a result is read back as it was written, for every kind of verdict.

use crate::comparison::{property, report};
use synod_checker::{
    ActionCoverage, Branching, Exploration, Reason, Report, SetFingerprint, Verdict,
};
use synod_report::json::{Line, ReadError, TraceLine, Value, Verdict as Written};
use synod_report::outcome::Claimed;
use synod_report::trace::TraceStep;
use synod_report::{Change, Parting, UnusableFile, compare};
use synod_report::{Checked, Document as _, Listener as _, Outcome, Subject, Trace, TraceLines};
use synod_vocabulary::{Expect, Field, Figure, Value as FieldValue};

const RECORDED: &str = include_str!("../../examples/counterexample.json");

pub(crate) fn subject(expect: &Expect) -> Subject<'_> {
    Subject {
        name: "specs/a.toml",
        about: "What it shows.",
        protocol: "basic",
        mutant: Some("a vote short"),
        bounds: "2 priests",
        size: "quick",
        expect,
        place: None,
    }
}

pub(crate) fn outcome(report: Report<Trace>) -> Outcome {
    let claimed = Claimed {
        meaning: "No two ledgers disagree.",
        partner: Some("two ledgers hold a decree"),
    };
    Outcome {
        claims: vec![Some(claimed); report.properties.len()],
        made_of: vec![("ledgers kept", 3), ("slips", 2)],
        peak_memory: Some(1024),
        longest_run: None,
        diagram: None,
        report,
    }
}

pub(crate) fn checked<'a>(outcome: &'a Outcome, expect: &'a Expect) -> Checked<'a> {
    Checked {
        subject: subject(expect),
        memory_limits: String::new(),
        comparison: compare(&outcome.report, expect),
        change: None,
        pinned_anew: false,
        cached_at: None,
        outcome,
    }
}

pub(crate) fn expect_holds() -> Expect {
    Expect::Holds {
        states: Some(12),
        unreduced: None,
        depth: None,
        levels: None,
        actions: None,
        worst: None,
    }
}

pub(crate) fn expect_violated() -> Expect {
    Expect::Violated {
        property: "I3".to_owned(),
        length: Some(1),
        holds: vec!["I1".to_owned()],
    }
}

pub(crate) fn trace() -> Trace {
    let step = |action: Option<&str>, next_bal: &str| TraceStep {
        action: action.map(str::to_owned),
        kind: None,
        changes: Vec::new(),
        state: vec![
            Field::of("Α", "nextBal", FieldValue::one(next_bal)),
            Field::of_all("𝓜", FieldValue::set(["NextBallot(0)"])).with_key("messages"),
        ],
    };
    Trace {
        property: "I3".to_owned(),
        witness: Some("prevBal of Α is above nextBal".to_owned()),
        is_shortest: true,
        seed: None,
        cycle: None,
        steps: vec![step(None, "0"), step(Some("Α: Lose Slip"), "−∞")],
        figure: Some(Figure {
            caption: "All ballots.",
            drawing: "no ballots".to_owned(),
            ..Figure::default()
        }),
    }
}

fn exploration() -> Exploration {
    let action = |name: &str, enabled| ActionCoverage {
        name: name.to_owned(),
        enabled,
        new_states: Some(enabled),
        levels: vec![0, enabled],
        fingerprint: Some(SetFingerprint(enabled << 60)),
    };
    Exploration {
        levels: vec![1, 11],
        branching: Some(Branching {
            min: 0,
            mean: 1.5,
            percentile_95: 2,
            max: 3,
        }),
        actions: vec![action("Try New Ballot", 3), action("Succeed", 0)],
        ..Exploration::default()
    }
}

/// The text of a line. It is read back first.
fn written(line: &Line) -> String {
    let text = serde_json::to_string(line).unwrap();
    assert_eq!(Line::read(&text).unwrap(), *line);
    text
}

#[test]
fn a_spec_that_holds_is_read_back() {
    let mut report = report(Verdict::Holds, vec![property("I3", Verdict::Holds, None)]);
    report.exploration = Some(exploration());
    let expect = expect_holds();
    let line = Line::checked(&checked(&outcome(report), &expect));
    assert_eq!(
        (line.verdict, line.as_expected),
        (Written::Holds, Some(true))
    );
    let never_taken = line.exploration.as_ref().map(|seen| &seen.never_taken);
    assert_eq!(never_taken, Some(&vec!["Succeed".to_owned()]));
    // The fields of the line in this order, those of the objects in it by the alphabet.
    let expected = r#"{"schema":1,"spec":"specs/a.toml","about":"What it shows.","protocol":"basic","mutant":"a vote short","bounds":"2 priests","engine":"levels","threads":1,"seed":0,"fingerprint_bits":64,"verdict":"holds","as_expected":true,"expected":{"depth":null,"states":12,"verdict":"holds"},"must_fail":false,"escaped":false,"differences":[],"reason":null,"pinned_anew":false,"cached_at":null,"states":12,"unreduced_states":null,"generated":20,"depth":4,"made_of":{"ledgers_kept":3,"slips":2},"collision_probability":0.0,"exact_bits":null,"elapsed_seconds":0.0,"peak_memory_bytes":1024,"properties":[{"name":"I3","kind":"always","verdict":"holds","length":null,"partner":"two ledgers hold a decree"}],"exploration":{"actions":[{"enabled":3,"fingerprint":"3000000000000000","levels":[0,3],"name":"Try New Ballot","new_states":3},{"enabled":0,"fingerprint":"0000000000000000","levels":[0,0],"name":"Succeed","new_states":0}],"branching":{"max":3,"mean":1.5,"min":0,"percentile_95":2},"copies":null,"distribution":null,"fingerprints":[],"found_in":[],"levels":[1,11],"never_taken":["Succeed"],"resumed_at":null,"sketches":[],"stored":0,"unreduced":null},"counterexample":null,"change":null}"#;
    assert_eq!(written(&line), expected);
}

#[test]
fn a_spec_that_is_violated_is_read_back_with_its_counterexample() {
    let properties = vec![
        property("I3", Verdict::Violated, Some(1)),
        property("I1", Verdict::Violated, Some(1)),
    ];
    let mut report = report(Verdict::Violated, properties);
    report.counterexamples.push(trace());
    let expect = expect_violated();
    let line = Line::checked(&checked(&outcome(report), &expect));
    let differences = ["I1 is violated too, expected to hold"];
    assert_eq!(
        (line.verdict, line.as_expected),
        (Written::Violated, Some(false))
    );
    assert_eq!(line.differences, differences);
    let found = line.counterexample.as_ref().unwrap();
    assert_eq!((found.length, found.figure.as_str()), (1, "no ballots"));
    let messages = Value::Set(vec!["NextBallot(0)".to_owned()]);
    assert_eq!(found.steps[1].state["messages"], messages);
    let expected = r#""expected":{"holds":["I1"],"length":1,"property":"I3","verdict":"violated"}"#;
    assert!(written(&line).contains(expected));
    let expected = r#""exploration":null,"counterexample":{"figure":"no ballots","is_shortest":true,"length":1,"property":"I3","seed":null,"steps":[{"action":null,"changes":[],"state":{"messages":["NextBallot(0)"],"Α":{"nextBal":"0"}}},{"action":"Α: Lose Slip","changes":[],"state":{"messages":["NextBallot(0)"],"Α":{"nextBal":"−∞"}}}],"witness":"prevBal of Α is above nextBal"},"change":null}"#;
    assert!(written(&line).ends_with(expected));
}

#[test]
fn an_inconclusive_run_is_read_back_with_its_reason() {
    let mut report = report(Verdict::Inconclusive, Vec::new());
    report.reason = Some(Reason::Interrupted);
    let expect = expect_holds();
    let line = Line::checked(&checked(&outcome(report), &expect));
    assert_eq!(
        (line.verdict, line.as_expected),
        (Written::Inconclusive, None)
    );
    assert_eq!(line.reason.as_deref(), Some("interrupted"));
    written(&line);
}

#[test]
fn a_spec_that_was_not_run_is_read_back() {
    let expect = expect_violated();
    for (is_fault, verdict) in [(false, Written::Inconclusive), (true, Written::Error)] {
        let line = Line::not_run(&subject(&expect), "interrupted", is_fault);
        assert_eq!(line.verdict, verdict);
        assert_eq!(line.expected.as_ref(), Some(&expect));
        assert_eq!(line.reason.as_deref(), Some("not run: interrupted"));
        written(&line);
    }
}

#[test]
fn a_file_that_is_no_run_spec_is_read_back() {
    let line = Line::unusable(&UnusableFile {
        name: "Cargo.toml",
        why: "unknown key",
        help: "the keys are listed in docs/run-specs.md",
        place: None,
    });
    assert_eq!((line.verdict, &line.expected), (Written::Error, &None));
    let expected = r#"{"schema":1,"spec":"Cargo.toml","about":null,"protocol":null,"mutant":null,"bounds":null,"engine":null,"threads":null,"seed":null,"fingerprint_bits":null,"verdict":"error","as_expected":null,"expected":null,"must_fail":null,"escaped":false,"differences":[],"reason":"unknown key; the keys are listed in docs/run-specs.md","pinned_anew":false,"cached_at":null,"states":null,"unreduced_states":null,"generated":null,"depth":null,"made_of":{},"collision_probability":null,"exact_bits":null,"elapsed_seconds":null,"peak_memory_bytes":null,"properties":[],"exploration":null,"counterexample":null,"change":null}"#;
    assert_eq!(written(&line), expected);
}

#[test]
fn the_recorded_line_is_written_again_as_it_was() {
    let mut line = Line::read(RECORDED).unwrap();
    assert_eq!(line.must_fail, Some(true));
    // The number of the recorded line: reading 17 digits may change the last one.
    line.collision_probability = Some(2.171_114_850_402_222_6e-16);
    let text = serde_json::to_string(&line).unwrap();
    assert_eq!(format!("{text}\n"), RECORDED);
}

#[test]
fn a_line_of_another_schema_is_refused() {
    let other = r#"{"schema":2,"result":"all is well"}"#;
    assert!(matches!(Line::read(other), Err(ReadError::OtherSchema(2))));
    let none = Line::read("{}").unwrap_err().to_string();
    assert!(none.starts_with("not a line of schema 1: missing field `schema`"));
}

#[test]
fn lines_of_traces_are_read_back() {
    let mut report = report(
        Verdict::Violated,
        vec![property("I3", Verdict::Violated, Some(1))],
    );
    report.counterexamples.push(trace());
    let expect = expect_violated();
    let outcome = outcome(report);
    let checked = checked(&outcome, &expect);
    let mut traces = TraceLines::default();
    traces.checked(&checked);
    traces.done(None).unwrap();
    let text = traces.text().unwrap();
    let line = TraceLine::read(text.trim_end()).unwrap();
    let of_line = Line::checked(&checked).counterexample.unwrap();
    assert_eq!(
        (line.counterexample, line.spec.as_str()),
        (of_line, "specs/a.toml")
    );
    assert!(text.starts_with(r#"{"counterexample":{"figure":"#));
    assert!(text.ends_with("},\"protocol\":\"basic\",\"schema\":1,\"spec\":\"specs/a.toml\"}\n"));
}

#[test]
fn a_mutant_that_is_not_caught_has_escaped_and_another_difference_has_not() {
    let expect = expect_violated();
    for (verdict, has_escaped) in [(Verdict::Holds, true), (Verdict::Violated, false)] {
        let length = (verdict == Verdict::Violated).then_some(7);
        let report = report(verdict, vec![property("I3", verdict, length)]);
        let line = Line::checked(&checked(&outcome(report), &expect));
        assert_eq!(line.as_expected, Some(false));
        assert_eq!((line.must_fail, line.escaped), (Some(true), has_escaped));
        written(&line);
    }
}

#[test]
fn what_changed_since_a_baseline_is_read_back_with_the_steps_to_where_the_runs_part() {
    let report = report(Verdict::Holds, Vec::new());
    let (outcome, expect) = (outcome(report), expect_holds());
    let mut checked = checked(&outcome, &expect);
    checked.change = Some(change());
    let line = Line::checked(&checked);
    let changed = line.change.as_ref().unwrap();
    assert_eq!(changed.since, "main");
    assert_eq!(changed.partings[0].steps.len(), 2);
    written(&line);
}

#[test]
fn a_line_of_before_there_were_changes_is_read() {
    let mut line: serde_json::Value = serde_json::from_str(RECORDED).unwrap();
    for field in ["must_fail", "escaped", "change"] {
        line.as_object_mut().unwrap().remove(field).unwrap();
    }
    assert_eq!(Line::read(&line.to_string()).unwrap().must_fail, None);
}

pub(crate) fn change() -> Change {
    Change {
        since: "main".to_owned(),
        differences: vec!["level 2 has 7 states, before 8".to_owned()],
        partings: vec![Parting {
            about: "Α: Lose Slip is not possible any more".to_owned(),
            steps: trace().steps,
        }],
    }
}
