//! The table of `synod prove`.

use super::{Chosen, Decided, Proved};
use crate::output::{BOLD, DIM};
use crate::status::Status;
use std::fmt::Write;
use std::time::Duration;
use synod_proof::solver::{Program, Verdict};
use synod_proof::targets::basic::MUTANTS;
use synod_proof::targets::{TARGETS, Target};
use synod_report::plurals::plural;
use synod_report::style::{BAD, GOOD, OPEN, Role};
use synod_terminal::wrapped;

/// As wide as the longest name of an obligation.
const NAME: usize = 38;

/// All targets.
pub(super) fn targets() -> String {
    let mut text = String::new();
    for target in TARGETS {
        let count = target.obligations().len();
        let obligations = plural(count as u64, "obligation", "obligations");
        let about = wrapped(target.about, 2);
        _ = writeln!(
            text,
            "{BOLD}{}{BOLD:#} {DIM}({count} {obligations}){DIM:#}\n  {about}",
            target.name
        );
    }
    _ = writeln!(
        text,
        "\n{BOLD}mutants of basic{BOLD:#} {DIM}(--mutant){DIM:#}"
    );
    for mutant in MUTANTS {
        _ = writeln!(text, "  {}", mutant.name);
    }
    text
}

/// The names of obligations, below their targets.
pub(super) fn obligations(chosen: &[Chosen]) -> String {
    let mut text = String::new();
    for (target, obligations) in chosen {
        _ = writeln!(text, "{BOLD}{}{BOLD:#}", target.name);
        for obligation in obligations {
            _ = writeln!(text, "  {}", obligation.name());
        }
    }
    text
}

pub(super) fn heading(target: &Target) -> String {
    format!(
        "{BOLD}{}{BOLD:#}\n{}\n",
        target.name,
        wrapped(target.about, 0)
    )
}

/// An obligation, and what each solver says.
pub(super) fn row(decided: &Decided) -> String {
    let name = decided.obligation.name();
    let mut text = format!("  {name:NAME$}");
    for (solver, answer) in &decided.answers {
        let (verdict, elapsed) = match answer {
            Some(answer) => (answer.verdict.word(), seconds(answer.elapsed)),
            None => ("no answer", String::new()),
        };
        let role = style(answer.as_ref().map(|answer| &answer.verdict));
        _ = write!(text, "  {solver} {role}{verdict}{role:#} {elapsed}");
    }
    text.push('\n');
    for (solver, answer) in &decided.answers {
        if let Some(Verdict::Unknown(why)) = answer.as_ref().map(|answer| &answer.verdict) {
            _ = writeln!(text, "    {DIM}{solver}: {why}{DIM:#}");
        }
    }
    text
}

const fn style(verdict: Option<&Verdict>) -> Role {
    match verdict {
        Some(Verdict::Unsat) => GOOD,
        Some(Verdict::Sat) => BAD,
        Some(Verdict::Unknown(_)) | None => OPEN,
    }
}

fn seconds(elapsed: Duration) -> String {
    format!("{:.2} s", elapsed.as_secs_f64())
}

/// How many are proved, refuted and open, and by which programs.
pub(super) fn summary(proved: &[Proved], programs: &[Program]) -> String {
    let mut text = "\n".to_owned();
    for Proved { target, decided } in proved {
        let count = |status| decided.iter().filter(|it| it.status() == status).count();
        let (all, proved) = (decided.len(), count(Status::AsExpected));
        let (refuted, open) = (count(Status::NotAsExpected), count(Status::Inconclusive));
        let role = match (refuted, open) {
            (0, 0) => GOOD,
            (0, _) => OPEN,
            _ => BAD,
        };
        let elapsed: Duration = decided
            .iter()
            .flat_map(|it| &it.answers)
            .filter_map(|(_, answer)| answer.as_ref())
            .map(|answer| answer.elapsed)
            .sum();
        _ = write!(
            text,
            "{}: {role}{proved} of {all} proved{role:#}",
            target.name
        );
        for (count, what) in [(refuted, "refuted"), (open, "inconclusive")] {
            if count > 0 {
                _ = write!(text, ", {count} {what}");
            }
        }
        _ = writeln!(text, "; solvers took {}", seconds(elapsed));
    }
    for program in programs {
        _ = writeln!(text, "{DIM}{}{DIM:#}", program.version());
    }
    text
}
