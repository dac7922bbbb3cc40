//! From the text of a run spec to a model and an expectation.

use super::describe::described;
use super::inductive::{perhaps_inductive, refuse_inductive};
use super::parliament::{parliament, refuse_parliament};
use super::paxos::paxos;
use super::read::{Key, Reader, one_of};
use super::{Expect, Protocol, RunSpec, Size, SpecError, SpecModel};
use crate::basic::{Basic, mutants as basic};
use crate::bounds::{Bounds, BoundsError, is_readable};
use crate::complete::mutants as complete;
use crate::preliminary::Preliminary;
use std::collections::BTreeMap;
use std::ops::Range;
use synod_vocabulary::{Describe, PANIC_FREEDOM};
use toml::de::{DeTable, DeValue};

macro_rules! keys {
    ($($name:literal: $example:literal,)+) => {
        &[$(Key { name: $name, example: $example }),+]
    };
}

const KEYS: &[Key] = keys! {
    "about": "about = \"One line: what this shows, and where the paper says so.\"",
    "protocol": "protocol = \"basic\"",
    "priests": "priests = 3",
    "tryers": "tryers = [1, 2]",
    "attempts": "attempts = 1",
    "ballots": "ballots = 3",
    "decrees": "decrees = [\"a\", \"b\"]",
    "requests": "requests = [\"write a\", \"read\"]",
    "asked": "asked = [1, 2]",
    "retries": "retries = true",
    "numbers": "numbers = 2",
    "in_flight": "in_flight = 1",
    "waiting": "waiting = 1",
    "batch": "batch = 1",
    "order": "order = \"ascending\"",
    "voted_to": "voted_to = \"president\"",
    "linearizability": "linearizability = true",
    "reductions": "reductions = [\"useless messages\", \"weaker crashes\"]",
    "quorums": "quorums = \"majority\"` or `quorums = { weights = [2, 1, 1] }",
    "forgetful": "forgetful = true",
    "inductive": "inductive = [\"I\", \"I8\", \"I9\", \"I10\"]",
    "messages": "messages = \"the largest set\"",
    "crashes": "crashes = 1",
    "mutant": "mutant = \"Start Polling ignores prevVotes\"",
    "size": "size = \"small\"",
    "expect": "[expect]",
};

const WEIGHTS: &[Key] = keys! {
    "weights": "quorums = { weights = [2, 1, 1] }",
};

const EXPECT: &[Key] = keys! {
    "verdict": "verdict = \"holds\"",
    "states": "states = 257721",
    "depth": "depth = 49",
    "property": "property = \"Consistency\"",
    "length": "length = 12",
    "holds": "holds = [\"Consistency\"]",
};

/// Reads a run spec.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn parse(text: &str) -> Result<RunSpec, SpecError> {
    let document = DeTable::parse(text).map_err(|error| not_toml(&error))?;
    let spec = Reader::new(document.get_ref(), 0..0, KEYS)?;
    let protocol = spec.required("protocol", |spec, key, value| {
        spec.choice(key, value, &Protocol::ALL, Protocol::name)
    })?;
    let (model, bounds) = match protocol {
        Protocol::Preliminary => synod(&spec, protocol, preliminary_model)?,
        Protocol::Basic => synod(&spec, protocol, basic_model)?,
        Protocol::Complete => synod(&spec, protocol, complete_model)?,
        Protocol::Parliament => parliament(&spec)?,
        Protocol::Paxos => paxos(&spec)?,
    };
    let size = spec.optional("size", |spec, key, value| {
        spec.choice(key, value, &Size::ALL, Size::name)
    })?;
    Ok(RunSpec {
        about: about(&spec)?,
        protocol,
        mutant: spec.optional("mutant", Reader::text)?,
        bounds,
        settings: settings(text).map_err(|error| not_toml(&error))?,
        size: size.unwrap_or_default(),
        expect: expect(&spec, &model)?,
        model,
    })
}

/// The keys that say nothing of the model.
const BESIDE_THE_MODEL: [&str; 3] = ["about", "size", "expect"];

fn settings(text: &str) -> Result<BTreeMap<String, String>, toml::de::Error> {
    let table: toml::Table = toml::from_str(text)?;
    let settings = table.into_iter();
    let settings = settings.filter(|(key, _)| !BESIDE_THE_MODEL.contains(&key.as_str()));
    Ok(settings
        .map(|(key, value)| (key, value.to_string()))
        .collect())
}

fn not_toml(error: &toml::de::Error) -> SpecError {
    SpecError {
        message: error.message().to_owned(),
        span: error.span().unwrap_or(0..0),
        help: "a run spec is TOML: a line `key = value` for each setting".to_owned(),
    }
}

fn about(spec: &Reader<'_>) -> Result<String, SpecError> {
    let about = spec.required("about", Reader::text)?;
    if about.trim().is_empty() || !about.chars().all(is_readable) {
        return Err(SpecError {
            message:
                "`about` must be one line of text that is not empty, without control characters"
                    .to_owned(),
            span: spec.span_of("about"),
            help: "say what the spec shows, and where the paper says so".to_owned(),
        });
    }
    Ok(about)
}

/// The bounds, each error at the key that is to blame.
pub(super) fn bounds(spec: &Reader<'_>, decrees: &[String]) -> Result<Bounds, SpecError> {
    let priests = index(spec.required("priests", Reader::count)?);
    let tryers = spec.optional("tryers", |spec, key, value| {
        spec.list(key, value, Reader::count)
    })?;
    let tryers = tryers.map_or_else(
        || (1..=priests.min(crate::bounds::MAX_PRIESTS)).collect(),
        |tryers| tryers.into_iter().map(index).collect::<Vec<_>>(),
    );
    let attempts = spec.optional("attempts", Reader::count)?.map_or(1, index);
    let at_fault = |error: BoundsError| refused_at(spec, &error);
    let bounds = Bounds::new(priests, &tryers, attempts, decrees).map_err(at_fault)?;
    match weights(spec)? {
        Some(weights) => bounds.with_weights(&weights).map_err(at_fault),
        None => Ok(bounds),
    }
}

pub(super) fn decrees(spec: &Reader<'_>) -> Result<Vec<String>, SpecError> {
    spec.required("decrees", |spec, key, value| {
        spec.list(key, value, Reader::text)
    })
}

/// A count as the models take it. What is too large for them is refused there.
pub(super) fn index(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// The key whose value an error is about.
fn key_of(error: &BoundsError) -> &'static str {
    match error {
        BoundsError::Priests(_) | BoundsError::Room { .. } => "priests",
        BoundsError::NoTryers | BoundsError::Tryer { .. } | BoundsError::TryerTwice(_) => "tryers",
        BoundsError::NoAttempts | BoundsError::Numbers(_) => "attempts",
        BoundsError::Ballots { .. } => "ballots",
        BoundsError::Decrees(_) | BoundsError::DecreeTwice(_) | BoundsError::DecreeUnnamed => {
            "decrees"
        }
        BoundsError::Weights { .. } | BoundsError::Quorums(_) => "quorums",
    }
}

/// An error at the key that is to blame.
pub(super) fn refused_at(spec: &Reader<'_>, error: &BoundsError) -> SpecError {
    refused(error, spec.span_of(key_of(error)))
}

fn refused(error: &BoundsError, span: Range<usize>) -> SpecError {
    let text = error.to_string();
    // Each of them says what would be right, last.
    let (message, help) = text.rsplit_once("; ").unwrap_or((&text, ""));
    SpecError {
        message: message.to_owned(),
        span,
        help: help.to_owned(),
    }
}

pub(super) fn weights(spec: &Reader<'_>) -> Result<Option<Vec<u32>>, SpecError> {
    let Some(value) = spec.value("quorums") else {
        return Ok(None);
    };
    match value.get_ref() {
        DeValue::String(name) if name == "majority" => Ok(None),
        DeValue::Table(table) => {
            let quorums = Reader::new(table, value.span(), WEIGHTS)?;
            let weights = quorums.required("weights", |quorums, key, value| {
                quorums.list(key, value, Reader::small_count)
            })?;
            Ok(Some(weights))
        }
        _ => Err(spec.wrong_type("quorums", value, "\"majority\" or weights")),
    }
}

/// A model of the synod and its bounds as a person reads them.
fn synod(
    spec: &Reader<'_>,
    protocol: Protocol,
    model: fn(&Reader<'_>, Bounds) -> Result<SpecModel, SpecError>,
) -> Result<(SpecModel, String), SpecError> {
    let why = "say who may start how many of his own with `tryers` and `attempts`";
    refuse_key(spec, "ballots", protocol.name(), why)?;
    refuse_parliament(spec, protocol.name())?;
    if protocol != Protocol::Basic {
        refuse_inductive(spec, protocol.name())?;
    }
    let bounds = bounds(spec, &decrees(spec)?)?;
    let described = described(spec, &bounds)?;
    Ok((model(spec, bounds)?, described))
}

fn no_room(spec: &Reader<'_>, error: &BoundsError) -> SpecError {
    refused(error, spec.span_of("priests"))
}

fn preliminary_model(spec: &Reader<'_>, bounds: Bounds) -> Result<SpecModel, SpecError> {
    let why = "leave it out: in the preliminary protocol priests remember everything";
    for key in ["forgetful", "crashes", "mutant"] {
        refuse_key(spec, key, "preliminary", why)?;
    }
    let model = Preliminary::new(bounds).map_err(|error| no_room(spec, &error))?;
    Ok(SpecModel::Preliminary(model))
}

fn basic_model(spec: &Reader<'_>, bounds: Bounds) -> Result<SpecModel, SpecError> {
    let why = "to have slips lost, add a line `forgetful = true`";
    refuse_key(spec, "crashes", "basic", why)?;
    let forgetful = spec.optional("forgetful", Reader::flag)?.unwrap_or(false);
    let all: Vec<&'static basic::Mutant> = basic::MUTANTS.iter().collect();
    let model = match mutant(spec, &all, |mutant| mutant.name)? {
        Some(mutant) => {
            let why = "add a line `forgetful = true`";
            refuse_unless(forgetful || !mutant.needs_forgetful, spec, mutant.name, why)?;
            mutant.model(bounds, forgetful)
        }
        None => Basic::new(bounds, forgetful),
    };
    let model = model.map_err(|error| no_room(spec, &error))?;
    perhaps_inductive(spec, model)
}

fn complete_model(spec: &Reader<'_>, bounds: Bounds) -> Result<SpecModel, SpecError> {
    let why = "a crash loses the slip: say how many with `crashes = 1`";
    refuse_key(spec, "forgetful", "complete", why)?;
    let crashes = crashes(spec)?;
    let mutant = mutant(spec, &complete::Mutant::ALL, complete::Mutant::name)?;
    if let Some(mutant) = mutant {
        let why = "add a line `crashes = 1`";
        refuse_unless(
            crashes > 0 || !mutant.needs_crashes(),
            spec,
            mutant.name(),
            why,
        )?;
    }
    let model =
        crate::complete::world(bounds, mutant, crashes).map_err(|error| no_room(spec, &error))?;
    Ok(SpecModel::Complete(model))
}

pub(super) fn crashes(spec: &Reader<'_>) -> Result<u8, SpecError> {
    let crashes = spec.optional("crashes", |spec, key, value| {
        u8::try_from(spec.count(key, value)?)
            .map_err(|_| spec.wrong_type(key, value, "a number up to 255"))
    })?;
    Ok(crashes.unwrap_or(0))
}

pub(super) fn refuse_key(
    spec: &Reader<'_>,
    key: &'static str,
    protocol: &str,
    help: &str,
) -> Result<(), SpecError> {
    match spec.value(key) {
        Some(value) => Err(SpecError {
            message: format!("`{key}` is not for protocol {protocol:?}"),
            span: value.span(),
            help: help.to_owned(),
        }),
        None => Ok(()),
    }
}

pub(super) fn refuse_unless(
    shows: bool,
    spec: &Reader<'_>,
    mutant: &str,
    help: &str,
) -> Result<(), SpecError> {
    if shows {
        return Ok(());
    }
    Err(SpecError {
        message: format!("mutant {mutant:?} shows only when slips can be lost"),
        span: spec.span_of("mutant"),
        help: help.to_owned(),
    })
}

/// The mutant that the spec selects, of those that its protocol has.
pub(super) fn mutant<T: Copy>(
    spec: &Reader<'_>,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<Option<T>, SpecError> {
    spec.optional("mutant", |spec, key, value| {
        let wanted = spec.text(key, value)?;
        let found = all.iter().find(|&&mutant| name(mutant) == wanted);
        found.copied().ok_or_else(|| {
            let names: Vec<_> = all.iter().map(|&mutant| name(mutant)).collect();
            SpecError {
                message: format!("there is no mutant {wanted:?} of this protocol"),
                span: value.span(),
                help: format!("it is {}", one_of(&names)),
            }
        })
    })
}

fn expect(spec: &Reader<'_>, model: &SpecModel) -> Result<Expect, SpecError> {
    let nothing_pinned = Expect::Holds {
        states: None,
        depth: None,
    };
    let Some(value) = spec.value("expect") else {
        return Ok(nothing_pinned);
    };
    let table = value.get_ref().as_table();
    let table = table.ok_or_else(|| spec.wrong_type("expect", value, "a table"))?;
    let expect = Reader::new(table, value.span(), EXPECT)?;
    let holds = expect.required("verdict", |expect, key, value| {
        expect.choice(key, value, &[true, false], |holds| {
            if holds { "holds" } else { "violated" }
        })
    })?;
    if holds {
        refuse_beside_verdict(&expect, "holds", &["property", "length", "holds"])?;
        Ok(Expect::Holds {
            states: expect.optional("states", Reader::count)?,
            depth: expect.optional("depth", Reader::small_count)?,
        })
    } else {
        refuse_beside_verdict(&expect, "violated", &["states", "depth"])?;
        let mut claims = claims(model);
        claims.push(PANIC_FREEDOM);
        let property = expect.required("property", |expect, key, value| {
            expect.choice(key, value, &claims, |name| name)
        })?;
        let holds = expect.optional("holds", |expect, key, value| {
            expect.list(key, value, |expect, key, value| {
                expect.choice(key, value, &claims, |name| name)
            })
        })?;
        let holds = holds.unwrap_or_default();
        Ok(Expect::Violated {
            holds: holds.into_iter().map(str::to_owned).collect(),
            property: property.to_owned(),
            length: expect.optional("length", Reader::small_count)?,
        })
    }
}

fn refuse_beside_verdict(
    expect: &Reader<'_>,
    verdict: &str,
    keys: &[&'static str],
) -> Result<(), SpecError> {
    for &key in keys {
        if let Some(value) = expect.value(key) {
            return Err(SpecError {
                message: format!("`{key}` says nothing when the verdict is {verdict:?}"),
                span: value.span(),
                help: "leave it out, or change the verdict".to_owned(),
            });
        }
    }
    Ok(())
}

/// The names of what is claimed of the model.
fn claims(model: &SpecModel) -> Vec<&'static str> {
    match model {
        SpecModel::Preliminary(model) => model.claims().iter().map(|c| c.name).collect(),
        SpecModel::Basic(model) => model.claims().iter().map(|c| c.name).collect(),
        SpecModel::Inductive(model) => model.claims().iter().map(|c| c.name).collect(),
        SpecModel::Complete(model) => model.claims().iter().map(|c| c.name).collect(),
        SpecModel::Parliament(model) => model.claims().iter().map(|c| c.name).collect(),
        SpecModel::Paxos(model) => model.claims().iter().map(|c| c.name).collect(),
    }
}
