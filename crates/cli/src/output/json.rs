//! A JSON object a line, one for each spec.

use super::coverage::exploration;
use super::left_out::LeftOut;
use super::{Checked, Listener, say};
use crate::diagnostics::{self, Complaint};
use crate::outcome::{Comparison, Outcome, Trace, TraceStep};
use crate::specs::{Found, Unusable};
use crate::status::Status;
use serde::Serialize;
use serde_json::{Map, Value, json};
use synod_checker::Verdict;
use synod_models::spec::Expect;
use synod_vocabulary::{self as vocabulary, Field};

/// The version of every object here. It changes when a field goes or changes
/// its meaning, not when one is added.
pub(crate) const SCHEMA: u32 = 1;

/// The verdict on a file that cannot be checked. It is none of the checker's.
const ERROR: &str = "error";

/// Writes a line a spec to standard output.
#[derive(Default)]
pub(crate) struct Json {
    left_out: LeftOut,
}

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

#[derive(Serialize)]
struct Property<'a> {
    name: &'a str,
    kind: &'a str,
    verdict: String,
    length: Option<u32>,
    /// Of a claim, the property that shows that it says something.
    partner: Option<&'a str>,
}

impl Listener for Json {
    fn checked(&mut self, checked: &Checked<'_>) {
        say_line(&line(checked));
    }

    fn not_run(&mut self, found: &Found, why: &str, status: Status) {
        let verdict = match status {
            Status::Inconclusive => Verdict::Inconclusive.to_string(),
            _ => ERROR.to_owned(),
        };
        say_line(&Line {
            verdict,
            reason: Some(format!("not run: {why}")),
            ..about(found)
        });
    }

    fn unusable(&mut self, unusable: &Unusable) {
        let complaint = &unusable.complaint;
        say_line(&Line {
            schema: SCHEMA,
            spec: &unusable.name,
            verdict: ERROR.to_owned(),
            reason: Some(format!("{}; {}", complaint.in_a_line(), complaint.help())),
            ..Line::default()
        });
    }

    fn left_out(&mut self, found: &Found) {
        self.left_out.add(found);
    }

    fn done(&mut self) -> Result<(), Complaint> {
        if let Some(told) = self.left_out.told() {
            diagnostics::note(&format!("left out: {told}"));
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
fn about(found: &Found) -> Line<'_> {
    let spec = &found.spec;
    Line {
        schema: SCHEMA,
        spec: &found.name,
        about: Some(&spec.about),
        protocol: Some(spec.protocol.name()),
        mutant: spec.mutant.as_deref(),
        bounds: Some(&spec.bounds),
        expected: expected(&spec.expect),
        ..Line::default()
    }
}

fn line<'a>(checked: &'a Checked<'a>) -> Line<'a> {
    let (outcome, method) = (&checked.outcome, &checked.outcome.method);
    let differences: &[String] = match &checked.comparison {
        Comparison::Differs(differences) => differences,
        _ => &[],
    };
    let properties = outcome.properties.iter();
    Line {
        engine: Some(&method.engine),
        threads: Some(method.threads),
        seed: Some(method.seed),
        fingerprint_bits: Some(method.fingerprint.bits()),
        verdict: outcome.verdict.to_string(),
        as_expected: checked.comparison.as_expected(),
        differences,
        reason: checked.reason(),
        states: Some(outcome.states),
        generated: Some(outcome.generated),
        depth: Some(outcome.depth),
        made_of: made_of(outcome),
        collision_probability: Some(outcome.collision_probability),
        elapsed_seconds: Some(outcome.elapsed.as_secs_f64()),
        peak_memory_bytes: outcome.peak_memory,
        properties: properties
            .map(|property| Property {
                name: &property.name,
                kind: property.kind,
                verdict: property.verdict.to_string(),
                length: property.length,
                partner: property.partner,
            })
            .collect(),
        exploration: exploration(outcome.exploration.as_ref()),
        counterexample: outcome.trace().map(counterexample),
        ..about(checked.found)
    }
}

fn expected(expect: &Expect) -> Value {
    match expect {
        Expect::Holds { states, depth } => {
            json!({ "verdict": "holds", "states": states, "depth": depth })
        }
        Expect::Violated {
            property,
            length,
            holds,
        } => json!({
            "verdict": "violated",
            "property": property,
            "length": length,
            "holds": holds,
        }),
    }
}

/// A counterexample as an object: `steps` begins with the initial state, whose
/// action is null. Where there are several, its `changes` say how it differs
/// from the one in which nothing has happened.
pub(crate) fn counterexample(trace: &Trace) -> Value {
    json!({
        "property": trace.property,
        "witness": trace.witness,
        "length": trace.length(),
        "is_shortest": trace.is_shortest,
        "seed": trace.seed,
        "steps": trace.steps.iter().map(step).collect::<Vec<_>>(),
        "figure": trace.figure,
    })
}

fn step(step: &TraceStep) -> Value {
    json!({ "action": step.action, "changes": step.changes, "state": state(&step.state) })
}

/// A state: a map a priest from his variables to their values, and the
/// variables of all. Sets are lists.
fn state(fields: &[Field]) -> Value {
    let mut state = Map::new();
    for field in fields {
        let value = match &field.value {
            vocabulary::Value::One(value) => json!(value),
            vocabulary::Value::Set(elements) => json!(elements),
        };
        match &field.process {
            None => {
                state.insert(ascii(field.variable).to_owned(), value);
            }
            Some(process) => {
                let of_process = state.entry(process.clone()).or_insert_with(|| json!({}));
                if let Value::Object(variables) = of_process {
                    variables.insert(field.variable.to_owned(), value);
                }
            }
        }
    }
    Value::Object(state)
}

/// Keys that can be typed.
fn ascii(variable: &str) -> &str {
    match variable {
        "𝓑" => "ballots",
        "Votes(𝓑)" => "votes",
        "𝓜" => "messages",
        other => other,
    }
}
