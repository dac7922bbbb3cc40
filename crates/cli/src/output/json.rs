//! A JSON object a line, one for each spec.

use super::coverage::exploration;
use super::{Checked, Listener, say};
use crate::diagnostics::Complaint;
use crate::outcome::{Comparison, Outcome, Trace, TraceStep};
use crate::specs::Found;
use serde::Serialize;
use serde_json::{Map, Value, json};
use synod_checker::Verdict;
use synod_models::narrate::{self, Field};
use synod_models::spec::Expect;

/// The version of every object here. It changes when a field goes or changes
/// its meaning, not when one is added.
pub(crate) const SCHEMA: u32 = 1;

/// Writes a line a spec to standard output.
pub(crate) struct Json;

#[derive(Serialize)]
struct Line<'a> {
    schema: u32,
    spec: &'a str,
    about: &'a str,
    protocol: &'a str,
    mutant: Option<&'a str>,
    bounds: &'a str,
    engine: &'a str,
    threads: usize,
    seed: u64,
    fingerprint_bits: u32,
    verdict: String,
    as_expected: Option<bool>,
    expected: Value,
    differences: &'a [String],
    reason: Option<String>,
    states: u64,
    generated: u64,
    depth: u32,
    /// What states are made of, by name; empty if they are not made of parts.
    made_of: Map<String, Value>,
    collision_probability: f64,
    elapsed_seconds: f64,
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

    fn not_run(&mut self, found: &Found, why: &str) {
        say_line(&json!({
            "schema": SCHEMA,
            "spec": found.name,
            "about": found.spec.about,
            "protocol": found.spec.protocol.name(),
            "mutant": found.spec.mutant,
            "bounds": found.spec.bounds,
            "verdict": Verdict::Inconclusive.to_string(),
            "as_expected": null,
            "expected": expected(&found.spec.expect),
            "reason": format!("not run: {why}"),
        }));
    }

    fn done(&mut self) -> Result<(), Complaint> {
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

fn line<'a>(checked: &'a Checked<'a>) -> Line<'a> {
    let (spec, outcome, options) = (&checked.found.spec, &checked.outcome, checked.options);
    let differences: &[String] = match &checked.comparison {
        Comparison::Differs(differences) => differences,
        _ => &[],
    };
    let properties = outcome.properties.iter();
    Line {
        schema: SCHEMA,
        spec: &checked.found.name,
        about: &spec.about,
        protocol: spec.protocol.name(),
        mutant: spec.mutant.as_deref(),
        bounds: &spec.bounds,
        engine: checked.engine(),
        threads: options.threads.get(),
        seed: options.seed,
        fingerprint_bits: options.fingerprint.bits(),
        verdict: outcome.verdict.to_string(),
        as_expected: checked.comparison.as_expected(),
        expected: expected(&spec.expect),
        differences,
        reason: outcome.reason.as_ref().map(ToString::to_string),
        states: outcome.states,
        generated: outcome.generated,
        depth: outcome.depth,
        made_of: made_of(outcome),
        collision_probability: outcome.collision_probability,
        elapsed_seconds: outcome.elapsed.as_secs_f64(),
        peak_memory_bytes: outcome.peak_memory,
        properties: properties
            .map(|property| Property {
                name: property.name,
                kind: property.kind,
                verdict: property.verdict.to_string(),
                length: property.length,
                partner: property.partner,
            })
            .collect(),
        exploration: exploration(outcome.exploration.as_ref()),
        counterexample: outcome.trace().map(counterexample),
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
            narrate::Value::One(value) => json!(value),
            narrate::Value::Set(elements) => json!(elements),
        };
        match field.priest {
            None => {
                state.insert(ascii(field.variable).to_owned(), value);
            }
            Some(priest) => {
                let of_priest = state.entry(priest.to_string()).or_insert_with(|| json!({}));
                if let Value::Object(variables) = of_priest {
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
