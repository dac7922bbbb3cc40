//! Values of TLA+, and their canonical JSON.

use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// A value of TLA+, of the kinds that states of the twins have.
///
/// A function on 1..n is a tuple, and a function on strings is a record, as in TLA+: see
/// [`Value::function`]. So two values are equal if and only if they are equal in TLA+.
///
/// ```
/// use synod_twins::value::Value;
///
/// let votes = Value::set([Value::Integer(2), Value::Integer(1)]);
/// let state = Value::record([("voters", votes)]);
/// assert_eq!(state.to_string(), "[voters |-> {1, 2}]");
/// assert_eq!(state.to_json(), r##"{"voters":{"#set":[1,2]}}"##);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// An integer.
    Integer(i64),
    /// A string.
    Text(String),
    /// TRUE or FALSE.
    Boolean(bool),
    /// A model value, which is equal only to itself.
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

    /// The set of these elements.
    pub fn set(elements: impl IntoIterator<Item = Self>) -> Self {
        Self::Set(elements.into_iter().collect())
    }

    /// The tuple of these elements.
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

    /// The function with these pairs of argument and value: a tuple if the arguments are
    /// 1..n, a record if they are strings.
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

    /// The canonical JSON of this value: two values are equal if and only if their texts
    /// are equal.
    ///
    /// The encoding is that of Apalache's Informal Trace Format: a set is
    /// `{"#set":[…]}`, sorted by the texts of the elements; a tuple is `{"#tup":[…]}`; a
    /// function is `{"#map":[[k,v],…]}`, sorted by the texts of the pairs; a record is an
    /// object with its keys sorted. A model value, which that format does not have, is
    /// `{"#model":"name"}`.
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

/// The values, sorted by their texts.
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

/// The notation of TLA+, on one line.
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

/// The escapes in strings: the character after the backslash, and its meaning.
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
