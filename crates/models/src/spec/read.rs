//! Reading values out of a TOML table, with errors that help.

use super::SpecError;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

type Value<'a> = Spanned<DeValue<'a>>;

/// A table of a spec and the keys it may have, each with an example.
pub(super) struct Reader<'a> {
    table: &'a DeTable<'a>,
    /// Where to point at for what is missing.
    span: Range<usize>,
    keys: &'static [Key],
}

/// A key and how it is written.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) example: &'static str,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        table: &'a DeTable<'a>,
        span: Range<usize>,
        keys: &'static [Key],
    ) -> Result<Self, SpecError> {
        for key in table.keys() {
            let name: &str = key.get_ref();
            if !keys.iter().any(|known| known.name == name) {
                return Err(unknown_key(name, key.span(), keys));
            }
        }
        Ok(Self { table, span, keys })
    }

    pub(super) fn value(&self, key: &str) -> Option<&'a Value<'a>> {
        self.table.get(key)
    }

    /// Where a key's value is, or else the whole table.
    pub(super) fn span_of(&self, key: &str) -> Range<usize> {
        self.value(key).map_or(self.span.clone(), Spanned::span)
    }

    pub(super) fn missing(&self, key: &'static str) -> SpecError {
        SpecError {
            message: format!("`{key}` is missing"),
            span: self.span.clone(),
            help: format!("add a line such as `{}`", self.example(key)),
        }
    }

    pub(super) fn required<T>(
        &self,
        key: &'static str,
        read: impl Fn(&Self, &'static str, &Value<'a>) -> Result<T, SpecError>,
    ) -> Result<T, SpecError> {
        self.optional(key, read)?.ok_or_else(|| self.missing(key))
    }

    pub(super) fn optional<T>(
        &self,
        key: &'static str,
        read: impl Fn(&Self, &'static str, &Value<'a>) -> Result<T, SpecError>,
    ) -> Result<Option<T>, SpecError> {
        match self.value(key) {
            Some(value) => read(self, key, value).map(Some),
            None => Ok(None),
        }
    }

    /// A string.
    pub(super) fn text(&self, key: &'static str, value: &Value<'a>) -> Result<String, SpecError> {
        let text = value.get_ref().as_str().map(ToOwned::to_owned);
        text.ok_or_else(|| self.wrong_type(key, value, "a string"))
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, key: &'static str, value: &Value<'a>) -> Result<bool, SpecError> {
        let flag = value.get_ref().as_bool();
        flag.ok_or_else(|| self.wrong_type(key, value, "true or false"))
    }

    /// A whole number that is not negative.
    pub(super) fn count(&self, key: &'static str, value: &Value<'a>) -> Result<u64, SpecError> {
        let wanted = "a whole number, not negative";
        let number = value.get_ref().as_integer();
        let number = number.ok_or_else(|| self.wrong_type(key, value, wanted))?;
        u64::from_str_radix(number.as_str(), number.radix()).map_err(|error| {
            let mut refused = self.wrong_type(key, value, wanted);
            if *error.kind() == std::num::IntErrorKind::PosOverflow {
                refused.message = format!("`{key}` is too large");
            } else {
                refused.message = format!("`{key}` takes {wanted}; this is negative");
            }
            refused
        })
    }

    /// A whole number of 32 bits.
    pub(super) fn small_count(
        &self,
        key: &'static str,
        value: &Value<'a>,
    ) -> Result<u32, SpecError> {
        u32::try_from(self.count(key, value)?).map_err(|_| {
            let mut refused = self.wrong_type(key, value, "");
            refused.message = format!("`{key}` is too large");
            refused
        })
    }

    /// A list.
    pub(super) fn list<T>(
        &self,
        key: &'static str,
        value: &Value<'a>,
        read: impl Fn(&Self, &'static str, &Value<'a>) -> Result<T, SpecError>,
    ) -> Result<Vec<T>, SpecError> {
        let list = value.get_ref().as_array();
        let list = list.ok_or_else(|| self.wrong_type(key, value, "a list"))?;
        list.iter().map(|value| read(self, key, value)).collect()
    }

    /// One of several names.
    pub(super) fn choice<T: Copy>(
        &self,
        key: &'static str,
        value: &Value<'a>,
        choices: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Result<T, SpecError> {
        let text = self.text(key, value)?;
        let names: Vec<_> = choices.iter().map(|&choice| name(choice)).collect();
        let position = names.iter().position(|known| *known == text);
        position
            .map(|position| choices[position])
            .ok_or_else(|| SpecError {
                message: format!("`{key}` cannot be {text:?}"),
                span: value.span(),
                help: format!("it is {}", one_of(&names)),
            })
    }

    pub(super) fn wrong_type(&self, key: &str, value: &Value<'a>, wanted: &str) -> SpecError {
        SpecError {
            message: format!("`{key}` takes {wanted}; this is {}", kind(value.get_ref())),
            span: value.span(),
            help: format!("write it like `{}`", self.example(key)),
        }
    }

    fn example(&self, key: &str) -> &'static str {
        let known = self.keys.iter().find(|known| known.name == key);
        known.map_or("", |known| known.example)
    }
}

fn unknown_key(name: &str, span: Range<usize>, keys: &[Key]) -> SpecError {
    let names: Vec<_> = keys.iter().map(|key| key.name).collect();
    let near = names
        .iter()
        .find(|known| strsim::damerau_levenshtein(known, name) <= 2);
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there is {}", names.join(", ")),
    };
    SpecError {
        message: format!("unknown key `{name}`"),
        span,
        help,
    }
}

/// Names as a person lists them: "a", "b" or "c".
pub(super) fn one_of(names: &[&str]) -> String {
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
