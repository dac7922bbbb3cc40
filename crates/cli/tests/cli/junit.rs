//! The output of `--format junit`.

use crate::command::{ENDLESS, run, spec_file};
use quick_junit::{NonSuccessKind, Report, TestCaseStatus};

fn report(arguments: &[&str]) -> Report {
    let output = run(&[arguments, &["--format", "junit"]].concat());
    Report::deserialize_from_str(&String::from_utf8(output.stdout).unwrap()).unwrap()
}

#[test]
fn each_spec_is_a_test_case() {
    let report = report(&["check", "specs/preliminary"]);
    assert_eq!((report.tests, report.failures, report.errors), (9, 0, 0));
    for suite in &report.test_suites {
        let mut names = suite.test_cases.iter().map(|case| case.name.as_str());
        assert!(["must hold", "must fail"].contains(&suite.name.as_str()));
        assert!(names.by_ref().is_sorted());
    }
}

#[test]
fn an_unexpected_result_is_a_failure_with_its_counterexample_and_an_inconclusive_one_an_error() {
    let text = "about = \"Expected to hold.\"\nprotocol = \"basic\"\npriests = 2\n\
        decrees = [\"a\", \"b\"]\nmutant = \"two decrees in one ballot\"\n";
    let surprising = spec_file("junit-surprise", text);
    let endless = spec_file("junit-endless", ENDLESS);
    let paths = [surprising.to_str().unwrap(), endless.to_str().unwrap()];
    let report = report(&["check", paths[0], paths[1], "--max-states", "5000"]);
    let cases = &report.test_suites[0].test_cases;
    let TestCaseStatus::NonSuccess {
        kind, description, ..
    } = &cases[0].status
    else {
        panic!("the mutant is not reported as a failure");
    };
    assert_eq!(*kind, NonSuccessKind::Failure);
    let description = description.as_ref().unwrap().as_str();
    assert!(
        description.contains("10  Α: Start Polling {Α Β} on b"),
        "{description}"
    );
    let TestCaseStatus::NonSuccess { kind, message, .. } = &cases[1].status else {
        panic!("the limit is not reported as an error");
    };
    assert_eq!(*kind, NonSuccessKind::Error);
    assert_eq!(
        message.as_ref().unwrap().as_str(),
        "state limit of 5000 reached"
    );
}

#[test]
fn a_checkpoint_that_is_refused_is_an_error() {
    let spec = spec_file("junit-checkpoint", ENDLESS);
    let folder = std::env::temp_dir().join(format!("synod-junit-{}", std::process::id()));
    let check = |seed| {
        let (spec, folder) = (spec.to_str().unwrap(), folder.to_str().unwrap());
        let options = ["--checkpoint-every", "0s", "--max-states", "100"];
        let given = ["check", spec, "--checkpoint", folder, "--seed", seed];
        report(&[&given[..], &options].concat())
    };
    check("1");
    let refused = check("2");
    let suite = &refused.test_suites[0];
    let _ = std::fs::remove_dir_all(&folder);
    assert_eq!((suite.tests, suite.errors), (1, 1));
    let TestCaseStatus::NonSuccess { kind, message, .. } = &suite.test_cases[0].status else {
        panic!("{:?}", suite.test_cases[0].status);
    };
    assert_eq!(*kind, NonSuccessKind::Error);
    let message = message.as_ref().unwrap().as_str();
    assert!(message.contains("seed"), "{message}");
}
