//! Reads values from a TOML table. Every error has a place and a remedy.

use crate::error::SpecError;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use synod_vocabulary::time::Elapsed;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value, and where it stands.
pub(crate) type Value<'a> = Spanned<DeValue<'a>>;

/// A table of a spec.
pub(crate) struct SpecTable<'a> {
    table: &'a DeTable<'a>,
    /// The place of an error about a key that is missing.
    span: Range<usize>,
}

/// A key, and an example of a line with it.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    example: &'static str,
}

impl Key {
    pub(crate) const fn new(name: &'static str, example: &'static str) -> Self {
        Self { name, example }
    }

    pub(crate) fn wrong_type(self, value: &Value<'_>, wanted: &str) -> SpecError {
        self.refused(
            value,
            format!("{self} takes {wanted}; this is {}", kind(value.get_ref())),
        )
    }

    fn refused(self, value: &Value<'_>, message: String) -> SpecError {
        let help = format!("write it like `{}`", self.example);
        SpecError::at(value.span(), message, help)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.name)
    }
}

impl<'a> SpecTable<'a> {
    /// A table that may have these keys and no others.
    pub(crate) fn new(
        table: &'a DeTable<'a>,
        span: Range<usize>,
        keys: &[Key],
    ) -> Result<Self, SpecError> {
        Self::offering(table, span, keys, keys)
    }

    /// A table that may have these keys and no others. The error about another key lists only
    /// those that are `offered`.
    pub(crate) fn offering(
        table: &'a DeTable<'a>,
        span: Range<usize>,
        keys: &[Key],
        offered: &[Key],
    ) -> Result<Self, SpecError> {
        for key in table.keys() {
            let name: &str = key.get_ref();
            if !keys.iter().any(|known| known.name == name) {
                return Err(unknown_key(name, key.span(), keys, offered));
            }
        }
        Ok(Self { table, span })
    }

    pub(crate) fn value(&self, key: Key) -> Option<&'a Value<'a>> {
        self.table.get(key.name)
    }

    /// The place of a key's value; of the table, if the key is missing.
    pub(crate) fn span_of(&self, key: Key) -> Range<usize> {
        self.value(key).map_or(self.span.clone(), Spanned::span)
    }

    /// An error about the value of a key: what is wrong, and the remedy.
    pub(crate) fn refused(
        &self,
        key: Key,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> SpecError {
        SpecError::at(self.span_of(key), message, help)
    }

    pub(crate) fn required<T>(
        &self,
        key: Key,
        read: impl Fn(Key, &Value<'_>) -> Result<T, SpecError>,
    ) -> Result<T, SpecError> {
        self.optional(key, read)?.ok_or_else(|| {
            let help = format!("add a line such as `{}`", key.example);
            self.refused(key, format!("{key} is missing"), help)
        })
    }

    /// The remedy that a key must have another value: what to do with its line.
    pub(crate) fn set_to(&self, key: Key, line: &str) -> String {
        match self.value(key) {
            Some(_) => format!("change the line of {key} to `{line}`"),
            None => format!("add a line `{line}`"),
        }
    }

    pub(crate) fn optional<T>(
        &self,
        key: Key,
        read: impl Fn(Key, &Value<'_>) -> Result<T, SpecError>,
    ) -> Result<Option<T>, SpecError> {
        self.value(key).map(|value| read(key, value)).transpose()
    }
}

/// Reads a string.
pub(crate) fn text(key: Key, value: &Value<'_>) -> Result<String, SpecError> {
    let text = value.get_ref().as_str().map(ToOwned::to_owned);
    text.ok_or_else(|| key.wrong_type(value, "a string"))
}

/// Reads `true` or `false`.
pub(crate) fn flag(key: Key, value: &Value<'_>) -> Result<bool, SpecError> {
    let flag = value.get_ref().as_bool();
    flag.ok_or_else(|| key.wrong_type(value, "true or false"))
}

/// Reads a whole number that is not negative.
pub(crate) fn count(key: Key, value: &Value<'_>) -> Result<u64, SpecError> {
    let wanted = "a whole number, not negative";
    let number = value.get_ref().as_integer();
    let number = number.ok_or_else(|| key.wrong_type(value, wanted))?;
    u64::from_str_radix(number.as_str(), number.radix()).map_err(|error| {
        let is_too_large = *error.kind() == std::num::IntErrorKind::PosOverflow;
        let message = if is_too_large {
            format!("{key} is too large")
        } else {
            format!("{key} takes {wanted}; this is negative")
        };
        key.refused(value, message)
    })
}

/// Reads a whole number of 32 bits.
pub(crate) fn small_count(key: Key, value: &Value<'_>) -> Result<u32, SpecError> {
    let too_large = |_| key.refused(value, format!("{key} is too large"));
    u32::try_from(count(key, value)?).map_err(too_large)
}

/// Reads a time in units of Δ: a number, not negative.
pub(crate) fn deltas(key: Key, value: &Value<'_>) -> Result<Elapsed, SpecError> {
    let deltas = match value.get_ref() {
        DeValue::Float(float) => float.as_str().parse().ok(),
        _ => Some(f64::from(small_count(key, value)?)),
    };
    let elapsed = deltas.and_then(Elapsed::of_deltas);
    elapsed.ok_or_else(|| key.wrong_type(value, "a number of Δ, such as 9 or 4.5"))
}

/// Reads a list, each element with `read`.
pub(crate) fn list_of<T>(
    read: impl Fn(Key, &Value<'_>) -> Result<T, SpecError>,
) -> impl Fn(Key, &Value<'_>) -> Result<Vec<T>, SpecError> {
    move |key, value| {
        let list = value.get_ref().as_array();
        let list = list.ok_or_else(|| key.wrong_type(value, "a list"))?;
        list.iter().map(|value| read(key, value)).collect()
    }
}

/// Reads a table with a number for each of some names.
pub(crate) fn count_of_each(
    names: &[String],
) -> impl Fn(Key, &Value<'_>) -> Result<Vec<(String, u64)>, SpecError> {
    move |key, value| {
        let table = value.get_ref().as_table();
        let table = table.ok_or_else(|| key.wrong_type(value, "a table"))?;
        let one = |(name, number): (&Spanned<Cow<'_, str>>, &Value<'_>)| {
            let text: &str = name.get_ref();
            if !names.iter().any(|known| known == text) {
                let names: Vec<_> = names.iter().map(String::as_str).collect();
                let message = format!("{key} cannot have {text:?}");
                return Err(SpecError::at(name.span(), message, meant(text, &names)));
            }
            Ok((text.to_owned(), count(key, number)?))
        };
        table.iter().map(one).collect()
    }
}

/// The remedy for a name that is none of these.
fn meant(text: &str, names: &[&str]) -> String {
    match near(text, names) {
        Some(near) => format!("did you mean {near:?}?"),
        None => format!("use {}", one_of(names)),
    }
}

/// Reads one of several names.
pub(crate) fn choice_of<T: Copy>(
    choices: &[T],
    name: impl Fn(T) -> &'static str,
) -> impl Fn(Key, &Value<'_>) -> Result<T, SpecError> {
    choice_or(choices, name, |key, text| {
        format!("{key} cannot be {text:?}")
    })
}

/// Reads one of several names. `no_such` is the error message about any other name.
pub(crate) fn choice_or<T: Copy>(
    choices: &[T],
    name: impl Fn(T) -> &'static str,
    no_such: impl Fn(Key, &str) -> String,
) -> impl Fn(Key, &Value<'_>) -> Result<T, SpecError> {
    move |key, value| {
        let text = text(key, value)?;
        let found = choices.iter().find(|&&choice| name(choice) == text);
        found.copied().ok_or_else(|| {
            let names: Vec<_> = choices.iter().map(|&choice| name(choice)).collect();
            SpecError::at(value.span(), no_such(key, &text), meant(&text, &names))
        })
    }
}

/// Reads one of some names.
pub(crate) fn name_among(names: &[&str]) -> impl Fn(Key, &Value<'_>) -> Result<String, SpecError> {
    move |key, value| {
        let text = text(key, value)?;
        if names.contains(&text.as_str()) {
            return Ok(text);
        }
        let message = format!("{key} cannot be {text:?}");
        Err(SpecError::at(value.span(), message, meant(&text, names)))
    }
}

/// The name that was probably meant: the only one in which all words of the text are, or one
/// of which nearly all letters are there, in either case.
fn near<'a>(text: &str, names: &[&'a str]) -> Option<&'a str> {
    let text = text.to_lowercase();
    let words = || text.split(|c: char| !c.is_alphanumeric());
    let has_all = |name: &&&str| {
        let name = name.to_lowercase();
        words().all(|word| name.contains(word))
    };
    let mut having_all = names.iter().filter(has_all);
    let is_empty = words().all(str::is_empty);
    if let (false, Some(name), None) = (is_empty, having_all.next(), having_all.next()) {
        return Some(name);
    }
    let likeness = |name: &str| strsim::normalized_damerau_levenshtein(&name.to_lowercase(), &text);
    let likeness = names.iter().map(|&name| (likeness(name), name));
    let (likeness, name) = likeness.max_by(|(one, _), (other, _)| one.total_cmp(other))?;
    (likeness >= 0.85).then_some(name)
}

fn unknown_key(name: &str, span: Range<usize>, keys: &[Key], offered: &[Key]) -> SpecError {
    let mut candidates = offered.iter().chain(keys);
    let is_near = |known: &&Key| {
        let begins_alike = known
            .name
            .get(..6)
            .is_some_and(|begin| name.starts_with(begin));
        begins_alike || strsim::damerau_levenshtein(known.name, name) <= 2
    };
    let near = candidates.find(is_near);
    let names: Vec<_> = offered.iter().map(|key| key.name).collect();
    let help = match near {
        Some(near) => format!("did you mean {near}?"),
        None => format!("the keys are {}", names.join(", ")),
    };
    SpecError::at(span, format!("unknown key `{name}`"), help)
}

/// Names in a sentence: "a", "b" or "c".
pub(crate) fn one_of(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("{name:?}")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
