//! `synod audit --against`: what an implementation says it did, judged.

use crate::args::{AuditFormat, AuditOptions};
use crate::diagnostics::Complaint;
use crate::files::Written;
use crate::memory::Limits;
use crate::output::say;
use crate::status::Status;
use crate::{searches, specs};
use indicatif::HumanCount;
use serde_json::{Value, json};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use synod_conformance::{
    Allowed, Judgement, Log, LogError, Outcome, Stuck, Unlogged, Waits, judge,
};
use synod_report::plurals::plural;
use synod_report::style::{BAD, DIM, GOOD, OPEN};
use synod_specs::{Viewable, Viewer};

/// The version of every object on standard output. It changes when a field goes
/// or changes its meaning, not when one is added.
const SCHEMA: u32 = 1;

/// How many of the steps that the model allows are shown to a person.
const SHOWN: usize = 8;

/// Judges the files against the model of a spec, and reports the verdict.
///
/// # Errors
/// The spec or a file cannot be used.
pub(super) fn audit(options: &AuditOptions, spec: &Path) -> Result<Status, Complaint> {
    let limits = searches::limits(&options.limits);
    let run_spec = specs::find_one(spec)?;
    let read = || options.paths.iter().map(PathBuf::as_path);
    let mut streams = Written::streams().into_iter();
    streams.try_for_each(|stream| stream.refuse_among(read()))?;
    refuse_twice(&options.paths)?;
    let logs = options.paths.iter().map(|path| read_log(path));
    let logs: Vec<_> = logs.collect::<Result<_, _>>()?;
    let judge = Judge {
        options,
        spec,
        limits,
        logs,
    };
    let refused = |_| searches::too_many_initial_states(spec);
    let judged = run_spec.view(judge).map_err(refused)??;
    let Some(judgement) = judged else {
        say("inconclusive: interrupted\n");
        return Ok(Status::Inconclusive);
    };
    say(&match options.format {
        AuditFormat::Human => human(options, spec, &judgement),
        AuditFormat::Json => lines(options, spec, &judgement),
    });
    Ok(match judgement.outcome {
        Outcome::Run => Status::AsExpected,
        Outcome::NoRun(_) => Status::NotAsExpected,
        Outcome::Inconclusive(_) => Status::Inconclusive,
    })
}

/// The same lines twice would be twice as many steps.
fn refuse_twice(paths: &[PathBuf]) -> Result<(), Complaint> {
    let same = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone());
    let files: Vec<_> = paths.iter().map(same).collect();
    let mut twice = (1..files.len()).filter(|&index| files[..index].contains(&files[index]));
    match twice.next() {
        Some(index) => Err(Complaint::file(
            &paths[index],
            "this file was named before",
            "name every file once",
        )),
        None => Ok(()),
    }
}

fn read_log(path: &Path) -> Result<Log, Complaint> {
    let help = "name files of JSON lines: `synod audit --help` shows one";
    let text = fs::read_to_string(path).map_err(|error| Complaint::file(path, error, help))?;
    Log::read(&path.display().to_string(), &text).map_err(|error| complaint(&error))
}

fn complaint(error: &LogError) -> Complaint {
    Complaint::about(error.to_string(), &error.help)
}

struct Judge<'a> {
    options: &'a AuditOptions,
    spec: &'a Path,
    limits: Limits,
    logs: Vec<Log>,
}

impl Viewer for Judge<'_> {
    type Output = Result<Option<Judgement>, Complaint>;

    fn view<M: Viewable>(self, model: M) -> Self::Output {
        let (options, logs) = (self.options, self.logs);
        let unlogged = Unlogged::of(&model, &options.unlogged);
        let unlogged = unlogged
            .map_err(|error| Complaint::about(format!("--unlogged: {error}"), error.help))?;
        let limits = (&options.limits, &self.limits);
        let judged = searches::search(self.spec, model, limits, move |problem| {
            judge(problem, &logs, &unlogged)
        });
        judged?.transpose().map_err(|error| complaint(&error))
    }
}

fn human(options: &AuditOptions, spec: &Path, judgement: &Judgement) -> String {
    let count = |number: u64, [one, many]: [&str; 2]| {
        format!("{} {}", HumanCount(number), plural(number, one, many))
    };
    let spec = spec.display();
    let files = count(options.paths.len() as u64, ["file", "files"]);
    let lines = count(judgement.lines as u64, ["line", "lines"]);
    let looked_at = count(judgement.states, ["state", "states"]) + " looked at";
    // Writing to a String cannot fail.
    match &judgement.outcome {
        Outcome::Run => format!(
            "{GOOD}accepted{GOOD:#}: {lines} of {files} are a run of {spec}\n{DIM}{looked_at}{DIM:#}\n"
        ),
        Outcome::Inconclusive(reason) => format!(
            "{OPEN}inconclusive{OPEN:#}: {reason}; so far, a run of {spec} explains {} of {lines}\n",
            HumanCount(judgement.explained as u64)
        ),
        Outcome::NoRun(refusal) => {
            let mut text = format!(
                "{BAD}refused{BAD:#}: {lines} of {files} are no run of {spec}\n\
                 {DIM}no run explains more than {} of the lines; {looked_at}{DIM:#}\n",
                HumanCount(judgement.explained as u64)
            );
            for stuck in &refusal.stuck {
                push_stuck(&mut text, stuck);
            }
            text
        }
    }
}

fn push_stuck(text: &mut String, stuck: &Stuck) {
    let Stuck {
        file, line, told, ..
    } = stuck;
    let _ = writeln!(text, "\n{BAD}{file}:{line}{BAD:#}: {told}");
    if stuck.waits == Waits::ForOthers {
        let _ = writeln!(text, "  {DIM}waits for steps of other processes{DIM:#}");
        return;
    }
    match &stuck.allowed {
        Allowed::OtherValues(differences) => {
            for difference in differences {
                let (variable, told) = (&difference.variable, &difference.told);
                let model = &difference.model;
                let _ = writeln!(
                    text,
                    "  {variable} is {told} here, and {model} in the model"
                );
            }
        }
        Allowed::OtherSteps(steps) => {
            let whatever = match stuck.waits {
                Waits::Never => ", whatever other processes do",
                Waits::Unknown | Waits::ForOthers => "",
            };
            let instead = if steps.is_empty() { "" } else { "; it allows" };
            let _ = writeln!(
                text,
                "  the model does not allow this here{whatever}{instead}"
            );
            for step in steps.iter().take(SHOWN) {
                let _ = writeln!(text, "    {step}");
            }
            if let Some(more) = steps.len().checked_sub(SHOWN).filter(|more| *more > 0) {
                let _ = writeln!(text, "    {DIM}and {more} more{DIM:#}");
            }
        }
    }
}

/// The verdict, then the lines that no step explains.
fn lines(options: &AuditOptions, spec: &Path, judgement: &Judgement) -> String {
    let (verdict, reason, stuck) = match &judgement.outcome {
        Outcome::Run => ("accepted", None, &[][..]),
        Outcome::NoRun(refusal) => ("refused", None, &refusal.stuck[..]),
        Outcome::Inconclusive(reason) => ("inconclusive", Some(reason.to_string()), &[][..]),
    };
    let verdict = json!({
        "schema": SCHEMA,
        "kind": "verdict",
        "verdict": verdict,
        "reason": reason,
        "spec": spec.display().to_string(),
        "files": options.paths.len(),
        "lines": judgement.lines,
        "explained": judgement.explained,
        "states": judgement.states,
    });
    let all = [verdict].into_iter().chain(stuck.iter().map(stuck_line));
    let all: Vec<_> = all.map(|line| line.to_string()).collect();
    all.join("\n") + "\n"
}

fn stuck_line(stuck: &Stuck) -> Value {
    let mut line = json!({
        "schema": SCHEMA,
        "kind": "line",
        "file": stuck.file,
        "line": stuck.line,
        "told": stuck.told,
        "waits": match stuck.waits {
            Waits::Never => json!(false),
            Waits::Unknown => Value::Null,
            Waits::ForOthers => json!(true),
        },
        "differences": null,
        "allowed": null,
    });
    match &stuck.allowed {
        Allowed::OtherSteps(steps) => line["allowed"] = json!(steps),
        Allowed::OtherValues(differences) => {
            let differences = differences.iter().map(|difference| {
                json!({
                    "variable": difference.variable,
                    "told": difference.told,
                    "model": difference.model,
                })
            });
            line["differences"] = differences.collect();
        }
    }
    line
}
