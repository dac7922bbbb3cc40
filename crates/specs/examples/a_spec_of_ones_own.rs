//! Read a run spec of your own, check its model, and see which mistakes are refused. Run it with
//! `cargo run --example a_spec_of_ones_own`.
//!
//! `synod check FILE` does the same, with limits and reports. Do it in a program of your own if
//! the program writes the specs, or uses the model for something else.

use std::error::Error;
use std::io::{self, Write};
use std::sync::Arc;
use synod_checker::{CheckError, Extras, Levels, Problem, Progress, Question, Verdict, check};
use synod_specs::{Checkable, Expect, Visitor, parse};

/// The paper's basic protocol: two priests (processes) each start a ballot (round) with a decree
/// (value) of their own. `docs/run-specs.md` has every key.
const SPEC: &str = r#"about    = "Two priests who compete pass one decree."
protocol = "basic"
priests  = 2
decrees  = ["a", "b"]

[expect]
verdict  = "holds"
states   = 2259
"#;

/// Three mistakes: a part of the spec, and the mistake that takes its place.
const MISTAKES: [(&str, &str); 3] = [
    ("priests  = 2", "preists  = 2"),
    ("priests  = 2", "priests  = \"two\""),
    // A key of another protocol. It is refused, because it would have no effect.
    (
        "[expect]",
        "crashes  = 1
[expect]",
    ),
];

/// The type of the model depends on the protocol of the spec. So the spec cannot return its
/// model: it calls a visitor that takes a model of any type.
struct Check;

impl Visitor for Check {
    type Output = Result<(Verdict, u64), CheckError>;

    fn visit<M: Checkable>(self, model: &M) -> Self::Output {
        let (extras, progress) = (Extras::of(model), Arc::<Progress>::default());
        let problem = Problem::new(model.clone(), extras, Question::default(), &progress)?;
        let report = check(&problem, &Levels::default())?;
        Ok((report.verdict, report.states))
    }
}

/// Writes the result of the spec, and the error of each mistake.
pub(crate) fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let spec = parse(SPEC)?;
    writeln!(out, "{} ({})", spec.about, spec.bounds)?;
    let (verdict, states) = spec.visit(Check)?;
    // The spec pins the number of states: a model that was changed by mistake has another one.
    let is_as_expected = match spec.expect {
        Expect::Holds { states: pinned, .. } => {
            verdict == Verdict::Holds && pinned.is_none_or(|pinned| pinned == states)
        }
        Expect::Violated { .. } => verdict == Verdict::Violated,
    };
    writeln!(
        out,
        "{verdict}, {states} states, as expected: {is_as_expected}"
    )?;

    for (right, wrong) in MISTAKES {
        let text = SPEC.replace(right, wrong);
        match parse(&text) {
            Ok(_) => writeln!(out, "`{wrong}` is a spec")?,
            Err(error) => {
                // The span is in bytes of the text, for an editor or a report.
                let line = 1 + text[..error.span.start].matches('\n').count();
                writeln!(out, "line {line}: {}", error.message)?;
                writeln!(out, "  help: {}", error.help)?;
            }
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    run(&mut io::stdout().lock())
}
