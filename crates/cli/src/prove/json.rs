//! The answers as JSON, an object for each obligation and solver.

use super::Decided;
use serde_json::json;
use synod_proof::solver::{Answer, Verdict};
use synod_proof::targets::Target;

/// The version of the objects. It changes when a field goes or changes its meaning, not when
/// one is added.
const SCHEMA: u32 = 1;

/// The lines of one obligation.
pub(super) fn lines(target: &Target, decided: &Decided) -> String {
    let obligation = &decided.obligation;
    let line = |(solver, answer): &(_, Option<Answer>)| {
        let verdict = answer.as_ref().map(|answer| &answer.verdict);
        let why = match verdict {
            Some(Verdict::Unknown(why)) => Some(why.as_str()),
            Some(_) => None,
            None => Some("the solver was not asked before the end"),
        };
        let object = json!({
            "schema": SCHEMA,
            "target": target.name,
            "obligation": obligation.name(),
            "from": obligation.from,
            "claims": obligation.claims,
            "file": format!("{}/{}", target.name, obligation.file_name()),
            "solver": format!("{solver}"),
            "verdict": verdict.map_or("unknown", Verdict::word),
            "reason": why,
            "seconds": answer.as_ref().map(|answer| answer.elapsed.as_secs_f64()),
        });
        format!("{object}\n")
    };
    decided.answers.iter().map(line).collect()
}
