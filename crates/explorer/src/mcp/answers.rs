//! What each tool answers, made of the calls of the interface.

use crate::explored::{Choice, ClaimEntry};
use crate::film::{Film, View};
use crate::interface::{Interface, json_of};
use crate::library::{Entry, Spec};
use crate::place::Place;
use crate::refusal::Refusal;
use crate::step::GoOn;
use crate::text;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fmt::Write;
use std::time::{Duration, Instant};
use synod_checker::PANIC_FREEDOM;
use synod_report::plurals::plural;

/// What a tool answers.
pub(super) struct Answer {
    /// For an assistant to read. Colours may be in it.
    pub text: String,
    /// The same for a program.
    pub json: Value,
}

type Answered = Result<Answer, Refusal>;

/// How many initial states are listed at once.
const PAGE: usize = 20;

#[derive(Deserialize)]
struct OfList {
    #[serde(default)]
    filter: String,
}

#[derive(Deserialize)]
struct OfSearch {
    spec: String,
    seconds: Option<f64>,
    violation: Option<String>,
    example: Option<String>,
}

#[derive(Deserialize)]
struct OfStep {
    spec: String,
    #[serde(flatten)]
    place: Place,
    #[serde(default)]
    forbidden: bool,
    initial: Option<String>,
    #[serde(default)]
    from: u64,
}

#[derive(Deserialize)]
struct OfExplanation {
    spec: String,
    #[serde(flatten)]
    place: Place,
    claim: Option<String>,
    step: Option<String>,
}

fn arguments<T: DeserializeOwned>(body: Value) -> Result<T, Refusal> {
    serde_json::from_value(body).map_err(|error| {
        Refusal::new(
            error.to_string(),
            "the schema of the tool has its arguments",
        )
    })
}

pub(super) fn list(interface: &Interface, body: Value, _: &mut GoOn<'_>) -> Answered {
    let OfList { filter } = arguments(body)?;
    let mut entries = interface.entries();
    entries.retain(|entry| {
        let Entry {
            name, about, size, ..
        } = entry;
        text::contains(
            &format!("{name} {about} {size} {}", expected(entry)),
            &filter,
        )
    });
    let count = entries.len();
    let mut text = format!(
        "{count} {}\n",
        plural(count as u64, "run spec", "run specs")
    );
    for entry in &entries {
        let Entry {
            name, about, size, ..
        } = entry;
        _ = writeln!(text, "{name} ({size}; {}): {about}", expected(entry));
    }
    let json = json!({ "specs": json_of(&entries)? });
    Ok(Answer { text, json })
}

/// What a spec expects, in words.
fn expected(entry: &Entry) -> String {
    match (entry.expects.as_deref(), &entry.property) {
        (Some("violated"), Some(property)) => format!("expects {property} to be violated"),
        (Some(expects), _) => format!("expects that it {expects}"),
        (None, _) => "expects nothing".to_owned(),
    }
}

pub(super) fn show(interface: &Interface, body: Value, _: &mut GoOn<'_>) -> Answered {
    let json = interface.call("spec", body)?;
    let name = json["name"].as_str().unwrap_or_default();
    let spec = interface.open(name)?;
    let text = told(&spec, !json["initial"].is_null());
    Ok(Answer { text, json })
}

fn told(spec: &Spec, has_several_initial_states: bool) -> String {
    let Entry {
        name,
        about,
        protocol,
        ..
    } = &spec.entry;
    let expected = expected(&spec.entry);
    let mut text = format!(
        "{name}\n{about}\nprotocol: {protocol}; size: {}; {expected}\n",
        spec.entry.size
    );
    if !spec.entry.bounds.is_empty() {
        _ = writeln!(text, "bounds: {}", spec.entry.bounds);
    }
    if let (Some(mutant), Some(drops)) = (&spec.entry.mutant, &spec.entry.drops) {
        _ = writeln!(text, "mutant: {mutant}: {drops}");
    }
    if let Some(paper) = &spec.paper {
        _ = writeln!(text, "the same without the mutant is the spec {paper:?}");
    }
    _ = writeln!(text, "processes: {}", spec.model.processes().join(", "));
    if has_several_initial_states {
        text += "there are several initial states: `step` lists them with `initial`\n";
    }
    text += "\nclaims, of every state:\n";
    for ClaimEntry { name, meaning, .. } in spec.model.claims() {
        _ = writeln!(text, "  {name}: {meaning}");
    }
    text += "examples, that some state must be:\n";
    for partner in spec.model.partners() {
        _ = writeln!(text, "  {partner}");
    }
    if let Some(toml) = &spec.text {
        _ = write!(text, "\ntext of the spec:\n{toml}");
    }
    text
}

/// What a search tells at last; none if the time was not enough.
fn searched(
    interface: &Interface,
    search: &Value,
    seconds: Option<f64>,
    go_on: &mut GoOn<'_>,
) -> Result<Value, Refusal> {
    let seconds = seconds.unwrap_or(60.0);
    let patience = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
    let (begun, mut is_cancelled) = (Instant::now(), false);
    let told = interface.wait(search, &mut |told| {
        is_cancelled = !go_on(told);
        !is_cancelled && begun.elapsed() < patience
    })?;
    if is_cancelled {
        _ = interface.call("cancel", search.clone());
        return Err(Refusal::new("the call was cancelled", "call it again"));
    }
    if told["done"] == true {
        let mut result = told["result"].clone();
        result["seconds"] = told["seconds"].clone();
        return Ok(result);
    }
    let why = format!(
        "{seconds} seconds were not enough: the search goes on, and the same call waits for it again"
    );
    Ok(json!({
        "verdict": "inconclusive", "why": why,
        "states": told["states"], "depth": told["depth"], "seconds": told["seconds"],
    }))
}

pub(super) fn check(interface: &Interface, body: Value, go_on: &mut GoOn<'_>) -> Answered {
    let asked: OfSearch = arguments(body)?;
    let search = interface.call("check", json!({ "spec": asked.spec }))?;
    let json = searched(interface, &search, asked.seconds, go_on)?;
    let spec = interface.open(&asked.spec)?;
    let mut text = word(&json["verdict"]);
    if let Some(why) = json["why"].as_str() {
        _ = write!(text, ": {why}");
    }
    _ = writeln!(
        text,
        "\n{} states, depth {}, {:.1} s; {}",
        json["states"],
        json["depth"],
        json["seconds"].as_f64().unwrap_or_default(),
        expected(&spec.entry)
    );
    for property in json["properties"].as_array().into_iter().flatten() {
        text += &told_property(property);
    }
    if let Some(coverage) = json["coverage"].as_array().filter(|all| !all.is_empty()) {
        text +=
            "how often each action was possible, and how many states it was the first to reach:\n";
        for action in coverage {
            let (enabled, new) = (&action["enabled"], &action["new_states"]);
            _ = writeln!(text, "  {}: {enabled}, {new}", word(&action["name"]));
        }
    }
    Ok(Answer { text, json })
}

fn told_property(property: &Value) -> String {
    let verdict = match (property["kind"].as_str(), property["verdict"].as_str()) {
        (Some("sometimes"), Some("holds")) => "happens",
        (Some("sometimes"), Some("violated")) => "never happens",
        (_, Some(verdict)) => verdict,
        _ => "inconclusive",
    };
    let length = property["length"].as_u64();
    let length = length.map_or_else(String::new, |steps| {
        format!(" after {steps} {}", plural(steps, "step", "steps"))
    });
    format!("  {}: {verdict}{length}\n", word(&property["name"]))
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

pub(super) fn step(interface: &Interface, body: Value, _: &mut GoOn<'_>) -> Answered {
    let asked: OfStep = arguments(body)?;
    let spec = interface.open(&asked.spec)?;
    if let Some(words) = asked.initial {
        return initial(&spec, asked.from, &words);
    }
    let film = film(&spec, &asked.place)?;
    let choices = spec
        .model
        .choices(&asked.place)
        .map_err(|of| Refusal::of_changed(&of))?;
    let json = json!({
        "spec": asked.spec, "begin": film.begin, "steps": film.steps,
        "view": json_of(&film.views.last())?, "choices": json_of(&choices)?,
    });
    let (within, beyond) = text::within_bounds(choices);
    let known = film.views.last().map_or(&[][..], |last| &last.violations);
    let mut text = shown(&film);
    text += "\npossible next steps:\n";
    for choice in &within {
        _ = writeln!(text, "- {}{}", choice.step, text::warning(choice, known));
    }
    if within.is_empty() {
        text += "none\n";
    }
    if beyond > 0 {
        _ = writeln!(text, "({beyond} more would lead out of the bounds)");
    }
    if film.begin.is_some() && film.steps.is_empty() && asked.place.begin.is_none() {
        text += "\nThis is the first of several initial states: `initial` lists them.\n";
    }
    if !asked.forbidden {
        return Ok(Answer { text, json });
    }
    let forbidden = spec
        .model
        .forbidden(&asked.place)
        .map_err(|of| Refusal::of_changed(&of))?;
    text += "\nnot possible:\n";
    text += &match &forbidden[..] {
        [] => "the model names no step\n".to_owned(),
        steps => text::forbidden(steps, ""),
    };
    let mut json = json;
    json["forbidden"] = json_of(&forbidden)?;
    Ok(Answer { text, json })
}

/// A film of the last state of a run.
fn film(spec: &Spec, place: &Place) -> Result<Film, Refusal> {
    let film = spec.model.film(place, place.steps.len());
    match &film.changed {
        Some(of) => Err(Refusal::of_changed(of)),
        None => Ok(film),
    }
}

/// The last state of a film: what changed, and all that there is.
fn shown(film: &Film) -> String {
    let Some(last) = film.views.last() else {
        return String::new();
    };
    let mut text = text::view(film.steps.len(), last, None);
    if !last.fields.is_empty() {
        _ = write!(text, "\nvariables:\n{}", text::state(last, ""));
    }
    if !last.messages.is_empty() {
        _ = write!(
            text,
            "\nmessages that may arrive:\n{}",
            text::messages(&last.messages)
        );
    }
    for table in &last.tables {
        _ = write!(text, "\n{}", text::table(table));
    }
    text
}

fn initial(spec: &Spec, from: u64, words: &str) -> Answered {
    let page = spec.model.initial(from, PAGE, words);
    let mut text = "Initial states, by how they differ from the usual one:\n".to_owned();
    for state in &page.states {
        let begin = json_of(&state.begin)?;
        _ = writeln!(text, "begin {begin}: {}", state.lines.join("; "));
    }
    if let Some(next) = page.next {
        _ = writeln!(text, "There are more: go on with `from` {next}.");
    }
    let json = json_of(&page)?;
    Ok(Answer { text, json })
}

pub(super) fn explain(interface: &Interface, body: Value, _: &mut GoOn<'_>) -> Answered {
    let asked: OfExplanation = arguments(body)?;
    let spec = interface.open(&asked.spec)?;
    let film = film(&spec, &asked.place)?;
    let last = film.views.last();
    match (asked.claim, asked.step, last) {
        (Some(claim), None, Some(last)) => explain_claim(&spec, &claim, last),
        (None, Some(step), _) => explain_step(&spec, &asked.place, &step),
        _ => Err(Refusal::new(
            "an explanation is of one claim or of one step",
            "give either `claim` or `step`",
        )),
    }
}

fn explain_claim(spec: &Spec, words: &str, view: &View) -> Answered {
    let (claims, partners) = (spec.model.claims(), spec.model.partners());
    let names = claims.iter().map(|claim| claim.name);
    let names: Vec<_> = names.chain(partners.iter().copied()).collect();
    let name = meant("claim", words, &names)?;
    let Some(claim) = claims.iter().find(|claim| claim.name == name) else {
        let happens = view.reached.contains(&name);
        let verb = if happens {
            "happens"
        } else {
            "does not happen"
        };
        let text = format!("“{name}” {verb} in this state.\n");
        let json = json!({ "example": name, "happens": happens });
        return Ok(Answer { text, json });
    };
    let violation = view.violations.iter().find(|of| of.claim == name);
    let mut text = format!("{name}: {}\n", claim.meaning);
    text += &match violation {
        Some(violation) => text::violation(violation) + "\n",
        None => "It holds in this state.\n".to_owned(),
    };
    if let Some(figure) = &view.figure {
        _ = write!(text, "\n{}", text::figure(figure));
    }
    let witness = violation.map(|violation| &violation.witness);
    let json = json!({
        "claim": name, "meaning": claim.meaning, "holds": violation.is_none(),
        "witness": witness, "figure": json_of(&view.figure)?,
    });
    Ok(Answer { text, json })
}

/// The name that is meant by some words.
fn meant<'n>(what: &str, words: &str, names: &[&'n str]) -> Result<&'n str, Refusal> {
    let meant = text::meant(what, words, names);
    meant.map_err(|wrong| Refusal::new(wrong, "`show` lists them"))
}

fn explain_step(spec: &Spec, place: &Place, words: &str) -> Answered {
    let choices = spec
        .model
        .choices(place)
        .map_err(|of| Refusal::of_changed(&of))?;
    let forbidden = spec
        .model
        .forbidden(place)
        .map_err(|of| Refusal::of_changed(&of))?;
    let possible = choices.iter().map(|choice| &*choice.step);
    let impossible = forbidden.iter().map(|of| &*of.step);
    let named: Vec<_> = possible
        .chain(impossible)
        .filter(|name| *name == words)
        .collect();
    let is_meant = |name: &str| match named[..] {
        [] => text::contains(name, words),
        _ => name == words,
    };
    let possible: Vec<_> = choices.iter().filter(|of| is_meant(&of.step)).collect();
    let impossible: Vec<_> = forbidden.iter().filter(|of| is_meant(&of.step)).collect();
    if possible.is_empty() && impossible.is_empty() {
        let help = choices.iter().map(|choice| &*choice.step);
        let help = format!("possible are: {}", help.collect::<Vec<_>>().join("; "));
        return Err(Refusal::new(
            format!("no step that is possible here, or known to be forbidden, is named {words:?}"),
            help,
        ));
    }
    let mut text = String::new();
    for choice in &possible {
        text += &told_choice(choice);
    }
    for of in &impossible {
        _ = writeln!(text, "{} is not possible: {}", of.step, of.why);
    }
    let json = json!({ "possible": json_of(&possible)?, "forbidden": json_of(&impossible)? });
    Ok(Answer { text, json })
}

fn told_choice(choice: &Choice) -> String {
    let Choice { step, changes, .. } = choice;
    let mut text = if choice.leaves_bounds {
        format!("{step} would lead out of the bounds.\n")
    } else {
        format!("{step} is possible.{}\n", text::warning(choice, &[]))
    };
    for change in changes {
        _ = writeln!(text, "  {change}");
    }
    text
}

pub(super) fn trace(interface: &Interface, body: Value, go_on: &mut GoOn<'_>) -> Answered {
    let asked: OfSearch = arguments(body)?;
    let spec = interface.open(&asked.spec)?;
    let wanted = match (asked.violation, asked.example) {
        (None, Some(words)) => {
            json!({ "example": meant("example", &words, &spec.model.partners())? })
        }
        (Some(words), None) => {
            let claims = spec.model.claims().into_iter().map(|claim| claim.name);
            let claims: Vec<_> = claims.chain([PANIC_FREEDOM]).collect();
            json!({ "violation": meant("claim", &words, &claims)? })
        }
        (None, None) => json!({ "violation": spec.entry.property }),
        (Some(_), Some(_)) => {
            let help = "give either `violation` or `example`";
            return Err(Refusal::new(
                "a run is to a violation or to an example",
                help,
            ));
        }
    };
    let search = interface.call("search", json!({ "spec": asked.spec, "for": wanted }))?;
    let mut json = searched(interface, &search, asked.seconds, go_on)?;
    if json["verdict"] != "found" {
        let why = json["why"].as_str();
        let text = format!(
            "nothing was found: {} ({} states)\n",
            why.unwrap_or("there is none within the bounds"),
            json["states"]
        );
        return Ok(Answer { text, json });
    }
    let place = json!({ "begin": json["begin"], "steps": json["steps"] });
    let film = spec.model.film(&arguments(place)?, 0);
    let is_example = wanted.get("example").is_some();
    let verb = if is_example { "happens" } else { "is violated" };
    let shortest = if json["is_shortest"] == true {
        "; no run is shorter"
    } else {
        ""
    };
    let (property, length) = (word(&json["property"]), film.steps.len());
    let mut text = format!("{property} {verb} after {length} steps{shortest}.\n\n");
    text += &run(&film);
    let told = film.views.iter().map(
        |view| json!({ "step": view.action, "changes": view.changes, "objection": view.objection }),
    );
    json["told"] = told.collect();
    let last = film.views.last();
    json["violations"] = json_of(&last.map(|view| &view.violations))?;
    json["figure"] = json_of(&last.map(|view| &view.figure))?;
    Ok(Answer { text, json })
}

/// All steps of a film, each with what it changed, and the whole last state but its variables.
fn run(film: &Film) -> String {
    let Some((last, earlier)) = film.views.split_last() else {
        return String::new();
    };
    let mut told = String::new();
    for (number, earlier) in earlier.iter().enumerate() {
        told += &text::step(number, earlier);
    }
    told + &text::view(earlier.len(), last, None)
}
