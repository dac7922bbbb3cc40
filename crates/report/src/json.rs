//! A JSON object a line, one for each spec.

pub(crate) mod counterexample;
mod exploration;

use crate::comparison::Comparison;
use crate::listener::{Checked, Listener, Subject, UnusableFile, WriteError};
use crate::outcome::Outcome;
use counterexample::counterexample;
use exploration::exploration;
use serde::Serialize;
use serde_json::{Map, Value, json};
use synod_checker::{PropertyReport, Verdict};
use synod_terminal::{note, say};

/// The version of every object here. It changes when a field goes or changes
/// its meaning, not when one is added.
pub(crate) const SCHEMA: u32 = 1;

/// The verdict on a file that cannot be checked. It is none of the checker's.
const ERROR: &str = "error";

/// Writes a line a spec to standard output.
pub struct Json;

/// All lines have all fields; what is not known is null, or empty.
#[derive(Serialize, Default)]
struct Line<'a> {
    schema: u32,
    spec: &'a str,
    about: Option<&'a str>,
    protocol: Option<&'a str>,
    mutant: Option<&'a str>,
    bounds: Option<&'a str>,
    engine: Option<&'a str>,
    threads: Option<usize>,
    seed: Option<u64>,
    fingerprint_bits: Option<u32>,
    verdict: String,
    as_expected: Option<bool>,
    expected: Value,
    differences: &'a [String],
    reason: Option<String>,
    states: Option<u64>,
    generated: Option<u64>,
    depth: Option<u32>,
    /// What states are made of, by name; empty if they are not made of parts.
    made_of: Map<String, Value>,
    collision_probability: Option<f64>,
    elapsed_seconds: Option<f64>,
    peak_memory_bytes: Option<u64>,
    properties: Vec<Property<'a>>,
    exploration: Value,
    counterexample: Option<Value>,
}

/// The verdict on a property.
#[derive(Serialize)]
struct Property<'a> {
    #[serde(flatten)]
    report: &'a PropertyReport,
    /// Of a claim, the property that shows that it is put to use.
    partner: Option<&'static str>,
}

impl Listener for Json {
    fn checked(&mut self, checked: &Checked<'_>) {
        say_line(&line(checked));
    }

    fn not_run(&mut self, subject: &Subject<'_>, why: &str, is_fault: bool) {
        let verdict = if is_fault {
            ERROR.to_owned()
        } else {
            Verdict::Inconclusive.to_string()
        };
        say_line(&Line {
            verdict,
            reason: Some(format!("not run: {why}")),
            ..about(subject)
        });
    }

    fn unusable(&mut self, unusable: &UnusableFile<'_>) {
        say_line(&Line {
            schema: SCHEMA,
            spec: unusable.name,
            verdict: ERROR.to_owned(),
            reason: Some(format!("{}; {}", unusable.why, unusable.help)),
            ..Line::default()
        });
    }

    fn done(&mut self, left_out: Option<&str>) -> Result<(), WriteError> {
        if let Some(left_out) = left_out {
            note(&format!("note: left out: {left_out}"));
        }
        Ok(())
    }
}

fn say_line(value: &impl Serialize) {
    // Strings, numbers, lists and maps with string keys: nothing that JSON
    // cannot hold.
    if let Ok(line) = serde_json::to_string(value) {
        say(&format!("{line}\n"));
    }
}

fn made_of(outcome: &Outcome) -> Map<String, Value> {
    let parts = outcome.made_of.iter();
    let parts = parts.map(|(part, count)| (part.replace(' ', "_"), json!(count)));
    parts.collect()
}

/// What is known of a spec before it is run.
fn about<'a>(subject: &Subject<'a>) -> Line<'a> {
    Line {
        schema: SCHEMA,
        spec: subject.name,
        about: Some(subject.about),
        protocol: Some(subject.protocol),
        mutant: subject.mutant,
        bounds: Some(subject.bounds),
        expected: serde_json::to_value(subject.expect).unwrap_or_default(),
        ..Line::default()
    }
}

fn line<'a>(checked: &'a Checked<'a>) -> Line<'a> {
    let outcome = &checked.outcome;
    let (report, method) = (&outcome.report, &outcome.report.method);
    let differences: &[String] = match &checked.comparison {
        Comparison::Differs(differences) => differences,
        _ => &[],
    };
    Line {
        engine: Some(&method.engine),
        threads: Some(method.threads),
        seed: Some(method.seed),
        fingerprint_bits: Some(method.fingerprint.bits()),
        verdict: report.verdict.to_string(),
        as_expected: checked.comparison.as_expected(),
        differences,
        reason: report.reason.as_ref().map(ToString::to_string),
        states: Some(report.states),
        generated: Some(report.generated),
        depth: Some(report.depth),
        made_of: made_of(outcome),
        collision_probability: Some(report.collision_probability),
        elapsed_seconds: Some(report.elapsed.as_secs_f64()),
        peak_memory_bytes: outcome.peak_memory,
        properties: outcome
            .properties()
            .map(|(report, claimed)| Property {
                report,
                partner: claimed.and_then(|claimed| claimed.partner),
            })
            .collect(),
        exploration: exploration(report.exploration.as_ref()),
        counterexample: outcome.trace().map(counterexample),
        ..about(&checked.subject)
    }
}
