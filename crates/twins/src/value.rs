//! Values of TLA+, and the one way in which they are written as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

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
        let mut json = String::new();
        self.write_json(&mut json);
        json
    }

    fn write_json(&self, json: &mut String) {
        match self {
            Self::Integer(number) => {
                // Writing to a string does not fail.
                let _ = write!(json, "{number}");
            }
            Self::Text(text) => quote(text, json),
            Self::Boolean(truth) => json.push_str(if *truth { "true" } else { "false" }),
            Self::Model(name) => {
                json.push_str("{\"#model\":");
                quote(name, json);
                json.push('}');
            }
            Self::Set(elements) => {
                let texts = elements.iter().map(Self::to_json);
                tagged("#set", sorted(texts), json);
            }
            Self::Tuple(elements) => tagged("#tup", elements.iter().map(Self::to_json), json),
            Self::Function(pairs) => {
                let texts = pairs.iter().map(|(key, value)| {
                    let (key, value) = (key.to_json(), value.to_json());
                    format!("[{key},{value}]")
                });
                tagged("#map", sorted(texts), json);
            }
            Self::Record(fields) => write_record(fields, json),
        }
    }
}

fn write_record(fields: &BTreeMap<String, Value>, json: &mut String) {
    json.push('{');
    for (position, (name, value)) in fields.iter().enumerate() {
        if position > 0 {
            json.push(',');
        }
        quote(name, json);
        json.push(':');
        value.write_json(json);
    }
    json.push('}');
}

fn tagged(tag: &str, texts: impl IntoIterator<Item = String>, json: &mut String) {
    json.push_str("{\"");
    json.push_str(tag);
    json.push_str("\":[");
    for (position, text) in texts.into_iter().enumerate() {
        if position > 0 {
            json.push(',');
        }
        json.push_str(&text);
    }
    json.push_str("]}");
}

fn sorted(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<_> = texts.collect();
    texts.sort_unstable();
    texts
}

fn quote(text: &str, json: &mut String) {
    json.push_str(&serde_json::Value::from(text).to_string());
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

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            '\u{c}' => escaped.push_str("\\f"),
            _ => escaped.push(c),
        }
    }
    escaped
}
