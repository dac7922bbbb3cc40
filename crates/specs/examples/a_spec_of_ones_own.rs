//! Read a run spec of one's own, check what it says, and see what is refused.
//! Run it with `cargo run --example a_spec_of_ones_own`.
//!
//! `synod check FILE` does the same with more care. A program of your own does
//! it when specs are made by a program, or the model is to be used otherwise.

use std::error::Error;
use std::io::{self, Write};
use std::sync::Arc;
use synod_checker::{CheckError, Extras, Levels, Problem, Progress, Question, Verdict, check};
use synod_specs::{Checkable, Expect, Visitor, parse};

/// Two priests (processes) who each start a ballot (round) with a decree
/// (value) of their own: the paper's basic protocol. `docs/run-specs.md` has
/// every key.
const SPEC: &str = r#"about    = "Two priests who compete pass one decree."
protocol = "basic"
priests  = 2
decrees  = ["a", "b"]

[expect]
verdict  = "holds"
states   = 2259
"#;

/// Three mistakes: what the spec says, and what is written instead.
const MISTAKES: [(&str, &str); 3] = [
    ("priests  = 2", "preists  = 2"),
    ("priests  = 2", "priests  = \"two\""),
    // A key of another protocol. It is refused, because it would do nothing.
    (
        "[expect]",
        "crashes  = 1
[expect]",
    ),
];

/// The model's type depends on the protocol of the spec, so a spec has no model
/// to return: a visitor is called with it, whatever its type.
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

/// Writes what comes of the spec, and of each mistake.
pub(crate) fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let spec = parse(SPEC)?;
    writeln!(out, "{} ({})", spec.about, spec.bounds)?;
    let (verdict, states) = spec.visit(Check)?;
    // A count that is pinned says that nobody has changed the model unawares.
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
