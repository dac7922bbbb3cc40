//! Values of TLA+, and the one way in which they are written as JSON.

use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// A value of TLA+, as far as states of the twins have them.
///
/// A function is what its domain makes of it: see [`Value::function`]. So two
/// values are equal if and only if TLA+ takes them for equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// A whole number.
    Integer(i64),
    /// A string.
    Text(String),
    /// TRUE or FALSE.
    Boolean(bool),
    /// A model value, which equals nothing but itself.
    Model(String),
    /// A finite set.
    Set(BTreeSet<Value>),
    /// A sequence: a function on 1..n.
    Tuple(Vec<Value>),
    /// A record: a function on strings.
    Record(BTreeMap<String, Value>),
    /// Any other function, by its arguments.
    Function(BTreeMap<Value, Value>),
}

impl Value {
    /// A string.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The set of these.
    pub fn set(elements: impl IntoIterator<Item = Self>) -> Self {
        Self::Set(elements.into_iter().collect())
    }

    /// These, one after the other.
    pub fn tuple(elements: impl IntoIterator<Item = Self>) -> Self {
        Self::Tuple(elements.into_iter().collect())
    }

    /// The record with these fields.
    pub fn record<'a>(fields: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        let fields = fields.into_iter();
        Self::Record(
            fields
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }

    /// The function that takes these arguments to these values: a tuple if the
    /// arguments are 1..n, a record if they are strings.
    pub fn function(pairs: impl IntoIterator<Item = (Self, Self)>) -> Self {
        let pairs: BTreeMap<_, _> = pairs.into_iter().collect();
        let is_tuple = pairs
            .keys()
            .zip(1..)
            .all(|(key, i)| *key == Self::Integer(i));
        if is_tuple {
            return Self::Tuple(pairs.into_values().collect());
        }
        let texts: Option<BTreeMap<_, _>> = pairs
            .iter()
            .map(|(key, value)| Some((key.as_text()?.to_owned(), value.clone())))
            .collect();
        texts.map_or(Self::Function(pairs), Self::Record)
    }

    fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The canonical JSON of this value: equal values, and no others, have
    /// equal texts.
    ///
    /// The encoding is that of Apalache's Informal Trace Format: `{"#set":[…]}`,
    /// sorted by the texts of the elements, `{"#tup":[…]}`, `{"#map":[[k,v],…]}`,
    /// sorted likewise, and records as objects with their keys sorted. A model
    /// value, which that format does not know, is `{"#model":"name"}`.
    pub fn to_json(&self) -> String {
        self.json().to_string()
    }

    fn json(&self) -> Json {
        match self {
            Self::Integer(number) => json!(number),
            Self::Text(text) => json!(text),
            Self::Boolean(truth) => json!(truth),
            Self::Model(name) => json!({ "#model": name }),
            Self::Set(elements) => json!({ "#set": sorted(elements.iter().map(Self::json)) }),
            Self::Tuple(elements) => {
                json!({ "#tup": elements.iter().map(Self::json).collect::<Json>() })
            }
            Self::Function(pairs) => {
                let pairs = pairs.iter();
                json!({ "#map": sorted(pairs.map(|(key, value)| json!([key.json(), value.json()]))) })
            }
            Self::Record(fields) => {
                let fields = fields.iter();
                fields
                    .map(|(name, value)| (name.clone(), value.json()))
                    .collect()
            }
        }
    }
}

/// By their texts.
fn sorted(values: impl Iterator<Item = Json>) -> Vec<Json> {
    let mut values: Vec<_> = values.collect();
    values.sort_by_cached_key(ToString::to_string);
    values
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

/// As TLA+ writes it, on one line.
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "\"{}\"", escaped(text)),
            Self::Boolean(truth) => f.write_str(if *truth { "TRUE" } else { "FALSE" }),
            Self::Model(name) => f.write_str(name),
            Self::Set(elements) => listed(f, "{", elements.iter(), "}"),
            Self::Tuple(elements) => listed(f, "<<", elements.iter(), ">>"),
            Self::Record(fields) => {
                let fields = fields
                    .iter()
                    .map(|(name, value)| format!("{name} |-> {value}"));
                listed(f, "[", fields, "]")
            }
            Self::Function(pairs) => {
                let pairs = pairs.iter().map(|(key, value)| format!("{key} :> {value}"));
                write!(f, "({})", pairs.collect::<Vec<_>>().join(" @@ "))
            }
        }
    }
}

fn listed<T: ToString>(
    f: &mut std::fmt::Formatter<'_>,
    open: &str,
    elements: impl Iterator<Item = T>,
    close: &str,
) -> std::fmt::Result {
    let elements: Vec<_> = elements.map(|element| element.to_string()).collect();
    write!(f, "{open}{}{close}", elements.join(", "))
}

/// What stands after a backslash, and what it stands for.
pub(crate) const ESCAPES: [(char, char); 6] = [
    ('"', '"'),
    ('\\', '\\'),
    ('n', '\n'),
    ('r', '\r'),
    ('t', '\t'),
    ('f', '\u{c}'),
];

fn escaped(text: &str) -> String {
    let escape = |c: char| ESCAPES.iter().find(|(_, meant)| *meant == c);
    let escaped = text.chars().map(|c| match escape(c) {
        Some((written, _)) => format!("\\{written}"),
        None => c.to_string(),
    });
    escaped.collect()
}
