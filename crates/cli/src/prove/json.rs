//! The answers as JSON, an object for each obligation and solver.

use super::Decided;
use synod_proof::solver::{Answer, Solver, Verdict};
use synod_proof::targets::Target;
use synod_report::json::{self, ProofLine, SCHEMA};

/// The lines of one obligation.
pub(super) fn lines(target: &Target, decided: &Decided) -> String {
    let line = |(solver, answer): &(Solver, Option<Answer>)| {
        let line = line(target, decided, *solver, answer.as_ref());
        format!("{}\n", json::text(&line))
    };
    decided.answers.iter().map(line).collect()
}

fn line(target: &Target, decided: &Decided, solver: Solver, answer: Option<&Answer>) -> ProofLine {
    let obligation = &decided.obligation;
    let not_asked = || Some("the solver was not asked before the end".to_owned());
    let (verdict, reason) = match answer.map(|answer| &answer.verdict) {
        Some(Verdict::Unsat) => (json::Answer::Unsat, None),
        Some(Verdict::Sat) => (json::Answer::Sat, None),
        Some(Verdict::Unknown(why)) => (json::Answer::Unknown, Some(why.clone())),
        None => (json::Answer::Unknown, not_asked()),
    };
    ProofLine {
        schema: SCHEMA,
        target: target.name.to_owned(),
        obligation: obligation.name(),
        from: obligation.from.to_owned(),
        claims: obligation.claims.to_owned(),
        file: format!("{}/{}", target.name, obligation.file_name()),
        solver: solver.to_string(),
        verdict,
        reason,
        seconds: answer.map(|answer| answer.elapsed.as_secs_f64()),
    }
}
