//! What the reports say that are one text in the end, also of hostile names.

use crate::comparison::{property, report};
use crate::json::{change, checked, expect_holds, expect_violated, outcome, subject, trace};
use quick_junit::Report;
use serde_json::Value;
use std::path::{Path, PathBuf};
use synod_checker::{Reason, Verdict};
use synod_report::{Document, Junit, Listener, OfSummary, Place, UnusableFile};
use uppsala::XsdValidator;

/// Names that mean something to one format or another.
fn hostile() -> Vec<String> {
    let lossy = String::from_utf8_lossy(b"surrogate \xED\xA0\x80.toml").into_owned();
    let characters = "\u{0}\u{1}\u{8}\u{b}\u{1b}[31m\u{7f}\u{85}\u{fffe}\u{ffff}".to_owned();
    vec![
        lossy,
        characters,
        "n".repeat(10_000),
        "<a href=\"x\">'&amp;]]></a>--><!--".to_owned(),
        "line\nline\r\n::error::planted".to_owned(),
        "a,b:c%d=e;f|g`h```\n```i*j_[k](l)@m".to_owned(),
        "😀 \u{202e}Α".to_owned(),
    ]
}

/// Tells a document one result of every kind, of specs with this name.
fn told(document: &mut impl Document, name: &str) {
    let (holds, violated) = (expect_holds(), expect_violated());
    let place = Place {
        file: Path::new("specs/a.toml"),
        line: 7,
    };
    let expected = outcome(report(Verdict::Holds, Vec::new()));
    let mut inconclusive = report(Verdict::Inconclusive, Vec::new());
    inconclusive.reason = Some(Reason::Interrupted);
    let inconclusive = outcome(inconclusive);
    let mut wrong = report(
        Verdict::Violated,
        vec![property("I3", Verdict::Violated, Some(1))],
    );
    let mut found = trace();
    found.witness = Some(name.to_owned());
    wrong.counterexamples.push(found);
    let mut wrong = outcome(wrong);
    wrong.diagram = Some(format!("sequenceDiagram\n  {name}\n"));
    let escaped = report(Verdict::Holds, vec![property("I3", Verdict::Holds, None)]);
    let escaped = outcome(escaped);
    let all = [
        (&expected, &holds, false),
        (&expected, &holds, true),
        (&inconclusive, &holds, false),
        (&wrong, &holds, true),
        (&escaped, &violated, true),
    ];
    for (outcome, expect, has_changed) in all {
        let mut checked = checked(outcome, expect);
        checked.subject.name = name;
        checked.subject.about = name;
        checked.subject.place = Some(place);
        checked.change = has_changed.then(change);
        document.checked(&checked);
    }
    let mut subject = subject(&violated);
    subject.name = name;
    document.not_run(&subject, name, true);
    document.not_run(&subject, "interrupted", false);
    Listener::left_out(document, &subject, "--size medium checks it too");
    document.unusable(&UnusableFile {
        name,
        why: name,
        help: "mend it",
        place: Some(place),
    });
    document.done(Some("2 specs of size large")).unwrap();
}

fn text(mut document: impl Document, name: &str) -> String {
    told(&mut document, name);
    document.text().unwrap()
}

fn refusals(validator: &XsdValidator, text: &str) -> Vec<String> {
    let document = uppsala::parse(text).unwrap();
    let errors = validator.validate(&document);
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn junit_is_what_jenkins_accepts_whatever_the_names() {
    let schema = uppsala::parse(include_str!("jenkins.xsd")).unwrap();
    let validator = XsdValidator::from_schema(&schema).unwrap();
    let wrong = "<testsuites skipped=\"1\"/>";
    assert!(!refusals(&validator, wrong).is_empty());
    for name in hostile() {
        let text = text(Junit::default(), &name);
        assert_eq!(refusals(&validator, &text), [""; 0], "{name:?}");
        // Consumers count what they read.
        let report = Report::deserialize_from_str(&text).unwrap();
        let suites = report.test_suites.iter();
        let suites: Vec<_> = suites
            .map(|suite| (suite.name.as_str(), suite.tests))
            .collect();
        assert_eq!(
            suites,
            [("must hold", 4), ("must fail", 4), ("no run specs", 1)]
        );
    }
    let empty = Junit::default().text().unwrap();
    assert_eq!(refusals(&validator, &empty), [""; 0]);
}

#[test]
fn junit_has_a_type_of_its_own_for_what_is_not_caught_and_says_what_changed() {
    let text = text(Junit::default(), "a.toml");
    let escaped = "type=\"NOT CAUGHT\"";
    assert_eq!(text.matches(escaped).count(), 1, "{text}");
    // Of three: twice where the result is not as expected too.
    assert_eq!(text.matches("changed since main:").count(), 5, "{text}");
    assert!(
        text.contains("where they part: Α: Lose Slip is not"),
        "{text}"
    );
}

#[test]
fn each_annotation_is_one_command_and_the_loudest_comes_first() {
    for name in hostile() {
        let text = text(OfSummary::github(PathBuf::from("."), "token"), &name);
        let lines: Vec<_> = text.split('\n').collect();
        let ["::token::", lines @ .., ""] = &lines[..] else {
            panic!("{text}");
        };
        assert_eq!(lines.len(), 7, "{text}");
        for line in lines {
            assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
            let properties = line.split("::").nth(1).unwrap();
            let (level, properties) = properties.split_once(' ').unwrap();
            assert!(["error", "warning"].contains(&level), "{line}");
            for property in properties.split(',') {
                let (key, _) = property.split_once('=').unwrap();
                assert!(["file", "line", "title"].contains(&key), "{line}");
            }
        }
    }
    let text = text(
        OfSummary::github(PathBuf::from("."), "token"),
        "a, b: 100%.toml",
    );
    let lines: Vec<_> = text.lines().skip(1).collect();
    let escaped = "::error file=specs/a.toml,line=7,title=NOT CAUGHT%3A a%2C b%3A 100%25.toml::";
    assert!(lines[0].starts_with(escaped), "{}", lines[0]);
    assert!(lines[0].contains("must fail"), "{}", lines[0]);
    let failure = "::error file=specs/a.toml,line=7,title=not as expected%3A a";
    assert!(lines[1].starts_with(failure), "{}", lines[1]);
    assert!(lines[1].contains("%0A  1  Α: Lose Slip"), "{}", lines[1]);
    let changed = lines.last().unwrap();
    assert!(changed.starts_with("::warning "), "{changed}");
    assert!(changed.contains("since main: level 2 has 7 states, before 8"));
}

#[test]
fn gitlab_has_an_issue_with_an_identity_of_its_own_for_each_result_to_look_at() {
    for name in hostile() {
        let text = text(OfSummary::gitlab(PathBuf::from(".")), &name);
        let issues: Vec<Value> = serde_json::from_str(&text).unwrap();
        assert_eq!(issues.len(), 7);
        let mut identities = Vec::new();
        for issue in &issues {
            let description = issue["description"].as_str().unwrap();
            assert!(!description.contains(|c: char| c.is_control()));
            assert!(description.chars().count() <= 1001);
            assert!(issue["check_name"].as_str().unwrap().starts_with("synod/"));
            assert!(!issue["location"]["path"].as_str().unwrap().is_empty());
            assert!(issue["location"]["lines"]["begin"].as_u64() >= Some(1));
            identities.push(issue["fingerprint"].as_str().unwrap());
        }
        let severities = issues
            .iter()
            .map(|issue| issue["severity"].as_str().unwrap());
        let severities: Vec<_> = severities.collect();
        assert_eq!(severities[..2], ["blocker", "critical"]);
        assert_eq!(severities[6], "minor");
        identities.sort_unstable();
        identities.dedup();
        assert_eq!(identities.len(), 7);
    }
}

#[test]
fn places_are_relative_to_the_folder_of_the_repository() {
    let folder = std::env::current_dir().unwrap();
    let above = folder.parent().unwrap().to_owned();
    let name = folder.file_name().unwrap().to_str().unwrap();
    let text = text(OfSummary::gitlab(above), "a.toml");
    let issues: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(
        issues[0]["location"]["path"],
        format!("{name}/specs/a.toml")
    );
}

#[test]
fn the_summary_of_a_job_begins_with_what_is_not_caught_and_draws_the_counterexample() {
    let text = text(OfSummary::markdown(), "a.toml");
    assert!(
        text.starts_with("## Synod: 1 NOT CAUGHT, 1 of 8 not as expected, "),
        "{text}"
    );
    let parts = [
        "| must hold | 4 | 2 | 1 | 1 | 0 |",
        "| must fail | 4 | 0 | 1 | 2 | 1 |",
        "| a.toml | must fail | **NOT CAUGHT** (holds) |",
        "#### NOT CAUGHT: a.toml",
        "#### not as expected: a.toml",
        "```mermaid\nsequenceDiagram\n",
        "<details><summary>The steps</summary>\n\n```text\n  1  Α: Lose Slip\n",
        "#### changed: a.toml",
        "- since main: level 2 has 7 states, before 8",
        "Where they part: Α: Lose Slip is not possible any more",
        "<details><summary>As expected, must hold: 1</summary>",
        "Left out: 2 specs of size large",
    ];
    let mut rest = &text[..];
    for part in parts {
        let place = rest.find(part);
        let place = place.unwrap_or_else(|| panic!("no {part} (here) in {text}"));
        rest = &rest[place..];
    }
}

#[test]
fn no_name_ends_a_part_of_the_summary_of_a_job() {
    for name in hostile() {
        let text = text(OfSummary::markdown(), &name);
        let mut fence = None;
        for line in text.lines() {
            assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
            let ticks = line.len() - line.trim_start_matches('`').len();
            match fence {
                None if ticks >= 3 => fence = Some(ticks),
                Some(open) if ticks >= open && line.len() == ticks => fence = None,
                Some(_) => {}
                None => assert!(!line.contains("<a ") && !line.contains("@m"), "{line}"),
            }
        }
        assert_eq!(fence, None);
    }
}

#[test]
fn the_summary_of_a_job_is_smaller_than_what_github_takes() {
    let mut document = OfSummary::markdown();
    for number in 0..3000 {
        told(&mut document, &format!("{number} {}", "&".repeat(2000)));
    }
    let text = document.text().unwrap();
    assert!(text.len() < 1 << 20, "{}", text.len());
    assert!(text.contains("Parts of this page that are left out"));
    assert!(text.starts_with("## Synod: 3000 NOT CAUGHT"));
}
