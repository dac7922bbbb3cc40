//! The tables `[[progress]]`: claims of runs.

use synod_specs::{Expect, ProgressClaim, RunSpec, SpecError, parse};

/// A spec with these lines above `[expect]`, and these in it.
fn spec_with(progress: &str, expect: &str) -> Result<RunSpec, SpecError> {
    parse(&format!(
        "about = \"One.\"\nprotocol = \"basic\"\npriests = 3\ntryers = [1]\ndecrees = [\"a\"]\n\
         {progress}\n[expect]\n{expect}\n"
    ))
}

/// The message and the help of the error about these lines.
fn refused(progress: &str) -> [String; 2] {
    let error = spec_with(progress, "verdict = \"holds\"").err();
    let error = error.expect("it is refused");
    [error.message, error.help]
}

/// A table with these lines below its name.
fn table(lines: &str) -> String {
    format!("[[progress]]\nname = \"in the end\"\n{lines}\n")
}

#[test]
fn a_claim_of_runs_names_properties_and_kinds_of_the_model() {
    let lines =
        "from = \"a ballot begins\"\nto = \"a decree is passed\"\nweakly_fair = [\"Send Voted\"]";
    let spec = spec_with(&table(lines), "verdict = \"holds\"")
        .ok()
        .unwrap();
    let claim = &spec.progress[0];
    assert_eq!(claim.name, "in the end");
    assert_eq!(claim.weakly_fair, ["Send Voted"]);
    assert!(claim.strongly_fair.is_empty());
    let claims = ProgressClaim::LeadsTo {
        from: Some("a ballot begins".to_owned()),
        to: "a decree is passed".to_owned(),
    };
    assert_eq!(claim.claims, claims);
}

#[test]
fn a_spec_may_expect_that_a_claim_of_runs_is_violated() {
    let expect = "verdict = \"violated\"\nproperty = \"in the end\"";
    let spec = spec_with(&table("to = \"a decree is passed\""), expect)
        .ok()
        .unwrap();
    let Expect::Violated { property, .. } = spec.expect else {
        panic!("it expects a violation");
    };
    assert_eq!(property, "in the end");
}

#[test]
fn a_mistake_in_a_claim_of_runs_is_refused_with_what_would_be_right() {
    let cases = [
        (
            table("to = \"a decree is pased\""),
            "`to` cannot be \"a decree is pased\"",
            "did you mean \"a decree is passed\"?",
        ),
        (
            table("to = \"a decree is passed\"\nweakly_fair = [\"Send Votes\"]"),
            "`weakly_fair` cannot be \"Send Votes\"",
            "did you mean \"Send Voted\"?",
        ),
        (
            table("from = \"a ballot begins\""),
            "`to` is missing",
            "add a line such as `to = \"a decree is passed\"`",
        ),
        (
            table("to = \"a decree is passed\"\nat_rest = \"a decree is passed\""),
            "`to` has no effect beside `at_rest`",
            "leave it out, or write another `[[progress]]`",
        ),
        (
            table("to = \"a decree is passed\"").repeat(2),
            "two properties have the name \"in the end\"",
            "give each table `[[progress]]` a `name` of its own",
        ),
    ];
    for (progress, message, help) in cases {
        assert_eq!(refused(&progress), [message, help], "{progress}");
    }
}

#[test]
fn a_claim_of_runs_is_refused_beside_reductions() {
    let progress = format!(
        "reductions = [\"symmetry\"]\n{}",
        table("to = \"a decree is passed\"")
    );
    let [message, _] = refused(&progress);
    assert_eq!(message, "`reductions` are not for `progress`");
}
