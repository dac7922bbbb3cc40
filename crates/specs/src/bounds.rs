//! The keys that several protocols share, and their bounds in words.

use crate::error::SpecError;
use crate::read::{Key, SpecTable, choice_or, count, list_of, small_count, text};
use std::ops::Range;
use synod_models::bounds::{Bounds, BoundsError, MAX_PRIESTS, plural};
use toml::de::DeValue;

pub(crate) const PRIESTS: Key = Key::new("priests", "priests = 3");
pub(crate) const TRYERS: Key = Key::new("tryers", "tryers = [1, 2]");
pub(crate) const ATTEMPTS: Key = Key::new("attempts", "attempts = 1");
pub(crate) const BALLOTS: Key = Key::new("ballots", "ballots = 3");
pub(crate) const DECREES: Key = Key::new("decrees", "decrees = [\"a\", \"b\"]");
pub(crate) const QUORUMS: Key = Key::new(
    "quorums",
    "quorums = \"majority\"` or `quorums = { weights = [2, 1, 1] }",
);
pub(crate) const CRASHES: Key = Key::new("crashes", "crashes = 1");
pub(crate) const MUTANT: Key = Key::new("mutant", "mutant = \"Start Polling ignores prevVotes\"");

const WEIGHTS: Key = Key::new("weights", "quorums = { weights = [2, 1, 1] }");

/// The help on the key `ballots` in protocols whose ballots have owners.
pub(crate) const BALLOTS_ARE_OWNED: (&str, &str) = (
    "ballots",
    "every ballot has an owner: say who starts ballots, and how many each, with `tryers` and `attempts`",
);

/// The bounds of a synod, and the parts of their description in words. An error is at the key
/// that causes it.
pub(crate) fn synod_bounds(
    spec: &SpecTable<'_>,
    decrees: &[String],
) -> Result<(Bounds, Vec<String>), SpecError> {
    let priests = index(spec.required(PRIESTS, count)?);
    let tryers = spec.optional(TRYERS, list_of(count))?;
    let tryers = tryers.map_or_else(
        || (1..=priests.min(MAX_PRIESTS)).collect(),
        |tryers| tryers.into_iter().map(index).collect::<Vec<_>>(),
    );
    let attempts = attempts(spec, tryers.len())?;
    let at_fault = |error: BoundsError| refused_at(spec, &error);
    let tryers: Vec<_> = tryers.into_iter().zip(attempts).collect();
    let bounds = Bounds::with_attempts(priests, &tryers, decrees).map_err(at_fault)?;
    let numbers: Vec<_> = bounds.numbers().iter().map(ToString::to_string).collect();
    let decrees: Vec<_> = bounds.decrees().map(|d| bounds.decree_name(d)).collect();
    let mut descriptions = vec![
        plural(bounds.priest_count(), "priest"),
        listed("ballot", &numbers),
    ];
    if spec.value(DECREES).is_some() {
        descriptions.push(listed("decree", &decrees));
    }
    let Some(weights) = weights(spec)? else {
        return Ok((bounds, descriptions));
    };
    let bounds = bounds.with_weights(&weights).map_err(at_fault)?;
    let weights: Vec<_> = weights.iter().map(ToString::to_string).collect();
    descriptions.push(format!("weights {}", weights.join(" ")));
    Ok((bounds, descriptions))
}

/// How many ballots each of these tryers may start: one number for all, or a list.
fn attempts(spec: &SpecTable<'_>, tryers: usize) -> Result<Vec<usize>, SpecError> {
    if spec
        .value(ATTEMPTS)
        .is_none_or(|value| value.get_ref().as_array().is_none())
    {
        let attempts = spec.optional(ATTEMPTS, count)?.map_or(1, index);
        return Ok(vec![attempts; tryers]);
    }
    let each = spec.required(ATTEMPTS, list_of(count))?;
    if each.len() != tryers {
        let (numbers, tryers) = (plural(each.len(), "number"), plural(tryers, "tryer"));
        let help = "write one number for all, or a list with one for each of `tryers`";
        let message = format!("`attempts` has {numbers} for {tryers}");
        return Err(spec.refused(ATTEMPTS, message, help));
    }
    Ok(each.into_iter().map(index).collect())
}

/// "ballot 0", "ballots 0 1".
pub(crate) fn listed<T: AsRef<str>>(noun: &str, names: &[T]) -> String {
    let plural = if names.len() == 1 { "" } else { "s" };
    let names: Vec<_> = names.iter().map(AsRef::as_ref).collect();
    format!("{noun}{plural} {}", names.join(" "))
}

pub(crate) fn decrees(spec: &SpecTable<'_>) -> Result<Vec<String>, SpecError> {
    spec.required(DECREES, list_of(text))
}

fn weights(spec: &SpecTable<'_>) -> Result<Option<Vec<u32>>, SpecError> {
    let Some(value) = spec.value(QUORUMS) else {
        return Ok(None);
    };
    match value.get_ref() {
        DeValue::String(name) if name == "majority" => Ok(None),
        DeValue::Table(table) => {
            let quorums = SpecTable::new(table, value.span(), &[WEIGHTS])?;
            let weights = quorums.required(WEIGHTS, list_of(small_count))?;
            Ok(Some(weights))
        }
        _ => Err(QUORUMS.wrong_type(value, "\"majority\" or weights")),
    }
}

pub(crate) fn crashes(spec: &SpecTable<'_>) -> Result<u8, SpecError> {
    let crashes = spec.optional(CRASHES, |key, value| {
        u8::try_from(count(key, value)?).map_err(|_| key.wrong_type(value, "a number up to 255"))
    })?;
    Ok(crashes.unwrap_or(0))
}

/// The number of crashes in words; none if there can be no crash.
pub(crate) fn describe_crashes(crashes: u8) -> Option<String> {
    match crashes {
        0 => None,
        1 => Some("1 crash".to_owned()),
        crashes => Some(format!("{crashes} crashes")),
    }
}

/// The mutant that the spec selects, of `all` mutants of its protocol.
pub(crate) fn mutant<T: Copy>(
    spec: &SpecTable<'_>,
    all: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<Option<T>, SpecError> {
    let no_such = |_, wanted: &str| format!("there is no mutant {wanted:?} of this protocol");
    spec.optional(MUTANT, choice_or(all, name, no_such))
}

/// Refuses a mutant that would have no effect: `shows` tells whether it has one.
pub(crate) fn refuse_unless(
    shows: bool,
    spec: &SpecTable<'_>,
    mutant: &str,
    help: &str,
) -> Result<(), SpecError> {
    if shows {
        return Ok(());
    }
    Err(spec.refused(
        MUTANT,
        format!("mutant {mutant:?} has an effect only if slips can be lost"),
        help,
    ))
}

/// A count as the models take it. They refuse a count that is too large for them.
pub(crate) fn index(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// The key whose value an error is about.
const fn key_of(error: &BoundsError) -> Key {
    match error {
        BoundsError::Priests(_) | BoundsError::Room { .. } => PRIESTS,
        BoundsError::NoTryers | BoundsError::Tryer { .. } | BoundsError::TryerTwice(_) => TRYERS,
        BoundsError::NoAttempts | BoundsError::Numbers(_) => ATTEMPTS,
        BoundsError::Ballots { .. } => BALLOTS,
        BoundsError::Decrees(_)
        | BoundsError::DecreeTwice(_)
        | BoundsError::DecreeUnnamed
        | BoundsError::Unproposed { .. } => DECREES,
        BoundsError::Weights { .. } | BoundsError::Quorums(_) => QUORUMS,
    }
}

/// An error of the bounds, at the key that causes it.
pub(crate) fn refused_at(spec: &SpecTable<'_>, error: &BoundsError) -> SpecError {
    refused(error, spec.span_of(key_of(error)))
}

/// The error that states have no room for the bounds, at the key `priests`: the first of them.
pub(crate) fn no_room(spec: &SpecTable<'_>, error: &BoundsError) -> SpecError {
    refused(error, spec.span_of(PRIESTS))
}

/// An error of a model, at a place. Its text ends with the remedy, after the last "; ".
pub(crate) fn refused(error: &impl ToString, span: Range<usize>) -> SpecError {
    let text = error.to_string();
    let (message, help) = text.rsplit_once("; ").unwrap_or((&text, ""));
    SpecError::at(span, message, help)
}
