//! The answers as JSON, an object for each obligation and solver.

use super::Decided;
use synod_proof::solver::{Answer, Program, Verdict};
use synod_proof::targets::Target;
use synod_report::json::{self, ProofLine, SCHEMA};

/// The lines of one obligation, of which each program has its answer, or has none.
pub(super) fn lines(target: &Target, decided: &Decided, programs: &[Program]) -> String {
    let answers = programs.iter().zip(&decided.answers);
    let line = |(program, (_, answer)): (&Program, &(_, Option<Answer>))| {
        let line = line(target, decided, program, answer.as_ref());
        format!("{}\n", json::text(&line))
    };
    answers.map(line).collect()
}

fn line(
    target: &Target,
    decided: &Decided,
    program: &Program,
    answer: Option<&Answer>,
) -> ProofLine {
    let obligation = &decided.obligation;
    let no_answer = || Some("there was no answer before the end".to_owned());
    let (verdict, reason) = match answer.map(|answer| &answer.verdict) {
        Some(Verdict::Unsat) => (json::Answer::Unsat, None),
        Some(Verdict::Sat) => (json::Answer::Sat, None),
        Some(Verdict::Unknown(why)) => (json::Answer::Unknown, Some(why.clone())),
        None => (json::Answer::Unknown, no_answer()),
    };
    ProofLine {
        schema: SCHEMA,
        target: target.name.to_owned(),
        obligation: obligation.name(),
        from: obligation.from.to_owned(),
        claims: obligation.claims.to_owned(),
        file: format!("{}/{}", target.name, obligation.file_name()),
        solver: program.solver().to_string(),
        version: program.version().to_owned(),
        verdict,
        reason,
        seconds: answer.map(|answer| answer.elapsed.as_secs_f64()),
    }
}
